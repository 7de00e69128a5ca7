"""Who may come in: the session's cookie, and what holds for every page of the wallet."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import current_app, g, redirect, request, url_for

from pages import PageError
from wallet.session_store import SESSION_LIFE
from wallet.sessions import end_session, find_session

if TYPE_CHECKING:
    from flask import Blueprint, Response
    from flask.typing import ResponseReturnValue

    from wallet.deps import WalletDeps

COOKIE = "wallet"
# Reached without a session: ways in, and what a link shows to others.
OPEN_ENDPOINTS = frozenset(
    f"wallet.{name}"
    for name in (
        "sign_in_form",
        "sign_in",
        "link_page",
        "use_link",
        "claim_form",
        "claim_by_code",
        "claim_page",
        "claim",
        "send_claim_code",
        "class_page",
        "claim_in_class",
        "shared_page",
        "calendar",
    )
)


def open_holder_id() -> str:
    """Return whose wallet is open in this browser; empty when none is."""
    return str(g.get("wallet_holder", ""))


def set_cookie(response: Response, cookie: str) -> Response:
    """Hand a session to the browser."""
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=int(SESSION_LIFE.total_seconds()),
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )
    return response


def sign_out(deps: WalletDeps) -> Response:
    """End this session and wipe what the browser kept; return the way to the first page."""
    end_session(deps, request.cookies.get(COOKIE, ""))
    return wipe(redirect(url_for("site.home"), code=HTTPStatus.SEE_OTHER))  # type: ignore[arg-type]


def wipe(response: Response) -> Response:
    """Have the browser forget the wallet: cookie, caches and stored data (Clear Site Data, W3C)."""
    response.delete_cookie(COOKIE)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def add_door(blueprint: Blueprint, deps: WalletDeps) -> None:
    """Close every page but the ways in to strangers, and keep all of them out of caches and search engines."""

    @blueprint.before_request
    def require_session() -> ResponseReturnValue | None:
        cookie = request.cookies.get(COOKIE, "")
        session = find_session(deps, cookie) if cookie else None
        if session is not None:
            g.wallet_holder = session.holder_id
            g.wallet_renewed = cookie if session.is_renewed else ""
            return None
        if request.endpoint in OPEN_ENDPOINTS:
            return None
        if request.method in {"GET", "HEAD"}:
            return redirect(url_for("wallet.sign_in_form"), code=HTTPStatus.SEE_OTHER)
        raise PageError("wallet.signed_out", status=HTTPStatus.UNAUTHORIZED)

    @blueprint.after_request
    def keep_private(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        renewed = str(g.get("wallet_renewed", ""))
        is_set = any(value.startswith(f"{COOKIE}=") for value in response.headers.getlist("Set-Cookie"))
        return set_cookie(response, renewed) if renewed and not is_set else response

    blueprint.context_processor(lambda: {"wallet_open": bool(open_holder_id())})
