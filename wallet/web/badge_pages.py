"""One badge of the wallet: what it says in plain words, its code as large as the screen, its files."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from credentials import render_qr_svg
from pages import PageError, say_achievement_type, send_download, translate
from verifier.web import compose_linkedin_url
from wallet.catching_up import catch_up, check_again
from wallet.holdings import find_ending, get_holding, load_original, remove_holding
from wallet.model import Origin
from wallet.shares import SHOW_DAYS, compose_share_url, find_share_of_one, make_share
from wallet.states import HoldingState, find_state
from wallet.web.door import open_holder_id
from wallet.web.words import tell_replaced

if TYPE_CHECKING:
    from flask import Blueprint, Response
    from flask.typing import ResponseReturnValue

    from pages import Limiter
    from wallet.deps import WalletDeps
    from wallet.model import Holding

CHECK_LIMIT = "30 per minute"


def add_badge_pages(blueprint: Blueprint, deps: WalletDeps, limiter: Limiter) -> None:
    """Add the pages of one badge."""

    @blueprint.get("/wallet/badges/<holding_id>")
    def badge(holding_id: str) -> ResponseReturnValue:
        return _render(deps, holding_id, "wallet/badge.html")

    @blueprint.get("/wallet/badges/<holding_id>/earned")
    def earned_page(holding_id: str) -> ResponseReturnValue:
        return _render(deps, holding_id, "wallet/earned.html")

    @blueprint.post("/wallet/badges/<holding_id>/check")
    @limiter.limit(CHECK_LIMIT)
    def check(holding_id: str) -> ResponseReturnValue:
        check_again(deps, open_holder_id(), holding_id)
        flash(translate("Checked just now."))
        return redirect(url_for("wallet.badge", holding_id=holding_id), code=HTTPStatus.SEE_OTHER)

    @blueprint.get("/wallet/badges/<holding_id>/remove")
    def remove_form(holding_id: str) -> ResponseReturnValue:
        return _render(deps, holding_id, "wallet/remove.html")

    @blueprint.post("/wallet/badges/<holding_id>/remove")
    def remove(holding_id: str) -> ResponseReturnValue:
        remove_holding(deps, open_holder_id(), holding_id)
        flash(translate("It is not in your wallet any more."))
        return redirect(url_for("wallet.overview"), code=HTTPStatus.SEE_OTHER)

    @blueprint.get("/wallet/badges/<holding_id>/file")
    def original(holding_id: str) -> ResponseReturnValue:
        holding = get_holding(deps, open_holder_id(), holding_id)
        body = load_original(deps, open_holder_id(), holding_id)
        # The name says nothing about the person.
        return send_download(
            body, holding.media_type, filename=f"badge-{holding.id[:8]}.{find_ending(holding.media_type)}"
        )

    _add_code_pages(blueprint, deps)


def _add_code_pages(blueprint: Blueprint, deps: WalletDeps) -> None:
    @blueprint.get("/wallet/badges/<holding_id>/show")
    def show(holding_id: str) -> ResponseReturnValue:
        return _render(deps, holding_id, "wallet/show.html")

    @blueprint.post("/wallet/badges/<holding_id>/show")
    def make_code(holding_id: str) -> ResponseReturnValue:
        holding = _get_badge(deps, holding_id)
        if not find_page_url(deps, holding):
            name = translate("Code of one badge")
            make_share(deps, open_holder_id(), name=name, days=SHOW_DAYS, holding_ids=[holding_id])
        return redirect(url_for("wallet.show", holding_id=holding_id), code=HTTPStatus.SEE_OTHER)

    @blueprint.get("/wallet/badges/<holding_id>/qr.svg")
    def code(holding_id: str) -> ResponseReturnValue:
        url = find_page_url(deps, _get_badge(deps, holding_id))
        if not url:
            raise PageError("wallet.not_found", status=HTTPStatus.NOT_FOUND)
        return _send_code(url)


def _send_code(url: str) -> Response:
    response = send_download(render_qr_svg(url).encode("utf-8"), "image/svg+xml", filename="code.svg")
    response.headers["Content-Disposition"] = "inline"
    return response


def find_page_url(deps: WalletDeps, holding: Holding) -> str:
    """Return where others see this badge: its own page, or an open link that shows nothing else; empty without one."""
    if holding.slug:
        return f"{deps.base_url}/b/{holding.slug}"
    share = find_share_of_one(deps, open_holder_id(), holding.id)
    return compose_share_url(deps, share) if share else ""


def _get_badge(deps: WalletDeps, holding_id: str) -> Holding:
    holding = get_holding(deps, open_holder_id(), holding_id)
    if holding.origin is Origin.SELF_RECORDED:
        raise PageError("wallet.not_found", status=HTTPStatus.NOT_FOUND)
    return holding


def _render(deps: WalletDeps, holding_id: str, template: str) -> str:
    tell_replaced(catch_up(deps, open_holder_id(), holding_id))
    holding = get_holding(deps, open_holder_id(), holding_id)
    is_note = holding.origin is Origin.SELF_RECORDED
    if is_note and template in {"wallet/show.html", "wallet/earned.html"}:
        raise PageError("wallet.not_found", status=HTTPStatus.NOT_FOUND)
    state = find_state(holding, deps.clock())
    page_url = "" if is_note else find_page_url(deps, holding)
    own = deps.find_own(holding.slug) if holding.slug else None
    return render_template(
        template,
        holding=holding,
        card=holding.card,
        state=state,
        is_note=is_note,
        kind=say_achievement_type(holding.card.kind) if holding.card.kind else "",
        page_url=page_url,
        endings=own.endings if own else (),
        linkedin_url=_compose_linkedin_url(holding, page_url) if holding.slug and state in _HOLDS else "",
        ending=find_ending(holding.media_type),
        has_newer=own is not None and bool(own.newest_slug),
    )


_HOLDS = frozenset({HoldingState.IN_FORCE, HoldingState.ENDS_SOON})


def _compose_linkedin_url(holding: Holding, page_url: str) -> str:
    card = holding.card
    return compose_linkedin_url(
        name=card.title,
        organization=card.issuer,
        page_url=page_url,
        issued=card.earned_on,
        ends=card.valid_until,
        credential_id=card.credential_id,
    )
