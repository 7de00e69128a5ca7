"""Reads XLSX and ODS in a limited child process: the one door to calamine.

Imported by the child, so it imports nothing heavy.
"""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from typing import TYPE_CHECKING

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from issuer.failed_formulas import FailedCells, find_failed_formulas
from issuer.sheet_rows import MAX_ROSTER_COLUMNS, MAX_ROSTER_ROWS, MAX_TITLE_ROWS, trim_cells
from issuer.workbook_zip import check_workbook_zip
from schemas import RosterError

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

MAX_SHEETS = 50
_ROWS_READ = MAX_ROSTER_ROWS + MAX_TITLE_ROWS + 1  # one more than any good sheet has
FAILED_FORMULA = "#VALUE!"  # stands for every kind of error value
_MIDNIGHT = "T00:00:00"


def read_workbook(payload: bytes) -> bytes:
    """Read every visible sheet of a workbook as text.

    Args:
        payload: `xlsx` or `ods`, a line feed, then the file.

    Returns:
        JSON: a list of `[sheet name, [[row number, [cell, …]], …]]`; empty rows are left out.

    Raises:
        RosterError: As `check_workbook_zip`; `roster.too_many_columns`.
    """
    kind, _, data = payload.partition(b"\n")
    check_workbook_zip(data, kind=kind.decode("ascii"))
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            names = [
                sheet.name
                for sheet in workbook.sheets_metadata
                if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
            ]
            if len(names) > MAX_SHEETS:
                raise RosterError("roster.workbook_limit", f"{len(names)} sheets")
            failed = find_failed_formulas(data) if kind == b"xlsx" else {}
            sheets = [
                [name, _read_rows(workbook.get_sheet_by_name(name), failed.get(name, frozenset()))] for name in names
            ]
    except PasswordError as error:
        raise RosterError("roster.workbook_protected") from error
    except CalamineError as error:
        raise RosterError("roster.workbook_malformed", type(error).__name__) from error
    return json.dumps(sheets, ensure_ascii=False).encode("utf-8", "replace")


def _read_rows(sheet: CalamineSheet, failed: FailedCells) -> list[tuple[int, tuple[str, ...]]]:
    if sheet.start is None:
        return []
    first_column = sheet.start[1] + 1
    failed_columns: dict[int, list[int]] = {}
    for row, column in failed:
        failed_columns.setdefault(row, []).append(column)
    rows = []
    for number, values in enumerate(sheet.iter_rows(), start=1):
        texts = [_write_cell(value) for value in values]
        for column in failed_columns.get(number, ()):
            if 0 <= column - first_column < len(texts):
                texts[column - first_column] = FAILED_FORMULA
        cells = trim_cells(texts)
        if len(cells) > MAX_ROSTER_COLUMNS:
            raise RosterError("roster.too_many_columns", row=number)
        if cells:
            rows.append((number, cells))
        if len(rows) >= _ROWS_READ:
            break
    return rows


def _write_cell(value: object) -> str:
    """Write a cell as its reader sees it: whole numbers without `.0`, dates as 2026-11-22."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")  # noqa: PLR2004 - digits a spreadsheet keeps
    if isinstance(value, datetime | date):
        return value.isoformat().removesuffix(_MIDNIGHT)
    return str(value)
