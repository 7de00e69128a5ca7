"""The database file: how it is opened, read and written."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from schemas import ConfigurationError, LedgerError
from storage import Database, append_audit, open_database, read_audit_head
from storage.sqlite_rules import WAL_CHECKPOINT_BYTES
from tests.unit.storage.conftest import NOW


def _pragma(database: Database, name: str) -> object:
    with database.read() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("busy_timeout", 5000),
        ("foreign_keys", 1),
        ("trusted_schema", 0),
        ("query_only", 1),
    ],
)
def test_reader_is_set_up(database: Database, pragma: str, value: object) -> None:
    """A reading connection has the settings that SQLite needs to keep acknowledged rows."""
    assert _pragma(database, pragma) == value


@pytest.mark.parametrize(("pragma", "value"), [("synchronous", 2), ("foreign_keys", 1), ("query_only", 0)])
def test_writer_is_set_up(database: Database, pragma: str, value: object) -> None:
    """A writing connection syncs at each commit and keeps foreign keys."""
    with database.write() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_reader_cannot_write(database: Database) -> None:
    """A statement that writes is refused on a reading connection."""
    with pytest.raises(LedgerError) as caught, database.read() as connection:
        connection.exec_driver_sql("INSERT INTO meta VALUES ('a', x'00')")
    assert caught.value.code == "store.unavailable"


def test_write_locks_from_its_first_moment(database: Database) -> None:
    """A write transaction holds the lock before its first statement, so it never deadlocks on an upgrade."""
    with database.write():
        other = sqlite3.connect(database.path, timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


def test_failed_write_leaves_nothing(database: Database) -> None:
    """An exception inside a write takes the whole transaction back."""

    def append_two() -> None:
        with database.write() as connection:
            append_audit(connection, {"event": "test", "subject": "a"}, now=NOW)
            append_audit(connection, {"event": "test"}, now=NOW)

    with pytest.raises(KeyError, match="subject"):
        append_two()
    with database.read() as connection:
        assert read_audit_head(connection).count == 0


def test_readers_go_on_while_a_writer_writes(database: Database) -> None:
    """A reader sees the last committed state and does not wait."""
    with database.write() as writing:
        append_audit(writing, {"event": "test", "subject": "a"}, now=NOW)
        with database.read() as reading:
            assert read_audit_head(reading).count == 0


def test_threads_write_one_after_the_other(database: Database) -> None:
    """Eight threads that append to the chain lose nothing and leave no gap."""

    def append() -> None:
        for number in range(10):
            with database.write() as connection:
                append_audit(connection, {"event": "test", "subject": str(number)}, now=NOW)

    threads = [threading.Thread(target=append) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        assert read_audit_head(connection).count == 80
        assert connection.scalar(sa.text("SELECT max(seq) FROM audit")) == 80


def test_fallback_is_active_on_an_unsafe_version(tmp_path: Path) -> None:
    """SQLite 3.40.1 under WAL gets the fallback: no automatic checkpoint on any connection."""
    database = open_database(tmp_path / "a.sqlite3", sqlite_version=(3, 40, 1))
    assert database.is_fallback_active
    assert _pragma(database, "wal_autocheckpoint") == 0
    database.close()


def test_fallback_is_not_used_on_a_fixed_version(tmp_path: Path) -> None:
    """SQLite 3.51.3 checkpoints by itself."""
    database = open_database(tmp_path / "a.sqlite3", sqlite_version=(3, 51, 3))
    assert not database.is_fallback_active
    assert _pragma(database, "wal_autocheckpoint") == 1000
    database.close()


def test_fallback_keeps_the_wal_small(tmp_path: Path) -> None:
    """Forty megabytes of writes in the fallback leave a small WAL each time: a large one is begun anew."""
    database = open_database(tmp_path / "a.sqlite3", sqlite_version=(3, 40, 1))
    largest = 0
    for number in range(40):
        with database.write() as connection:
            connection.execute(sa.text("INSERT INTO meta VALUES (:name, zeroblob(1000000))"), {"name": str(number)})
        largest = max(largest, (tmp_path / "a.sqlite3-wal").stat().st_size)
    database.close()
    assert 2_000_000 < largest < WAL_CHECKPOINT_BYTES


def test_reader_is_not_waited_for_by_the_fallback(tmp_path: Path) -> None:
    """While somebody reads, a writer leaves a large WAL to a later one; locks are waited for as before."""
    database = open_database(tmp_path / "a.sqlite3", sqlite_version=(3, 40, 1))
    wal = tmp_path / "a.sqlite3-wal"
    with database.read() as reader:
        reader.execute(sa.text("SELECT * FROM meta")).all()
        for number in range(6):
            with database.write() as connection:
                connection.execute(sa.text("INSERT INTO meta VALUES (:name, zeroblob(1000000))"), {"name": str(number)})
        assert wal.stat().st_size > WAL_CHECKPOINT_BYTES
    with database.write() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 5000
        connection.execute(sa.text("INSERT INTO meta VALUES ('last', x'00')"))
    assert wal.stat().st_size == 0
    database.close()


def test_memory_of_the_fallback_waits_for_the_other_writer(tmp_path: Path) -> None:
    """In the fallback two handles on one file take turns."""
    path = tmp_path / "a.sqlite3"
    first = open_database(path, sqlite_version=(3, 40, 1))
    second = open_database(path, sqlite_version=(3, 40, 1))
    order: list[str] = []
    entered = threading.Event()

    def write_second() -> None:
        entered.wait()
        with second.write():
            order.append("second")

    thread = threading.Thread(target=write_second)
    thread.start()
    with first.write():
        entered.set()
        order.append("first")
    thread.join()
    first.close()
    second.close()
    assert order == ["first", "second"]


def test_lease_is_held_by_one(database: Database) -> None:
    """A second taker of a lease is told so, with the code it asked for."""
    with (
        database.hold("job-1", code="job.running"),
        pytest.raises(LedgerError) as caught,
        database.hold("job-1", code="job.running"),
    ):
        pass
    assert caught.value.code == "job.running"


def test_lease_is_free_after_use(database: Database) -> None:
    """A lease that was given back can be taken again."""
    with database.hold("job-1", code="job.running"):
        pass
    with database.hold("job-1", code="job.running"):
        assert database.path.exists()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql://host/ledger", "store.url_unsupported"),
        ("/nowhere-at-all/ledger.sqlite3", "store.folder_missing"),
    ],
)
def test_unusable_place_is_refused(url: str, code: str) -> None:
    """A database that cannot be used stops the start with a code."""
    with pytest.raises(ConfigurationError) as caught:
        open_database(url)
    assert caught.value.code == code


def test_network_drive_is_refused(tmp_path: Path) -> None:
    """A data folder on NFS stops the start before a file is made."""
    table = "22 1 0:21 / / rw - ext4 /dev/root rw\n" + f"23 22 0:44 / {tmp_path} rw - nfs4 host:/x rw\n"
    with pytest.raises(ConfigurationError) as caught:
        open_database(tmp_path / "a.sqlite3", mount_table=table)
    assert caught.value.code == "store.network_file_system"
    assert list(tmp_path.iterdir()) == []


def test_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    """A file that is no database is left alone."""
    path = tmp_path / "a.sqlite3"
    path.write_bytes(b"this is not a database file at all" * 100)
    with pytest.raises(ConfigurationError) as caught:
        open_database(path)
    assert caught.value.code == "store.damaged"


def test_sqlite_url_names_a_file(tmp_path: Path) -> None:
    """`sqlite:///path` opens that path."""
    database = open_database(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    database.close()
    assert Path(tmp_path / "a.sqlite3").exists()


def test_busy_writer_gives_up_with_a_code(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that waits in vain for another program's lock says `store.busy`; reading goes on."""
    monkeypatch.setattr("storage.sqlite_rules.BUSY_TIMEOUT_MILLISECONDS", 50)
    quick = open_database(database.path)
    holder = sqlite3.connect(database.path)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(LedgerError) as caught, quick.write():
        pass
    assert caught.value.code == "store.busy"
    with quick.read() as connection:
        assert read_audit_head(connection).count == 0
    holder.rollback()
    holder.close()
    quick.close()
