"""Was anything committed to the database since somebody looked? Asked in some microseconds, without a query.

Spec: SQLite `PRAGMA data_version`: its value on one connection changes when another connection, of this process or
any other, has committed a change. So this connection never writes, and a value counts only beside those of the same
connection.
"""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


class Edition(NamedTuple):
    """One state of a database; equal when nothing was committed in between."""

    opening: int  # how often the connection was opened
    data_version: int


class CommitWatch:
    """Watches one database file. Safe for threads.

    Args:
        path: The file; it exists.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._opening = 0

    def read_edition(self) -> Edition | None:
        """Return the state that the database is in now; None when it cannot be told, so nothing kept may answer."""
        with self._lock:
            try:
                if self._connection is None:
                    self._open()
                assert self._connection is not None
                (version,) = self._connection.execute("PRAGMA data_version").fetchone()
            except sqlite3.Error:  # whoever reads the database itself says what is wrong
                self._close()
                return None
            return Edition(self._opening, version)

    def close(self) -> None:
        """Close the connection; the next look opens another one."""
        with self._lock:
            self._close()

    def _open(self) -> None:
        self._opening += 1
        # Nobody waits here: who finds the file locked asks the database.
        self._connection = sqlite3.connect(self._path, timeout=0, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA query_only=ON")
        self._connection.execute("PRAGMA wal_autocheckpoint=0")

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
