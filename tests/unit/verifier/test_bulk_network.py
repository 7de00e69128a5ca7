"""Many badges, few requests: what a run remembers, shares between its processes, and no longer asks."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from keys import FetchedDocument
from schemas import FetchError
from tests.doubles.issuer_simulator import NOW, STATUS_URL, IssuerSimulator, compose_status_entry
from verifier import (
    MemoryKeyPinStore,
    Question,
    RunFetcher,
    RunKeyPins,
    RunStatusCache,
    SharedAnswers,
    Verdict,
    VerificationContext,
    VerificationReport,
    verify_any,
)
from verifier.bulk_network import (
    MAX_FETCHES_PER_HOST,
    MAX_SECONDS_LOST,
    MAX_SECONDS_PER_HOST,
    AnswerMemory,
    Reply,
)

if TYPE_CHECKING:
    from verifier import Answer

URL = "https://college.example.edu/did.json"
LATER_URL = "https://college.example.edu/other.json"


def _question(url: str = URL, *, max_bytes: int = 1_000) -> Question:
    return Question(url, "application/json", max_bytes)


def _document(url: str = URL, body: bytes = b"{}") -> FetchedDocument:
    return FetchedDocument(url=url, body=body, media_type="application/json", fetched_at=NOW)


def _nothing_of_our_own(_: str) -> None:
    return None


class _Desk:
    """Stands between one checker and the answers of the run, as the connection does between processes."""

    def __init__(self, answers: SharedAnswers) -> None:
        self._answers = answers

    def ask(self, question: Question) -> Answer | None:
        (reply,) = self._answers.ask(question, self)
        return reply.answer

    def tell(self, question: Question, answer: Answer, *, seconds: float) -> None:
        assert self._answers.settle(question, answer, seconds=seconds) == ()


class _Run:
    """Checkers that share one world and one set of answers."""

    def __init__(self, world: IssuerSimulator, checkers: int = 2) -> None:
        answers = SharedAnswers(_nothing_of_our_own)
        self._turn = 0
        self._fetchers = [RunFetcher(network=lambda: world, desk=_Desk(answers)) for _ in range(checkers)]
        self._contexts = [
            VerificationContext(
                now=world.now,
                fetcher=fetcher,
                status_cache=RunStatusCache(),
                key_pins=RunKeyPins(MemoryKeyPinStore()),
            )
            for fetcher in self._fetchers
        ]

    def verify(self, data: bytes) -> VerificationReport:
        """Verify with the next checker in turn."""
        self._turn = (self._turn + 1) % len(self._fetchers)
        self._fetchers[self._turn].begin_verification()
        report = verify_any(data, context=self._contexts[self._turn])
        assert isinstance(report, VerificationReport)
        return report


def test_fifty_badges_of_one_issuer_ask_twice(world: IssuerSimulator) -> None:
    """Its keys once and its status list once, for all badges and both processes."""
    college = world.add_issuer()
    college.publish_status_list()
    run = _Run(world)
    for index in range(50):
        report = run.verify(college.issue(credentialStatus=compose_status_entry(index=str(index))))
        assert report.verdict is Verdict.VERIFIED
    assert sorted(world.asked) == sorted([college.document_url, STATUS_URL])


def test_a_dead_status_host_is_asked_once(world: IssuerSimulator) -> None:
    """An address that did not answer in time is not waited for again, and each badge still says why."""
    college = world.add_issuer()
    world.break_down(STATUS_URL, code="fetch.timeout")
    run = _Run(world)
    for _ in range(20):
        report = run.verify(college.issue(credentialStatus=compose_status_entry()))
        assert [check.code for check in report.deciding_checks] == ["status.unavailable"]
    assert world.asked.count(STATUS_URL) == 1


def test_a_host_is_silent_twice_and_left_alone(world: IssuerSimulator) -> None:
    """Ever new addresses on a host that does not answer cost two waits in the whole run."""
    college = world.add_issuer()
    lists = [f"https://dead.example.org/status/{number}" for number in range(20)]
    for url in lists:
        world.break_down(url, code="fetch.timeout")
    run = _Run(world)
    for url in lists:
        run.verify(college.issue(credentialStatus=compose_status_entry(url=url)))
    assert sum(url in lists for url in world.asked) == 2


def test_a_list_serves_the_whole_run_whatever_moment_it_judges(world: IssuerSimulator) -> None:
    """A run that judges a day in the past, where every list is "too new", still reads each once."""
    college = world.add_issuer()
    college.publish_status_list()
    data = college.issue(credentialStatus=compose_status_entry())
    world.answers = {
        url: replace(answer, fetched_at=NOW + timedelta(days=30)) if isinstance(answer, FetchedDocument) else answer
        for url, answer in world.answers.items()
    }
    run = _Run(world, checkers=1)
    for _ in range(5):
        run.verify(data)
    assert world.asked.count(STATUS_URL) == 1


def test_who_asks_while_another_fetches_waits_for_it() -> None:
    """Only the first goes to the network; the others get what it brings."""
    answers = SharedAnswers(_nothing_of_our_own)
    assert answers.ask(_question(), "first") == (Reply("first", None),)
    assert answers.ask(_question(), "second") == ()
    assert answers.ask(_question(), "third") == ()
    found = _document()
    assert answers.settle(_question(), found, seconds=0.1) == (Reply("second", found), Reply("third", found))
    assert answers.ask(_question(), "fourth") == (Reply("fourth", found),)


def test_who_waits_for_a_process_that_died_goes_itself() -> None:
    """A fetch that nobody finishes is taken over, by one."""
    answers = SharedAnswers(_nothing_of_our_own)
    answers.ask(_question(), "dying")
    answers.ask(_question(), "second")
    answers.ask(_question(), "third")
    assert answers.forget_asker("dying") == (Reply("second", None),)
    found = _document()
    assert answers.settle(_question(), found, seconds=0.1) == (Reply("third", found),)


def test_one_that_died_while_it_waited_gets_nothing() -> None:
    """Nobody is told anything who is no longer there."""
    answers = SharedAnswers(_nothing_of_our_own)
    answers.ask(_question(), "first")
    answers.ask(_question(), "dying")
    assert answers.forget_asker("dying") == ()
    assert answers.settle(_question(), _document(), seconds=0.1) == ()


def test_own_documents_need_no_network() -> None:
    """What this installation publishes itself is answered at once, within the size that was asked for."""
    own = _document(body=b"x" * 100)
    answers = SharedAnswers(lambda url: own if url == URL else None)
    assert answers.ask(_question(), "a") == (Reply("a", own),)
    (reply,) = answers.ask(_question(max_bytes=99), "a")
    assert isinstance(reply.answer, FetchError)
    assert reply.answer.code == "fetch.too_large"


def test_a_spent_budget_of_one_badge_is_nobody_elses(world: IssuerSimulator) -> None:
    """That one badge asked too much keeps nobody else from asking for the same."""
    answers = SharedAnswers(_nothing_of_our_own)
    answers.ask(_question(), "first")
    answers.settle(_question(), FetchError("fetch.budget_exhausted"), seconds=0.0)
    assert answers.ask(_question(), "second") == (Reply("second", None),)


def _refusal(answers: SharedAnswers, question: Question) -> str:
    (reply,) = answers.ask(question, "late")
    return reply.answer.code if isinstance(reply.answer, FetchError) else ""


def test_one_host_is_asked_so_often() -> None:
    """A pile of badges that each name another address of one host does not become a flood against it."""
    answers = SharedAnswers(_nothing_of_our_own)
    for number in range(MAX_FETCHES_PER_HOST):
        question = _question(f"https://victim.example.org/{number}")
        assert answers.ask(question, "a") == (Reply("a", None),)
        answers.settle(question, FetchError("fetch.http_status", "404"), seconds=0.0)
    assert _refusal(answers, _question("https://victim.example.org/more")) == "fetch.budget_exhausted"
    assert _refusal(answers, _question(URL)) == ""


def test_one_host_is_waited_for_so_long() -> None:
    """A host that answers slowly, each time, is left alone after five minutes in all."""
    answers = SharedAnswers(_nothing_of_our_own)
    answers.ask(_question(), "a")
    answers.settle(_question(), _document(), seconds=MAX_SECONDS_PER_HOST)
    assert _refusal(answers, _question(LATER_URL)) == "fetch.budget_exhausted"


def test_ever_new_dead_hosts_end_too() -> None:
    """When five minutes were lost on hosts that do not answer, no host that is new is tried; known ones are."""
    answers = SharedAnswers(_nothing_of_our_own)
    answers.ask(_question(), "a")
    answers.settle(_question(), _document(), seconds=0.1)
    for number in range(int(MAX_SECONDS_LOST / 10)):
        question = _question(f"https://dead{number}.example.org/")
        answers.ask(question, "a")
        answers.settle(question, FetchError("fetch.timeout"), seconds=10.0)
    assert _refusal(answers, _question("https://new.example.org/")) == "fetch.budget_exhausted"
    assert _refusal(answers, _question(LATER_URL)) == ""


def test_listed_host_is_asked_however_long_others_were_silent() -> None:
    """Who fills a file with dead hosts does not keep the reader's own issuers from being asked."""
    answers = SharedAnswers(_nothing_of_our_own, is_listed=lambda host: host == "college.example.edu")
    for number in range(int(MAX_SECONDS_LOST / 10)):
        question = _question(f"https://dead{number}.example.org/")
        answers.ask(question, "a")
        answers.settle(question, FetchError("fetch.timeout"), seconds=10.0)
    assert _refusal(answers, _question("https://college.example.edu/did.json")) == ""
    assert _refusal(answers, _question("https://new.example.org/")) == "fetch.budget_exhausted"


