"""Signing in at the desk: one password, a generic answer, few tries, a session that ends."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import current_app, make_response, redirect, render_template, request, session, url_for
from werkzeug.exceptions import HTTPException

from issuer.web.problems import explain_code
from issuer.web.sign_in_pace import SignInPace
from pages import PageError, is_right_password

if TYPE_CHECKING:
    from flask import Blueprint, Response
    from flask.typing import ResponseReturnValue

    from issuer.web.deps import IssuerDeps

# Wrong passwords of one network. Short: behind a proxy that `proxy_hops` does not count it is everybody's.
LOGIN_LIMIT = "5 per minute"
_SESSION_KEY = "desk"
_DESK_PATH = re.compile(r"/desk(?:/[A-Za-z0-9_\-./]*)?")
_OPEN_ENDPOINTS = frozenset({"desk.login", "desk.login_form"})


def is_signed_in(deps: IssuerDeps) -> bool:
    """Say whether this session signed in with the password that is set now, and did not sign out."""
    hashed, session_id = deps.desk_password_hash(), session.get(_SESSION_KEY)
    return bool(hashed) and isinstance(session_id, str) and deps.sessions.is_open(session_id, hashed)


def _read_next(target: str) -> str:
    """Return where to go after signing in: a page of the desk that exists.

    Raises:
        PageError: `auth.redirect_forbidden` for anything else.
    """
    if not target:
        return url_for("desk.overview")
    if not _DESK_PATH.fullmatch(target):
        raise PageError("auth.redirect_forbidden", status=HTTPStatus.BAD_REQUEST)
    try:
        current_app.url_map.bind("localhost").match(target, method="GET")
    except HTTPException as error:
        raise PageError("auth.redirect_forbidden", status=HTTPStatus.BAD_REQUEST) from error
    return target


def add_login(blueprint: Blueprint, deps: IssuerDeps) -> None:
    """Add sign-in and sign-out, and close every other page of the desk to strangers."""
    pace = SignInPace(clock=deps.clock)

    @blueprint.before_request
    def require_sign_in() -> ResponseReturnValue | None:
        if request.endpoint in _OPEN_ENDPOINTS or is_signed_in(deps):
            return None
        if request.method in {"GET", "HEAD"}:
            wanted = request.path if _DESK_PATH.fullmatch(request.path) else ""
            return redirect(url_for("desk.login_form", next=wanted or None), code=HTTPStatus.SEE_OTHER)
        raise PageError("auth.required", status=HTTPStatus.UNAUTHORIZED)

    @blueprint.get("/desk/login")
    def login_form() -> ResponseReturnValue:
        target = _read_next(request.args.get("next", ""))
        return render_template("issuer/login.html", target=target, problem=None)

    @blueprint.post("/desk/login")
    @deps.limiter.limit(LOGIN_LIMIT, deduct_when=_is_refusal)
    def login() -> ResponseReturnValue:
        target = _read_next(request.form.get("next", ""))
        hashed = deps.desk_password_hash()
        if not hashed:
            return _refuse("auth.no_password_set", target)
        if not pace.may_enter():
            raise PageError("request.too_many", status=HTTPStatus.TOO_MANY_REQUESTS)
        if not is_right_password(request.form.get("password", ""), hashed=hashed):
            pace.note_failure()
            return _refuse("auth.wrong_password", target)
        session.clear()
        session.permanent = True
        session[_SESSION_KEY] = deps.sessions.open(hashed)
        return redirect(target, code=HTTPStatus.SEE_OTHER)

    @blueprint.post("/desk/logout")
    def logout() -> ResponseReturnValue:
        session_id = session.get(_SESSION_KEY)
        if isinstance(session_id, str):
            deps.sessions.close(session_id)
        session.clear()
        return redirect(url_for("site.home"), code=HTTPStatus.SEE_OTHER)


def _is_refusal(response: Response) -> bool:
    return response.status_code == HTTPStatus.UNAUTHORIZED


def _refuse(code: str, target: str) -> ResponseReturnValue:
    page = render_template("issuer/login.html", target=target, problem=explain_code(code))
    return make_response(page, HTTPStatus.UNAUTHORIZED)
