"""What the status lists of one badge may cost: their number, and their bytes in all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas import FetchError

if TYPE_CHECKING:
    from keys import FetchedDocument, Fetcher

# In all lists of one badge; a list of 131,072 entries is 16 KiB, and the largest that is taken 6 MiB.
MAX_STATUS_BYTES_PER_BADGE = 8 * 1024 * 1024
# Anybody can write a badge in the name of an issuer that cannot be asked.
MAX_LISTS_OF_UNPROVEN_ISSUER = 2


class StatusBudget:
    """Fetches the lists of one badge. Each list that is read counts, also one that came back before.

    Args:
        fetcher: The door to the network for this verification.
        max_lists: Lists that may be read.
        max_bytes: In all of them.
    """

    def __init__(self, fetcher: Fetcher, *, max_lists: int, max_bytes: int = MAX_STATUS_BYTES_PER_BADGE) -> None:
        self.fetcher = fetcher
        self._lists_left = max_lists
        self._bytes_left = max_bytes

    def fetch_list(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:
        """Fetch one list.

        Raises:
            FetchError: As the fetcher; `fetch.budget_exhausted`.
        """
        if self._lists_left <= 0 or self._bytes_left <= 0:
            raise FetchError("fetch.budget_exhausted", "this badge asks for too many lists, or too long ones")
        self._lists_left -= 1
        try:
            fetched = self.fetcher.fetch(url, max_bytes=min(max_bytes, self._bytes_left), accept=accept)
        except FetchError as error:
            if error.code == "fetch.too_large" and self._bytes_left < max_bytes:
                raise FetchError("fetch.budget_exhausted", "this badge asks for too long lists") from error
            raise
        self._bytes_left -= len(fetched.body)
        return fetched
