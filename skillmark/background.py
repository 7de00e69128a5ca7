"""Work that comes again and again inside the one process of the site."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from schemas import BadgeError

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)


class BackgroundWork:
    """Does something every few seconds until it is stopped. A fault is logged, and the next turn tries again.

    Args:
        name: Of the thread.
        work: Done at each turn.
        every_seconds: Between the end of one turn and the beginning of the next.
        expected: Codes that mean somebody else does it now; not worth a line in the log.
    """

    def __init__(
        self, name: str, work: Callable[[], object], *, every_seconds: float, expected: frozenset[str] = frozenset()
    ) -> None:
        self._work = work
        self._every = every_seconds
        self._expected = expected
        self._stopped = threading.Event()
        self._name = name
        self._thread = self._make_thread()

    def start(self) -> None:
        """Begin; the first turn is at once."""
        self._thread.start()

    def stop(self, *, timeout_seconds: float) -> None:
        """End after the turn that is going on, and wait for it."""
        self._stopped.set()
        self._thread.join(timeout_seconds)

    def _make_thread(self) -> threading.Thread:
        return threading.Thread(target=self._run, name=self._name, daemon=True)

    def _run(self) -> None:
        try:
            while True:
                self._do()
                if self._stopped.wait(self._every):
                    return
        finally:
            # A bug ends this thread, with its traceback in the log; the work goes on in the next one.
            if not self._stopped.wait(self._every):
                self._thread = self._make_thread()
                self._thread.start()

    def _do(self) -> None:
        try:
            self._work()
        except BadgeError as error:
            if error.code not in self._expected:
                _log.warning("%s: %s", self._name, error.code)
