"""Who may come in: the session's cookie, and what holds for every page of the wallet."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import current_app, flash, g, redirect, request, url_for

from pages import PageError, translate
from wallet.holders import is_leaving_final
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
        "phone_form",
        "phone_sign_in",
        "phone_code",
        "stop_page",
        "stop",
        "told_page",
        "agree_to_be_told",
        "stop_being_told",
        "passkey_question",
        "passkey_sign_in",
        "claim_form",
        "claim_by_code",
        "claim_page",
        "claim",
        "send_claim_code",
        "class_page",
        "claim_in_class",
        "shared_page",
        "calendar",
        "worker",
        "app_manifest",
        "offline_info",
    )
)
# Set by a page whose person signed out, perhaps without a signal (pages/static/offline.js).
LEFT_COOKIE = "wallet-left"
# The same for everybody: a browser may keep it and ask whether it is still so.
_PUBLIC_ENDPOINTS = frozenset({"wallet.worker", "wallet.app_manifest"})


def open_holder_id() -> str:
    """Return whose wallet is open in this browser; empty when none is."""
    return str(g.get("wallet_holder", ""))


def set_cookie(response: Response, cookie: str) -> Response:
    """Hand a new session to the browser, and have it forget what it kept of an earlier one (Clear Site Data, W3C)."""
    response.headers["Clear-Site-Data"] = '"storage"'
    return _write_cookie(response, cookie)


def _write_cookie(response: Response, cookie: str) -> Response:
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=int(SESSION_LIFE.total_seconds()),
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )
    return response


def ask_before_losing(deps: WalletDeps, *, everywhere: str | None = None) -> Response | None:
    """Return the way to the question when nobody could open this wallet again; None when it is answered, or needless.

    The page may have noted already that its person left: they did not yet.
    """
    if "lose" in request.form or not is_leaving_final(deps, open_holder_id()):
        return None
    target = url_for("wallet.leave_form", everywhere=everywhere)
    answer: Response = redirect(target, code=HTTPStatus.SEE_OTHER)  # type: ignore[assignment]
    answer.delete_cookie(LEFT_COOKIE)
    return answer


def ask_before_another(deps: WalletDeps) -> Response | None:
    """Return the way to the same question when another wallet would take the place of the one that is open here."""
    question = ask_before_losing(deps)
    if question is not None:
        flash(translate("Add an e-mail address or a phone number first."))
    return question


def sign_out(deps: WalletDeps) -> Response:
    """End this session and wipe what the browser kept; return the way to the first page."""
    end_session(deps, request.cookies.get(COOKIE, ""))
    return wipe(redirect(url_for("site.home"), code=HTTPStatus.SEE_OTHER))  # type: ignore[arg-type]


def wipe(response: Response) -> Response:
    """Have the browser forget the wallet: cookie, caches and stored data (Clear Site Data, W3C)."""
    response.delete_cookie(COOKIE)
    response.delete_cookie(LEFT_COOKIE)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def add_door(blueprint: Blueprint, deps: WalletDeps) -> None:
    """Close every page but the ways in to strangers, and keep all of them out of caches and search engines."""

    @blueprint.before_request
    def require_session() -> ResponseReturnValue | None:
        cookie = request.cookies.get(COOKIE, "")
        has_left = LEFT_COOKIE in request.cookies
        if cookie and has_left and request.endpoint != "wallet.leave":
            end_session(deps, cookie)
        session = find_session(deps, cookie) if cookie else None
        g.wallet_over = session is None and bool(cookie or has_left)
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
        response.headers["Cache-Control"] = "no-cache" if request.endpoint in _PUBLIC_ENDPOINTS else "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        is_set = any(value.startswith(f"{COOKIE}=") for value in response.headers.getlist("Set-Cookie"))
        if is_set:
            response.delete_cookie(LEFT_COOKIE)
            return response
        if g.get("wallet_over"):
            return wipe(response)  # the session was withdrawn, is too old, or its person left without a signal
        renewed = str(g.get("wallet_renewed", ""))
        return _write_cookie(response, renewed) if renewed else response

    blueprint.context_processor(lambda: {"wallet_open": bool(open_holder_id())})
