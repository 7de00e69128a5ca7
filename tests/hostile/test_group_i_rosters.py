"""Hostile and broken class lists: each gives its code, and one bad row leaves the others alone."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from issuer import read_roster
from schemas import RosterError
from tests.doubles.class_lists import COURSE, add_entry, build_xlsx, change_entry, names_of, problems_of, read_text
from tests.doubles.cost import thread_and_children_time, within_cost
from tools.build_example_rosters import write_ods

_SHEET = "xl/worksheets/sheet1.xml"
_GOOD = build_xlsx([["Name"], ["Ann Lee"]])
_GOOD_ODS = write_ods({"List": (("Name",), ("Ann Lee",))})
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
_MAX_COST = 400.0  # yardsticks, the start of the child process among them
_MIB = 1024 * 1024


def _refusal(data: bytes, filename: str) -> RosterError:
    with pytest.raises(RosterError) as caught:
        read_roster(data, filename=filename, achievement=COURSE)
    return caught.value


def _costly_refusal(data: bytes, filename: str) -> str:
    """Return the code of a refusal that may cost no more than a child process and a little."""
    return within_cost(_MAX_COST, lambda: _refusal(data, filename).code, meter=thread_and_children_time)


def test_header_twice() -> None:
    """I131: a header `email,email` is not chosen between."""
    error = _refusal(b"name,email,email\nAnn,a@example.org,b@example.org\n", "a.csv")
    assert (error.code, error.column) == ("roster.header_duplicate", "email")


def test_mail_header_injection() -> None:
    """I132: an address with a line break and a Bcc header stops its row only."""
    roster = read_text('Name,E-mail\nAnn Lee,"a@b.org\r\nBcc: x@y"\nBob Roe,bob@example.org\n')
    assert problems_of(roster) == [(2, "E-mail", "roster.control_character")]
    assert names_of(roster) == ["Bob Roe"]


@pytest.mark.parametrize(
    "data",
    [
        "Name\nAnn Lee\n".encode("utf-16-le"),
        "Name\nAnn Lee\n".encode("utf-16-be"),
        "Name\nAnn Lee\n".encode("utf-32"),
        b"\xff\xfe" + "Name\nAnn Lee".encode("utf-16-le") + b"\x00",
        b"\xff\xfe" + "Name\nAnn ".encode("utf-16-le") + b"\x00\xd8" + "Lee\n".encode("utf-16-le"),
        b"\xef\xbb\xbfName\nM\xfcller\n",
        "Name\nPeña\n".encode() + "Müller\n".encode("cp1252"),
        b"Name\nAnn \xed\xa0\x80\n",
        b"Name\nAnn \xe9\x00Lee\n",
        b"Name\nAnn \xe9\x1bLee\n",
        "Name\nMüller Jiří\n".encode("cp1250").replace(b"\xf8", b"\x9d"),
        "Name\nPeña\n".encode("mac-roman"),
        "Name\nLópez\n".encode("mac-roman"),
        "Name\nJosé\n".encode("mac-roman"),
        "Name\nPeña\n".encode("cp850"),
        "Name\nGarcía\n".encode("cp850"),
        "Name\nMüller\n".encode("cp850"),
        "Name\nTomás Sánchez\n".encode("cp850"),
    ],
    ids=[
        *("utf16le", "utf16be", "utf32", "utf16-cut", "utf16-half-a-letter", "mark-of-utf8", "half-utf8", "surrogate"),
        *("null", "escape", "undefined", "mac-ñ", "mac-ó", "mac-é", "dos-ñ", "dos-í", "dos-ü", "dos-á"),
    ],
)
def test_letters_of_another_table(data: bytes) -> None:
    """I134: what cannot be Windows-1252 is refused: UTF-16 without its mark, damaged UTF-8, accents of a Mac or DOS."""
    assert _refusal(data, "a.csv").code == "roster.not_utf8"


@pytest.mark.parametrize("name", ["María\xa0de la Cruz", "José\xa0Pérez"])
def test_space_that_breaks_no_line_is_no_letter_of_dos(name: str) -> None:
    """I134: names from a web page have such spaces between their words."""
    roster = read_roster(f"Name\n{name}\n".encode("cp1252"), filename="a.csv", achievement=COURSE)
    assert names_of(roster) == [name.replace("\xa0", " ")]


def test_guessed_letters_are_said() -> None:
    """I134: a file that could be damaged UTF-8 or Windows-1252 is read as the latter, and never without a word."""
    roster = read_roster(b"Name\nJo\xc3 Lee\n", filename="a.csv", achievement=COURSE)
    assert [(notice.code, notice.value) for notice in roster.notices] == [("roster.letters_guessed", "JoÃ Lee")]


def test_formulas_in_letters_of_windows() -> None:
    """I136: in Windows-1252 too a formula is text."""
    roster = read_roster('Name\n"=HYPERLINK(""ñ"")"\n'.encode("cp1252"), filename="a.csv", achievement=COURSE)
    assert names_of(roster) == ['=HYPERLINK("ñ")']


def test_quote_never_closed() -> None:
    """I135: an open quotation mark before 99,999 rows names the row where it opens."""
    error = _refusal(b'Name,ID\nAnn Lee,1\n"Bob Roe,2\n' + b"Cy Poe,3\n" * 99_999, "a.csv")
    assert (error.code, error.row) == ("roster.malformed", 3)


def test_text_after_a_closed_quote() -> None:
    """I135: text right after a closing quotation mark names its row."""
    error = _refusal(b'Name,ID\n"Ann" Lee,1\n', "a.csv")
    assert (error.code, error.row) == ("roster.malformed", 2)


def test_command_as_name() -> None:
    """I136: a formula in a name is accepted as text; exports defuse it."""
    assert names_of(read_text("Name\n=cmd|' /C calc'!A0\n")) == ["=cmd|' /C calc'!A0"]


def test_one_row_too_many() -> None:
    """I137: 100,001 people are one too many."""
    assert _refusal(b"Name\n" + b"Ann Lee\n" * 100_001, "a.csv").code == "roster.too_many_rows"


def test_a_million_blank_rows() -> None:
    """I137: blank rows are counted too before they can cost much."""
    assert _refusal(b"Name\n" + b"\n" * 1_000_000 + b"Ann Lee\n", "a.csv").code == "roster.too_many_rows"


def _far_cell(markup: bytes) -> bytes:
    return change_entry(_GOOD, _SHEET, lambda text: text.replace(b"</sheetData>", markup + b"</sheetData>"))


_TEXT = b"<is><t>x</t></is></c></row>"


@pytest.mark.parametrize(
    "data",
    [
        _far_cell(b'<row r="1048576"><c r="XFD1048576" t="inlineStr">' + _TEXT),
        _far_cell(b"<row r='1048576'><c t='inlineStr' r = 'XFD1048576' >" + _TEXT),
        _far_cell(b'<row r="1048576"><c note=">" t="inlineStr" r="XFD1048576">' + _TEXT),
        _far_cell(b'<row r="190000"><c r="IV190000" t="inlineStr">' + _TEXT),
        change_entry(_GOOD, _SHEET, lambda text: text + b" " * (97 * _MIB)),
        change_entry(_GOOD, "docProps/app.xml", lambda text: text + b" " * (97 * _MIB)),
        add_entry(_GOOD, "xl/embeddings/more.zip", _GOOD),
        add_entry(_GOOD, "xl/embeddings/more.xlsx", _GOOD),
        add_entry(_GOOD, "../../etc/cron.d/x", b"x"),
        add_entry(_GOOD, "/etc/passwd", b"x"),
        add_entry(_GOOD, "..\\x", b"x"),
        add_entry(_GOOD, "C:\\x", b"x"),
    ],
    ids=[
        "far cell",
        "far cell, odd quotes",
        "far cell, hidden from a pattern",
        "wide and deep",
        "sheet inflates",
        "other part inflates",
        "nested zip",
        "nested workbook",
        "path leads up",
        "absolute path",
        "backslashes",
        "drive letter",
    ],
)
def test_workbook_bomb(data: bytes) -> None:
    """I138, T-50: a workbook that would cost too much is refused before it does."""
    assert len(data) < 10 * _MIB
    assert _costly_refusal(data, "a.xlsx") == "roster.workbook_limit"


def test_millions_of_shared_strings() -> None:
    """T-50: four million shared strings in 170 kB cost little, whatever comes of it."""
    data = change_entry(
        _GOOD,
        "xl/sharedStrings.xml",
        lambda text: text.replace(b"</sst>", b"<si><t>a</t></si>" * 4_000_000 + b"</sst>"),
    )

    def read() -> list[str]:
        try:
            return names_of(read_roster(data, filename="a.xlsx", achievement=COURSE))
        except RosterError as error:
            return [error.code]

    names = within_cost(_MAX_COST, read, meter=thread_and_children_time)
    assert names in (["Ann Lee"], ["roster.workbook_limit"])


def test_thousands_of_entries() -> None:
    """T-50: a zip with thousands of entries is refused."""
    data = io.BytesIO(_GOOD)
    with zipfile.ZipFile(data, "a") as archive:
        for index in range(2_000):
            archive.writestr(f"xl/media/{index}", b"")
    assert _refusal(data.getvalue(), "a.xlsx").code == "roster.workbook_limit"


@pytest.mark.parametrize("columns", [b"16384", b"4000000000"])
def test_ods_repeat_bomb(columns: bytes) -> None:
    """T-50: an OpenDocument cell repeated over the whole sheet is refused before it costs much."""
    row = (
        b'<table:table-row table:number-rows-repeated="1048570"><table:table-cell office:value-type="string" '
        b'table:number-columns-repeated="' + columns + b'"><text:p>x</text:p></table:table-cell></table:table-row>'
    )
    data = change_entry(_GOOD_ODS, "content.xml", lambda text: text.replace(b"</table:table>", row + b"</table:table>"))
    assert _costly_refusal(data, "a.ods") in {"roster.workbook_limit", "roster.workbook_malformed"}


def test_size_that_lies() -> None:
    """T-50: a zip whose directory understates an entry is damaged, not believed."""
    data = bytearray(change_entry(_GOOD, _SHEET, lambda text: text + b" " * 200_000))
    place = data.rindex(_SHEET.encode()) - 46  # central directory header, APPNOTE 4.3.12
    struct.pack_into("<I", data, place + 24, 1_000)
    assert _refusal(bytes(data), "a.xlsx").code == "roster.workbook_malformed"


def test_wrong_checksum() -> None:
    """A sheet with a wrong checksum is damaged."""
    data = bytearray(_GOOD)
    place = data.rindex(_SHEET.encode()) - 46
    struct.pack_into("<I", data, place + 16, 0)
    assert _refusal(bytes(data), "a.xlsx").code == "roster.workbook_malformed"


@pytest.mark.parametrize("kept", [200, 2_000, -30])
def test_cut_off(kept: int) -> None:
    """A workbook that was cut off is damaged."""
    assert _refusal(_GOOD[:kept], "a.xlsx").code == "roster.workbook_malformed"


def test_entities_are_not_expanded() -> None:
    """T-50: a DTD with nested entities does not grow."""
    bomb = b'<!DOCTYPE x [<!ENTITY a "Ann Lee"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    data = change_entry(
        _GOOD, "xl/sharedStrings.xml", lambda text: text.replace(b"<sst", bomb + b"<sst", 1).replace(b"Ann Lee", b"&b;")
    )
    try:
        names = names_of(read_roster(data, filename="a.xlsx", achievement=COURSE))
    except RosterError as error:
        names = [error.code]
    assert "Ann LeeAnn Lee" not in "".join(names)


def test_macros_and_links_are_left_alone() -> None:
    """T-50: a macro project and an external link are neither run nor followed."""
    data = add_entry(add_entry(_GOOD, "xl/vbaProject.bin", b"\x00macro"), "xl/externalLinks/externalLink1.xml", b"<x/>")
    assert names_of(read_roster(data, filename="a.xlsm", achievement=COURSE)) == ["Ann Lee"]


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (_OLD_EXCEL, "a.xlsx"),
        (_GOOD_ODS, "a.xlsx"),
        (b"Name\nAnn Lee\n", "a.xlsx"),
        (b"Name\nAnn Lee\n", "a.ods"),
        (_GOOD, "a.ods"),
        (_GOOD, "a.csv"),
        (_GOOD_ODS, "a.txt"),
        (_OLD_EXCEL, "a.csv"),
        (_GOOD, ""),
        (b"PK\x05\x06" + bytes(18), "a.xlsx"),
    ],
    ids=[
        "xls",
        "ods",
        "csv",
        "csv as ods",
        "xlsx as ods",
        "xlsx as csv",
        "ods as txt",
        "xls as csv",
        "pasted zip",
        "empty zip",
    ],
)
def test_content_is_not_what_the_name_says(data: bytes, filename: str) -> None:
    """I141: a renamed file is refused with what to do, not with a crash."""
    assert _refusal(data, filename).code == "roster.type_mismatch"


def test_zip_that_is_no_workbook() -> None:
    """A zip of something else with the ending .xlsx is refused."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert _refusal(data.getvalue(), "a.xlsx").code == "roster.type_mismatch"


