"""Signing in at the desk: own password or the desk's, one answer to all that fails, few tries, a session that ends."""

from __future__ import annotations

import re
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import current_app, make_response, redirect, render_template, request, session, url_for
from werkzeug.exceptions import HTTPException

from issuer import people
from issuer.people import DESK_PERSON, Role
from issuer.web.problems import explain_code
from issuer.web.sign_in_pace import SignInPace
from issuer.web.visitor import find_visitor, needed_role, needs, open_to_strangers, set_visitor
from pages import PageError, hash_password, is_right_password

if TYPE_CHECKING:
    from flask import Blueprint, Response
    from flask.typing import ResponseReturnValue

    from issuer.people import Person
    from issuer.web.deps import IssuerDeps

# Wrong passwords of one network. Short: behind a proxy that `proxy_hops` does not count it is everybody's.
LOGIN_LIMIT = "5 per minute"
_SESSION_KEY = "desk"
_DESK_PATH = re.compile(r"/desk(?:/[A-Za-z0-9_\-./]*)?")


def open_session_id() -> str:
    """Return the id of this browser's session; empty for none."""
    session_id = session.get(_SESSION_KEY)
    return session_id if isinstance(session_id, str) else ""


def sign_in(deps: IssuerDeps, person_id: str, *, target: str = "", organisation_id: str = "") -> Response:
    """Begin a session for somebody who has just shown who they are; return the way on.

    Args:
        deps: The desk's.
        person_id: Who; whatever way they showed it: a password, a passkey or another site's word.
        target: Page of the desk to go to; empty for its first page.
        organisation_id: Where they work now; empty when that is theirs to choose.

    Raises:
        PageError: `auth.wrong_sign_in`: they belong to no organisation any more.
    """
    person = deps.sessions.read_person(person_id)
    if person is None:
        raise PageError("auth.wrong_sign_in", status=HTTPStatus.UNAUTHORIZED)
    return _begin(deps, person, target=target, organisation_id=organisation_id)


def _begin(deps: IssuerDeps, person: Person, *, target: str, organisation_id: str = "") -> Response:
    goal = read_next(target)
    with deps.ledger.database.read() as connection:
        memberships = people.list_memberships(connection, person.id)
    own_ids = [organisation.id for organisation, _ in memberships]
    if not own_ids:
        raise PageError("auth.wrong_sign_in", status=HTTPStatus.UNAUTHORIZED)
    if organisation_id not in own_ids:
        organisation_id = own_ids[0]
        if len(own_ids) > 1:
            goal = url_for("desk.organisations", next=target or None)
    # Whatever stood in the browser before does not reach into the session.
    deps.sessions.close(open_session_id())
    session.clear()
    session.permanent = True
    session[_SESSION_KEY] = deps.sessions.open(person, organisation_id)
    return make_response(redirect(goal, code=HTTPStatus.SEE_OTHER))


def read_next(target: str) -> str:
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
    """Add sign-in and sign-out, and close every other page of the desk to strangers and to roles that are too low."""
    pace = SignInPace(clock=deps.clock)
    blueprint.before_request(lambda: _admit(deps))
    blueprint.context_processor(lambda: {"visitor": find_visitor()})

    @blueprint.get("/desk/login")
    @open_to_strangers
    def login_form() -> ResponseReturnValue:
        target = request.args.get("next", "")
        read_next(target)
        return render_template("issuer/login.html", target=target, problem=None)

    @blueprint.post("/desk/login")
    @open_to_strangers
    @deps.limiter.limit(LOGIN_LIMIT, deduct_when=_is_refusal)
    def login() -> ResponseReturnValue:
        target = request.form.get("next", "")
        read_next(target)
        email = people.fold_email(request.form.get("email", ""))
        person = _find_person(deps, email)
        if person is None and not email:
            return _refuse("auth.no_password_set", target)
        if not pace.may_enter():
            raise PageError("request.too_many", status=HTTPStatus.TOO_MANY_REQUESTS)
        # A stranger's address costs the same work and gets the same answer as a wrong password.
        hashed = person.password_hash if person is not None else ""
        is_right = is_right_password(request.form.get("password", ""), hashed=hashed or _hash_of_nobody())
        if person is None or not hashed or not is_right:
            pace.note_failure()
            return _refuse("auth.wrong_sign_in" if email else "auth.wrong_password", target)
        return _begin(deps, person, target=target)

    @blueprint.post("/desk/logout")
    @needs(Role.VIEWER)
    def logout() -> ResponseReturnValue:
        deps.sessions.close(open_session_id())
        session.clear()
        return redirect(url_for("site.home"), code=HTTPStatus.SEE_OTHER)


def _admit(deps: IssuerDeps) -> ResponseReturnValue | None:
    """Find out who asks, and send away whoever may not see the page."""
    session_id = open_session_id()
    visitor = deps.sessions.find(session_id) if session_id else None
    set_visitor(visitor)
    needed = needed_role(current_app.view_functions[request.endpoint or ""])
    if needed is None:
        return None
    if visitor is not None:
        if visitor.may(needed):
            return None
        raise PageError("auth.role_too_low", status=HTTPStatus.FORBIDDEN)
    if request.method in {"GET", "HEAD"}:
        wanted = request.path if _DESK_PATH.fullmatch(request.path) else ""
        return redirect(url_for("desk.login_form", next=wanted or None), code=HTTPStatus.SEE_OTHER)
    raise PageError("auth.required", status=HTTPStatus.UNAUTHORIZED)


def _find_person(deps: IssuerDeps, email: str) -> Person | None:
    """Return who signs in: without an address it is the password of the desk. Somebody without organisation is none."""
    with deps.ledger.database.read() as connection:
        found = people.find_person_by_email(connection, email) if email else None
        person_id = found.id if found is not None else "" if email else DESK_PERSON
        if not people.list_memberships(connection, person_id):
            return None
    return deps.sessions.read_person(person_id)


@lru_cache(maxsize=1)
def _hash_of_nobody() -> str:
    return hash_password("nobody has this password")


def _is_refusal(response: Response) -> bool:
    return response.status_code == HTTPStatus.UNAUTHORIZED


def _refuse(code: str, target: str) -> ResponseReturnValue:
    # What was typed as an address is not shown again: on a shared computer it is somebody's.
    page = render_template("issuer/login.html", target=target, problem=explain_code(code))
    return make_response(page, HTTPStatus.UNAUTHORIZED)
