"""Signing in at the desk with a passkey, and the passkeys of a person: make one, look at them, name and remove one.

Whoever knows the password of the desk has none: everybody with that password is the same person here, and a passkey
would go on opening the desk after the password was changed.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, jsonify, make_response, redirect, render_template, request, session, url_for

from issuer.acts import facts_of_desk
from issuer.passkey_notices import announce_passkey
from issuer.people import Role
from issuer.web.login import LOGIN_LIMIT, read_next, sign_in
from issuer.web.problems import explain_code
from issuer.web.visitor import current_visitor, needs, open_to_strangers, own_person_id
from keys import MAX_PASSKEY_NAME_CHARS, PasskeyOwner, Passkeys, find_passkey_site, read_passkey_name
from pages import PageError, accepts_upload, translate
from schemas import LedgerError
from storage import PasskeyStore

if TYPE_CHECKING:
    from flask import Blueprint, Response
    from flask.typing import ResponseReturnValue

    from issuer.web.deps import IssuerDeps

SITE_NAME = "Skillmark"
QUESTION_LIMIT = "20 per minute"
MAX_FORM_BYTES = 64 * 1024  # an answer, each of its bytes as three signs in the worst case, and a name
_TICKET = "desk-passkey"  # in the signed cookie: brings an answer back to its question


def add_passkey_pages(blueprint: Blueprint, deps: IssuerDeps) -> None:
    """Add the pages about passkeys; none at an address at which browsers take no passkeys."""
    site = find_passkey_site(deps.base_url, name=SITE_NAME)
    blueprint.context_processor(lambda: {"has_passkeys": site is not None})
    if site is None:
        return
    store = PasskeyStore(
        deps.ledger.database,
        PasskeyOwner.PERSON.value,
        announce=lambda connection, person_id, change: announce_passkey(
            connection, person_id, change, now=deps.clock()
        ),
    )
    passkeys = Passkeys(site, owner=PasskeyOwner.PERSON, book=store, clock=deps.clock)
    _add_sign_in(blueprint, deps, passkeys)
    _add_making(blueprint, deps, passkeys, store)
    _add_naming(blueprint, store)
    _add_removing(blueprint, deps, store)


def _add_sign_in(blueprint: Blueprint, deps: IssuerDeps, passkeys: Passkeys) -> None:
    @blueprint.post("/desk/passkey/question")
    @open_to_strangers
    @deps.limiter.limit(QUESTION_LIMIT)
    def passkey_question() -> ResponseReturnValue:
        question = passkeys.ask_to_sign_in()
        session[_TICKET] = question.ticket
        return jsonify(question.options)

    @blueprint.post("/desk/passkey")
    @open_to_strangers
    @accepts_upload(MAX_FORM_BYTES)
    @deps.limiter.limit(LOGIN_LIMIT, deduct_when=_is_refusal)
    def passkey_sign_in() -> ResponseReturnValue:
        target = request.form.get("next", "")
        read_next(target)
        try:
            person_id = passkeys.sign_in(ticket=_take_ticket(), answer=request.form.get("answer", ""))
        except LedgerError as error:
            page = render_template("issuer/login.html", target=target, problem=explain_code(error.code))
            return make_response(page, HTTPStatus.UNAUTHORIZED)
        return sign_in(deps, person_id, target=target)


def _add_making(blueprint: Blueprint, deps: IssuerDeps, passkeys: Passkeys, store: PasskeyStore) -> None:
    @blueprint.get("/desk/account/passkeys")
    @needs(Role.VIEWER)
    def passkeys_page() -> ResponseReturnValue:
        return _render(store)

    @blueprint.post("/desk/account/passkeys/question")
    @needs(Role.VIEWER)
    @deps.limiter.limit(QUESTION_LIMIT)
    def new_passkey_question() -> ResponseReturnValue:
        question = passkeys.ask_to_add(own_person_id(), user_name=current_visitor().email)
        session[_TICKET] = question.ticket
        return jsonify(question.options)

    @blueprint.post("/desk/account/passkeys")
    @needs(Role.VIEWER)
    @accepts_upload(MAX_FORM_BYTES)
    @deps.limiter.limit(LOGIN_LIMIT, deduct_when=_is_refusal)
    def add_passkey() -> ResponseReturnValue:
        name, answer = request.form.get("name", ""), request.form.get("answer", "")
        try:
            passkeys.add(own_person_id(), ticket=_take_ticket(), answer=answer, name=name)
        except LedgerError as error:
            code = "passkey.not_added" if error.code == "passkey.refused" else error.code
            return make_response(_render(store, problem=code), HTTPStatus.BAD_REQUEST)
        _note(deps, "person.passkey_added")
        flash(translate("You can sign in at the desk with this passkey now."))
        return redirect(url_for("desk.passkeys_page"), code=HTTPStatus.SEE_OTHER)


def _add_naming(blueprint: Blueprint, store: PasskeyStore) -> None:
    @blueprint.post("/desk/account/passkeys/<passkey_id>/name")
    @needs(Role.VIEWER)
    def name_passkey(passkey_id: str) -> ResponseReturnValue:
        if store.find_own(own_person_id(), passkey_id) is None:
            raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
        try:
            name = read_passkey_name(request.form.get("name", ""))
        except LedgerError as error:
            return make_response(_render(store, problem=error.code), HTTPStatus.BAD_REQUEST)
        store.rename(own_person_id(), passkey_id, name)
        flash(translate("The passkey has its new name."))
        return redirect(url_for("desk.passkeys_page"), code=HTTPStatus.SEE_OTHER)


def _add_removing(blueprint: Blueprint, deps: IssuerDeps, store: PasskeyStore) -> None:
    @blueprint.get("/desk/account/passkeys/<passkey_id>/remove")
    @needs(Role.VIEWER)
    def remove_passkey_form(passkey_id: str) -> ResponseReturnValue:
        passkey = store.find_own(own_person_id(), passkey_id)
        if passkey is None:
            raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
        return render_template("issuer/passkey_remove.html", passkey=passkey)

    @blueprint.post("/desk/account/passkeys/<passkey_id>/remove")
    @needs(Role.VIEWER)
    def remove_passkey(passkey_id: str) -> ResponseReturnValue:
        if not store.remove(own_person_id(), passkey_id):
            raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
        _note(deps, "person.passkey_removed")
        flash(translate("Nobody can sign in with this passkey any more."))
        return redirect(url_for("desk.passkeys_page"), code=HTTPStatus.SEE_OTHER)


def _take_ticket() -> str:
    ticket = session.pop(_TICKET, "")
    return ticket if isinstance(ticket, str) else ""


def _is_refusal(response: Response) -> bool:
    return response.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.BAD_REQUEST}


def _note(deps: IssuerDeps, event: str) -> None:
    visitor = current_visitor()
    with deps.ledger.transaction() as connection:
        facts = facts_of_desk(visitor.person_id)
        deps.ledger.record(connection, event, visitor.organisation_id, person=visitor.person_id, **facts)


def _render(store: PasskeyStore, *, problem: str = "") -> str:
    return render_template(
        "issuer/passkeys.html",
        passkeys=store.list_passkeys(own_person_id()),
        max_name_chars=MAX_PASSKEY_NAME_CHARS,
        problem=explain_code(problem) if problem else None,
    )
