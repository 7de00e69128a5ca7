"""The empty class list that the desk hands out, as a spreadsheet program and our own reader see it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from issuer import ResultDescription, read_achievement, read_roster
from issuer.course_file import load_example_course
from issuer.web.course_pages import compose_template

COURSE = read_achievement(load_example_course(), filename="x.yaml", folder=None)
FORMULAS = [
    '=HYPERLINK("https://evil.example","x")',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u00a0=1+1",
    "\uff1d1+1",  # the wide forms of East Asian writing
    "\uff0b1+1",
    "\uff0d1+1",
    "\uff201+1",
    "\ufe661+1",  # the small form
]


def _template(header: str) -> bytes:
    written = ResultDescription(key="written", name=header, result_type="Percent", value_min="0", value_max="100")
    return compose_template(replace(COURSE, results=(written,)))


@pytest.mark.parametrize("header", FORMULAS, ids=repr)
def test_no_header_is_a_formula(header: str) -> None:
    """T-48: a result named like a formula reaches the spreadsheet as text."""
    (row,) = csv.reader(io.StringIO(_template(header).decode("utf-8-sig"), newline=""))
    assert row[-1] == f"'{header}"


@pytest.mark.parametrize("header", ["Written test", "Pre-test", "A=B", "e-mail @ work", "Práctica", "100%"])
def test_other_headers_stay_as_they_are(header: str) -> None:
    """A sign within a text makes no formula."""
    (row,) = csv.reader(io.StringIO(_template(header).decode("utf-8-sig"), newline=""))
    assert row[-1] == header


def test_header_with_a_semicolon_stays_one_cell() -> None:
    """Where spreadsheets part cells at semicolons, the part behind one must not become a formula."""
    assert b'"Test;=1+1"' in _template("Test;=1+1")


def test_marked_header_is_read_back() -> None:
    """The mark before a formula does not keep a filled list from being read."""
    result = ResultDescription(
        key="written", name="=Written test", result_type="Percent", value_min="0", value_max="100"
    )
    course = replace(COURSE, results=(result,))
    filled = compose_template(course) + b'"Ann Lee","ann@example.org","2026-05-14","88"\r\n'
    roster = read_roster(filled, filename="class.csv", achievement=course)
    assert roster.problems == ()
    assert [(entry.description_key, entry.value) for entry in roster.rows[0].results] == [("written", "88")]
