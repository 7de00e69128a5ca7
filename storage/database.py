"""The database of one installation: one SQLite file, many readers, one writer at a time."""

from __future__ import annotations

import logging
import os
import sqlite3
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from schemas import ConfigurationError, LedgerError
from storage.commit_watch import CommitWatch
from storage.faults import store_faults
from storage.file_lock import file_lock
from storage.schema import upgrade_schema
from storage.sqlite_rules import (
    BUSY_TIMEOUT_MILLISECONDS,
    WAL_CHECKPOINT_BYTES,
    WAL_RESTART_BYTES,
    create_sqlite_engine,
    is_on_network,
    is_safe_sqlite_version,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    import sqlalchemy as sa

    from storage.commit_watch import Edition

_log = logging.getLogger(__name__)
_MOUNT_TABLE = Path("/proc/self/mountinfo")
_WAIT_SECONDS = BUSY_TIMEOUT_MILLISECONDS / 1_000


class Database:
    """An open database. Safe to share between threads; each `read` or `write` uses a connection of its own.

    Made by `open_database`.
    """

    def __init__(self, path: Path, *, witness_path: Path, sqlite_version: tuple[int, int, int]) -> None:
        self.path = path
        self.witness_path = witness_path
        self.sqlite_version = sqlite_version
        self.is_fallback_active = not is_safe_sqlite_version(sqlite_version)
        checkpoint = ("wal_autocheckpoint=0",) if self.is_fallback_active else ()
        self._writer = create_sqlite_engine(path, begin="BEGIN IMMEDIATE", pragmas=checkpoint)
        self._reader = create_sqlite_engine(path, begin="BEGIN", pragmas=(*checkpoint, "query_only=ON"))
        self._watch = CommitWatch(path)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Open a read-only snapshot.

        Raises:
            LedgerError: `store.busy`, `store.damaged` or `store.unavailable`.
        """
        with store_faults(), self._reader.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Open a transaction that holds the write lock from its first statement; commit at the end.

        Raises:
            LedgerError: `store.busy` when another writer keeps the lock for 5 s, `store.full`,
                `store.damaged` or `store.unavailable`. Nothing of the transaction stays then.
        """
        with store_faults(), self._writers_apart(), self._writer.connect() as connection:
            with connection.begin():
                yield connection
            if self.is_fallback_active:
                self._checkpoint_if_large(connection)

    def read_edition(self) -> Edition | None:
        """Return the state that the database is in: equal to an earlier one when nothing was committed in between.

        None when it cannot be told. Costs some microseconds.
        """
        return self._watch.read_edition()

    @contextmanager
    def hold(self, name: str, *, code: str) -> Iterator[None]:
        """Hold a named lease that the kernel frees when this process dies.

        Args:
            name: Letters, digits and hyphens.
            code: Raised when somebody else holds the lease.

        Raises:
            LedgerError: With `code`.
        """
        folder = self.path.with_name(f"{self.path.name}-leases")
        folder.mkdir(mode=0o700, exist_ok=True)
        with file_lock(folder / name, wait_seconds=0, code=code):
            yield

    def close(self) -> None:
        """Close every connection; the last one checkpoints the WAL, so the writers' lock is held."""
        with self._writers_apart():
            self._watch.close()
            self._reader.dispose()
            self._writer.dispose()

    def _writers_apart(self) -> AbstractContextManager[None]:
        """In the fallback a commit and a checkpoint never overlap: all take one lock."""
        if not self.is_fallback_active:
            return nullcontext()
        return _lock_writers(self.path)

    def _checkpoint_if_large(self, connection: sa.Connection) -> None:
        """Write a large WAL back and begin it anew, so that the next commits are spared; readers are not waited for.

        Only a WAL that has become very large waits for them.
        """
        wal = self.path.with_name(f"{self.path.name}-wal")
        size = wal.stat().st_size if wal.exists() else 0
        if size < WAL_CHECKPOINT_BYTES:
            return
        driver = connection.connection.driver_connection
        if not isinstance(driver, sqlite3.Connection):
            raise TypeError("the writer is not an SQLite connection")
        driver.execute(f"PRAGMA busy_timeout={0 if size < WAL_RESTART_BYTES else BUSY_TIMEOUT_MILLISECONDS}")
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        driver.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MILLISECONDS}")


def _lock_writers(path: Path) -> AbstractContextManager[None]:
    return file_lock(path.with_name(f"{path.name}-writers"), wait_seconds=_WAIT_SECONDS, code="store.busy")


def _read_mount_table() -> str:
    return _MOUNT_TABLE.read_text("utf-8", "surrogateescape") if _MOUNT_TABLE.exists() else ""


def _prepare_file(path: Path) -> None:
    """Switch the file to WAL; the setting stays in the file.

    Raises:
        ConfigurationError: `store.damaged` or `store.unavailable`.
    """
    try:
        with store_faults():
            # Names and addresses of people stand in it. The WAL takes over the mode of its database.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            connection = sqlite3.connect(path, timeout=_WAIT_SECONDS)
            try:
                mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
            finally:
                connection.close()
    except LedgerError as error:
        raise ConfigurationError(error.code, path.name) from error
    if mode != "wal":
        raise ConfigurationError("store.unavailable", f"journal mode is {mode}")


def open_database(
    url_or_path: Path | str,
    *,
    witness_path: Path | None = None,
    mount_table: str | None = None,
    sqlite_version: tuple[int, int, int] | None = None,
) -> Database:
    """Open the database file, make it when it is missing, and bring its schema up to date.

    Args:
        url_or_path: A path, or `sqlite:///path`. PostgreSQL is not supported yet.
        witness_path: Where audit checkpoints are appended; default: beside the database.
            Another disk, with another owner, makes it a better witness.
        mount_table: Text of `/proc/self/mountinfo`; default: this host's.
        sqlite_version: Default: that of the library in use.

    Raises:
        ConfigurationError: `store.url_unsupported`, `store.folder_missing`, `store.network_file_system`,
            `store.damaged`, `store.unavailable`, or `store.schema_unknown` when a newer version made the file.
    """
    text = str(url_or_path)
    if "://" in text and not text.startswith("sqlite:///"):
        raise ConfigurationError("store.url_unsupported", text.partition(":")[0])
    path = Path(text.removeprefix("sqlite:///")).absolute()
    if not path.parent.is_dir():
        raise ConfigurationError("store.folder_missing", path.parent.name)
    if is_on_network(path.parent.resolve(), _read_mount_table() if mount_table is None else mount_table):
        raise ConfigurationError("store.network_file_system", path.name)
    major, minor, patch = sqlite_version or sqlite3.sqlite_version_info
    database = Database(
        path,
        witness_path=witness_path or path.with_name("audit-witness.jsonl"),
        sqlite_version=(major, minor, patch),
    )
    if database.is_fallback_active:
        _log.info("writers take turns, which SQLite %d.%d.%d needs to be safe", major, minor, patch)
    try:
        with _lock_writers(path):
            _prepare_file(path)
        with database.write() as connection:
            upgrade_schema(connection)
    except LedgerError as error:
        database.close()
        raise ConfigurationError(error.code, path.name) from error
    except ConfigurationError:
        database.close()
        raise
    return database
