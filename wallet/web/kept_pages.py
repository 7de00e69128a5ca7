"""What a phone keeps of its wallet for a place without a signal: the list, each badge, its code, the last check.

These pages are made for the phone alone: no form, no token, no way to change anything, and the day of the last check on
each. They are asked for by the worker (wallet/web/worker/sw.js), which opens them only when the site does not answer.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import jsonify, render_template, request, url_for

from credentials import render_qr_svg
from pages import PageError, allow_worker, current_language, say_achievement_type
from schemas import format_datetime
from wallet.cards import encode_card
from wallet.catching_up import catch_up
from wallet.holders import is_leaving_final
from wallet.holdings import get_holding
from wallet.model import Origin
from wallet.session_store import SESSION_LIFE
from wallet.shares import compose_share_url, find_share_of_one, find_shares_of_one
from wallet.shelf import find_named, open_shelf
from wallet.states import HoldingState, find_state, list_ending
from wallet.web.door import COOKIE, open_holder_id
from wallet.web.offline_pages import find_asset_version

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Blueprint, Response
    from flask.typing import ResponseReturnValue

    from wallet.deps import WalletDeps
    from wallet.model import Holding, Share

MAX_KEPT_BADGES = 100  # the newest; the others need a signal
MAX_KEPT_BYTES = 4 * 1024 * 1024  # of all pages together
SESSION_HEADER = "Wallet-Session"
# Counts up when a kept page says something else of the same badge.
_PAGES_VERSION = 2
_HASH_CHARS = 32
_ANY_ID = "any-id"
_OF_ONE = (("wallet.badge", "wallet.kept_badge"), ("wallet.show", "wallet.kept_code"))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """One page that the phone keeps.

    Args:
        path: Of the page that it stands for.
        source: Where the phone gets it.
        version: Changes when the page does.
    """

    path: str
    source: str
    version: str


def add_kept_pages(blueprint: Blueprint, deps: WalletDeps) -> None:
    """Add the list of what a phone keeps, and the pages themselves; name the session on every answer."""

    @blueprint.get("/wallet/kept")
    def kept_index() -> ResponseReturnValue:
        return _answer_index(deps)

    @blueprint.get("/wallet/kept/list")
    def kept_list() -> ResponseReturnValue:
        holder_id, now = open_holder_id(), deps.clock()
        shelf = open_shelf(deps, holder_id, page=1, limit=MAX_KEPT_BADGES)
        kept = shelf.holdings
        return render_template(
            "wallet/kept/list.html",
            badges=[holding for holding in kept if holding.origin is not Origin.SELF_RECORDED],
            notes=[holding for holding in kept if holding.origin is Origin.SELF_RECORDED],
            ending=list_ending(kept, now),
            states={holding.id: find_state(holding, now) for holding in kept},
            named=find_named(deps, holder_id, kept),
            left_out=shelf.badges + shelf.notes - len(kept),
            is_leaving_final=is_leaving_final(deps, holder_id),
            kept_at=now,
        )

    @blueprint.get("/wallet/kept/badges/<holding_id>")
    def kept_badge(holding_id: str) -> ResponseReturnValue:
        holding = get_holding(deps, open_holder_id(), holding_id)
        return _render_one(deps, holding, "wallet/kept/badge.html")

    @blueprint.get("/wallet/kept/badges/<holding_id>/code")
    def kept_code(holding_id: str) -> ResponseReturnValue:
        holding = get_holding(deps, open_holder_id(), holding_id)
        if holding.origin is Origin.SELF_RECORDED:
            raise PageError("wallet.not_found", status=HTTPStatus.NOT_FOUND)
        share = None if holding.slug else find_share_of_one(deps, open_holder_id(), holding.id)
        page_url = _find_page_url(deps, holding, share)
        return _render_one(
            deps,
            holding,
            "wallet/kept/code.html",
            page_url=page_url,
            code_url=_draw_code(page_url) if page_url else "",
            works_until=share.expires if share else None,
        )

    @blueprint.after_request
    def name_session(response: Response) -> Response:
        # The worker compares it: what it keeps belongs to one session and goes with it.
        if open_holder_id():
            allow_worker()
            response.headers[SESSION_HEADER] = find_session_name(request.cookies.get(COOKIE, ""))
        return response

    blueprint.context_processor(lambda: {"expired_state": HoldingState.EXPIRED})


def find_session_name(cookie: str) -> str:
    """Return a name for a session that says nothing about its cookie or its holder."""
    return hashlib.sha256(b"session of a wallet on a phone\n" + cookie.encode()).hexdigest()[:_HASH_CHARS]


def list_kept_pages(deps: WalletDeps, holder_id: str) -> tuple[KeptPage, ...]:
    """Return the pages that a phone keeps, those that matter most first."""
    now, common = deps.clock(), [_PAGES_VERSION, find_asset_version(), current_language()]
    shelf = open_shelf(deps, holder_id, page=1, limit=MAX_KEPT_BADGES)
    shares = find_shares_of_one(deps, holder_id)
    versions = {
        holding.id: _hash(common, _describe(holding, now, shares.get(holding.id))) for holding in shelf.holdings
    }
    is_final = is_leaving_final(deps, holder_id)
    list_version = _hash(common, "list", shelf.badges, shelf.notes, is_final, list(versions.items()))
    pages = [KeptPage(path=url_for("wallet.overview"), source=url_for("wallet.kept_list"), version=list_version)]
    badge_page, code_page = (_Template.of(*names) for names in _OF_ONE)
    for holding in shelf.holdings:
        pages.append(badge_page.fill(holding.id, versions[holding.id]))
        if holding.origin is not Origin.SELF_RECORDED:
            pages.append(code_page.fill(holding.id, versions[holding.id]))
    return tuple(pages)


def _answer_index(deps: WalletDeps) -> ResponseReturnValue:
    catch_up(deps, open_holder_id())
    pages = list_kept_pages(deps, open_holder_id())
    session = find_session_name(request.cookies.get(COOKIE, ""))
    now = deps.clock()
    response = jsonify(
        session=session,
        language=current_language(),
        # A session that is not used so long is over, and so is what was kept in it.
        until=format_datetime(now + SESSION_LIFE),
        maxBytes=MAX_KEPT_BYTES,
        pages=[{"path": page.path, "source": page.source, "version": page.version} for page in pages],
    )
    # A new day is a new answer, so that a phone in use goes on keeping its pages.
    response.set_etag(_hash(session, now.date().isoformat(), [(page.path, page.version) for page in pages]))
    return response.make_conditional(request)


@dataclass(frozen=True, slots=True)
class _Template:
    """Where a page of any badge stands and comes from: an address is made once, not for each badge."""

    path: str
    source: str

    @classmethod
    def of(cls, endpoint: str, source: str) -> _Template:
        return cls(url_for(endpoint, holding_id=_ANY_ID), url_for(source, holding_id=_ANY_ID))

    def fill(self, holding_id: str, version: str) -> KeptPage:
        path, source = self.path.replace(_ANY_ID, holding_id), self.source.replace(_ANY_ID, holding_id)
        return KeptPage(path=path, source=source, version=version)


def _describe(holding: Holding, now: datetime, share: Share | None) -> list[object]:
    """Return all that the pages of a badge depend on."""
    checked_at = format_datetime(holding.checked_at) if holding.checked_at else ""
    state = find_state(holding, now).value
    return [holding.sha256, holding.slug, checked_at, state, encode_card(holding.card), share.id if share else ""]


def _hash(*values: object) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:_HASH_CHARS]


def _find_page_url(deps: WalletDeps, holding: Holding, share: Share | None) -> str:
    if holding.slug:
        return f"{deps.base_url}/b/{holding.slug}"
    return compose_share_url(deps, share) if share else ""


def _draw_code(text: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(render_qr_svg(text).encode()).decode("ascii")


def _render_one(deps: WalletDeps, holding: Holding, template: str, **values: object) -> str:
    return render_template(
        template,
        holding=holding,
        card=holding.card,
        state=find_state(holding, deps.clock()),
        is_note=holding.origin is Origin.SELF_RECORDED,
        kind=say_achievement_type(holding.card.kind) if holding.card.kind else "",
        **values,
    )
