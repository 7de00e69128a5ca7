"""Correct or renew one badge at the desk: a form, what it changes, a question, one step."""

from __future__ import annotations

from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from issuer.acts import BY_DESK
from issuer.corrections import AWARDED_ON, EMAIL, NAME, PHONE, BadgeEdit
from issuer.people import Role
from issuer.result_cells import is_numeric
from issuer.web.badge_pages import find_badge
from issuer.web.form_values import read_day
from issuer.web.problems import STORE_AREAS, explain_code, explain_problems
from issuer.web.visitor import needs
from issuer.web.words import say_change
from pages import N_, translate
from schemas import LedgerError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from issuer.badge_rows import BadgeRow
    from issuer.corrections import PlannedReplacement
    from issuer.desk_badges import DeskBadge
    from issuer.model import Achievement
    from issuer.web.deps import DeskDeps

CORRECT, RENEW = "correct", "renew"
MAX_TYPED_CHARS = 500
_RESULT_FIELD = "result:"
_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        CORRECT: {
            "title": N_("Correct this badge"),
            "lead": N_(
                "The right badge is issued and this one is revoked, in one step. "
                "The person's link stays: it opens the right badge from then on."
            ),
            "question": N_("Is it right now?"),
            "button": N_("Yes, issue the right badge"),
            "done": N_("The right badge was issued, and the wrong one was revoked."),
        },
        RENEW: {
            "title": N_("Renew this badge"),
            "lead": N_(
                "The person gets a new badge of this course with a new date. This one stays as it is. "
                "The person's link opens the new badge from then on."
            ),
            "question": N_("Issue the new badge?"),
            "button": N_("Yes, renew it"),
            "done": N_("The new badge was issued."),
        },
    }
)


def add_replace_pages(blueprint: Blueprint, deps: DeskDeps) -> None:
    """Add the form and the question of a correction and of a renewal."""

    @blueprint.get("/desk/badges/<slug>/<any(correct, renew):remedy>")
    @needs(Role.TRAINER)
    def replace_form(slug: str, remedy: str) -> ResponseReturnValue:
        found = find_badge(deps, slug)
        try:
            badge = found.read_row()
        except LedgerError as error:
            return _refuse(error, slug)
        return _show_form(deps, badge, remedy, _typed_before(badge, remedy, today=deps.today))

    @blueprint.post("/desk/badges/<slug>/<any(correct, renew):remedy>")
    @needs(Role.TRAINER)
    def replace(slug: str, remedy: str) -> ResponseReturnValue:
        found = find_badge(deps, slug)
        try:
            planned = _plan(found, remedy, today=deps.today)
            if planned.problems:
                return _show_form(deps, planned.badge, remedy, _typed(), planned=planned), HTTPStatus.BAD_REQUEST
            if "confirmed" not in request.form:
                return _ask(planned, remedy)
            if remedy == CORRECT and planned.is_only_phone:
                found.change_phone(planned.replacement.row.phone)
                flash(translate("The phone number was changed. The badge stays as it is."))
                return redirect(url_for("desk.badge", slug=slug), code=HTTPStatus.SEE_OTHER)
            newer = found.replace(planned, by=BY_DESK)
        except LedgerError as error:
            return _refuse(error, slug, form=(deps, found), way=remedy)
        flash(translate(_WORDS[remedy]["done"]))
        return redirect(url_for("desk.badge", slug=newer), code=HTTPStatus.SEE_OTHER)


def _plan(found: DeskBadge, way: str, *, today: date) -> PlannedReplacement:
    typed = _typed()
    edit = BadgeEdit(
        name=typed.get(NAME),
        email=typed.get(EMAIL),
        phone=typed.get(PHONE),
        awarded_on=read_day(typed.get(AWARDED_ON, "")),
        results={
            name.removeprefix(_RESULT_FIELD): text for name, text in typed.items() if name.startswith(_RESULT_FIELD)
        },
    )
    if way == RENEW:
        return found.plan_renewal(edit, today=today)
    planned = found.plan_correction(edit)
    if not planned.changes and not planned.problems:
        raise LedgerError("correction.same")
    return planned


def _typed() -> dict[str, str]:
    names = [
        name for name in request.form if name in {NAME, EMAIL, PHONE, AWARDED_ON} or name.startswith(_RESULT_FIELD)
    ]
    return {name: request.form[name][:MAX_TYPED_CHARS] for name in names}


def _typed_before(badge: BadgeRow, way: str, *, today: date) -> dict[str, str]:
    day = today if way == RENEW else badge.awarded_on
    typed = {
        NAME: badge.row.name,
        EMAIL: badge.row.email,
        PHONE: badge.row.phone,
        AWARDED_ON: day.isoformat() if day else "",
    }
    return typed | {
        f"{_RESULT_FIELD}{result.description_key}": result.level or result.value for result in badge.row.results
    }


def _refuse(
    error: LedgerError, slug: str, *, form: tuple[DeskDeps, DeskBadge] | None = None, way: str = CORRECT
) -> ResponseReturnValue:
    """Say why not: at the badge when it cannot be replaced at all, else above the form."""
    if error.code.startswith(STORE_AREAS):
        raise error
    if form is not None and error.code not in _HOPELESS:
        deps, found = form
        return _show_form(
            deps, found.read_row(), way, _typed(), problem=explain_code(error.code)
        ), HTTPStatus.BAD_REQUEST
    flash(" ".join(explain_code(error.code)[part] for part in ("sentence", "next_step")))
    return redirect(url_for("desk.badge", slug=slug), code=HTTPStatus.SEE_OTHER)


_HOPELESS = frozenset({"correction.from_program", "correction.has_newer", "correction.revoked", "correction.suspended"})


def _show_form(
    deps: DeskDeps,
    badge: BadgeRow,
    way: str,
    typed: Mapping[str, str],
    *,
    planned: PlannedReplacement | None = None,
    problem: Mapping[str, str] | None = None,
) -> str:
    course = badge.course
    if way == RENEW:
        course = deps.desk.find_course(badge.issued.achievement_slug) or course
    return render_template(
        "issuer/replace_form.html",
        issued=badge.issued,
        course=course,
        way=way,
        words=_say(way),
        typed=typed,
        fields=_list_results(course, typed),
        today=deps.today,
        problem=problem,
        problems=explain_problems(planned.problems) if planned else [],
    )


def _list_results(course: Achievement, typed: Mapping[str, str]) -> list[dict[str, object]]:
    """Return the fields for the results: a choice where the course names what there is to choose from."""
    return [
        {
            "field": f"{_RESULT_FIELD}{result.key}",
            "name": result.name,
            "value": typed.get(f"{_RESULT_FIELD}{result.key}", ""),
            "choices": [(level.key, level.name) for level in result.levels]
            or [(value, value) for value in result.allowed_values],
            "is_number": is_numeric(result),
        }
        for result in course.results
    ]


def _ask(planned: PlannedReplacement, way: str) -> str:
    return render_template(
        "issuer/replace_ask.html",
        issued=planned.badge.issued,
        course=planned.course,
        way=way,
        words=_say(way),
        typed=_typed(),
        changes=[
            {"label": say_change(change), "before": change.before, "after": change.after} for change in planned.changes
        ],
    )


def _say(way: str) -> dict[str, str]:
    return {key: translate(text) for key, text in _WORDS[way].items()}
