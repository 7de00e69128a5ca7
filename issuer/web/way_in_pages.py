"""Ways to the desk that a link in a mail opens: an invitation, and a new password. Nothing happens before a button."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import make_response, redirect, render_template, request, url_for

from issuer.people import fold_email
from issuer.people_invitations import LinkWay, accept_invitation, find_invitation
from issuer.people_passwords import find_password_link, request_password_link, set_password_by_link
from issuer.web.login import open_session_id, sign_in
from issuer.web.people_words import ROLE_HINTS, say_role
from issuer.web.problems import explain_code
from issuer.web.visitor import find_visitor, open_to_strangers
from pages import MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, render_error, translate
from schemas import LedgerError

if TYPE_CHECKING:
    from flask import Blueprint, Response
    from flask.typing import ResponseReturnValue

    from issuer.web.deps import IssuerDeps

ASK_LIMIT = "5 per minute"
LINK_LIMIT = "10 per minute"  # links that did not work
_GONE = frozenset({"people.invitation_unknown", "people.link_unknown"})


def add_way_in_pages(blueprint: Blueprint, deps: IssuerDeps) -> None:
    """Add invitations and forgotten passwords."""
    _add_invitations(blueprint, deps)
    _add_forgotten_passwords(blueprint, deps)


def _add_invitations(blueprint: Blueprint, deps: IssuerDeps) -> None:
    @blueprint.get("/desk/invitation/<token>")
    @open_to_strangers
    @deps.limiter.limit(LINK_LIMIT, deduct_when=_is_gone)
    def invitation(token: str) -> ResponseReturnValue:
        return _show_invitation(deps, token, None)

    @blueprint.post("/desk/invitation/<token>")
    @open_to_strangers
    @deps.limiter.limit(LINK_LIMIT, deduct_when=_is_gone)
    def accept(token: str) -> ResponseReturnValue:
        visitor = find_visitor()
        try:
            accepted = accept_invitation(
                deps.ledger,
                token,
                name=request.form.get("name", ""),
                password=read_new_password(),
                way=LinkWay.MAILED if deps.has_mail_server else LinkWay.HANDED_OVER,
                signed_in_id=visitor.person_id if visitor is not None else "",
            )
        except LedgerError as error:
            return _show_invitation(deps, token, error)
        if accepted.is_new:
            return sign_in(deps, accepted.person_id, organisation_id=accepted.organisation_id)
        deps.sessions.move(open_session_id(), accepted.organisation_id)
        return redirect(url_for("desk.overview"), code=HTTPStatus.SEE_OTHER)


def _add_forgotten_passwords(blueprint: Blueprint, deps: IssuerDeps) -> None:
    @blueprint.get("/desk/password")
    @open_to_strangers
    def forgotten() -> ResponseReturnValue:
        return render_template("issuer/password_ask.html", is_sent=False)

    @blueprint.post("/desk/password")
    @open_to_strangers
    @deps.limiter.limit(ASK_LIMIT)
    def ask_for_link() -> ResponseReturnValue:
        # Whoever is known here or not: the same words, and the same work.
        request_password_link(deps.ledger, deps.claims.links, fold_email(request.form.get("email", "")))
        return render_template("issuer/password_ask.html", is_sent=True)

    @blueprint.get("/desk/password/<token>")
    @open_to_strangers
    @deps.limiter.limit(LINK_LIMIT, deduct_when=_is_gone)
    def new_password(token: str) -> ResponseReturnValue:
        return _show_new_password(deps, token, None)

    @blueprint.post("/desk/password/<token>")
    @open_to_strangers
    @deps.limiter.limit(LINK_LIMIT, deduct_when=_is_gone)
    def save_password(token: str) -> ResponseReturnValue:
        try:
            person_id = set_password_by_link(deps.ledger, token, read_new_password())
        except LedgerError as error:
            return _show_new_password(deps, token, error)
        return sign_in(deps, person_id)


def read_new_password() -> str:
    """Return the password that was typed twice.

    Raises:
        LedgerError: `people.passwords_differ`.
    """
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        raise LedgerError("people.passwords_differ")
    return password


def _is_gone(response: Response) -> bool:
    return response.status_code == HTTPStatus.NOT_FOUND


def _show_invitation(deps: IssuerDeps, token: str, error: LedgerError | None) -> ResponseReturnValue:
    found = find_invitation(deps.ledger, token)
    if found is None or (error is not None and error.code in _GONE):
        return render_error("people.invitation_unknown", HTTPStatus.NOT_FOUND)
    visitor = find_visitor()
    page = render_template(
        "issuer/invitation.html",
        invitation=found,
        is_signed_in=visitor is not None and visitor.email == found.email,
        token=token,
        role=say_role(found.role),
        hint=translate(ROLE_HINTS[found.role]),
        name=request.form.get("name", ""),
        least=MIN_PASSWORD_CHARS,
        most=MAX_PASSWORD_CHARS,
        problem=explain_code(error.code) if error else None,
    )
    return make_response(page, HTTPStatus.BAD_REQUEST if error else HTTPStatus.OK)


def _show_new_password(deps: IssuerDeps, token: str, error: LedgerError | None) -> ResponseReturnValue:
    person = find_password_link(deps.ledger, token)
    if person is None or (error is not None and error.code in _GONE):
        return render_error("people.link_unknown", HTTPStatus.NOT_FOUND)
    page = render_template(
        "issuer/password_new.html",
        email=person.email,
        token=token,
        least=MIN_PASSWORD_CHARS,
        most=MAX_PASSWORD_CHARS,
        problem=explain_code(error.code) if error else None,
    )
    return make_response(page, HTTPStatus.BAD_REQUEST if error else HTTPStatus.OK)
