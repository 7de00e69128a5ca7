"""`/desk`: the trainer's first page and the courses."""

from __future__ import annotations

import csv
import io
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from issuer.achievement_file import read_achievement
from issuer.jobs import list_jobs
from issuer.web.login import add_login
from issuer.web.problems import STORE_AREAS, explain_code
from pages import PageError, accepts_upload, send_download, translate
from schemas import IssuanceError

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from issuer.model import Achievement, IssuerProfile
    from issuer.web.deps import IssuerDeps

MAX_ACHIEVEMENT_BYTES = 2 * 1024 * 1024
SHOWN_JOBS = 10


def choose_issuer(deps: IssuerDeps, slug: str) -> IssuerProfile:
    """Return the issuer named in a form, or the only one there is.

    Raises:
        PageError: `request.choice_missing` when none was named and there are several, or there is none of that name.
    """
    issuers = deps.ledger.issuers()
    wanted = [issuer for issuer in issuers if issuer.slug == slug] if slug else list(issuers)
    if len(wanted) != 1:
        raise PageError("request.choice_missing", status=HTTPStatus.BAD_REQUEST)
    return wanted[0]


def find_course(deps: IssuerDeps, slug: str) -> Achievement:
    """Return a course.

    Raises:
        PageError: `page.not_found`.
    """
    course = deps.ledger.find_achievement(slug)
    if course is None:
        raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
    return course


def _keep_private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def add_desk_pages(blueprint: Blueprint, deps: IssuerDeps) -> None:
    """Add sign-in, the first page and the pages of the courses."""
    add_login(blueprint, deps)
    blueprint.after_request(_keep_private)

    def show_overview(problem: dict[str, str] | None) -> str:
        courses = deps.ledger.achievements()
        return render_template(
            "issuer/overview.html",
            issuers=deps.ledger.issuers(),
            courses=courses,
            jobs=list_jobs(deps.ledger)[:SHOWN_JOBS],
            course_names={course.slug: course.name for course in courses},
            problem=problem,
        )

    @blueprint.get("/desk")
    def overview() -> ResponseReturnValue:
        return show_overview(None)

    @blueprint.post("/desk/courses")
    @accepts_upload(MAX_ACHIEVEMENT_BYTES)
    def add_course() -> ResponseReturnValue:
        issuer = choose_issuer(deps, request.form.get("issuer", ""))
        upload = request.files.get("file")
        if upload is None or not upload.filename:
            raise PageError("request.choice_missing", status=HTTPStatus.BAD_REQUEST)
        try:
            course = read_achievement(upload.read(), filename=upload.filename, folder=None)
            deps.ledger.save_achievement(issuer.slug, course)
        except IssuanceError as error:
            if error.code.startswith(STORE_AREAS):
                raise
            return show_overview(explain_code(error.code) | {"where": error.message}), HTTPStatus.BAD_REQUEST
        flash(translate("The course was saved."))
        return redirect(url_for("desk.course", slug=course.slug), code=HTTPStatus.SEE_OTHER)

    @blueprint.get("/desk/courses/<slug>")
    def course(slug: str) -> ResponseReturnValue:
        return render_template(
            "issuer/course.html", course=find_course(deps, slug), issuers=deps.ledger.issuers(), problem=None, pasted=""
        )

    @blueprint.get("/desk/courses/<slug>/class-list.csv")
    def class_list_template(slug: str) -> ResponseReturnValue:
        body = compose_template(find_course(deps, slug))
        return send_download(body, "text/csv; charset=utf-8", filename=f"class-list-{slug}.csv")


def compose_template(course: Achievement) -> bytes:
    """Return an empty class list: the header row with the results that a course asks for.

    No sample person stands in it, so that nobody issues a badge to one by mistake.
    """
    out = io.StringIO()
    csv.writer(out).writerow([_as_text(name) for name in ("Name", "E-mail", "Date", *_result_names(course))])
    return out.getvalue().encode("utf-8-sig")


def _result_names(course: Achievement) -> list[str]:
    return [result.name for result in course.results]


def _as_text(cell: str) -> str:
    # A cell that starts like a formula is text to us, but not to a spreadsheet program.
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
