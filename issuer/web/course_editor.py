"""The course editor: one long form that works without scripts, kept on the server after every step."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, jsonify, redirect, render_template, request, url_for

from issuer.course_coach import coach_course
from issuer.course_form import add_row, count_rows, course_to_fields, read_fields, read_form, remove_row
from issuer.people import Role
from issuer.web.course_drafts import CourseDraft
from issuer.web.course_editor_words import (
    FIELD_LABELS,
    LANGUAGES,
    RESULT_KINDS,
    list_course_changes,
    list_other_kinds,
    list_usual_kinds,
    say_hint,
)
from issuer.web.course_pages import choose_issuer, find_course
from issuer.web.problems import STORE_AREAS, explain_form_error
from issuer.web.visitor import needs
from pages import PageError, accepts_upload, current_language, translate
from schemas import IssuanceError, LedgerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from issuer.course_form import FormReading
    from issuer.model import Achievement
    from issuer.web.deps import DeskDeps

MAX_FORM_BYTES = 1024 * 1024
EMPTY_CAN_DO_ROWS = 3
MAX_COPIES = 100


def find_draft(deps: DeskDeps, draft_id: str) -> CourseDraft:
    """Return a draft.

    Raises:
        PageError: `request.course_draft_gone`.
    """
    draft = deps.course_drafts.find(draft_id)
    if draft is None:
        raise PageError("request.course_draft_gone", status=HTTPStatus.GONE)
    return draft


def read_draft(deps: DeskDeps, draft: CourseDraft) -> FormReading:
    """Read a draft as a course with its picture; a new course may not take the short name of another."""
    reading = read_fields(draft.fields, slug=draft.course_slug)
    if reading.course is None:
        return reading
    course = replace(reading.course, image=draft.image, image_media_type=draft.image_media_type)
    problems = dict(reading.problems)
    if not draft.course_slug:
        course = replace(course, slug=deps.desk.settle_slug(course.slug))
        if deps.desk.find_course(course.slug) is not None:
            place = "slug" if draft.fields.get("slug") else "name"
            problems.setdefault(place, IssuanceError("achievement.slug_taken", course.slug))
    return replace(reading, course=course, problems=problems)


def add_course_editor(blueprint: Blueprint, deps: DeskDeps) -> None:
    """Add the form for new and for existing courses, and its way to a saved course."""

    @blueprint.get("/desk/courses/new")
    @needs(Role.TRAINER)
    def new_course() -> ResponseReturnValue:
        fields = {"language": current_language(), "type": "Certificate"}
        fields |= {f"can_do/{row}": "" for row in range(EMPTY_CAN_DO_ROWS)}
        return _render(deps, CourseDraft(id="", issuer_slug="", fields=fields))

    @blueprint.post("/desk/courses/new")
    @needs(Role.TRAINER)
    @accepts_upload(MAX_FORM_BYTES)
    def begin_course() -> ResponseReturnValue:
        issuer = choose_issuer(deps, request.form.get("issuer", ""))
        return _take_step(deps, CourseDraft(id="", issuer_slug=issuer.slug))

    @blueprint.get("/desk/courses/<slug>/edit")
    @needs(Role.TRAINER)
    def edit_course(slug: str) -> ResponseReturnValue:
        return _render(deps, _draft_of(deps, find_course(deps, slug)))

    @blueprint.post("/desk/courses/<slug>/edit")
    @needs(Role.TRAINER)
    @accepts_upload(MAX_FORM_BYTES)
    def begin_change(slug: str) -> ResponseReturnValue:
        return _take_step(deps, _draft_of(deps, find_course(deps, slug)))

    @blueprint.post("/desk/courses/<slug>/copy")
    @needs(Role.TRAINER)
    def copy_course(slug: str) -> ResponseReturnValue:
        draft = deps.course_drafts.create(_copy_of(deps, find_course(deps, slug)))
        flash(translate("This is a copy. Give it a name of its own and change what is new. No badge was copied."))
        return redirect(url_for("desk.course_draft", draft_id=draft.id), code=HTTPStatus.SEE_OTHER)

    @blueprint.get("/desk/course-drafts/<draft_id>")
    @needs(Role.TRAINER)
    def course_draft(draft_id: str) -> ResponseReturnValue:
        return _render(deps, find_draft(deps, draft_id))

    @blueprint.post("/desk/course-drafts/<draft_id>")
    @needs(Role.TRAINER)
    @accepts_upload(MAX_FORM_BYTES)
    def change_draft(draft_id: str) -> ResponseReturnValue:
        return _take_step(deps, find_draft(deps, draft_id))

    @blueprint.post("/desk/course-drafts/<draft_id>/discard")
    @needs(Role.TRAINER)
    def discard_draft(draft_id: str) -> ResponseReturnValue:
        deps.course_drafts.forget(find_draft(deps, draft_id))
        flash(translate("The draft was thrown away. Saved courses stay as they are."))
        return redirect(url_for("desk.overview"), code=HTTPStatus.SEE_OTHER)

    _add_saving(blueprint, deps)


def _add_saving(blueprint: Blueprint, deps: DeskDeps) -> None:
    @blueprint.get("/desk/course-drafts/<draft_id>/save")
    @needs(Role.TRAINER)
    def ask_to_save(draft_id: str) -> ResponseReturnValue:
        draft = find_draft(deps, draft_id)
        reading = read_draft(deps, draft)
        old = deps.desk.find_course(draft.course_slug)
        if not reading.is_complete or reading.course is None or old is None:
            return redirect(url_for("desk.course_draft", draft_id=draft.id), code=HTTPStatus.SEE_OTHER)
        return render_template(
            "issuer/course_save.html",
            draft=draft,
            old=old,
            changes=list_course_changes(old, reading.course),
            has_badges=deps.desk.has_badges(old.slug),
        )

    @blueprint.post("/desk/course-drafts/<draft_id>/save")
    @needs(Role.TRAINER)
    def save_draft(draft_id: str) -> ResponseReturnValue:
        return _save(deps, find_draft(deps, draft_id))


def _draft_of(deps: DeskDeps, course: Achievement) -> CourseDraft:
    owner = deps.desk.find_course_issuer(course.slug)
    return CourseDraft(
        id="",
        issuer_slug=owner.slug if owner else "",
        course_slug=course.slug,
        fields=course_to_fields(course),
        image=course.image,
        image_media_type=course.image_media_type,
    )


def _copy_of(deps: DeskDeps, course: Achievement) -> CourseDraft:
    draft = _draft_of(deps, course)
    names = (f"{course.slug[:58]}-{number}" for number in range(2, MAX_COPIES))
    slug = next(
        (name for name in names if deps.desk.settle_slug(name) == name and deps.desk.find_course(name) is None), ""
    )
    name = translate("%(name)s (copy)") % {"name": course.name[:280]}
    return replace(draft, course_slug="", fields={**draft.fields, "slug": slug, "name": name})


def _take_step(deps: DeskDeps, draft: CourseDraft) -> ResponseReturnValue:
    """Keep what was typed, first of all, and then do what the button says."""
    draft = replace(draft, fields=read_form(request.form.items()))
    if not draft.course_slug and request.form.get("issuer"):
        draft = replace(draft, issuer_slug=choose_issuer(deps, request.form["issuer"]).slug)
    action, _, place = request.form.get("action", "keep").partition(":")
    if action in {"add", "remove"}:
        draft = replace(draft, fields=(add_row if action == "add" else remove_row)(draft.fields, place))
    reading = read_draft(deps, draft)
    if action == "save":
        draft = replace(draft, is_looked_over=True)
    draft = deps.course_drafts.keep(draft) if draft.id else deps.course_drafts.create(draft)
    home = url_for("desk.course_draft", draft_id=draft.id)
    if action == "autosave":
        return jsonify(url=home)
    pages = {"preview": "desk.course_preview", "picture": "desk.course_picture", "skills": "desk.course_skills"}
    if action in pages:
        return redirect(url_for(pages[action], draft_id=draft.id), code=HTTPStatus.SEE_OTHER)
    if action == "save" and reading.is_complete:
        if draft.course_slug:
            return redirect(url_for("desk.ask_to_save", draft_id=draft.id), code=HTTPStatus.SEE_OTHER)
        return _save(deps, draft)
    anchor = {"save": "problems", "add": _anchor(draft.fields, place), "remove": _anchor({}, place)}.get(action, "main")
    return redirect(f"{home}#{anchor}", code=HTTPStatus.SEE_OTHER)


def _anchor(fields: Mapping[str, str], place: str) -> str:
    """Return where the page should open: at the new row, or at the list."""
    rows = count_rows(fields, place)
    return f"row-{place}/{rows - 1}".replace("/", "-") if rows else f"part-{place.split('/', maxsplit=1)[0]}"


def _save(deps: DeskDeps, draft: CourseDraft) -> ResponseReturnValue:
    reading = read_draft(deps, draft)
    if not reading.is_complete or reading.course is None:
        deps.course_drafts.keep(replace(draft, is_looked_over=True))
        return redirect(url_for("desk.course_draft", draft_id=draft.id) + "#problems", code=HTTPStatus.SEE_OTHER)
    try:
        course = deps.desk.save_course(draft.issuer_slug, reading.course)
    except LedgerError as error:
        if error.code.startswith(STORE_AREAS):
            raise
        return _render(deps, draft, refusal=error), HTTPStatus.BAD_REQUEST
    deps.course_drafts.forget(draft)
    flash(translate("The course was saved."))
    return redirect(url_for("desk.course", slug=course.slug), code=HTTPStatus.SEE_OTHER)


def _render(deps: DeskDeps, draft: CourseDraft, *, refusal: LedgerError | None = None) -> str:
    fields = draft.fields
    shown = read_draft(deps, draft).problems if draft.is_looked_over else {}
    problems = {name: explain_form_error(error) for name, error in (shown | ({"": refusal} if refusal else {})).items()}
    others = [
        other
        for other in deps.course_drafts.list_drafts()
        if not draft.id and draft.course_slug and other.course_slug == draft.course_slug
    ]
    return render_template(
        "issuer/course_editor.html",
        draft=draft,
        fields=fields,
        problems=problems,
        hints=_coach(fields),
        labels={name: translate(label) for name, label in FIELD_LABELS.items()},
        issuers=deps.desk.list_issuers(),
        rows=lambda place: range(count_rows(fields, place)),
        usual_kinds=list_usual_kinds(),
        other_kinds=list_other_kinds(fields.get("type", "")),
        result_kinds=[(kind, translate(label)) for kind, label in RESULT_KINDS],
        languages_of_course=[(code, translate(label)) for code, label in LANGUAGES],
        other_drafts=others,
    )


def _coach(fields: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the hints for each field, once somebody has begun to write."""
    texts = {name: fields.get(name, "") for name in ("description", "criteria", "assessment")}
    can_do = [(f"can_do/{row}", fields.get(f"can_do/{row}", "")) for row in range(count_rows(fields, "can_do"))]
    can_do = [(name, text) for name, text in can_do if text.strip()]
    if not can_do and not any(text.strip() for text in texts.values()):
        return {}
    found: dict[str, list[str]] = {}
    for hint in coach_course(**texts, can_do=can_do, language=fields.get("language", "en")):
        found.setdefault(hint.field, []).append(say_hint(hint))
    return found
