"""Many verifications, one look at the network for all: each address is asked once, a silent host twice, in a whole run.

Processes that verify share one `SharedAnswers`, which lives in the process that feeds them. Each asks it before it
asks the network, and tells it what came back. So ten thousand badges of one issuer cost a handful of requests, a dead
host costs its few seconds once and not with each badge, and nobody can have us send a flood to somebody else.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias
from urllib.parse import urlsplit

from keys import FetchedDocument, KeepingFetcher
from schemas import FetchError
from verifier.status_cache import StatusCache

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping
    from datetime import datetime

    from keys import Fetcher
    from verifier.key_pins import KeyPinStore
    from verifier.status_cache import VerifiedStatusList

# Of one host in a run. Older badges stand each under an address of its own.
MAX_FETCHES_PER_HOST = 2_000
# Seconds in which we wait for one host, and for hosts that do not answer at all, summed over all processes.
MAX_SECONDS_PER_HOST = 300.0
MAX_SECONDS_LOST = 300.0
# How often one host may keep us waiting until the time is up, before it is left alone.
MAX_SILENCES_PER_HOST = 2
# Hosts whose requests are counted; the one counted first is forgotten first.
MAX_COUNTED_HOSTS = 20_000
# What is remembered; used longest ago goes first, and may then be asked for again.
MAX_KEPT_ANSWERS = 4_096
MAX_KEPT_BYTES = 64 * 1024 * 1024
MAX_KEPT_PINS = 1_024

Answer: TypeAlias = FetchedDocument | FetchError
# About one badge or about our own limits, not about the address: nobody else is told.
_NOT_SHARED = frozenset({"fetch.budget_exhausted"})


class Question(NamedTuple):
    """One request: an address, what is accepted, and how large it may be in bytes."""

    url: str
    accept: str
    max_bytes: int

    @property
    def host(self) -> str:
        """The host and port as written in the address; empty when there is none."""
        try:
            return urlsplit(self.url).netloc.lower()
        except ValueError:  # such as a bracket that is not closed; the guarded door refuses it
            return ""


class AnswerMemory:
    """Answers by address, bounded in number and bytes; the one used longest ago goes first."""

    def __init__(self, *, max_answers: int = MAX_KEPT_ANSWERS, max_bytes: int = MAX_KEPT_BYTES) -> None:
        self._answers: OrderedDict[tuple[str, str], tuple[Answer, int]] = OrderedDict()
        self._max_answers = max_answers
        self._max_bytes = max_bytes
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._answers)

    def find(self, question: Question) -> Answer | None:
        """Return what is known; None when it must be asked for."""
        key = (question.url, question.accept)
        if key not in self._answers:
            return None
        self._answers.move_to_end(key)
        answer, asked_bytes = self._answers[key]
        if isinstance(answer, FetchedDocument):
            fits = len(answer.body) <= question.max_bytes
            return answer if fits else FetchError("fetch.too_large", f"more than {question.max_bytes} bytes")
        # Too large for one question may not be so for another.
        is_open = answer.code == "fetch.too_large" and question.max_bytes > asked_bytes
        return None if is_open else FetchError(answer.code, answer.message, detail=answer.detail)

    def keep(self, question: Question, answer: Answer) -> None:
        """Remember an answer."""
        key = (question.url, question.accept)
        self._drop(key)
        self._answers[key] = (answer, question.max_bytes)
        self._bytes += _count_bytes(answer)
        while len(self._answers) > self._max_answers or self._bytes > self._max_bytes:
            self._drop(next(iter(self._answers)))

    def _drop(self, key: tuple[str, str]) -> None:
        known = self._answers.pop(key, None)
        if known is not None:
            self._bytes -= _count_bytes(known[0])


def _count_bytes(answer: Answer) -> int:
    return len(answer.body) if isinstance(answer, FetchedDocument) else 0


class Reply(NamedTuple):
    """What one asker is told: an answer, or with None to go and fetch it."""

    asker: Hashable
    answer: Answer | None


@dataclass(slots=True)
class _InFlight:
    """A question that one asker takes to the network while others wait for what it brings."""

    fetching: Hashable
    question: Question
    waiting: list[tuple[Hashable, Question]] = field(default_factory=list)


@dataclass(slots=True)
class _HostTally:
    """What one host has cost so far."""

    fetches: int = 0
    silences: int = 0
    seconds: float = 0.0


def _is_none_listed(_host: str) -> bool:
    return False


class SharedAnswers:
    """Decides who asks the network for what.

    Args:
        own: Looks up a document that this installation publishes itself; None for every other address.
        is_listed: Whether a host is one of the reader's trust list: it is asked however long others were silent.
    """

    def __init__(
        self, own: Callable[[str], FetchedDocument | None], *, is_listed: Callable[[str], bool] = _is_none_listed
    ) -> None:
        self._own = own
        self._is_listed = is_listed
        self._memory = AnswerMemory()
        self._in_flight: dict[tuple[str, str], _InFlight] = {}
        self._hosts: dict[str, _HostTally] = {}
        self._lost_seconds = 0.0

    def ask(self, question: Question, asker: Hashable) -> tuple[Reply, ...]:
        """Return the reply to an asker; nothing yet while another one is fetching the same."""
        known = self._find_own(question) or self._memory.find(question)
        if known is not None:
            return (Reply(asker, known),)
        flight = self._in_flight.get((question.url, question.accept))
        if flight is not None:
            flight.waiting.append((asker, question))
            return ()
        refusal = self._find_refusal(question.host)
        if refusal is not None:
            return (Reply(asker, refusal),)
        self._count(question.host).fetches += 1
        self._in_flight[question.url, question.accept] = _InFlight(asker, question)
        return (Reply(asker, None),)

    def settle(self, question: Question, answer: Answer, *, seconds: float) -> tuple[Reply, ...]:
        """Take what came back from the network, and return the replies to those who waited for it.

        Args:
            question: What was fetched.
            answer: The document, or why there is none.
            seconds: How long it took.
        """
        tally = self._count(question.host)
        tally.seconds += seconds
        if isinstance(answer, FetchError):
            tally.silences += answer.code == "fetch.timeout"
            self._lost_seconds += seconds
        if isinstance(answer, FetchedDocument) or answer.code not in _NOT_SHARED:
            self._memory.keep(question, answer)
        return self._release(question)

    def forget_asker(self, asker: Hashable) -> tuple[Reply, ...]:
        """Take back what a process that died was fetching, and let the next one that waits for it go."""
        replies: list[Reply] = []
        for flight in tuple(self._in_flight.values()):
            flight.waiting = [(other, question) for other, question in flight.waiting if other != asker]
            if flight.fetching == asker:
                replies += self._release(flight.question)
        return tuple(replies)

    def _release(self, question: Question) -> tuple[Reply, ...]:
        flight = self._in_flight.pop((question.url, question.accept), None)
        waiting = flight.waiting if flight else []
        return tuple(reply for asker, waited in waiting for reply in self.ask(waited, asker))

    def _find_own(self, question: Question) -> Answer | None:
        own = self._own(question.url)
        if own is not None and len(own.body) > question.max_bytes:
            return FetchError("fetch.too_large", f"more than {question.max_bytes} bytes")
        return own

    def _count(self, host: str) -> _HostTally:
        tally = self._hosts.get(host)
        if tally is None:
            tally = self._hosts[host] = _HostTally()
            if len(self._hosts) > MAX_COUNTED_HOSTS:
                del self._hosts[next(iter(self._hosts))]
        return tally

    def _find_refusal(self, host: str) -> FetchError | None:
        tally = self._hosts.get(host)
        if tally is None:
            if self._lost_seconds >= MAX_SECONDS_LOST and not self._is_listed(host):
                return FetchError("fetch.budget_exhausted", "this run has waited long enough for hosts that are silent")
            return None
        if tally.silences >= MAX_SILENCES_PER_HOST:
            return FetchError("fetch.timeout", "the host was silent before")
        if tally.fetches >= MAX_FETCHES_PER_HOST or tally.seconds >= MAX_SECONDS_PER_HOST:
            return FetchError("fetch.budget_exhausted", "this run has asked this host often enough")
        return None


class AnswerDesk(Protocol):
    """How a process that verifies reaches the `SharedAnswers` of the run."""

    def ask(self, question: Question) -> Answer | None:
        """Return what is known; None: go and fetch it, then `tell`."""
        ...

    def tell(self, question: Question, answer: Answer, *, seconds: float) -> None:
        """Hand over what came back from the network."""
        ...


class RunFetcher(KeepingFetcher):
    """The door to the network of one process in a run.

    Args:
        network: Makes the guarded fetcher for one verification, with a budget of its own.
        desk: Asked before the network.
        monotonic: Clock that never steps back, in seconds.
    """

    def __init__(
        self, *, network: Callable[[], Fetcher], desk: AnswerDesk, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._network = network
        self._desk = desk
        self._monotonic = monotonic
        self._memory = AnswerMemory()
        self._fetcher: Fetcher | None = None

    def begin_verification(self) -> None:
        """Give the next badge a budget of its own."""
        self._fetcher = None

    def fetch(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:
        """Return what the run knows of `url`, else fetch it for the whole run.

        Raises:
            FetchError: As the guarded fetcher, once for the whole run; `fetch.timeout` also for a host that was silent
                twice, `fetch.budget_exhausted` for one that was asked too much.
        """
        question = Question(url, accept, max_bytes)
        answer = self._memory.find(question)
        if answer is None:
            answer = self._desk.ask(question)
            if answer is None:
                answer = self._go(question)
            if isinstance(answer, FetchedDocument) or answer.code not in _NOT_SHARED:
                self._memory.keep(question, answer)
        if isinstance(answer, FetchError):
            raise answer
        return answer

    def find_at_hand(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument | None:
        """Return what this process knows of `url`; the others of the run are not asked."""
        answer = self._memory.find(Question(url, accept, max_bytes))
        return answer if isinstance(answer, FetchedDocument) else None

    def _go(self, question: Question) -> Answer:
        if self._fetcher is None:
            self._fetcher = self._network()
        start = self._monotonic()
        answer: Answer
        try:
            answer = self._fetcher.fetch(question.url, max_bytes=question.max_bytes, accept=question.accept)
        except FetchError as error:
            answer = FetchError(error.code, error.message, detail=error.detail)
        self._desk.tell(question, answer, seconds=self._monotonic() - start)
        return answer


class RunStatusCache(StatusCache):
    """Status lists of one run: each is read once, however long the run takes and whatever moment it judges."""

    def find_fresh(self, url: str, *, now: datetime) -> VerifiedStatusList | None:  # noqa: ARG002 - as in the class above
        """Return the list when it was read in this run."""
        return self.find_any(url)


class RunKeyPins:
    """Puts what was read in this run in front of a store of pins that asks the disk each time.

    Args:
        store: The store behind it.
    """

    def __init__(self, store: KeyPinStore) -> None:
        self._store = store
        self._known: OrderedDict[str, Mapping[str, datetime]] = OrderedDict()

    def find_pins(self, issuer_id: str) -> Mapping[str, datetime] | None:
        """Return thumbprints and when each was seen first; None for an issuer that is new."""
        known = self._known.get(issuer_id)
        if known is None:
            known = self._store.find_pins(issuer_id)
            if known is not None:
                self._remember(issuer_id, known)
        return known

    def keep_pins(self, issuer_id: str, pins: Mapping[str, datetime]) -> None:
        """Remember `pins` in place of those before, here and in the store."""
        self._store.keep_pins(issuer_id, pins)
        self._remember(issuer_id, pins)

    def forget(self, issuer_id: str) -> None:
        """Forget an issuer, here and in the store."""
        self._known.pop(issuer_id, None)
        self._store.forget(issuer_id)

    def _remember(self, issuer_id: str, pins: Mapping[str, datetime]) -> None:
        self._known[issuer_id] = pins
        self._known.move_to_end(issuer_id)
        while len(self._known) > MAX_KEPT_PINS:
            self._known.popitem(last=False)
