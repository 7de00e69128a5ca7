"""The newest edition seen of each status list: an older one that comes back later would hide a revocation (T-39)."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from verifier.state_file import StateFile

if TYPE_CHECKING:
    from pathlib import Path

# Lists; the one seen longest ago is forgotten first. A mark is some 100 bytes.
MAX_MARKS = 10_000
# Characters; a longer address gets no mark.
MAX_MARKED_URL_CHARS = 2_048

_logger = logging.getLogger(__name__)


class HighWaterStore(Protocol):
    """Remembers per address of a list the newest `validFrom` that was seen there."""

    def find_mark(self, url: str) -> datetime | None:
        """Return the newest `validFrom` seen at `url`; None for an address that is new."""
        ...

    def raise_mark(self, url: str, valid_from: datetime) -> None:
        """Remember `valid_from` unless a newer one is known."""
        ...


class MemoryHighWaterStore:
    """Marks that last as long as the process. Safe for threads."""

    def __init__(self, *, max_marks: int = MAX_MARKS) -> None:
        self._marks: OrderedDict[str, datetime] = OrderedDict()
        self._max_marks = max_marks
        self._lock = threading.Lock()

    def find_mark(self, url: str) -> datetime | None:
        """Return the newest `validFrom` seen at `url`; None for an address that is new."""
        with self._lock:
            return self._marks.get(url)

    def raise_mark(self, url: str, valid_from: datetime) -> None:
        """Remember `valid_from` unless a newer one is known."""
        if len(url) > MAX_MARKED_URL_CHARS:
            return
        with self._lock:
            known = self._marks.get(url)
            self._marks[url] = max(known, valid_from) if known else valid_from
            self._marks.move_to_end(url)
            while len(self._marks) > self._max_marks:
                self._marks.popitem(last=False)


class FileHighWaterStore:
    """Marks in a file of the data folder, so that they outlive the process and are shared between processes.

    A disk that refuses to write does not stop a verification: the mark is then kept for this process only, and
    the log says so.

    Args:
        path: The file; made at the first mark.
        max_marks: How many lists are remembered.

    Raises:
        ConfigurationError: The file is there and cannot be used (`config.state_unreadable`).
    """

    def __init__(self, path: Path, *, max_marks: int = MAX_MARKS) -> None:
        self._file = StateFile(path)
        self._max_marks = max_marks
        self._memory = MemoryHighWaterStore(max_marks=max_marks)
        self._file.load()

    def find_mark(self, url: str) -> datetime | None:
        """Return the newest `validFrom` seen at `url` by any process; None for an address that is new."""
        written = _read_mark(self._file.load().get(url))
        known = [mark for mark in (written, self._memory.find_mark(url)) if mark is not None]
        return max(known, default=None)

    def raise_mark(self, url: str, valid_from: datetime) -> None:
        """Remember `valid_from` unless a newer one is known."""
        newest = self.find_mark(url)
        if len(url) > MAX_MARKED_URL_CHARS or (newest is not None and newest >= valid_from):
            return
        self._memory.raise_mark(url, valid_from)
        try:
            with self._file.change() as marks:
                written = _read_mark(marks.pop(url, None))  # put at the end: seen last
                marks[url] = max(written or valid_from, valid_from).isoformat()
                for forgotten in list(marks)[: max(0, len(marks) - self._max_marks)]:
                    del marks[forgotten]
        except OSError as error:
            _logger.warning("The newest edition of a status list could not be written down: %s", error.strerror)


def _read_mark(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else None
