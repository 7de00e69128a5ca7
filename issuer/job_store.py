"""Jobs and their rows in the ledger. A row is pending, issued or rejected, and leaves pending once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from issuer.frozen import encode_problems, encode_row, load_problems, load_row, load_time
from issuer.model import JobProgress, ProofChoice, RowFate, RowOutcome
from issuer.tables import JOB_ROWS, JOBS, NO_COURSE
from schemas import LedgerError, format_datetime, read_datetime

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection, RowMapping

    from issuer.model import RosterProblem, RosterRow

PENDING = "pending"
ISSUED_STATE = "issued"
REJECTED = "rejected"
BEFORE_THE_FIRST = -1  # position
# Stands where the code of an error would: somebody wanted the job to end here for now.
STOPPED = "job.stopped"
# The job of one badge in the place of another is no class list; nobody else's key has a colon.
REPLACEMENT_KEY_START = "replacement:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What one job was asked to do; `by_person` is the id of the person of the desk who asked, if one did."""

    id: str
    idempotency_key: str
    body_sha256: bytes
    issuer_slug: str
    achievement_slug: str
    achievement_revision: int
    proof: ProofChoice
    awarded_on: date | None
    total: int
    created: datetime
    by_person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJobRow:
    """One row as a job takes it in; `row` is None for a row that has problems."""

    number: int
    name: str
    row: RosterRow | None
    row_key: str = ""
    fingerprint: str = ""
    problems: tuple[RosterProblem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingRow:
    """One row that waits; `slug` is set once it is planned."""

    position: int
    row: RosterRow
    row_key: str
    fingerprint: str
    slug: str | None


def insert_job(connection: Connection, job: Job, rows: Sequence[NewJobRow]) -> None:
    """Add a job with all its rows."""
    connection.execute(
        JOBS.insert(),
        {
            "id": job.id,
            "idempotency_key": job.idempotency_key,
            "body_sha256": job.body_sha256,
            "issuer_slug": job.issuer_slug,
            "achievement_slug": job.achievement_slug,
            "achievement_revision": job.achievement_revision,
            "proof": job.proof.value,
            "awarded_on": job.awarded_on.isoformat() if job.awarded_on else None,
            "total": job.total,
            "created": format_datetime(job.created),
            "finished": None,
            "failure": "",
            "by_person": job.by_person,
        },
    )
    connection.execute(
        JOB_ROWS.insert(),
        [
            {
                "job_id": job.id,
                "position": position,
                "number": row.number,
                "row_key": row.row_key,
                "fingerprint": row.fingerprint,
                "name": row.name,
                "row": encode_row(row.row) if row.row is not None else b"",
                "state": PENDING if row.row is not None else REJECTED,
                "fate": (RowFate.NEW if row.row is not None else RowFate.PROBLEM).value,
                "slug": None,
                "problems": encode_problems(row.problems),
            }
            for position, row in enumerate(rows)
        ],
    )


def find_job_by_key(connection: Connection, idempotency_key: str) -> Job | None:
    """Return the job that was started with this key."""
    return _first_job(connection, sa.select(JOBS).where(JOBS.c.idempotency_key == idempotency_key))


def find_unfinished_twin(connection: Connection, body_sha256: bytes) -> Job | None:
    """Return a job that was asked for the very same thing and is not done yet."""
    return _first_job(connection, sa.select(JOBS).where(JOBS.c.body_sha256 == body_sha256, JOBS.c.finished.is_(None)))


def find_class_job(connection: Connection, job_id: str) -> Job | None:
    """Return one job of a course; what other programs have issued is no job for the desk."""
    return _first_job(connection, sa.select(JOBS).where(JOBS.c.id == job_id, JOBS.c.achievement_revision != NO_COURSE))


def get_job(connection: Connection, job_id: str) -> Job:
    """Return a job that must be there.

    Raises:
        LedgerError: `job.unknown`.
    """
    job = _first_job(connection, sa.select(JOBS).where(JOBS.c.id == job_id))
    if job is None:
        raise LedgerError("job.unknown")
    return job


def list_job_ids(
    connection: Connection, *, unfinished_only: bool, limit: int, issuer_slugs: Collection[str] | None = None
) -> tuple[str, ...]:
    """Return jobs of class lists, newest first: of some issuers, or of all."""
    query = sa.select(JOBS.c.id).where(
        JOBS.c.achievement_revision > NO_COURSE, JOBS.c.idempotency_key.not_like(f"{REPLACEMENT_KEY_START}%")
    )
    if issuer_slugs is not None:
        query = query.where(JOBS.c.issuer_slug.in_(issuer_slugs))
    query = query.order_by(JOBS.c.created.desc(), JOBS.c.id).limit(limit)
    return tuple(connection.scalars(query.where(JOBS.c.finished.is_(None)) if unfinished_only else query))


def read_progress(connection: Connection, job_id: str) -> JobProgress:
    """Count the rows of a job.

    Raises:
        LedgerError: `job.unknown`.
    """
    job = connection.execute(sa.select(JOBS).where(JOBS.c.id == job_id)).mappings().first()
    if job is None or job["achievement_revision"] == NO_COURSE:
        raise LedgerError("job.unknown")
    counts: dict[tuple[str, str], int] = {
        (row.state, row.fate): row.count_
        for row in connection.execute(
            sa.select(JOB_ROWS.c.state, JOB_ROWS.c.fate, sa.func.count().label("count_"))
            .where(JOB_ROWS.c.job_id == job_id)
            .group_by(JOB_ROWS.c.state, JOB_ROWS.c.fate)
        )
    }

    def count(wanted: str) -> int:
        return sum(number for (state, _), number in counts.items() if state == wanted)

    return JobProgress(
        job_id=job_id,
        achievement_slug=job["achievement_slug"],
        total=job["total"],
        issued=count(ISSUED_STATE),
        rejected=count(REJECTED),
        pending=count(PENDING),
        created_at=read_datetime(job["created"]),
        finished_at=load_time(job["finished"]),
        failure=job["failure"],
        already_issued=counts.get((ISSUED_STATE, RowFate.ALREADY_ISSUED.value), 0),
    )


def read_pending(
    connection: Connection, job_id: str, *, limit: int, after: int = BEFORE_THE_FIRST
) -> tuple[PendingRow, ...]:
    """Return rows that wait, in the order of the sheet; `after` is the position that the last such call ended with."""
    rows = connection.execute(
        sa.select(JOB_ROWS)
        .where(JOB_ROWS.c.job_id == job_id, JOB_ROWS.c.state == PENDING, JOB_ROWS.c.position > after)
        .order_by(JOB_ROWS.c.position)
        .limit(limit)
    )
    return tuple(
        PendingRow(
            position=row.position,
            row=load_row(row.row),
            row_key=row.row_key,
            fingerprint=row.fingerprint,
            slug=row.slug,
        )
        for row in rows
    )


def set_planned(connection: Connection, job_id: str, slugs: Mapping[int, str]) -> None:
    """Note which badge each waiting row, named by its position, will get."""
    _update_pending(connection, job_id, [{"at": position, "slug": slug} for position, slug in slugs.items()])


def set_issued(connection: Connection, job_id: str, slugs: Mapping[int, str], fate: RowFate) -> None:
    """Take rows, named by their positions, out of pending: their people have the badge."""
    changed = {"state": ISSUED_STATE, "fate": fate.value}
    _update_pending(connection, job_id, [{"at": place, "slug": slug, **changed} for place, slug in slugs.items()])


def set_rejected(
    connection: Connection,
    job_id: str,
    position: int,
    *,
    fate: RowFate,
    slug: str | None,
    problems: Sequence[RosterProblem],
) -> None:
    """Take a row out of pending: nothing is issued for it."""
    _update_pending(
        connection,
        job_id,
        [
            {
                "at": position,
                "state": REJECTED,
                "fate": fate.value,
                "slug": slug,
                "problems": encode_problems(problems),
            }
        ],
    )


def set_failure(connection: Connection, job_id: str, code: str, *, instead_of: str | None = None) -> bool:
    """Note why a job stopped, or with an empty code that it goes on; if wanted only in place of a known reason.

    Returns:
        Whether there was such a job.
    """
    job = JOBS.update().where(JOBS.c.id == job_id)
    job = job if instead_of is None else job.where(JOBS.c.failure == instead_of)
    return connection.execute(job, {"failure": code}).rowcount == 1


def set_stopped(connection: Connection, job_id: str) -> bool:
    """Ask whoever works on a job to leave it; False for one that is finished, or was asked to stop before."""
    job = JOBS.update().where(JOBS.c.id == job_id, JOBS.c.finished.is_(None), JOBS.c.failure != STOPPED)
    return connection.execute(job, {"failure": STOPPED}).rowcount == 1


def forget_stop(connection: Connection, job_id: str) -> bool:
    """Let a job go on that somebody stopped; say whether somebody had."""
    return set_failure(connection, job_id, "", instead_of=STOPPED)


def is_stopped(connection: Connection, job_id: str) -> bool:
    """Whether somebody asked for the job to be left."""
    return connection.scalar(sa.select(JOBS.c.failure).where(JOBS.c.id == job_id)) == STOPPED


def set_finished(connection: Connection, job_id: str, *, now: datetime) -> bool:
    """Mark a job as done; False when it was marked before."""
    result = connection.execute(
        JOBS.update().where(JOBS.c.id == job_id, JOBS.c.finished.is_(None)),
        {"finished": format_datetime(now), "failure": ""},
    )
    return result.rowcount == 1


def read_outcomes(connection: Connection, job_id: str) -> tuple[RowOutcome, ...]:
    """Return the fate of every row of a job, in the order of the sheet."""
    rows = connection.execute(
        sa.select(JOB_ROWS).where(JOB_ROWS.c.job_id == job_id).order_by(JOB_ROWS.c.number, JOB_ROWS.c.position)
    )
    return tuple(
        RowOutcome(
            number=row.number,
            name=row.name,
            fate=RowFate(row.fate),
            slug=row.slug or "",
            problems=load_problems(row.problems),
        )
        for row in rows
    )


def _update_pending(connection: Connection, job_id: str, changes: Sequence[dict[str, object]]) -> None:
    """Change rows that still wait; all changes name the same columns, and the position as `at`."""
    if not changes:
        return
    connection.execute(
        JOB_ROWS.update().where(
            JOB_ROWS.c.job_id == job_id, JOB_ROWS.c.position == sa.bindparam("at"), JOB_ROWS.c.state == PENDING
        ),
        changes,
    )


def _first_job(connection: Connection, query: sa.Select[tuple[object, ...]]) -> Job | None:
    row = connection.execute(query).mappings().first()
    return None if row is None else _job(row)


def _job(row: RowMapping) -> Job:
    day = load_time(f"{row['awarded_on']}T00:00:00Z") if row["awarded_on"] else None
    return Job(
        id=row["id"],
        idempotency_key=row["idempotency_key"],
        body_sha256=row["body_sha256"],
        issuer_slug=row["issuer_slug"],
        achievement_slug=row["achievement_slug"],
        achievement_revision=row["achievement_revision"],
        proof=ProofChoice(row["proof"]),
        awarded_on=None if day is None else day.date(),
        total=row["total"],
        created=read_datetime(row["created"]),
        by_person=row["by_person"],
    )
