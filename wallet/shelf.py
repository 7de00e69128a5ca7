"""A wallet a page at a time: what a page shows is read, and no more, so that many badges open as fast as a few.

The order is that of `wallet.shelf_store`: badges before notes, what was earned last first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas import fold_text
from wallet import holding_store, shelf_store
from wallet.states import SOON, HoldingState, find_state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wallet.deps import WalletDeps
    from wallet.model import Holding

PAGE_HOLDINGS = 25
MAX_ENDING = 25  # those that end last; what ended long ago is found in the list


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
        badges, notes = shelf_store.count_badges_and_notes(connection, holder_id)
        number, pages = find_page(page, badges + notes, limit)
        ids = shelf_store.list_ids_by_day(connection, holder_id, offset=(number - 1) * limit, limit=limit)
        holdings = holding_store.list_some(connection, holder_id, ids)
    return ShelfPage(number=number, pages=pages, badges=badges, notes=notes, holdings=holdings)


def open_shelf_by_skill(deps: WalletDeps, holder_id: str, *, page: int, limit: int = PAGE_HOLDINGS) -> ShelfPage:
    """Return a page of the badges under each of their skills; those without one come last, under an empty name."""
    with deps.database.read() as connection:
        badges, notes = shelf_store.count_badges_and_notes(connection, holder_id)
        places = _arrange(shelf_store.list_skills(connection, holder_id))
        number, pages = find_page(page, len(places), limit)
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


def list_ending_soon(deps: WalletDeps, holder_id: str) -> tuple[Holding, ...]:
    """Return badges that end soon or have ended, by the day on which they do: the last `MAX_ENDING` of them."""
    now = deps.clock()
    with deps.database.read() as connection:
        ids = shelf_store.list_ids_ending(connection, holder_id, before=now + SOON, limit=MAX_ENDING)
        holdings = holding_store.list_some(connection, holder_id, ids)
    states = {HoldingState.ENDS_SOON, HoldingState.EXPIRED}
    return tuple(holding for holding in reversed(holdings) if find_state(holding, now) in states)


def find_named(deps: WalletDeps, holder_id: str, holdings: Sequence[Holding]) -> frozenset[str]:
    """Return those badges whose list says whom they were given to: all but those of the one who claims here.

    When badges for two people were claimed, each of them says whose it is.
    """
    with deps.database.read() as connection:
        claimed = {fold_text(name) for name in shelf_store.list_claimed_names(connection, holder_id)}
    own = claimed if len(claimed) == 1 else frozenset()
    return frozenset(
        holding.id for holding in holdings if holding.card.recipient and fold_text(holding.card.recipient) not in own
    )


def find_page(wanted: int, total: int, limit: int = PAGE_HOLDINGS) -> tuple[int, int]:
    """Return which page is meant, and how many there are; a number that is none of them means the nearest."""
    pages = max(1, -(-total // limit))
    return min(max(wanted, 1), pages), pages


def _arrange(skills: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """Return each skill with each of its badges, in the order of the page; one skill has one name."""
    names: dict[str, str] = {}
    places: list[tuple[str, str]] = []
    for holding_id, skill in skills:
        key = skill.casefold()
        names.setdefault(key, skill)
        places.append((key, holding_id))
    places.sort(key=lambda place: (not place[0], place[0]))
    return [(names[key], holding_id) for key, holding_id in places]
