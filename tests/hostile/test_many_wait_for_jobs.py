"""Whoever sends many forms behind a long class list keeps no more than some threads of the server."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from issuer import list_jobs
from issuer.claims import Claims
from issuer.desk_jobs import DeskJob
from issuer.desk_scope import DeskScope
from issuer.web.jobs import MAX_WAITING, DeskJobs, JobRunner
from tests.doubles.classes import LINKS, make_class

if TYPE_CHECKING:
    import pytest

    from issuer import IssuerProfile, Ledger

SERVER_THREADS = 24
LONG_SECONDS = 30


def test_others_are_answered_while_some_wait(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Of as many requests as the server has threads all but some come back at once; those get their job."""
    make_class(ledger, issuer)
    scope = DeskScope(
        organisation_id="home",
        person_id="",
        issuer_slugs=frozenset({issuer.slug}),
        sees_codes=True,
        sees_installation=False,
    )
    job = DeskJob(Claims(ledger, LINKS), scope, list_jobs(ledger)[0])
    long_list_ends = threading.Event()
    jobs = DeskJobs(JobRunner(lambda *_: long_list_ends.wait(LONG_SECONDS)))
    jobs.start(job)
    with ThreadPoolExecutor(SERVER_THREADS) as pool:
        asked = [pool.submit(jobs.wait, job, timeout_seconds=LONG_SECONDS) for _ in range(SERVER_THREADS)]
        answered, waiting = wait(asked, timeout=5)
        long_list_ends.set()
    assert (len(answered), len(waiting)) == (SERVER_THREADS - MAX_WAITING, MAX_WAITING)
    assert not jobs.is_running(job)


class _LateThread(threading.Thread):
    """A thread that takes its time to start, as on a busy machine."""

    def start(self) -> None:
        """Start, later."""
        time.sleep(0.2)
        super().start()


def test_job_that_begins_this_moment_can_be_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same form pressed twice at once: the second request waits for the job that the first one is starting."""
    done: list[str] = []
    runner = JobRunner(lambda job_id, _: done.append(job_id))
    first = threading.Thread(target=runner.start, args=("a",))
    monkeypatch.setattr("issuer.web.jobs.threading.Thread", _LateThread)
    first.start()
    while not runner.is_running("a") and not done:
        time.sleep(0.001)
    runner.wait("a", timeout_seconds=LONG_SECONDS)
    assert done == ["a"]
    first.join()
