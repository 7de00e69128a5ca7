"""What a badge of a class list was made from: the person's row, the course and the day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from issuer.achievement_store import load_revision
from issuer.credential_store import find_issued, load_planned
from issuer.frozen import load_row
from issuer.phone_store import find_phones
from issuer.successors import find_successor
from issuer.tables import JOB_ROWS
from schemas import LedgerError

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

    from issuer.credential_store import PlannedRow
    from issuer.model import Achievement, IssuedCredential, RosterRow


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeRow:
    """One issued badge with all that it was made from; `course` is the text that it was issued under."""

    issued: IssuedCredential
    planned: PlannedRow
    row: RosterRow
    course: Achievement

    @property
    def awarded_on(self) -> date | None:
        """Day of the award, from the row or for the whole list."""
        return None if self.planned.plan.awarded_on is None else self.planned.plan.awarded_on.date()


def load_badge_row(connection: Connection, slug: str) -> BadgeRow:
    """Return a badge with what it was made from.

    Raises:
        LedgerError: `ledger.credential_unknown`; `correction.from_program` for a badge that a program composed.
    """
    issued = find_issued(connection, slug=slug) if slug else None
    if issued is None:
        raise LedgerError("ledger.credential_unknown")
    if issued.is_from_program:
        raise LedgerError("correction.from_program")
    (planned,) = load_planned(connection, [slug])
    row = connection.scalar(
        sa.select(JOB_ROWS.c.row).where(JOB_ROWS.c.slug == slug, JOB_ROWS.c.job_id == planned.job_id).limit(1)
    )
    if not row:
        raise LedgerError("ledger.bytes_damaged", slug)
    course = load_revision(connection, planned.achievement_slug, planned.achievement_revision)
    phone = find_phones(connection, [slug]).get(slug, "")  # it may have changed since the list was read
    return BadgeRow(issued=issued, planned=planned, row=replace(load_row(row), phone=phone), course=course)


def check_newest(connection: Connection, badge: BadgeRow) -> None:
    """Refuse what must not be replaced.

    Raises:
        LedgerError: `correction.has_newer`, `correction.revoked` or `correction.suspended`.
    """
    newer = find_successor(connection, badge.issued.slug)
    if newer is not None:
        raise LedgerError("correction.has_newer", detail={"newest": newer.newest_slug})
    if badge.issued.revoked:
        raise LedgerError("correction.revoked")
    if badge.issued.suspended:
        raise LedgerError("correction.suspended")
