"""When the audit witness is written: at most 60 s or 1,000 records behind the chain."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from issuer.slot_store import newest_pool
from schemas import LedgerError
from storage import append_checkpoint, compare_with_witness, load_checkpoints, read_audit_head, witnessed_pool

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection

    from storage import AuditFinding, Database

_log = logging.getLogger(__name__)
WITNESS_EVERY_RECORDS = 1_000
WITNESS_EVERY = timedelta(seconds=60)
MAX_UNWITNESSED_RECORDS = 1_000
_COMPARED_CHECKPOINTS = 100


class Witness:
    """Appends checkpoints to the witness file, and stops writing when it cannot for too long."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._count = max((checkpoint.count for checkpoint in load_checkpoints(path)), default=0)
        self._time: datetime | None = None
        self._failing_count = 0
        self._is_compared = False

    @property
    def highest_pool(self) -> int:
        """The highest status pool that was ever witnessed."""
        return witnessed_pool(self.path)

    def check(self) -> None:
        """Refuse when too many records were written since the witness stopped answering.

        Raises:
            LedgerError: `audit.witness_unavailable`.
        """
        if self._failing_count > MAX_UNWITNESSED_RECORDS:
            raise LedgerError("audit.witness_unavailable")

    def check_not_shortened(self, connection: Connection) -> None:
        """Before this process writes for the first time, make sure that no witnessed record is missing.

        Raises:
            LedgerError: `audit.truncated`.
        """
        if self._is_compared:
            return
        if any(finding.code == "audit.truncated" for finding in self.compare(connection)):
            raise LedgerError("audit.truncated")
        self._is_compared = True

    def note(self, database: Database, *, now: datetime) -> None:
        """Append a checkpoint when it is time."""
        self._append(database, now=now, every_records=WITNESS_EVERY_RECORDS, every=WITNESS_EVERY)

    def append(self, database: Database, *, now: datetime) -> None:
        """Append a checkpoint for whatever is not witnessed yet."""
        self._append(database, now=now, every_records=1, every=timedelta())

    def _append(self, database: Database, *, now: datetime, every_records: int, every: timedelta) -> None:
        """Append a checkpoint when it is due; a failure is logged and counted, for the commit before it stands."""
        try:
            with database.read() as connection:
                head, pool = read_audit_head(connection), newest_pool(connection)
            fresh = head.count - self._count
            if fresh and (self._time is None or now - self._time >= every or fresh >= every_records):
                self._failing_count = fresh
                append_checkpoint(self.path, head, pool=pool, now=now)
                self._count, self._time, self._failing_count = head.count, now, 0
        except LedgerError as error:
            _log.warning("audit witness not written: %s", error.code)

    def compare(self, connection: Connection) -> tuple[AuditFinding, ...]:
        """Compare the newest checkpoints with the chain."""
        return compare_with_witness(connection, load_checkpoints(self.path)[-_COMPARED_CHECKPOINTS:])

    def find_common_count(self, connection: Connection) -> int:
        """Return the length of the newest checkpoint that the chain still agrees with."""
        checkpoints = load_checkpoints(self.path)
        agreeing = [point.count for point in checkpoints if not compare_with_witness(connection, [point])]
        return max(agreeing, default=0)

    def accept_restore(self, database: Database, *, common: int, now: datetime) -> None:
        """Start again from a chain that agrees with the witness up to record `common` only.

        Raises:
            LedgerError: `store.full` or `store.unavailable`.
        """
        with database.read() as connection:
            head, pool = read_audit_head(connection), newest_pool(connection)
        append_checkpoint(self.path, head, pool=pool, now=now, restored_from=common)
        self._count, self._time, self._failing_count, self._is_compared = head.count, now, 0, True
