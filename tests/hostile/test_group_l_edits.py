"""Group L: people who edit the database. Whatever they change is found, and nothing of it is served."""

from __future__ import annotations

import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from issuer import Ledger, ProofChoice, run_job
from schemas import LedgerError
from tests.doubles.ledgers import (
    SetClock,
    find_faults,
    issue,
    make_issuer,
    make_roster,
    open_ledger,
    start,
)

if TYPE_CHECKING:
    from pathlib import Path

    from issuer import IssuerProfile


def _edit(folder: Path, *statements: str) -> None:
    """Edit the file as somebody would who may write to it and knows of the triggers."""
    connection = sqlite3.connect(folder / "ledger.sqlite3")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


# The digest is that of the one letter x.
REPLACE_WITH_X = (
    "UPDATE issued SET json_bytes = x'78', "
    "json_sha256 = x'2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881'"
)
AUDIT_EDITS = [
    "UPDATE audit SET record = CAST(replace(CAST(record AS TEXT), '\"event\"', '\"tneve\"') AS BLOB) WHERE seq = {seq}",
    "UPDATE audit SET record = record || x'20' WHERE seq = {seq}",
    "UPDATE audit SET record = CAST(record || ' ' AS BLOB) WHERE seq = {seq}",
    "UPDATE audit SET hash = zeroblob(32) WHERE seq = {seq}",
    "UPDATE audit SET time = '2020-01-01T00:00:00Z' WHERE seq = {seq}",
    "UPDATE audit SET event = 'nothing.happened' WHERE seq = {seq}",
    "UPDATE audit SET subject = 'someone else' WHERE seq = {seq}",
    "UPDATE audit SET seq = seq + 1000 WHERE seq = {seq}",
]


def test_every_edit_of_every_audit_record_is_found(tmp_path: Path, clock: SetClock) -> None:
    """Each record in turn, edited in eight ways behind our back: the doctor names the chain as broken."""
    first = tmp_path / "first"
    first.mkdir()
    ledger = open_ledger(first, clock)
    issue(ledger, make_issuer(ledger), make_roster(3))
    ledger.database.close()
    count = _count(first)
    assert count >= 8
    for seq in range(1, count + 1):
        for place, edit in enumerate(AUDIT_EDITS):
            folder = tmp_path / f"{seq}-{place}"
            shutil.copytree(first, folder)
            _edit(folder, edit.format(seq=seq))
            edited = open_ledger(folder, clock)
            assert ("I6", "audit.chain_broken") in find_faults(edited)
            edited.database.close()
            shutil.rmtree(folder)


def _count(folder: Path) -> int:
    connection = sqlite3.connect(folder / "ledger.sqlite3")
    count = connection.execute("SELECT max(seq) FROM audit").fetchone()[0]
    connection.close()
    assert isinstance(count, int)
    return count


def test_every_cut_of_the_audit_is_found(tmp_path: Path, clock: SetClock) -> None:
    """Each suffix of the chain in turn is cut off: `audit.truncated`, and issuing stops."""
    first = tmp_path / "first"
    first.mkdir()
    ledger = open_ledger(first, clock)
    issuer = make_issuer(ledger)
    issue(ledger, issuer, make_roster(3))
    waiting = start(ledger, issuer, make_roster(4), key="later").job_id
    ledger.witness.append(ledger.database, now=clock())
    ledger.database.close()
    for kept in range(_count(first)):
        folder = tmp_path / str(kept)
        shutil.copytree(first, folder)
        _edit(folder, f"DELETE FROM audit WHERE seq > {kept}")  # noqa: S608 - a number
        cut = open_ledger(folder, clock)
        assert ("I6", "audit.truncated") in find_faults(cut)
        with pytest.raises(LedgerError) as caught:
            run_job(cut, waiting)
        assert caught.value.code == "audit.truncated"
        cut.database.close()
        shutil.rmtree(folder)


def test_rewritten_chain_of_the_same_length_is_found(tmp_path: Path, clock: SetClock) -> None:
    """Somebody who recomputes every hash is found out by the witness, and issuing stops."""
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        ledger = open_ledger(folder, clock)
        issue(ledger, make_issuer(ledger), make_roster(2))
        ledger.database.close()
    (one / "audit-witness.jsonl").write_bytes((two / "audit-witness.jsonl").read_bytes())
    ledger = open_ledger(one, clock)
    assert ("I6", "audit.chain_broken") in find_faults(ledger)
    with pytest.raises(LedgerError) as caught:
        ledger.check_ready_to_issue()
    assert caught.value.code == "audit.chain_broken"
    ledger.database.close()


