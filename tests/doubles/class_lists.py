"""A course and class lists for tests. Everybody is invented."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import xlsxwriter

from issuer import Achievement, ResultDescription, Roster, RubricLevel, read_roster

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

COURSE = Achievement(
    slug="forklift", name="Forklift Operator", description="Drives a forklift.", criteria="Pass the driving test."
)
LEVELS = (
    RubricLevel(key="basic", name="Works with help", points="1"),
    RubricLevel(key="solid", name="Works alone", points="2"),
    RubricLevel(key="expert", name="Trains others", points="3"),
)


def course_with(*results: ResultDescription, language: str = "en") -> Achievement:
    """Return the course with results."""
    return Achievement(
        slug="forklift",
        name="Forklift Operator",
        description="Drives a forklift.",
        criteria="Pass the driving test.",
        results=results,
        language=language,
    )


def read_text(text: str, *, course: Achievement = COURSE) -> Roster:
    """Read a class list that was pasted."""
    return read_roster(text.encode("utf-8"), filename="", achievement=course)


def problems_of(roster: Roster) -> list[tuple[int, str, str]]:
    """Return row, column and code of each problem."""
    return [(problem.row, problem.column, problem.code) for problem in roster.problems]


def names_of(roster: Roster) -> list[str]:
    """Return the names of the good rows."""
    return [row.name for row in roster.rows]


def build_xlsx(rows: Sequence[Sequence[str | float | date]]) -> bytes:
    """Write a workbook with one sheet."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True, "default_date_format": "mm/dd/yyyy"}) as workbook:
        sheet = workbook.add_worksheet("List")
        for number, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                sheet.write(number, column, cell)
    return data.getvalue()


def change_entry(workbook: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return the workbook with one entry of its zip changed."""
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            target.writestr(entry.filename, change(content) if entry.filename == name else content)
    return data.getvalue()


def add_entry(workbook: bytes, name: str, content: bytes) -> bytes:
    """Return the workbook with one more entry in its zip."""
    data = io.BytesIO(workbook)
    with zipfile.ZipFile(data, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return data.getvalue()
