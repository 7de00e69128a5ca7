"""Feeds the processes of a bulk run and gives back what they find, in the order of the input.

No threads: one loop waits for all connections. What is held at any time is bounded, whatever the input is.
"""

from __future__ import annotations

import socket
import subprocess
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from selectors import EVENT_READ, DefaultSelector
from typing import TYPE_CHECKING

from schemas import CannotCheckError, DecodingError
from skillmark.bulk_channel import Channel
from skillmark.bulk_messages import (
    Ask,
    Done,
    Fetched,
    Ready,
    Task,
    Told,
    pack_answer,
    unpack_answer,
)
from skillmark.bulk_process import start_process
from verifier import SourceKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from skillmark.bulk_messages import Checked, RunSettings
    from skillmark.bulk_process import Process
    from verifier import BulkItem, Reply, SharedAnswers

MAX_JOBS = 64
# In one message, which costs more than what it carries. A file may be a photo, a thousand times as dear as a line.
MAX_TASK_ITEMS = 16
MAX_TASK_LINES = 128
TASKS_PER_WORKER = 2  # one at work, one waiting, so that nobody idles while a message travels
# Items that may be checked ahead of one that takes long.
MAX_ITEMS_AHEAD = 1_024
# Processes that may be lost in a run; a badge cannot stop one, so each is a bug of ours or of a library.
MAX_STOPS = 50
# Without a word from a process that has work. It speaks four times a second, unless one item takes longer: a photo,
# the slowest of all, takes a fiftieth of it.
MAX_SILENT_SECONDS = 300.0
_START = "skillmark.bulk_worker:main"
_LOOK_UP_SECONDS = 0.5  # how soon a wish to stop is seen
_END_SECONDS = 5.0


@dataclass(slots=True, eq=False)
class _Worker:
    """One process, and what it was given and has not answered."""

    process: Process
    channel: Channel
    tasks: deque[Task] = field(default_factory=deque)
    is_ready: bool = False
    heard_at: float = field(default_factory=time.monotonic)


