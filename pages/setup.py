"""Installs what every web face shares on an application."""

from __future__ import annotations

import hashlib
from datetime import UTC, timedelta
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect

from pages.clients import client_address
from pages.errors import install_errors
from pages.language import (
    LANGUAGE_NAMES,
    LANGUAGES,
    TIME_ZONE_KEY,
    current_language,
    remember_language,
    show_date,
    show_day,
    show_time,
    translate,
    translate_plural,
)
from pages.markdown import render_markdown
from pages.rate_limits import Limiter
from pages.security import install_security

if TYPE_CHECKING:
    from datetime import tzinfo

    from flask import Flask, Request
    from flask.sessions import SecureCookieSession

    from schemas import Language

__all__ = ["Limiter", "create_limiter", "install_pages", "static_url"]

SESSION_HOURS = 12
_STATIC_SECONDS = 365 * 24 * 3600


@lru_cache(maxsize=64)
def _static_version(filename: str) -> str:
    body = resources.files("pages").joinpath("static", filename).read_bytes()
    return hashlib.sha256(body).hexdigest()[:12]


def static_url(filename: str) -> str:
    """Return the address of one of our own static files; it changes when the file changes."""
    return url_for("pages.static", filename=filename, v=_static_version(filename))


def language_switch_url(language: Language) -> str:
    """Return the address of this page in another language; for an answer to a form, of the form's page."""
    arguments = {**(request.view_args or {}), "lang": language}
    if request.method in {"GET", "HEAD"} and request.endpoint:
        kept = {key: value for key, value in request.args.items() if key != "lang" and not key.startswith("_")}
        return url_for(request.endpoint, **{**kept, **arguments})
    return url_for("site.home", lang=language)


class _CookieSessions(SecureCookieSessionInterface):
    """Flask's sessions; whoever brings no cookie, as programs and most visitors, costs no signer."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


def create_limiter() -> Limiter:
    """Return the limiter whose counts live in this process."""
    return Limiter(client_address)


def install_pages(app: Flask, *, base_url: str, limiter: Limiter, time_zone: tzinfo = UTC) -> None:
    """Install languages, templates, static files, error pages, CSRF protection and security headers.

    Times are shown in `time_zone`.
    """
    app.config.update(
        {TIME_ZONE_KEY: time_zone},
        SESSION_COOKIE_NAME="session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=base_url.startswith("https:"),
        PERMANENT_SESSION_LIFETIME=timedelta(hours=SESSION_HOURS),
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a trainer may leave a form open over lunch
        WTF_CSRF_SSL_STRICT=False,  # it needs a Referer, and our pages send none
        SEND_FILE_MAX_AGE_DEFAULT=_STATIC_SECONDS,
    )
    app.session_interface = _CookieSessions()
    install_security(app, base_url=base_url)
    install_errors(app)
    CSRFProtect(app)
    app.extensions["limiter"] = limiter
    app.after_request(remember_language)
    app.register_blueprint(
        Blueprint("pages", "pages", static_folder="static", static_url_path="/static", template_folder="templates")
    )
    environment = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(translate, translate_plural, newstyle=True)  # type: ignore[attr-defined]
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    environment.filters.update(markdown=render_markdown, date=show_date, day=show_day, time=show_time)
    environment.globals.update(static_url=static_url, language_switch_url=language_switch_url)
    app.context_processor(
        lambda: {"language": current_language(), "languages": LANGUAGES, "language_names": LANGUAGE_NAMES}
    )
