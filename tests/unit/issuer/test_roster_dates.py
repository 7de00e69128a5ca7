"""Any date style is read, and the whole column decides what one cell leaves open."""

from __future__ import annotations

import pytest

from tests.doubles.class_lists import course_with, problems_of, read_text

_DAY = "2026-11-22"


def _dates(*cells: str, header: str = "Date", language: str = "en") -> list[str]:
    rows = "".join(f'P{chr(65 + index)} Person\t"{cell}"\n' for index, cell in enumerate(cells))
    roster = read_text(f"Name\t{header}\n{rows}", course=course_with(language=language))
    found = {row.number: str(row.awarded_on) for row in roster.rows}
    found.update({problem.row: problem.code for problem in roster.problems})
    return [found[number] for number in sorted(found)]


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-22",
        "2026/11/22",
        "2026.11.22",
        "20261122",
        "11/22/2026",
        "11-22-2026",
        "11/22/26",
        "22/11/2026",
        "22.11.2026",
        "22. 11. 2026",
        "22.11.26",
        "22 Nov 2026",
        "22-Nov-26",
        "Nov 22, 2026",
        "November 22nd, 2026",
        "Sunday, November 22, 2026",
        "Sun 22 Nov 2026",
        "22 de noviembre de 2026",
        "22 nov. 2026",
        "domingo, 22 de noviembre del 2026",
        "2026 Nov 22",
        "2026-11-22T09:30:00Z",
        "2026-11-22 09:30:00",
        "11/22/2026 9:30 AM",
        "46348",
        "46348.5",
        "\uff12\uff10\uff12\uff16-11-22",
    ],
)
def test_date_style(cell: str) -> None:
    """One day is read from each of its spellings (46348 is its serial number in the 1900 date system)."""
    assert _dates(cell) == [_DAY]


@pytest.mark.parametrize(
    ("month", "number"),
    [("ene", "01"), ("Abril", "04"), ("ago", "08"), ("setiembre", "09"), ("dic", "12"), ("May", "05"), ("Sept", "09")],
)
def test_month_words(month: str, number: str) -> None:
    """Months are known by their English and Spanish names, long and short."""
    assert _dates(f"7 {month} 2026") == [f"2026-{number}-07"]


def test_column_shows_day_first() -> None:
    """One cell with a day above 12 settles the cells that could be read both ways."""
    assert _dates("05/06/2026", "22/06/2026") == ["2026-06-05", "2026-06-22"]


def test_column_shows_month_first() -> None:
    """The same cell is read month first beside 06/22/2026."""
    assert _dates("05/06/2026", "06/22/2026") == ["2026-05-06", "2026-06-22"]


def test_column_that_mixes_orders() -> None:
    """In a column that uses both orders an open date is a problem, a plain one is not."""
    assert _dates("05/06/2026", "22/06/2026", "06/22/2026") == ["roster.date_ambiguous", "2026-06-22", "2026-06-22"]


def test_open_column_is_read_american_in_english() -> None:
    """With no evidence an English course reads month first and says so."""
    roster = read_text("Name,Date\nAnn Lee,05/06/2026\n")
    assert str(roster.rows[0].awarded_on) == "2026-05-06"
    assert [(notice.code, notice.column) for notice in roster.notices] == [("roster.month_first_assumed", "Date")]


def test_open_column_is_read_day_first_in_spanish() -> None:
    """With no evidence a Spanish course reads day first."""
    assert _dates("05/06/2026", language="es") == ["2026-06-05"]


def test_header_settles_the_order() -> None:
    """`Fecha (dd/mm/aaaa)` decides, and nothing has to be assumed."""
    roster = read_text("Name,Fecha (dd/mm/aaaa)\nAnn Lee,05/06/2026\n")
    assert str(roster.rows[0].awarded_on) == "2026-06-05"
    assert roster.notices == ()


def test_same_day_and_month_assume_nothing() -> None:
    """06/06/2026 is the same day in both orders."""
    assert read_text("Name,Date\nAnn Lee,06/06/2026\n").notices == ()


def test_dots_mean_day_first() -> None:
    """05.06.2026 is the fifth of June even beside American dates."""
    assert _dates("05.06.2026", "06/22/2026") == ["2026-06-05", "2026-06-22"]


@pytest.mark.parametrize(
    "cell",
    [
        "2026-02-30",
        "31/04/2026",
        "13/13/2026",
        "00/10/2026",
        "Nov 2026",
        "soon",
        "22/11",
        "Feb 29 2026",
        "3rd week",
        "1",
        "²²/11/2026x",
    ],
)
def test_impossible_date(cell: str) -> None:
    """A day that does not exist, or no date at all, is a problem of its cell."""
    assert _dates(cell) == ["roster.date_invalid"]


def test_impossible_date_is_no_evidence() -> None:
    """31/02/2026 does not make its neighbours day first."""
    assert _dates("05/06/2026", "31/02/2026") == ["2026-05-06", "roster.date_invalid"]


@pytest.mark.parametrize("cell", ["1949-12-31", "2101-01-01", "0026-11-22", "99999"])
def test_year_far_away(cell: str) -> None:
    """A year before 1950 or after 2100 is a slip of the pen."""
    assert _dates(cell) == ["roster.date_out_of_range"]


@pytest.mark.parametrize("cell", ["", "-", "n/a", "N/A", "none"])
def test_no_date(cell: str) -> None:
    """An empty cell, a dash or n/a means no date of its own."""
    assert _dates(cell) == ["None"]


def test_short_years() -> None:
    """11/22/69 is 2069, 11/22/70 is 1970."""
    assert _dates("11/22/69", "11/22/70") == ["2069-11-22", "1970-11-22"]


def test_problem_shows_what_stood_there() -> None:
    """A bad date names its row, its column as written, and the cell."""
    roster = read_text("Name,Completion Date\nAnn Lee,2026-11-22\nBob Roe,next week\n")
    assert problems_of(roster) == [(3, "Completion Date", "roster.date_invalid")]
    assert roster.problems[0].value == "next week"