class BulkPool:
    """Checks many items in several processes.

    Args:
        settings: What every process is told.
        jobs: Processes at once; fewer are started when there is too little to do.
        answers: Who asks the network for what.
    """

    def __init__(self, settings: RunSettings, *, jobs: int, answers: SharedAnswers) -> None:
        self._settings = settings
        self._jobs = jobs
        # All processes together may not have so much in hand that nothing may be handed out to the next one.
        self._max_task_lines = min(MAX_TASK_LINES, MAX_ITEMS_AHEAD // (2 * TASKS_PER_WORKER * jobs))
        self._answers = answers
        self._workers: list[_Worker] = []
        self._selector = DefaultSelector()
        self._again: deque[Task] = deque()  # tasks of processes that stopped
        self._finished: dict[int, list[Checked]] = {}  # by the number of their first item
        self._handed_out = 0
        self._given_back = 0
        self._stops = 0
        self._failure: DecodingError | CannotCheckError | None = None

    def check(
        self, items: Iterator[BulkItem], *, is_stopped: Callable[[], bool] = lambda: False
    ) -> Iterator[list[Checked]]:
        """Give back what was found, in the order of `items`; asks for more items only as room is made.

        Args:
            items: What is to be checked.
            is_stopped: Asked twice a second. When it says so, what is begun is finished, unless it takes long.

        Raises:
            DecodingError: As `items` raised it, after all that came before it was given back.
            CannotCheckError: `bulk.stopped_too_often`, after all that was finished was given back.
            RuntimeError: The processes do not even start; a bug of ours.
        """
        try:
            while not is_stopped():
                while self._has_room() and self._hand_out(items):
                    pass
                if not self._again and not any(worker.tasks for worker in self._workers):
                    break
                self._listen()
                yield from self._take_in_order()
                if self._stops > MAX_STOPS:
                    self._failure = CannotCheckError("bulk.stopped_too_often", f"{self._stops} processes were lost")
                    break
            yield from self._take_what_is_begun()
            # There may still be gaps; what is finished behind them is worth having.
            yield from (self._finished.pop(first) for first in sorted(self._finished))
        finally:
            self._end()
        if self._failure is not None:
            raise self._failure

    def _take_what_is_begun(self) -> Iterator[list[Checked]]:
        """After an early end, give the processes a moment for what they have in hand, so that few gaps are left."""
        end = time.monotonic() + _END_SECONDS
        while any(worker.tasks for worker in self._workers) and self._failure is None and time.monotonic() < end:
            self._listen()
            yield from self._take_in_order()

    def _has_room(self) -> bool:
        if not self._again and self._handed_out - self._given_back >= MAX_ITEMS_AHEAD:
            return False
        return len(self._workers) < self._jobs or any(len(one.tasks) < TASKS_PER_WORKER for one in self._workers)

    def _hand_out(self, items: Iterator[BulkItem]) -> bool:
        """Give the next task to a process; return False when there is none left."""
        task = self._again.popleft() if self._again else self._compose_task(items)
        if task is None:
            return False
        worker = min(self._workers, key=lambda one: len(one.tasks), default=None)
        if worker is None or (worker.tasks and len(self._workers) < self._jobs):
            worker = self._start_worker()
        if not worker.tasks:
            worker.heard_at = time.monotonic()
        worker.tasks.append(task)
        _send(worker, task)
        return True

    def _compose_task(self, items: Iterator[BulkItem]) -> Task | None:
        # The first tasks are small, so that a handful of slow files is shared out too.
        room = MAX_ITEMS_AHEAD - (self._handed_out - self._given_back)
        wanted = min(self._max_task_lines, 1 + self._handed_out // MAX_TASK_ITEMS, room)
        batch: list[BulkItem] = []
        try:
            for item in islice(items, wanted):  # keeps what came before an error
                batch.append(item)
                if item.kind is not SourceKind.LIST and len(batch) >= MAX_TASK_ITEMS:
                    break
        except DecodingError as error:
            self._failure = error
        if not batch:
            return None
        first = self._handed_out
        self._handed_out += len(batch)
        return Task(first, tuple(batch))

    def _start_worker(self) -> _Worker:
        ours, theirs = socket.socketpair()
        with theirs:
            process = start_process(_START, theirs)
        worker = _Worker(process, Channel(ours))
        self._workers.append(worker)
        self._selector.register(worker.channel, EVENT_READ, worker)
        _send(worker, self._settings)
        return worker

    def _listen(self) -> None:
        """Wait for the next messages, or for half a second."""
        for key, _ in self._selector.select(_LOOK_UP_SECONDS):
            worker: _Worker = key.data
            try:
                messages = worker.channel.receive_begun()
            except (EOFError, OSError):
                self._replace(worker)
                continue
            for message in messages:
                worker.heard_at = time.monotonic()  # half a message is no word
                self._take(message, worker)
        for worker in self._workers:
            if worker.tasks and time.monotonic() - worker.heard_at > MAX_SILENT_SECONDS:
                worker.process.kill()  # noticed in the next turn, like every process that ends

    def _take(self, message: object, worker: _Worker) -> None:
        match message:
            case Done(first, checked):
                task = worker.tasks.popleft()
                assert task.first == first
                self._finished[first] = checked
                if rest := task.items[len(checked) :]:
                    worker.tasks.appendleft(Task(first + len(checked), rest, task.is_second_try))
            case Ask(question):
                self._reply(self._answers.ask(question, worker))
            case Fetched(question, answer, seconds):
                self._reply(self._answers.settle(question, unpack_answer(answer), seconds=seconds))
            case Ready():
                worker.is_ready = True
            case _:
                raise TypeError(type(message).__name__)

    def _reply(self, replies: tuple[Reply, ...]) -> None:
        for reply in replies:
            assert isinstance(reply.asker, _Worker)
            _send(reply.asker, Told(None if reply.answer is None else pack_answer(reply.answer)))

    def _replace(self, worker: _Worker) -> None:
        """Share out again what a process that stopped has left, item by item, so that the one at fault is known."""
        self._workers.remove(worker)
        self._selector.unregister(worker.channel)
        worker.channel.close()
        status = worker.process.wait()
        if not worker.is_ready:
            raise RuntimeError(f"a process of the run ended with {status} before it began")
        self._reply(self._answers.forget_asker(worker))
        if not worker.tasks:
            return
        self._stops += 1
        begun = worker.tasks.popleft()
        self._again.extendleft(reversed(worker.tasks))
        if begun.is_second_try:
            # So rare that what verifies is loaded here only now.
            from skillmark.bulk_worker import compose_given_up  # noqa: PLC0415

            given_up = compose_given_up(begun.items[0], settings=self._settings)
            self._finished[begun.first] = [given_up]
            return
        alone = [Task(begun.first + place, (item,), is_second_try=True) for place, item in enumerate(begun.items)]
        self._again.extendleft(reversed(alone))

    def _take_in_order(self) -> Iterator[list[Checked]]:
        while (checked := self._finished.pop(self._given_back, None)) is not None:
            self._given_back += len(checked)
            yield checked

    def _end(self) -> None:
        """Let every process go: one that waits by itself, one that works at once."""
        for worker in self._workers:
            if worker.tasks:
                worker.process.terminate()
            else:
                _send(worker, None)
            self._selector.unregister(worker.channel)
            worker.channel.close()
        for worker in self._workers:
            try:
                worker.process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.process.wait()
        self._workers.clear()
        self._selector.close()


def _send(worker: _Worker, message: RunSettings | Task | Told | None) -> None:
    # A process that is gone is noticed, and its tasks are shared out again, when its end of the connection closes.
    with suppress(BrokenPipeError, ConnectionResetError):
        worker.channel.send(message)
