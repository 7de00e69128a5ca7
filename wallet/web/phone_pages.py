"""Telephone numbers: opening a wallet with a code that was texted, and adding a number in the same way.

Neither number nor code stands in an address: both travel in forms alone.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, render_template, request, url_for

from pages import client_address, translate
from schemas import MAX_PHONE_CHARS, LedgerError
from wallet.phones import read_phone, request_phone, request_phone_sign_in, use_phone_code
from wallet.sessions import end_session
from wallet.web.door import COOKIE, ask_before_another, open_holder_id, set_cookie
from wallet.web.refusals import is_refusal
from wallet.web.words import explain_code

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from pages import Limiter
    from wallet.deps import WalletDeps

ASK_LIMIT = "5 per minute"
TRY_LIMIT = "10 per minute"  # codes that did not work
MAX_TICKET_CHARS = 64


def add_phone_pages(blueprint: Blueprint, deps: WalletDeps, limiter: Limiter) -> None:
    """Add asking for a code, at the door and in the account, and typing it."""

    @blueprint.get("/wallet/phone")
    def phone_form() -> ResponseReturnValue:
        return _render_form("")

    @blueprint.post("/wallet/phone")
    @limiter.limit(ASK_LIMIT)
    def phone_sign_in() -> ResponseReturnValue:
        try:
            number = read_phone(request.form.get("phone", ""), calling_code=deps.calling_code)
        except LedgerError as error:
            return make_response(_render_form(error.code), HTTPStatus.BAD_REQUEST)
        return _render_code(request_phone_sign_in(deps, number, client=client_address()), adds=False)

    @blueprint.post("/wallet/account/phones")
    @limiter.limit(ASK_LIMIT)
    def add_phone() -> ResponseReturnValue:
        try:
            number = read_phone(request.form.get("phone", ""), calling_code=deps.calling_code)
            ticket = request_phone(deps, open_holder_id(), number, client=client_address())
        except LedgerError as error:
            return make_response(_render_form(error.code), HTTPStatus.BAD_REQUEST)
        return _render_code(ticket, adds=True)

    @blueprint.post("/wallet/phone/code")
    @limiter.limit(TRY_LIMIT, deduct_when=is_refusal)
    def phone_code() -> ResponseReturnValue:
        ticket = request.form.get("ticket", "")[:MAX_TICKET_CHARS]
        before, adds = open_holder_id(), bool(request.form.get("adds"))
        if not adds and (question := ask_before_another(deps)):
            return question
        try:
            signed_in = use_phone_code(deps, ticket, request.form.get("code", ""), open_holder_id=before)
        except LedgerError as error:
            page = _render_code(ticket, adds=adds, problem=error.code)
            return make_response(page, HTTPStatus.BAD_REQUEST)
        end_session(deps, request.cookies.get(COOKIE, ""))
        is_same = before == signed_in.holder_id
        if is_same:
            flash(translate("The phone number belongs to your wallet now."))
        target = url_for("wallet.account" if is_same else "wallet.overview")
        return set_cookie(make_response(redirect(target, code=HTTPStatus.SEE_OTHER)), signed_in.cookie)


def _render_form(problem: str) -> str:
    return render_template(
        "wallet/phone.html",
        problem=explain_code(problem) if problem else None,
        adds=bool(open_holder_id()),
        max_phone_chars=MAX_PHONE_CHARS,
    )


def _render_code(ticket: str, *, adds: bool, problem: str = "") -> str:
    return render_template(
        "wallet/phone_code.html", ticket=ticket, adds=adds, problem=explain_code(problem) if problem else None
    )
