"""Jobs take turns after each chunk: a short one gets in between, and nobody gets two badges by it."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING

from issuer import Roster, RosterRow, is_long_job, job_progress, run_job, run_unless_stopped
from issuer.web.jobs import MAX_LONG_JOBS, JobRunner
from tests.doubles.ledgers import find_faults, make_roster, start

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from issuer import IssuerProfile, Ledger

# Only a fault waits that long.
_MAX_SECONDS = 60.0


def test_short_job_gets_between_the_chunks_of_a_long_one() -> None:
    """A job that lets others go first is overtaken by one that came later."""
    long_works, short_is_done, log = threading.Event(), threading.Event(), []

    def run(job_id: str, pause: Callable[[], None]) -> None:
        if job_id == "short":
            log.append("short ends")
            short_is_done.set()
            return
        long_works.set()
        clock = threading.Timer(_MAX_SECONDS, short_is_done.set)
        clock.start()
        while not short_is_done.is_set():
            pause()
        clock.cancel()
        log.append("long ends")

    runner = JobRunner(run)
    runner.start("long")
    assert long_works.wait(_MAX_SECONDS)
    runner.start("short")
    for job_id in ("short", "long"):
        runner.wait(job_id, timeout_seconds=2 * _MAX_SECONDS)
    assert log == ["short ends", "long ends"]


def test_few_long_jobs_take_turns() -> None:
    """Of many long jobs only some have begun, each with a second process; a short one does not wait for any."""
    begun, release, done = set[str](), threading.Event(), list[str]()
    all_have_begun = threading.Event()

    def run(job_id: str, pause: Callable[[], None]) -> None:
        begun.add(job_id)
        if len(begun) == MAX_LONG_JOBS:
            all_have_begun.set()
        while job_id.startswith("long") and not release.is_set():
            pause()
        done.append(job_id)

    runner = JobRunner(run, is_long=lambda job_id: job_id.startswith("long"))
    for number in range(MAX_LONG_JOBS + 2):
        runner.start(f"long {number}")
    assert all_have_begun.wait(_MAX_SECONDS)
    runner.start("short")
    runner.wait("short", timeout_seconds=_MAX_SECONDS)
    begun_before = begun - {"short"}
    release.set()
    for number in range(MAX_LONG_JOBS + 2):
        runner.wait(f"long {number}", timeout_seconds=_MAX_SECONDS)
    assert len(begun_before) == MAX_LONG_JOBS
    assert done[0] == "short"
    assert len(done) == MAX_LONG_JOBS + 3


def test_job_that_fails_gives_its_turn_up() -> None:
    """Even a fault of ours leaves the way free for the next job."""
    hook, threading.excepthook = threading.excepthook, lambda _: None
    done: list[str] = []

    def run(job_id: str, _: Callable[[], None]) -> None:
        if job_id == "bad":
            raise RuntimeError("a fault")
        done.append(job_id)

    runner = JobRunner(run, is_long=lambda _: True)
    try:
        for job_id in [*["bad"] * (MAX_LONG_JOBS + 1), "good"]:
            runner.start(job_id)
            runner.wait(job_id, timeout_seconds=_MAX_SECONDS)
    finally:
        threading.excepthook = hook
    assert done == ["good"]


def test_two_lists_with_the_same_people_in_turns(
    ledger: Ledger, issuer: IssuerProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list that gets in between the chunks of another: each person has one badge, and the doctor finds no fault."""
    monkeypatch.setattr("issuer.job_run.CHUNK_ROWS", 2)
    long = start(ledger, issuer, make_roster(7), key="long")
    shared = [row for row in make_roster(7).rows if row.number in {2, 5, 7}]  # recorded, in the next chunk, not planned
    stranger = RosterRow(number=20, name="Somebody Else", email="else@example.org")
    short = start(ledger, issuer, Roster(rows=(*shared, stranger), problems=()), key="short")
    run_unless_stopped(ledger, long.job_id, on_progress=lambda _: _run_once(ledger, short.job_id))
    people = Counter(issued.recipient_name for issued in ledger.list_issued(None, limit=50))
    assert people == Counter([*(row.name for row in make_roster(7).rows), "Somebody Else"])
    assert [job_progress(ledger, job.job_id).pending for job in (long, short)] == [0, 0]
    assert find_faults(ledger) == set()


def _run_once(ledger: Ledger, job_id: str) -> None:
    if job_progress(ledger, job_id).finished_at is None:
        run_job(ledger, job_id)


def test_long_is_what_is_checked_apart(ledger: Ledger, issuer: IssuerProfile, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job is long as long as so many rows wait that a second process checks its badges."""
    monkeypatch.setattr("issuer.jobs.MIN_ROWS_CHECKED_APART", 3)
    job_id = start(ledger, issuer, make_roster(3)).job_id
    assert is_long_job(ledger, job_id)
    run_job(ledger, job_id)
    assert not is_long_job(ledger, job_id)
