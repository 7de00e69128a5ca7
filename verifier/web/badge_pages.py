"""`/b/<slug>`: the page that a QR code opens, and the files of the badge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import make_response, render_template, request, url_for

from credentials import render_qr_png, render_qr_svg
from pages import N_, PageError, send_bytes, send_public_document, translate
from verifier.web.compose_view import compose_badge_view
from verifier.web.linkedin import compose_linkedin_url
from verifier.web.views import BannerKind, FileView, StatusChange

if TYPE_CHECKING:
    from flask import Blueprint, Response
    from flask.typing import ResponseReturnValue

    from verifier.report import VerificationReport
    from verifier.web.deps import NewerBadge, PublishedBadge, VerifierDeps
    from verifier.web.views import BadgeView

# Issued bytes never change; pictures and certificates may be drawn better by a later version.
_FILE_SECONDS = 3600
_FILES = {
    "pdf": (N_("Certificate to print (PDF)"), N_("One page with the code. The badge itself is inside the file.")),
    "png": (N_("Picture with the badge inside (PNG)"), N_("For your photos. Do not edit it, or the badge is lost.")),
    "svg": (N_("Picture with the badge inside (SVG)"), N_("The same picture for large prints.")),
    "json": (N_("Badge data (JSON)"), N_("For other badge programs and wallets.")),
    "jwt": (N_("Badge data, compact (JWT)"), N_("For programs that ask for a signed token.")),
}
_FOR_PEOPLE = frozenset({"pdf", "png"})
_DATA_TYPES = ("application/vc+ld+json", "application/ld+json", "application/json", "application/vc")


def add_badge_pages(blueprint: Blueprint, deps: VerifierDeps) -> None:
    """Add the routes under `/b/`."""

    def find(slug: str) -> PublishedBadge:
        badge = deps.find_badge(slug)
        if badge is None:
            raise PageError("page.badge_not_found", status=404)
        return badge

    @blueprint.get("/b/<slug>")
    def badge_page(slug: str) -> ResponseReturnValue:
        badge = find(slug)
        if _asks_for_data() and "json" in badge.endings:
            return _vary(_send_file(badge, "json"))
        newer = badge.newer
        newest = deps.find_badge(newer.slug) if newer is not None else None
        if newer is None or newest is None:
            return _vary(_render_badge(deps, badge, slug))
        return _vary(_render_badge(deps, newest, newer.slug, followed=newer))

    @blueprint.get("/b/<slug>.<any(json, jwt, png, svg, pdf):ending>")
    def badge_file(slug: str, ending: str) -> ResponseReturnValue:
        badge = find(slug)
        if ending not in badge.endings:
            raise PageError("page.form_not_made", status=404)
        return _send_file(badge, ending)

    @blueprint.get("/b/<slug>/qr.<any(svg, png):ending>")
    def badge_qr(slug: str, ending: str) -> ResponseReturnValue:
        find(slug)
        address = f"{deps.base_url}/b/{slug}"
        if ending == "svg":
            return send_bytes(render_qr_svg(address).encode("utf-8"), "image/svg+xml", seconds=_FILE_SECONDS)
        return send_bytes(render_qr_png(address), "image/png", seconds=_FILE_SECONDS)


def _asks_for_data() -> bool:
    accepted = request.accept_mimetypes
    best = accepted.best_match(["text/html", *_DATA_TYPES], default="text/html")
    return best != "text/html" and accepted[best] > accepted["text/html"]


def _vary(response: Response) -> Response:
    response.vary.add("Accept")
    return response


def _render_badge(
    deps: VerifierDeps, badge: PublishedBadge, slug: str, *, followed: NewerBadge | None = None
) -> Response:
    """Return the page of a badge; `followed` says how its reader came here from an older one."""
    report = deps.verify(badge.original)
    if request.method == "GET":  # a look at the headers alone shows the badge to nobody
        badge.note_view()
    page_url = f"{deps.base_url}/b/{slug}"
    view = compose_badge_view(
        report,
        image_url=url_for("verifier.badge_file", slug=slug, ending="png"),
        status_change=StatusChange(reason=badge.status_reason, at=badge.status_changed_at),
    )
    response = make_response(
        render_template(
            "verifier/badge.html",
            badge=view,
            page_url=page_url,
            followed=followed,
            newer=None,
            linkedin_url=_compose_linkedin_url(report, view, page_url),
            qr_url=url_for("verifier.badge_qr", slug=slug, ending="svg"),
            files=[
                FileView(
                    url=url_for("verifier.badge_file", slug=slug, ending=ending),
                    label=translate(label),
                    description=translate(description),
                    is_for_programs=ending not in _FOR_PEOPLE,
                )
                for ending, (label, description) in _FILES.items()
                if ending in badge.endings
            ],
        )
    )
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _compose_linkedin_url(report: VerificationReport, view: BadgeView, page_url: str) -> str:
    """Return the link to LinkedIn's form; empty for a badge that does not hold."""
    shown = view.credential
    if shown is None or report.credential is None or view.verdict.kind is not BannerKind.GENUINE:
        return ""
    return compose_linkedin_url(
        name=shown.achievement,
        organization=shown.issuer.name,
        page_url=page_url,
        issued=shown.awarded_on or shown.valid_from,
        ends=shown.valid_until,
        credential_id=report.credential.id,
    )


def _send_file(badge: PublishedBadge, ending: str) -> Response:
    file = badge.render(ending)
    response = send_public_document(file.body, file.media_type, seconds=_FILE_SECONDS)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    disposition = "inline" if ending in {"png", "pdf"} else "attachment"
    response.headers["Content-Disposition"] = f'{disposition}; filename="{badge.file_stem}.{ending}"'
    return response
