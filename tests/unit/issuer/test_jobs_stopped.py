"""A job that somebody stops ends between two badges, stays stopped, and goes on when it is wanted."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

from issuer import diagnose, job_progress, resume_job, run_job, run_unless_stopped, stop_job
from schemas import LedgerError
from tests.doubles.ledgers import counts_of, make_roster, start

if TYPE_CHECKING:
    from issuer import IssuerProfile, JobProgress, Ledger

CHUNK = 100


def test_run_ends_when_it_is_enough(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Whoever runs a job may say after any chunk that it is enough; what was begun is finished, nothing else."""
    job = start(ledger, issuer, make_roster(3 * CHUNK))
    told: list[JobProgress] = []
    stopped = run_job(ledger, job.job_id, on_progress=told.append, is_enough=lambda: bool(told))
    assert counts_of(stopped) == (300, 200, 0, 100)
    assert (stopped.failure, stopped.finished_at) == ("job.stopped", None)
    with ledger.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM planned").scalar() == 200


def test_nothing_is_begun_when_it_was_enough_before(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A run that is to end before it begins issues nothing."""
    job = start(ledger, issuer, make_roster(3))
    assert counts_of(run_job(ledger, job.job_id, is_enough=lambda: True)) == (3, 0, 0, 3)


def test_stopped_job_goes_on_with_the_same_people(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Run again, a stopped job issues the rest once, the reason is gone and every invariant holds."""
    job = start(ledger, issuer, make_roster(2 * CHUNK + 5))
    seen: list[JobProgress] = []
    run_job(ledger, job.job_id, on_progress=seen.append, is_enough=lambda: bool(seen))
    done = run_job(ledger, job.job_id)
    assert counts_of(done) == (205, 205, 0, 0)
    assert done.failure == ""
    assert len({badge.recipient_email for badge in ledger.list_issued()}) == 205
    assert [finding.describe() for finding in diagnose(ledger) if not finding.ok] == []


def test_job_is_stopped_from_elsewhere(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Another process asks through the ledger; the run ends after the badges that are being made."""
    job = start(ledger, issuer, make_roster(4 * CHUNK))
    stopped = run_job(ledger, job.job_id, on_progress=lambda _: stop_job(ledger, job.job_id))
    assert counts_of(stopped) == (400, 200, 0, 200)
    assert stopped.failure == "job.stopped"


def test_worker_leaves_a_stopped_job_alone(ledger: Ledger, issuer: IssuerProfile) -> None:
    """What was stopped while it waited for its turn is not begun, until somebody lets it go on."""
    job = start(ledger, issuer, make_roster(2))
    stop_job(ledger, job.job_id)
    assert counts_of(run_unless_stopped(ledger, job.job_id)) == (2, 0, 0, 2)
    resume_job(ledger, job.job_id)
    assert counts_of(run_unless_stopped(ledger, job.job_id)) == (2, 2, 0, 0)


def test_starting_the_same_list_again_lets_it_go_on(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Whoever uploads the list again wants it issued."""
    job = start(ledger, issuer, make_roster(2))
    stop_job(ledger, job.job_id)
    again = start(ledger, issuer, make_roster(2), key="another upload")
    assert (again.job_id, again.failure) == (job.job_id, "")
    assert counts_of(run_unless_stopped(ledger, again.job_id)) == (2, 2, 0, 0)


def test_finished_job_cannot_be_stopped(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A stop that comes too late changes nothing."""
    job = start(ledger, issuer, make_roster(1))
    done = run_job(ledger, job.job_id)
    stop_job(ledger, job.job_id)
    assert job_progress(ledger, job.job_id) == done
    with pytest.raises(LedgerError) as caught:
        stop_job(ledger, "no such job")
    assert caught.value.code == "job.unknown"


def test_other_reason_is_not_taken_for_a_stop(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Letting a job go on does not hide why it failed."""
    job = start(ledger, issuer, make_roster(1))
    with ledger.database.write() as connection:
        connection.exec_driver_sql("UPDATE jobs SET failure = 'store.full'")
    resume_job(ledger, job.job_id)
    assert job_progress(ledger, job.job_id).failure == "store.full"


def test_memory_does_not_grow_with_the_list(
    ledger: Ledger, issuer: IssuerProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list of sixteen chunks needs hardly more memory than one of four: what was recorded is let go."""
    monkeypatch.setattr("issuer.job_run.CHUNK_ROWS", 20)
    peaks = []
    for count in (4 * 20, 16 * 20):
        job = start(ledger, issuer, make_roster(count), key=str(count))
        tracemalloc.start()
        run_job(ledger, job.job_id)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]
