"""What the limited child does with a workbook, tested in this process on harmless files."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime, time

import pytest
import xlsxwriter

from issuer.sheets import MAX_SHEETS, read_workbook
from issuer.workbook_zip import check_workbook_zip
from schemas import RosterError
from tests.doubles.class_lists import add_entry, build_xlsx, change_entry
from tools.build_example_rosters import write_ods

_GOOD = build_xlsx([["Name"], ["Ann Lee"]])
_SHEET = "xl/worksheets/sheet1.xml"


def _read(data: bytes, kind: bytes = b"xlsx") -> list[list[object]]:
    sheets: list[list[object]] = json.loads(read_workbook(kind + b"\n" + data))
    return sheets


def _refusal(data: bytes, kind: bytes = b"xlsx") -> str:
    with pytest.raises(RosterError) as caught:
        read_workbook(kind + b"\n" + data)
    return caught.value.code


def test_rows_with_their_numbers() -> None:
    """Empty rows are left out and the others keep the numbers that the spreadsheet shows."""
    data = build_xlsx([[], ["Name", "", ""], [], ["Ann Lee"]])
    assert _read(data) == [["List", [[2, ["Name"]], [4, ["Ann Lee"]]]]]


def test_cells_as_they_are_seen() -> None:
    """Numbers lose a needless .0, dates become ISO dates, truth becomes yes and no."""
    cells: list[str | float | date] = [
        7,
        87.5,
        1e20,
        0.1 + 0.2,
        True,
        False,
        date(2026, 11, 22),
        datetime(2026, 11, 22, 9, 30),  # noqa: DTZ001 - a cell has no zone
        "00042",
    ]
    assert _read(build_xlsx([cells])) == [
        ["List", [[1, ["7", "87.5", "1e+20", "0.3", "yes", "no", "2026-11-22", "2026-11-22T09:30:00", "00042"]]]]
    ]


def test_time_of_day() -> None:
    """A cell with only a time is text like any other."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("List")
        sheet.write_datetime(0, 0, time(9, 30), workbook.add_format({"num_format": "hh:mm"}))
    assert "09:30" in str(_read(data.getvalue()))


def test_ods() -> None:
    """OpenDocument gives the same rows."""
    data = write_ods({"A": (("Name", 1), ("Ann Lee", 2.5)), "B": ()})
    assert _read(data, b"ods") == [["A", [[1, ["Name", "1"]], [2, ["Ann Lee", "2.5"]]]], ["B", []]]


def test_hidden_and_chart_sheets_are_left_out() -> None:
    """Only visible sheets of cells are read."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as workbook:
        workbook.add_worksheet("Seen")
        workbook.add_worksheet("Hidden").hide()
        workbook.add_worksheet("Very hidden").very_hidden()
        chart = workbook.add_chart({"type": "line"})
        chart.add_series({"values": "=Seen!$A$1:$A$2"})
        workbook.add_chartsheet("Chart").set_chart(chart)
    assert _read(data.getvalue()) == [["Seen", []]]


def test_too_many_sheets() -> None:
    """A workbook of more than 50 sheets is no class list."""
    sheets: dict[str, tuple[tuple[str, ...], ...]] = {f"S{index}": (("x",),) for index in range(MAX_SHEETS + 1)}
    assert _refusal(write_ods({**sheets}), b"ods") == "roster.workbook_limit"


def test_too_many_columns() -> None:
    """The row with the 65th column is named."""
    with pytest.raises(RosterError) as caught:
        read_workbook(b"xlsx\n" + build_xlsx([["Name"], ["x"] * 65]))
    assert (caught.value.code, caught.value.row) == ("roster.too_many_columns", 2)


def test_reading_stops_after_the_limit() -> None:
    """One row more than any good sheet has is read, so that the limit can be told, and no further."""
    repeated = b'<table:table-row table:number-rows-repeated="150000"><table:table-cell office:value-type="string">'
    data = change_entry(
        write_ods({"A": (("Name",),)}),
        "content.xml",
        lambda text: text.replace(
            b"</table:table>", repeated + b"<text:p>x</text:p></table:table-cell></table:table-row></table:table>"
        ),
    )
    (_, rows), *_ = _read(data, b"ods")
    assert isinstance(rows, list)
    assert len(rows) == 100_016


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04 broken", "roster.workbook_malformed"),
        (change_entry(_GOOD, "xl/workbook.xml", lambda _: b"<broken"), "roster.workbook_malformed"),
        (add_entry(_GOOD, "../up", b""), "roster.workbook_limit"),
        (add_entry(_GOOD, "more.zip", b""), "roster.workbook_limit"),
        (write_ods({"A": ()}), "roster.type_mismatch"),
    ],
    ids=["no zip", "no workbook", "path", "nested", "ods"],
)
def test_refused(data: bytes, code: str) -> None:
    """Each kind of unfit workbook has its code."""
    assert _refusal(data) == code


def test_far_cell() -> None:
    """A cell with content far outside is refused before calamine sees the file."""
    far = b'<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row></sheetData>'
    with pytest.raises(RosterError) as caught:
        check_workbook_zip(change_entry(_GOOD, _SHEET, lambda text: text.replace(b"</sheetData>", far)), kind="xlsx")
    assert caught.value.code == "roster.workbook_limit"


def test_far_cell_across_two_chunks() -> None:
    """The look for far cells does not miss one that lies across the borders of what is read at once."""
    far = b'<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row></sheetData>'
    for shift in (0, 20, 40):
        padding = b" " * (1024 * 1024 - _sheet_place() - 30 - shift)
        data = change_entry(_GOOD, _SHEET, lambda text, pad=padding: text.replace(b"</sheetData>", pad + far))  # type: ignore[misc] # a bound default
        with pytest.raises(RosterError):
            check_workbook_zip(data, kind="xlsx")


def _sheet_place() -> int:
    with zipfile.ZipFile(io.BytesIO(_GOOD)) as archive:
        return archive.read(_SHEET).index(b"</sheetData>")


def test_too_many_entries() -> None:
    """A zip of more than a thousand entries is no workbook."""
    data = io.BytesIO(_GOOD)
    with zipfile.ZipFile(data, "a") as archive:
        for index in range(1_001):
            archive.writestr(f"x{index}", b"")
    assert _refusal(data.getvalue()) == "roster.workbook_limit"


def test_too_much_when_inflated() -> None:
    """What would inflate to more than 96 MiB is refused unread."""
    assert _refusal(change_entry(_GOOD, _SHEET, lambda text: text + b" " * (97 << 20))) == "roster.workbook_limit"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_entry_twice() -> None:
    """Two entries of one name are refused: two readers could take different ones."""
    assert _refusal(add_entry(_GOOD, _SHEET, b"<x/>")) == "roster.workbook_malformed"


def test_locked_entry() -> None:
    """An entry that is encrypted is named as locked."""
    data = bytearray(_GOOD)
    place = data.rindex(_SHEET.encode()) - 46  # central directory header, APPNOTE 4.3.12
    data[place + 8] |= 1
    assert _refusal(bytes(data)) == "roster.workbook_protected"


def test_unusual_compression() -> None:
    """Only stored and deflated entries are read."""
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_GOOD)) as source, zipfile.ZipFile(data, "w", zipfile.ZIP_BZIP2) as target:
        for entry in source.infolist():
            target.writestr(entry.filename, source.read(entry))
    assert _refusal(data.getvalue()) == "roster.workbook_malformed"
