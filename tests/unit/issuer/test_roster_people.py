"""Who is the same person, who is nobody, and what makes an award the same award."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from issuer import RosterRow, RowResult, row_fingerprint, row_key
from tests.doubles.class_lists import COURSE, names_of, problems_of, read_text

_ROW = RosterRow(number=2, name="José Peña", email="jose@example.org")


def test_same_person_twice() -> None:
    """The second row with the same address is named; the first stays."""
    roster = read_text("Name,E-mail\nAnn Lee,ann@example.org\nBob Roe,\nAnn Lee,ANN@example.org\n")
    assert problems_of(roster) == [(4, "", "roster.duplicate_person")]
    assert names_of(roster) == ["Ann Lee", "Bob Roe"]


def test_same_number_twice() -> None:
    """The same employee number is the same person, whatever the address."""
    roster = read_text("Name,ID,E-mail\nAnn Lee,7,a@example.org\nAnn Lee,7,b@example.org\n")
    assert problems_of(roster) == [(3, "", "roster.duplicate_person")]


@pytest.mark.parametrize(
    "rows",
    [
        "Ann Lee,7,ann@example.org\nAnn Lee,,ANN@example.org\n",
        "Ann Lee,,ann@example.org\nANN LEE,7,ann@example.org\n",
    ],
)
def test_once_with_a_number_and_once_without(rows: str) -> None:
    """The same name and address, with a number in one of two rows only: one person, one badge."""
    roster = read_text("Name,ID,E-mail\n" + rows)
    assert problems_of(roster) == [(3, "", "roster.duplicate_by_email")]
    assert [row.number for row in roster.rows] == [2]


def test_two_numbers_under_one_address_and_a_row_without() -> None:
    """Two numbers are two people; a row without one is one of them and gets no third badge."""
    roster = read_text("Name,ID,E-mail\nAnn Lee,7,a@example.org\nAnn Lee,8,a@example.org\nAnn Lee,,a@example.org\n")
    assert problems_of(roster) == [(4, "", "roster.duplicate_by_email")]


def test_with_and_without_a_number_on_two_days() -> None:
    """Two days are two awards, however much each row tells."""
    roster = read_text("Name,ID,E-mail,Date\nAnn Lee,7,a@example.org,2026-11-01\nAnn Lee,,a@example.org,2026-11-22\n")
    assert problems_of(roster) == []


def test_two_days_are_two_awards() -> None:
    """The same person on two days is two awards."""
    roster = read_text("Name,E-mail,Date\nAnn Lee,a@example.org,2026-11-01\nAnn Lee,a@example.org,2026-11-22\n")
    assert problems_of(roster) == []


def test_bare_names_that_are_equal() -> None:
    """Two rows with nothing but the same name cannot be told apart; accents and capitals make no difference."""
    roster = read_text("Name\nJosé Peña\nJOSE PENA\nAnn Lee\n")
    assert problems_of(roster) == [(2, "", "roster.person_ambiguous"), (3, "", "roster.person_ambiguous")]


def test_bare_name_beside_one_with_address() -> None:
    """A bare name that also stands with an address is ambiguous; the one with the address is not."""
    roster = read_text("Name,E-mail\nAnn Lee,ann@example.org\nAnn Lee,\n")
    assert problems_of(roster) == [(3, "", "roster.person_ambiguous")]


def test_same_name_with_two_addresses() -> None:
    """Two people of one name with addresses of their own are two people."""
    assert problems_of(read_text("Name,E-mail\nAnn Lee,a@example.org\nAnn Lee,b@example.org\n")) == []


def test_shared_address() -> None:
    """Different names under one address both stop: a badge would reach the wrong one."""
    roster = read_text("Name,E-mail\nAnn Lee,shop@example.org\nBob Roe,shop@example.org\n")
    assert problems_of(roster) == [(2, "", "roster.email_shared"), (3, "", "roster.email_shared")]


def test_shared_address_with_numbers() -> None:
    """A shared address does no harm when employee numbers tell the people apart."""
    roster = read_text("Name,E-mail,ID\nAnn Lee,shop@example.org,1\nBob Roe,shop@example.org,2\n")
    assert names_of(roster) == ["Ann Lee", "Bob Roe"]


def test_shared_number() -> None:
    """Different names under one number both stop."""
    roster = read_text("Name,ID\nAnn Lee,7\nBob Roe,7\n")
    assert [code for _, _, code in problems_of(roster)] == ["roster.id_shared", "roster.id_shared"]


@pytest.mark.parametrize(
    "line",
    [
        "Total,24,",
        "Total: 24,,",
        "TOTAL STUDENTS 24,,",
        "Grand total,,3",
        "Average,,88.5",
        "Promedio,,88",
        "Total de alumnos: 12,,",
        "Instructor: P. Trainer,,",
        "Instructor signature,________,",
        "Firma: ____________,,",
        "Page 1 of 2,,",
        "-----,-----,-----",
        "Printed: 11/18/2026,,",
        "Name,E-mail,Score",
    ],
)
def test_line_that_is_no_person(line: str) -> None:
    """Totals, signatures, rules, page numbers and a repeated header are left out, and that is said."""
    roster = read_text(f"Name,E-mail,Score\nAnn Lee,ann@example.org,90\n{line}\nBob Roe,bob@example.org,91\n")
    assert names_of(roster) == ["Ann Lee", "Bob Roe"]
    assert problems_of(roster) == []
    code = "roster.header_repeated" if line.startswith("Name,") else "roster.row_skipped"
    assert [(notice.row, notice.code) for notice in roster.notices if notice.row] == [(3, code)]


def test_score_that_fits_no_result_is_told() -> None:
    """A column called Grade is not used by a course without results, and the trainer is told so."""
    roster = read_text("Name,Grade\nAnn Lee,90\n")
    assert [(notice.column, notice.code) for notice in roster.notices] == [("Grade", "roster.result_not_used")]


def test_name_that_paper_cannot_show_is_told() -> None:
    """A name in signs that the paper fonts lack is good, with a notice; an accent is no such sign."""
    roster = read_text("Name\n山田 太郎\nŁukasz Őrsi\n")
    assert problems_of(roster) == []
    assert [(notice.row, notice.code) for notice in roster.notices] == [(2, "roster.name_not_printable")]


@pytest.mark.parametrize("name", ["Tota Lee", "Page Turner", "Countess Ada", "Mean Joe", "Signe Firma"])
def test_person_with_a_name_like_a_footer(name: str) -> None:
    """A person is not left out for a name that looks like a footer, when there is an address."""
    assert names_of(read_text(f"Name,E-mail\n{name},p@example.org\n")) == [name]


@pytest.mark.parametrize("name", ["Page, Larissa", "Teacher, Tom", "Total Li", "Printed Ann", "Noted Ben"])
def test_bare_name_like_a_footer(name: str) -> None:
    """Even a bare name is a person unless the whole line is a known footer."""
    assert len(read_text(f'Name\n"{name}"\n').rows) == 1


def test_blank_rows_are_skipped() -> None:
    """Empty rows count for row numbers and for nothing else."""
    roster = read_text("Name\n\nAnn Lee\n , \n\nBob Roe\n")
    assert [row.number for row in roster.rows] == [3, 6]
    assert roster.notices == ()


def test_key_follows_the_person() -> None:
    """Number before address before folded name."""
    by_id = replace(_ROW, person_id="7")
    assert row_key(by_id, COURSE) == row_key(replace(by_id, email="", name="Pepe"), COURSE)
    assert row_key(_ROW, COURSE) == row_key(replace(_ROW, name="Pepe", email="JOSE@example.org"), COURSE)
    bare = replace(_ROW, email="")
    assert row_key(bare, COURSE) == row_key(replace(bare, name="jose  pena"), COURSE)
    assert len({row_key(by_id, COURSE), row_key(_ROW, COURSE), row_key(bare, COURSE)}) == 3


def test_key_follows_achievement_and_day() -> None:
    """Another course or another day is another award; a result is not."""
    assert row_key(_ROW, COURSE) != row_key(_ROW, replace(COURSE, slug="other"))
    assert row_key(_ROW, COURSE) != row_key(replace(_ROW, awarded_on=date(2026, 11, 22)), COURSE)
    graded = replace(_ROW, results=(RowResult(description_key="written", value="90"),))
    assert row_key(_ROW, COURSE) == row_key(graded, COURSE)


def test_kinds_of_key_do_not_meet() -> None:
    """A number that reads like another person's address is not that person."""
    assert row_key(_ROW, COURSE) != row_key(replace(_ROW, email="", person_id="jose@example.org"), COURSE)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Jose Pena"},
        {"email": "j@example.org"},
        {"person_id": "7"},
        {"awarded_on": date(2026, 11, 22)},
        {"results": (RowResult(description_key="written", value="90"),)},
        {"evidence_url": "https://e.example.org/"},
        {"evidence_note": "seen"},
        {"license_number": "L1"},
    ],
)
def test_fingerprint_covers_everything(change: dict[str, object]) -> None:
    """Any change of what a row says changes its fingerprint."""
    assert row_fingerprint(_ROW) != row_fingerprint(replace(_ROW, **change))  # type: ignore[arg-type] # one field each


def test_fingerprint_ignores_the_place() -> None:
    """A row that moved in the sheet says the same."""
    assert row_fingerprint(_ROW) == row_fingerprint(replace(_ROW, number=9))
