"""Slows sign-ins down while many fail, from wherever they come; it never closes the desk."""

from __future__ import annotations

import threading
import time
from collections import deque
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

FREE_FAILURES = 20  # in one window, by everybody together
WINDOW = timedelta(minutes=1)
PAUSE_SECONDS = 1.0


class SignInPace:
    """One sign-in each second for everybody together, after many wrong passwords in a minute.

    Whoever tries from many addresses stays below the limit of each, but not below this one. A trainer
    waits a second, and is told to try again at once when somebody else waits already.

    Args:
        clock: Aware UTC.
        pause: Waits for so many seconds.
    """

    def __init__(self, *, clock: Callable[[], datetime], pause: Callable[[float], None] = time.sleep) -> None:
        self._clock = clock
        self._pause = pause
        self._failures: deque[datetime] = deque(maxlen=FREE_FAILURES)
        self._door = threading.Lock()

    def may_enter(self) -> bool:
        """Wait if it is time to; say False when somebody waits already, so that only one thread ever does."""
        if not self._is_slow():
            return True
        if not self._door.acquire(blocking=False):
            return False
        try:
            self._pause(PAUSE_SECONDS)
        finally:
            self._door.release()
        return True

    def note_failure(self) -> None:
        """Count one wrong password."""
        self._failures.append(self._clock())

    def _is_slow(self) -> bool:
        # The oldest of the last failures tells how many there were in the window.
        is_full = len(self._failures) == FREE_FAILURES
        return is_full and timedelta() <= self._clock() - self._failures[0] < WINDOW
