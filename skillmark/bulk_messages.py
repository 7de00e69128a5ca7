"""What the processes of a bulk run say to one another. Nothing that verifies is loaded for it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from keys import FetchedDocument
from schemas import FetchError
from verifier import BulkItem, BulkRow

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from schemas import JsonValue
    from verifier import Answer, Question, TrustList


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

    def __reduce__(self) -> tuple[Callable[[int, list[_Plain], bool], Task], tuple[int, list[_Plain], bool]]:
        # Plain tuples are pickled three times as fast as tuples with names.
        return _unpack_task, (self.first, [tuple(item) for item in self.items], self.is_second_try)


def _unpack_task(first: int, items: list[_Plain], is_second_try: bool) -> Task:  # noqa: FBT001 - as it was pickled
    return Task(first, tuple([BulkItem._make(item) for item in items]), is_second_try)


class Failure(NamedTuple):
    """A `FetchError` on its way between processes."""

    code: str
    message: str
    detail: dict[str, JsonValue]


Packed: TypeAlias = FetchedDocument | Failure
_Plain: TypeAlias = tuple[object, ...]
_Rows: TypeAlias = list[tuple[list[tuple[str, _Plain]], bytes]]


class Ready(NamedTuple):
    """The process has started."""


class Done(NamedTuple):
    """Items of a task are checked, in their order; `first` is the number of the first of them in the run.

    A task that takes long is answered in parts.
    """

    first: int
    checked: list[Checked]

    def __reduce__(self) -> tuple[Callable[[int, _Rows], Done], tuple[int, _Rows]]:
        # Most rows differ in nothing but their label from others; what is one and the same travels once.
        known: dict[_Plain, _Plain] = {}
        rows = [
            ([(row[0], known.setdefault(row[1:], row[1:])) for row in one.rows], one.report) for one in self.checked
        ]
        return _unpack_done, (self.first, rows)


def _unpack_done(first: int, rows: _Rows) -> Done:
    make = BulkRow._make
    return Done(first, [Checked(tuple([make((label, *rest)) for label, rest in of]), report) for of, report in rows])


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
