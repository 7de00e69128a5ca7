"""Opening the wallet with a passkey, and the passkeys of a holder: make one, look at them, name and remove one."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, jsonify, make_response, redirect, render_template, request, session, url_for

from keys import MAX_PASSKEY_NAME_CHARS, PasskeyOwner, Passkeys, find_passkey_site, read_passkey_name
from pages import PageError, accepts_upload, translate
from schemas import LedgerError
from storage import PasskeyStore
from wallet.holders import list_identifiers, open_wallet
from wallet.passkey_notice_store import announce_passkey
from wallet.sessions import end_session
from wallet.web.door import COOKIE, ask_before_another, open_holder_id, set_cookie
from wallet.web.refusals import is_refusal
from wallet.web.words import explain_code

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from pages import Limiter
    from wallet.deps import WalletDeps

SITE_NAME = "Skillmark"
QUESTION_LIMIT = "20 per minute"
ANSWER_LIMIT = "10 per minute"  # answers that were refused
MAX_FORM_BYTES = 64 * 1024  # an answer, each of its bytes as three signs in the worst case, and a name
_TICKET = "wallet-passkey"  # in the signed cookie: brings an answer back to its question


def add_passkey_pages(blueprint: Blueprint, deps: WalletDeps, limiter: Limiter) -> None:
    """Add the pages about passkeys; none at an address at which browsers take no passkeys."""
    site = find_passkey_site(deps.base_url, name=SITE_NAME)
    blueprint.context_processor(lambda: {"has_passkeys": site is not None})
    if site is None:
        return
    store = PasskeyStore(
        deps.database,
        PasskeyOwner.HOLDER.value,
        announce=lambda connection, holder_id, change: announce_passkey(
            connection, holder_id, change, now=deps.clock()
        ),
    )
    passkeys = Passkeys(site, owner=PasskeyOwner.HOLDER, book=store, clock=deps.clock)
    _add_sign_in(blueprint, deps, passkeys, limiter)
    _add_making(blueprint, deps, passkeys, store, limiter)
    _add_naming(blueprint, store)
    _add_removing(blueprint, store)


def _add_sign_in(blueprint: Blueprint, deps: WalletDeps, passkeys: Passkeys, limiter: Limiter) -> None:
    @blueprint.post("/wallet/passkey/question")
    @limiter.limit(QUESTION_LIMIT)
    def passkey_question() -> ResponseReturnValue:
        question = passkeys.ask_to_sign_in()
        session[_TICKET] = question.ticket
        return jsonify(question.options)

    @blueprint.post("/wallet/passkey")
    @accepts_upload(MAX_FORM_BYTES)
    @limiter.limit(ANSWER_LIMIT, deduct_when=is_refusal)
    def passkey_sign_in() -> ResponseReturnValue:
        if question := ask_before_another(deps):
            return question
        try:
            holder_id = passkeys.sign_in(ticket=_take_ticket(), answer=request.form.get("answer", ""))
        except LedgerError as error:
            page = render_template("wallet/sign_in.html", problem=explain_code(error.code), is_sent=False)
            return make_response(page, HTTPStatus.UNAUTHORIZED)
        end_session(deps, request.cookies.get(COOKIE, ""))
        answer = make_response(redirect(url_for("wallet.overview"), code=HTTPStatus.SEE_OTHER))
        return set_cookie(answer, open_wallet(deps, holder_id))


def _add_making(
    blueprint: Blueprint, deps: WalletDeps, passkeys: Passkeys, store: PasskeyStore, limiter: Limiter
) -> None:
    @blueprint.get("/wallet/account/passkeys")
    def passkeys_page() -> ResponseReturnValue:
        return _render(store)

    @blueprint.post("/wallet/account/passkeys/question")
    @limiter.limit(QUESTION_LIMIT)
    def new_passkey_question() -> ResponseReturnValue:
        holder_id = open_holder_id()
        identifiers = list_identifiers(deps, holder_id)
        shown = identifiers[0].value if identifiers else translate("My wallet")
        question = passkeys.ask_to_add(holder_id, user_name=shown)
        session[_TICKET] = question.ticket
        return jsonify(question.options)

    @blueprint.post("/wallet/account/passkeys")
    @accepts_upload(MAX_FORM_BYTES)
    @limiter.limit(ANSWER_LIMIT, deduct_when=is_refusal)
    def add_passkey() -> ResponseReturnValue:
        name, answer = request.form.get("name", ""), request.form.get("answer", "")
        try:
            passkeys.add(open_holder_id(), ticket=_take_ticket(), answer=answer, name=name)
        except LedgerError as error:
            code = "passkey.not_added" if error.code == "passkey.refused" else error.code
            return make_response(_render(store, problem=code), HTTPStatus.BAD_REQUEST)
        flash(translate("You can open your wallet with this passkey now."))
        return redirect(url_for("wallet.passkeys_page"), code=HTTPStatus.SEE_OTHER)


def _add_naming(blueprint: Blueprint, store: PasskeyStore) -> None:
    @blueprint.post("/wallet/account/passkeys/<passkey_id>/name")
    def name_passkey(passkey_id: str) -> ResponseReturnValue:
        if store.find_own(open_holder_id(), passkey_id) is None:
            raise PageError("wallet.not_found", status=HTTPStatus.NOT_FOUND)
        try:
            name = read_passkey_name(request.form.get("name", ""))
        except LedgerError as error:
            return make_response(_render(store, problem=error.code), HTTPStatus.BAD_REQUEST)
        store.rename(open_holder_id(), passkey_id, name)
        flash(translate("The passkey has its new name."))
        return redirect(url_for("wallet.passkeys_page"), code=HTTPStatus.SEE_OTHER)


def _add_removing(blueprint: Blueprint, store: PasskeyStore) -> None:
    @blueprint.get("/wallet/account/passkeys/<passkey_id>/remove")
    def remove_passkey_form(passkey_id: str) -> ResponseReturnValue:
        passkey = store.find_own(open_holder_id(), passkey_id)
        if passkey is None:
            raise PageError("wallet.not_found", status=HTTPStatus.NOT_FOUND)
        return render_template("wallet/passkey_remove.html", passkey=passkey)

    @blueprint.post("/wallet/account/passkeys/<passkey_id>/remove")
    def remove_passkey(passkey_id: str) -> ResponseReturnValue:
        if not store.remove(open_holder_id(), passkey_id):
            raise PageError("wallet.not_found", status=HTTPStatus.NOT_FOUND)
        flash(translate("The passkey does not open your wallet any more."))
        return redirect(url_for("wallet.passkeys_page"), code=HTTPStatus.SEE_OTHER)


def _take_ticket() -> str:
    ticket = session.pop(_TICKET, "")
    return ticket if isinstance(ticket, str) else ""


def _render(store: PasskeyStore, *, problem: str = "") -> str:
    return render_template(
        "wallet/passkeys.html",
        passkeys=store.list_passkeys(open_holder_id()),
        max_name_chars=MAX_PASSKEY_NAME_CHARS,
        problem=explain_code(problem) if problem else None,
    )
