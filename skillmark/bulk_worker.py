"""The process that checks badges of a bulk run. It talks over one connection and writes nothing.

It takes its tasks from the connection and asks there for every document before it asks the network.
"""

from __future__ import annotations

import os
import socket
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from keys import OfflineFetcher, system_clock
from schemas import encode_json
from skillmark.bulk_channel import Channel
from skillmark.bulk_messages import (
    Ask,
    Checked,
    Done,
    Fetched,
    NetworkUse,
    Ready,
    ReportForm,
    RunSettings,
    Task,
    Told,
    pack_answer,
    unpack_answer,
)
from skillmark.collecting import collect_rarely
from skillmark.memory import load_contexts, open_memory
from verifier import (
    DEFAULT_REQUIRED,
    CheckName,
    ItemReader,
    RunFetcher,
    RunKeyPins,
    RunStatusCache,
    VerificationContext,
    VerificationReport,
    compose_bulk_rows,
    compose_stopped,
    verify_item,
    write_report,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from keys import Fetcher
    from verifier import Answer, AnswerDesk, AnyReport, BulkItem, Question

# Of reports as JSON in one message, and of time since the last one.
MAX_ANSWER_BYTES = 128 * 1024
MAX_ANSWER_SECONDS = 0.25
_STANDARD_INPUT = 0  # the descriptor; `sys.stdin` of a copied process may be anything


class BulkChecker:
    """Checks items one after another in one process.

    Args:
        settings: Of the run.
        desk: Knows what the run has fetched.
    """

    def __init__(self, settings: RunSettings, desk: AnswerDesk) -> None:
        self._form = settings.form
        self._reader = ItemReader()
        self._fetcher = RunFetcher(network=lambda: _open_network(settings.network), desk=desk)
        self._context = compose_run_context(settings, fetcher=self._fetcher)

    def check(self, item: BulkItem) -> Checked:
        """Verify one item."""
        self._fetcher.begin_verification()
        report = verify_item(item, reader=self._reader, context=self._context)
        return compose_checked(item, report, form=self._form)

    def close(self) -> None:
        """Close what is open."""
        self._reader.close()


def compose_run_context(settings: RunSettings, *, fetcher: Fetcher) -> VerificationContext:
    """Return the context in which every badge of a run is verified."""
    memory = open_memory(settings.home)
    return VerificationContext(
        now=settings.now,
        fetcher=fetcher,
        trust_list=settings.trust_list,
        status_cache=RunStatusCache(high_water=memory.high_water),
        key_pins=RunKeyPins(memory.key_pins),
        contexts=load_contexts(settings.home),
        recipient=settings.recipient,
        required=DEFAULT_REQUIRED | ({CheckName.RECIPIENT} if settings.recipient else set()),
    )


def compose_checked(item: BulkItem, report: AnyReport, *, form: ReportForm) -> Checked:
    """Return what goes back of one report."""
    rows = compose_bulk_rows(report, label=item.label)
    if form is ReportForm.ROWS:
        return Checked(rows)
    written = write_report(report) if isinstance(report, VerificationReport) else encode_json(report.to_json())
    return Checked(rows, b'{"file":%b,"report":%b}' % (encode_json(item.label), written))


def compose_given_up(item: BulkItem, *, settings: RunSettings) -> Checked:
    """Return what is said of an item at which the process stopped twice."""
    report = compose_stopped(context=compose_run_context(settings, fetcher=OfflineFetcher()))
    return compose_checked(item, report, form=settings.form)


def _open_network(use: NetworkUse) -> Fetcher:
    if use is NetworkUse.NONE:
        return OfflineFetcher()
    # What speaks to the network is loaded by the first badge that has something to ask there.
    from keys import GuardedFetcher  # noqa: PLC0415

    return GuardedFetcher(clock=system_clock).for_verification()


def check_task(
    task: Task, check: Callable[[BulkItem], Checked], *, monotonic: Callable[[], float] = time.monotonic
) -> Iterator[Done]:
    """Give what came of the items of a task: all at once, or in parts when it takes long or is much.

    So whoever waits is never left without a word for longer than one item takes.

    Args:
        task: What is to be checked.
        check: Checks one item.
        monotonic: Clock that never steps back, in seconds.
    """
    first, found, found_bytes = task.first, [], 0
    begun = monotonic()
    for item in task.items:
        one = check(item)
        found.append(one)
        found_bytes += len(one.report)
        if found_bytes > MAX_ANSWER_BYTES or monotonic() - begun > MAX_ANSWER_SECONDS:
            yield Done(first, found)
            first, found, found_bytes = first + len(found), [], 0
            begun = monotonic()
    if found:
        yield Done(first, found)


class _ChannelDesk:
    """Reaches the answers of the run over the channel; a task that comes meanwhile waits."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._waiting: deque[Task | None] = deque()

    def next_task(self) -> Task | None:
        """Return the next task; None when the run is over."""
        if self._waiting:
            return self._waiting.popleft()
        task = self._channel.receive()
        assert task is None or isinstance(task, Task)
        return task

    def ask(self, question: Question) -> Answer | None:
        """Return what the run knows; None: go and fetch it, then `tell`."""
        self._channel.send(Ask(question))
        while not isinstance(message := self._channel.receive(), Told):
            assert message is None or isinstance(message, Task)
            self._waiting.append(message)
        return unpack_answer(message.answer) if message.answer is not None else None

    def tell(self, question: Question, answer: Answer, *, seconds: float) -> None:
        """Hand over what came back from the network."""
        self._channel.send(Fetched(question, pack_answer(answer), seconds))


def main() -> None:
    """Check the tasks that come over standard input, which is one end of a pair of sockets, until there are no more."""
    channel = Channel(socket.socket(fileno=os.dup(_STANDARD_INPUT)))
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):  # the run has ended without us
        settings = channel.receive()
        assert isinstance(settings, RunSettings)
        desk = _ChannelDesk(channel)
        checker = BulkChecker(settings, desk)
        collect_rarely()
        channel.send(Ready())
        while (task := desk.next_task()) is not None:
            for done in check_task(task, checker.check):
                channel.send(done)
        checker.close()
    # Nothing is left to write, and to take everything apart would cost as much as forty badges.
    os._exit(0)
