"""What became of badges after they were issued, many at once, for whoever keeps copies of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from issuer.claim_store import find_out_of_force
from issuer.slot_store import REVOCATION, SUSPENSION
from issuer.status_store import list_changed
from issuer.successors import find_newest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from issuer.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What became of a badge.

    Args:
        is_revoked: Whether it was taken back for good.
        is_suspended: Whether it is paused.
        newest_slug: The badge that stands in its place, corrected or renewed; empty without any.
    """

    is_revoked: bool
    is_suspended: bool
    newest_slug: str


def read_standings(ledger: Ledger, slugs: Sequence[str]) -> dict[str, Standing]:
    """Return what became of those of the badges that anything became of; a few queries, however many they are."""
    with ledger.database.read() as connection:
        newest = find_newest(connection, slugs)
        changed = list_changed(connection, slugs)
        idle = find_out_of_force(connection, sorted(changed))
    return {
        slug: Standing(
            is_revoked=idle.get(slug) == REVOCATION,
            is_suspended=idle.get(slug) == SUSPENSION,
            newest_slug=newest.get(slug, ""),
        )
        for slug in slugs
        if slug in newest or slug in changed
    }