def test_too_large_for_one_may_fit_another() -> None:
    """A document refused for its size is asked for again by whoever takes more, and by nobody else."""
    memory = AnswerMemory()
    memory.keep(_question(max_bytes=10), FetchError("fetch.too_large"))
    known = memory.find(_question(max_bytes=10))
    assert isinstance(known, FetchError)
    assert memory.find(_question(max_bytes=11)) is None
    memory.keep(_question(max_bytes=100), _document(body=b"x" * 50))
    refused = memory.find(_question(max_bytes=49))
    assert isinstance(refused, FetchError)
    assert refused.code == "fetch.too_large"


def test_what_is_remembered_is_bounded_in_number_and_bytes() -> None:
    """The oldest answers go, and the bytes are counted back."""
    memory = AnswerMemory(max_answers=10, max_bytes=500)
    for number in range(100):
        memory.keep(_question(f"https://a.example/{number}"), _document(body=b"x" * 100))
    assert len(memory) == 5
    for number in range(100):
        memory.keep(_question(f"https://b.example/{number}"), FetchError("fetch.timeout"))
    assert len(memory) == 10
    assert memory.find(_question("https://a.example/99")) is None


def test_failures_are_raised_afresh() -> None:
    """One remembered error is not raised twice, or its traceback would grow with every badge."""
    memory = AnswerMemory()
    memory.keep(_question(), FetchError("fetch.timeout", "slow", detail={"status": "1"}))
    one, other = memory.find(_question()), memory.find(_question())
    assert isinstance(one, FetchError)
    assert one is not other
    assert (one.code, one.message, dict(one.detail)) == ("fetch.timeout", "slow", {"status": "1"})


