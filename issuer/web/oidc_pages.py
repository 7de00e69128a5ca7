"""Signing in at the desk through another site: the way there, and the way back."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import make_response, redirect, render_template, request, session

from issuer.oidc_people import find_person_of
from issuer.web.login import read_next, sign_in
from issuer.web.problems import explain_code
from issuer.web.visitor import open_to_strangers
from pages import PageError
from schemas import LedgerError

if TYPE_CHECKING:
    from flask import Blueprint, Response
    from flask.typing import ResponseReturnValue

    from issuer.oidc_sign_in import OidcSignIn
    from issuer.web.deps import IssuerDeps

BEGIN_LIMIT = "10 per minute"
RETURN_LIMIT = "10 per minute"  # ways back that led nowhere
_STATE = "desk-oidc"  # in the signed cookie: whoever comes back is whoever was sent
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
        return redirect(start.url, code=HTTPStatus.SEE_OTHER)

    @blueprint.get("/desk/oidc/<name>/return")
    @open_to_strangers
    @deps.limiter.limit(RETURN_LIMIT, deduct_when=_is_refusal)
    def oidc_return(name: str) -> ResponseReturnValue:
        way, state = _find(sign_ins, name), session.pop(_STATE, "")
        if any(len(values) > 1 for values in request.args.to_dict(flat=False).values()):
            return _refuse(LedgerError("oidc.not_completed", "a parameter twice"), "")
        try:
            end = way.finish(request.args, state=state if isinstance(state, str) else "")
            person_id = find_person_of(deps.ledger, way.provider, end.identity)
        except LedgerError as error:
            return _refuse(error, "")
        return sign_in(deps, person_id, target=end.target)


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
