"""Opening a wallet by a link to an e-mail address, and closing it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, render_template, request, url_for

from pages import PageError, translate
from schemas import LedgerError
from wallet.holders import find_sign_in, is_leaving_final, read_address, request_sign_in, use_sign_in
from wallet.sessions import end_session
from wallet.web.door import COOKIE, ask_before_another, ask_before_losing, open_holder_id, set_cookie, sign_out
from wallet.web.refusals import answers_refusals, is_refusal
from wallet.web.words import explain_code

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from pages import Limiter
    from wallet.deps import WalletDeps

ASK_LIMIT = "5 per minute"
LINK_LIMIT = "10 per minute"  # links that did not work


def add_sign_in_pages(blueprint: Blueprint, deps: WalletDeps, limiter: Limiter) -> None:
    """Add the ways into a wallet by e-mail, and the way out."""

    @blueprint.get("/wallet/sign-in")
    def sign_in_form() -> ResponseReturnValue:
        return render_template("wallet/sign_in.html", problem=None, is_sent=False)

    @blueprint.post("/wallet/sign-in")
    @limiter.limit(ASK_LIMIT)
    def sign_in() -> ResponseReturnValue:
        try:
            address = read_address(request.form.get("email", ""))
        except LedgerError as error:
            page = render_template("wallet/sign_in.html", problem=explain_code(error.code), is_sent=False)
            return make_response(page, HTTPStatus.BAD_REQUEST)
        request_sign_in(deps, address)
        return render_template("wallet/sign_in.html", problem=None, is_sent=True)

    @blueprint.get("/wallet/link/<token>")
    @limiter.limit(LINK_LIMIT, deduct_when=is_refusal)
    @answers_refusals
    def link_page(token: str) -> ResponseReturnValue:
        link = find_sign_in(deps, token)
        if link is None:
            raise PageError("wallet.link_unknown", status=HTTPStatus.NOT_FOUND)
        return render_template("wallet/link.html", link=link, token=token)

    @blueprint.post("/wallet/link/<token>")
    @limiter.limit(LINK_LIMIT, deduct_when=is_refusal)
    @answers_refusals
    def use_link(token: str) -> ResponseReturnValue:
        link = find_sign_in(deps, token)
        if link is not None and not link.is_for_adding and (question := ask_before_another(deps)):
            return question
        try:
            signed_in = use_sign_in(deps, token, open_holder_id=open_holder_id())
        except LedgerError as error:
            is_other = error.code == "wallet.other_browser"
            raise PageError(error.code, status=HTTPStatus.CONFLICT if is_other else HTTPStatus.NOT_FOUND) from error
        end_session(deps, request.cookies.get(COOKIE, ""))
        is_same = open_holder_id() == signed_in.holder_id
        if is_same:
            flash(translate("The e-mail address belongs to your wallet now."))
        target = url_for("wallet.account" if is_same else "wallet.overview")
        return set_cookie(make_response(redirect(target, code=HTTPStatus.SEE_OTHER)), signed_in.cookie)

    _add_way_out(blueprint, deps)


def _add_way_out(blueprint: Blueprint, deps: WalletDeps) -> None:
    @blueprint.get("/wallet/sign-out")
    def leave_form() -> ResponseReturnValue:
        if not is_leaving_final(deps, open_holder_id()):
            return redirect(url_for("wallet.account"), code=HTTPStatus.SEE_OTHER)
        return render_template("wallet/leave.html", is_everywhere="everywhere" in request.args)

    @blueprint.post("/wallet/sign-out")
    def leave() -> ResponseReturnValue:
        return ask_before_losing(deps) or sign_out(deps)
