"""What is kept of issuers' documents is bounded, costs no request and speaks for nobody else (docs/adr/0030)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from keys import (
    CachingFetcher,
    DocumentCache,
    FetchedDocument,
    FirstPartyFetcher,
    KeepingFetcher,
    KeyType,
    LazyFetcher,
    LocalSigner,
    OfflineFetcher,
    compose_did_document,
)
from schemas import encode_json
from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator, SimulatedIssuer, compose_subject
from tests.doubles.issuers_at_hand import FORMS, NearWorld, judge_plainly, judge_thoroughly, sign_as
from verifier import RunFetcher, VerificationContext, VerificationReport, verify_any, verify_presented
from verifier.plain_badge import verify_plainly
from verifier.plain_signer import MAX_KEPT_PUBLISHED, MAX_METHOD_CHARS, _read_published

if TYPE_CHECKING:
    from collections.abc import Callable

    from keys import Fetcher
    from schemas import JsonObject
    from verifier import Answer, Question


class Desk:
    """A run of one process, in which nobody else has asked anything."""

    def ask(self, question: Question) -> Answer | None:  # noqa: ARG002 - the protocol
        """Know nothing."""
        return None

    def tell(self, question: Question, answer: Answer, *, seconds: float) -> None:
        """Forget what was told: the process remembers it by itself."""


class Silent(KeepingFetcher):
    """Has what another one has at hand, and fails the test when it is asked to fetch."""

    def __init__(self, fetcher: KeepingFetcher) -> None:
        self._fetcher = fetcher

    def fetch(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:  # noqa: ARG002 - the protocol
        raise AssertionError(f"the straight line fetched {url}")

    def find_at_hand(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument | None:
        return self._fetcher.find_at_hand(url, max_bytes=max_bytes, accept=accept)


@pytest.fixture
def world() -> IssuerSimulator:
    return IssuerSimulator()


@pytest.fixture
def college(world: IssuerSimulator) -> SimulatedIssuer:
    return world.add_issuer()


def cached(world: IssuerSimulator) -> KeepingFetcher:
    return CachingFetcher(world, cache=DocumentCache(), clock=lambda: world.now)


def of_a_run(world: IssuerSimulator) -> KeepingFetcher:
    return RunFetcher(network=lambda: world, desk=Desk())


def of_a_site(world: IssuerSimulator) -> KeepingFetcher:
    behind = cached(world)
    return LazyFetcher(lambda: FirstPartyFetcher(lambda _: None, behind))


FETCHERS = (cached, of_a_run, of_a_site)


def verify(world: IssuerSimulator, data: bytes, fetcher: Fetcher, **changes: Any) -> VerificationReport:  # noqa: ANN401
    return verify_presented(data, context=VerificationContext(**{"now": world.now, "fetcher": fetcher, **changes}))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("make", FETCHERS)
def test_document_of_another_did(
    world: IssuerSimulator, college: SimulatedIssuer, form: str, make: Callable[[IssuerSimulator], KeepingFetcher]
) -> None:
    """Somebody's document that speaks of the college's id and methods makes none of their badges the college's."""
    evil = world.add_issuer(host="evil.example.com")
    fetcher = make(world)
    lies = (
        [replace(evil.method, id=college.method_id)],
        [replace(evil.method, id=college.method_id, controller=college.id)],
        [evil.method, replace(evil.method, id=college.method_id, controller=college.id)],
        [replace(evil.method, controller=college.id)],
    )
    true = sign_as(college, form)
    for methods in lies:
        for named in (evil.id, college.id):
            world.publish(evil.document_url, {**compose_did_document(evil.id, methods), "id": named})
            forged = [
                sign_as(evil, form, college.compose_badge(), method_id=college.method_id),
                sign_as(evil, form, college.compose_badge()),
                sign_as(evil, form, evil.compose_badge(), method_id=college.method_id),
                *([sign_as(evil, form)] if named == college.id or evil.method not in methods else []),
            ]
            for data in (*forged, true, *forged):
                assert (judge_plainly(world, data) is not None) is (data is true)  # with every document at hand
                assert bool(verify(world, data, fetcher)) is (data is true)
                assert bool(verify(world, data, make(world))) is (data is true)


