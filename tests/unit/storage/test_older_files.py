"""A database file of version 0.1.0 opens, and everything in it is kept."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from storage import open_database, verify_audit_chain
from storage.schema import HEAD_REVISION

if TYPE_CHECKING:
    from collections.abc import Iterator

VECTOR = Path(__file__).resolve().parents[2] / "vectors" / "skillmark-0.1.0" / "ledger.sql"


@pytest.fixture
def old_file(tmp_path: Path) -> Path:
    """The file as version 0.1.0 left it: two badges of a class list, one revoked, one suspended."""
    path = tmp_path / "ledger.sqlite3"
    connection = sqlite3.connect(path)
    connection.executescript(VECTOR.read_text("utf-8"))
    connection.close()
    return path


def _columns(path: Path) -> dict[str, list[str]]:
    """Return the columns of every table but the note of the revision."""
    connection = sqlite3.connect(path)
    try:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
            for name in names
            if name != "alembic_version"
        }
    finally:
        connection.close()


def _read_all(path: Path, columns: dict[str, list[str]]) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of some tables, as far as these columns go."""
    connection = sqlite3.connect(path)
    try:
        return {
            name: sorted(connection.execute(f"SELECT {', '.join(own)} FROM {name}"), key=repr)  # noqa: S608 - our own names
            for name, own in columns.items()
        }
    finally:
        connection.close()


def test_every_row_is_kept(old_file: Path) -> None:
    """Each row of each table is there after the migration, byte for byte; new columns come after the old ones."""
    columns = _columns(old_file)
    before = _read_all(old_file, columns)
    assert {name: len(rows) for name, rows in before.items() if name in {"issued", "status_changes"}} == {
        "issued": 2,
        "status_changes": 2,
    }
    open_database(old_file).close()
    assert _read_all(old_file, columns) == before
    newer = _columns(old_file)
    assert {name: newer[name][: len(own)] for name, own in columns.items()} == columns


def test_file_has_the_newest_revision(old_file: Path) -> None:
    """The file says which revision it has now, and the new table stands empty."""
    database = open_database(old_file)
    with database.read() as connection:
        assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == HEAD_REVISION
        assert connection.scalar(sa.text("SELECT count(*) FROM program_badges")) == 0
    database.close()


def test_audit_chain_holds(old_file: Path) -> None:
    """Nothing was written into the chain, and it is whole."""
    database = open_database(old_file)
    with database.read() as connection:
        assert verify_audit_chain(connection) == ()
    database.close()


def _triggers(path: Path) -> Iterator[tuple[str, str]]:
    connection = sqlite3.connect(path)
    try:
        yield from connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
    finally:
        connection.close()


def test_migrated_file_guards_like_a_new_one(old_file: Path, tmp_path: Path) -> None:
    """An old file has the same triggers after its migration as one that is made today."""
    open_database(old_file).close()
    fresh = tmp_path / "fresh.sqlite3"
    open_database(fresh).close()
    assert list(_triggers(old_file)) == list(_triggers(fresh))
