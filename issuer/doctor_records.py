"""Invariants of slots, status lists, audit, jobs and the file: I3, I5, I6, I7 and I10."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import sqlalchemy as sa

from credentials import BitstringStatusList, decode_status_list, read_vc_jwt
from issuer.frozen import load_object, load_plan
from issuer.job_store import ISSUED_STATE, PENDING
from issuer.slot_store import REVOCATION
from issuer.status_store import newest_document, read_set_indexes
from issuer.successors import SuccessorKind
from issuer.tables import (
    ISSUED,
    ISSUERS,
    JOB_ROWS,
    JOBS,
    NO_COURSE,
    PLANNED,
    SIGNING_KEYS,
    STATUS_CHANGES,
    STATUS_DOCUMENTS,
    STATUS_LISTS,
    STATUS_SLOTS,
    SUCCESSORS,
)
from schemas import BadgeError
from storage import AUDIT, verify_audit_chain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from issuer.doctor_badges import Fault, VerifyOwn
    from issuer.ledger import Ledger
    from schemas import JsonObject


def check_slots(ledger: Ledger, _verify_own: VerifyOwn | None) -> Iterator[Fault]:
    """I3: every planned badge has the one place its plan names; a plan without a badge belongs to a row that waits.

    Only what programs had signed with version 0.1.0 has no place.
    """
    with ledger.database.read() as connection:
        query = sa.select(PLANNED.c.slug, PLANNED.c.plan, STATUS_SLOTS.c.idx, STATUS_SLOTS.c.pool).outerjoin(
            STATUS_SLOTS, STATUS_SLOTS.c.slug == PLANNED.c.slug
        )
        lists = {row.number: row.pool for row in connection.execute(sa.select(STATUS_LISTS))}
        seen: Counter[tuple[int, int]] = Counter()
        for row in connection.execute(query):
            entries = load_plan(row.plan).status_entries
            if not entries and row.pool is None:
                continue
            seen[row.pool, row.idx] += 1
            named = {(lists.get(int(entry.list_url.rpartition("/")[2])), entry.index) for entry in entries}
            if named != {(row.pool, row.idx)} or seen[row.pool, row.idx] > 1:
                yield "doctor.slot_mismatch", row.slug
        yield from (
            ("doctor.slot_mismatch", slug)
            for slug in connection.scalars(
                sa.select(STATUS_SLOTS.c.slug).where(STATUS_SLOTS.c.slug.not_in(sa.select(PLANNED.c.slug)))
            )
        )
        waiting = sa.select(JOB_ROWS.c.slug).where(JOB_ROWS.c.state == PENDING, JOB_ROWS.c.slug.is_not(None))
        orphans = sa.select(PLANNED.c.slug).where(
            PLANNED.c.slug.not_in(sa.select(ISSUED.c.slug)), PLANNED.c.slug.not_in(waiting)
        )
        for slug in connection.scalars(orphans):
            yield "doctor.slot_mismatch", slug


def check_status_history(ledger: Ledger, _verify_own: VerifyOwn | None) -> Iterator[Fault]:
    """I5: each list grows, keeps what it revoked, and shows what was recorded."""
    with ledger.database.read() as connection:
        for info in connection.execute(sa.select(STATUS_LISTS).order_by(STATUS_LISTS.c.number)).all():
            yield from _check_list(connection, info.number, info.purpose)
            newest = newest_document(connection, info.number)
            if newest is not None:
                derived = read_set_indexes(connection, info.pool, info.purpose, up_to=newest.changes)
                if _read_bits(newest.document) != BitstringStatusList.with_set_indexes(derived).bits:
                    yield "doctor.status_went_back", f"list {info.number} is not what was recorded"
        unset = sa.select(STATUS_CHANGES.c.slug).where(
            STATUS_CHANGES.c.purpose == REVOCATION, STATUS_CHANGES.c.value != 1
        )
        for slug in connection.scalars(unset):
            yield "doctor.status_went_back", slug
        revoked = sa.select(STATUS_CHANGES.c.slug).where(STATUS_CHANGES.c.purpose == REVOCATION)
        corrected = sa.select(SUCCESSORS.c.slug).where(
            SUCCESSORS.c.kind == SuccessorKind.CORRECTED.value, SUCCESSORS.c.slug.not_in(revoked)
        )
        for slug in connection.scalars(corrected):
            yield "doctor.corrected_in_force", slug


def _check_list(connection: Connection, number: int, purpose: str) -> Iterator[Fault]:
    rows = connection.execute(
        sa.select(STATUS_DOCUMENTS).where(STATUS_DOCUMENTS.c.number == number).order_by(STATUS_DOCUMENTS.c.sequence)
    )
    sequence, valid_from, bits = 0, "", b""
    for row in rows:
        place = f"list {number} document {row.sequence}"
        try:
            now_bits = _read_bits(row.document)
        except BadgeError as error:
            yield "doctor.status_went_back", f"{place}: {error.code}"
            continue
        if row.sequence != sequence + 1 or row.valid_from < valid_from:
            yield "doctor.status_went_back", place
        if purpose == REVOCATION and any(old & ~new for old, new in zip(bits, now_bits, strict=False)):
            yield "doctor.status_went_back", place
        sequence, valid_from, bits = row.sequence, row.valid_from, now_bits


def _read_bits(document: bytes) -> bytes:
    read: JsonObject = load_object(document) if document.startswith(b"{") else read_vc_jwt(document).document
    subject = read["credentialSubject"]
    assert isinstance(subject, dict)
    return decode_status_list(str(subject["encodedList"])).bits


def check_audit(ledger: Ledger, _verify_own: VerifyOwn | None) -> Iterator[Fault]:
    """I6: the chain holds, reaches as far as the witness saw, and tells of each event exactly once."""
    with ledger.database.read() as connection:
        for finding in (*verify_audit_chain(connection), *ledger.witness.compare(connection)):
            yield finding.code, f"record {finding.seq}"
        events: Counter[str] = Counter()
        subjects: Counter[tuple[str, str]] = Counter()
        for event, subject in connection.execute(sa.select(AUDIT.c.event, AUDIT.c.subject)):
            events[event] += 1
            subjects[event, subject] += 1
        for event, query in _COUNTED_EVENTS.items():
            count = connection.scalar(query)
            if count != events[event]:
                yield "doctor.issued_not_recorded", f"{event}: {events[event]} recorded, {count} there"
        for (event, subject), count in subjects.items():
            if event == "credential.issued" and count > 1:
                yield "doctor.badge_doubled", subject.rpartition("/")[2]


# The standing jobs, under which badges of programs are kept, neither start nor end.
_CLASS_JOBS = sa.select(sa.func.count()).select_from(JOBS).where(JOBS.c.achievement_revision > NO_COURSE)
_COUNTED_EVENTS = {
    "credential.issued": sa.select(sa.func.count()).select_from(ISSUED),
    "status.changed": sa.select(sa.func.count()).select_from(STATUS_CHANGES),
    "key.created": sa.select(sa.func.count()).select_from(SIGNING_KEYS),
    "key.retired": sa.select(sa.func.count()).select_from(SIGNING_KEYS).where(SIGNING_KEYS.c.retired.is_not(None)),
    "issuer.created": sa.select(sa.func.count()).select_from(ISSUERS),
    "job.started": _CLASS_JOBS,
    **{
        f"credential.{kind.value}": sa.select(sa.func.count())
        .select_from(SUCCESSORS)
        .where(SUCCESSORS.c.kind == kind.value)
        for kind in SuccessorKind
    },
    "job.finished": _CLASS_JOBS.where(JOBS.c.finished.is_not(None)),
}


def check_jobs(ledger: Ledger, _verify_own: VerifyOwn | None) -> Iterator[Fault]:
    """I7: the rows of a job add up; an issued row has its badge; a finished job has no row that waits."""
    with ledger.database.read() as connection:
        counts: dict[str, Counter[str]] = {}
        for job_id, state, count in connection.execute(
            sa.select(JOB_ROWS.c.job_id, JOB_ROWS.c.state, sa.func.count()).group_by(
                JOB_ROWS.c.job_id, JOB_ROWS.c.state
            )
        ):
            counts.setdefault(job_id, Counter())[state] = count
        for job in connection.execute(sa.select(JOBS)):
            rows = counts.pop(job.id, Counter())
            if rows.total() != job.total or (job.finished is not None and rows[PENDING]):
                yield "doctor.job_rows_mismatch", job.id
        yield from (("doctor.job_rows_mismatch", job_id) for job_id in counts)
        without_badge = sa.select(JOB_ROWS.c.job_id).where(
            JOB_ROWS.c.state == ISSUED_STATE,
            sa.or_(JOB_ROWS.c.slug.is_(None), JOB_ROWS.c.slug.not_in(sa.select(ISSUED.c.slug))),
        )
        for job_id in connection.scalars(without_badge.distinct()):
            yield "doctor.job_rows_mismatch", job_id


def check_file(ledger: Ledger, _verify_own: VerifyOwn | None) -> Iterator[Fault]:
    """I10: SQLite's own checks of the file and of its references."""
    with ledger.database.read() as connection:
        for (answer,) in connection.exec_driver_sql("PRAGMA integrity_check"):
            if answer != "ok":
                yield "doctor.database_damaged", str(answer)[:200]
        for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
            yield "doctor.database_damaged", f"table {row[0]} row {row[1]}"
