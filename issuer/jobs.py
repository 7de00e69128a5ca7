"""A class list as a job: started once, resumed after any stop, each row issued at most once.

    start_job   (1) the rows are frozen in the ledger
    run_job     (2) reserve a chunk: plans, places and composed documents      transaction 1
                (3) sign, outside any lock
                (4) verify our own output
                (5) record bytes and audit                                     transaction 2

Killed anywhere, a row is either as before or planned; a planned row gives the same bytes when it is resumed.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from typing import TYPE_CHECKING

from issuer import job_store
from issuer.achievement_store import load_revision
from issuer.issuer_store import current_key, get_issuer
from issuer.job_run import MIN_ROWS_CHECKED_APART, JobRun
from issuer.planning import group_problems
from issuer.release import check_proof_choice
from issuer.row_identity import row_fingerprint, row_key
from schemas import BadgeError, LedgerError, encode_canonical_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from sqlalchemy import Connection

    from issuer.ledger import Ledger
    from issuer.model import Achievement, JobProgress, ProofChoice, Roster, RowOutcome

_log = logging.getLogger(__name__)
MAX_LISTED_JOBS = 200
_JOB_ID_BYTES = 12


def start_job(
    ledger: Ledger,
    roster: Roster,
    achievement: Achievement,
    *,
    issuer_slug: str,
    proof: ProofChoice,
    awarded_on: date | None,
    idempotency_key: str,
) -> JobProgress:
    """Freeze a class list as a job, or return the job that was started for it before; a stopped one may go on.

    Args:
        ledger: Where badges are kept.
        roster: As read; rows with problems are counted as rejected.
        achievement: What the badge is given for; stored if it is new or changed.
        issuer_slug: Who issues.
        proof: How each badge is signed.
        awarded_on: Day of the award for rows that name none.
        idempotency_key: Names this request. The same key again gives the same job.

    Raises:
        LedgerError: `job.key_conflict` when the key was used for other rows, `job.course_changed` when a job
            for these rows is under way (or this key was used) with an older text of the course, `job.roster_empty`,
            `job.proof_key_mismatch`, `ledger.issuer_unknown`, `ledger.achievement_taken`,
            or a fault of the store.
    """
    rows = _job_rows(roster, achievement)
    if not rows:
        raise LedgerError("job.roster_empty")
    body = _body_sha256(rows, achievement.slug, issuer_slug=issuer_slug, proof=proof, awarded_on=awarded_on)
    now = ledger.clock()
    with ledger.transaction() as connection:
        same = job_store.find_job_by_key(connection, idempotency_key)
        if same is not None and same.body_sha256 != body:
            raise LedgerError("job.key_conflict")
        same = same or job_store.find_unfinished_twin(connection, body)
        if same is not None:
            _check_same_course(connection, same, achievement)
            _forget_stop(ledger, connection, same.id)
            return job_store.read_progress(connection, same.id)
        get_issuer(connection, issuer_slug)
        check_proof_choice(proof, current_key(connection, issuer_slug).method.public_key)
        job = job_store.Job(
            id=secrets.token_urlsafe(_JOB_ID_BYTES),
            idempotency_key=idempotency_key,
            body_sha256=body,
            issuer_slug=issuer_slug,
            achievement_slug=achievement.slug,
            achievement_revision=ledger.store_achievement(connection, issuer_slug, achievement),
            proof=proof,
            awarded_on=awarded_on,
            total=len(rows),
            created=now,
            by_person=ledger.person_id,
        )
        job_store.insert_job(connection, job, rows)
        ledger.record(connection, "job.started", job.id, rows=len(rows), achievement=achievement.slug)
        return job_store.read_progress(connection, job.id)


def _check_same_course(connection: Connection, job: job_store.Job, achievement: Achievement) -> None:
    """Refuse to answer with a job that issues another text of the course: the correction would be lost unseen."""
    if load_revision(connection, job.achievement_slug, job.achievement_revision) != achievement:
        raise LedgerError("job.course_changed", detail={"job": job.id})


def run_job(
    ledger: Ledger,
    job_id: str,
    *,
    on_progress: Callable[[JobProgress], None] | None = None,
    is_enough: Callable[[], bool] = lambda: False,
) -> JobProgress:
    """Work on a job until no row is pending. A job that was stopped goes on where it was.

    Args:
        ledger: Where badges are kept.
        job_id: From `start_job`.
        on_progress: Called after each chunk.
        is_enough: Asked before each chunk; True stops the job there. It can be run again.

    Raises:
        LedgerError: `job.unknown`; `job.running` when another process or thread works on it;
            `clock.backwards`, `audit.truncated`, `audit.chain_broken`, `job.own_output_invalid`,
            or a fault of the store. Finished rows stay; the job can be run again.
        KeystoreError: The signing key cannot be used.
    """
    if job_progress(ledger, job_id).failure == job_store.STOPPED:
        resume_job(ledger, job_id)
    return run_unless_stopped(ledger, job_id, on_progress=on_progress, is_enough=is_enough)


def run_unless_stopped(
    ledger: Ledger,
    job_id: str,
    *,
    on_progress: Callable[[JobProgress], None] | None = None,
    is_enough: Callable[[], bool] = lambda: False,
) -> JobProgress:
    """Work on a job as `run_job` does, but leave one that somebody stopped as it is."""
    with ledger.database.hold(f"job-{job_id}", code="job.running"):
        before = job_progress(ledger, job_id)
        if before.failure == job_store.STOPPED:
            return before
        try:
            if before.failure:
                _note_failure(ledger, job_id, "", instead_of=before.failure)
            ledger.check_ready_to_issue()
            with ledger.database.read() as connection:
                # Whoever works on the job, it was that person who gave the badges.
                giving = ledger.acting_for(job_store.get_job(connection, job_id).by_person)
            run = JobRun(giving, job_id, on_progress=on_progress, is_enough=is_enough)
            run.work(waiting=before.pending)
        except BadgeError as error:
            _note_failure(ledger, job_id, error.code)
            raise
    ledger.witness.append(ledger.database, now=ledger.clock())
    return job_progress(ledger, job_id)


def stop_job(ledger: Ledger, job_id: str) -> None:
    """Ask for a job to end after the badges that are being made now, in whatever process; `run_job` goes on with it.

    Raises:
        LedgerError: `job.unknown`, or a fault of the store.
    """
    with ledger.transaction() as connection:
        job_store.get_job(connection, job_id)
        if job_store.set_stopped(connection, job_id):
            ledger.record(connection, "job.stopped", job_id)


def resume_job(ledger: Ledger, job_id: str) -> None:
    """Let a job go on that somebody stopped; whoever works on jobs may take it up again.

    Raises:
        LedgerError: A fault of the store.
    """
    with ledger.transaction() as connection:
        _forget_stop(ledger, connection, job_id)


def _forget_stop(ledger: Ledger, connection: Connection, job_id: str) -> None:
    if job_store.forget_stop(connection, job_id):
        ledger.record(connection, "job.resumed", job_id)


def job_progress(ledger: Ledger, job_id: str) -> JobProgress:
    """Return where a job stands.

    Raises:
        LedgerError: `job.unknown`.
    """
    with ledger.database.read() as connection:
        return job_store.read_progress(connection, job_id)


def is_long_job(ledger: Ledger, job_id: str) -> bool:
    """Say whether so many rows of a job wait that its badges are checked in a process of their own.

    Raises:
        LedgerError: `job.unknown`.
    """
    return job_progress(ledger, job_id).pending >= MIN_ROWS_CHECKED_APART


def job_outcomes(ledger: Ledger, job_id: str) -> tuple[RowOutcome, ...]:
    """Return the fate of every row of a job, in the order of the sheet."""
    with ledger.database.read() as connection:
        job_store.get_job(connection, job_id)
        return job_store.read_outcomes(connection, job_id)


def list_jobs(ledger: Ledger) -> tuple[JobProgress, ...]:
    """Return the newest jobs, newest first."""
    with ledger.database.read() as connection:
        ids = job_store.list_job_ids(connection, unfinished_only=False, limit=MAX_LISTED_JOBS)
        return tuple(job_store.read_progress(connection, job_id) for job_id in ids)


def unfinished_jobs(ledger: Ledger) -> tuple[JobProgress, ...]:
    """Return the jobs that were started and are not done, newest first."""
    with ledger.database.read() as connection:
        ids = job_store.list_job_ids(connection, unfinished_only=True, limit=MAX_LISTED_JOBS)
        return tuple(job_store.read_progress(connection, job_id) for job_id in ids)


def _job_rows(roster: Roster, achievement: Achievement) -> list[job_store.NewJobRow]:
    rows = [
        job_store.NewJobRow(
            number=row.number,
            name=row.name,
            row=row,
            row_key=row_key(row, achievement),
            fingerprint=row_fingerprint(row),
        )
        for row in roster.rows
    ]
    rows += [
        job_store.NewJobRow(number=number, name=problems[0].name, row=None, problems=problems)
        for number, problems in group_problems(roster).items()
    ]
    return sorted(rows, key=lambda row: row.number)


def _body_sha256(
    rows: Sequence[job_store.NewJobRow],
    achievement_slug: str,
    *,
    issuer_slug: str,
    proof: ProofChoice,
    awarded_on: date | None,
) -> bytes:
    body = encode_canonical_json(
        {
            "issuer": issuer_slug,
            "achievement": achievement_slug,
            "proof": proof.value,
            "awardedOn": awarded_on.isoformat() if awarded_on else None,
            "rows": [[row.number, row.row_key, row.fingerprint] for row in rows],
        }
    )
    return hashlib.sha256(body).digest()


def _note_failure(ledger: Ledger, job_id: str, code: str, *, instead_of: str | None = None) -> None:
    """Keep the reason for a stop, or none; a store that cannot even take that says so itself."""
    try:
        with ledger.database.write() as connection:
            job_store.set_failure(connection, job_id, code, instead_of=instead_of)
    except LedgerError as error:
        _log.warning("reason %s of a stopped job not kept: %s", code, error.code)
