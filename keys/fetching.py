"""The door to the network as others see it: the `Fetcher` protocol, and fetchers that stay inside while they can."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from schemas import FetchError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedDocument:
    """What came back for one URL.

    `url` is the address that was asked for, also after a redirect: a document must name itself by it.
    `answered_by` is the address that gave the answer in the end: it tells a site that speaks for itself from one that
    sends its readers anywhere.
    `stands_in` marks a copy from `fetched_at` that is used because the host cannot be reached now.
    """

    url: str
    body: bytes
    media_type: str  # without parameters, lower case; empty when the server named none
    fetched_at: datetime
    answered_by: str = ""  # empty: the same as `url`
    stands_in: bool = False


@runtime_checkable
class Fetcher(Protocol):
    """Gets one document by its URL."""

    def fetch(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:
        """Get `url`; never sends cookies, credentials or a referrer.

        Args:
            url: Absolute https URL; a fragment is not sent.
            max_bytes: Largest body that is taken.
            accept: Value of the Accept header.

        Raises:
            FetchError: Not allowed, not reachable, too large or too slow (`fetch.…`).
        """
        ...


class KeepingFetcher(ABC):
    """A fetcher that may have a document at hand, and can give it without a look at the network."""

    @abstractmethod
    def fetch(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:
        """Get `url`, as every `Fetcher` does."""

    @abstractmethod
    def find_at_hand(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument | None:
        """Return the very document that `fetch` would give now without asking the network.

        Asking changes nothing: no request is made, none is counted, and nothing is kept for it. None says only that
        `fetch` decides, which may still answer from what it keeps.

        Args:
            url: As for `fetch`, as are the others.
            max_bytes: Largest body that is taken.
            accept: Value of the Accept header.
        """


def find_at_hand(fetcher: Fetcher, url: str, *, max_bytes: int, accept: str) -> FetchedDocument | None:
    """Return what a fetcher has at hand for `url`; None of one that keeps nothing."""
    if isinstance(fetcher, KeepingFetcher):
        return fetcher.find_at_hand(url, max_bytes=max_bytes, accept=accept)
    return None


class OfflineFetcher:
    """Fetches nothing: every document that is not at hand is `fetch.offline`."""

    def fetch(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:  # noqa: ARG002 - the protocol's signature
        """Raise.

        Raises:
            FetchError: Always (`fetch.offline`).
        """
        raise FetchError("fetch.offline", "checking without a network")


class LazyFetcher(KeepingFetcher):
    """Opens another fetcher when something is fetched: most badges need no network. For one verification.

    Args:
        open_fetcher: Called once, or never.
    """

    def __init__(self, open_fetcher: Callable[[], Fetcher]) -> None:
        self._open = open_fetcher
        self._opened: Fetcher | None = None

    def fetch(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:
        """Return what the other fetcher fetches.

        Raises:
            FetchError: As the other fetcher.
        """
        return self._reach().fetch(url, max_bytes=max_bytes, accept=accept)

    def find_at_hand(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument | None:
        """Return what the other fetcher has at hand."""
        return find_at_hand(self._reach(), url, max_bytes=max_bytes, accept=accept)

    def _reach(self) -> Fetcher:
        if self._opened is None:
            self._opened = self._open()
        return self._opened


class FirstPartyFetcher(KeepingFetcher):
    """Serves our own documents from memory or disk, and asks another fetcher for the rest.

    Args:
        lookup: Returns our own document for a URL, or None when the URL is not ours.
        fallback: Fetches everything else.
    """

    def __init__(self, lookup: Callable[[str], FetchedDocument | None], fallback: Fetcher) -> None:
        self._lookup = lookup
        self._fallback = fallback

    def fetch(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:
        """Return our own document, or what the fallback fetches.

        Raises:
            FetchError: Our own document is larger than `max_bytes` (`fetch.too_large`), or the fallback raised.
        """
        own = self._lookup(url)
        if own is None:
            return self._fallback.fetch(url, max_bytes=max_bytes, accept=accept)
        if len(own.body) > max_bytes:
            raise FetchError("fetch.too_large", f"more than {max_bytes} bytes")
        return own

    def find_at_hand(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument | None:
        """Return our own document, or what the fallback has at hand."""
        own = self._lookup(url)
        if own is None:
            return find_at_hand(self._fallback, url, max_bytes=max_bytes, accept=accept)
        return own if len(own.body) <= max_bytes else None
