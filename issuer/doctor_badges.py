"""Invariants of single badges: I1, I2, I4 and I9."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

import sqlalchemy as sa

from issuer.credential_store import SecuredBytes, find_issued, list_issued_slugs, load_planned
from issuer.frozen import is_intact
from issuer.issuer_store import list_keys
from issuer.known_rows import REVISION_MARK, revise_key
from issuer.model import IssuedCredential
from issuer.program_release import verify_program_release
from issuer.program_store import find_by_slug
from issuer.release import verify_release
from issuer.slot_store import REVOCATION
from issuer.status_store import read_states
from issuer.tables import ISSUED, JOB_ROWS, PLANNED, SIGNING_KEYS
from schemas import BadgeError, read_datetime
from storage import AUDIT, CLOCK_TOLERANCE

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from issuer.ledger import Ledger

Fault: TypeAlias = tuple[str, str]
VerifyOwn: TypeAlias = Callable[[IssuedCredential], None]


def check_bytes(ledger: Ledger, _verify_own: VerifyOwn | None) -> Iterator[Fault]:
    """I1: every badge that was recorded as issued is there, with the very bytes that were recorded."""
    with ledger.database.read() as connection:
        # The last part of the subject is the slug; an id that a program chose does not stand there.
        recorded = {
            row.subject.rpartition("/")[2]: _read_record(row.record)
            for row in connection.execute(
                sa.select(AUDIT.c.subject, AUDIT.c.record).where(AUDIT.c.event == "credential.issued")
            )
        }
        rows = connection.execute(
            sa.select(
                PLANNED.c.slug,
                ISSUED.c.json_bytes,
                ISSUED.c.json_sha256,
                ISSUED.c.jwt,
                ISSUED.c.jwt_sha256,
            )
            .select_from(PLANNED)
            .join(ISSUED)
        )
        for row in rows:
            record = recorded.pop(row.slug, None)
            if not is_intact(row.json_bytes, row.json_sha256) or not is_intact(row.jwt, row.jwt_sha256):
                yield "ledger.bytes_damaged", row.slug
            elif record is None:
                yield "doctor.issued_not_recorded", row.slug
            elif (row.json_sha256.hex(), row.jwt_sha256.hex()) != (record.get("sha256"), record.get("jwtSha256")):
                yield "ledger.bytes_damaged", row.slug
        for slug in recorded:
            yield "doctor.issued_not_recorded", slug


def _read_record(data: bytes) -> dict[str, object]:
    try:
        record = json.loads(data)
    except ValueError:
        return {}  # I6 says that this record is damaged
    return record if isinstance(record, dict) else {}


def check_one_badge_for_one_row(ledger: Ledger, _verify_own: VerifyOwn | None) -> Iterator[Fault]:
    """I2: a row key has one badge in force, an id names one badge, and rows of one key in one job share it."""
    with ledger.database.read() as connection:
        keys = (PLANNED.c.issuer_slug, PLANNED.c.achievement_slug, PLANNED.c.row_key)
        doubled = sa.select(sa.func.min(PLANNED.c.slug).label("slug")).group_by(*keys).having(sa.func.count() > 1)
        same_id = (
            sa.select(sa.func.min(PLANNED.c.slug).label("slug")).group_by(PLANNED.c.id).having(sa.func.count() > 1)
        )
        for query in (doubled, same_id):
            for slug in connection.scalars(query):
                yield "doctor.badge_doubled", slug
        joined = sa.select(JOB_ROWS.c.slug, JOB_ROWS.c.row_key, PLANNED.c.row_key.label("stored")).join(
            PLANNED, PLANNED.c.slug == JOB_ROWS.c.slug
        )
        # A row that is not issued may point at the badge that a namesake has.
        issued_here = sa.or_(JOB_ROWS.c.state != "rejected", PLANNED.c.job_id == JOB_ROWS.c.job_id)
        for slug, key, stored in connection.execute(joined.where(PLANNED.c.row_key != JOB_ROWS.c.row_key, issued_here)):
            if stored.partition(REVISION_MARK)[0] != key:
                yield "doctor.badge_doubled", slug
        yield from _check_revisions(connection)


def _check_revisions(connection: Connection) -> Iterator[Fault]:
    """A second badge for one row key stands only where the one before it was revoked."""
    revised = connection.execute(
        sa.select(PLANNED.c.slug, PLANNED.c.issuer_slug, PLANNED.c.achievement_slug, PLANNED.c.row_key).where(
            PLANNED.c.row_key.contains(REVISION_MARK)
        )
    ).all()
    for row in revised:
        key, _, revision = row.row_key.partition(REVISION_MARK)
        before = connection.scalar(
            sa.select(PLANNED.c.slug).where(
                PLANNED.c.issuer_slug == row.issuer_slug,
                PLANNED.c.achievement_slug == row.achievement_slug,
                PLANNED.c.row_key == revise_key(key, int(revision) - 1 if revision.isdigit() else 0),
            )
        )
        if not before or (before, REVOCATION) not in read_states(connection, [before]):
            yield "doctor.badge_doubled", row.slug


def check_own_badges(ledger: Ledger, verify_own: VerifyOwn | None) -> Iterator[Fault]:
    """I4: every badge verifies, with the key that was recorded at issue."""
    with ledger.database.read() as connection:
        slugs = list_issued_slugs(connection)
        keys = {key.method.id: key.method.public_key for key in list_keys(connection)}
    for slug in slugs:
        try:
            with ledger.database.read() as connection:
                issued = find_issued(connection, slug=slug)
                (planned,) = load_planned(connection, [slug])
                badge = find_by_slug(connection, slug)
            if issued is None:
                continue
            if verify_own is not None and issued.has_page:
                verify_own(issued)
            if badge is not None:
                verify_program_release(issued.json_bytes, planned, badge, keys[planned.plan.key_id])
                continue
            verify_release(
                SecuredBytes(slug=slug, json_bytes=issued.json_bytes, jwt=issued.jwt.encode("ascii")),
                unsecured=planned.unsecured,
                method_id=planned.plan.key_id,
                public_key=keys[planned.plan.key_id],
            )
        except BadgeError as error:
            yield "doctor.own_badge_invalid", f"{slug}: {error.code}"


def check_dates(ledger: Ledger, _verify_own: VerifyOwn | None) -> Iterator[Fault]:
    """I9: no badge holds from later than it was recorded, nor from before its key was made."""
    with ledger.database.read() as connection:
        rows = connection.execute(
            sa.select(PLANNED.c.slug, PLANNED.c.valid_from, ISSUED.c.issued_at, SIGNING_KEYS.c.created)
            .select_from(PLANNED)
            .join(ISSUED)
            .join(SIGNING_KEYS, SIGNING_KEYS.c.method_id == PLANNED.c.key_id)
        )
        for row in rows:
            earliest = read_datetime(row.created) - CLOCK_TOLERANCE
            latest = read_datetime(row.issued_at) + CLOCK_TOLERANCE
            if not earliest <= read_datetime(row.valid_from) <= latest:
                yield "doctor.dates_wrong", row.slug
