"""Whether anything was committed since somebody looked."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from storage import Database, open_database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "ledger.sqlite3")
    with database.write() as connection:
        connection.execute(sa.text("CREATE TABLE things (name TEXT)"))
    yield database
    database.close()


def add(database: Database, name: str) -> None:
    with database.write() as connection:
        connection.execute(sa.text("INSERT INTO things VALUES (:name)"), {"name": name})


def fail_after_adding(connection: sa.Connection) -> None:
    connection.execute(sa.text("INSERT INTO things VALUES ('x')"))
    raise RuntimeError


def test_nothing_happened(database: Database) -> None:
    """Reading, and a transaction that was rolled back, leave the state as it was."""
    before = database.read_edition()
    assert before is not None
    with database.read() as connection:
        connection.execute(sa.text("SELECT * FROM things")).all()
    with pytest.raises(RuntimeError), database.write() as connection:
        fail_after_adding(connection)
    assert database.read_edition() == before


def test_each_commit_is_seen(database: Database) -> None:
    """Every commit of this process makes another state."""
    seen = {database.read_edition()}
    for number in range(5):
        add(database, f"{number}")
        seen.add(database.read_edition())
    assert len(seen) == 6


def test_commit_is_not_seen_before_it_is_made(database: Database) -> None:
    """What is being written is not there yet."""
    before = database.read_edition()
    with database.write() as connection:
        connection.execute(sa.text("INSERT INTO things VALUES ('x')"))
        assert database.read_edition() == before
    assert database.read_edition() != before


def test_commit_of_somebody_else(database: Database) -> None:
    """A commit by a connection that we did not open, as of another process, is seen."""
    before = database.read_edition()
    stranger = sqlite3.connect(database.path)
    with stranger:
        stranger.execute("INSERT INTO things VALUES ('x')")
    stranger.close()
    assert database.read_edition() != before


def test_opened_anew(database: Database) -> None:
    """After closing, no state equals one of before, whatever its number is."""
    before = database.read_edition()
    database.close()
    assert database.read_edition() not in {None, before}


def test_file_that_cannot_be_read(tmp_path: Path) -> None:
    """Of a file that is no database nothing is told; its reader says why."""
    database = open_database(tmp_path / "ledger.sqlite3")
    database.close()
    database.path.unlink()
    database.path.mkdir()
    assert database.read_edition() is None
