"""Runs issuing jobs in the background of the site: one chunk of badges at a time, of each job in its turn."""

from __future__ import annotations

import logging
import threading
from collections import deque
from contextlib import nullcontext
from typing import TYPE_CHECKING

from schemas import BadgeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from issuer.desk_jobs import DeskJob

# Long jobs that take turns with each other and with short ones: each has a second process of some 70 MB.
MAX_LONG_JOBS = 2
# Requests that wait for a job, of the server's 24 threads: the others answer everybody else.
MAX_WAITING = 8

_log = logging.getLogger(__name__)


class Turns:
    """One at a time, in the order of coming."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._queue: deque[object] = deque()

    def take(self) -> None:
        """Wait until all who came before have had their turn."""
        ticket = object()
        with self._changed:
            self._queue.append(ticket)
            self._changed.wait_for(lambda: self._queue[0] is ticket)

    def give_up(self) -> None:
        """End the turn that was taken."""
        with self._changed:
            self._queue.popleft()
            self._changed.notify_all()

    def pass_on(self) -> None:
        """Let everybody who waits now go first."""
        self.give_up()
        self.take()


class JobRunner:
    """One thread for each job, and one turn for all: badges of two classes are never signed at once.

    After each chunk a job lets the others go first, so that one badge does not wait for a class of thousands, of
    whatever organisation. That is safe at this place since nothing of the chunk is under way: as between two processes,
    the store decides who plans a person first.

    A job that stops half-way keeps what it issued; `start` with the same id goes on with the rest.

    Args:
        run: Works on a job; it calls its second argument after each chunk, holding no lock that another job needs.
        is_long: Says whether a job costs a second process. Of such jobs only `MAX_LONG_JOBS` take turns.
    """

    def __init__(
        self, run: Callable[[str, Callable[[], None]], object], *, is_long: Callable[[str], bool] = lambda _: False
    ) -> None:
        self._run = run
        self._is_long = is_long
        self._turns = Turns()
        self._long_jobs = threading.BoundedSemaphore(MAX_LONG_JOBS)
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
            with self._long_jobs if self._is_long(job_id) else nullcontext():
                self._turns.take()
                try:
                    self._run(job_id, self._turns.pass_on)
                finally:
                    self._turns.give_up()
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
