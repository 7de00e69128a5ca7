"""Links that show some badges to whoever has them: named, limited in time, counted, taken back at any moment.

Unknown, over and withdrawn are one answer. Who opened a link is not kept, only how often.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from schemas import LedgerError
from wallet import holding_store, share_store
from wallet.model import MAX_NAME_CHARS, MAX_SHARED_BADGES, MAX_SHARES, Origin, Share
from wallet.tokens import hash_secret, make_share_token, new_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wallet.deps import WalletDeps
    from wallet.model import Holding

SHARE_DAYS = (1, 7, 30, 90, 365)
ENDED_SHARES_LIFE = timedelta(days=30)  # the holder sees so long that a link ended, and how often it was opened
SHOW_DAYS = 1  # of a link that is made to show one badge now


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedBadges:
    """What an open link shows."""

    share: Share
    holder_id: str
    holdings: tuple[Holding, ...]
    originals: tuple[bytes, ...]


def make_share(deps: WalletDeps, holder_id: str, *, name: str, days: int | None, holding_ids: Sequence[str]) -> Share:
    """Make a link that shows some badges.

    Args:
        deps: Wiring.
        holder_id: Whose badges.
        name: How the holder calls it.
        days: How long it holds; None for no end.
        holding_ids: In their order; what is not a badge of this holder is left out.

    Raises:
        LedgerError: `wallet.nothing_chosen`, `wallet.too_many_chosen` or `wallet.too_many_shares`.
    """
    now = deps.clock()
    with deps.database.write() as connection:
        badges = {
            holding.id
            for holding in holding_store.list_holdings(connection, holder_id)
            if holding.origin is not Origin.SELF_RECORDED
        }
        chosen = [held for held in holding_store.keep_own(connection, holder_id, holding_ids) if held in badges]
        if not chosen:
            raise LedgerError("wallet.nothing_chosen")
        if len(chosen) > MAX_SHARED_BADGES:
            raise LedgerError("wallet.too_many_chosen")
        share_store.delete_ended_shares(connection, before=now - ENDED_SHARES_LIFE, holder_id=holder_id)
        if share_store.count_shares(connection, holder_id) >= MAX_SHARES:
            raise LedgerError("wallet.too_many_shares")
        share = Share(
            id=new_id(),
            name=" ".join(name.split())[:MAX_NAME_CHARS],
            created=now,
            expires=now + timedelta(days=days) if days else None,
            withdrawn=None,
            opened=0,
            count=len(chosen),
        )
        token_hash = hash_secret(make_share_token(deps.links, share.id))
        share_store.insert_share(connection, holder_id, share, chosen, token_hash=token_hash)
    return share


def compose_share_url(deps: WalletDeps, share: Share) -> str:
    """Return the address of a share."""
    return f"{deps.base_url}/s/{make_share_token(deps.links, share.id)}"


def list_shares(deps: WalletDeps, holder_id: str) -> tuple[Share, ...]:
    """Return the links of a holder, newest first."""
    with deps.database.read() as connection:
        return share_store.list_shares(connection, holder_id)


def find_share_of_one(deps: WalletDeps, holder_id: str, holding_id: str) -> Share | None:
    """Return an open link that shows this badge and nothing else."""
    with deps.database.read() as connection:
        found = share_store.list_shares_of(connection, holder_id, holding_id)
    return next((share for share in found if share.count == 1 and share.is_open(deps.clock())), None)


def find_shares_of_one(deps: WalletDeps, holder_id: str) -> dict[str, Share]:
    """Return, for each badge that has one, the newest open link that shows it and nothing else."""
    now = deps.clock()
    with deps.database.read() as connection:
        found = share_store.list_shares_of_one(connection, holder_id)
    newest: dict[str, Share] = {}
    for holding_id, share in found:
        if share.is_open(now):
            newest.setdefault(holding_id, share)
    return newest


def get_share(deps: WalletDeps, holder_id: str, share_id: str) -> Share:
    """Return one link of a holder.

    Raises:
        LedgerError: `wallet.not_found`.
    """
    with deps.database.read() as connection:
        share = share_store.find_share(connection, holder_id, share_id)
    if share is None:
        raise LedgerError("wallet.not_found")
    return share


def withdraw_share(deps: WalletDeps, holder_id: str, share_id: str) -> None:
    """Take a link back at once.

    Raises:
        LedgerError: `wallet.not_found`.
    """
    with deps.database.write() as connection:
        if not share_store.withdraw_share(connection, holder_id, share_id, now=deps.clock()):
            raise LedgerError("wallet.not_found")


def open_share(deps: WalletDeps, token: str) -> SharedBadges:
    """Return what a link shows.

    Raises:
        LedgerError: `wallet.share_unknown`, also for one that is over, withdrawn, or shows nothing any more.
    """
    hashed = hash_secret(token)
    with deps.database.read() as connection:
        share = share_store.find_by_token(connection, hashed) if hashed else None
        if share is None or not share.is_open(deps.clock()):
            raise LedgerError("wallet.share_unknown")
        holder_id = share_store.find_share_owner(connection, share.id) or ""
        holdings = holding_store.list_shared(connection, share.id)
        originals = [holding_store.load_shared_original(connection, share.id, held.id) or b"" for held in holdings]
    if not holdings:
        raise LedgerError("wallet.share_unknown")
    return SharedBadges(share=share, holder_id=holder_id, holdings=holdings, originals=tuple(originals))


def count_opening(deps: WalletDeps, shared: SharedBadges) -> None:
    """Count one visit of somebody else."""
    with deps.database.write() as connection:
        share_store.count_opening(connection, shared.share.id)
