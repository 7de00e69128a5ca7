"""What the database engine reports, in our own errors."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

import sqlalchemy.exc

from schemas import LedgerError

if TYPE_CHECKING:
    from collections.abc import Iterator

# https://www.sqlite.org/rescode.html: the low byte is the primary code.
_PRIMARY_CODE_MASK = 0xFF
_CODES = {
    sqlite3.SQLITE_BUSY: "store.busy",
    sqlite3.SQLITE_LOCKED: "store.busy",
    sqlite3.SQLITE_FULL: "store.full",
    sqlite3.SQLITE_CORRUPT: "store.damaged",
    sqlite3.SQLITE_NOTADB: "store.damaged",
    sqlite3.SQLITE_IOERR: "store.unavailable",
    sqlite3.SQLITE_READONLY: "store.unavailable",
    sqlite3.SQLITE_CANTOPEN: "store.unavailable",
    sqlite3.SQLITE_PERM: "store.unavailable",
}
_FULL_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def code_of_fault(error: BaseException) -> str | None:
    """Return our code for an error of the engine or of the disk, or None when it is no fault of the store."""
    if isinstance(error, sqlalchemy.exc.TimeoutError):
        return "store.busy"
    if isinstance(error, sqlalchemy.exc.DBAPIError) and error.orig is not None:
        error = error.orig
    if isinstance(error, sqlite3.Error):
        extended: int | None = getattr(error, "sqlite_errorcode", None)
        if extended == sqlite3.SQLITE_IOERR_WRITE:  # a file size limit shows as a failed write
            return "store.full"
        return None if extended is None else _CODES.get(extended & _PRIMARY_CODE_MASK)
    if isinstance(error, OSError) and error.errno in _FULL_ERRNOS:
        return "store.full"
    return None


@contextmanager
def store_faults() -> Iterator[None]:
    """Raise faults of the store as `LedgerError`; let everything else through.

    Raises:
        LedgerError: `store.busy`, `store.full`, `store.damaged` or `store.unavailable`.
    """
    try:
        yield
    except (sqlalchemy.exc.SQLAlchemyError, sqlite3.Error, OSError) as error:
        code = code_of_fault(error)
        if code is None:
            raise
        raise LedgerError(code) from error
