"""Names, addresses, links and notes of one row."""

from __future__ import annotations

import pytest

from tests.doubles.class_lists import names_of, problems_of, read_text


def _quote(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Maria Lopez", "Maria Lopez"),
        ("Lopez, Maria", "Maria Lopez"),
        ("Lopez García , María José", "María José Lopez García"),
        ("Smith, John, Jr.", "John Smith Jr."),
        ("John Smith, Jr.", "John Smith Jr."),
        ("Ann Lee, Ph.D.", "Ann Lee Ph.D."),
        ("  Ann   Lee ", "Ann Lee"),
        ("Ann\u00a0Lee", "Ann Lee"),
        ("\u200bAnn Lee", "Ann Lee"),
        ("Jose\u0301", "José"),
        ("O'Neil-Smith", "O'Neil-Smith"),
        ("李小龙", "李小龙"),
        ("Ann Lee,", "Ann Lee"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("Prince", "Prince"),
    ],
)
def test_name(cell: str, name: str) -> None:
    """`Last, First` is turned round, space and invisible signs go, letters of all scripts stay, in NFC."""
    assert names_of(read_text(f"Name\n{_quote(cell)}\n")) == [name]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("12345", "roster.name_invalid"),
        ("???", "roster.name_invalid"),
        ("ann@example.org", "roster.name_invalid"),
        ("a, b, c, d", "roster.name_unclear"),
        ("Lopez,, Maria", "roster.name_unclear"),
        ("A" * 201, "roster.name_too_long"),
        ("Ann\nLee", "roster.control_character"),
        ("Ann\x07Lee", "roster.control_character"),
        ("Ann \u202eeeL", "roster.control_character"),
        ("#REF!", "roster.cell_error"),
        ("A" * 10_001, "roster.cell_too_long"),
    ],
)
def test_bad_name(cell: str, code: str) -> None:
    """What is no name is a problem of its row only."""
    roster = read_text(f"Name\n{_quote(cell)}\nBob Roe\n")
    assert problems_of(roster) == [(2, "Name", code)]
    assert names_of(roster) == ["Bob Roe"]


def test_missing_name_beside_other_cells() -> None:
    """A row with an address and no name is a problem, not a blank row."""
    assert problems_of(read_text("Name,E-mail\n,ann@example.org\n")) == [(2, "Name", "roster.name_missing")]


def test_missing_name_in_two_columns() -> None:
    """The same when the name has two columns; the first of them is named."""
    assert problems_of(read_text("First name,Last name,ID\n,,7\n")) == [(2, "First name", "roster.name_missing")]


@pytest.mark.parametrize(
    ("cell", "email"),
    [
        ("Ann.Lee@Example.ORG", "ann.lee@example.org"),
        ("Ann Lee <ann@example.org>", "ann@example.org"),
        ("mailto:ann@example.org", "ann@example.org"),
        (" ann+cmm@sub.example.co ", "ann+cmm@sub.example.co"),
        ("", ""),
        ("n/a", ""),
        ("-", ""),
    ],
)
def test_email(cell: str, email: str) -> None:
    """An address is kept in small letters; nobody needs one."""
    assert read_text(f"Name,E-mail\nAnn Lee,{cell}\n").rows[0].email == email


@pytest.mark.parametrize(
    "cell",
    [
        "ann",
        "ann@",
        "@example.org",
        "ann@example",
        "ann@@example.org",
        "ann@example..org",
        ".ann@example.org",
        "ann@-example.org",
        "ann lee@example.org",
        "a@example.org; b@example.org",
        "ann@exämple.org",
        "a" * 250 + "@example.org",
        "ann@[127.0.0.1]",
        "555-0100",
    ],
)
def test_bad_email(cell: str) -> None:
    """What is not one whole address is a problem."""
    assert problems_of(read_text(f"Name,E-mail\nAnn Lee,{cell}\n")) == [(2, "E-mail", "roster.email_invalid")]


def test_evidence_link() -> None:
    """An https address under `Evidence` is a link."""
    row = read_text("Name,Evidence\nAnn Lee,https://evidence.example.org/7?x=1\n").rows[0]
    assert (row.evidence_url, row.evidence_note) == ("https://evidence.example.org/7?x=1", "")


def test_evidence_sentence() -> None:
    """A sentence under `Evidence` is a note."""
    row = read_text("Name,Evidence\nAnn Lee,Loaded three trailers\n").rows[0]
    assert (row.evidence_url, row.evidence_note) == ("", "Loaded three trailers")


def test_evidence_link_and_note() -> None:
    """A link and a note of their own go together."""
    row = read_text("Name,Evidence link,Evidence note\nAnn Lee,https://e.example.org/,Photo of the part\n").rows[0]
    assert (row.evidence_url, row.evidence_note) == ("https://e.example.org/", "Photo of the part")


@pytest.mark.parametrize(
    "cell",
    [
        "http://evidence.example.org/",
        "javascript:alert(1)",
        "data:text/html;x",
        "https://",
        "https://user@evil.example/",
        "https://host/ä",
        "www.example.org",
        "https://nodots/",
        "file:///etc/passwd",
        "https://e.example:99999/",
    ],
)
def test_bad_evidence_link(cell: str) -> None:
    """Only a full https address without a user name gets onto a badge."""
    expected = [(2, "Evidence", "roster.evidence_url_invalid")]
    assert problems_of(read_text(f"Name,Evidence\nAnn Lee,{cell}\n")) == expected


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("ID", "roster.id_too_long"),
        ("License", "roster.license_too_long"),
        ("Badge note", "roster.note_too_long"),
    ],
)
def test_too_long(header: str, code: str) -> None:
    """Numbers end at 100 signs, notes at 1,000."""
    assert problems_of(read_text(f"Name,{header}\nAnn Lee,{'x' * 1001}\n")) == [(2, header, code)]


def test_leading_zeros_stay() -> None:
    """An employee number is text: 00042 stays 00042."""
    assert read_text("Name,Employee ID\nAnn Lee,00042\n").rows[0].person_id == "00042"


def test_every_bad_cell_of_a_row_is_named() -> None:
    """One row can have several problems; it stops only itself."""
    roster = read_text("Name,E-mail,Date\nAnn Lee,ann@,never\nBob Roe,,\n")
    assert problems_of(roster) == [(2, "E-mail", "roster.email_invalid"), (2, "Date", "roster.date_invalid")]
    assert names_of(roster) == ["Bob Roe"]


def test_comma_that_pushed_a_row_right() -> None:
    """A name with a bare comma makes a row wider than the header; it is named, not misread."""
    roster = read_text("Name,E-mail\nLopez, Maria,maria@example.org\nAnn Lee,ann@example.org\n")
    assert (2, "", "roster.row_too_wide") in problems_of(roster)
    assert names_of(roster) == ["Ann Lee"]


def test_shown_value_is_cut() -> None:
    """A problem shows at most 80 signs of the cell."""
    assert len(read_text(f"Name\n{'9' * 300}\n").problems[0].value) == 80
