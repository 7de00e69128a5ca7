"""A class list made to be slow: twice the header, or twice the tag of a workbook, costs about twice as much."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from issuer import read_roster
from issuer.failed_formulas import find_failed_formulas
from issuer.headers import fold_header
from schemas import RosterError
from tests.doubles.class_lists import COURSE, build_xlsx, change_entry
from tests.doubles.cost import assert_linear

if TYPE_CHECKING:
    from collections.abc import Callable

HEADER_CHARS = 50_000
UNITS = ("(", "[", "([", "(a ", ")(", "#", "n ", "n\N{DEGREE SIGN}", "/", " ", "a/", "é")
WORKBOOK = build_xlsx([["Name"], ["Ann Lee"]])


@pytest.mark.parametrize("unit", UNITS)
def test_long_header(unit: str) -> None:
    """A header cell of 100,000 characters is read, or refused, in proportion to its length."""

    def build(size: int) -> Callable[[], object]:
        data = f"Name,{unit * (size // len(unit))}\nAnn Lee,x\n".encode()

        def read() -> None:
            with suppress(RosterError):
                read_roster(data, filename="class.csv", achievement=COURSE)

        return read

    assert_linear(build, size=HEADER_CHARS)


@pytest.mark.parametrize("unit", ["a", "a=", "a=' ", 'a="', "a ", ":", "a = "])
def test_long_tag_of_a_workbook(unit: str) -> None:
    """So is a tag of 100,000 characters that names a sheet."""

    def build(size: int) -> Callable[[], object]:
        tag = b"<sheet " + unit.encode() * (size // len(unit)) + b">"
        data = change_entry(WORKBOOK, "xl/workbook.xml", lambda text: text.replace(b"</sheets>", tag + b"</sheets>"))
        return lambda: find_failed_formulas(data)

    assert_linear(build, size=HEADER_CHARS)


@pytest.mark.parametrize(
    ("header", "words"),
    [("Score (0 to 100)", "score"), ("Score [%]", "score"), ("(Score)", "score"), ("Score (a [b] c)", "score")],
)
def test_remarks_in_brackets_are_left_out(header: str, words: str) -> None:
    """What stands in brackets is a remark on the header; a header that is all brackets is read as it is."""
    assert fold_header(header) == words


def test_failed_formula_on_a_sheet_with_an_apostrophe() -> None:
    """A sheet may be called `Ana's list`; its failed formulas are seen all the same."""
    named = change_entry(WORKBOOK, "xl/workbook.xml", lambda text: text.replace(b'name="List"', b'name="Ana\'s list"'))
    data = change_entry(
        named, "xl/worksheets/sheet1.xml", lambda text: text.replace(b'<c r="A2" t="s">', b'<c r="A2" t="e">')
    )
    assert find_failed_formulas(data) == {"Ana's list": frozenset({(2, 1)})}
