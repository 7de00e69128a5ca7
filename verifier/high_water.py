"""The newest edition seen of each status list: an older one that comes back later would hide a revocation (T-39)."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Protocol

from verifier.fair_share import choose_forgotten, fold_name
from verifier.state_file import StateFile, read_moment

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

# Lists; the oldest mark of the site with most of them is forgotten first. A mark is some 120 bytes.
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
            return self._marks.get(fold_name(url))

    def raise_mark(self, url: str, valid_from: datetime) -> None:
        """Remember `valid_from` unless a newer one is known."""
        if len(url) > MAX_MARKED_URL_CHARS:
            return
        name = fold_name(url)
        with self._lock:
            known = self._marks.get(name)
            self._marks[name] = max(known, valid_from) if known else valid_from
            self._marks.move_to_end(name)
            for forgotten in choose_forgotten(self._marks, count=len(self._marks) - self._max_marks):
                del self._marks[forgotten]


class FileHighWaterStore:
    """Marks in a file of the data folder, so that they outlive the process and are shared between processes.

    A disk that refuses to write does not stop a verification: the mark is then kept for this process only, and
    the log says so.

    Args:
        path: The file; made at the first mark.
        max_marks: How many lists are remembered.
    """

    def __init__(self, path: Path, *, max_marks: int = MAX_MARKS) -> None:
        self._file = StateFile(path)
        self._max_marks = max_marks
        self._memory = MemoryHighWaterStore(max_marks=max_marks)

    def find_mark(self, url: str) -> datetime | None:
        """Return the newest `validFrom` seen at `url` by any process; None for an address that is new."""
        written = read_moment(self._file.load().get(fold_name(url)))
        known = [mark for mark in (written, self._memory.find_mark(url)) if mark is not None]
        return max(known, default=None)

    def raise_mark(self, url: str, valid_from: datetime) -> None:
        """Remember `valid_from` unless a newer one is known."""
        newest = self.find_mark(url)
        if len(url) > MAX_MARKED_URL_CHARS or (newest is not None and newest >= valid_from):
            return
        self._memory.raise_mark(url, valid_from)
        name = fold_name(url)
        try:
            with self._file.change() as marks:
                written = read_moment(marks.pop(name, None))  # put at the end: seen last
                marks[name] = max(written or valid_from, valid_from).isoformat()
                for forgotten in choose_forgotten(marks, count=len(marks) - self._max_marks):
                    del marks[forgotten]
        except OSError as error:
            _logger.warning("The newest edition of a status list could not be written down: %s", error.strerror)
