"""A wallet a page at a time: what a page shows is read, and no more, so that many badges open as fast as a few.

The order is made by the database from the cards: badges before notes, what was earned last first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from schemas import format_datetime
from wallet import holding_store
from wallet.model import Origin
from wallet.states import SOON, HoldingState, find_state
from wallet.tables import HOLDINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from wallet.deps import WalletDeps
    from wallet.model import Holding

PAGE_HOLDINGS = 25
MAX_ENDING = 25  # those that end last; what ended long ago is found in the list

_CARD = sa.cast(HOLDINGS.c.card, sa.Text)
_EARNED_ON = sa.func.json_extract(_CARD, "$.earnedOn")
_IS_NOTE = HOLDINGS.c.origin == Origin.SELF_RECORDED.value
_BY_DAY = (_IS_NOTE, _EARNED_ON == "", _EARNED_ON.desc(), HOLDINGS.c.added_at.desc(), HOLDINGS.c.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfPage:
    """One page of a wallet.

    Args:
        number: From 1.
        pages: How many there are.
        badges: How many badges are in the wallet.
        notes: How many notes of its holder are in it.
        holdings: What stands on the page, badges first; each once.
        groups: The same under the names of skills, in the order of the alphabet; empty when it is by day.
    """

    number: int
    pages: int
    badges: int
    notes: int
    holdings: tuple[Holding, ...]
    groups: tuple[tuple[str, tuple[Holding, ...]], ...] = ()


def open_shelf(deps: WalletDeps, holder_id: str, *, page: int, limit: int = PAGE_HOLDINGS) -> ShelfPage:
    """Return a page of a wallet by day; a number that is too high is the last one."""
    with deps.database.read() as connection:
        badges, notes = _count(connection, holder_id)
        number, pages = _find_page(page, badges + notes, limit)
        query = sa.select(HOLDINGS.c.id).where(HOLDINGS.c.holder_id == holder_id).order_by(*_BY_DAY)
        ids = list(connection.scalars(query.limit(limit).offset((number - 1) * limit)))
        holdings = holding_store.list_some(connection, holder_id, ids)
    return ShelfPage(number=number, pages=pages, badges=badges, notes=notes, holdings=holdings)


def open_shelf_by_skill(deps: WalletDeps, holder_id: str, *, page: int, limit: int = PAGE_HOLDINGS) -> ShelfPage:
    """Return a page of the badges under each of their skills; those without one come last, under an empty name."""
    with deps.database.read() as connection:
        badges, notes = _count(connection, holder_id)
        places = _list_places(connection, holder_id)
        number, pages = _find_page(page, len(places), limit)
        shown = places[(number - 1) * limit : number * limit]
        found = {
            holding.id: holding
            for holding in holding_store.list_some(connection, holder_id, [holding_id for _, holding_id in shown])
        }
    groups: dict[str, list[Holding]] = {}
    for skill, holding_id in shown:
        groups.setdefault(skill, []).append(found[holding_id])
    return ShelfPage(
        number=number,
        pages=pages,
        badges=badges,
        notes=notes,
        holdings=tuple(found.values()),
        groups=tuple((skill, tuple(held)) for skill, held in groups.items()),
    )


def list_newest(deps: WalletDeps, holder_id: str, *, limit: int) -> tuple[Holding, ...]:
    """Return what a wallet got by day, badges before notes, up to a number."""
    return open_shelf(deps, holder_id, page=1, limit=limit).holdings


def list_ending_soon(deps: WalletDeps, holder_id: str) -> tuple[Holding, ...]:
    """Return badges that end soon or have ended, by the day on which they do: the last `MAX_ENDING` of them."""
    now = deps.clock()
    query = sa.select(HOLDINGS.c.id).where(
        HOLDINGS.c.holder_id == holder_id, ~_IS_NOTE, HOLDINGS.c.ends <= format_datetime(now + SOON)
    )
    with deps.database.read() as connection:
        ids = list(connection.scalars(query.order_by(HOLDINGS.c.ends.desc(), HOLDINGS.c.id).limit(MAX_ENDING)))
        holdings = holding_store.list_some(connection, holder_id, ids)
    states = {HoldingState.ENDS_SOON, HoldingState.EXPIRED}
    return tuple(holding for holding in reversed(holdings) if find_state(holding, now) in states)


def _count(connection: Connection, holder_id: str) -> tuple[int, int]:
    query = sa.select(_IS_NOTE, sa.func.count()).where(HOLDINGS.c.holder_id == holder_id).group_by(_IS_NOTE)
    counted = {bool(is_note): count for is_note, count in connection.execute(query)}
    return counted.get(False, 0), counted.get(True, 0)


def _find_page(wanted: int, total: int, limit: int) -> tuple[int, int]:
    pages = max(1, -(-total // limit))
    return min(max(wanted, 1), pages), pages


def _list_places(connection: Connection, holder_id: str) -> Sequence[tuple[str, str]]:
    """Return each badge of a holder under each of its skills, in the order of the page, with one name for a skill."""
    skills = sa.func.json_each(_CARD, "$.skills").table_valued("value", joins_implicitly=True)
    query = (
        sa.select(HOLDINGS.c.id, sa.func.coalesce(skills.c.value, ""))
        .select_from(HOLDINGS.outerjoin(skills, sa.true()))
        .where(HOLDINGS.c.holder_id == holder_id, ~_IS_NOTE)
        .order_by(*_BY_DAY)
    )
    names: dict[str, str] = {}
    places: list[tuple[str, str]] = []
    for holding_id, skill in connection.execute(query):
        key = str(skill).casefold()
        names.setdefault(key, str(skill))
        places.append((key, holding_id))
    places.sort(key=lambda place: (not place[0], place[0]))
    return [(names[key], holding_id) for key, holding_id in places]
