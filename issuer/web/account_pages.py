"""What belongs to whoever is signed in: their name, their password, their sessions, and where they work."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, render_template, request, session, url_for

from issuer.people import DESK_PERSON, Role, list_memberships
from issuer.people_changes import rename_person
from issuer.people_passwords import change_password, request_password_link
from issuer.web.login import open_session_id, read_next, sign_in
from issuer.web.problems import explain_code
from issuer.web.visitor import current_visitor, needs
from issuer.web.way_in_pages import read_new_password
from pages import MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, PageError, translate
from schemas import LedgerError

if TYPE_CHECKING:
    from flask import Blueprint, Response
    from flask.typing import ResponseReturnValue

    from issuer.people import Organisation
    from issuer.web.deps import IssuerDeps

PASSWORD_LIMIT = "5 per minute"  # noqa: S105  wrong ones, of one network
LINK_ASK_LIMIT = "5 per minute"


def add_account_pages(blueprint: Blueprint, deps: IssuerDeps) -> None:
    """Add the account of the visitor and the choice of the organisation."""
    _add_account(blueprint, deps)
    _add_passwords(blueprint, deps)
    _add_organisations(blueprint, deps)


def _add_account(blueprint: Blueprint, deps: IssuerDeps) -> None:
    @blueprint.get("/desk/account")
    @needs(Role.VIEWER)
    def account() -> ResponseReturnValue:
        return _show(deps, None)

    @blueprint.post("/desk/account/name")
    @needs(Role.VIEWER)
    def change_name() -> ResponseReturnValue:
        try:
            rename_person(deps.ledger, current_visitor().person_id, request.form.get("name", ""))
        except LedgerError as error:
            return _show(deps, error)
        flash(translate("Your name is saved."))
        return redirect(url_for("desk.account"), code=HTTPStatus.SEE_OTHER)

    @blueprint.post("/desk/account/sign-out-everywhere")
    @needs(Role.VIEWER)
    def sign_out_everywhere() -> ResponseReturnValue:
        deps.sessions.close_all(current_visitor().person_id)
        session.clear()
        return redirect(url_for("desk.login_form"), code=HTTPStatus.SEE_OTHER)


def _add_passwords(blueprint: Blueprint, deps: IssuerDeps) -> None:
    @blueprint.post("/desk/account/password")
    @needs(Role.VIEWER)
    @deps.limiter.limit(PASSWORD_LIMIT, deduct_when=_is_refusal)
    def set_password() -> ResponseReturnValue:
        person = deps.sessions.read_person(current_visitor().person_id)
        if person is None:
            raise PageError("auth.required", status=HTTPStatus.UNAUTHORIZED)
        try:
            change_password(deps.ledger, person, current=request.form.get("current", ""), new=read_new_password())
        except LedgerError as error:
            return _show(deps, error)
        here = current_visitor().organisation_id
        answer = sign_in(deps, person.id, target=url_for("desk.account"), organisation_id=here)
        flash(translate("Your new password holds. Everywhere else you are signed out."))
        return answer

    @blueprint.post("/desk/account/password-link")
    @needs(Role.VIEWER)
    @deps.limiter.limit(LINK_ASK_LIMIT)
    def send_own_password_link() -> ResponseReturnValue:
        email = current_visitor().email
        if not email:
            raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
        request_password_link(deps.ledger, deps.claims.links, email)
        flash(translate("A link to set a password is on its way to your e-mail address."))
        return redirect(url_for("desk.account"), code=HTTPStatus.SEE_OTHER)


def _add_organisations(blueprint: Blueprint, deps: IssuerDeps) -> None:
    @blueprint.get("/desk/organisations")
    @needs(Role.VIEWER)
    def organisations() -> ResponseReturnValue:
        target = request.args.get("next", "")
        read_next(target)
        return render_template("issuer/organisations.html", memberships=_own_memberships(deps), target=target)

    @blueprint.post("/desk/organisations/<organisation_id>/work")
    @needs(Role.VIEWER)
    def work_in(organisation_id: str) -> ResponseReturnValue:
        target = read_next(request.form.get("next", ""))
        if organisation_id not in {organisation.id for organisation, _ in _own_memberships(deps)}:
            raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
        deps.sessions.move(open_session_id(), organisation_id)
        return redirect(target, code=HTTPStatus.SEE_OTHER)


def _own_memberships(deps: IssuerDeps) -> tuple[tuple[Organisation, Role], ...]:
    with deps.ledger.database.read() as connection:
        return list_memberships(connection, current_visitor().person_id)


def _is_refusal(response: Response) -> bool:
    return response.status_code >= HTTPStatus.BAD_REQUEST


def _show(deps: IssuerDeps, error: LedgerError | None) -> ResponseReturnValue:
    visitor = current_visitor()
    person = deps.sessions.read_person(visitor.person_id)
    page = render_template(
        "issuer/account.html",
        is_desk_person=visitor.person_id == DESK_PERSON,
        has_password=person is not None and bool(person.password_hash),
        memberships=_own_memberships(deps),
        least=MIN_PASSWORD_CHARS,
        most=MAX_PASSWORD_CHARS,
        problem=explain_code(error.code) if error else None,
    )
    return make_response(page, HTTPStatus.BAD_REQUEST if error else HTTPStatus.OK)
