"""Group L: faults of disk, lock and old copies. Nothing is half done."""

from __future__ import annotations

import multiprocessing
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from issuer import Ledger, diagnose, job_progress, run_job
from keys import Keystore
from schemas import LedgerError
from storage import open_database
from tests.doubles.ledgers import (
    FORKLIFT,
    PASSPHRASE,
    TRIAL_URL,
    SetClock,
    find_faults,
    issue,
    make_issuer,
    make_roster,
    open_ledger,
    start,
)

if TYPE_CHECKING:
    from issuer import IssuerProfile


def test_disk_that_fills_up_leaves_nothing_half_done(tmp_path: Path, clock: SetClock) -> None:
    """The disk is full at 20 different points of a job: each time `store.full`, reading works, and the job goes on."""
    stopped = sum(_run_on_full_disk(tmp_path / str(pages), clock, pages) for pages in range(1, 21))
    assert stopped >= 10


def _run_on_full_disk(folder: Path, clock: SetClock, free_pages: int) -> bool:
    """Run a job with that much room, then again with enough; return whether it was stopped."""
    folder.mkdir()
    ledger = open_ledger(folder, clock)
    job_id = start(ledger, make_issuer(ledger), make_roster(8)).job_id
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
    assert find_faults(ledger) == set()
    sa.event.remove(writer, "connect", set_limit)
    writer.dispose()
    assert run_job(ledger, job_id).issued == 8
    assert find_faults(ledger) == set()
    ledger.database.close()
    return bool(code)


def test_locked_database_is_busy_for_writers_only(
    ledger: Ledger, issuer: IssuerProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another program holds the file, issuing says `store.busy` and badge pages still work."""
    issue(ledger, issuer, make_roster(2), key="first")
    job_id = start(ledger, issuer, make_roster(3), key="second").job_id
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
    assert find_faults(ledger) == set()


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
    assert find_faults(ledger) == set()
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
