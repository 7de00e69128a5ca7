"""Words, cells and files of a bulk report, row by row."""

from __future__ import annotations

import csv
import json
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from schemas import BadgeError, guard_cell
from skillmark import bulk_sheet
from skillmark.bulk_report import open_report
from skillmark.bulk_words import COLUMN_KEYS, WORDS, compose_cells
from tests.doubles.issuer_simulator import NOW
from verifier import BulkRow, BulkSummary, Finding, IssuerStanding, Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from schemas import Language

LANGUAGES: tuple[Language, ...] = ("en", "es")


def _row(**changes: Any) -> BulkRow:  # noqa: ANN401 - members of the row
    row = BulkRow(
        label="a.json",
        part=0,
        parts=0,
        finding=Finding.GENUINE,
        verdict=Verdict.VERIFIED,
        code="",
        achievement="Welder",
        issuer="Example College",
        issuer_id="did:web:college.example.edu",
        domain="college.example.edu",
        standing=IssuerStanding.ADDRESS,
        awarded_on="2026-11-01",
        expires_on="2027-11-01",
    )
    return row._replace(**changes)


def _write(path: Path, *rows: BulkRow, language: Language = "en") -> None:
    summary = BulkSummary()
    with open_report(path, language=language, now=NOW) as report:
        for row in rows:
            summary.add(row)
            report.write(row)
        report.finish(summary)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_and_standing_has_a_word(language: Language) -> None:
    """No finding is left without a word, and no two have the same."""
    words = WORDS[language]
    assert set(words.findings) == set(Finding)
    assert len(set(words.findings.values())) == len(Finding)
    assert set(words.standings) == set(IssuerStanding)
    assert len(words.columns) == len(COLUMN_KEYS)


def test_a_genuine_badge_of_an_unproven_name_has_a_next_step() -> None:
    """Anyone can write a name: the row says to ask the issuer, in both languages."""
    step = COLUMN_KEYS.index("next_step")
    row = _row(standing=IssuerStanding.UNPROVEN)
    assert compose_cells(row, language="en")[step].startswith("Ask the issuer")
    assert compose_cells(row, language="es")[step].startswith("Pregunte")
    assert compose_cells(_row(), language="en")[step] == ""


def test_a_reason_comes_from_the_tables() -> None:
    """A code becomes the same sentence and the same next step as on the page of one badge."""
    cells = compose_cells(_row(finding=Finding.REVOKED, code="status.revoked"), language="en")
    assert cells[COLUMN_KEYS.index("reason")].endswith(".")
    assert cells[COLUMN_KEYS.index("code")] == "status.revoked"


@pytest.mark.parametrize(("part", "said"), [(0, "3 together"), (2, "2 of 3")])
def test_parts_are_named(part: int, said: str) -> None:
    """Of several badges in one file each row says which it is."""
    assert compose_cells(_row(part=part, parts=3), language="en")[1] == said


@given(st.text())
def test_a_guarded_cell_is_no_formula_and_loses_nothing(text: str) -> None:
    """Whatever a cell begins with, it begins with no sign of a formula any more, and the text stands behind it."""
    guarded = guard_cell(text)
    assert guarded in (text, f"'{text}")
    assert not guarded.lstrip().startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"))


@pytest.mark.parametrize("label", ["=1+1", "+1", "-1", "@x", "\uff1dx", " =1"])
def test_csv_cells_are_guarded(tmp_path: Path, label: str) -> None:
    """A file name that is a formula is text in the report (T-48)."""
    _write(tmp_path / "r.csv", _row(label=label))
    (_, cells) = csv.reader((tmp_path / "r.csv").read_text("utf-8-sig").splitlines())
    assert cells[0] == f"'{label}"


def test_a_day_before_spreadsheets_is_text(tmp_path: Path) -> None:
    """A badge may claim a day that no spreadsheet program can write."""
    _write(tmp_path / "r.xlsx", _row(awarded_on="0001-01-01", expires_on="9999-12-31"))
    sheet = CalamineWorkbook.from_path(tmp_path / "r.xlsx").get_sheet_by_index(0).to_python()
    assert (sheet[1][7], str(sheet[1][8])) == ("0001-01-01", "9999-12-31")


def test_a_workbook_goes_on_in_another_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More rows than a sheet can hold are not lost."""
    monkeypatch.setattr(bulk_sheet, "MAX_SHEET_ROWS", 3)
    _write(tmp_path / "r.xlsx", *(_row(label=str(number)) for number in range(5)))
    book = CalamineWorkbook.from_path(tmp_path / "r.xlsx")
    names = ["Badges", "Badges 2", "Badges 3"]
    assert book.sheet_names == [*names, "Summary"]
    rows = [row[0] for name in names for row in book.get_sheet_by_name(name).to_python()[1:]]
    assert [str(row) for row in rows] == ["0", "1", "2", "3", "4"]


def test_lines_are_the_same_for_a_machine_in_each_language(tmp_path: Path) -> None:
    """Only the sentences of a JSON line depend on the language."""
    row = _row(finding=Finding.EXPIRED, verdict=Verdict.REJECTED, code="validity.expired")
    for language in LANGUAGES:
        _write(tmp_path / f"{language}.jsonl", row, language=language)
    english, spanish = (json.loads((tmp_path / f"{language}.jsonl").read_bytes()) for language in LANGUAGES)
    assert {key for key in english if english[key] != spanish[key]} == {"reason", "nextStep"}
    assert english["result"] == "expired"


def _break_off(path: Path) -> None:
    with open_report(path, language="en", now=NOW) as report:
        report.write(_row())
        raise KeyError


@pytest.mark.parametrize("ending", ["csv", "jsonl", "xlsx"])
def test_a_failure_leaves_what_was_there(tmp_path: Path, ending: str) -> None:
    """A run that breaks replaces no report and leaves no draft."""
    path = tmp_path / f"r.{ending}"
    path.write_text("of yesterday", "utf-8")
    with pytest.raises(KeyError):
        _break_off(path)
    assert path.read_text("utf-8") == "of yesterday"
    assert [file.name for file in tmp_path.iterdir()] == [f"r.{ending}"]


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    """What the disk refuses is an error with a code, also while rows are written."""
    with pytest.raises(BadgeError) as caught, open_report(tmp_path / "r.csv", language="en", now=NOW):
        raise OSError(28, "No space left on device")
    assert caught.value.code == "bulk.report_unwritable"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", ["csv", "jsonl", "xlsx"])
def test_ten_times_the_rows_take_no_more_memory(tmp_path: Path, ending: str) -> None:
    """A report is written as it comes: its peak for 5,000 rows is that for 500."""

    def peak(count: int) -> int:
        tracemalloc.start()
        try:
            _write(tmp_path / f"{count}.{ending}", *(_row(label=f"{number}.json") for number in range(3)))
            tracemalloc.reset_peak()
            summary = BulkSummary()
            with open_report(tmp_path / f"r{count}.{ending}", language="en", now=NOW) as report:
                for number in range(count):
                    row = _row(label=f"{number}.json")
                    summary.add(row)
                    report.write(row)
                report.finish(summary)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(2_500)  # what is loaded once; Python keeps 2,000 tuples of each length for later
    assert peak(5_000) < 1.5 * peak(500)
