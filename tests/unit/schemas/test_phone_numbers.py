"""Telephone numbers as people write them, in the form of ITU-T E.164."""

from __future__ import annotations

import pytest

from schemas import hide_phone_number, read_phone_number, show_phone_number


@pytest.mark.parametrize(
    ("typed", "calling_code", "number"),
    [
        ("(574) 555-0100", "1", "+15745550100"),
        ("574.555.0100", "1", "+15745550100"),
        ("1-574-555-0100", "1", "+15745550100"),
        ("Cell: 574 555 0100", "1", "+15745550100"),
        ("574\u2011555\u20110100", "1", "+15745550100"),  # hyphens that do not break
        ("\u202a+1 574 555 0100\u202c", "1", "+15745550100"),  # as copied from a contact card
        ("+52 55 1234 5678", "1", "+525512345678"),
        ("+52 1 55 1234 5678", "1", "+525512345678"),
        ("011 52 55 1234 5678", "1", "+525512345678"),
        ("55 1234 5678", "52", "+525512345678"),
        ("044 55 1234 5678", "52", "+525512345678"),
        ("00 1 574 555 0100", "52", "+15745550100"),
        ("612 34 56 78", "34", "+34612345678"),
        ("0034 612345678", "34", "+34612345678"),
        ("+44 20 7946 0000", "1", "+442079460000"),
    ],
)
def test_number_is_read(typed: str, calling_code: str, number: str) -> None:
    """With + or without, in the spelling of its country."""
    assert read_phone_number(typed, calling_code=calling_code) == number


@pytest.mark.parametrize(
    "typed",
    [
        "574-555-0100 x12",
        "574 555 0100 or 574 555 0101",
        "574 555 0100 / 574 555 0101",
        "5.74555E+09",
        "555-0100",
        "911",
        "074 555 0100",
        "+1 074 555 0100",
        "+1 574 155 0100",
        "+0 574 555 0100",
        "++1 574 555 0100",
        "+1574555010012345678",
        "+",
        "",
        "call me",
        "٥٧٤٥٥٥٠١٠٠",
        "1" * 61,
        "574\n555\n0100\r\nBcc: x",
    ],
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    """An extension, a second number, a short code, and what only looks like one."""
    with pytest.raises(ValueError, match=r"number"):
        read_phone_number(typed)


def test_number_is_shown_and_hidden() -> None:
    """In groups to read aloud; hidden, only its owner knows it."""
    assert show_phone_number("+15745550100") == "+1 574 555 0100"
    assert show_phone_number("+442079460000") == "+442079460000"
    assert hide_phone_number("+15745550142") == "…42"