@pytest.mark.parametrize("data", [b"", b" \n\t\n", b"\xef\xbb\xbf"], ids=["nothing", "blank", "mark"])
def test_empty(data: bytes) -> None:
    """An empty file says so."""
    assert _refusal(data, "a.csv").code in {"roster.empty", "roster.no_name_column"}


def test_too_large() -> None:
    """A file over 10 MiB is refused before it is read."""
    assert _refusal(b"x" * (10 * _MIB + 1), "a.csv").code == "roster.too_large"


def test_a_million_columns() -> None:
    """T-49: a million columns end at the 65th."""
    assert _refusal(b"Name" + b",x" * 1_000_000, "a.csv").code == "roster.too_many_columns"


def test_sixty_five_columns_in_a_workbook() -> None:
    """T-49: the same limit holds in a workbook, where 64 are fine."""
    header = ["Name", *(f"Week {index}" for index in range(63))]
    assert names_of(read_roster(build_xlsx([header, ["Ann Lee"]]), filename="a.xlsx", achievement=COURSE)) == [
        "Ann Lee"
    ]
    assert _refusal(build_xlsx([[*header, "Week 63"], ["Ann Lee"]]), "a.xlsx").code == "roster.too_many_columns"


def test_cell_of_ten_megabytes() -> None:
    """T-49: one huge cell stops its row, or the file when it cannot even be split into cells."""
    error = _refusal(b"Name\n" + b"x" * (9 * _MIB) + b"\n", "a.csv")
    assert (error.code, error.row) == ("roster.malformed", 2)


