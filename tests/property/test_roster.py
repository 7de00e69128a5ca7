"""Whatever stands in a class list: a roster or a code that is explained, and never a wrong reading."""

from __future__ import annotations

import csv
import io
import string
import unicodedata
from datetime import date

from hypothesis import example, given, settings
from hypothesis import strategies as st

from issuer import Roster, read_roster
from schemas import RosterError, all_codes
from tests.doubles.class_lists import COURSE, build_xlsx, read_text

_WORKBOOK = build_xlsx([["Name", "E-mail", "Date"], ["Ann Lee", "ann@example.org", date(2026, 11, 22)]])
_NAMES = st.lists(st.text(string.ascii_letters + "áéíñüß", min_size=2, max_size=12), min_size=2, max_size=4).map(
    " ".join
)
_TURNING = frozenset(("LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI", "B"))  # UAX 9, table 4
_DAYS = st.dates(date(1950, 1, 1), date(2100, 12, 31))


def _read(data: bytes, filename: str) -> Roster | RosterError:
    try:
        return read_roster(data, filename=filename, achievement=COURSE)
    except RosterError as error:
        return error


def _codes(outcome: Roster | RosterError) -> set[str]:
    if isinstance(outcome, RosterError):
        return {outcome.code}
    return {entry.code for entry in (*outcome.problems, *outcome.notices)}


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_as_csv(data: bytes) -> None:
    """Any bytes give a roster or a code that stands in the tables."""
    assert _codes(_read(data, "a.csv")) <= set(all_codes())


@given(st.text(max_size=400))
def test_any_text_below_a_header(text: str) -> None:
    """Any text below a good header gives a roster or an explained code, and good rows have clean names."""
    outcome = _read(("Name,E-mail,Date,ID,Evidence\n" + text).encode("utf-8", "replace"), "")
    assert _codes(outcome) <= set(all_codes())
    if isinstance(outcome, Roster):
        names = [row.name for row in outcome.rows]
        assert all(name and name == " ".join(name.split()) for name in names)
        assert not any(unicodedata.bidirectional(char) in _TURNING or char < " " for name in names for char in name)


@given(st.lists(st.tuples(_NAMES, _DAYS), min_size=1, max_size=8), st.sampled_from([",", ";", "\t", "|"]))
def test_written_list_is_read_back(people: list[tuple[str, date]], separator: str) -> None:
    """What `csv` writes with any separator is read back: names, row numbers and days."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(["Name", "ID", "Date"])
    writer.writerows([name, number, day.isoformat()] for number, (name, day) in enumerate(people))
    rows = read_text(text.getvalue()).rows
    expected = [(index + 2, " ".join(name.split()), day) for index, (name, day) in enumerate(people)]
    assert [(row.number, row.name, row.awarded_on) for row in rows] == expected


@example(date(2100, 1, 1), "%Y%m%d")
@given(_DAYS, st.sampled_from(["%Y-%m-%d", "%d %b %Y", "%B %d, %Y", "%d-%b-%Y", "%d.%m.%Y", "%Y%m%d", "%Y/%m/%d"]))
def test_plain_date_in_any_style(day: date, style: str) -> None:
    """A date that can be read in one way only is read that way."""
    assert read_text(f'Name\tDate\nAnn Lee\t"{day.strftime(style)}"\n').rows[0].awarded_on == day


@given(st.lists(_DAYS, min_size=1, max_size=12), st.sampled_from(["%m/%d/%Y", "%d/%m/%Y"]))
def test_column_of_one_order(days: list[date], style: str) -> None:
    """A column in one order is read in that order whenever one of its days is above 12."""
    witness = date(2026, 11, 22)
    cells = [day.strftime(style) for day in (*days, witness)]
    rows = read_text("Name\tID\tDate\n" + "".join(f"Ann Lee\t{n}\t{cell}\n" for n, cell in enumerate(cells))).rows
    assert [row.awarded_on for row in rows] == [*days, witness]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(_WORKBOOK) - 1), st.integers(1, 255))
def test_one_broken_byte_of_a_workbook(place: int, change: int) -> None:
    """A workbook with one wrong byte gives a roster or an explained code, never a stray exception."""
    data = bytearray(_WORKBOOK)
    data[place] ^= change
    assert _codes(_read(bytes(data), "a.xlsx")) <= set(all_codes())
