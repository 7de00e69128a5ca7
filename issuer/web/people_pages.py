"""The people of an organisation, for its owners: who is there, who is invited, what each may do."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, render_template, request, url_for

from issuer.people import Member, Role, list_people, read_role
from issuer.people_changes import Actor, change_role, remove_person, rename_organisation
from issuer.people_invitations import invitation_path, invite, list_invitations, withdraw_invitation
from issuer.web.people_words import ROLE_HINTS, say_person, say_role
from issuer.web.problems import explain_code
from issuer.web.visitor import current_visitor, needs
from pages import PageError, translate
from schemas import LedgerError

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from issuer.web.deps import IssuerDeps

INVITE_LIMIT = "20 per minute"
_UNKNOWN = frozenset({"people.unknown", "people.invitation_unknown"})


def add_people_pages(blueprint: Blueprint, deps: IssuerDeps) -> None:
    """Add the list of people and the invitations."""
    blueprint.context_processor(lambda: {"say_person": say_person, "say_role": say_role, "role_hints": ROLE_HINTS})
    _add_list(blueprint, deps)
    _add_person(blueprint, deps)

    @blueprint.post("/desk/organisation")
    @needs(Role.OWNER)
    def rename() -> ResponseReturnValue:
        try:
            rename_organisation(deps.ledger, _actor(), request.form.get("name", ""))
        except LedgerError as error:
            return _show_list(deps, error)
        flash(translate("The organisation has its new name."))
        return redirect(url_for("desk.people"), code=HTTPStatus.SEE_OTHER)


def _add_list(blueprint: Blueprint, deps: IssuerDeps) -> None:
    @blueprint.get("/desk/people")
    @needs(Role.OWNER)
    def people() -> ResponseReturnValue:
        return _show_list(deps, None)

    @blueprint.post("/desk/people/invitations")
    @needs(Role.OWNER)
    @deps.limiter.limit(INVITE_LIMIT)
    def invite_person() -> ResponseReturnValue:
        try:
            invite(deps.ledger, deps.claims.links, _actor(), request.form.get("email", ""), _read_role("role"))
        except LedgerError as error:
            return _show_list(deps, error)
        if deps.has_mail_server:
            flash(translate("The invitation is on its way."))
        else:
            flash(translate("The invitation is made. Hand its link over yourself."))
        return redirect(url_for("desk.people"), code=HTTPStatus.SEE_OTHER)

    @blueprint.post("/desk/people/invitations/<invitation_id>/withdraw")
    @needs(Role.OWNER)
    def withdraw(invitation_id: str) -> ResponseReturnValue:
        try:
            withdraw_invitation(deps.ledger, _actor(), invitation_id)
        except LedgerError as error:
            return _show_list(deps, error)
        flash(translate("The invitation is withdrawn. Its link opens nothing any more."))
        return redirect(url_for("desk.people"), code=HTTPStatus.SEE_OTHER)


def _add_person(blueprint: Blueprint, deps: IssuerDeps) -> None:
    @blueprint.get("/desk/people/<person_id>")
    @needs(Role.OWNER)
    def person(person_id: str) -> ResponseReturnValue:
        return _show_person(deps, person_id, None)

    @blueprint.post("/desk/people/<person_id>/role")
    @needs(Role.OWNER)
    def set_role(person_id: str) -> ResponseReturnValue:
        try:
            change_role(deps.ledger, _actor(), person_id, _read_role("role"))
        except LedgerError as error:
            return _show_person(deps, person_id, error)
        flash(translate("The role is changed."))
        is_own = person_id == current_visitor().person_id
        return redirect(url_for("desk.overview" if is_own else "desk.people"), code=HTTPStatus.SEE_OTHER)

    @blueprint.get("/desk/people/<person_id>/remove")
    @needs(Role.OWNER)
    def remove_form(person_id: str) -> ResponseReturnValue:
        return render_template("issuer/person_remove.html", member=_find(deps, person_id), problem=None)

    @blueprint.post("/desk/people/<person_id>/remove")
    @needs(Role.OWNER)
    def remove(person_id: str) -> ResponseReturnValue:
        try:
            remove_person(deps.ledger, _actor(), person_id)
        except LedgerError as error:
            return _show_person(deps, person_id, error)
        flash(translate("They are removed, and signed out everywhere."))
        return redirect(url_for("desk.people"), code=HTTPStatus.SEE_OTHER)


def _actor() -> Actor:
    visitor = current_visitor()
    return Actor(organisation_id=visitor.organisation_id, person_id=visitor.person_id)


def _read_role(field: str) -> Role:
    role = read_role(request.form.get(field, ""))
    if role is None:
        raise LedgerError("people.role_missing")
    return role


def _find(deps: IssuerDeps, person_id: str) -> Member:
    for member in list_people(deps.ledger.database, current_visitor().organisation_id):
        if member.person.id == person_id:
            return member
    raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)


def _check_refusal(error: LedgerError) -> None:
    """Answer with a page of its own when there is nothing to mend in a form."""
    if error.code in _UNKNOWN:
        raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND) from error
    if error.code == "people.not_owner":
        raise PageError(error.code, status=HTTPStatus.FORBIDDEN) from error


def _show_list(deps: IssuerDeps, error: LedgerError | None) -> ResponseReturnValue:
    if error is not None:
        _check_refusal(error)
    organisation_id = current_visitor().organisation_id
    invitations = list_invitations(deps.ledger, organisation_id)
    page = render_template(
        "issuer/people.html",
        members=list_people(deps.ledger.database, organisation_id),
        invitations=invitations,
        # Without a mail server nobody gets the mail, so the owner hands the link over.
        links={}
        if deps.has_mail_server
        else {entry.id: f"{deps.base_url}{invitation_path(deps.claims.links, entry.id)}" for entry in invitations},
        roles=tuple(Role),
        chosen_role=request.form.get("role", Role.TRAINER.value),
        email=request.form.get("email", ""),
        problem=explain_code(error.code) if error else None,
    )
    return make_response(page, HTTPStatus.BAD_REQUEST if error else HTTPStatus.OK)


def _show_person(deps: IssuerDeps, person_id: str, error: LedgerError | None) -> ResponseReturnValue:
    if error is not None:
        _check_refusal(error)
    page = render_template(
        "issuer/person.html",
        member=_find(deps, person_id),
        roles=tuple(Role),
        problem=explain_code(error.code) if error else None,
    )
    return make_response(page, HTTPStatus.BAD_REQUEST if error else HTTPStatus.OK)