@pytest.mark.parametrize("form", FORMS)
def test_same_bytes_under_two_addresses(world: IssuerSimulator, college: SimulatedIssuer, form: str) -> None:
    """The college's own document, copied to another address, speaks for the college only, whoever was seen first."""
    copied = SimulatedIssuer(
        world=world,
        kind=IssuerIdKind.DID_WEB,
        id="did:web:evil.example.com",
        method_id=college.method_id,
        signer=college.signer,
        name="Copy",
    )
    world.answers[copied.document_url] = world.answers[college.document_url]
    assert _body(world, copied) == _body(world, college)
    true = sign_as(college, form)
    forged = [sign_as(copied, form, method_id=name) for name in (college.method_id, f"{copied.id}#key-1")]
    for data in (*forged, true, *forged, true):
        assert (judge_plainly(world, data) is not None) is (data is true)
        assert bool(judge_thoroughly(world, data)) is (data is true)


def _body(world: IssuerSimulator, issuer: SimulatedIssuer) -> bytes:
    answer = world.answers[issuer.document_url]
    assert isinstance(answer, FetchedDocument)
    return answer.body


@pytest.mark.parametrize("form", FORMS)
def test_key_that_was_taken_out(world: IssuerSimulator, college: SimulatedIssuer, form: str) -> None:
    """A site that takes a key out of its document verifies nothing by that key with the next badge."""
    own = FirstPartyFetcher(
        lambda url: (
            FetchedDocument(url=url, body=_body(world, college), media_type="", fetched_at=world.now)
            if url == college.document_url
            else None
        ),
        OfflineFetcher(),
    )
    data = sign_as(college, form)
    assert all(verify(world, data, own) for _ in range(3))
    college.methods = [replace(college.method, public_key=LocalSigner.generate(KeyType.ED25519).public_key)]
    college.publish_keys()
    assert not verify(world, data, own)
    college.methods = []
    college.publish_keys()
    assert verify(world, data, own)


@pytest.mark.parametrize("make", FETCHERS)
def test_badges_cost_the_requests_that_they_cost_the_thorough_way(
    world: IssuerSimulator, college: SimulatedIssuer, make: Callable[[IssuerSimulator], KeepingFetcher]
) -> None:
    """Good badges, forged ones and such as are none: what is asked for is what it was, badge by badge."""
    other = world.add_issuer(IssuerIdKind.HTTPS_DOCUMENT, host="other.example.edu")
    world.break_down("https://silent.example.edu/issuers/training/did.json")
    silent = world.add_issuer(host="silent.example.edu")
    world.break_down(silent.document_url)
    undefined = compose_subject(achievement={"id": "x", "undefined member": "x"})
    entry: dict[str, Any] = {"id": "x", "type": "BitstringStatusListEntry"}
    shown: list[JsonObject] = [
        *(college.compose_badge() | {"@context": ["https://x.example"]}, college.compose_badge(validFrom="x")),
        *(college.compose_badge(credentialSubject=undefined), college.compose_badge(credentialStatus=entry)),
    ]
    forged = [issuer.issue(signer=LocalSigner.generate(KeyType.ED25519)) for issuer in (college, other)]
    proof = dict(college.sign(college.compose_badge()))["proof"]
    broken = [encode_json(badge | {"proof": proof}) for badge in shown]
    good = [sign_as(issuer, form) for issuer in (college, other, silent) for form in FORMS]
    ways = make(world), make(world)
    for data in (*broken, *forged, *good, *broken, *forged, *good):
        asked = []
        for fetcher, judge in zip(ways, (_verify_any, _verify_thoroughly), strict=True):
            world.asked.clear()
            judge(world, data, fetcher)
            asked.append(world.asked[:])
        assert asked[0] == asked[1]


def _verify_any(world: IssuerSimulator, data: bytes, fetcher: Fetcher) -> None:
    verify_any(data, context=VerificationContext(now=world.now, fetcher=fetcher))


