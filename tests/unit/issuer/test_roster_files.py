"""CSV in its dialects, XLSX and ODS."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from issuer import ResultDescription, read_roster
from schemas import RosterError
from tests.doubles.class_lists import COURSE, build_xlsx, change_entry, course_with, names_of, problems_of, read_text
from tools.build_example_rosters import write_ods


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separator(separator: str) -> None:
    """Comma, semicolon, tab and bar are told apart, also beside quoted commas."""
    text = separator.join(["Name", "E-mail", "Date"]) + "\n"
    text += separator.join(['"Lopez, Maria"', "maria@example.org", "11/22/2026"]) + "\n"
    row = read_text(text).rows[0]
    assert (row.name, row.email, str(row.awarded_on)) == ("Maria Lopez", "maria@example.org", "2026-11-22")


def test_semicolons_with_bare_commas() -> None:
    """With semicolons a name needs no quotation marks around its comma."""
    assert names_of(read_text("Name;E-mail\nLopez, Maria;m@example.org\n")) == ["Maria Lopez"]


def test_one_column_of_last_first() -> None:
    """A single column of bare `Last, First` is one column of names, not two columns."""
    assert names_of(read_text("Name\nLopez, Maria\nLee, Ann\n")) == ["Maria Lopez", "Ann Lee"]


def test_excel_names_its_separator() -> None:
    """A first line `sep=;` is obeyed and counted as a row."""
    roster = read_text("sep=;\nName;E-mail\nLopez, Maria;m@example.org\n")
    assert [(row.number, row.name) for row in roster.rows] == [(3, "Maria Lopez")]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends(newline: str) -> None:
    """Line ends of all systems are read."""
    assert names_of(read_text(newline.join(["Name", "Ann Lee", "Bob Roe"]))) == ["Ann Lee", "Bob Roe"]


def test_mixed_line_ends() -> None:
    """Line ends may even be mixed in one file."""
    assert names_of(read_text("Name\r\nAnn Lee\nBob Roe\rCy Poe")) == ["Ann Lee", "Bob Roe", "Cy Poe"]


def test_byte_order_mark() -> None:
    """The mark that Excel writes before UTF-8 does not become part of the first header."""
    roster = read_roster(b"\xef\xbb\xbfName\r\nPe\xc3\xb1a\r\n", filename="list.csv", achievement=COURSE)
    assert names_of(roster) == ["Peña"]


def test_line_break_in_quotes_counts_as_one_row() -> None:
    """A quoted line break is inside a cell: the next person keeps the row number of the spreadsheet."""
    roster = read_text('Name,Comments\nAnn Lee,"one\ntwo"\nBob Roe,\n')
    assert [row.number for row in roster.rows] == [2, 3]


def test_doubled_quotes() -> None:
    """Doubled quotation marks are one."""
    assert names_of(read_text('Name\n"Ann ""Annie"" Lee"\n')) == ['Ann "Annie" Lee']


def test_formula_like_text_is_text() -> None:
    """A CSV cell that looks like a formula is text like any other."""
    assert names_of(read_text("Name\n=HYPERLINK(A1)\n+Ann Lee\n@Bob\n")) == ["=HYPERLINK(A1)", "+Ann Lee", "@Bob"]


def test_list_as_excel_on_windows_saves_it() -> None:
    """Windows-1252 with semicolons is read, and the names with accents are shown to whoever checks the list."""
    text = "Nombre;Correo;Fecha\r\nBegoña Núñez;b@example.org;13/05/2026\r\nAnn Lee;;\r\nLucía Peña;;\r\n"
    roster = read_roster(text.encode("cp1252"), filename="lista.csv", achievement=COURSE)
    assert names_of(roster) == ["Begoña Núñez", "Ann Lee", "Lucía Peña"]
    assert [(notice.code, notice.value) for notice in roster.notices] == [
        ("roster.letters_guessed", "Begoña Núñez · Lucía Peña")
    ]


def test_quotation_marks_of_windows() -> None:
    """Signs that only Windows-1252 has at these places are read too."""
    text = "Name,Comments\nZoë Vale,“fine” 100 €\nŽofie Šimek,…\n"
    roster = read_roster(text.encode("cp1252"), filename="list.csv", achievement=COURSE)
    assert names_of(roster) == ["Zoë Vale", "Žofie Šimek"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_letters_that_are_known_are_no_guess(encoding: str) -> None:
    """Nothing is said about accents where the file itself tells how they are stored; Excel's “Unicode text” does."""
    data = "Name\tE-mail\nBegoña Núñez\tb@example.org\n".encode(encoding)
    roster = read_roster(data, filename="list.txt", achievement=COURSE)
    assert (names_of(roster), roster.notices) == (["Begoña Núñez"], ())


def test_big_endian_with_its_mark() -> None:
    """UTF-16 is read in both byte orders when its mark stands in front."""
    data = b"\xfe\xff" + "Name\nŁukasz Müller\n".encode("utf-16-be")
    assert names_of(read_roster(data, filename="list.csv", achievement=COURSE)) == ["Łukasz Müller"]


def test_bad_bytes_name_their_row() -> None:
    """A byte that means nothing in Windows-1252 is refused with the row of the first letter that is no UTF-8."""
    with pytest.raises(RosterError) as caught:
        read_roster(b"Name\nAnn\nM\xfcller\nX\x81\n", filename="list.csv", achievement=COURSE)
    assert (caught.value.code, caught.value.row) == ("roster.not_utf8", 3)


