"""Reads one row of a class list into a person, or into the problems of its cells."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from issuer.cells import (
    clean_cell,
    is_link,
    is_nothing,
    join_name,
    read_email,
    read_license_number,
    read_link,
    read_name,
    read_note,
    read_person_id,
    read_phone,
)
from issuer.dates import read_cell_date
from issuer.headers import ColumnRole
from issuer.model import RosterProblem, RosterRow
from issuer.result_cells import read_completion, read_result, scale_fraction
from schemas import RosterError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from issuer.columns import ColumnReading
    from issuer.model import Achievement, RowResult
    from issuer.sheet_rows import SheetRow

MAX_SHOWN_CHARS = 80  # of a bad cell, in a problem
_NAME_PARTS = (ColumnRole.FIRST_NAME, ColumnRole.MIDDLE_NAME, ColumnRole.LAST_NAME, ColumnRole.SECOND_LAST_NAME)
T = TypeVar("T")


def read_row(
    row: SheetRow, readings: Sequence[ColumnReading], achievement: Achievement
) -> tuple[RosterRow | None, list[RosterProblem]]:
    """Read one row.

    Returns:
        The person, or None when a cell stops the row; and one problem for each bad cell.
    """
    reader = _RowReader(row, readings)
    name = reader.read_name()
    email = reader.read(ColumnRole.EMAIL, read_email, "")
    phone = reader.read_phone()
    person_id = reader.read(ColumnRole.PERSON_ID, read_person_id, "")
    awarded_on = reader.read_date()
    license_number = reader.read(ColumnRole.LICENSE_NUMBER, read_license_number, "")
    evidence_url, evidence_note = reader.read_evidence()
    reader.check_completed()
    results = reader.read_results(achievement)
    reader.check_width()
    if reader.problems:
        return None, [replace(problem, name=name) for problem in reader.problems]
    person = RosterRow(
        number=row.number,
        name=name,
        email=email,
        person_id=person_id,
        awarded_on=awarded_on,
        results=results,
        evidence_url=evidence_url,
        evidence_note=evidence_note,
        license_number=license_number,
        phone=phone,
    )
    return person, []


class _RowReader:
    """Reads the cells of one row and collects their problems."""

    def __init__(self, row: SheetRow, readings: Sequence[ColumnReading]) -> None:
        self._row = row
        self._readings = readings
        self._by_role = {reading.column.role: reading for reading in readings}
        self.problems: list[RosterProblem] = []

    def read(self, role: ColumnRole, read_cell: Callable[[str], T], missing: T) -> T:
        reading = self._by_role.get(role)
        if reading is None:
            return missing
        text = self._row.cell(reading.column.index)
        try:
            return read_cell(text)
        except RosterError as error:
            self._add(error.code, reading.column.header, text)
            return missing

    def read_name(self) -> str:
        if ColumnRole.NAME in self._by_role:
            return self.read(ColumnRole.NAME, read_name, "")
        parts = [self._text(role) for role in _NAME_PARTS]
        header = next(self._by_role[role].column.header for role in _NAME_PARTS if role in self._by_role)
        try:
            return read_name(join_name(*parts))
        except RosterError as error:
            self._add(error.code, header, " ".join(part for part in parts if part))
            return ""

    def read_phone(self) -> str:
        reading = self._by_role.get(ColumnRole.PHONE)
        if reading is None:
            return ""
        return self.read(ColumnRole.PHONE, lambda text: read_phone(text, calling_code=reading.calling_code), "")

    def read_date(self) -> date | None:
        reading = self._by_role.get(ColumnRole.AWARDED_ON)
        style = reading.date_style if reading else None
        text = self._text(ColumnRole.AWARDED_ON)
        if reading is None or style is None:
            return None
        if reading.is_completion and (is_nothing(text) or read_completion(text) is False):
            self._add("roster.not_completed", reading.column.header, text)
            return None
        if is_nothing(text):
            return None
        return self.read(ColumnRole.AWARDED_ON, lambda text: read_cell_date(clean_cell(text), style), None)

    def read_evidence(self) -> tuple[str, str]:
        """A column called Evidence may hold a link or a sentence."""
        note = self.read(ColumnRole.EVIDENCE_NOTE, read_note, "")
        cell = self._text(ColumnRole.EVIDENCE_URL)
        if is_link(cell) or note:
            return self.read(ColumnRole.EVIDENCE_URL, read_link, ""), note
        return "", self.read(ColumnRole.EVIDENCE_URL, read_note, "")

    def check_completed(self) -> None:
        reading = self._by_role.get(ColumnRole.COMPLETED)
        if reading is not None and read_completion(self._text(ColumnRole.COMPLETED)) is not True:
            self._add("roster.not_completed", reading.column.header, self._text(ColumnRole.COMPLETED))

    def read_results(self, achievement: Achievement) -> tuple[RowResult, ...]:
        found = []
        for description in achievement.results:
            reading = next((r for r in self._readings if r.column.result_key == description.key), None)
            if reading is None:
                continue
            text = self._row.cell(reading.column.index)
            try:
                result = read_result(scale_fraction(text) if reading.is_fraction else text, description)
            except RosterError as error:
                self._add(error.code, reading.column.header, text)
                continue
            if result is not None:
                found.append(result)
        return tuple(found)

    def check_width(self) -> None:
        """More cells than headers: a comma without quotation marks has pushed the row to the right."""
        if len(self._row.cells) > len(self._readings):
            self._add("roster.row_too_wide", "", self._row.cells[-1])

    def _text(self, role: ColumnRole) -> str:
        reading = self._by_role.get(role)
        return self._row.cell(reading.column.index) if reading else ""

    def _add(self, code: str, column: str, value: str) -> None:
        shown = value if len(value) <= MAX_SHOWN_CHARS else value[: MAX_SHOWN_CHARS - 1] + "…"
        self.problems.append(RosterProblem(row=self._row.number, column=column, code=code, value=shown))