@pytest.mark.parametrize("column", ["json_bytes", "jwt"])
def test_flipped_bits_are_never_served(tmp_path: Path, clock: SetClock, column: str) -> None:
    """One flipped bit, at 40 places of a stored badge: it is not served, and the doctor names it (T-75)."""
    ledger = open_ledger(tmp_path, clock)
    issue(ledger, make_issuer(ledger), make_roster(1), proof=ProofChoice.BOTH)
    (issued,) = ledger.list_issued()
    original = issued.json_bytes if column == "json_bytes" else issued.jwt.encode()
    _edit(tmp_path)
    for place in range(0, len(original), len(original) // 40):
        flipped = bytearray(original)
        flipped[place] ^= 1 << place % 7
        connection = sqlite3.connect(tmp_path / "ledger.sqlite3")
        connection.execute(f"UPDATE issued SET {column} = ?", (bytes(flipped),))  # noqa: S608 - one of two
        connection.commit()
        connection.close()
        with pytest.raises(LedgerError) as caught:
            ledger.find_published(issued.slug)
        assert caught.value.code == "ledger.bytes_damaged"
    assert ("I1", "ledger.bytes_damaged") in find_faults(ledger)
    ledger.database.close()


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DELETE FROM issued", ("I1", "doctor.issued_not_recorded")),
        ("DELETE FROM issued", ("I7", "doctor.job_rows_mismatch")),
        (REPLACE_WITH_X, ("I1", "ledger.bytes_damaged")),
        ("UPDATE issued SET jwt = 'text'", ("I1", "ledger.bytes_damaged")),
        ("UPDATE audit SET record = 'text'", ("I6", "audit.chain_broken")),
        ("UPDATE planned SET row_key = slug", ("I2", "doctor.badge_doubled")),
        ("DELETE FROM status_slots", ("I3", "doctor.slot_mismatch")),
        ("UPDATE status_slots SET idx = (idx + 1) % 131072", ("I3", "doctor.slot_mismatch")),
        ("UPDATE planned SET unsecured = '{}'", ("I4", "doctor.own_badge_invalid")),
        ("UPDATE signing_keys SET created = '2027-01-01T00:00:00Z'", ("I9", "doctor.dates_wrong")),
        ("UPDATE planned SET valid_from = '2027-01-01T00:00:00Z'", ("I9", "doctor.dates_wrong")),
        ("DELETE FROM status_changes", ("I6", "doctor.issued_not_recorded")),
        ("DELETE FROM status_changes", ("I5", "doctor.status_went_back")),
        ("UPDATE status_changes SET value = 0", ("I5", "doctor.status_went_back")),
        ("DELETE FROM status_documents WHERE sequence = 1", ("I5", "doctor.status_went_back")),
        ("DELETE FROM job_rows WHERE position = 0", ("I7", "doctor.job_rows_mismatch")),
        ("UPDATE job_rows SET state = 'pending'", ("I7", "doctor.job_rows_mismatch")),
        ("UPDATE job_rows SET slug = 'none'", ("I10", "doctor.database_damaged")),
    ],
)
def test_doctor_names_what_was_done_to_the_records(
    tmp_path: Path, clock: SetClock, statement: str, found: tuple[str, str]
) -> None:
    """Each way to lose, double or change something breaks the invariant that speaks of it."""
    ledger = open_ledger(tmp_path, clock)
    issue(ledger, make_issuer(ledger), make_roster(2))
    ledger.status_list(1)
    ledger.revoke(ledger.list_issued()[0].id, reason="test", by="desk")
    ledger.status_list(1)
    assert find_faults(ledger) == set()
    _edit(tmp_path, statement)
    assert found in find_faults(ledger)
    ledger.database.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE issued SET jwt = x'00'",
        "DELETE FROM issued",
        "UPDATE planned SET salt = ''",
        "UPDATE planned SET unsecured = x'00'",
        "DELETE FROM planned",
        "UPDATE status_slots SET idx = 1",
        "DELETE FROM status_slots",
        "DELETE FROM status_changes",
        "UPDATE status_documents SET document = x'00'",
        "DELETE FROM signing_keys",
        "UPDATE signing_keys SET public_jwk = ''",
        "DELETE FROM issuers",
        "UPDATE issuers SET id = 'did:key:z'",
        "UPDATE achievements SET document = x'00'",
    ],
)
def test_history_cannot_be_changed_through_the_program(ledger: Ledger, issuer: IssuerProfile, statement: str) -> None:
    """Triggers forbid to change or free what was issued: bytes, plans, places, keys (T-71)."""
    issue(ledger, issuer, make_roster(1))
    ledger.status_list(1)
    ledger.revoke(ledger.list_issued()[0].id, reason="test", by="desk")
    expected = sa.exc.OperationalError if "salt" in statement else sa.exc.IntegrityError
    with pytest.raises(expected), ledger.database.write() as connection:
        connection.exec_driver_sql(statement)
