"""Limits of time and count for reaching out to the network."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from schemas import FetchError

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_FETCHES_PER_VERIFICATION = 8
MAX_SECONDS_PER_VERIFICATION = 10.0
MAX_SECONDS_PER_FETCH = 10.0
# A host that got less than this and did not answer may well be up: others have used its time.
FAIR_SECONDS = 3.0


class Deadline:
    """A moment on the monotonic clock after which nothing is awaited.

    Args:
        seconds: From now.
        monotonic: Clock that never steps back, in seconds.
    """

    def __init__(self, seconds: float, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._end = monotonic() + seconds

    def remaining_seconds(self) -> float:
        """Return how long may still be waited.

        Raises:
            FetchError: No time is left (`fetch.timeout`).
        """
        remaining = self._end - self._monotonic()
        if remaining <= 0:
            raise FetchError("fetch.timeout", "no answer in time")
        return remaining


class FetchBudget:
    """What one verification may spend on the network; a redirect counts as a fetch.

    Args:
        max_fetches: How many requests.
        max_seconds: From the first request on.
        monotonic: Clock that never steps back, in seconds.
    """

    def __init__(
        self,
        *,
        max_fetches: int = MAX_FETCHES_PER_VERIFICATION,
        max_seconds: float = MAX_SECONDS_PER_VERIFICATION,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetches_left = max_fetches
        self._max_seconds = max_seconds
        self._monotonic = monotonic
        self._end: float | None = None

    def is_fair(self) -> bool:
        """Say whether so much time is left that a host which does not answer in it is silent by its own fault."""
        if self._end is None:
            return True
        return self._end - self._monotonic() >= min(FAIR_SECONDS, self._max_seconds / 2)

    def take(self) -> float:
        """Spend one request and return the seconds that it may last.

        Raises:
            FetchError: The budget is spent (`fetch.budget_exhausted`).
        """
        now = self._monotonic()
        if self._end is None:
            self._end = now + self._max_seconds
        remaining = self._end - now
        if self._fetches_left <= 0 or remaining <= 0:
            raise FetchError("fetch.budget_exhausted", "this badge asks for too many look-ups, or too slow ones")
        self._fetches_left -= 1
        return min(remaining, MAX_SECONDS_PER_FETCH)