def test_huge_cell_in_a_workbook() -> None:
    """T-49: a cell of 20 MB in a workbook stops its row only, and costs little."""
    data = change_entry(
        build_xlsx([["Name", "Notes"], ["Ann Lee", "huge"], ["huge"]]),
        "xl/sharedStrings.xml",
        lambda text: text.replace(b"huge", b"x" * 20_000_000),
    )
    roster = within_cost(
        _MAX_COST,
        lambda: read_roster(data, filename="a.xlsx", achievement=COURSE),
        meter=thread_and_children_time,
    )
    assert problems_of(roster) == [(3, "Name", "roster.cell_too_long")]


def test_cell_over_the_limit() -> None:
    """T-49: a cell over 10 kB stops its row only."""
    roster = read_text(f"Name\n{'x' * 10_001}\nBob Roe\n")
    assert problems_of(roster) == [(2, "Name", "roster.cell_too_long")]
    assert names_of(roster) == ["Bob Roe"]


def test_nul() -> None:
    """T-49: a NUL inside a cell stops its row only."""
    roster = read_text("Name\nAnn\x00Lee\nBob Roe\n")
    assert problems_of(roster) == [(2, "Name", "roster.control_character")]


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u0085", "\u2028", "\x1b"])
def test_signs_that_turn_or_break(mark: str) -> None:
    """Signs that turn the writing direction or break a line never get onto a badge."""
    roster = read_text(f'Name\n"Ann{mark}Lee"\n')
    assert problems_of(roster) == [(2, "Name", "roster.control_character")]


def test_problem_shows_no_more_than_the_cell() -> None:
    """The error of a whole file quotes nothing from it."""
    error = _refusal(b"Name\nM\x81ller geheim\n", "a.csv")
    assert "geheim" not in str(error)
