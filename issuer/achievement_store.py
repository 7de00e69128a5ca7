"""Achievement definitions in the ledger. A changed definition is a new revision; old badges keep theirs."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import sqlalchemy as sa

from issuer.achievement_json import achievement_from_json, achievement_to_json
from issuer.frozen import load_object
from issuer.own_skills import save_own_skills
from issuer.tables import ACHIEVEMENTS, NO_COURSE
from schemas import LedgerError, encode_canonical_json, format_datetime

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Connection

    from issuer.model import Achievement


def save_achievement(
    connection: Connection, issuer_slug: str, achievement: Achievement, *, now: datetime
) -> tuple[int, bool]:
    """Store a definition unless the newest revision says the same.

    Returns:
        The revision, and whether it is new.

    Raises:
        LedgerError: `ledger.achievement_taken` when the slug belongs to another issuer.
    """
    document = encode_canonical_json(achievement_to_json(achievement))
    digest = hashlib.sha256(document).digest()
    newest = connection.execute(_newest(achievement.slug)).first()
    if newest is not None and newest.issuer_slug != issuer_slug:
        raise LedgerError("ledger.achievement_taken", achievement.slug)
    if newest is not None and newest.sha256 == digest:
        return newest.revision, False
    revision = newest.revision + 1 if newest is not None else 1
    connection.execute(
        ACHIEVEMENTS.insert(),
        {
            "slug": achievement.slug,
            "revision": revision,
            "issuer_slug": issuer_slug,
            "document": document,
            "sha256": digest,
            "saved": format_datetime(now),
        },
    )
    save_own_skills(connection, issuer_slug, achievement.skills, now=now)
    return revision, True


def find_achievement(connection: Connection, slug: str) -> tuple[str, Achievement] | None:
    """Return the issuer's slug and the newest revision."""
    row = connection.execute(_newest(slug)).first()
    return None if row is None else (row.issuer_slug, achievement_from_json(load_object(row.document)))


def load_revision(connection: Connection, slug: str, revision: int) -> Achievement:
    """Return one revision that a job or a badge refers to."""
    document = connection.execute(
        sa.select(ACHIEVEMENTS.c.document).where(ACHIEVEMENTS.c.slug == slug, ACHIEVEMENTS.c.revision == revision)
    ).scalar_one()
    return achievement_from_json(load_object(document))


def list_achievements(
    connection: Connection, *, issuer_slugs: Collection[str] | None = None
) -> tuple[tuple[str, Achievement], ...]:
    """Return the newest revision of each definition with its issuer's slug, by name: of some issuers, or of all."""
    newest = (
        sa.select(ACHIEVEMENTS.c.slug, sa.func.max(ACHIEVEMENTS.c.revision).label("revision"))
        .where(ACHIEVEMENTS.c.revision > NO_COURSE)
        .group_by(ACHIEVEMENTS.c.slug)
    )
    if issuer_slugs is not None:
        newest = newest.where(ACHIEVEMENTS.c.issuer_slug.in_(issuer_slugs))
    latest = newest.subquery()
    rows = connection.execute(
        sa.select(ACHIEVEMENTS.c.issuer_slug, ACHIEVEMENTS.c.document).join(
            latest,
            sa.and_(ACHIEVEMENTS.c.slug == latest.c.slug, ACHIEVEMENTS.c.revision == latest.c.revision),
        )
    )
    found = [(row.issuer_slug, achievement_from_json(load_object(row.document))) for row in rows]
    return tuple(sorted(found, key=lambda pair: pair[1].name.casefold()))


def _newest(slug: str) -> sa.Select[tuple[str, int, str, bytes, bytes, str]]:
    return (
        sa.select(ACHIEVEMENTS)
        .where(ACHIEVEMENTS.c.slug == slug, ACHIEVEMENTS.c.revision > NO_COURSE)
        .order_by(ACHIEVEMENTS.c.revision.desc())
        .limit(1)
    )
