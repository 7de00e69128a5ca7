"""The work on one job: plan a chunk, sign it, have it checked, record it, until no row waits.

While one chunk is being checked, in a process of its own when the job is long, the next is planned and signed. So a
job that is killed leaves at most two chunks planned and not recorded, and they come out with the same bytes.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from credentials import OwnOutput, OwnOutputChecker
from issuer import job_store
from issuer.achievement_store import load_revision
from issuer.credential_store import insert_issued
from issuer.issuer_store import current_key, get_issuer, list_keys
from issuer.model import RowFate
from issuer.release import SigningMethods, secure
from issuer.reserving import IssueContext, reserve
from schemas import LedgerError
from storage import append_audits, pseudonyms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from issuer.credential_store import PlannedRow, SecuredBytes
    from issuer.ledger import Ledger
    from issuer.model import JobProgress
    from issuer.reserving import ReadyRow
    from keys import PublicKey
    from schemas import JsonObject

CHUNK_ROWS = 100
# From here on a second process is worth its start.
MIN_ROWS_CHECKED_APART = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _SignedRow:
    position: int
    planned: PlannedRow
    secured: SecuredBytes
    public_key: PublicKey  # as it was published and recorded, not as the signer says

    @property
    def output(self) -> OwnOutput:
        return OwnOutput(
            json_bytes=self.secured.json_bytes,
            jwt=self.secured.jwt,
            unsecured=self.planned.unsecured,
            method_id=self.planned.plan.key_id,
        )


class JobRun:
    """One run of one job; its caller holds the lease.

    Args:
        ledger: Where badges are kept.
        job_id: Which job.
        on_progress: Called after each chunk.
        is_enough: Asked before each chunk; True ends the run where it is.
    """

    def __init__(
        self,
        ledger: Ledger,
        job_id: str,
        *,
        on_progress: Callable[[JobProgress], None] | None,
        is_enough: Callable[[], bool],
    ) -> None:
        self._ledger = ledger
        self._job_id = job_id
        self._on_progress = on_progress
        self._is_enough = is_enough
        self._methods = SigningMethods(ledger.keystore)

    def work(self, *, waiting: int) -> bool:
        """Work until no row waits, or somebody had enough.

        Args:
            waiting: Rows that wait now.

        Returns:
            Whether the job is done.

        Raises:
            LedgerError: As `run_job`.
            KeystoreError: The signing key cannot be used.
        """
        apart = waiting >= MIN_ROWS_CHECKED_APART and (os.cpu_count() or 1) > 1
        with OwnOutputChecker(batches_apart=apart) as checker:
            while self._work_once(checker):
                pass
        return self._finish()

    def _finish(self) -> bool:
        with self._ledger.transaction() as connection:
            progress = job_store.read_progress(connection, self._job_id)
            if progress.pending:
                job_store.set_stopped(connection, self._job_id)
            elif job_store.set_finished(connection, self._job_id, now=self._ledger.clock()):
                self._ledger.record(
                    connection, "job.finished", self._job_id, issued=progress.issued, rejected=progress.rejected
                )
        return not progress.pending

    def _work_once(self, checker: OwnOutputChecker) -> bool:
        """Go through the rows that wait; False when there are none, or somebody had enough."""
        position = job_store.BEFORE_THE_FIRST
        signed: Sequence[_SignedRow] = ()
        has_worked = False
        while not self._has_enough():
            with self._ledger.database.read() as connection:
                context = self._load_context(connection)
                rows = job_store.read_pending(connection, self._job_id, limit=CHUNK_ROWS, after=position)
            if not rows:
                break
            position, has_worked = rows[-1].position, True
            fresh = self._sign(context, reserve(self._ledger, context, rows))
            _require_good(checker, signed)
            checker.begin([(row.output, row.public_key) for row in fresh])
            self._record(signed)
            signed = fresh
        else:
            has_worked = False
        _require_good(checker, signed)
        self._record(signed)
        return has_worked

    def _has_enough(self) -> bool:
        with self._ledger.database.read() as connection:
            return job_store.is_stopped(connection, self._job_id) or self._is_enough()

    def _load_context(self, connection: Connection) -> IssueContext:
        job = job_store.get_job(connection, self._job_id)
        return IssueContext(
            job=job,
            profile=get_issuer(connection, job.issuer_slug),
            achievement=load_revision(connection, job.achievement_slug, job.achievement_revision),
            key=current_key(connection, job.issuer_slug),
            methods=self._methods,
        )

    def _sign(self, context: IssueContext, ready: Sequence[ReadyRow]) -> list[_SignedRow]:
        """Sign outside any lock; each row with the key of its plan."""
        with self._ledger.database.read() as connection:
            keys = {key.method.id: key for key in list_keys(connection, context.job.issuer_slug)}
        signed = []
        for row in ready:
            key = keys[row.planned.plan.key_id]
            secured = secure(row.planned, self._methods.load(key))
            signed.append(
                _SignedRow(
                    position=row.position, planned=row.planned, secured=secured, public_key=key.method.public_key
                )
            )
        return signed

    def _record(self, signed: Sequence[_SignedRow]) -> None:
        """Record a chunk that may leave: bytes, audit records and the end of waiting, all or nothing."""
        if not signed:
            return
        now = self._ledger.clock()
        with self._ledger.transaction() as connection:
            # Two rows of one person, found by different keys, share a badge.
            unique = {row.secured.slug: row for row in signed}
            stored = insert_issued(connection, *(row.secured for row in unique.values()), now=now)
            fresh = [row for slug, row in unique.items() if slug in stored]
            append_audits(connection, _compose_records(connection, fresh, self._ledger.actor_facts), now=now)
            slugs = {row.position: row.secured.slug for row in signed}
            job_store.set_issued(connection, self._job_id, slugs, RowFate.NEW)
        if self._on_progress is not None:
            with self._ledger.database.read() as connection:
                progress = job_store.read_progress(connection, self._job_id)
            self._on_progress(progress)


def _require_good(checker: OwnOutputChecker, signed: Sequence[_SignedRow]) -> None:
    """Wait for the verdict on the chunk that is being checked.

    Raises:
        LedgerError: `job.own_output_invalid`: nothing of the chunk may leave.
    """
    fault = checker.finish() if signed else None
    if fault is not None:
        raise LedgerError("job.own_output_invalid", f"{signed[fault.place].secured.slug}: {fault.what}")


def _compose_records(connection: Connection, rows: Sequence[_SignedRow], actor: JsonObject) -> list[JsonObject]:
    people = pseudonyms(connection, [row.planned.recipient_email or row.planned.recipient_name for row in rows])
    return [
        {
            "event": "credential.issued",
            "subject": row.planned.plan.id,
            "sha256": hashlib.sha256(row.secured.json_bytes).hexdigest(),
            "jwtSha256": hashlib.sha256(row.secured.jwt).hexdigest(),
            "key": row.planned.plan.key_id,
            "job": row.planned.job_id,
            "recipient": person,
            **actor,
        }
        for row, person in zip(rows, people, strict=True)
    ]
