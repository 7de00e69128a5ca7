"""Runs issuing jobs in the background of the site, one after the other."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from schemas import BadgeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from issuer.desk_jobs import DeskJob

# Requests that wait for a job, of the server's 24 threads: the others answer everybody else.
MAX_WAITING = 8

_log = logging.getLogger(__name__)


class JobRunner:
    """One thread for each job and one lock for all: badges of two classes are never signed at once.

    A job that stops half-way keeps what it issued; `start` with the same id goes on with the rest.
    """

    def __init__(self, run: Callable[[str], object]) -> None:
        self._run = run
        self._turn = threading.Lock()
        self._guard = threading.Lock()
        self._active: dict[str, threading.Thread] = {}

    def start(self, job_id: str) -> None:
        """Begin or continue a job; nothing happens when it is running already."""
        with self._guard:
            if job_id in self._active:
                return
            thread = threading.Thread(target=self._work, args=(job_id,), name=f"job-{job_id[:8]}", daemon=True)
            self._active[job_id] = thread
            thread.start()  # before anybody finds it: nobody can wait for a thread that was not started

    def start_all(self, job_ids: Iterable[str]) -> None:
        """Continue what was unfinished when the site stopped."""
        for job_id in job_ids:
            self.start(job_id)

    def is_running(self, job_id: str) -> bool:
        """Say whether the job runs or waits for its turn in this process."""
        with self._guard:
            return job_id in self._active

    def wait(self, job_id: str, *, timeout_seconds: float) -> None:
        """Wait until the job has ended in this process, or the time is over."""
        with self._guard:
            thread = self._active.get(job_id)
        if thread is not None:
            thread.join(timeout_seconds)

    def _work(self, job_id: str) -> None:
        try:
            with self._turn:
                self._run(job_id)
        except BadgeError as error:
            # The job's own record carries the code too; the trainer's page offers to continue.
            _log.error("job %s stopped: %s", job_id, error.code)
        finally:
            with self._guard:
                self._active.pop(job_id, None)


class DeskJobs:
    """Runs the jobs that a desk has found or started; no other can be named."""

    def __init__(self, runner: JobRunner) -> None:
        self._runner = runner
        self._chairs = threading.BoundedSemaphore(MAX_WAITING)

    def start(self, job: DeskJob) -> None:
        """Begin or continue a job."""
        self._runner.start(job.id)

    def is_running(self, job: DeskJob) -> bool:
        """Say whether the job runs or waits for its turn in this process."""
        return self._runner.is_running(job.id)

    def wait(self, job: DeskJob, *, timeout_seconds: float) -> None:
        """Wait until the job has ended, or the time is over; not at all while too many wait already."""
        if not self._chairs.acquire(blocking=False):
            return
        try:
            self._runner.wait(job.id, timeout_seconds=timeout_seconds)
        finally:
            self._chairs.release()
