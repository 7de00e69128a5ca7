"""How many fetches may wait at once in one process, so that slow hosts never hold every thread of the server (T-67).

Whoever presents a badge chooses the hosts that are asked for it, and a host may take its ten seconds. Those who find
no room are told at once that it could not be checked now; that is said of us and never of the badge.
"""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from schemas import FetchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from keys.fetching import FetchedDocument, Fetcher

# Together less than the threads of the server: a page, or a badge that needs no network, finds one free.
MAX_STRANGERS_AT_ONCE = 8
MAX_KNOWN_AT_ONCE = 4
# One slow host is no reason to turn all others away.
MAX_PER_HOST_AT_ONCE = 4
# Of strangers' hosts for one who asks, whatever names they have: names cost nothing, so half of the room is for others.
MAX_PER_ASKER_AT_ONCE = 4
# A host that is well answers in less; so a rush of honest badges waits its turn.
MAX_WAIT_SECONDS = 0.1


class NetworkShare:
    """Counts the fetches under way; shared by all verifications of one process. Safe for threads.

    Args:
        is_known: Says of a host name whether the reader's own list has it. Such hosts have room of their own, which no
            stranger can fill.
        max_wait_seconds: How long a fetch waits for room.
    """

    def __init__(
        self, *, is_known: Callable[[str], bool] = lambda _: False, max_wait_seconds: float = MAX_WAIT_SECONDS
    ) -> None:
        self._is_known = is_known
        self._max_wait_seconds = max_wait_seconds
        self._room = threading.Condition()
        self._by_host: Counter[str] = Counter()
        self._by_asker: Counter[str] = Counter()
        self._by_kind: Counter[bool] = Counter()

    @contextmanager
    def hold(self, url: str, *, asker: str = "") -> Iterator[None]:
        """Take one place for a fetch of `url` until the block ends.

        Args:
            url: What is about to be fetched.
            asker: On whose behalf; empty when that is nobody in particular.

        Raises:
            FetchError: There is none (`fetch.busy`).
        """
        host = _read_host(url)
        is_known = self._is_known(host)
        counted = "" if is_known else asker
        with self._room:
            if not self._room.wait_for(
                lambda: self._has_room(host, is_known=is_known, asker=counted), self._max_wait_seconds
            ):
                raise FetchError("fetch.busy", "too many fetches are under way")
            self._by_host[host] += 1
            self._by_asker[counted] += 1
            self._by_kind[is_known] += 1
        try:
            yield
        finally:
            with self._room:
                self._by_host[host] -= 1
                self._by_asker[counted] -= 1
                self._by_kind[is_known] -= 1
                if not self._by_host[host]:
                    del self._by_host[host]
                if not self._by_asker[counted]:
                    del self._by_asker[counted]
                self._room.notify_all()

    def _has_room(self, host: str, *, is_known: bool, asker: str) -> bool:
        if asker and self._by_asker[asker] >= MAX_PER_ASKER_AT_ONCE:
            return False
        limit = MAX_KNOWN_AT_ONCE if is_known else MAX_STRANGERS_AT_ONCE
        return self._by_kind[is_known] < limit and self._by_host[host] < MAX_PER_HOST_AT_ONCE


class SharedFetcher:
    """Asks another fetcher when there is room.

    Args:
        fetcher: The door to the network.
        share: The room of this process.
        asker: On whose behalf; empty when that is nobody in particular.
    """

    def __init__(self, fetcher: Fetcher, *, share: NetworkShare, asker: str = "") -> None:
        self._fetcher = fetcher
        self._share = share
        self._asker = asker

    def fetch(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:
        """Return what the other fetcher fetches.

        Raises:
            FetchError: As the other fetcher; `fetch.busy` when too many fetches are under way.
        """
        with self._share.hold(url, asker=self._asker):
            return self._fetcher.fetch(url, max_bytes=max_bytes, accept=accept)


def _read_host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # the fetcher says what is wrong with it
        return ""
