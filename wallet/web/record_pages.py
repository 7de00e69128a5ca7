"""`/wallet/record`: a page to print, a small card to carry, one file of badges, signed when the holder asks for it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, render_template, request, url_for

from pages import PageError, Paper, current_language, send_download, translate
from schemas import BadgeError, LedgerError
from wallet.card_sheet import render_card_sheet
from wallet.catching_up import catch_up
from wallet.holdings import list_holdings
from wallet.model import MAX_NAME_CHARS, MAX_SHARED_BADGES, Origin
from wallet.record_facts import compose_record_facts
from wallet.record_pdf import SIGNED_NAME, render_record
from wallet.records import (
    MAX_RECORD_NAME_CHARS,
    MAX_RECORD_NOTES,
    compose_bundle,
    get_record,
    list_left_out,
    list_records,
    load_signed_record,
    make_record,
    sign_record,
    withdraw_record,
)
from wallet.shares import SHARE_DAYS, compose_share_url
from wallet.states import HoldingState, find_state, sort_by_day
from wallet.web.door import open_holder_id
from wallet.web.words import explain_code, tell_replaced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from pages import Limiter
    from wallet.deps import WalletDeps
    from wallet.model import Holding
    from wallet.record_facts import RecordFacts
    from wallet.records import RecordView

MAKE_LIMIT = "30 per minute"  # a class behind one address; each verifies up to thirty badges
SIGN_LIMIT = "60 per hour"  # each takes a place in the status lists for good
PRINT_LIMIT = "30 per minute"
DEFAULT_DAYS = 90
_PAPERS = {"letter": Paper.LETTER, "a4": Paper.A4}
_TICKED = frozenset({HoldingState.IN_FORCE, HoldingState.ENDS_SOON, HoldingState.EXPIRED})


def add_record_pages(blueprint: Blueprint, deps: WalletDeps, limiter: Limiter) -> None:
    """Add the form, the page of one record, its files, and the signature."""

    @blueprint.get("/wallet/record")
    def records() -> ResponseReturnValue:
        return _render_form(deps)

    @blueprint.post("/wallet/record")
    @limiter.limit(MAKE_LIMIT)
    def make_skills_record() -> ResponseReturnValue:
        form = request.form
        try:
            share_id = make_record(
                deps,
                open_holder_id(),
                person_name=form.get("person", ""),
                share_name=form.get("name", "") or translate("Skills record"),
                days=next((days for days in SHARE_DAYS if str(days) == form.get("days")), None),
                holding_ids=[*form.getlist("badge"), *form.getlist("note")],
            )
        except LedgerError as error:
            return make_response(_render_form(deps, problem=error.code), HTTPStatus.BAD_REQUEST)
        return redirect(url_for("wallet.record_page", share_id=share_id), code=HTTPStatus.SEE_OTHER)

    @blueprint.get("/wallet/record/<share_id>")
    def record_page(share_id: str) -> ResponseReturnValue:
        return _render_record(deps, share_id)

    @blueprint.post("/wallet/record/<share_id>/sign")
    @limiter.limit(SIGN_LIMIT)
    def sign_skills_record(share_id: str) -> ResponseReturnValue:
        get_record(deps, open_holder_id(), share_id)
        try:
            sign_record(deps, open_holder_id(), share_id)
        except BadgeError as error:
            return make_response(_render_record(deps, share_id, problem=error.code), HTTPStatus.BAD_REQUEST)
        flash(translate("The file is signed. You find it below."))
        return redirect(url_for("wallet.record_page", share_id=share_id), code=HTTPStatus.SEE_OTHER)

    @blueprint.post("/wallet/record/<share_id>/withdraw")
    def withdraw_skills_record(share_id: str) -> ResponseReturnValue:
        get_record(deps, open_holder_id(), share_id)
        withdraw_record(deps, open_holder_id(), share_id)
        flash(translate("The code shows nothing any more, and a signed file does not hold any more."))
        return redirect(url_for("wallet.records"), code=HTTPStatus.SEE_OTHER)

    _add_files(blueprint, deps, limiter)


def _add_files(blueprint: Blueprint, deps: WalletDeps, limiter: Limiter) -> None:
    @blueprint.get("/wallet/record/<share_id>/record-<paper>.pdf")
    @limiter.limit(PRINT_LIMIT)
    def record_pdf(share_id: str, paper: str) -> ResponseReturnValue:
        view = _get_open(deps, share_id)
        signed = load_signed_record(deps, open_holder_id(), share_id) if view.record.signed_at else b""
        body = render_record(
            _compose_facts(deps, view),
            page_url=compose_share_url(deps, view.share),
            paper=_read_paper(paper),
            language=current_language(),
            signed=signed,
        )
        return send_download(body, "application/pdf", filename="skills-record.pdf")

    @blueprint.get("/wallet/record/<share_id>/cards-<paper>.pdf")
    @limiter.limit(PRINT_LIMIT)
    def card_pdf(share_id: str, paper: str) -> ResponseReturnValue:
        view = _get_open(deps, share_id)
        body = render_card_sheet(
            _compose_facts(deps, view),
            page_url=compose_share_url(deps, view.share),
            paper=_read_paper(paper),
            language=current_language(),
        )
        return send_download(body, "application/pdf", filename="wallet-cards.pdf")

    @blueprint.get("/wallet/record/<share_id>/signed.json")
    def signed_record(share_id: str) -> ResponseReturnValue:
        body = load_signed_record(deps, open_holder_id(), share_id)
        return send_download(body, "application/vc+ld+json", filename=SIGNED_NAME)

    @blueprint.get("/wallet/share/<share_id>/badges.json")
    @limiter.limit(PRINT_LIMIT)
    def bundle(share_id: str) -> ResponseReturnValue:
        try:
            body = compose_bundle(deps, open_holder_id(), share_id)
        except LedgerError as error:
            status = HTTPStatus.NOT_FOUND if error.code == "wallet.not_found" else HTTPStatus.BAD_REQUEST
            raise PageError(error.code, status=status) from error
        return send_download(body, "application/vp+ld+json", filename="badges.json")


def _read_paper(name: str) -> Paper:
    if name not in _PAPERS:
        raise PageError("wallet.not_found", status=HTTPStatus.NOT_FOUND)
    return _PAPERS[name]


def _get_open(deps: WalletDeps, share_id: str) -> RecordView:
    """Return a record whose code still leads somewhere: nobody prints one that does not."""
    view = get_record(deps, open_holder_id(), share_id)
    if not view.is_open:
        raise PageError("wallet.share_unknown", status=HTTPStatus.NOT_FOUND)
    return view


def _compose_facts(deps: WalletDeps, view: RecordView) -> RecordFacts:
    signer = deps.records.signer_name() if view.record.signed_at else ""
    return compose_record_facts(view, now=deps.clock().astimezone(deps.time_zone), signer=signer)


def _render_form(deps: WalletDeps, *, problem: str = "") -> str:
    tell_replaced(catch_up(deps, open_holder_id()))
    holdings = list_holdings(deps, open_holder_id())
    now = deps.clock()
    states = {holding.id: find_state(holding, now) for holding in holdings}
    badges = _order([holding for holding in holdings if holding.origin is not Origin.SELF_RECORDED], states)
    notes = sort_by_day([holding for holding in holdings if holding.origin is Origin.SELF_RECORDED])
    if request.method == "POST":
        chosen = frozenset(request.form.getlist("badge")) | frozenset(request.form.getlist("note"))
    else:
        ticked = [badge.id for badge in badges if states[badge.id] in _TICKED][:MAX_SHARED_BADGES]
        chosen = frozenset((*ticked, *(note.id for note in notes[:MAX_RECORD_NOTES])))
    return render_template(
        "wallet/records.html",
        views=list_records(deps, open_holder_id()),
        badges=badges,
        notes=notes,
        states=states,
        chosen=chosen,
        person=request.form.get("person") or next((held.card.recipient for held in badges if held.card.recipient), ""),
        name=request.form.get("name", ""),
        days=SHARE_DAYS,
        chosen_days=request.form.get("days", str(DEFAULT_DAYS)),
        max_badges=MAX_SHARED_BADGES,
        max_notes=MAX_RECORD_NOTES,
        max_person_chars=MAX_RECORD_NAME_CHARS,
        max_name_chars=MAX_NAME_CHARS,
        problem=explain_code(problem) if problem else None,
    )


def _order(badges: Sequence[Holding], states: dict[str, HoldingState]) -> list[Holding]:
    """Return badges with those that are ticked first, the one earned last on top."""
    return sorted(sort_by_day(badges), key=lambda badge: states[badge.id] not in _TICKED)


def _render_record(deps: WalletDeps, share_id: str, *, problem: str = "") -> str:
    view = get_record(deps, open_holder_id(), share_id)
    now = deps.clock()
    is_offered = view.is_open and bool(deps.records.signer_name())
    return render_template(
        "wallet/record.html",
        view=view,
        url=compose_share_url(deps, view.share),
        states={held.id: find_state(held, now) for held in view.badges},
        left_out=list_left_out(deps, open_holder_id(), view) if is_offered else (),
        signer=deps.records.signer_name(),
        papers=tuple(_PAPERS),
        problem=explain_code(problem) if problem else None,
    )
