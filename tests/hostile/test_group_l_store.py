"""Group L: faults of disk, lock and clock, and people who edit the database. Nothing is half done, all is found."""

from __future__ import annotations

import multiprocessing
import shutil
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from issuer import Ledger, ProofChoice, diagnose, job_progress, run_job, start_job
from keys import Keystore
from schemas import LedgerError
from storage import open_database
from tests.doubles.ledgers import (
    FORKLIFT,
    PASSPHRASE,
    TRIAL_URL,
    SetClock,
    issue,
    make_issuer,
    make_roster,
    open_ledger,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from issuer import IssuerProfile


@pytest.fixture
def clock() -> SetClock:
    """A clock that a test sets."""
    return SetClock()


@pytest.fixture
def ledger(tmp_path: Path, clock: SetClock) -> Iterator[Ledger]:
    """A fresh ledger."""
    opened = open_ledger(tmp_path, clock)
    yield opened
    opened.database.close()


@pytest.fixture
def issuer(ledger: Ledger) -> IssuerProfile:
    """An issuer with an Ed25519 key."""
    return make_issuer(ledger)


def _start(ledger: Ledger, issuer: IssuerProfile, rows: int, key: str = "key") -> str:
    return start_job(
        ledger,
        make_roster(rows),
        FORKLIFT,
        issuer_slug=issuer.slug,
        proof=ProofChoice.DATA_INTEGRITY,
        awarded_on=None,
        idempotency_key=key,
    ).job_id


def _bad(ledger: Ledger) -> set[tuple[str, str]]:
    return {(finding.invariant, finding.code) for finding in diagnose(ledger) if not finding.ok}


def _edit(folder: Path, *statements: str) -> None:
    """Edit the file as somebody would who may write to it and knows of the triggers."""
    connection = sqlite3.connect(folder / "ledger.sqlite3")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_disk_that_fills_up_leaves_nothing_half_done(tmp_path: Path, clock: SetClock) -> None:
    """The disk is full at 20 different points of a job: each time `store.full`, reading works, and the job goes on."""
    stopped = sum(_run_on_full_disk(tmp_path / str(pages), clock, pages) for pages in range(1, 21))
    assert stopped >= 10


def _run_on_full_disk(folder: Path, clock: SetClock, free_pages: int) -> bool:
    """Run a job with that much room, then again with enough; return whether it was stopped."""
    folder.mkdir()
    ledger = open_ledger(folder, clock)
    job_id = _start(ledger, make_issuer(ledger), 8)
    with ledger.database.read() as connection:
        limit = connection.exec_driver_sql("PRAGMA page_count").scalar_one() + free_pages

    def set_limit(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count={limit}")

    writer = ledger.database._writer
    sa.event.listen(writer, "connect", set_limit)
    writer.dispose()
    code = ""
    try:
        run_job(ledger, job_id)
    except LedgerError as error:
        code = error.code
    assert code in {"", "store.full"}
    progress = job_progress(ledger, job_id)
    assert progress.issued + progress.pending == 8
    assert all(ledger.find_published(issued.slug) == issued for issued in ledger.list_issued())
    assert _bad(ledger) == set()
    sa.event.remove(writer, "connect", set_limit)
    writer.dispose()
    assert run_job(ledger, job_id).issued == 8
    assert _bad(ledger) == set()
    ledger.database.close()
    return bool(code)


def test_locked_database_is_busy_for_writers_only(
    ledger: Ledger, issuer: IssuerProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another program holds the file, issuing says `store.busy` and badge pages still work."""
    issue(ledger, issuer, make_roster(2), key="first")
    job_id = _start(ledger, issuer, 3, key="second")
    monkeypatch.setattr("storage.sqlite_rules.BUSY_TIMEOUT_MILLISECONDS", 50)
    impatient = open_ledger(ledger.database.path.parent, SetClock())
    holder = sqlite3.connect(ledger.database.path)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(LedgerError) as caught:
        run_job(impatient, job_id)
    assert caught.value.code == "store.busy"
    assert len(impatient.list_issued()) == 2
    holder.rollback()
    holder.close()
    assert run_job(impatient, job_id).issued == 3
    impatient.database.close()


def test_clock_that_went_back_stops_issuing_not_reading(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """An hour back: `clock.backwards`, nothing issued, badges still shown; set right, the job goes on."""
    issue(ledger, issuer, make_roster(2), key="first")
    job_id = _start(ledger, issuer, 3, key="second")
    clock.advance(timedelta(hours=-1))
    with pytest.raises(LedgerError) as caught:
        run_job(ledger, job_id)
    assert caught.value.code == "clock.backwards"
    assert len(ledger.list_issued()) == 2
    assert ledger.status_list(1) is not None
    clock.advance(timedelta(hours=1))
    assert run_job(ledger, job_id).issued == 3


def test_badge_can_be_revoked_while_the_clock_is_wrong(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """A revocation does not wait for a clock; issuing still does, until the clock is right."""
    issue(ledger, issuer, make_roster(1), key="first")
    clock.advance(timedelta(hours=-1))
    (issued,) = ledger.list_issued()
    ledger.revoke(issued.id, reason="test", by="desk")
    with pytest.raises(LedgerError) as caught:
        issue(ledger, issuer, make_roster(2), key="second")
    assert caught.value.code == "clock.backwards"
    clock.advance(timedelta(hours=1))
    assert issue(ledger, issuer, make_roster(2), key="second").issued == 1


def test_clock_that_ran_ahead_can_be_accepted(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """After a day with the clock a year ahead, an administrator lets issuing go on."""
    clock.advance(timedelta(days=365))
    issue(ledger, issuer, make_roster(1), key="first")
    clock.advance(timedelta(days=-365))
    with pytest.raises(LedgerError):
        issue(ledger, issuer, make_roster(2), key="second")
    ledger.accept_clock(by="command line")
    assert issue(ledger, issuer, make_roster(2), key="second").issued == 2


def test_clock_that_goes_back_in_mid_job_stops_the_next_chunk(
    ledger: Ledger, issuer: IssuerProfile, clock: SetClock
) -> None:
    """The clock is looked at before each chunk, not only at the start."""
    job_id = _start(ledger, issuer, 60)
    with pytest.raises(LedgerError) as caught:
        run_job(ledger, job_id, on_progress=lambda _: clock.advance(timedelta(hours=-1)))
    assert caught.value.code == "clock.backwards"
    assert job_progress(ledger, job_id).issued == 50


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
            assert ("I6", "audit.chain_broken") in _bad(edited)
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
    waiting = _start(ledger, issuer, 4, key="later")
    ledger.witness.append(ledger.database, now=clock())
    ledger.database.close()
    for kept in range(_count(first)):
        folder = tmp_path / str(kept)
        shutil.copytree(first, folder)
        _edit(folder, f"DELETE FROM audit WHERE seq > {kept}")  # noqa: S608 - a number
        cut = open_ledger(folder, clock)
        assert ("I6", "audit.truncated") in _bad(cut)
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
    assert ("I6", "audit.chain_broken") in _bad(ledger)
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
    assert ("I1", "ledger.bytes_damaged") in _bad(ledger)
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
    assert _bad(ledger) == set()
    _edit(tmp_path, statement)
    assert found in _bad(ledger)
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


def _issue_in_process(folder: str, number: int) -> None:
    ledger = open_ledger(Path(folder), SetClock())
    profile = ledger.issuers()[0]
    achievement = replace(FORKLIFT, slug=f"course-{number}")
    issue(ledger, profile, make_roster(30), key=f"key {number}", achievement=achievement)
    for issued in ledger.list_issued(achievement_slug=achievement.slug)[:5]:
        ledger.revoke(issued.id, reason="test", by="desk")
    ledger.database.close()


def test_four_processes_never_share_a_place(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Four processes issue and revoke at once: 120 badges, 120 places, 20 set bits, no fault (T-70)."""
    assert issuer.slug
    context = multiprocessing.get_context("spawn")
    folder = str(ledger.database.path.parent)
    workers = [context.Process(target=_issue_in_process, args=(folder, number)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0, 0]
    with ledger.database.read() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM status_slots")) == 120
        assert connection.scalar(sa.text("SELECT count(DISTINCT pool || '-' || idx) FROM status_slots")) == 120
        assert connection.scalar(sa.text("SELECT count(*) FROM status_changes")) == 20
    assert ledger.status_list(1) is not None
    assert _bad(ledger) == set()


def test_restored_backup_gives_no_place_twice(tmp_path: Path, clock: SetClock) -> None:
    """After an old backup came back, issuing stops; once accepted, new badges take places of a new list."""
    ledger = open_ledger(tmp_path, clock)
    issuer = make_issuer(ledger)
    issue(ledger, issuer, make_roster(3), key="first")
    ledger.database.close()
    backup = (tmp_path / "ledger.sqlite3").read_bytes()

    ledger = open_ledger(tmp_path, clock)
    issue(ledger, issuer, make_roster(40), key="second")
    lost = {issued.slug for issued in ledger.list_issued()}
    ledger.database.close()
    (tmp_path / "ledger.sqlite3").write_bytes(backup)

    clock.advance(timedelta(minutes=10))
    ledger = open_ledger(tmp_path, clock)
    with pytest.raises(LedgerError) as caught:
        issue(ledger, issuer, make_roster(40), key="third")
    assert caught.value.code == "audit.truncated"
    ledger.accept_restore(by="command line")
    issue(ledger, issuer, make_roster(40), key="third")
    fresh = {issued.slug for issued in ledger.list_issued()} - lost
    assert len(fresh) == 37
    with ledger.database.read() as connection:
        pools = {row.slug: row.pool for row in connection.execute(sa.text("SELECT slug, pool FROM status_slots"))}
    assert {pools[slug] for slug in fresh} == {2}
    assert {pool for slug, pool in pools.items() if slug in lost} == {1}
    assert _bad(ledger) == set()
    ledger.database.close()


def test_witness_that_cannot_be_written_stops_issuing_in_time(
    tmp_path: Path, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issuing goes on for a while without the witness, then says so; with the witness back it goes on."""
    monkeypatch.setattr("issuer.witnessing.MAX_UNWITNESSED_RECORDS", 20)
    ledger = open_ledger(tmp_path, clock)
    issuer = make_issuer(ledger)
    lost = tmp_path / "other-disk"
    ledger.witness.path = lost / "witness.jsonl"
    issue(ledger, issuer, make_roster(60), key="first")
    with pytest.raises(LedgerError) as caught:
        issue(ledger, issuer, make_roster(70), key="second")
    assert caught.value.code == "audit.witness_unavailable"
    lost.mkdir()
    ledger.witness.append(ledger.database, now=clock())
    assert issue(ledger, issuer, make_roster(70), key="second").issued == 70
    ledger.database.close()


def test_unsafe_sqlite_is_said_by_the_doctor(tmp_path: Path, clock: SetClock) -> None:
    """SQLite 3.40.1 is named with its code, and the fallback is on; a fixed version is not named."""
    for version, code in (((3, 40, 1), "store.sqlite_version_unsafe"), ((3, 51, 3), "doctor.file_sound")):
        folder = tmp_path / str(version[1])
        folder.mkdir()
        database = open_database(folder / "ledger.sqlite3", sqlite_version=version)
        ledger = Ledger(database, Keystore(folder / "keys", PASSPHRASE), clock=clock, base_url=TRIAL_URL)
        assert (diagnose(ledger)[-1].code, diagnose(ledger)[-1].ok) == (code, True)
        database.close()


def test_list_is_still_served_when_it_cannot_be_renewed(
    ledger: Ledger, issuer: IssuerProfile, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Locked out, the newest list is served to its end when it is complete; one that hides a revocation is not."""
    issue(ledger, issuer, make_roster(1))
    first = ledger.status_list(1)
    second = ledger.status_list(2)
    clock.advance(timedelta(hours=13))
    ledger.revoke(ledger.list_issued()[0].id, reason="test", by="desk")
    monkeypatch.setattr("storage.sqlite_rules.BUSY_TIMEOUT_MILLISECONDS", 50)
    impatient = open_ledger(ledger.database.path.parent, clock)
    holder = sqlite3.connect(ledger.database.path)
    holder.execute("BEGIN IMMEDIATE")
    assert impatient.status_list(2) == second != first
    with pytest.raises(LedgerError) as caught:
        impatient.status_list(1)
    assert caught.value.code == "store.busy"
    clock.advance(timedelta(hours=11))
    with pytest.raises(LedgerError):
        impatient.status_list(2)
    holder.rollback()
    holder.close()
    impatient.database.close()


def test_files_with_names_are_closed_to_others(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Database, WAL, lock and witness files are readable by their owner only."""
    issue(ledger, issuer, make_roster(1))
    folder = ledger.database.path.parent
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"ledger.sqlite3", "ledger.sqlite3-wal", "audit-witness.jsonl"}
    assert {path.name: path.stat().st_mode & 0o077 for path in files} == dict.fromkeys((path.name for path in files), 0)
