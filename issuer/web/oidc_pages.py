"""Signing in at the desk through another site: the way there, and the way back.

Whoever is signed in already can join an account of such a site to themselves. That way begins with a form of our own:
a foreign page that sent a browser there could else join its own account to whoever works in that browser.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, render_template, request, session, url_for

from issuer.oidc_people import bind_account, find_person_of, has_account_at, unbind_account
from issuer.people import Role
from issuer.web.login import read_next, sign_in
from issuer.web.problems import explain_code
from issuer.web.visitor import find_visitor, needs, open_to_strangers, own_person_id
from pages import PageError, translate
from schemas import LedgerError

if TYPE_CHECKING:
    from flask import Blueprint, Response
    from flask.typing import ResponseReturnValue

    from issuer.oidc import OidcIdentity
    from issuer.oidc_sign_in import OidcSignIn
    from issuer.web.deps import IssuerDeps

BEGIN_LIMIT = "10 per minute"
RETURN_LIMIT = "10 per minute"  # ways back that led nowhere
_STATE = "desk-oidc"  # in the signed cookie: whoever comes back is whoever was sent
_JOINS = "desk-oidc-joins"  # beside it: the person whose account it shall be; not there for signing in
_STATUSES = {
    "oidc.provider_failed": HTTPStatus.BAD_GATEWAY,
    "oidc.not_completed": HTTPStatus.BAD_REQUEST,
    "oidc.cancelled": HTTPStatus.OK,
}


def add_oidc_pages(blueprint: Blueprint, deps: IssuerDeps) -> None:
    """Add the way through other sites; without any, its addresses are not found."""
    sign_ins = {way.provider.name: way for way in deps.oidc}
    shown = tuple(way.provider for way in deps.oidc)
    blueprint.context_processor(lambda: {"oidc_providers": shown})

    # A link and no form: our pages let no form lead to another site, not even by a redirect (form-action).
    @blueprint.get("/desk/oidc/<name>")
    @open_to_strangers
    @deps.limiter.limit(BEGIN_LIMIT)
    def oidc_begin(name: str) -> ResponseReturnValue:
        target = request.args.get("next", "")
        read_next(target)
        try:
            start = _find(sign_ins, name).begin(target)
        except LedgerError as error:
            return _refuse(error, target)
        session[_STATE] = start.state
        session.pop(_JOINS, None)
        return redirect(start.url, code=HTTPStatus.SEE_OTHER)

    @blueprint.get("/desk/oidc/<name>/return")
    @open_to_strangers
    @deps.limiter.limit(RETURN_LIMIT, deduct_when=_is_refusal)
    def oidc_return(name: str) -> ResponseReturnValue:
        way, state, joins = _find(sign_ins, name), session.pop(_STATE, ""), session.pop(_JOINS, None)
        if any(len(values) > 1 for values in request.args.to_dict(flat=False).values()):
            return _refuse(LedgerError("oidc.not_completed", "a parameter twice"), "")
        try:
            end = way.finish(request.args, state=state if isinstance(state, str) else "")
            if joins is not None:
                return _join(deps, end.identity, joins)
            person_id = find_person_of(deps.ledger, way.provider, end.identity)
        except LedgerError as error:
            return _refuse(error, "")
        return sign_in(deps, person_id, target=end.target)

    if sign_ins:
        _add_accounts(blueprint, deps, sign_ins)


def _add_accounts(blueprint: Blueprint, deps: IssuerDeps, sign_ins: dict[str, OidcSignIn]) -> None:
    @blueprint.get("/desk/account/sites")
    @needs(Role.VIEWER)
    def sites() -> ResponseReturnValue:
        joined = {
            name for name, way in sign_ins.items() if has_account_at(deps.ledger, own_person_id(), way.provider.issuer)
        }
        return render_template("issuer/sites.html", joined=joined)

    @blueprint.post("/desk/account/sites/<name>")
    @needs(Role.VIEWER)
    @deps.limiter.limit(BEGIN_LIMIT)
    def join_site(name: str) -> ResponseReturnValue:
        way, person_id = _find(sign_ins, name), own_person_id()
        try:
            start = way.begin(url_for("desk.sites"))
        except LedgerError as error:
            return _refuse(error, "")
        session[_STATE], session[_JOINS] = start.state, person_id
        return render_template("issuer/site_go.html", provider=way.provider, url=start.url)

    @blueprint.get("/desk/account/sites/<name>/remove")
    @needs(Role.VIEWER)
    def leave_site_form(name: str) -> ResponseReturnValue:
        way = _find(sign_ins, name)
        if not has_account_at(deps.ledger, own_person_id(), way.provider.issuer):
            raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
        return render_template("issuer/site_remove.html", provider=way.provider)

    @blueprint.post("/desk/account/sites/<name>/remove")
    @needs(Role.VIEWER)
    def leave_site(name: str) -> ResponseReturnValue:
        way = _find(sign_ins, name)
        if not unbind_account(deps.ledger, own_person_id(), way.provider.issuer):
            raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
        flash(translate("That account does not sign you in any more."))
        return redirect(url_for("desk.sites"), code=HTTPStatus.SEE_OTHER)


def _join(deps: IssuerDeps, identity: OidcIdentity, person_id: object) -> ResponseReturnValue:
    visitor = find_visitor()
    if visitor is None or visitor.person_id != person_id:
        raise LedgerError("oidc.not_completed", "somebody else is signed in now")
    bind_account(deps.ledger, identity, visitor.person_id)
    flash(translate("You can sign in with that account now."))
    return redirect(url_for("desk.sites"), code=HTTPStatus.SEE_OTHER)


def _find(sign_ins: dict[str, OidcSignIn], name: str) -> OidcSignIn:
    way = sign_ins.get(name)
    if way is None:
        raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
    return way


def _is_refusal(response: Response) -> bool:
    return response.status_code >= HTTPStatus.BAD_REQUEST


def _refuse(error: LedgerError, target: str) -> ResponseReturnValue:
    if not error.code.startswith("oidc."):
        raise error  # a fault of our own store
    page = render_template("issuer/login.html", target=target, problem=explain_code(error.code))
    return make_response(page, _STATUSES.get(error.code, HTTPStatus.FORBIDDEN))
