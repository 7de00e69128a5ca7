"""Status lists that were fetched and verified before, shared by many verifications.

A list is kept per address, never per badge, so the host of the list learns nothing of
who looks at which badge. A kept list answers for a few minutes without a look at the
network; after that it answers only when its host cannot be reached, and no longer than its
`ttl`, its `validUntil` and a day.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from credentials import BitstringStatusList
    from verifier.high_water import HighWaterStore

# How long a list answers without being asked for again, and how long at all when it states no `ttl`.
DEFAULT_STATUS_TTL = timedelta(minutes=5)
MAX_STATUS_TTL = timedelta(hours=24)
# Lists; a list of 131,072 entries is 16 KiB.
MAX_CACHED_LISTS = 256
# Bits of all kept lists in bytes; one list has at most 4 MiB.
MAX_CACHED_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedStatusList:
    """One status list whose proof, issuer and dates held.

    Args:
        url: Where it was fetched; equal to its `id`.
        issuer_id: Who signed it.
        purposes: Its `statusPurpose` values.
        bits: The list itself.
        fetched_at: Aware UTC.
        fresh_until: No new fetch before this moment.
        usable_until: When the host is out of reach the list still answers before this moment.
        valid_from: From the list; None when it states none.
        stands_in: A kept list that is used because its host cannot be reached now.
        digest: SHA-256 of the document that it was read from.
    """

    url: str
    issuer_id: str
    purposes: frozenset[str]
    bits: BitstringStatusList
    fetched_at: datetime
    fresh_until: datetime
    usable_until: datetime
    valid_from: datetime | None
    stands_in: bool = False
    digest: bytes = b""


class StatusCache:
    """Holds at most `max_lists` verified lists; the one used longest ago goes first. Safe for threads.

    Args:
        max_lists: How many lists are kept.
        high_water: Remembers the newest edition of each list; by default for as long as this cache lives.
    """

    def __init__(self, *, max_lists: int = MAX_CACHED_LISTS, high_water: HighWaterStore | None = None) -> None:
        if high_water is None:
            from verifier.high_water import MemoryHighWaterStore  # noqa: PLC0415

            high_water = MemoryHighWaterStore()
        self._max_lists = max_lists
        self._high_water = high_water
        self._lists: OrderedDict[str, VerifiedStatusList] = OrderedDict()
        self._lock = threading.Lock()

    def find_fresh(self, url: str, *, now: datetime) -> VerifiedStatusList | None:
        """Return the kept list while it is fresh at `now`."""
        known = self.find_any(url)
        return known if known is not None and known.fetched_at <= now < known.fresh_until else None

    def find_usable(self, url: str, *, now: datetime) -> VerifiedStatusList | None:
        """Return the kept list while it may stand in for a host that is out of reach."""
        known = self.find_any(url)
        return known if known is not None and known.fetched_at <= now < known.usable_until else None

    def find_any(self, url: str) -> VerifiedStatusList | None:
        """Return the kept list however old, to say what was last known."""
        with self._lock:
            if url in self._lists:
                self._lists.move_to_end(url)
            return self._lists.get(url)

    def find_same(self, url: str, digest: bytes, *, now: datetime) -> VerifiedStatusList | None:
        """Return the kept list when it was read from the very document that was fetched now, and verified not long ago.

        For a cache that has the list fetched each time, since it may have changed a moment ago. Whose key signed it is
        found anew as often as for every kept list: `fresh_until` stays what it was.
        """
        known = StatusCache.find_fresh(self, url, now=now)
        return known if known is not None and known.digest == digest else None

    def is_rollback(self, url: str, valid_from: datetime | None) -> bool:
        """Say whether a list of that date is older than one already seen at `url`."""
        mark = self._high_water.find_mark(url)
        return mark is not None and (valid_from is None or valid_from < mark)

    def keep(self, status_list: VerifiedStatusList) -> None:
        """Keep a verified list in place of the one before it."""
        if status_list.valid_from is not None:
            self._high_water.raise_mark(status_list.url, status_list.valid_from)
        with self._lock:
            self._lists[status_list.url] = status_list
            self._lists.move_to_end(status_list.url)
            while len(self._lists) > self._max_lists or self._count_bytes() > MAX_CACHED_BYTES:
                self._lists.popitem(last=False)

    def _count_bytes(self) -> int:
        return sum(len(one.bits.bits) for one in self._lists.values())
