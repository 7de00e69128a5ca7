"""Credentials that version 0.1.0 kept as files are taken into the ledger, as they are."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from issuer import Ledger, diagnose
from schemas import LedgerError, read_json_object
from skillmark.api_store import FOLDER_NAME, TAKEN_OVER_NAME, SignedFiles
from tests.doubles.ledgers import NOW, SetClock, open_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

VECTOR = Path(__file__).resolve().parents[2] / "vectors" / "skillmark-0.1.0"
BADGE_ID = "urn:uuid:0b5e6b4e-2f2f-4d0e-9b7c-6f6d0d1d0001"
PLAIN_ID = "urn:uuid:0b5e6b4e-2f2f-4d0e-9b7c-6f6d0d1d0002"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder of version 0.1.0."""
    connection = sqlite3.connect(tmp_path / "ledger.sqlite3")
    connection.executescript((VECTOR / "ledger.sql").read_text("utf-8"))
    connection.close()
    shutil.copytree(VECTOR / FOLDER_NAME, tmp_path / FOLDER_NAME)
    return tmp_path


@pytest.fixture
def ledger(home: Path) -> Iterator[Ledger]:
    """Its ledger, an hour later."""
    opened = open_ledger(home, SetClock(NOW + timedelta(hours=1)))
    yield opened
    opened.database.close()


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.json"))


def _faults(ledger: Ledger, home: Path) -> list[str]:
    findings = (*diagnose(ledger), *SignedFiles(ledger, home).diagnose())
    return [f"{finding.invariant} {finding.code}" for finding in findings if not finding.ok]


def test_bytes_are_taken_over_unchanged(ledger: Ledger, home: Path) -> None:
    """Each credential is found by its id, with the bytes of its file and the day on which it was signed."""
    before = {hashlib.sha256(path.read_bytes()).hexdigest() for path in _files(home / FOLDER_NAME)}
    SignedFiles(ledger, home).take_over()
    found = [ledger.find_by_id(credential_id) for credential_id in (BADGE_ID, PLAIN_ID)]
    assert {hashlib.sha256(one.json_bytes).hexdigest() for one in found if one} == before
    assert [one.issued_at for one in found if one] == [NOW + timedelta(minutes=5)] * 2
    assert [one.has_page for one in found if one] == [True, False]
    assert _faults(ledger, home) == []


def test_files_are_kept_under_another_name(ledger: Ledger, home: Path) -> None:
    """Nothing is removed."""
    before = [path.read_bytes() for path in _files(home / FOLDER_NAME)]
    SignedFiles(ledger, home).take_over()
    assert not (home / FOLDER_NAME).exists()
    assert [path.read_bytes() for path in _files(home / TAKEN_OVER_NAME)] == before


def test_second_time_changes_nothing(ledger: Ledger, home: Path) -> None:
    """Killed before the folder got its other name, or called by two at once, each file is taken once."""
    shutil.copytree(home / FOLDER_NAME, home / "copy")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: SignedFiles(ledger, home).take_over(), range(4)))
    (home / "copy").rename(home / FOLDER_NAME)
    (home / TAKEN_OVER_NAME).rename(home / "elsewhere")
    SignedFiles(ledger, home).take_over()
    assert ledger.count_issued() == 4
    assert _faults(ledger, home) == []


def test_one_without_a_place_cannot_be_revoked(ledger: Ledger, home: Path) -> None:
    """No list would tell of it, so nobody is told that it was revoked."""
    SignedFiles(ledger, home).take_over()
    with pytest.raises(LedgerError) as caught:
        ledger.revoke(BADGE_ID, "A mistake.", "desk")
    assert caught.value.code == "ledger.revocation_not_offered"
    assert not ledger.find_by_id(BADGE_ID).revoked  # type: ignore[union-attr]


def test_changed_file_stays_where_it_is(ledger: Ledger, home: Path) -> None:
    """A file that the audit chain does not name is not taken; the doctor names it, and the other is taken."""
    changed = next(path for path in _files(home / FOLDER_NAME) if read_json_object(path.read_bytes())["id"] == BADGE_ID)
    changed.write_bytes(changed.read_bytes() + b" ")
    SignedFiles(ledger, home).take_over()
    assert changed.exists()
    assert ledger.find_by_id(BADGE_ID) is None
    assert ledger.find_by_id(PLAIN_ID) is not None
    assert _faults(ledger, home) == ["API doctor.api_missing", "API doctor.api_unrecorded"]


def test_file_that_was_not_taken_yet(ledger: Ledger, home: Path) -> None:
    """Before it is taken over the doctor says so."""
    assert _faults(ledger, home) == ["API doctor.api_not_taken_over"] * 2


def test_lost_file_is_missed(ledger: Ledger, home: Path) -> None:
    """A credential that the audit chain names and nobody has is a fault."""
    _files(home / FOLDER_NAME)[0].unlink()
    SignedFiles(ledger, home).take_over()
    assert _faults(ledger, home) == ["API doctor.api_missing"]


def test_home_without_the_folder(ledger: Ledger, tmp_path: Path) -> None:
    """A new data folder has nothing to take over."""
    SignedFiles(ledger, tmp_path / "new").take_over()
    assert ledger.count_issued() == 2
