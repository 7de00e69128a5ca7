"""Tells what kind of file a class list is and reads it as sheets of text."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import TYPE_CHECKING

from credentials import ChildLimits, run_limited
from issuer.csv_sheet import read_csv
from issuer.sheet_rows import MAX_ROSTER_BYTES, Sheet, SheetRow
from schemas import RosterError

if TYPE_CHECKING:
    from collections.abc import Callable

_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # .xls, and any workbook locked with a password
_TEXT_SUFFIXES = frozenset((".csv", ".tsv", ".txt"))
_WORKBOOK_KINDS = {".xlsx": b"xlsx", ".xlsm": b"xlsx", ".ods": b"ods"}
WORKBOOK_LIMITS = ChildLimits(
    memory_bytes=256 * 1024 * 1024,
    cpu_seconds=5,
    wall_seconds=10.0,
    max_output_bytes=32 * 1024 * 1024,
    turn_seconds=10.0,  # a trainer with a class list waits for a turn; strangers' photos do not
)


def read_sheets(data: bytes, *, filename: str, measure_header: Callable[[SheetRow], int]) -> tuple[Sheet, ...]:
    """Read a class list as sheets, in the order of the workbook.

    Args:
        data: The file as it was sent.
        filename: Its name; only the ending is looked at. No ending means pasted text.
        measure_header: See `read_csv`.

    Raises:
        RosterError: `roster.empty`, `roster.too_large`, `roster.type_unsupported`, `roster.type_mismatch`
            (the content is not what the ending says), `roster.workbook_limit` (takes more than 5 seconds
            or 256 MiB), and those of `read_csv` and `read_workbook`.
    """
    if len(data) > MAX_ROSTER_BYTES:
        raise RosterError("roster.too_large")
    if not data.strip():
        raise RosterError("roster.empty")
    suffix = PurePath(filename).suffix.lower()
    if suffix in _WORKBOOK_KINDS:
        if not data.startswith(_ZIP):
            raise RosterError("roster.type_mismatch")
        return _read_workbook(data, kind=_WORKBOOK_KINDS[suffix])
    if suffix and suffix not in _TEXT_SUFFIXES:
        raise RosterError("roster.type_unsupported")
    if data.startswith((_ZIP, _OLD_OFFICE)):
        raise RosterError("roster.type_mismatch")
    return (read_csv(data, measure_header=measure_header),)


def _read_workbook(data: bytes, *, kind: bytes) -> tuple[Sheet, ...]:
    answer = run_limited(
        "issuer.sheets:read_workbook",
        kind + b"\n" + data,
        limits=WORKBOOK_LIMITS,
        code="roster.workbook_limit",
        error=RosterError,
    )
    return tuple(
        Sheet(name, tuple(SheetRow(number, tuple(cells)) for number, cells in rows))
        for name, rows in json.loads(answer)
    )
