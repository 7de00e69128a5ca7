"""Key documents that are kept while their host is down (F7)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from keys import (
    CachingFetcher,
    DocumentCache,
    FetchedDocument,
    KeyType,
    LocalSigner,
    VerificationMethod,
    compose_did_document,
    compose_jwks,
    resolve_controller_document,
    resolve_jwks,
)
from schemas import FetchError, encode_json

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DID = "did:web:college.example.edu"
DID_URL = "https://college.example.edu/.well-known/did.json"
JWKS_URL = "https://college.example.edu/.well-known/jwks.json"


class Network:
    """Answers as told, and counts."""

    def __init__(self) -> None:
        self.now = NOW
        self.answers: dict[str, bytes | FetchError] = {}
        self.asked: list[str] = []

    def fetch(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:  # noqa: ARG002 - the protocol
        self.asked.append(url)
        answer = self.answers.get(url, FetchError("fetch.http_status", detail={"status": 404}))
        if isinstance(answer, FetchError):
            raise answer
        return FetchedDocument(url=url, body=answer, media_type="application/json", fetched_at=self.now)


@pytest.fixture
def network() -> Network:
    network = Network()
    key = LocalSigner.generate(KeyType.ED25519).public_key
    method = VerificationMethod(id=f"{DID}#key-1", controller=DID, public_key=key)
    network.answers[DID_URL] = encode_json(compose_did_document(DID, [method]))
    network.answers[JWKS_URL] = encode_json(compose_jwks([method]))
    return network


@pytest.fixture
def fetcher(network: Network) -> CachingFetcher:
    return CachingFetcher(network, cache=DocumentCache(), clock=lambda: network.now)


def test_asked_once_in_five_minutes(network: Network, fetcher: CachingFetcher) -> None:
    """A document of minutes ago answers alone."""
    resolve_controller_document(DID, fetcher=fetcher)
    network.now += timedelta(minutes=4, seconds=59)
    resolve_controller_document(DID, fetcher=fetcher)
    assert network.asked == [DID_URL]


def test_asked_again_after_five_minutes(network: Network, fetcher: CachingFetcher) -> None:
    """A key that was taken out of the document is seen five minutes later, as long as the host answers."""
    resolve_controller_document(DID, fetcher=fetcher)
    network.now += timedelta(minutes=5)
    network.answers[DID_URL] = encode_json(compose_did_document(DID, []))
    assert resolve_controller_document(DID, fetcher=fetcher).methods == ()


@pytest.mark.parametrize(
    "outage",
    [
        FetchError("fetch.unreachable"),
        FetchError("fetch.timeout"),
        FetchError("fetch.host_unknown"),
        FetchError("fetch.offline"),
        FetchError("fetch.http_status", detail={"status": 503}),
    ],
    ids=str,
)
def test_host_down(network: Network, fetcher: CachingFetcher, outage: FetchError) -> None:
    """For a day the kept copy answers, marked as such and with its age; then no more."""
    first = resolve_controller_document(DID, fetcher=fetcher)
    network.answers[DID_URL] = outage
    network.now += timedelta(hours=23, minutes=59)
    assert resolve_controller_document(DID, fetcher=fetcher) == first
    network.now += timedelta(minutes=1)
    with pytest.raises(FetchError):
        resolve_controller_document(DID, fetcher=fetcher)


def test_copy_says_that_it_stands_in(network: Network, fetcher: CachingFetcher) -> None:
    """The answer carries the moment of its own fetch, and that its host is silent."""
    seen: list[FetchedDocument] = []

    class Watching:
        def fetch(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:
            seen.append(fetcher.fetch(url, max_bytes=max_bytes, accept=accept))
            return seen[-1]

    resolve_jwks("https://college.example.edu/issuer", fetcher=Watching())
    network.now += timedelta(hours=1)
    network.answers[JWKS_URL] = FetchError("fetch.unreachable")
    resolve_jwks("https://college.example.edu/issuer", fetcher=Watching())
    assert [(document.stands_in, document.fetched_at) for document in seen] == [(False, NOW), (True, NOW)]


@pytest.mark.parametrize("status", [404, 410, 403])
def test_document_that_was_taken_down(network: Network, fetcher: CachingFetcher, status: int) -> None:
    """That it is not there is an answer: the kept copy ends, also for a later outage."""
    resolve_controller_document(DID, fetcher=fetcher)
    network.now += timedelta(minutes=5)
    for answer in (FetchError("fetch.http_status", detail={"status": status}), FetchError("fetch.unreachable")):
        network.answers[DID_URL] = answer
        with pytest.raises(FetchError):
            resolve_controller_document(DID, fetcher=fetcher)


def test_other_documents_are_not_kept(network: Network, fetcher: CachingFetcher) -> None:
    """Badges and pages of people are fetched anew and stay nowhere."""
    url = "https://college.example.edu/b/1"
    network.answers[url] = b"{}"
    for _ in range(2):
        fetcher.fetch(url, max_bytes=10, accept="application/vc")
    assert network.asked == [url, url]


def test_clock_that_was_set_back(network: Network, fetcher: CachingFetcher) -> None:
    """A copy from the future is not fresh for years."""
    resolve_controller_document(DID, fetcher=fetcher)
    network.now -= timedelta(days=300)
    resolve_controller_document(DID, fetcher=fetcher)
    assert network.asked == [DID_URL, DID_URL]


def test_one_host_cannot_push_out_the_others(network: Network) -> None:
    """A stranger's badges fill the places of the stranger's host only."""
    cache = DocumentCache(max_documents=8, max_per_host=2)
    fetcher = CachingFetcher(network, cache=cache, clock=lambda: network.now)
    resolve_controller_document(DID, fetcher=fetcher)
    for number in range(20):
        did = f"did:web:evil.example.com:{number}"
        network.answers[f"https://evil.example.com/{number}/did.json"] = encode_json(compose_did_document(did, []))
        resolve_controller_document(did, fetcher=fetcher)
    network.answers[DID_URL] = FetchError("fetch.unreachable")
    network.now += timedelta(hours=1)
    assert resolve_controller_document(DID, fetcher=fetcher).methods
    assert len(cache) == 3


def test_so_many_documents_and_no_more(network: Network) -> None:
    """The document used longest ago goes first."""
    cache = DocumentCache(max_documents=2)
    fetcher = CachingFetcher(network, cache=cache, clock=lambda: network.now)
    for number in range(5):
        did = f"did:web:{number}.example.com"
        url = f"https://{number}.example.com/.well-known/did.json"
        network.answers[url] = encode_json(compose_did_document(did, []))
        resolve_controller_document(did, fetcher=fetcher)
    assert len(cache) == 2


def test_kept_copy_is_not_larger_than_allowed(network: Network, fetcher: CachingFetcher) -> None:
    """The caller's limit holds for a kept copy too."""
    seen: list[str] = []

    class Watching:
        def fetch(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:
            seen.append(accept)
            return fetcher.fetch(url, max_bytes=max_bytes, accept=accept)

    resolve_controller_document(DID, fetcher=Watching())
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(DID_URL, max_bytes=1, accept=seen[0])
    assert caught.value.code == "fetch.too_large"


def test_document_over_the_limit_is_not_kept(network: Network) -> None:
    """What is larger than a key document may be is handed on and stays nowhere."""
    seen: list[str] = []
    cache = DocumentCache()
    fetcher = CachingFetcher(network, cache=cache, clock=lambda: network.now)

    class Watching:
        def fetch(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:
            seen.append(accept)
            return fetcher.fetch(url, max_bytes=max_bytes, accept=accept)

    resolve_controller_document(DID, fetcher=Watching())
    network.answers[JWKS_URL] = bytes(65 * 1024)
    fetcher.fetch(JWKS_URL, max_bytes=10**6, accept=seen[0])
    assert len(cache) == 1
