"""Single badges at the desk: details, revoke, suspend, reinstate."""

from __future__ import annotations

from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from issuer.acts import BY_DESK
from issuer.people import Role
from issuer.status import MAX_REASON_CHARS
from issuer.web.paging import PAGE_ROWS, clamp_page, read_page, show_page
from issuer.web.problems import STORE_AREAS, explain_code
from issuer.web.visitor import needs
from issuer.web.words import say_results
from pages import N_, PageError, translate
from schemas import LedgerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from issuer.desk_badges import DeskBadge
    from issuer.model import IssuedCredential
    from issuer.web.deps import DeskDeps

MAX_SOUGHT_CHARS = 100
MAX_FOUND = PAGE_ROWS  # badges; whoever finds more writes more of the name
_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "revoke": {
            "title": N_("Revoke"),
            "question": N_("Revoke this badge for good?"),
            "consequence": N_("Everyone who checks it sees that it was revoked. You cannot undo this."),
            "button": N_("Yes, revoke it"),
            "done": N_("The badge was revoked."),
        },
        "suspend": {
            "title": N_("Suspend"),
            "question": N_("Suspend this badge?"),
            "consequence": N_("Everyone who checks it sees that it is suspended, until you reinstate it."),
            "button": N_("Yes, suspend it"),
            "done": N_("The badge is suspended."),
        },
        "reinstate": {
            "title": N_("Reinstate"),
            "question": N_("Reinstate this badge?"),
            "consequence": N_("It is in force again for everyone who checks it."),
            "button": N_("Yes, reinstate it"),
            "done": N_("The badge is in force again."),
        },
    }
)


def add_badge_lists(blueprint: Blueprint, deps: DeskDeps) -> None:
    """Add the list of all badges and the search."""

    @blueprint.get("/desk/badges")
    @needs(Role.VIEWER)
    def badges() -> ResponseReturnValue:
        number = clamp_page(read_page(), deps.desk.count_badges())
        rows = deps.desk.list_badges(limit=PAGE_ROWS + 1, offset=(number - 1) * PAGE_ROWS)
        names = {course.slug: course.name for course in deps.desk.list_courses()}
        return render_template("issuer/badges.html", page=show_page(rows, number), course_names=names, sought="")

    # POST, so that nobody's name stands in an address or a log.
    @blueprint.post("/desk/badges")
    @needs(Role.VIEWER)
    def search() -> ResponseReturnValue:
        sought = request.form.get("sought", "")[:MAX_SOUGHT_CHARS].strip()
        if not sought:
            return redirect(url_for("desk.badges"), code=HTTPStatus.SEE_OTHER)
        rows = deps.desk.search_badges(sought, limit=MAX_FOUND)
        names = {course.slug: course.name for course in deps.desk.list_courses()}
        return render_template("issuer/badges.html", page=show_page(rows, 1), course_names=names, sought=sought)


def find_badge(deps: DeskDeps, slug: str) -> DeskBadge:
    """Return a badge of the organisation.

    Raises:
        PageError: `page.badge_not_found`.
    """
    found = deps.desk.find_badge(slug)
    if found is None:
        raise PageError("page.badge_not_found", status=HTTPStatus.NOT_FOUND)
    return found


def add_badge_pages(blueprint: Blueprint, deps: DeskDeps) -> None:
    """Add the pages of one badge."""

    def course_name(issued: IssuedCredential) -> str:
        course = deps.desk.find_course(issued.achievement_slug)
        return course.name if course else issued.title or issued.achievement_slug

    def ask(issued: IssuedCredential, change: str, problem: dict[str, str] | None) -> str:
        return render_template(
            "issuer/change.html",
            issued=issued,
            change=change,
            words={key: translate(text) for key, text in _WORDS[change].items()},
            course_name=course_name(issued),
            problem=problem,
            max_reason_chars=MAX_REASON_CHARS,
            reason=request.form.get("reason", ""),
        )

    @blueprint.get("/desk/badges/<slug>")
    @needs(Role.VIEWER)
    def badge(slug: str) -> ResponseReturnValue:
        found = find_badge(deps, slug)
        issued, newer, details = found.issued, found.find_newer(), found.read_details()
        is_in_force = newer is None and not issued.revoked and not issued.suspended
        return render_template(
            "issuer/badge.html",
            issued=issued,
            course_name=course_name(issued),
            results=say_results(details.row, details.course) if details else [],
            earned_on=(details.row.awarded_on or details.awarded_on) if details else None,
            delivery=found.read_delivery(),
            page_url=f"{deps.base_url}/b/{slug}",
            newer=newer,
            older=found.find_older(),
            can_replace=is_in_force and not issued.is_from_program,
        )

    @blueprint.get("/desk/badges/<slug>/<any(revoke, suspend, reinstate):change>")
    @needs(Role.TRAINER)
    def change_form(slug: str, change: str) -> ResponseReturnValue:
        return ask(find_badge(deps, slug).issued, change, None)

    @blueprint.post("/desk/badges/<slug>/<any(revoke, suspend, reinstate):change>")
    @needs(Role.TRAINER)
    def change(slug: str, change: str) -> ResponseReturnValue:
        found = find_badge(deps, slug)
        reason = request.form.get("reason", "").strip()
        changes = {"revoke": found.revoke, "suspend": found.suspend, "reinstate": found.reinstate}
        try:
            changes[change](reason, by=BY_DESK)
        except LedgerError as error:
            if error.code.startswith(STORE_AREAS):
                raise
            return ask(found.issued, change, explain_code(error.code)), HTTPStatus.BAD_REQUEST
        flash(translate(_WORDS[change]["done"]))
        return redirect(url_for("desk.badge", slug=slug), code=HTTPStatus.SEE_OTHER)
