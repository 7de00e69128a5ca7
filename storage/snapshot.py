"""A copy of the database file as it is at one moment, while others go on writing."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas import LedgerError
from storage.faults import store_faults

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotHead:
    """How far a copy goes: the length of its audit chain and its newest status pool; 0 where there is none."""

    records: int
    pool: int


def write_snapshot(source: Path, target: Path) -> None:
    """Copy a database into a file of its own, with everything that was committed when the copy began.

    Args:
        source: The database; it is only read.
        target: An empty file, or none yet.

    Raises:
        LedgerError: `store.busy`, `store.full`, `store.damaged` or `store.unavailable`.
    """
    with store_faults():
        reader = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)
        try:
            writer = sqlite3.connect(target)
            try:
                # All pages in one step: a step by step copy begins anew whenever somebody commits.
                reader.backup(writer, pages=-1)
                # One file that needs no log beside it.
                writer.execute("PRAGMA journal_mode=DELETE")
            finally:
                writer.close()
        finally:
            reader.close()
    check_snapshot(target)


def check_snapshot(path: Path) -> None:
    """Have SQLite look over a whole file.

    Raises:
        LedgerError: `store.damaged`, or another fault of the store.
    """
    with store_faults():
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        finally:
            connection.close()
    if answer != "ok":
        raise LedgerError("store.damaged", path.name)


def read_snapshot_head(path: Path) -> SnapshotHead:
    """Return how far a copy goes; its file is left as it is.

    Raises:
        LedgerError: `store.damaged`: it has no such tables, or another fault of the store.
    """
    with store_faults():
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            (records,) = connection.execute("SELECT coalesce(max(seq), 0) FROM audit").fetchone()
            (pool,) = connection.execute("SELECT coalesce(max(pool), 0) FROM status_pools").fetchone()
        except sqlite3.OperationalError as error:
            raise LedgerError("store.damaged", path.name) from error
        finally:
            connection.close()
    return SnapshotHead(records=int(records), pool=int(pool))