def test_what_this_process_knows_is_at_hand() -> None:
    """Looking at what is at hand asks neither the run nor the network, and finds no failure and nothing too large."""
    world, silent = IssuerSimulator(), "https://silent.example.edu/did.json"
    world.publish(URL, b"{}")
    world.break_down(silent)
    fetcher = RunFetcher(network=lambda: world, desk=_Desk(SharedAnswers(_nothing_of_our_own)))
    assert fetcher.find_at_hand(URL, max_bytes=2, accept="*/*") is None
    assert world.asked == []
    for url in (URL, silent):
        with suppress(FetchError):
            fetcher.fetch(url, max_bytes=2, accept="*/*")
    found = fetcher.find_at_hand(URL, max_bytes=2, accept="*/*")
    assert found is not None
    assert found.body == b"{}"
    assert fetcher.find_at_hand(URL, max_bytes=1, accept="*/*") is None
    assert fetcher.find_at_hand(URL, max_bytes=2, accept="text/html") is None
    assert fetcher.find_at_hand(silent, max_bytes=2, accept="*/*") is None
    assert world.asked == [URL, silent]


def test_pins_are_read_from_the_store_once_and_written_through() -> None:
    """A run asks the disk once per issuer; what it learns is in the store at once."""
    store = MemoryKeyPinStore()
    pins = RunKeyPins(store)
    seen = {"thumb": datetime(2026, 1, 1, tzinfo=UTC)}
    assert pins.find_pins("did:web:a.example") is None
    pins.keep_pins("did:web:a.example", seen)
    assert store.find_pins("did:web:a.example") == seen
    store.forget("did:web:a.example")
    assert pins.find_pins("did:web:a.example") == seen
    pins.forget("did:web:a.example")
    assert pins.find_pins("did:web:a.example") is None


@pytest.fixture
def world() -> IssuerSimulator:
    return IssuerSimulator()
