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
from issuer.credential_store import SecuredBytes, insert_issued, load_planned
from issuer.issuer_store import current_key, get_issuer, list_keys
from issuer.model import RowFate
from issuer.planning import group_problems
from issuer.release import SigningMethod, check_proof_choice, secure, verify_release
from issuer.reserving import IssueContext, reserve
from issuer.row_identity import row_fingerprint, row_key
from schemas import BadgeError, LedgerError, encode_canonical_json
from storage import pseudonym

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from sqlalchemy import Connection

    from issuer.credential_store import PlannedRow
    from issuer.ledger import Ledger
    from issuer.model import Achievement, JobProgress, ProofChoice, Roster, RowOutcome

_log = logging.getLogger(__name__)
CHUNK_ROWS = 50
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
    """Freeze a class list as a job, or return the job that was started for it before.

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
        )
        job_store.insert_job(connection, job, rows)
        ledger.record(connection, "job.started", job.id, rows=len(rows), achievement=achievement.slug)
        return job_store.read_progress(connection, job.id)


def _check_same_course(connection: Connection, job: job_store.Job, achievement: Achievement) -> None:
    """Refuse to answer with a job that issues another text of the course: the correction would be lost unseen."""
    if load_revision(connection, job.achievement_slug, job.achievement_revision) != achievement:
        raise LedgerError("job.course_changed", detail={"job": job.id})


def run_job(ledger: Ledger, job_id: str, *, on_progress: Callable[[JobProgress], None] | None = None) -> JobProgress:
    """Work on a job until no row is pending. A job that was stopped goes on where it was.

    Args:
        ledger: Where badges are kept.
        job_id: From `start_job`.
        on_progress: Called after each chunk.

    Raises:
        LedgerError: `job.unknown`; `job.running` when another process or thread works on it;
            `clock.backwards`, `audit.truncated`, `audit.chain_broken`, `job.own_output_invalid`,
            or a fault of the store. Finished rows stay; the job can be run again.
        KeystoreError: The signing key cannot be used.
    """
    before = job_progress(ledger, job_id)
    with ledger.database.hold(f"job-{job_id}", code="job.running"):
        try:
            if before.failure:
                _note_failure(ledger, job_id, "")
            ledger.check_ready_to_issue()
            _run_chunks(ledger, job_id, on_progress)
        except BadgeError as error:
            _note_failure(ledger, job_id, error.code)
            raise
    ledger.witness.append(ledger.database, now=ledger.clock())
    return job_progress(ledger, job_id)


def job_progress(ledger: Ledger, job_id: str) -> JobProgress:
    """Return where a job stands.

    Raises:
        LedgerError: `job.unknown`.
    """
    with ledger.database.read() as connection:
        return job_store.read_progress(connection, job_id)


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


def _run_chunks(ledger: Ledger, job_id: str, on_progress: Callable[[JobProgress], None] | None) -> None:
    while True:
        with ledger.database.read() as connection:
            context = _load_context(connection, job_id)
            rows = job_store.read_pending(connection, job_id, limit=CHUNK_ROWS)
        if not rows:
            break
        reserve(ledger, context, rows)
        _release(ledger, context)
        if on_progress is not None:
            on_progress(job_progress(ledger, job_id))
    with ledger.transaction() as connection:
        if job_store.set_finished(connection, job_id, now=ledger.clock()):
            progress = job_store.read_progress(connection, job_id)
            ledger.record(connection, "job.finished", job_id, issued=progress.issued, rejected=progress.rejected)


def _load_context(connection: Connection, job_id: str) -> IssueContext:
    job = job_store.get_job(connection, job_id)
    return IssueContext(
        job=job,
        profile=get_issuer(connection, job.issuer_slug),
        achievement=load_revision(connection, job.achievement_slug, job.achievement_revision),
        key=current_key(connection, job.issuer_slug),
    )


def _release(ledger: Ledger, context: IssueContext) -> None:
    """Sign the planned rows of this chunk outside any lock, check them, and record them."""
    job = context.job
    with ledger.database.read() as connection:
        rows = job_store.read_pending(connection, job.id, limit=CHUNK_ROWS)
        planned = {row.plan.slug: row for row in load_planned(connection, [row.slug for row in rows if row.slug])}
        keys = {key.method.id: key for key in list_keys(connection, job.issuer_slug)}
    secured: dict[str, SecuredBytes] = {}
    for slug, row in planned.items():
        key = keys[row.plan.key_id]
        method = SigningMethod(signer=ledger.keystore.load(key.keystore_name), method_id=key.method.id)
        secured[slug] = secure(row, method)
        verify_release(
            secured[slug], unsecured=row.unsecured, method_id=key.method.id, public_key=key.method.public_key
        )
    with ledger.transaction() as connection:
        for pending in rows:
            if pending.slug is not None:
                if insert_issued(connection, secured[pending.slug], now=ledger.clock()):
                    _record_issued(ledger, connection, planned[pending.slug], secured[pending.slug])
                job_store.set_issued(connection, job.id, pending.position, pending.slug, RowFate.NEW)


def _record_issued(ledger: Ledger, connection: Connection, planned: PlannedRow, secured: SecuredBytes) -> None:
    person = planned.recipient_email or planned.recipient_name
    ledger.record(
        connection,
        "credential.issued",
        planned.plan.id,
        sha256=hashlib.sha256(secured.json_bytes).hexdigest(),
        jwtSha256=hashlib.sha256(secured.jwt).hexdigest(),
        key=planned.plan.key_id,
        job=planned.job_id,
        recipient=pseudonym(connection, person),
    )


def _note_failure(ledger: Ledger, job_id: str, code: str) -> None:
    """Keep the reason for a stop, or none; a store that cannot even take that says so itself."""
    try:
        with ledger.database.write() as connection:
            job_store.set_failure(connection, job_id, code)
    except LedgerError as error:
        _log.warning("reason %s of a stopped job not kept: %s", code, error.code)
