"""The zip of a class and the workbook in it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from python_calamine import CalamineWorkbook

from issuer import (
    IssuedCredential,
    ResultDescription,
    Roster,
    RosterProblem,
    RosterRow,
    RowResult,
    render_result_sheet,
    write_bundle,
)
from issuer.bundle import safe_file_name
from issuer.job_sheet import render_job_sheet
from schemas import LedgerError, describe_code
from tests.doubles.ledgers import FORKLIFT, issue, make_roster

if TYPE_CHECKING:
    from issuer import IssuerProfile, Ledger

HOSTILE_NAMES = [
    "../../etc/passwd",
    "..\\..\\windows\\system.ini",
    "/absolute",
    "C:\\drive",
    "name\x00.exe",
    "line\nbreak",
    "con",
    "LPT1",
    "a" * 500,
    "\u202egpj.exe",
    '*?<>|":',
    "...",
    "~root",
]


def _badge(name: str, **changes: object) -> IssuedCredential:
    values: dict[str, object] = {
        "id": "http://127.0.0.1:8000/b/s",
        "slug": "s",
        "issuer_id": "did:key:z",
        "achievement_slug": "forklift",
        "recipient_name": name,
        "recipient_email": "a@example.org",
        "json_bytes": b"{}",
        "jwt": "",
        "issued_at": datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
        "valid_until": None,
        **changes,
    }
    return IssuedCredential(**values)  # type: ignore[arg-type]


def _sheet(*badges: IssuedCredential) -> bytes:
    return render_result_sheet(
        badges,
        course_name="=1+1",
        base_url="http://127.0.0.1:8000",
        created=datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
    )


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_name_makes_one_plain_file_name(name: str) -> None:
    """No name climbs out of the zip, hides its ending, or is a device."""
    safe = safe_file_name(name)
    assert len(safe) <= 61
    assert not set(safe) & set('/\\:*?"<>|.~\x00\n\u202e')
    assert safe.upper() not in {"CON", "LPT1"}


@pytest.mark.parametrize("name", ["Ana María Núñez", "O'Brien-Smith", "李小龍", "Zoë"])
def test_ordinary_name_stays_readable(name: str) -> None:
    """Letters of any language, spaces, hyphens and apostrophes stay."""
    assert safe_file_name(name) == name


def test_each_person_has_a_folder_in_the_order_of_the_list(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Folders are numbered, so that two people of one name do not meet; row problems make no folder."""
    rows = tuple(RosterRow(number=number, name="Same Name", person_id=str(number)) for number in range(2, 5))
    problem = RosterProblem(row=5, column="name", code="roster.no_rows")
    progress = issue(ledger, issuer, Roster(rows=rows, problems=(problem,)))
    stream = io.BytesIO()
    write_bundle(ledger, progress.job_id, stream)
    with zipfile.ZipFile(stream) as bundle:
        folders = sorted({name.partition("/")[0] for name in bundle.namelist() if "/" in name})
    assert folders == ["001 Same Name", "002 Same Name", "003 Same Name"]


def test_workbook_tells_what_was_earned_and_who_got_nothing(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Number, day and results stand beside each badge; rows that were not issued stand on a second sheet, with why."""
    measured = ResultDescription(key="test", name="Written test", result_type="RawScore")
    row = RosterRow(
        number=2,
        name="Ana Invented",
        person_id="E-7",
        awarded_on=date(2026, 11, 20),
        results=(RowResult(description_key="test", value="92"),),
    )
    problem = RosterProblem(row=3, column="E-mail", code="roster.email_invalid", value="bob@", name="Bob Invented")
    roster = Roster(rows=(row,), problems=(problem,))
    progress = issue(ledger, issuer, roster, achievement=replace(FORKLIFT, results=(measured,)))
    stream = io.BytesIO()
    write_bundle(ledger, progress.job_id, stream)
    with zipfile.ZipFile(stream) as bundle:
        assert "001 Ana Invented/Ana Invented badge.json" in bundle.namelist()
        book = CalamineWorkbook.from_filelike(io.BytesIO(bundle.read("badges.xlsx")))
    badge = book.get_sheet_by_index(0).to_python()[1]
    assert (badge[8], str(badge[9])[:10], badge[10]) == ("E-7", "2026-11-20", "Written test: 92")
    rejected = book.get_sheet_by_name("Not issued").to_python()[1]
    assert rejected[:2] == [3, "Bob Invented"]
    assert "This is not a complete e-mail address." in str(rejected[2])


def test_workbook_speaks_the_language_of_the_class(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A course in Spanish gets headers, states and reasons in Spanish."""
    problem = RosterProblem(row=3, column="Correo", code="roster.email_invalid", value="bob@", name="Bob Invented")
    roster = Roster(rows=(RosterRow(number=2, name="Ana Invented"),), problems=(problem,))
    progress = issue(ledger, issuer, roster, achievement=replace(FORKLIFT, language="es-MX"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(render_job_sheet(ledger, progress.job_id)))
    assert book.sheet_names == ["Insignias", "No emitidas"]
    head, badge = book.get_sheet_by_name("Insignias").to_python()
    assert (head[0], head[5], badge[5]) == ("Nombre", "Estado", "vigente")
    reason = str(book.get_sheet_by_name("No emitidas").to_python()[1][2])
    assert reason.startswith(describe_code("roster.email_invalid").es)


def test_same_job_gives_the_same_zip(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Two downloads are equal byte for byte."""
    progress = issue(ledger, issuer, make_roster(2))
    streams = io.BytesIO(), io.BytesIO()
    for stream in streams:
        write_bundle(ledger, progress.job_id, stream)
    assert streams[0].getvalue() == streams[1].getvalue()


def test_zip_of_an_unknown_job_is_refused(ledger: Ledger) -> None:
    """A number that names no job gives no zip."""
    with pytest.raises(LedgerError) as caught:
        write_bundle(ledger, "none", io.BytesIO())
    assert caught.value.code == "job.unknown"


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\tx", "\uff1d1", "{=1}", "http://x"]
)
def test_text_never_becomes_a_formula_or_a_link(name: str) -> None:
    """Whatever a name starts with, its cell is a text: no formula and no link stands in the file."""
    with zipfile.ZipFile(io.BytesIO(_sheet(_badge(name)))) as workbook:
        sheet = workbook.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "hyperlink" not in sheet
        assert not any("rels" in entry and "sheet1" in entry for entry in workbook.namelist())
    rows = CalamineWorkbook.from_filelike(io.BytesIO(_sheet(_badge(name)))).get_sheet_by_index(0).to_python()
    assert rows[1][0] == name
    assert rows[1][2] == "=1+1"


def test_workbook_names_state_dates_and_link() -> None:
    """A row says who has which badge, since when, until when, in what state, and where its page is."""
    until = datetime(2029, 11, 22, 23, 59, 59, tzinfo=UTC)
    badges = _badge("A"), _badge("B", revoked=True, valid_until=until), _badge("C", suspended=True)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(_sheet(*badges))).get_sheet_by_index(0).to_python()
    assert rows[0] == ["Name", "E-mail", "Badge", "Issued", "Valid until", "State", "Link", "Code",
                       "ID number", "Earned on", "Results", "Delivery"]  # fmt: skip
    assert [row[5] for row in rows[1:]] == ["in force", "revoked", "suspended"]
    assert [row[6] for row in rows[1:]] == ["http://127.0.0.1:8000/b/s"] * 3
    assert str(rows[2][4]) == "2029-11-22 23:59:59"
    assert rows[1][4] == ""
