"""The courses at the desk: add, replace after a question, look at, take home."""

from __future__ import annotations

import base64
import binascii
import csv
import io
from collections import Counter
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from issuer.achievement_file import read_achievement
from issuer.course_file import load_example_course, render_course_file
from issuer.people import Role
from issuer.roster import required_results
from issuer.web.problems import STORE_AREAS, explain_course_error
from issuer.web.visitor import needs
from issuer.web.words import say_most
from pages import PageError, accepts_upload, send_download, translate
from schemas import IssuanceError, guard_cell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from issuer.model import Achievement, IssuerProfile, ResultDescription
    from issuer.web.deps import DeskDeps

MAX_ACHIEVEMENT_BYTES = 2 * 1024 * 1024
SHOWN_JOBS = 10
_YAML = "application/yaml; charset=utf-8"


def choose_issuer(deps: DeskDeps, slug: str) -> IssuerProfile:
    """Return the issuer of the organisation named in a form, or the only one there is.

    Raises:
        PageError: `request.choice_missing` when none was named and there are several; `page.not_found` when the
            organisation has none of that name.
    """
    if slug:
        issuer = deps.desk.find_issuer(slug)
        if issuer is None:
            raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
        return issuer
    issuers = deps.desk.list_issuers()
    if len(issuers) != 1:
        raise PageError("request.choice_missing", status=HTTPStatus.BAD_REQUEST)
    return issuers[0]


def find_course(deps: DeskDeps, slug: str) -> Achievement:
    """Return a course of the organisation.

    Raises:
        PageError: `page.not_found`.
    """
    course = deps.desk.find_course(slug)
    if course is None:
        raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
    return course


def render_course(deps: DeskDeps, course: Achievement, *, problem: dict[str, str] | None, pasted: str) -> str:
    """Return the page of a course, with what its class lists need."""
    needed = required_results(course)
    return render_template(
        "issuer/course.html",
        course=course,
        issuers=deps.desk.list_issuers(),
        problem=problem,
        pasted=pasted,
        is_on_the_job=deps.desk.on_the_job.is_offered(course),
        needed=[translate("Name"), *(result.name for result in needed)] if needed else [],
        most={result.key: say_most(result) for result in course.results},
        pass_marks={result.key: _say_pass_mark(result) for result in needed},
    )


def _say_pass_mark(result: ResultDescription) -> str:
    names = {level.key: level.name for level in result.levels}
    return names.get(result.required_level, result.required_value)


def _find_twins(courses: Iterable[Achievement]) -> frozenset[str]:
    """Return the names that more than one course has."""
    named = Counter(course.name for course in courses)
    return frozenset(name for name, count in named.items() if count > 1)


def _render_overview(deps: DeskDeps, problem: dict[str, str] | None) -> str:
    courses = deps.desk.list_courses()
    return render_template(
        "issuer/overview.html",
        issuers=deps.desk.list_issuers(),
        courses=courses,
        jobs=deps.desk.list_jobs()[:SHOWN_JOBS],
        course_names={course.slug: course.name for course in courses},
        twins=_find_twins(courses),
        problem=problem,
        course_drafts=deps.course_drafts.list_drafts(),
    )


def add_course_pages(blueprint: Blueprint, deps: DeskDeps) -> None:
    """Add the first page of the desk and the pages of the courses."""

    @blueprint.get("/desk")
    @needs(Role.VIEWER)
    def overview() -> ResponseReturnValue:
        return _render_overview(deps, None)

    @blueprint.post("/desk/courses")
    @needs(Role.TRAINER)
    @accepts_upload(MAX_ACHIEVEMENT_BYTES)
    def add_course() -> ResponseReturnValue:
        issuer = choose_issuer(deps, request.form.get("issuer", ""))
        filename, data = _read_upload()
        try:
            course = read_achievement(data, filename=filename, folder=None)
            course = replace(course, slug=deps.desk.settle_slug(course.slug))
            old = deps.desk.find_course(course.slug)
            if old is not None and old != course and "confirmed" not in request.form:
                return _ask(deps, issuer, old, course, filename=filename, data=data)
            course = deps.desk.save_course(issuer.slug, course)
        except IssuanceError as error:
            if error.code.startswith(STORE_AREAS):
                raise
            return _render_overview(deps, explain_course_error(error)), HTTPStatus.BAD_REQUEST
        flash(translate("The course was saved."))
        return redirect(url_for("desk.course", slug=course.slug), code=HTTPStatus.SEE_OTHER)

    @blueprint.get("/desk/courses/<slug>")
    @needs(Role.VIEWER)
    def course(slug: str) -> ResponseReturnValue:
        return render_course(deps, find_course(deps, slug), problem=None, pasted="")

    @blueprint.get("/desk/courses/<slug>/class-list.csv")
    @needs(Role.VIEWER)
    def class_list_template(slug: str) -> ResponseReturnValue:
        body = compose_template(find_course(deps, slug))
        return send_download(body, "text/csv; charset=utf-8", filename=f"class-list-{slug}.csv")

    @blueprint.get("/desk/courses/<slug>/course.yaml")
    @needs(Role.VIEWER)
    def course_file(slug: str) -> ResponseReturnValue:
        return send_download(render_course_file(find_course(deps, slug)), _YAML, filename=f"{slug}.yaml")

    @blueprint.get("/desk/example-course.yaml")
    @needs(Role.VIEWER)
    def example_course() -> ResponseReturnValue:
        return send_download(load_example_course(), _YAML, filename="example-course.yaml")


def _read_upload() -> tuple[str, bytes]:
    """Return the course file that was sent, or that the question before gave back."""
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        return upload.filename, upload.read()
    try:
        data = base64.b64decode(request.form.get("content", ""), validate=True)
    except binascii.Error:
        data = b""
    if not data:
        raise PageError("request.choice_missing", status=HTTPStatus.BAD_REQUEST)
    return request.form.get("filename", ""), data


def _ask(
    deps: DeskDeps, issuer: IssuerProfile, old: Achievement, new: Achievement, *, filename: str, data: bytes
) -> str:
    """Return the question whether a course that is there may be replaced; nothing is saved yet."""
    return render_template(
        "issuer/replace_course.html",
        issuer=issuer,
        old=old,
        new=new,
        has_badges=deps.desk.has_badges(old.slug),
        filename=filename,
        content=base64.b64encode(data).decode("ascii"),
    )


def compose_template(course: Achievement) -> bytes:
    """Return an empty class list: the header row with the results that a course asks for.

    No sample person stands in it, so that nobody issues a badge to one by mistake.
    """
    out = io.StringIO()
    # In quotation marks throughout: where a semicolon parts cells, a name with one in it must not fall apart.
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow(
        [guard_cell(name) for name in ("Name", "E-mail", "Date", *_result_names(course))]
    )
    return out.getvalue().encode("utf-8-sig")


def _result_names(course: Achievement) -> list[str]:
    return [result.name for result in course.results]
