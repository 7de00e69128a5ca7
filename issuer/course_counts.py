"""What became of the badges of a course: issued, claimed, looked at, and soon at their end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from issuer.delivery_tables import CLAIMS
from issuer.slot_store import REVOCATION, SUSPENSION
from issuer.status_store import read_states
from issuer.tables import BADGE_VIEWS, ISSUED, PLANNED, SUCCESSORS
from schemas import LedgerError, format_datetime, read_datetime

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from issuer.ledger import Ledger

SOON = timedelta(days=90)
LATELY = timedelta(days=30)
MAX_ENDING = 50  # listed; the count goes on


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingBadge:
    """One badge in force that ends soon."""

    slug: str
    name: str
    valid_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseCounts:
    """Counts over all badges of one course.

    Args:
        issued: Badges that went out; a corrected one counts once.
        revoked: Of these, those that were taken back.
        suspended: Of these, those that are set aside now.
        claimed: Of these, those that somebody has claimed.
        opened: How often their pages were opened since ever.
        opened_lately: How often in the last 30 days.
        ending: Those in force that end within 90 days, the next first.
        ending_count: How many these are.
    """

    issued: int
    revoked: int
    suspended: int
    claimed: int
    opened: int
    opened_lately: int
    ending: tuple[EndingBadge, ...]
    ending_count: int


def read_course_counts(ledger: Ledger, achievement_slug: str) -> CourseCounts:
    """Count the badges of a course.

    Raises:
        LedgerError: A fault of the store.
    """
    try:
        ledger.views.write()
    except LedgerError as error:
        # A store that takes no more rows can still be read.
        if not error.code.startswith("store."):
            raise
    now = ledger.clock()
    with ledger.database.read() as connection:
        slugs = _newest_slugs(connection, achievement_slug)
        states = read_states(connection, slugs)
        ending = _read_ending(connection, achievement_slug, {slug for slug, _ in states}, now=now)
        return CourseCounts(
            issued=len(slugs),
            revoked=sum(purpose == REVOCATION for _, purpose in states),
            suspended=sum(purpose == SUSPENSION and (slug, REVOCATION) not in states for slug, purpose in states),
            claimed=_count_claimed(connection, achievement_slug),
            opened=_count_views(connection, achievement_slug, since=""),
            opened_lately=_count_views(connection, achievement_slug, since=(now - LATELY).date().isoformat()),
            ending=ending[:MAX_ENDING],
            ending_count=len(ending),
        )


_CORRECTED = sa.select(SUCCESSORS.c.slug).where(SUCCESSORS.c.kind == "corrected")
_REPLACED = sa.select(SUCCESSORS.c.slug)


def _newest_slugs(connection: Connection, achievement_slug: str) -> list[str]:
    query = sa.select(PLANNED.c.slug).join(ISSUED).where(PLANNED.c.achievement_slug == achievement_slug)
    return list(connection.scalars(query.where(PLANNED.c.slug.not_in(_CORRECTED))))


def _count_claimed(connection: Connection, achievement_slug: str) -> int:
    query = sa.select(sa.func.count()).select_from(CLAIMS).join(PLANNED, PLANNED.c.slug == CLAIMS.c.slug)
    query = query.where(PLANNED.c.achievement_slug == achievement_slug, CLAIMS.c.claimed_at.is_not(None))
    return connection.scalar(query) or 0


def _count_views(connection: Connection, achievement_slug: str, *, since: str) -> int:
    query = sa.select(sa.func.sum(BADGE_VIEWS.c.views)).join(PLANNED, PLANNED.c.slug == BADGE_VIEWS.c.slug)
    query = query.where(PLANNED.c.achievement_slug == achievement_slug, BADGE_VIEWS.c.day >= since)
    return connection.scalar(query) or 0


def _read_ending(
    connection: Connection, achievement_slug: str, out_of_force: set[str], *, now: datetime
) -> tuple[EndingBadge, ...]:
    rows = connection.execute(
        sa.select(PLANNED.c.slug, PLANNED.c.recipient_name, PLANNED.c.valid_until)
        .join(ISSUED)
        .where(
            PLANNED.c.achievement_slug == achievement_slug,
            PLANNED.c.valid_until.between(format_datetime(now), format_datetime(now + SOON)),
            PLANNED.c.slug.not_in(_REPLACED),
        )
        .order_by(PLANNED.c.valid_until, sa.func.lower(PLANNED.c.recipient_name))
    )
    return tuple(
        EndingBadge(slug=row.slug, name=row.recipient_name, valid_until=read_datetime(row.valid_until))
        for row in rows
        if row.slug not in out_of_force
    )


def count_badge_views(ledger: Ledger, slug: str) -> int:
    """Return how often the page of one badge was opened, up to about a minute ago."""
    with ledger.database.read() as connection:
        return connection.scalar(sa.select(sa.func.sum(BADGE_VIEWS.c.views)).where(BADGE_VIEWS.c.slug == slug)) or 0
