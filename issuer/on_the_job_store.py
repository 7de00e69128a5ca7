"""Which courses can be given on the job, in one minute from a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from issuer.tables import JOBS, METADATA

if TYPE_CHECKING:
    from sqlalchemy import Connection

ON_THE_JOB = sa.Table(
    "on_the_job_courses",
    METADATA,
    sa.Column("achievement_slug", sa.Text, primary_key=True),  # of the organisation that has the course
)


def list_offered(connection: Connection) -> frozenset[str]:
    """Return the short names of the courses that are marked, of all organisations."""
    return frozenset(connection.scalars(sa.select(ON_THE_JOB.c.achievement_slug)))


def insert_offer(connection: Connection, achievement_slug: str) -> bool:
    """Mark a course; return False when it was marked before."""
    if achievement_slug in list_offered(connection):
        return False
    connection.execute(ON_THE_JOB.insert().values(achievement_slug=achievement_slug))
    return True


def delete_offer(connection: Connection, achievement_slug: str) -> bool:
    """Take the mark away; return False when there was none."""
    deleted = connection.execute(ON_THE_JOB.delete().where(ON_THE_JOB.c.achievement_slug == achievement_slug))
    return deleted.rowcount == 1


def find_newest_job(connection: Connection, key_start: str) -> str | None:
    """Return the course of the newest job whose key begins so."""
    return connection.scalar(
        sa.select(JOBS.c.achievement_slug)
        .where(JOBS.c.idempotency_key >= key_start, JOBS.c.idempotency_key < f"{key_start}~")
        .order_by(JOBS.c.created.desc(), JOBS.c.id)
        .limit(1)
    )
