"""What protects every page: headers, the list of hosts we answer to, and limits on what is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from flask import current_app, g, request

from pages.errors import PageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask, Response
    from flask.typing import ResponseReturnValue

    View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

MAX_REQUEST_BYTES = 2 * 1024 * 1024
MAX_FORM_PARTS = 100
HTTPS_ONLY_SECONDS = 365 * 24 * 3600
_LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")

_PAGE_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "require-trusted-types-for 'script'",
)
CONTENT_SECURITY_POLICY = "; ".join((*_PAGE_POLICY, "trusted-types 'none'"))
# One policy by name: it lets the page start the one worker of the wallet and nothing else (pages/static/offline.js).
WORKER_PAGE_POLICY = "; ".join((*_PAGE_POLICY, "trusted-types wallet-worker"))
WORKER_SECURITY_POLICY = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
# A picture or document opened by itself runs nothing and loads nothing.
FILE_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"


def allowed_hosts(base_url: str) -> frozenset[str]:
    """Return the values of Host that this site answers to; on loopback its other names too."""
    parts = urlsplit(base_url)
    port = f":{parts.port}" if parts.port else ""
    if parts.hostname in {"127.0.0.1", "localhost", "::1"}:
        return frozenset(name + port for name in _LOOPBACK_NAMES)
    return frozenset({parts.netloc.lower()})


def accepts_upload(max_bytes: int) -> Callable[[View], View]:
    """Let one view take a body of up to `max_bytes`; every other view takes 2 MiB."""

    def mark(view: View) -> View:
        view.max_body_bytes = max_bytes  # type: ignore[attr-defined]
        return view

    return mark


def allow_camera() -> None:
    """Let the page that is being made use the camera."""
    g.camera_allowed = True


def allow_worker() -> None:
    """Let the page that is being made start the service worker; when the answer is the worker, let it ask this site."""
    g.worker_allowed = True


def _set_body_limit() -> None:
    # Runs before CSRF protection, which is the first to read the form.
    view = current_app.view_functions.get(request.endpoint or "")
    limit = getattr(view, "max_body_bytes", None)
    if limit is not None:
        request.max_content_length = limit
        request.max_form_memory_size = limit


def _choose_policy(response: Response) -> str:
    if response.mimetype == "text/html":
        return WORKER_PAGE_POLICY if g.get("worker_allowed") else CONTENT_SECURITY_POLICY
    if response.mimetype == "text/javascript" and g.get("worker_allowed"):
        return WORKER_SECURITY_POLICY
    # A browser's own PDF viewer does not open in a sandbox.
    return FILE_SECURITY_POLICY if response.mimetype == "application/pdf" else f"{FILE_SECURITY_POLICY}; sandbox"


def _set_headers(response: Response) -> Response:
    is_page = response.mimetype == "text/html"
    headers = response.headers
    headers["Content-Security-Policy"] = _choose_policy(response)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    camera = "(self)" if g.get("camera_allowed") else "()"
    headers["Permissions-Policy"] = f"camera={camera}, microphone=(), geolocation=(), payment=(), usb=()"
    if is_page and "Cache-Control" not in headers:
        headers["Cache-Control"] = "private, no-cache"
    return response


def _keep_https(response: Response) -> Response:
    response.headers["Strict-Transport-Security"] = f"max-age={HTTPS_ONLY_SECONDS}"
    return response


def install_security(app: Flask, *, base_url: str) -> None:
    """Set limits, refuse foreign hosts and put the headers on every answer."""
    hosts = allowed_hosts(base_url)
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_REQUEST_BYTES,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
    )

    @app.before_request
    def refuse_foreign_host() -> None:
        if request.host.lower() not in hosts:
            raise PageError("request.host_forbidden", status=400)

    app.before_request(_set_body_limit)
    app.after_request(_set_headers)
    if base_url.startswith("https:"):
        app.after_request(_keep_https)
