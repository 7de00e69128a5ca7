"""Status lists that were fetched and verified before, shared by many verifications.

A list is kept per address, never per badge, so the host of the list learns nothing of
who looks at which badge. The newest `validFrom` seen per address is kept too: an older
list that comes back later hides a revocation.
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

DEFAULT_STATUS_TTL = timedelta(minutes=5)
MAX_STATUS_TTL = timedelta(hours=24)
# Lists; a list of 131,072 entries is 16 KiB.
MAX_CACHED_LISTS = 256


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
        valid_from: From the list; None when it states none.
    """

    url: str
    issuer_id: str
    purposes: frozenset[str]
    bits: BitstringStatusList
    fetched_at: datetime
    fresh_until: datetime
    valid_from: datetime | None


class StatusCache:
    """Holds at most `max_lists` verified lists; the one used longest ago goes first. Safe for threads."""

    def __init__(self, *, max_lists: int = MAX_CACHED_LISTS) -> None:
        self._max_lists = max_lists
        self._lists: OrderedDict[str, VerifiedStatusList] = OrderedDict()
        self._lock = threading.Lock()

    def find_fresh(self, url: str, *, now: datetime) -> VerifiedStatusList | None:
        """Return the kept list while it is fresh at `now`."""
        known = self.find_any(url)
        return known if known is not None and known.fetched_at <= now < known.fresh_until else None

    def find_any(self, url: str) -> VerifiedStatusList | None:
        """Return the kept list however old, to say what was last known."""
        with self._lock:
            if url in self._lists:
                self._lists.move_to_end(url)
            return self._lists.get(url)

    def is_rollback(self, url: str, valid_from: datetime | None) -> bool:
        """Say whether a list of that date is older than one already seen at `url`."""
        known = self.find_any(url)
        if known is None or known.valid_from is None:
            return False
        return valid_from is None or valid_from < known.valid_from

    def keep(self, status_list: VerifiedStatusList) -> None:
        """Keep a verified list in place of the one before it."""
        with self._lock:
            self._lists[status_list.url] = status_list
            self._lists.move_to_end(status_list.url)
            while len(self._lists) > self._max_lists:
                self._lists.popitem(last=False)