def _verify_thoroughly(world: IssuerSimulator, data: bytes, fetcher: Fetcher) -> None:
    judge_thoroughly(world, data, fetcher=fetcher)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("make", FETCHERS)
def test_the_straight_line_never_fetches(
    world: IssuerSimulator, college: SimulatedIssuer, form: str, make: Callable[[IssuerSimulator], KeepingFetcher]
) -> None:
    """Before the issuer's document is at hand nothing is said, and then nothing is asked for."""
    fetcher = make(world)
    data = sign_as(college, form)
    context = VerificationContext(now=world.now, fetcher=Silent(fetcher))
    assert verify_plainly(data, context=context) is None
    assert world.asked == []
    assert verify(world, data, fetcher)
    assert verify_plainly(data, context=context)
    assert world.asked == [college.document_url]


def test_kept_copy_that_is_old(world: IssuerSimulator, college: SimulatedIssuer) -> None:
    """After five minutes the host is asked again, and of a copy that stands in for it the report says so."""
    fetcher = cached(world)
    data = college.issue()
    start: datetime = world.now
    assert verify(world, data, fetcher).notes == ()
    world.now = start + timedelta(minutes=4, seconds=59)
    assert verify(world, data, fetcher).notes == ()
    assert world.asked == [college.document_url]
    world.break_down(college.document_url)
    world.now = start + timedelta(minutes=5)
    assert verify(world, data, fetcher).notes == ("issuer.document_kept",)
    assert world.asked == [college.document_url] * 2


def test_copy_that_stands_in_is_told_of(world: IssuerSimulator, college: SimulatedIssuer) -> None:
    """A document that is at hand only because its host is silent now is left to the thorough way, which says so."""

    class Standing(Silent):
        def find_at_hand(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument | None:
            found = super().find_at_hand(url, max_bytes=max_bytes, accept=accept)
            return found and replace(found, stands_in=True)

    for kind, is_plain in ((Silent, True), (Standing, False)):
        context = VerificationContext(now=world.now, fetcher=kind(NearWorld(world)))
        assert (verify_plainly(college.issue(), context=context) is not None) is is_plain


def test_methods_that_nobody_published_are_not_kept(world: IssuerSimulator, college: SimulatedIssuer) -> None:
    """However many methods strangers name in the college's document, they take no place of those that are in it."""
    assert judge_plainly(world, college.issue())
    before = _read_published.cache_info().currsize
    for number in range(50):
        for method in (f"{college.id}#{number}", f"{college.id}#" + "a" * MAX_METHOD_CHARS, f"{college.id}#ü{number}"):
            assert judge_plainly(world, college.issue_jwt(method_id=method)) is None
    assert _read_published.cache_info().currsize == before


def test_long_names_are_not_looked_up(world: IssuerSimulator) -> None:
    """Neither an issuer nor a method of more than some hundred characters is looked for where it would be kept."""
    long = SimulatedIssuer(
        world=world,
        kind=IssuerIdKind.DID_WEB,
        id="did:web:" + "a" * MAX_METHOD_CHARS,
        method_id="did:web:" + "a" * MAX_METHOD_CHARS + "#key-1",
        signer=LocalSigner.generate(KeyType.ED25519),
        name="Long",
    )
    long.publish_keys()
    before = _read_published.cache_info().misses
    assert judge_plainly(world, long.issue()) is None
    assert judge_thoroughly(world, long.issue())
    assert _read_published.cache_info().misses == before


def test_documents_are_bounded(world: IssuerSimulator, college: SimulatedIssuer) -> None:
    """A document that changes with every badge leaves no more than the bound behind, and the true one still counts."""
    data = college.issue()
    for number in range(MAX_KEPT_PUBLISHED + 50):
        college.publish_keys(x=number)
        assert _read_published(_body(world, college), college.id, college.method_id).method_id == college.method_id
    info = _read_published.cache_info()
    assert info.currsize <= MAX_KEPT_PUBLISHED == info.maxsize
    assert judge_plainly(world, data)
