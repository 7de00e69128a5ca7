"""`/wallet`: everything a person earned, what ends when, and what was found for them."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from pages import PageError, translate
from schemas import LedgerError, fold_text
from wallet.cards import compose_card
from wallet.catching_up import catch_up
from wallet.holders import list_identifiers
from wallet.holdings import keep_claimed, list_found, list_holdings
from wallet.model import Origin
from wallet.shelf import PAGE_HOLDINGS, find_named, find_page, list_ending_soon, open_shelf, open_shelf_by_skill
from wallet.states import HoldingState, find_state, is_match, sort_by_day
from wallet.web.door import open_holder_id
from wallet.web.words import tell_replaced

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from wallet.deps import WalletDeps
    from wallet.model import Card, Holding, Identifier

MAX_FOUND = 20  # shown at once; the next ones come when these are in the wallet


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundView:
    """A badge of this site that was issued to an address or number of the holder."""

    slug: str
    card: Card


def add_list_page(blueprint: Blueprint, deps: WalletDeps) -> None:
    """Add the list of badges, the search in it, and what was found for the holder."""

    @blueprint.get("/wallet")
    def overview() -> ResponseReturnValue:
        return _render_shelf(deps)

    @blueprint.post("/wallet")
    def search() -> ResponseReturnValue:
        # A question says something about the person: it stands in no address and in no log.
        query = request.form.get("q", "").strip()
        page = request.form.get("page", default=1, type=int)
        return _render_found(deps, query, page) if query else _render_shelf(deps)

    @blueprint.post("/wallet/found/<slug>")
    def take_found(slug: str) -> ResponseReturnValue:
        holder_id = open_holder_id()
        found = _find_identifier(deps, holder_id, slug)
        try:
            deps.claims.claim_found(slug, kind=found.kind, value=found.value, holder_ref=holder_id)
        except LedgerError as error:
            raise PageError("wallet.not_found", status=HTTPStatus.NOT_FOUND) from error
        added = keep_claimed(deps, holder_id, slug)
        flash(translate("It is in your wallet now."))
        return redirect(url_for("wallet.badge", holding_id=added.holding_id), code=HTTPStatus.SEE_OTHER)


def _find_identifier(deps: WalletDeps, holder_id: str, slug: str) -> Identifier:
    """Return the address or number of the holder that a badge was issued to."""
    for identifier in list_identifiers(deps, holder_id):
        if slug in deps.claims.badges_for_identifier(identifier.kind, identifier.value):
            return identifier
    raise PageError("wallet.not_found", status=HTTPStatus.NOT_FOUND)


def _render_shelf(deps: WalletDeps) -> str:
    holder_id, now = open_holder_id(), deps.clock()
    tell_replaced(catch_up(deps, holder_id))
    by = "skill" if request.args.get("by") == "skill" else "date"
    page = request.args.get("page", default=1, type=int)
    shelf = (open_shelf_by_skill if by == "skill" else open_shelf)(deps, holder_id, page=page)
    is_first = shelf.number == 1
    identifiers = list_identifiers(deps, holder_id)
    ending = list_ending_soon(deps, holder_id) if is_first else ()
    return render_template(
        "wallet/list.html",
        by=by,
        query="",
        shelf=shelf,
        is_empty=not shelf.badges + shelf.notes,
        badge_count=shelf.badges,
        badges=[holding for holding in shelf.holdings if holding.origin is not Origin.SELF_RECORDED],
        groups=shelf.groups,
        notes=[holding for holding in shelf.holdings if holding.origin is Origin.SELF_RECORDED],
        ending=ending,
        offers=_list_offers(deps, holder_id, identifiers) if is_first else (),
        has_address=bool(identifiers),
        states=_find_states((*shelf.holdings, *ending), now),
        named=find_named(deps, holder_id, (*shelf.holdings, *ending)),
    )


def _render_found(deps: WalletDeps, query: str, page: int) -> str:
    holder_id = open_holder_id()
    tell_replaced(catch_up(deps, holder_id))
    everything = list_holdings(deps, holder_id)
    found = [holding for holding in everything if is_match(holding, query, fold_text)]
    badges = sort_by_day([holding for holding in found if holding.origin is not Origin.SELF_RECORDED])
    notes = sort_by_day([holding for holding in found if holding.origin is Origin.SELF_RECORDED])
    number, pages = find_page(page, len(found))
    shown = (*badges, *notes)[(number - 1) * PAGE_HOLDINGS : number * PAGE_HOLDINGS]
    return render_template(
        "wallet/list.html",
        by="date",
        query=query,
        shelf=None,
        is_empty=not everything,
        badge_count=len(badges),
        found_page=number,
        found_pages=pages,
        badges=[holding for holding in shown if holding.origin is not Origin.SELF_RECORDED],
        groups=(),
        notes=[holding for holding in shown if holding.origin is Origin.SELF_RECORDED],
        ending=(),
        offers=(),
        has_address=bool(list_identifiers(deps, holder_id)),
        states=_find_states(shown, deps.clock()),
        named=find_named(deps, holder_id, shown),
    )


def _find_states(holdings: Sequence[Holding], now: datetime) -> dict[str, HoldingState]:
    return {holding.id: find_state(holding, now) for holding in holdings}


def _list_offers(deps: WalletDeps, holder_id: str, identifiers: Sequence[Identifier]) -> list[FoundView]:
    offers = []
    for slug in list_found(deps, holder_id, identifiers)[:MAX_FOUND]:
        badge = deps.find_own(slug)
        card = compose_card(deps.verify(badge.original, "")) if badge else None
        if card is not None:
            offers.append(FoundView(slug=slug, card=card))
    return offers
