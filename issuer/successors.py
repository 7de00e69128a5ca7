"""Which badge stands in the place of which: a chain without branches, from the first badge to the newest."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from issuer.tables import SUCCESSORS
from schemas import format_datetime, read_datetime

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

_SLUGS_AT_ONCE = 500


class SuccessorKind(enum.Enum):
    """Why there is a newer badge."""

    CORRECTED = "corrected"  # the older one was revoked in the same step
    RENEWED = "renewed"  # the older one stays as it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Successor:
    """The badge that stands in the place of another, since when and why; `newest_slug` is the end of the chain."""

    slug: str
    newest_slug: str
    kind: SuccessorKind
    at: datetime


def insert_successor(
    connection: Connection, slug: str, newer_slug: str, *, kind: SuccessorKind, by_role: str, now: datetime
) -> None:
    """Note that one badge stands in the place of another for ever.

    Raises:
        sqlalchemy.exc.IntegrityError: The older one has a successor already, or the newer one replaces another.
    """
    connection.execute(
        SUCCESSORS.insert(),
        {"slug": slug, "newer_slug": newer_slug, "kind": kind.value, "by_role": by_role, "at": format_datetime(now)},
    )


def find_successor(connection: Connection, slug: str) -> Successor | None:
    """Return the newest badge in the place of this one, with the last change on the way; None when it is the newest."""
    found: Successor | None = None
    at = slug
    while (row := connection.execute(sa.select(SUCCESSORS).where(SUCCESSORS.c.slug == at)).first()) is not None:
        at = row.newer_slug
        found = Successor(slug=slug, newest_slug=at, kind=SuccessorKind(row.kind), at=read_datetime(row.at))
    return found


def find_predecessor(connection: Connection, slug: str) -> Successor | None:
    """Return the link from the badge that this one stands in the place of; None when it replaced none."""
    row = connection.execute(sa.select(SUCCESSORS).where(SUCCESSORS.c.newer_slug == slug)).first()
    if row is None:
        return None
    return Successor(slug=row.slug, newest_slug=slug, kind=SuccessorKind(row.kind), at=read_datetime(row.at))


def find_corrected(connection: Connection, slugs: Sequence[str]) -> dict[str, str]:
    """Return, for those of the badges that were corrected, the slug of the newest correction."""
    return _follow(connection, slugs, [SuccessorKind.CORRECTED.value])


def find_newest(connection: Connection, slugs: Sequence[str]) -> dict[str, str]:
    """Return, for those of the badges that were corrected or renewed, the slug of the newest in their place."""
    return _follow(connection, slugs, [kind.value for kind in SuccessorKind])


def _follow(connection: Connection, slugs: Sequence[str], kinds: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    fresh = {slug: slug for slug in slugs}
    while fresh:
        places = list(fresh)
        nearer: dict[str, str] = {}
        for start in range(0, len(places), _SLUGS_AT_ONCE):
            rows = connection.execute(
                sa.select(SUCCESSORS.c.slug, SUCCESSORS.c.newer_slug).where(
                    SUCCESSORS.c.slug.in_(places[start : start + _SLUGS_AT_ONCE]),
                    SUCCESSORS.c.kind.in_(kinds),
                )
            )
            nearer.update({row.newer_slug: fresh[row.slug] for row in rows})
        found.update({first: newer for newer, first in nearer.items()})
        fresh = nearer
    return found
