"""`/wallet/share`: links that show some badges, and `/s/…`: what such a link shows, verified at each visit."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, render_template, request, url_for

from credentials import render_qr_svg
from pages import PageError, send_download, translate
from schemas import LedgerError
from verifier.web import render_shared_page
from wallet.catching_up import catch_up
from wallet.holdings import list_holdings, load_newest
from wallet.model import MAX_NAME_CHARS, MAX_SHARED_BADGES, Origin
from wallet.records import withdraw_record
from wallet.shares import (
    SHARE_DAYS,
    compose_share_url,
    count_opening,
    get_share,
    list_shares,
    make_share,
    open_share,
)
from wallet.shelf import PAGE_HOLDINGS, find_page
from wallet.states import find_state, sort_by_day
from wallet.web.door import open_holder_id
from wallet.web.refusals import answers_refusals, is_refusal
from wallet.web.words import explain_code, tell_replaced

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from pages import Limiter
    from wallet.deps import WalletDeps
    from wallet.model import Share

OPEN_LIMIT = "60 per minute"  # each opening verifies up to thirty badges
UNKNOWN_LIMIT = "10 per minute"
MAKE_LIMIT = "20 per minute"
DEFAULT_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareView:
    """One link on the holder's page."""

    share: Share
    url: str
    is_open: bool


def add_share_pages(blueprint: Blueprint, deps: WalletDeps, limiter: Limiter) -> None:
    """Add the holder's links, and the page that each of them shows."""

    @blueprint.get("/wallet/share")
    def shares() -> ResponseReturnValue:
        return _render_shares(deps)

    @blueprint.post("/wallet/share")
    @limiter.limit(MAKE_LIMIT)
    def make() -> ResponseReturnValue:
        form = request.form
        days = next((days for days in SHARE_DAYS if str(days) == form.get("days")), None)
        try:
            share = make_share(
                deps,
                open_holder_id(),
                name=form.get("name", "") or translate("Link without a name"),
                days=days,
                holding_ids=form.getlist("badge"),
            )
        except LedgerError as error:
            return make_response(_render_shares(deps, problem=error.code), HTTPStatus.BAD_REQUEST)
        return redirect(url_for("wallet.share_page", share_id=share.id), code=HTTPStatus.SEE_OTHER)

    @blueprint.post("/wallet/share/choose")
    def choose() -> ResponseReturnValue:
        # Another page of the badges; what was chosen says something about the person and stands in no address.
        return _render_shares(deps)

    @blueprint.get("/wallet/share/<share_id>")
    def share_page(share_id: str) -> ResponseReturnValue:
        return render_template("wallet/share.html", view=_view(deps, get_share(deps, open_holder_id(), share_id)))

    @blueprint.get("/wallet/share/<share_id>/qr.svg")
    def share_code(share_id: str) -> ResponseReturnValue:
        url = compose_share_url(deps, get_share(deps, open_holder_id(), share_id))
        response = send_download(render_qr_svg(url).encode("utf-8"), "image/svg+xml", filename="code.svg")
        response.headers["Content-Disposition"] = "inline"
        return response

    @blueprint.post("/wallet/share/<share_id>/withdraw")
    def withdraw(share_id: str) -> ResponseReturnValue:
        withdraw_record(deps, open_holder_id(), share_id)
        flash(translate("The link shows nothing any more."))
        return redirect(url_for("wallet.shares"), code=HTTPStatus.SEE_OTHER)

    _add_shown_page(blueprint, deps, limiter)


def _add_shown_page(blueprint: Blueprint, deps: WalletDeps, limiter: Limiter) -> None:
    @blueprint.get("/s/<token>")
    @limiter.limit(OPEN_LIMIT)
    @limiter.limit(UNKNOWN_LIMIT, deduct_when=is_refusal)
    @answers_refusals
    def shared_page(token: str) -> ResponseReturnValue:
        try:
            shared = open_share(deps, token)
        except LedgerError as error:
            raise PageError("wallet.share_unknown", status=HTTPStatus.NOT_FOUND) from error
        is_visit = request.method == "GET" and "Sec-Purpose" not in request.headers
        if is_visit and open_holder_id() != shared.holder_id:
            count_opening(deps, shared)
        shown = [
            load_newest(deps, holding, original)
            for holding, original in zip(shared.holdings, shared.originals, strict=True)
        ]
        reports = [deps.verify(original, "") for original in shown]
        return render_shared_page(reports, checked_at=deps.clock())


def _view(deps: WalletDeps, share: Share) -> ShareView:
    return ShareView(share=share, url=compose_share_url(deps, share), is_open=share.is_open(deps.clock()))


def _render_shares(deps: WalletDeps, *, problem: str = "") -> str:
    """Return the page of the links; what was chosen on another page of the badges goes along in the form."""
    holder_id, now = open_holder_id(), deps.clock()
    tell_replaced(catch_up(deps, holder_id))
    badges = sort_by_day([held for held in list_holdings(deps, holder_id) if held.origin is not Origin.SELF_RECORDED])
    wanted = frozenset(request.form.getlist("badge")) | frozenset(request.args.getlist("badge"))
    chosen = [badge.id for badge in badges if badge.id in wanted]
    first = next((place for place, badge in enumerate(badges) if badge.id in wanted), 0)
    asked = request.form.get("picks", default=first // PAGE_HOLDINGS + 1, type=int)
    pick_page, pick_pages = find_page(asked, len(badges))
    shown = badges[(pick_page - 1) * PAGE_HOLDINGS : pick_page * PAGE_HOLDINGS]
    on_page = {badge.id for badge in shown}
    links = list_shares(deps, holder_id)
    link_page, link_pages = find_page(request.args.get("page", default=1, type=int), len(links))
    return render_template(
        "wallet/shares.html",
        views=[_view(deps, share) for share in links[(link_page - 1) * PAGE_HOLDINGS : link_page * PAGE_HOLDINGS]],
        link_page=link_page,
        link_pages=link_pages,
        badges=shown,
        pick_page=pick_page,
        pick_pages=pick_pages,
        states={holding.id: find_state(holding, now) for holding in shown},
        chosen=frozenset(chosen),
        chosen_elsewhere=[holding_id for holding_id in chosen if holding_id not in on_page],
        name=request.form.get("name", "")[:MAX_NAME_CHARS],
        days=SHARE_DAYS,
        chosen_days=request.form.get("days", str(DEFAULT_DAYS)),
        max_badges=MAX_SHARED_BADGES,
        max_name_chars=MAX_NAME_CHARS,
        problem=explain_code(problem) if problem else None,
    )
