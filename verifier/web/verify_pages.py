"""`/verify`: a file, a photo, pasted text or an address. POST only, nothing kept, nothing cached."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from flask import jsonify, make_response, redirect, render_template, request, url_for

from credentials import BadgeArt, read_qr_photo, render_badge_svg
from pages import PageError, accepts_upload, allow_camera, current_language, safe_link
from schemas import BadgeError, CannotCheckError, InvalidCredentialError, describe_code
from verifier.sniff import MAX_PRESENTED_BYTES, read_presented
from verifier.web.compose_view import compose_badge_view

if TYPE_CHECKING:
    from flask import Blueprint, Response
    from flask.typing import ResponseReturnValue

    from credentials import OpenBadgeCredential
    from verifier.report import VerificationReport
    from verifier.sniff import Presented
    from verifier.web.deps import VerifierDeps

MAX_UPLOAD_BYTES = MAX_PRESENTED_BYTES + 64 * 1024  # the largest photo, and the rest of the form
VERIFY_LIMIT = "30 per minute"
FRAME_LIMIT = "90 per minute"
_SLUG_END = r"/b/([A-Za-z0-9_-]{1,64})(?:\.(?:json|jwt|png|svg|pdf))?/?(?:[?#].*)?"


def add_verify_pages(blueprint: Blueprint, deps: VerifierDeps) -> None:
    """Add `/verify` and the reader of camera frames."""

    @blueprint.get("/verify")
    def verify_form() -> ResponseReturnValue:
        allow_camera()
        return no_store(make_response(render_template("verifier/verify.html", problem=None, text="")))

    @blueprint.post("/verify")
    @accepts_upload(MAX_UPLOAD_BYTES)
    @deps.limiter.limit(VERIFY_LIMIT)
    def verify() -> ResponseReturnValue:
        confirmed = request.form.get("confirmed_url", "")
        try:
            if confirmed:
                return _show_confirmed(deps, confirmed)
            return _show_presented(deps)
        except (InvalidCredentialError, CannotCheckError, PageError) as error:
            return _show_problem(error)

    @blueprint.post("/verify/frame")
    @deps.limiter.limit(FRAME_LIMIT)
    def read_frame() -> ResponseReturnValue:
        frame = request.files.get("frame")
        if frame is None:
            raise PageError("request.nothing_sent", status=400)
        try:
            found = read_qr_photo(frame.read())
        except InvalidCredentialError:
            found = ()  # a blurred frame is no finding: the camera goes on looking
        return no_store(jsonify(text=found[0] if found else ""))


def no_store(response: Response) -> Response:
    """Keep what somebody checked out of every cache (T-63)."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _own_page(deps: VerifierDeps, text: str) -> ResponseReturnValue | None:
    """Return the way to the badge page when `text` is the address of one on this site."""
    match = re.fullmatch(re.escape(deps.base_url) + _SLUG_END, text.strip())
    if match is None:
        return None
    return redirect(url_for("verifier.badge_page", slug=match[1]), code=303)


def _show_presented(deps: VerifierDeps) -> ResponseReturnValue:
    text = request.form.get("text", "")
    upload = request.files.get("file")
    if text.strip():
        return _own_page(deps, text) or _show(deps, read_presented(text))
    if upload is None or not upload.filename:
        raise PageError("request.nothing_sent", status=400)
    data = upload.read()
    try:
        presented = read_presented(data, filename=upload.filename)
    except InvalidCredentialError as error:
        own = _own_code_in_photo(deps, data) if error.code == "decoding.qr_unsupported_scheme" else None
        if own is None:
            raise
        return own
    return _show(deps, presented)


def _own_code_in_photo(deps: VerifierDeps, photo: bytes) -> ResponseReturnValue | None:
    # Only a site on this very computer has an http address; its own codes must work all the same.
    if not deps.base_url.startswith("http:"):
        return None
    return next((page for text in read_qr_photo(photo) if (page := _own_page(deps, text))), None)


def _show(deps: VerifierDeps, presented: Presented) -> ResponseReturnValue:
    if presented.url:
        own = _own_page(deps, presented.url)
        if own is not None:
            return own
        link = safe_link(presented.url)
        if link is None or link.href.startswith("mailto:"):
            raise PageError("decoding.qr_unsupported_scheme", status=400)
        info = describe_code("scan.foreign_host")
        language = current_language()
        words = {"sentence": info.sentence(language), "next_step": info.next_step(language)}
        return no_store(make_response(render_template("verifier/foreign.html", link=link, info=words)))
    return _show_report(deps.verify(presented.credential))


def _show_confirmed(deps: VerifierDeps, url: str) -> ResponseReturnValue:
    own = _own_page(deps, url)
    if own is not None:
        return own
    if safe_link(url) is None:
        raise PageError("decoding.qr_unsupported_scheme", status=400)
    return _show_report(deps.verify_url(url))


def _show_report(report: VerificationReport) -> ResponseReturnValue:
    image_url = draw_badge(report.credential) if report.credential else ""
    view = compose_badge_view(report, image_url=image_url)
    page = render_template("verifier/badge.html", badge=view, page_url="", files=[], foreign=True)
    return no_store(make_response(page))


def _show_problem(error: BadgeError) -> ResponseReturnValue:
    info = describe_code(error.code)
    language = current_language()
    words = {"code": error.code, "sentence": info.sentence(language), "next_step": info.next_step(language)}
    allow_camera()
    return no_store(make_response(render_template("verifier/verify.html", problem=words, text=""), 400))


def draw_badge(credential: OpenBadgeCredential) -> str:
    """Return a picture made from what the signature covers, as a data URI. The badge's own address is never fetched."""
    art = BadgeArt(title=credential.achievement.name, issuer_name=credential.issuer.name)
    return "data:image/svg+xml;base64," + base64.b64encode(render_badge_svg(art)).decode("ascii")
