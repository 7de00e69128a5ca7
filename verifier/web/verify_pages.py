"""`/verify`: a file, a photo, pasted text or an address. POST only, nothing kept, nothing cached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import jsonify, make_response, redirect, render_template, request, url_for

from credentials import read_qr_frame, read_qr_photo
from pages import PageError, accepts_upload, allow_camera, current_language, safe_link, translate
from schemas import BadgeError, CannotCheckError, InvalidCredentialError, describe_code
from verifier.report import Headline
from verifier.report_set import CredentialSetReport
from verifier.sniff import MAX_PRESENTED_BYTES, read_presented
from verifier.web.compose_view import compose_badge_view
from verifier.web.draw import draw_badge
from verifier.web.own_badges import find_own_badge, find_own_slug, find_own_slug_in_message, read_status_change
from verifier.web.set_page import render_set_page
from verifier.web.views import BannerKind, StatusChange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Blueprint, Response
    from flask.typing import ResponseReturnValue

    from verifier.sniff import Presented
    from verifier.verify_any import AnyReport
    from verifier.web.deps import VerifierDeps

MAX_UPLOAD_BYTES = MAX_PRESENTED_BYTES + 64 * 1024  # the largest photo, and the rest of the form
VERIFY_LIMIT = "30 per minute"
FRAME_LIMIT = "90 per minute"
# What is sent back for another try, in characters; a longer text is quicker pasted again.
MAX_KEPT_CHARS = 16_384
# ISO/IEC 14496-12 brands of the photos that iPhones take (ISO/IEC 23008-12).
_PROVEN = frozenset({Headline.GENUINE, Headline.GENUINE_BUT})
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"heif", b"mif1", b"msf1")


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
            if error.code == "request.busy":
                raise  # 503: the same file may be sent again soon
            return _show_problem(error)

    @blueprint.post("/verify/frame")
    @deps.limiter.limit(FRAME_LIMIT)
    def read_frame() -> ResponseReturnValue:
        frame = request.files.get("frame")
        if frame is None:
            raise PageError("request.nothing_sent", status=400)
        try:
            found = read_qr_frame(frame.read())
        except InvalidCredentialError:
            found = ()  # a blurred frame is no finding: the camera goes on looking
        return no_store(jsonify(text=found[0] if found else ""))


def no_store(response: Response) -> Response:
    """Keep what somebody checked out of every cache (T-63)."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _own_page(deps: VerifierDeps, text: str) -> ResponseReturnValue | None:
    """Return the way to the badge page when `text` is the address or the code of one on this site."""
    return _go_to(find_own_slug(deps, text))


def _go_to(slug: str) -> ResponseReturnValue | None:
    return redirect(url_for("verifier.badge_page", slug=slug), code=303) if slug else None


def _show_presented(deps: VerifierDeps) -> ResponseReturnValue:
    text = request.form.get("text", "")
    upload = request.files.get("file")
    if text.strip():
        return _own_page(deps, text) or _show_text(deps, text)
    if upload is None or not upload.filename:
        raise PageError("request.nothing_sent", status=400)
    data = upload.read()
    try:
        presented = read_presented(data, filename=upload.filename)
    except InvalidCredentialError as error:
        if error.code == "image.type_mismatch" and data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
            return _show_heic(error)
        own = _own_code_in_photo(deps, data) if error.code == "decoding.qr_unsupported_scheme" else None
        if own is None:
            raise
        return own
    return _show(deps, presented)


def _show_text(deps: VerifierDeps, text: str) -> ResponseReturnValue:
    try:
        presented = read_presented(text)
    except (InvalidCredentialError, CannotCheckError) as error:
        return _go_to(find_own_slug_in_message(deps, text)) or _show_problem(error, text=text)
    return _show(deps, presented, text=text)


def _show_heic(error: BadgeError) -> ResponseReturnValue:
    words = {
        "code": error.code,
        "sentence": translate("This is an iPhone photo in the format HEIC. We cannot read that format."),
        "next_step": translate(
            "Choose “Most Compatible” in the camera settings and take the photo again, or send a screenshot of it."
        ),
    }
    return _show_form(words, text="")


def _own_code_in_photo(deps: VerifierDeps, photo: bytes) -> ResponseReturnValue | None:
    # Only a site on this very computer has an http address; its own codes must work all the same.
    if not deps.base_url.startswith("http:"):
        return None
    return next((page for text in read_qr_photo(photo) if (page := _own_page(deps, text))), None)


def _show(deps: VerifierDeps, presented: Presented, *, text: str = "") -> ResponseReturnValue:
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
    return _show_report(deps, deps.verify_any(presented.credential), text=text)


def _show_confirmed(deps: VerifierDeps, url: str) -> ResponseReturnValue:
    own = _own_page(deps, url)
    if own is not None:
        return own
    if safe_link(url) is None:
        raise PageError("decoding.qr_unsupported_scheme", status=400)
    return _show_report(deps, deps.verify_url(url))


def _show_report(deps: VerifierDeps, report: AnyReport, *, text: str = "") -> ResponseReturnValue:
    if isinstance(report, CredentialSetReport):
        return no_store(make_response(render_set_page(report)))
    credential = report.credential
    image_url = draw_badge(credential) if credential else ""
    own = find_own_badge(deps, credential) if credential and report.headline in _PROVEN else None
    is_lost = report.headline is Headline.GENUINE_BUT
    view = compose_badge_view(
        report, image_url=image_url, status_change=read_status_change(own) if is_lost else StatusChange()
    )
    # Only what could not even be read is sent back: the words of a forged badge are never shown.
    kept = text if view.verdict.kind is BannerKind.COULD_NOT_READ and len(text) <= MAX_KEPT_CHARS else ""
    page = render_template(
        "verifier/badge.html",
        badge=view,
        page_url="",
        files=[],
        foreign=True,
        text=kept,
        followed=None,
        newer=own.newer if own is not None else None,
    )
    return no_store(make_response(page))


def _show_problem(error: BadgeError, *, text: str = "") -> ResponseReturnValue:
    info = describe_code(error.code)
    language = current_language()
    words = {"code": error.code, "sentence": info.sentence(language), "next_step": info.next_step(language)}
    return _show_form(words, text=text if len(text) <= MAX_KEPT_CHARS else "")


def _show_form(problem: Mapping[str, str], *, text: str) -> ResponseReturnValue:
    allow_camera()
    return no_store(make_response(render_template("verifier/verify.html", problem=problem, text=text), 400))
