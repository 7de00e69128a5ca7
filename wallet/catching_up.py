"""A wallet keeps up with the badges of this site: what was corrected, renewed, taken back or paused shows by itself.

The ledger is asked for all of them at once, without a network; only what changed is verified anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas import LedgerError
from wallet import holding_store
from wallet.cards import compose_card, compose_kept_report, find_lost_code
from wallet.holdings import compose_new, find_newest_slug, get_holding, load_original

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.deps import Standing, WalletDeps
    from wallet.holding_store import OwnHolding

MAX_AT_ONCE = 25  # verified while somebody waits for a page; the rest comes with the next one
_STATUS_CODES = frozenset({"status.revoked", "status.suspended"})


def catch_up(deps: WalletDeps, holder_id: str, holding_id: str = "") -> int:
    """Bring a wallet, or one badge of it, up to what became of the badges of this site.

    A badge with a newer one gives its place to that, links to it stay; what is out of force or back in it is checked.

    Returns:
        How many badges gave their place to a newer one.
    """
    with deps.database.read() as connection:
        slugs = holding_store.list_own_slugs(connection, holder_id, holding_id)
    standings = deps.find_standings(sorted(set(slugs.values()))) if slugs else {}
    if not standings:
        return 0
    touched = [known_id for known_id, slug in slugs.items() if slug in standings]
    with deps.database.read() as connection:
        held = holding_store.list_own(connection, holder_id, touched)
    stale = [own for own in held if _is_stale(own, standings)]
    replaced = 0
    for own in stale[:MAX_AT_ONCE]:
        try:
            replaced += _freshen(deps, holder_id, own, standings[own.slug])
        except LedgerError as error:
            # Another row gave its place to the same badge, or another browser of the holder was quicker.
            if error.code != "wallet.not_found":
                raise
    return replaced


def check_again(deps: WalletDeps, holder_id: str, holding_id: str) -> None:
    """Verify a badge of the wallet anew and keep what was found.

    A badge of this site that was corrected or renewed gives its place to the newest one.

    Raises:
        LedgerError: `wallet.not_found`.
    """
    holding = get_holding(deps, holder_id, holding_id)
    if not put_newest(deps, holder_id, holding_id, holding.slug, find_newest_slug(deps, holding)):
        _verify_anew(deps, holder_id, holding_id)


def put_newest(deps: WalletDeps, holder_id: str, holding_id: str, slug: str, newest_slug: str) -> bool:
    """Put the newest badge in the place of an older one, also when the wallet had it beside that one.

    Returns:
        False when there is none, or none that has a page.
    """
    own = deps.find_own(newest_slug) if newest_slug else None
    if own is None:
        return False
    holding = get_holding(deps, holder_id, holding_id)
    report = deps.verify(own.original, "")
    new = compose_new(own.original, report, origin=holding.origin, slug=newest_slug)
    with deps.database.write() as connection:
        holding_store.replace_badge(connection, holder_id, holding_id, new, instead_of=slug)
    return True


def _freshen(deps: WalletDeps, holder_id: str, own: OwnHolding, standing: Standing) -> bool:
    """Bring one badge up to what became of it; True when it gave its place to a newer one."""
    if put_newest(deps, holder_id, own.id, own.slug, standing.newest_slug):
        return True
    _verify_anew(deps, holder_id, own.id)
    return False


def _is_stale(own: OwnHolding, standings: Mapping[str, Standing]) -> bool:
    standing = standings[own.slug]
    known = own.lost if own.lost in _STATUS_CODES else ""
    return bool(standing.newest_slug) or known != standing.lost


def _verify_anew(deps: WalletDeps, holder_id: str, holding_id: str) -> None:
    report = deps.verify(load_original(deps, holder_id, holding_id), "")
    with deps.database.write() as connection:
        holding_store.update_check(
            connection,
            holder_id,
            holding_id,
            headline=report.headline.value,
            lost=find_lost_code(report),
            card=compose_card(report),
            report=compose_kept_report(report),
            checked_at=report.verified_at,
        )
