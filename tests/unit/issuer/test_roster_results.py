"""Results are measured against the course, and only who has finished goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from issuer import ResultDescription, RowResult
from tests.doubles.class_lists import LEVELS, course_with, names_of, problems_of, read_text

_DRIVING = ResultDescription(
    key="driving", name="Driving course", result_type="RubricCriterionLevel", levels=LEVELS, required_level="solid"
)
_PERCENT = ResultDescription(
    key="written", name="Written test", result_type="Percent", value_min="0", value_max="100", required_value="70"
)
_GRADE = ResultDescription(
    key="grade", name="Grade", result_type="LetterGrade", allowed_values=("F", "C", "B", "A"), required_value="C"
)
_STATUS = ResultDescription(key="done", name="Finish", result_type="Status")


def _read(cell: str, description: ResultDescription) -> RowResult | str | None:
    roster = read_text(f'Name,{description.name}\nAnn Lee,"{cell}"\n', course=course_with(description))
    if roster.problems:
        return roster.problems[0].code
    results = roster.rows[0].results
    return results[0] if results else None


@pytest.mark.parametrize("cell", ["solid", "Works alone", "WORKS ALONE", " works  alone ", "2"])
def test_level(cell: str) -> None:
    """A level is known by its key, its name or its points, in any case."""
    assert _read(cell, _DRIVING) == RowResult(description_key="driving", level="solid")


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("Wizard", "roster.level_unknown"),
        ("4", "roster.level_unknown"),
        ("Works with help", "roster.level_below_required"),
        ("", "roster.result_missing"),
        ("n/a", "roster.result_missing"),
    ],
)
def test_bad_level(cell: str, code: str) -> None:
    """An unknown, a too low and a missing level each stop the row."""
    assert _read(cell, _DRIVING) == code


@pytest.mark.parametrize("cell", ["950", "100.5", "101%", "-1"])
def test_percent_without_bounds(cell: str) -> None:
    """A percent goes from 0 to 100 where the course says nothing; its course may say otherwise."""
    free = ResultDescription(key="written", name="Written test", result_type="Percent")
    assert _read(cell, free) == "roster.value_out_of_range"
    wide = replace(free, value_min="-1", value_max="1000")
    assert _read(cell, wide) == RowResult(description_key="written", value=cell.rstrip("%"))


@pytest.mark.parametrize(
    ("cell", "value"),
    [("87", "87"), ("87%", "87"), ("87.50", "87.5"), ("87,5", "87.5"), ("100", "100"), ("70.0", "70")],
)
def test_percent(cell: str, value: str) -> None:
    """A percent may have a sign, a decimal comma and needless noughts."""
    assert _read(cell, _PERCENT) == RowResult(description_key="written", value=value)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("eighty", "roster.value_not_number"),
        ("1e2", "roster.value_not_number"),
        ("NaN", "roster.value_not_number"),
        ("9" * 31, "roster.value_not_number"),
        ("101", "roster.value_out_of_range"),
        ("-1", "roster.value_out_of_range"),
        ("69.9", "roster.value_below_required"),
        ("", "roster.result_missing"),
    ],
)
def test_bad_percent(cell: str, code: str) -> None:
    """What is no number, out of bounds, or below the required value stops the row."""
    assert _read(cell, _PERCENT) == code


def test_percents_stored_as_fractions() -> None:
    """A spreadsheet keeps 87 % as 0.87: a whole column of fractions is read as percents, and that is said."""
    roster = read_text("Name,Written test\nAnn Lee,0.87\nBob Roe,1\n", course=course_with(_PERCENT))
    assert [row.results[0].value for row in roster.rows] == ["87", "100"]
    assert [notice.code for notice in roster.notices] == ["roster.percent_scaled"]


def test_gap_and_word_among_fractions() -> None:
    """An empty cell and a word do not hide that the other cells are fractions."""
    roster = read_text("Name,Written test\nAnn Lee,0.87\nBob Roe,\nCy Poe,ill\n", course=course_with(_PERCENT))
    assert roster.rows[0].results[0].value == "87"
    assert [problem.code for problem in roster.problems] == ["roster.result_missing", "roster.value_not_number"]


def test_one_fraction_among_percents() -> None:
    """One 0.87 among whole percents is not touched: it is below what is required."""
    roster = read_text("Name,Written test\nAnn Lee,0.87\nBob Roe,91\n", course=course_with(_PERCENT))
    assert problems_of(roster) == [(2, "Written test", "roster.value_below_required")]


def test_thousands() -> None:
    """A raw score may have a comma between thousands."""
    score = ResultDescription(key="parts", name="Parts", result_type="RawScore")
    assert _read("1,250", score) == RowResult(description_key="parts", value="1250")


@pytest.mark.parametrize(("cell", "value"), [("A", "A"), ("b", "B")])
def test_allowed_value(cell: str, value: str) -> None:
    """A value of the list is kept as the course file spells it."""
    assert _read(cell, _GRADE) == RowResult(description_key="grade", value=value)


@pytest.mark.parametrize(("cell", "code"), [("D", "roster.value_not_allowed"), ("F", "roster.value_below_required")])
def test_value_not_allowed(cell: str, code: str) -> None:
    """A value outside the list, or lower in its order than required, stops the row (OB 3.0: low to high)."""
    assert _read(cell, _GRADE) == code


@pytest.mark.parametrize("cell", ["Completed", "yes", "x", "sí", "✓", "Aprobado"])
def test_status_completed(cell: str) -> None:
    """Every word for yes is the status Completed."""
    assert _read(cell, _STATUS) == RowResult(description_key="done", value="Completed")


@pytest.mark.parametrize("cell", ["Failed", "InProgress", "Withdrew", "no"])
def test_status_not_completed(cell: str) -> None:
    """Nobody gets a badge for a course that is not completed."""
    assert _read(cell, _STATUS) == "roster.not_completed"


def test_status_that_is_no_status() -> None:
    """A word that is neither yes nor no nor a status of OB 3.0 is named."""
    assert _read("maybe", _STATUS) == "roster.value_not_allowed"


def test_required_text() -> None:
    """A required text has to stand there, in any case."""
    signed = ResultDescription(key="signed", name="Checklist", result_type="Result", required_value="Signed")
    assert _read("SIGNED", signed) == RowResult(description_key="signed", value="SIGNED")
    assert _read("open", signed) == "roster.value_below_required"


def test_free_text_result() -> None:
    """A result of no special kind is text of at most 200 signs."""
    remark = ResultDescription(key="remark", name="Remark", result_type="Result")
    assert _read("steady hand", remark) == RowResult(description_key="remark", value="steady hand")
    assert _read("x" * 201, remark) == "roster.value_too_long"


def test_optional_result_may_be_missing() -> None:
    """A result that is not required may be empty."""
    optional = ResultDescription(key="written", name="Written test", result_type="Percent")
    assert _read("", optional) is None


@pytest.mark.parametrize("header", ["Completed", "Passed", "Pass/Fail", "Attendance", "Aprobado", "Status"])
def test_who_did_not_finish_gets_nothing(header: str) -> None:
    """In a yes/no column no, an empty cell and an unclear word stop the row."""
    roster = read_text(f"Name,{header}\nAnn Lee,yes\nBob Roe,no\nCy Poe,\nDi Fox,x\nEd Orr,maybe\n")
    assert names_of(roster) == ["Ann Lee", "Di Fox"]
    assert [problem.code for problem in roster.problems] == ["roster.not_completed"] * 3


def test_completed_may_hold_the_date() -> None:
    """`Completed` with dates is the date; an empty cell there means not finished."""
    roster = read_text("Name,Completed\nAnn Lee,11/22/2026\nBob Roe,11/21/2026\nCy Poe,\n")
    assert [str(row.awarded_on) for row in roster.rows] == ["2026-11-22", "2026-11-21"]
    assert problems_of(roster) == [(4, "Completed", "roster.not_completed")]


def test_unclear_status_column_is_not_used() -> None:
    """A Status column with other words is left alone, and that is said."""
    roster = read_text("Name,Status\nAnn Lee,full time\nBob Roe,temp\n")
    assert names_of(roster) == ["Ann Lee", "Bob Roe"]
    assert [(notice.code, notice.column) for notice in roster.notices] == [("roster.column_unclear", "Status")]
