"""Key documents of issuers, kept for the hours in which their host may be down (F7)."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from keys.controller_document import MAX_CONTROLLER_DOCUMENT_BYTES
from keys.fetching import KeepingFetcher, find_at_hand
from keys.resolution import KEY_DOCUMENT_ACCEPTS
from schemas import FetchError

if TYPE_CHECKING:
    from keys.clock import Clock
    from keys.fetching import FetchedDocument, Fetcher

# A kept document answers without a look at the network for so long …
FRESH_FOR = timedelta(minutes=5)
# … and, when its host cannot be reached, for so long. A key that was put away is believed no longer than this.
USABLE_FOR = timedelta(hours=24)
MAX_KEPT_DOCUMENTS = 1_024
MAX_KEPT_DOCUMENTS_PER_HOST = 16
# In all; a document is at most 64 KiB.
MAX_KEPT_BYTES = 16 * 1024 * 1024

# The host did not answer. Anything else is an answer, or a rule of ours, and no kept copy speaks against it. That our
# own budget was spent is neither: whoever presents a badge can bring it about, so it lets no kept copy stand in.
_OUTAGES = frozenset(
    {
        "fetch.host_unknown",
        "fetch.offline",
        "fetch.timeout",
        "fetch.tls",
        "fetch.unreachable",
    }
)
_SERVER_FAULTS = frozenset({"500", "502", "503", "504"})


@dataclass(frozen=True, slots=True)
class _Key:
    """A document is kept for the question that it answered: one address, one Accept header."""

    url: str
    accept: str

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc


class DocumentCache:
    """Documents kept in memory, shared between verifications; the one used longest ago goes first. Safe for threads.

    One host holds a bounded share of the places, so that a stranger's badges cannot push out everybody else's
    documents from one address.
    """

    def __init__(
        self, *, max_documents: int = MAX_KEPT_DOCUMENTS, max_per_host: int = MAX_KEPT_DOCUMENTS_PER_HOST
    ) -> None:
        self._documents: OrderedDict[_Key, FetchedDocument] = OrderedDict()
        self._max_documents = max_documents
        self._max_per_host = max_per_host
        self._bytes = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._documents)

    def find(self, url: str, accept: str) -> FetchedDocument | None:
        """Return what was kept for this question, however old."""
        key = _Key(url, accept)
        with self._lock:
            if key in self._documents:
                self._documents.move_to_end(key)
            return self._documents.get(key)

    def keep(self, url: str, accept: str, document: FetchedDocument) -> None:
        """Keep an answer in place of the one before it."""
        key = _Key(url, accept)
        with self._lock:
            self._drop(key)
            self._documents[key] = document
            self._bytes += len(document.body)
            same_host = [other for other in self._documents if other.host == key.host]
            for other in same_host[: max(0, len(same_host) - self._max_per_host)]:
                self._drop(other)
            while len(self._documents) > self._max_documents or self._bytes > MAX_KEPT_BYTES:
                self._drop(next(iter(self._documents)))

    def forget(self, url: str, accept: str) -> None:
        """Forget what was kept: the host has said something else since."""
        with self._lock:
            self._drop(_Key(url, accept))

    def _drop(self, key: _Key) -> None:
        document = self._documents.pop(key, None)
        if document is not None:
            self._bytes -= len(document.body)


class CachingFetcher(KeepingFetcher):
    """Puts kept key documents in front of another fetcher.

    The rule: a key document (controller document or key set) is kept when it was fetched; for 5 minutes it answers
    alone; after that its host is asked, and only when the host does not answer at all (no connection, time-out, a
    fault of the server) it answers for up to 24 hours from its fetch. An answer such as "not found" is believed
    and ends the kept copy. Nothing else is kept: no badge, no page, and no status list (`verifier` keeps those
    verified, by their own `ttl`). `fetched_at` of a kept document is when it was fetched, so that its age can be shown.

    Only the guarded fetch of an https address fills the cache, under that same address; a document still has to
    name itself by it, and every signature is checked anew.

    Args:
        fetcher: Asks the network.
        cache: Shared between verifications.
        clock: Aware UTC.
    """

    def __init__(self, fetcher: Fetcher, *, cache: DocumentCache, clock: Clock) -> None:
        self._fetcher = fetcher
        self._cache = cache
        self._clock = clock

    def fetch(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:
        """Return a kept key document, or what the other fetcher fetches.

        Raises:
            FetchError: As the other fetcher, when nothing kept may stand in; `fetch.too_large`.
        """
        if accept not in KEY_DOCUMENT_ACCEPTS:
            return self._fetcher.fetch(url, max_bytes=max_bytes, accept=accept)
        kept = self._cache.find(url, accept)
        now = self._clock()
        if kept is not None and _is_younger(kept, FRESH_FOR, now):
            return _within(kept, max_bytes)
        try:
            fetched = self._fetcher.fetch(url, max_bytes=max_bytes, accept=accept)
        except FetchError as error:
            if error.code in {"fetch.budget_exhausted", "fetch.busy"}:
                raise
            if not _is_outage(error):
                self._cache.forget(url, accept)
                raise
            if kept is None or not _is_younger(kept, USABLE_FOR, now):
                raise
            return _within(replace(kept, stands_in=True), max_bytes)
        if len(fetched.body) <= MAX_CONTROLLER_DOCUMENT_BYTES:
            self._cache.keep(url, accept, fetched)
        return fetched

    def find_at_hand(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument | None:
        """Return a kept key document that answers alone; of everything else, what the other fetcher has at hand."""
        if accept not in KEY_DOCUMENT_ACCEPTS:
            return find_at_hand(self._fetcher, url, max_bytes=max_bytes, accept=accept)
        kept = self._cache.find(url, accept)
        if kept is None or len(kept.body) > max_bytes or not _is_younger(kept, FRESH_FOR, self._clock()):
            return None
        return kept


def _is_younger(document: FetchedDocument, age: timedelta, now: datetime) -> bool:
    """Say whether the document was fetched less than `age` ago; one from a clock that ran ahead was not."""
    return timedelta(0) <= now - document.fetched_at < age


def _is_outage(error: FetchError) -> bool:
    if error.code == "fetch.http_status":
        return str(error.detail.get("status", "")) in _SERVER_FAULTS
    return error.code in _OUTAGES


def _within(document: FetchedDocument, max_bytes: int) -> FetchedDocument:
    if len(document.body) > max_bytes:
        raise FetchError("fetch.too_large", f"more than {max_bytes} bytes")
    return document
