"""Reads a CSV file as a sheet: the separator is found by looking at what fits."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from issuer.sheet_letters import decode_sheet
from issuer.sheet_rows import (
    MAX_ROSTER_COLUMNS,
    MAX_ROSTER_ROWS,
    MAX_TITLE_ROWS,
    Sheet,
    SheetRow,
    trim_cells,
)
from schemas import RosterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SEPARATORS = (",", ";", "\t", "|")
_SAMPLE_ROWS = 60
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
# Rows beyond this are counted by nobody: the sheet is refused anyway.
_MAX_RECORDS = MAX_ROSTER_ROWS * 2


def read_csv(data: bytes, *, measure_header: Callable[[SheetRow], int]) -> Sheet:
    """Read a CSV file; its letters as `decode_sheet` finds them.

    Args:
        data: The file.
        measure_header: Says how many cells of a row are known column headers; the separator that
            makes the best header wins.

    Raises:
        RosterError: `roster.not_utf8` (with the row), `roster.malformed` (quotation marks that do not match,
            with the row), `roster.too_many_columns`, `roster.too_many_rows`.
    """
    text, is_guess = decode_sheet(data)
    named = _SEPARATOR_LINE.match(text)
    if named:
        body = text[named.end() :]
        return Sheet("", tuple(_read_rows(body, named[1], first_number=2)), has_guessed_letters=is_guess)
    separator = max(_SEPARATORS, key=lambda candidate: _fitness(text, candidate, measure_header))
    return Sheet("", tuple(_read_rows(text, separator, first_number=1)), has_guessed_letters=is_guess)


def _fitness(text: str, separator: str, measure_header: Callable[[SheetRow], int]) -> tuple[int, int, int]:
    """Known headers first; then few rows wider than the header; then many columns."""
    sample = _read_sample(text, separator)
    if not sample:
        return (0, 0, 0)
    known, place = max((measure_header(row), -index) for index, row in enumerate(sample[:MAX_TITLE_ROWS]))
    width = len(sample[-place].cells)
    overflowing = sum(len(row.cells) > width for row in sample[-place + 1 :])
    return known, -overflowing, width


def _read_sample(text: str, separator: str) -> list[SheetRow]:
    sample: list[SheetRow] = []
    try:
        for row in _read_rows(text, separator, first_number=1):
            sample.append(row)
            if len(sample) == _SAMPLE_ROWS:
                break
    except RosterError:
        # Unmatched quotes end the sample; the real reading names their row.
        return sample
    return sample


def _read_rows(text: str, separator: str, *, first_number: int) -> Iterator[SheetRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = first_number - 1
    while True:
        number += 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise RosterError("roster.malformed", str(error), row=number) from error
        cells = trim_cells(record)
        if len(cells) > MAX_ROSTER_COLUMNS:
            raise RosterError("roster.too_many_columns", row=number)
        if number > _MAX_RECORDS:
            raise RosterError("roster.too_many_rows")
        if cells:
            yield SheetRow(number, cells)
