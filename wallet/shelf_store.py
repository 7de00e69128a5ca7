"""The order of a wallet, made by the database from the cards: badges before notes, what was earned last first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from schemas import format_datetime
from wallet.model import Origin
from wallet.tables import HOLDINGS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

_CARD = sa.cast(HOLDINGS.c.card, sa.Text)
_EARNED_ON = sa.func.json_extract(_CARD, "$.earnedOn")
_IS_NOTE = HOLDINGS.c.origin == Origin.SELF_RECORDED.value
_BY_DAY = (_IS_NOTE, _EARNED_ON == "", _EARNED_ON.desc(), HOLDINGS.c.added_at.desc(), HOLDINGS.c.id)


def count_badges_and_notes(connection: Connection, holder_id: str) -> tuple[int, int]:
    """Return how many badges, and how many notes, a holder has."""
    query = sa.select(_IS_NOTE, sa.func.count()).where(HOLDINGS.c.holder_id == holder_id).group_by(_IS_NOTE)
    counted = {bool(is_note): count for is_note, count in connection.execute(query)}
    return counted.get(False, 0), counted.get(True, 0)


def list_ids_by_day(connection: Connection, holder_id: str, *, offset: int, limit: int) -> Sequence[str]:
    """Return a part of what a holder has, in its order."""
    query = sa.select(HOLDINGS.c.id).where(HOLDINGS.c.holder_id == holder_id).order_by(*_BY_DAY)
    return list(connection.scalars(query.limit(limit).offset(offset)))


def list_claimed_names(connection: Connection, holder_id: str) -> Sequence[str]:
    """Return the names that stand on the badges which a holder claimed here, each once."""
    name = sa.func.json_extract(_CARD, "$.recipient")
    query = sa.select(name).distinct()
    return list(
        connection.scalars(query.where(HOLDINGS.c.holder_id == holder_id, HOLDINGS.c.origin == Origin.CLAIMED.value))
    )


def list_ids_ending(connection: Connection, holder_id: str, *, before: datetime, limit: int) -> Sequence[str]:
    """Return the badges of a holder that end before a moment, what ends last first."""
    query = sa.select(HOLDINGS.c.id).where(
        HOLDINGS.c.holder_id == holder_id, ~_IS_NOTE, HOLDINGS.c.ends <= format_datetime(before)
    )
    return list(connection.scalars(query.order_by(HOLDINGS.c.ends.desc(), HOLDINGS.c.id).limit(limit)))


def list_skills(connection: Connection, holder_id: str) -> Sequence[tuple[str, str]]:
    """Return each badge of a holder with each of its skills, in the order of the badges; without one, an empty text."""
    skills = sa.func.json_each(_CARD, "$.skills").table_valued("value", joins_implicitly=True)
    query = (
        sa.select(HOLDINGS.c.id, sa.func.coalesce(skills.c.value, ""))
        .select_from(HOLDINGS.outerjoin(skills, sa.true()))
        .where(HOLDINGS.c.holder_id == holder_id, ~_IS_NOTE)
        .order_by(*_BY_DAY)
    )
    return [(str(holding_id), str(skill)) for holding_id, skill in connection.execute(query)]
