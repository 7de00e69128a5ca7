"""The column of telephone numbers in a class list."""

from __future__ import annotations

import pytest

from issuer import read_roster
from issuer.row_identity import row_fingerprint, row_key
from tests.doubles.class_lists import COURSE, problems_of, read_text


@pytest.mark.parametrize(
    "header",
    [
        "Phone",
        "Mobile",
        "Cell",
        "Cell phone #",
        "Phone number",
        "Teléfono",
        "Móvil",
        "Celular",
        "No. de celular",
        "Tel.",
    ],
)
def test_headers_of_both_languages(header: str) -> None:
    """The usual words for it are known."""
    roster = read_text(f"Name,{header}\nAna Pérez,574-555-0100\n")
    assert roster.rows[0].phone == "+15745550100"


def test_mobile_comes_before_the_others() -> None:
    """Of several columns the one that takes texts is used, and two of one kind stop no list."""
    roster = read_text("Name,Work phone,Phone,Phone,Mobile\nAna,574-555-0101,574-555-0102,574-555-0103,574-555-0104\n")
    assert [row.phone for row in roster.rows] == ["+15745550104"]
    roster = read_text("Name,Phone,Teléfono\nAna,574-555-0102,574-555-0103\n")
    assert [row.phone for row in roster.rows] == ["+15745550102"]


@pytest.mark.parametrize(
    ("header", "number"),
    [("Phone (MX)", "+525512345678"), ("Teléfono (México)", "+525512345678"), ("Phone [+52]", "+525512345678")],
)
def test_country_stands_in_the_header(header: str, number: str) -> None:
    """What stands in brackets says whose national numbers these are."""
    assert read_text(f"Name,{header}\nAna,55 1234 5678\n").rows[0].phone == number


def test_country_comes_from_the_settings_else() -> None:
    """A site in Spain reads nine digits."""
    roster = read_roster(b"Name,Phone\nAna,612345678\n", filename="", achievement=COURSE, calling_code="34")
    assert roster.rows[0].phone == "+34612345678"


def test_bad_cell_is_explained_where_it_stands() -> None:
    """A number that cannot be dialled stops its row only, and can be mended in place."""
    text = "Name,Phone\nAna,555-0100\nBo,574-555-0100\nCy,n/a\n"
    roster = read_text(text)
    assert problems_of(roster) == [(2, "Phone", "roster.phone_invalid")]
    assert [row.phone for row in roster.rows] == ["+15745550100", ""]
    mended = read_roster(text.encode(), filename="", achievement=COURSE, fixes={(2, "Phone"): "+1 574 555 0101"})
    assert [row.phone for row in mended.rows] == ["+15745550101", "+15745550100", ""]


def test_number_makes_nobody_another_person() -> None:
    """A list with another number for the same person means the same award, unchanged."""
    before, after = (
        read_text(f"Name,E-mail,Phone\nAna,ana@example.org,{phone}\n").rows[0] for phone in ("574-555-0100", "")
    )
    assert row_key(before, COURSE) == row_key(after, COURSE)
    assert row_fingerprint(before) == row_fingerprint(after)
