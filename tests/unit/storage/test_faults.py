"""Faults of disk and engine in our own words."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from schemas import LedgerError
from storage.faults import code_of_fault, store_faults

if TYPE_CHECKING:
    from storage import Database

FILE_SIZE_LIMITED = """
import resource, sys
from datetime import UTC, datetime
from schemas import LedgerError
from storage import append_audit, open_database, read_audit_head
database = open_database(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
written = 0
try:
    for number in range(10_000):
        with database.write() as connection:
            record = {"event": "e", "subject": "s" * 2_000}
            append_audit(connection, record, now=datetime(2026, 11, 22, tzinfo=UTC))
        written += 1
except LedgerError as error:
    with database.read() as connection:
        print(error.code, written > 10, read_audit_head(connection).count == written)
"""


def test_file_that_may_not_grow_is_full(tmp_path: Path) -> None:
    """A real write that the system refuses says `store.full`; what was committed before is still read."""
    run = subprocess.run(
        [sys.executable, "-c", FILE_SIZE_LIMITED, str(tmp_path / "a.sqlite3")],
        env={"PYTHONPATH": str(Path(__file__).resolve().parents[3])},
        check=True,
        capture_output=True,
        text=True,
    )
    assert run.stdout.split() == ["store.full", "True", "True"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_full_disk_of_the_system_is_full(number: int) -> None:
    """Each way in which a system says that there is no room has the same code."""
    assert code_of_fault(OSError(number, "no room")) == "store.full"


@pytest.mark.parametrize("error", [OSError(errno.ENOENT, "gone"), ValueError("bug"), sa.exc.InvalidRequestError("bug")])
def test_bug_is_no_fault_of_the_store(error: Exception) -> None:
    """What is not a fault of disk or lock goes through unchanged."""
    assert code_of_fault(error) is None


def test_wait_for_a_connection_is_busy() -> None:
    """A pool without a free connection means that the store is busy."""
    assert code_of_fault(sa.exc.TimeoutError()) == "store.busy"


def test_wrong_statement_is_a_bug(database: Database) -> None:
    """A statement that cannot be read is our bug, and crashes as one."""
    with pytest.raises(sa.exc.OperationalError, match="no such table"), database.read() as connection:
        connection.exec_driver_sql("SELECT * FROM absent")


def test_fault_keeps_its_cause() -> None:
    """The developer still sees what the engine said."""
    cause = OSError(errno.ENOSPC, "no room")
    with pytest.raises(LedgerError) as caught, store_faults():
        raise cause
    assert caught.value.__cause__ is cause
