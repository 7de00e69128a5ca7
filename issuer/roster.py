"""Reads a class list: good rows, and every bad cell by its row and column.

    bytes -> sheets of text -> header row -> columns -> rows -> people

A bad cell spoils its own row only. What was assumed or left out is said in `notices`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import replace
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from issuer.columns import ColumnReading, settle_columns
from issuer.footers import is_footer, is_repeated_header
from issuer.headers import measure_header, read_columns
from issuer.model import Roster, RosterProblem, RosterRow
from issuer.roster_rows import read_row
from issuer.same_person import find_same_people
from issuer.sheet_files import read_sheets
from issuer.sheet_rows import MAX_ROSTER_ROWS, MAX_TITLE_ROWS, SheetRow, trim_cells
from pages import is_printable
from schemas import DEFAULT_CALLING_CODE, RosterError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from issuer.model import Achievement, ResultDescription
    from issuer.sheet_rows import Sheet

_SHOWN_NAMES = 5  # with accents, when nothing says how these are stored
_SHOWN_NAME_CHARS = 40
_NO_FIXES: Mapping[tuple[int, str], str] = MappingProxyType({})


def read_roster(
    data: bytes,
    *,
    filename: str,
    achievement: Achievement,
    fixes: Mapping[tuple[int, str], str] = _NO_FIXES,
    calling_code: str = DEFAULT_CALLING_CODE,
) -> Roster:
    """Read a class list for one achievement.

    Takes CSV (UTF-8, UTF-16 or Windows-1252; comma, semicolon or tab), XLSX and ODS. The header is looked for in the
    first 15 rows of each visible sheet; the first sheet that has one is read.

    Args:
        data: The file as it was sent, at most 10 MiB.
        filename: Its name; the ending must fit the content. Empty for pasted text.
        achievement: Says which results there are and which are required.
        fixes: What stands in a cell instead, by the number of its row and its header as the list has it.
        calling_code: Of telephone numbers without `+`, where the header of their column names no country.

    Returns:
        Good rows, problems (each stops its row) and notices (stop nothing), in the order of the sheet.

    Raises:
        RosterError: The list as a whole cannot be used: see `read_sheets` and `read_columns`;
            `roster.no_name_column`, `roster.result_column_missing`, `roster.no_rows`, `roster.too_many_rows`.
    """
    sheets = read_sheets(data, filename=filename, measure_header=measure_header)
    sheet, header = _find_header(sheets)
    columns = read_columns(header, achievement)
    people, skipped = _split_rows(sheet, header)
    if not people:
        raise RosterError("roster.no_rows", row=header.number)
    if len(people) > MAX_ROSTER_ROWS:
        raise RosterError("roster.too_many_rows")
    people = _apply_fixes(people, [column.header for column in columns], fixes)
    readings, assumed = settle_columns(columns, people, achievement, calling_code=calling_code)
    _check_required(readings, achievement, header)
    rows, problems = _read_people(people, readings, achievement)
    good, same = find_same_people(rows, achievement)
    return Roster(
        rows=good,
        problems=tuple(sorted((*problems, *same), key=lambda problem: problem.row)),
        columns=tuple((reading.column.header, reading.column.meaning) for reading in readings),
        sha256=hashlib.sha256(data).hexdigest(),
        notices=tuple(
            sorted(
                (*_find_guessed(sheet, good), *skipped, *assumed, *_find_unprintable(good)),
                key=lambda notice: notice.row,
            )
        ),
    )


def _find_guessed(sheet: Sheet, rows: Sequence[RosterRow]) -> list[RosterProblem]:
    """Say that accents were read as Windows stores them, with names in which the trainer sees whether that is right."""
    if not sheet.has_guessed_letters:
        return []
    names = dict.fromkeys(row.name for row in rows if not row.name.isascii())
    shown = " · ".join(name[:_SHOWN_NAME_CHARS] for name in islice(names, _SHOWN_NAMES))
    return [RosterProblem(row=0, column="", code="roster.letters_guessed", value=shown)]


def keep_rows(roster: Roster, numbers: Collection[int]) -> Roster:
    """Return a class list of which only some rows are left, understood as in the whole."""
    return replace(
        roster,
        rows=tuple(row for row in roster.rows if row.number in numbers),
        problems=tuple(problem for problem in roster.problems if problem.row in numbers),
        notices=tuple(notice for notice in roster.notices if not notice.row or notice.row in numbers),
    )


def _apply_fixes(
    people: list[SheetRow], headers: Sequence[str], fixes: Mapping[tuple[int, str], str]
) -> list[SheetRow]:
    """Put what somebody typed in the place of single cells."""
    if not fixes:
        return people
    places = {header: place for place, header in reversed(list(enumerate(headers)))}
    by_row: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for (number, header), text in fixes.items():
        if header in places:
            by_row[number][places[header]] = text
    return [_fix_row(row, by_row[row.number]) if row.number in by_row else row for row in people]


def _fix_row(row: SheetRow, texts: Mapping[int, str]) -> SheetRow:
    width = max(len(row.cells), max(texts) + 1)
    return SheetRow(number=row.number, cells=trim_cells([texts.get(place, row.cell(place)) for place in range(width)]))


def _find_header(sheets: tuple[Sheet, ...]) -> tuple[Sheet, SheetRow]:
    for sheet in sheets:
        candidates = [row for row in sheet.rows if row.number <= MAX_TITLE_ROWS]
        best = max(candidates, key=lambda row: (measure_header(row), -row.number), default=None)
        if best is not None and measure_header(best):
            return sheet, best
    raise RosterError("roster.no_name_column")


def _split_rows(sheet: Sheet, header: SheetRow) -> tuple[list[SheetRow], list[RosterProblem]]:
    """Tell people from totals, signatures and repeated headers below the header row."""
    people: list[SheetRow] = []
    skipped: list[RosterProblem] = []
    for row in sheet.rows:
        if row.number <= header.number:
            continue
        if is_repeated_header(row, header):
            skipped.append(RosterProblem(row=row.number, column="", code="roster.header_repeated"))
        elif is_footer(row):
            skipped.append(
                RosterProblem(row=row.number, column="", code="roster.row_skipped", value=row.filled[0][:80])
            )
        else:
            people.append(row)
    return people, skipped


def _check_required(readings: tuple[ColumnReading, ...], achievement: Achievement, header: SheetRow) -> None:
    given = {reading.column.result_key for reading in readings}
    missing = [result.name for result in required_results(achievement) if result.key not in given]
    if missing:
        raise RosterError("roster.result_column_missing", row=header.number, column=", ".join(missing))


def required_results(achievement: Achievement) -> tuple[ResultDescription, ...]:
    """Return the results without which nobody gets the badge; a list must have a column for each."""
    return tuple(result for result in achievement.results if result.required_level or result.required_value)


def _find_unprintable(rows: tuple[RosterRow, ...]) -> list[RosterProblem]:
    return [
        RosterProblem(row=row.number, column="", code="roster.name_not_printable", value=row.name, name=row.name)
        for row in rows
        if not is_printable(row.name)
    ]


def _read_people(
    people: list[SheetRow], readings: tuple[ColumnReading, ...], achievement: Achievement
) -> tuple[list[RosterRow], list[RosterProblem]]:
    rows: list[RosterRow] = []
    problems: list[RosterProblem] = []
    for person in people:
        row, found = read_row(person, readings, achievement)
        problems.extend(found)
        if row is not None:
            rows.append(row)
    return rows, problems
