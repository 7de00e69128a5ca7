"""What a fetcher has at hand: the document that it would give now, without a look at the network."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from keys import (
    CachingFetcher,
    DocumentCache,
    FetchedDocument,
    Fetcher,
    FirstPartyFetcher,
    KeepingFetcher,
    LazyFetcher,
    OfflineFetcher,
    find_controller_document,
    resolve_controller_document,
)
from keys.resolution import MAX_KEPT_CHARS, _find_short_address
from schemas import FetchError, ResolutionError

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DID = "did:web:college.example.edu"
URL = "https://college.example.edu/.well-known/did.json"
BODY = b'{"id": "did:web:college.example.edu"}'


class Network:
    """Has one document, and counts who asks for it."""

    def __init__(self) -> None:
        self.asked = 0
        self.now = NOW

    def fetch(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:  # noqa: ARG002 - the protocol
        self.asked += 1
        if url != URL:
            raise FetchError("fetch.unreachable")
        return FetchedDocument(url=url, body=BODY, media_type="application/json", fetched_at=self.now)


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def cached(network: Network) -> CachingFetcher:
    return CachingFetcher(network, cache=DocumentCache(), clock=lambda: network.now)


def find(fetcher: Fetcher, did: str = DID) -> FetchedDocument | None:
    return find_controller_document(did, fetcher=fetcher)


def own(url: str) -> FetchedDocument | None:
    return FetchedDocument(url=url, body=BODY, media_type="", fetched_at=NOW) if url == URL else None


def test_network_has_nothing_at_hand(network: Network) -> None:
    """A fetcher that keeps nothing is not asked, and neither is one without a network."""
    assert find(network) is None
    assert find(OfflineFetcher()) is None
    assert network.asked == 0


def test_kept_document(network: Network, cached: CachingFetcher) -> None:
    """What was fetched is at hand for five minutes, and it is the very document."""
    assert find(cached) is None
    resolve_controller_document(DID, fetcher=cached)
    network.now = NOW + timedelta(minutes=4, seconds=59)
    found = find(cached)
    assert found is not None
    assert (found.body, found.fetched_at) == (BODY, NOW)
    network.now = NOW + timedelta(minutes=5)
    assert find(cached) is None
    assert network.asked == 1


def test_document_of_a_clock_that_ran_ahead(network: Network, cached: CachingFetcher) -> None:
    """A kept document from the future is asked for again."""
    resolve_controller_document(DID, fetcher=cached)
    network.now = NOW - timedelta(seconds=1)
    assert find(cached) is None


def test_other_questions(network: Network, cached: CachingFetcher) -> None:
    """A document kept for one Accept header or size is not at hand for another."""
    resolve_controller_document(DID, fetcher=cached)
    assert cached.find_at_hand(URL, max_bytes=len(BODY), accept="text/html") is None
    found = find(cached)
    assert found is not None
    accept = "application/jwk-set+json, application/json;q=0.9"
    assert cached.find_at_hand(URL, max_bytes=len(BODY), accept=accept) is None
    assert network.asked == 1


def test_own_documents(network: Network, cached: CachingFetcher) -> None:
    """Our own document is at hand unless it is too large; of others, what the fallback has at hand."""
    fetcher = FirstPartyFetcher(own, cached)
    assert find(fetcher) == own(URL)
    assert fetcher.find_at_hand(URL, max_bytes=len(BODY) - 1, accept="*/*") is None
    elsewhere = FirstPartyFetcher(lambda _: None, cached)
    assert find(elsewhere) is None
    resolve_controller_document(DID, fetcher=elsewhere)
    assert find(elsewhere) is not None
    assert network.asked == 1


def test_too_large_for_the_question(cached: CachingFetcher) -> None:
    """A kept document is not at hand for who takes less."""
    accept = "application/jwk-set+json, application/json;q=0.9"
    cached.fetch(URL, max_bytes=len(BODY), accept=accept)
    assert cached.find_at_hand(URL, max_bytes=len(BODY), accept=accept) is not None
    assert cached.find_at_hand(URL, max_bytes=len(BODY) - 1, accept=accept) is None


def test_lazy_fetcher_is_opened_once(network: Network) -> None:
    """Looking and fetching open one and the same fetcher."""
    opened = []

    def open_fetcher() -> Fetcher:
        opened.append(1)
        return FirstPartyFetcher(own, network)

    fetcher = LazyFetcher(open_fetcher)
    assert find(fetcher) is not None
    fetcher.fetch(URL, max_bytes=100, accept="*/*")
    assert opened == [1]
    assert network.asked == 0
    assert find(LazyFetcher(lambda: network)) is None


@pytest.mark.parametrize("issuer_id", ["did:key:z6Mk", "did:plc:x", "did:web:", "did:web:a b", "urn:x", "https://a#b"])
def test_identifiers_without_an_address(issuer_id: str, network: Network) -> None:
    """An identifier that leads to no document is refused, and nothing is kept of it."""
    before = _find_short_address.cache_info().currsize
    for _ in range(2):
        with pytest.raises(ResolutionError):
            find(FirstPartyFetcher(own, network), issuer_id)
    assert _find_short_address.cache_info().currsize == before


def test_addresses_are_bounded(network: Network) -> None:
    """However many issuers strangers name, a bounded number of addresses is kept, and of long names none."""
    for number in range(_find_short_address.cache_info().maxsize or 0):
        find(network, f"did:web:{number}.example.org")
    info = _find_short_address.cache_info()
    assert info.currsize == info.maxsize
    find(network, "https://example.org/" + "a" * MAX_KEPT_CHARS)
    assert _find_short_address.cache_info().misses == info.misses


def test_every_fetcher_that_keeps_something_says_so() -> None:
    """Those that may have a document at hand are known by their class."""
    for kind in (CachingFetcher, FirstPartyFetcher, LazyFetcher):
        assert issubclass(kind, KeepingFetcher)
