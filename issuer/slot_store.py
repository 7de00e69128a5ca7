"""Places in the status lists: chosen at random, given once, never freed.

A pool is one range of 131,072 places that a revocation list and a suspension list share. A new pool
is opened before the newest is more than half full, so that a random place still says nothing of the
order of issue and is found at once.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from issuer.tables import STATUS_LISTS, STATUS_POOL_CLOSINGS, STATUS_POOLS, STATUS_SLOTS
from schemas import format_datetime

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection

SLOTS_PER_POOL = 131_072  # BITSTRING-STATUS-LIST 1.0 §6.1: at least 16 KiB of bits
MAX_TAKEN_SLOTS = SLOTS_PER_POOL // 2
REVOCATION = "revocation"
SUSPENSION = "suspension"
PURPOSES = (REVOCATION, SUSPENSION)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusListInfo:
    """One published list: its number in our addresses, its pool, purpose and issuer."""

    number: int
    pool: int
    purpose: str
    issuer_slug: str


def find_open_pool(connection: Connection, issuer_slug: str, *, needed: int) -> int | None:
    """Return the newest pool of the issuer if `needed` more places keep it at most half full."""
    closed = sa.select(STATUS_POOL_CLOSINGS.c.pool)
    pool: int | None = connection.scalar(
        sa.select(sa.func.max(STATUS_POOLS.c.pool)).where(
            STATUS_POOLS.c.issuer_slug == issuer_slug, STATUS_POOLS.c.pool.not_in(closed)
        )
    )
    if pool is None:
        return None
    taken = connection.scalar(sa.select(sa.func.count()).where(STATUS_SLOTS.c.pool == pool)) or 0
    return pool if taken + needed <= MAX_TAKEN_SLOTS else None


def open_pool(connection: Connection, issuer_slug: str, *, witnessed: int, now: datetime) -> int:
    """Open a new pool with its two lists.

    Args:
        connection: From `Database.write`.
        issuer_slug: Whose lists these are; that issuer's key signs them.
        witnessed: Highest pool that the audit witness names: after a restore from a backup the number
            of a lost pool is not given again.
        now: Aware UTC.
    """
    newest = connection.scalar(sa.select(sa.func.max(STATUS_POOLS.c.pool))) or 0
    pool: int = max(newest, witnessed) + 1
    connection.execute(
        STATUS_POOLS.insert(), {"pool": pool, "issuer_slug": issuer_slug, "opened": format_datetime(now)}
    )
    connection.execute(
        STATUS_LISTS.insert(),
        [
            {"number": len(PURPOSES) * (pool - 1) + place, "pool": pool, "purpose": purpose}
            for place, purpose in enumerate(PURPOSES, start=1)
        ],
    )
    return pool


def close_pools(connection: Connection, *, now: datetime) -> None:
    """Never give a place of any pool of today again."""
    closed = sa.select(STATUS_POOL_CLOSINGS.c.pool)
    pools = connection.scalars(sa.select(STATUS_POOLS.c.pool).where(STATUS_POOLS.c.pool.not_in(closed))).all()
    if pools:
        connection.execute(
            STATUS_POOL_CLOSINGS.insert(), [{"pool": pool, "closed": format_datetime(now)} for pool in pools]
        )


def pick_free_slots(connection: Connection, pool: int, count: int) -> list[int]:
    """Pick random places that nobody has; the insert decides if two pick at once."""
    picked: set[int] = set()
    while len(picked) < count:
        fresh = {secrets.randbelow(SLOTS_PER_POOL) for _ in range(count - len(picked))} - picked
        taken = connection.scalars(
            sa.select(STATUS_SLOTS.c.idx).where(STATUS_SLOTS.c.pool == pool, STATUS_SLOTS.c.idx.in_(fresh))
        )
        picked |= fresh - set(taken)
    # A set hands small integers out in order; the order of rows must not show in the places.
    slots = list(picked)
    secrets.SystemRandom().shuffle(slots)
    return slots


def insert_slot(connection: Connection, pool: int, index: int, slug: str) -> None:
    """Give a place to a planned badge for ever.

    Raises:
        sqlalchemy.exc.IntegrityError: Somebody else got the place first.
    """
    insert_slots(connection, pool, {index: slug})


def insert_slots(connection: Connection, pool: int, slugs: Mapping[int, str]) -> None:
    """Give places of one pool, named by their index, to planned badges for ever.

    Raises:
        sqlalchemy.exc.IntegrityError: Somebody else got a place first.
    """
    if slugs:
        connection.execute(
            STATUS_SLOTS.insert(), [{"pool": pool, "idx": index, "slug": slug} for index, slug in slugs.items()]
        )


def list_numbers(connection: Connection, pool: int) -> dict[str, int]:
    """Return the number of the list for each purpose of a pool."""
    rows = connection.execute(
        sa.select(STATUS_LISTS.c.purpose, STATUS_LISTS.c.number).where(STATUS_LISTS.c.pool == pool)
    )
    return {row.purpose: row.number for row in rows}


def find_list(connection: Connection, number: int) -> StatusListInfo | None:
    """Return what a list number stands for."""
    row = connection.execute(
        sa.select(STATUS_LISTS, STATUS_POOLS.c.issuer_slug).join(STATUS_POOLS).where(STATUS_LISTS.c.number == number)
    ).first()
    if row is None:
        return None
    return StatusListInfo(number=row.number, pool=row.pool, purpose=row.purpose, issuer_slug=row.issuer_slug)


def newest_pool(connection: Connection) -> int:
    """Return the highest pool number; 0 when there is none."""
    return connection.scalar(sa.select(sa.func.max(STATUS_POOLS.c.pool))) or 0
