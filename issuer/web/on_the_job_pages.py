"""A badge from a supervisor's phone, in a minute: course, name, how it was tested, and a code for the person there."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from credentials import render_qr_svg
from issuer.acts import BY_DESK
from issuer.certificate import short_address
from issuer.delivery_store import DeliveryWay
from issuer.model import RowFate
from issuer.on_the_job import (
    EMAIL,
    EVIDENCE,
    MAX_TYPED_CHARS,
    NAME,
    PHONE,
    RESULT,
    TypedBadge,
    job_key,
    passing_levels,
    read_typed,
)
from issuer.people import Role
from issuer.result_cells import is_numeric
from issuer.skill_search import fold_words
from issuer.status import MAX_REASON_CHARS
from issuer.web.course_pages import find_course
from issuer.web.problems import STORE_AREAS, explain_code
from issuer.web.visitor import current_visitor, needs
from issuer.web.words import say_most
from keys import show_code
from pages import N_, PageError, send_bytes, show_date, translate
from schemas import LedgerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from issuer.desk_jobs import ClassList
    from issuer.desk_on_the_job import GivenBadge
    from issuer.model import Achievement, ResultDescription, Roster, RowOutcome
    from issuer.web.deps import DeskDeps

WAIT_SECONDS = 20  # for one badge; then the page asks again by itself
REFRESH_SECONDS = 2
MAX_SOUGHT_CHARS = 100
SEARCH_FROM = 6  # courses; fewer are seen at once
MAX_FORM_ID_CHARS = 64
_FORM_ID_BYTES = 16
_REFUSALS: Mapping[RowFate, str] = MappingProxyType(
    {
        RowFate.ALREADY_ISSUED: N_("Somebody of this name has this badge already."),
        RowFate.DIFFERS: N_("Somebody of this name has this badge already, with other details."),
        RowFate.REVOKED: N_("This very badge was taken back from somebody of this name."),
    }
)


def add_on_the_job_pages(blueprint: Blueprint, deps: DeskDeps) -> None:
    """Add the short list, the form, the code, and the way back."""
    _add_choice(blueprint, deps)
    _add_form(blueprint, deps)
    _add_given(blueprint, deps)


def _add_choice(blueprint: Blueprint, deps: DeskDeps) -> None:
    @blueprint.get("/desk/on-the-job")
    @needs(Role.TRAINER)
    def on_the_job() -> ResponseReturnValue:
        courses = deps.desk.on_the_job.list_courses()
        sought = request.args.get("q", "")[:MAX_SOUGHT_CHARS].strip()
        last = deps.desk.on_the_job.find_last_course(current_visitor().person_id)
        if "choose" not in request.args and not sought and (last or len(courses) == 1):
            slug = last or courses[0].slug
            return redirect(url_for("desk.give_form", slug=slug), code=HTTPStatus.SEE_OTHER)
        words = fold_words(sought)
        found = [course for course in courses if all(word in " ".join(fold_words(course.name)) for word in words)]
        return render_template(
            "issuer/on_the_job.html",
            courses=found,
            has_any=bool(courses),
            has_search=len(courses) >= SEARCH_FROM,
            sought=sought,
            last=last,
        )

    @blueprint.post("/desk/courses/<slug>/on-the-job")
    @needs(Role.TRAINER)
    def mark_on_the_job(slug: str) -> ResponseReturnValue:
        course = find_course(deps, slug)
        if request.form.get("offered") == "yes":
            deps.desk.on_the_job.offer(course, by=BY_DESK)
            flash(translate("The course stands in the short list for the phone now."))
        else:
            deps.desk.on_the_job.withdraw(course, by=BY_DESK)
            flash(translate("The course no longer stands in the short list for the phone."))
        return redirect(url_for("desk.course", slug=slug), code=HTTPStatus.SEE_OTHER)


def _add_form(blueprint: Blueprint, deps: DeskDeps) -> None:
    @blueprint.get("/desk/on-the-job/<slug>")
    @needs(Role.TRAINER)
    def give_form(slug: str) -> ResponseReturnValue:
        day = show_date(deps.today)
        typed = TypedBadge(name="", evidence=translate("Shown at work on %(day)s.") % {"day": day}, results={})
        return _show_form(deps, _find_offered(deps, slug), typed)

    @blueprint.post("/desk/on-the-job/<slug>")
    @needs(Role.TRAINER)
    def give(slug: str) -> ResponseReturnValue:
        course = _find_offered(deps, slug)
        typed = _read_form(course)
        roster = read_typed(typed, course, calling_code=deps.desk.calling_code)
        problems = {problem.column: explain_code(problem.code) for problem in roster.problems}
        if not course.results and "seen" not in request.form:
            problems["seen"] = explain_code("request.choice_missing")
        if problems:
            return _show_form(deps, course, typed, problems=problems), HTTPStatus.BAD_REQUEST
        try:
            return _issue(deps, course, typed, roster)
        except LedgerError as error:
            if error.code.startswith(STORE_AREAS):
                raise
            return _show_form(deps, course, typed, problem=explain_code(error.code)), HTTPStatus.BAD_REQUEST


def _find_offered(deps: DeskDeps, slug: str) -> Achievement:
    course = find_course(deps, slug)
    if not deps.desk.on_the_job.is_offered(course):
        raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
    return course


def _read_form(course: Achievement) -> TypedBadge:
    def read(name: str) -> str:
        return request.form.get(name, "")[:MAX_TYPED_CHARS]

    results = {description.key: read(f"{RESULT}{description.key}") for description in course.results}
    return TypedBadge(name=read(NAME), email=read(EMAIL), phone=read(PHONE), evidence=read(EVIDENCE), results=results)


def _issue(deps: DeskDeps, course: Achievement, typed: TypedBadge, roster: Roster) -> ResponseReturnValue:
    """Go the way of a class list: plan it, start it, hand it out; the same form twice is one badge."""
    desk = deps.desk.on_the_job
    form_id = request.form.get("form_id", "")[:MAX_FORM_ID_CHARS] or secrets.token_urlsafe(_FORM_ID_BYTES)
    key = job_key(roster, person_id=current_visitor().person_id, form_id=form_id, course_slug=course.slug)
    job = desk.find_by_key(key)
    if job is None:
        class_list, today = _open_class_list(deps, course), deps.today
        (outcome,) = class_list.plan(roster, awarded_on=today)
        if outcome.fate is not RowFate.NEW:
            return _show_form(deps, course, typed, outcome=outcome), HTTPStatus.CONFLICT
        job = class_list.start(roster, awarded_on=today, idempotency_key=key)
    if job.read_choice() is None:  # new, or the program was ended before this line
        way = DeliveryWay.EMAIL if typed.email.strip() or typed.phone.strip() else DeliveryWay.PAPER
        desk.choose_delivery(job, way=way)
    if job.progress.finished_at is None:
        deps.jobs.start(job)
        deps.jobs.wait(job, timeout_seconds=WAIT_SECONDS)
    given = desk.find(job.id)
    if given is not None:
        desk.hand_out(given.job)
    return redirect(url_for("desk.given", job_id=job.id), code=HTTPStatus.SEE_OTHER)


def _open_class_list(deps: DeskDeps, course: Achievement) -> ClassList:
    issuer = deps.desk.find_course_issuer(course.slug)
    class_list = deps.desk.open_class_list(course.slug, issuer.slug) if issuer is not None else None
    if class_list is None:
        raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
    return class_list


def _show_form(
    deps: DeskDeps,
    course: Achievement,
    typed: TypedBadge,
    *,
    problems: Mapping[str, Mapping[str, str]] | None = None,
    problem: Mapping[str, str] | None = None,
    outcome: RowOutcome | None = None,
) -> str:
    refusal = translate(_REFUSALS[outcome.fate]) if outcome is not None and outcome.fate in _REFUSALS else ""
    if outcome is not None and not refusal:
        problem = explain_code(outcome.problems[0].code) if outcome.problems else None
    return render_template(
        "issuer/give.html",
        course=course,
        typed=typed,
        fields=[_show_result(description, typed) for description in course.results],
        problems=problems or {},
        problem=problem,
        refusal=refusal,
        known_slug=outcome.slug if outcome is not None else "",
        # Each page that is asked for is another badge; sent twice it is one.
        form_id=request.form.get("form_id", "")[:MAX_FORM_ID_CHARS] or secrets.token_urlsafe(_FORM_ID_BYTES),
        has_others=len(deps.desk.on_the_job.list_courses()) > 1,
    )


def _show_result(description: ResultDescription, typed: TypedBadge) -> dict[str, object]:
    levels = passing_levels(description)
    return {
        "field": f"{RESULT}{description.key}",
        "name": description.name,
        "value": typed.results.get(description.key, ""),
        "choices": [(level.key, level.name, level.description) for level in levels]
        or [(value, value, "") for value in description.allowed_values],
        "least": next((level.name for level in levels[:1] if description.required_level), description.required_value),
        "most": say_most(description),
        "is_needed": bool(description.required_level or description.required_value),
        "is_number": is_numeric(description),
    }


def _add_given(blueprint: Blueprint, deps: DeskDeps) -> None:
    def find(job_id: str) -> GivenBadge:
        found = deps.desk.on_the_job.find(job_id)
        if found is None:
            raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
        return found

    @blueprint.get("/desk/on-the-job/given/<job_id>")
    @needs(Role.TRAINER)
    def given(job_id: str) -> ResponseReturnValue:
        return _show_given(deps, find(job_id))

    @blueprint.get("/desk/on-the-job/given/<job_id>/code.svg")
    @needs(Role.TRAINER)
    def given_code(job_id: str) -> ResponseReturnValue:
        found = find(job_id)
        if not found.link:
            raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
        return send_bytes(render_qr_svg(found.link).encode(), "image/svg+xml", seconds=0)

    @blueprint.post("/desk/on-the-job/given/<job_id>/undo")
    @needs(Role.TRAINER)
    def undo(job_id: str) -> ResponseReturnValue:
        found = find(job_id)
        if found.badge is None or "confirmed" not in request.form:
            raise PageError("request.choice_missing", status=HTTPStatus.BAD_REQUEST)
        try:
            if not found.badge.issued.revoked:
                found.badge.revoke(request.form.get("reason", "").strip(), by=BY_DESK)
        except LedgerError as error:
            if error.code.startswith(STORE_AREAS):
                raise
            return _show_given(deps, found, problem=explain_code(error.code)), HTTPStatus.BAD_REQUEST
        return redirect(url_for("desk.given", job_id=job_id), code=HTTPStatus.SEE_OTHER)


def _show_given(deps: DeskDeps, found: GivenBadge, *, problem: Mapping[str, str] | None = None) -> str:
    slug = found.job.progress.achievement_slug
    course = deps.desk.find_course(slug)
    progress = found.job.progress
    return render_template(
        "issuer/given.html",
        given=found,
        issued=found.badge.issued if found.badge is not None else None,
        course_name=course.name if course else slug,
        course_slug=slug,
        code=show_code(found.code) if found.code else "",
        address=short_address(f"{deps.base_url}/claim"),
        failure=explain_code(progress.failure) if progress.failure else None,
        is_working=not progress.failure and (progress.finished_at is None or (found.badge and not found.has_claim)),
        reason=translate("It was issued by mistake."),
        max_reason_chars=MAX_REASON_CHARS,
        refresh_seconds=REFRESH_SECONDS,
        problem=problem,
    )
