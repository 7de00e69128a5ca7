"""Planned and issued badges in the ledger. Both are written once; every read checks the stored bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from issuer import phone_store
from issuer.delivery_tables import RECIPIENT_PHONES
from issuer.frozen import encode_plan, is_intact, load_plan, load_time
from issuer.model import IssuedCredential
from issuer.slot_store import REVOCATION, SUSPENSION
from issuer.status_store import read_states
from issuer.tables import ISSUED, ISSUERS, JOB_ROWS, JOBS, PLANNED, PROGRAM_BADGES, RECORDS_PROGRAM
from schemas import LedgerError, fold_text, format_datetime, read_datetime
from storage import FOLD_FUNCTION

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

    from issuer.model import PlannedCredential

_SLUGS_AT_ONCE = 500  # SQLite takes 999 parameters at the least
MAX_SOUGHT_WORDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRow:
    """A plan with what it was made from; `unsecured` is the composed document before any proof."""

    plan: PlannedCredential
    issuer_slug: str
    achievement_slug: str
    achievement_revision: int
    job_id: str
    row_key: str
    fingerprint: str
    recipient_name: str
    recipient_email: str
    unsecured: bytes
    recipient_phone: str = ""  # kept beside, where it can change; empty in what is loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class SecuredBytes:
    """The bytes of one badge: Data Integrity form and compact JWS; either may be empty, not both."""

    slug: str
    json_bytes: bytes
    jwt: bytes


def insert_planned(connection: Connection, *planned: PlannedRow) -> None:
    """Fix badges before they are signed.

    Raises:
        sqlalchemy.exc.IntegrityError: A row key has a badge already.
    """
    if planned:
        connection.execute(PLANNED.insert(), [_planned_values(row) for row in planned])
        phone_store.save_phones(
            connection, {row.plan.slug: row.recipient_phone for row in planned if row.recipient_phone}
        )


def _planned_values(planned: PlannedRow) -> dict[str, object]:
    plan = planned.plan
    return {
        "slug": plan.slug,
        "id": plan.id,
        "issuer_slug": planned.issuer_slug,
        "achievement_slug": planned.achievement_slug,
        "achievement_revision": planned.achievement_revision,
        "job_id": planned.job_id,
        "row_key": planned.row_key,
        "fingerprint": planned.fingerprint,
        "recipient_name": planned.recipient_name,
        "recipient_email": planned.recipient_email,
        "key_id": plan.key_id,
        "proof": plan.proof.value,
        "valid_from": format_datetime(plan.valid_from),
        "valid_until": None if plan.valid_until is None else format_datetime(plan.valid_until),
        "created": format_datetime(plan.created),
        "plan": encode_plan(plan),
        "unsecured": planned.unsecured,
    }


def load_planned(connection: Connection, slugs: Iterable[str]) -> tuple[PlannedRow, ...]:
    """Return the plans of these slugs, in no order.

    Raises:
        LedgerError: Somebody has put text in the place of the bytes (`ledger.bytes_damaged`).
    """
    rows = connection.execute(sa.select(PLANNED).where(PLANNED.c.slug.in_(list(slugs)))).mappings()
    return tuple(
        PlannedRow(
            plan=load_plan(row["plan"]),
            issuer_slug=row["issuer_slug"],
            achievement_slug=row["achievement_slug"],
            achievement_revision=row["achievement_revision"],
            job_id=row["job_id"],
            row_key=row["row_key"],
            fingerprint=row["fingerprint"],
            recipient_name=row["recipient_name"],
            recipient_email=row["recipient_email"],
            unsecured=_insist_on_bytes(row["unsecured"], slug=row["slug"]),
        )
        for row in rows
    )


def _insist_on_bytes(content: object, *, slug: str) -> bytes:
    if not isinstance(content, bytes):
        raise LedgerError("ledger.bytes_damaged", slug)
    return content


def insert_issued(connection: Connection, *secured: SecuredBytes, now: datetime) -> frozenset[str]:
    """Store the bytes of badges.

    Returns:
        The slugs of those that were stored now; another run stored the very same bytes of the others first.

    Raises:
        LedgerError: `job.own_output_invalid` when other bytes stand there.
    """
    fresh = {badge.slug: badge for badge in secured}
    stored = sa.select(ISSUED.c.slug, ISSUED.c.json_bytes, ISSUED.c.jwt).where(ISSUED.c.slug.in_(list(fresh)))
    for slug, json_bytes, jwt in connection.execute(stored):
        badge = fresh.pop(slug)
        if (json_bytes, jwt) != (badge.json_bytes, badge.jwt):
            raise LedgerError("job.own_output_invalid", f"{slug} came out with other bytes")
    if fresh:
        connection.execute(ISSUED.insert(), [_issued_values(badge, now) for badge in fresh.values()])
    return frozenset(fresh)


def _issued_values(secured: SecuredBytes, now: datetime) -> dict[str, object]:
    return {
        "slug": secured.slug,
        "json_bytes": secured.json_bytes,
        "json_sha256": hashlib.sha256(secured.json_bytes).digest(),
        "jwt": secured.jwt,
        "jwt_sha256": hashlib.sha256(secured.jwt).digest(),
        "issued_at": format_datetime(now),
    }


_ISSUED_VIEW = (
    sa.select(
        PLANNED.c.id,
        PLANNED.c.slug,
        ISSUERS.c.id.label("issuer_id"),
        PLANNED.c.achievement_slug,
        PLANNED.c.recipient_name,
        PLANNED.c.recipient_email,
        RECIPIENT_PHONES.c.phone.label("recipient_phone"),
        PLANNED.c.valid_until,
        ISSUED.c.json_bytes,
        ISSUED.c.json_sha256,
        ISSUED.c.jwt,
        ISSUED.c.jwt_sha256,
        ISSUED.c.issued_at,
        PROGRAM_BADGES.c.title,
        PROGRAM_BADGES.c.has_page,
    )
    .select_from(PLANNED)
    .join(ISSUED)
    .join(ISSUERS, ISSUERS.c.slug == PLANNED.c.issuer_slug)
    .outerjoin(PROGRAM_BADGES, PROGRAM_BADGES.c.slug == PLANNED.c.slug)
    .outerjoin(RECIPIENT_PHONES, RECIPIENT_PHONES.c.slug == PLANNED.c.slug)
)


_RECORD_NOTES = sa.select(PROGRAM_BADGES.c.slug).where(PROGRAM_BADGES.c.program == RECORDS_PROGRAM)


def find_issued(connection: Connection, *, slug: str = "", credential_id: str = "") -> IssuedCredential | None:
    """Return one badge by its slug or its id.

    Raises:
        LedgerError: `ledger.bytes_damaged`.
    """
    condition = PLANNED.c.slug == slug if slug else PLANNED.c.id == credential_id
    return next(iter(_read_issued(connection, _ISSUED_VIEW.where(condition))), None)


def list_issued(
    connection: Connection,
    *,
    job_id: str | None,
    achievement_slug: str | None,
    limit: int,
    offset: int,
    issuer_slugs: Collection[str] | None = None,
) -> tuple[IssuedCredential, ...]:
    """Return badges: those of a job in the order of its rows, else the newest class first and by name within.

    Of some issuers, or of all; without the notes of skills records, which are workers' own affair.

    Raises:
        LedgerError: `ledger.bytes_damaged`.
    """
    # First the names of the page, then its badges: SQLite would sort the whole class with all its bytes.
    page = sa.select(PLANNED.c.slug).join(ISSUED).where(PLANNED.c.slug.not_in(_RECORD_NOTES))
    if achievement_slug is not None:
        page = page.where(PLANNED.c.achievement_slug == achievement_slug)
    if issuer_slugs is not None:
        page = page.where(PLANNED.c.issuer_slug.in_(issuer_slugs))
    if job_id is not None:
        first_row = (
            sa.select(JOB_ROWS.c.slug, sa.func.min(JOB_ROWS.c.position).label("position"))
            .where(JOB_ROWS.c.job_id == job_id, JOB_ROWS.c.state == "issued")
            .group_by(JOB_ROWS.c.slug)
            .subquery()
        )
        page = page.join(first_row, first_row.c.slug == PLANNED.c.slug).order_by(first_row.c.position)
    else:
        page = page.join(JOBS, JOBS.c.id == PLANNED.c.job_id).order_by(
            JOBS.c.created.desc(), PLANNED.c.job_id, sa.func.lower(PLANNED.c.recipient_name), PLANNED.c.slug
        )
    slugs = connection.scalars(page.limit(limit).offset(offset)).all()
    found: dict[str, IssuedCredential] = {}
    for start in range(0, len(slugs), _SLUGS_AT_ONCE):
        some = slugs[start : start + _SLUGS_AT_ONCE]
        found |= {badge.slug: badge for badge in _read_issued(connection, _ISSUED_VIEW.where(PLANNED.c.slug.in_(some)))}
    return tuple(found[slug] for slug in slugs)


def find_issuer_of(connection: Connection, slug: str) -> str | None:
    """Return the slug of the issuer of a badge; None when no badge of that slug was issued."""
    return connection.scalar(sa.select(PLANNED.c.issuer_slug).join(ISSUED).where(PLANNED.c.slug == slug))


def list_own(connection: Connection, slugs: Sequence[str], issuer_slugs: Collection[str]) -> frozenset[str]:
    """Return those of the badges that are of some issuers."""
    own: set[str] = set()
    for start in range(0, len(slugs), _SLUGS_AT_ONCE):
        some = slugs[start : start + _SLUGS_AT_ONCE]
        own.update(
            connection.scalars(
                sa.select(PLANNED.c.slug).where(PLANNED.c.slug.in_(some), PLANNED.c.issuer_slug.in_(issuer_slugs))
            )
        )
    return frozenset(own)


def count_issued(connection: Connection, *, issuer_slugs: Collection[str] | None = None) -> int:
    """Return how many badges there are: of some issuers, or of all."""
    query = sa.select(sa.func.count()).select_from(ISSUED).where(ISSUED.c.slug.not_in(_RECORD_NOTES))
    if issuer_slugs is not None:
        query = query.join(PLANNED, PLANNED.c.slug == ISSUED.c.slug).where(PLANNED.c.issuer_slug.in_(issuer_slugs))
    return connection.scalar(query) or 0


def search_issued(
    connection: Connection, words: str, *, limit: int, issuer_slugs: Collection[str] | None = None
) -> tuple[IssuedCredential, ...]:
    """Return badges whose holder's name holds every word, or whose e-mail address is that text; by name.

    Accents and case make no difference in a name. Of more than `MAX_SOUGHT_WORDS` words the longest count.

    Of some issuers, or of all.

    Raises:
        LedgerError: `ledger.bytes_damaged`.
    """
    folded = getattr(sa.func, FOLD_FUNCTION)(PLANNED.c.recipient_name)
    sought = _list_sought(words)
    name = sa.and_(*(folded.contains(word, autoescape=True) for word in sought)) if sought else sa.false()
    address = sa.func.lower(PLANNED.c.recipient_email) == words.strip().lower()
    query = _ISSUED_VIEW
    if issuer_slugs is not None:
        query = query.where(PLANNED.c.issuer_slug.in_(issuer_slugs))  # first: names of others are not folded
    query = query.where(sa.or_(name, address), PLANNED.c.slug.not_in(_RECORD_NOTES))
    return _read_issued(connection, query.order_by(PLANNED.c.recipient_name, PLANNED.c.slug).limit(limit))


def _list_sought(words: str) -> list[str]:
    """Return the words that a name has to hold: few, since every name is folded anew for each of them."""
    sought: list[str] = []
    for word in sorted(dict.fromkeys(fold_text(words).split()), key=len, reverse=True):
        if not any(word in longer for longer in sought):
            sought.append(word)
    return sought[:MAX_SOUGHT_WORDS]


def list_issued_slugs(connection: Connection) -> tuple[str, ...]:
    """Return the slug of every issued badge."""
    return tuple(connection.scalars(sa.select(ISSUED.c.slug).order_by(ISSUED.c.slug)))


def _read_issued(connection: Connection, query: sa.Select[tuple[object, ...]]) -> tuple[IssuedCredential, ...]:
    rows = connection.execute(query).mappings().all()
    states = read_states(connection, [row["slug"] for row in rows])
    return tuple(_issued(row, states) for row in rows)


def _issued(row: RowMapping, states: dict[tuple[str, str], str]) -> IssuedCredential:
    for content, digest in (("json_bytes", "json_sha256"), ("jwt", "jwt_sha256")):
        if not is_intact(row[content], row[digest]):
            raise LedgerError("ledger.bytes_damaged", row["slug"])
    revocation = states.get((row["slug"], REVOCATION))
    suspension = states.get((row["slug"], SUSPENSION))
    return IssuedCredential(
        id=row["id"],
        slug=row["slug"],
        issuer_id=row["issuer_id"],
        achievement_slug=row["achievement_slug"],
        recipient_name=row["recipient_name"],
        recipient_email=row["recipient_email"],
        recipient_phone=row["recipient_phone"] or "",
        json_bytes=row["json_bytes"],
        jwt=row["jwt"].decode("ascii"),
        issued_at=read_datetime(row["issued_at"]),
        valid_until=load_time(row["valid_until"]),
        revoked=revocation is not None,
        suspended=suspension is not None,
        reason=revocation if revocation is not None else suspension or "",
        title=row["title"] or "",
        has_page=row["has_page"] is None or bool(row["has_page"]),
    )
