"""The process that checks badges of a bulk run. It is started afresh, talks over one connection and writes nothing.

It takes its tasks from the connection and asks there for every document before it asks the network.
"""

from __future__ import annotations

import enum
import os
import socket
import sys
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from keys import FetchedDocument, OfflineFetcher, system_clock
from schemas import FetchError, encode_json
from skillmark.bulk_channel import Channel
from skillmark.collecting import collect_rarely
from skillmark.memory import load_contexts, open_memory
from verifier import (
    DEFAULT_REQUIRED,
    BulkItem,
    BulkRow,
    CheckName,
    ItemReader,
    Question,
    RunFetcher,
    RunKeyPins,
    RunStatusCache,
    VerificationContext,
    compose_bulk_rows,
    compose_stopped,
    verify_item,
)

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from keys import Fetcher
    from schemas import JsonValue
    from verifier import Answer, AnswerDesk, AnyReport, TrustList


class NetworkUse(enum.Enum):
    """Whether a run may ask other sites."""

    GUARDED = "guarded"
    NONE = "none"


class ReportForm(enum.Enum):
    """What comes back of each badge."""

    ROWS = "rows"
    WHOLE = "whole"  # the rows, and the report as JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """What every process of a run is told once.

    Args:
        now: Aware UTC; the dates of every badge of the run are judged as of this moment.
        trust_list: Issuers that the reader knows.
        home: Data folder with pinned word lists and the memory of other issuers; None for a memory of this run only.
        recipient: Who should hold the badges, or None.
        network: Whether other sites may be asked.
        form: What comes back of each badge.
    """

    now: datetime
    trust_list: TrustList
    home: Path | None = None
    recipient: str | None = None
    network: NetworkUse = NetworkUse.GUARDED
    form: ReportForm = ReportForm.ROWS


class Checked(NamedTuple):
    """What came of one item: its rows, and with `ReportForm.WHOLE` its report as one line of JSON."""

    rows: tuple[BulkRow, ...]
    report: bytes = b""


class Task(NamedTuple):
    """Items to check; `first` is the number of the first of them in the run.

    `is_second_try` marks a single item at which a process stopped before.
    """

    first: int
    items: tuple[BulkItem, ...]
    is_second_try: bool = False


class Failure(NamedTuple):
    """A `FetchError` on its way between processes."""

    code: str
    message: str
    detail: dict[str, JsonValue]


Packed: TypeAlias = FetchedDocument | Failure


class Ready(NamedTuple):
    """The process has started."""


class Done(NamedTuple):
    """A task is finished."""

    first: int
    checked: list[Checked]


class Ask(NamedTuple):
    """Does the run know this document? The answer is `Told`."""

    question: Question


class Told(NamedTuple):
    """What the run knows; None: go and fetch it, then say `Fetched`."""

    answer: Packed | None


class Fetched(NamedTuple):
    """What came back from the network, and how long it took."""

    question: Question
    answer: Packed
    seconds: float


def pack_answer(answer: Answer) -> Packed:
    """Return an answer in a form that travels between processes."""
    if isinstance(answer, FetchError):
        return Failure(answer.code, answer.message, dict(answer.detail))
    return answer


def unpack_answer(packed: Packed) -> Answer:
    """Return what `pack_answer` was given."""
    if isinstance(packed, Failure):
        return FetchError(packed.code, packed.message, detail=packed.detail)
    return packed


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
    return Checked(rows, encode_json({"file": item.label, "report": report.to_json()}))


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
    channel = Channel(socket.socket(fileno=os.dup(sys.stdin.fileno())))
    settings = channel.receive()
    assert isinstance(settings, RunSettings)
    desk = _ChannelDesk(channel)
    checker = BulkChecker(settings, desk)
    collect_rarely()
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):  # the run has ended without us
        channel.send(Ready())
        while (task := desk.next_task()) is not None:
            channel.send(Done(task.first, [checker.check(item) for item in task.items]))
    checker.close()
