"""What makes the wallet an app that opens without a signal: worker, manifest, and pages that say what is missing.

Nothing here says anything about a person; what a phone keeps of one comes from `wallet.web.kept_pages`.
Spec: Service Workers (W3C), Web Application Manifest (W3C).
"""

from __future__ import annotations

import enum
import hashlib
import json
from http import HTTPStatus
from importlib import resources
from typing import TYPE_CHECKING

from flask import Response, current_app, g, jsonify, render_template, request, url_for

from pages import LANGUAGES, PageError, allow_worker, static_url, translate

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from schemas import Language

# What a kept page loads; the worker keeps these with it.
ASSETS = ("skillmark.css", "wallet.css", "mark.svg", "offline.js", "awake.js")
ICONS = (
    ("app-192.png", 192, "any"),
    ("app-512.png", 512, "any"),
    ("app-maskable-192.png", 192, "maskable"),
    ("app-maskable-512.png", 512, "maskable"),
)
_INK, _PAPER = "#14202b", "#f4f2ec"
_VERSION_CHARS = 16


class OfflineInfo(enum.Enum):
    """What a page without a signal has to say."""

    SIGNAL = "signal"  # this cannot be done without one
    MISSING = "missing"  # other pages are on this phone, this one is not
    NOTHING = "nothing"  # nothing of a wallet is on this phone
    LEFT = "left"  # it was just signed out


def add_offline_pages(blueprint: Blueprint) -> None:
    """Add the worker, the manifest of the app, and the pages that say what needs a signal."""

    @blueprint.get("/wallet/sw.js")
    def worker() -> ResponseReturnValue:
        allow_worker()
        response = Response(_write_worker(), content_type="text/javascript; charset=utf-8")
        response.headers["Service-Worker-Allowed"] = url_for("wallet.overview")
        response.add_etag()
        return response.make_conditional(request)

    @blueprint.get("/wallet/app/<language>.webmanifest")
    def app_manifest(language: str) -> ResponseReturnValue:
        _speak(language)
        response = jsonify(_compose_manifest())
        response.mimetype = "application/manifest+json"
        response.add_etag()
        return response.make_conditional(request)

    @blueprint.get("/wallet/offline/<language>/<kind>")
    def offline_info(language: str, kind: str) -> ResponseReturnValue:
        spoken = _speak(language)
        try:
            info = OfflineInfo(kind)
        except ValueError as error:
            raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND) from error
        return _render_info(spoken, info)

    blueprint.context_processor(lambda: {"asset_version": find_asset_version})


def find_asset_version() -> str:
    """Return a text that changes whenever one of the files changes that a kept page loads."""
    return "".join(static_url(name).rpartition("v=")[2] for name in ASSETS)


def _speak(language: str) -> Language:
    """Answer in the language that the address names, whatever the browser would choose."""
    spoken = next((known for known in LANGUAGES if known == language), None)
    if spoken is None:
        raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
    g.language = spoken
    return spoken


def _render_info(language: Language, info: OfflineInfo) -> str:
    # The same for everybody: it is kept before anybody signs in.
    return render_template(f"wallet/kept/{info.value}.html", wallet_open=False, language=language)


def _write_worker() -> bytes:
    """Return the worker with its settings in front; the same bytes until something changes that it keeps."""
    known: dict[str, bytes] = current_app.extensions.setdefault("wallet.worker", {})
    if "script" not in known:
        known["script"] = _compose_worker()
    return known["script"]


def _compose_worker() -> bytes:
    source = resources.files("wallet").joinpath("web", "worker", "sw.js").read_bytes()
    settings: dict[str, object] = {
        "assets": [static_url(name) for name in ASSETS],
        "info": {
            language: {
                info.value: url_for("wallet.offline_info", language=language, kind=info.value) for info in OfflineInfo
            }
            for language in LANGUAGES
        },
    }
    spoken = g.get("language")
    digest = hashlib.sha256(source + json.dumps(settings).encode())
    for language in LANGUAGES:
        g.language = language
        for info in OfflineInfo:
            digest.update(_render_info(language, info).encode())
    if spoken is None:
        g.pop("language")
    else:
        g.language = spoken
    settings["version"] = digest.hexdigest()[:_VERSION_CHARS]
    return b"const SETTINGS = " + json.dumps(settings).encode() + b";\n" + source


def _compose_manifest() -> dict[str, object]:
    start = url_for("wallet.overview")
    return {
        "id": start,
        "start_url": start,
        "scope": start,
        "name": translate("Skillmark: my badges"),
        "short_name": translate("My badges"),
        "description": translate("Everything you earned, also without a signal."),
        "lang": g.language,
        "dir": "ltr",
        "display": "standalone",
        "theme_color": _INK,
        "background_color": _PAPER,
        "icons": [
            {"src": static_url(name), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for name, size, purpose in ICONS
        ],
    }