@pytest.mark.parametrize("ending", ["xlsx", "ods"])
def test_workbook(ending: str) -> None:
    """XLSX and ODS give the same people, with real dates and numbers as text."""
    rows = (("Name", "ID", "Date", "Score"), ("Lopez, Maria", 1042, date(2026, 11, 22), 87.5))
    data = build_xlsx(rows) if ending == "xlsx" else write_ods({"List": rows})
    course = course_with(ResultDescription(key="s", name="Score", result_type="RawScore"))
    row = read_roster(data, filename=f"List.{ending.upper()}", achievement=course).rows[0]
    assert (row.name, row.person_id, str(row.awarded_on)) == ("Maria Lopez", "1042", "2026-11-22")
    assert row.results[0].value == "87.5"


def test_rows_keep_their_numbers_in_a_workbook() -> None:
    """Rows above and between are counted as the spreadsheet shows them."""
    data = build_xlsx([[], ["Class list"], [], ["Name"], ["Ann Lee"], [], ["???"]])
    roster = read_roster(data, filename="a.xlsx", achievement=COURSE)
    assert [row.number for row in roster.rows] == [5]
    assert problems_of(roster) == [(7, "Name", "roster.name_invalid")]


def test_first_sheet_with_a_header_is_read() -> None:
    """A cover sheet before the list does no harm."""
    data = write_ods({"Cover": (("Welcome",),), "List": (("Name",), ("Ann Lee",)), "Old": (("Name",), ("Bob Roe",))})
    assert names_of(read_roster(data, filename="a.ods", achievement=COURSE)) == ["Ann Lee"]


def test_hidden_sheet_is_not_read() -> None:
    """What the trainer does not see gets no badge."""
    data = change_entry(
        build_xlsx([["Name"], ["Ann Lee"]]),
        "xl/workbook.xml",
        lambda text: text.replace(b'sheetId="1"', b'sheetId="1" state="hidden"'),
    )
    with pytest.raises(RosterError) as caught:
        read_roster(data, filename="a.xlsx", achievement=COURSE)
    assert caught.value.code == "roster.no_name_column"


def test_formula_gives_its_value() -> None:
    """A formula is never run; the value that was stored with it is read."""
    data = change_entry(
        build_xlsx([["Name"], ["x"]]),
        "xl/worksheets/sheet1.xml",
        lambda text: text.replace(
            b'<c r="A2" t="s"><v>1</v></c>', b'<c r="A2" t="str"><f>B2&amp;C2</f><v>Ann Lee</v></c>'
        ),
    )
    assert names_of(read_roster(data, filename="a.xlsx", achievement=COURSE)) == ["Ann Lee"]


def test_failed_formula_is_not_an_empty_cell() -> None:
    """A date whose formula failed is a problem; an empty one would silently mean the day of issue."""
    data = change_entry(
        build_xlsx([[], ["", "Name", "Date"], ["", "Ann Lee", 7], ["", "Bob Roe", date(2026, 11, 22)]]),
        "xl/worksheets/sheet1.xml",
        lambda text: text.replace(b'<c r="C3"><v>7</v></c>', b'<c r="C3" t="e"><f>#REF!+1</f><v>#REF!</v></c>'),
    )
    roster = read_roster(data, filename="a.xlsx", achievement=COURSE)
    assert problems_of(roster) == [(3, "Date", "roster.cell_error")]
    assert names_of(roster) == ["Bob Roe"]


def test_date_and_time_cell() -> None:
    """A date cell with a time of day is its day."""
    data = build_xlsx([["Name", "Date"], ["Ann Lee", datetime(2026, 11, 22, 9, 30)]])  # noqa: DTZ001 - a cell has no zone
    assert str(read_roster(data, filename="a.xlsx", achievement=COURSE).rows[0].awarded_on) == "2026-11-22"


def test_styled_far_cells_do_no_harm() -> None:
    """A style dragged out to the last column without content is no bomb."""
    data = change_entry(
        build_xlsx([["Name"], ["Ann Lee"]]),
        "xl/worksheets/sheet1.xml",
        lambda text: text.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'),
    )
    assert names_of(read_roster(data, filename="a.xlsx", achievement=COURSE)) == ["Ann Lee"]


def test_ods_padding_to_the_last_row() -> None:
    """Repeated empty cells and rows, as LibreOffice writes them, cost nothing."""
    data = change_entry(
        write_ods({"List": (("Name",), ("Ann Lee",))}),
        "content.xml",
        lambda text: text.replace(
            b"</table:table>",
            b'<table:table-row table:number-rows-repeated="1048574">'
            b'<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>',
        ),
    )
    assert names_of(read_roster(data, filename="a.ods", achievement=COURSE)) == ["Ann Lee"]


@pytest.mark.parametrize("filename", ["list.pdf", "list.xls", "list.docx", "list.numbers", "list.html"])
def test_other_kinds(filename: str) -> None:
    """Other kinds of file are refused with what to save instead."""
    with pytest.raises(RosterError) as caught:
        read_roster(b"Name\nAnn Lee\n", filename=filename, achievement=COURSE)
    assert caught.value.code == "roster.type_unsupported"


def test_sha256_is_of_the_file() -> None:
    """The roster carries the SHA-256 of the bytes as they came (here as sha256sum prints it)."""
    expected = "33ba8b96aedae3d7c069857c388820056594085b0b35850e1c293c5bc247f6d2"
    assert read_text("Name\nAnn\n").sha256 == expected
