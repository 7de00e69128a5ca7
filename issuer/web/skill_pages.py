"""Picks skills for a course that is being written, and brings lists of skills to pick from."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from issuer.course_form import SKILL_FIELDS, count_rows
from issuer.field_reading import make_key
from issuer.model import Skill
from issuer.people import Role
from issuer.skill_address import own_skill_slug
from issuer.skill_import import MAX_LIST_BYTES, read_skill_list
from issuer.skill_library import STARTER_LIST, load_starter_skills
from issuer.skill_search import MAX_QUERY_CHARS
from issuer.web.course_editor import find_draft
from issuer.web.problems import explain_code
from issuer.web.visitor import needs
from pages import PageError, accepts_upload, current_language, translate_plural
from schemas import IssuanceError, LedgerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from issuer.skill_import import SkillList
    from issuer.skill_library import LibrarySkill
    from issuer.web.course_drafts import CourseDraft
    from issuer.web.deps import DeskDeps

MAX_LIST_NAME_CHARS = 100
MAX_PICKED = 50  # in one go; a course has no room for more
MAX_UPLOAD_BYTES = MAX_LIST_BYTES + 64 * 1024  # the file and the rest of the form


def add_skill_pages(blueprint: Blueprint, deps: DeskDeps) -> None:
    """Add the picker and the lists."""

    @blueprint.get("/desk/course-drafts/<draft_id>/skills")
    @needs(Role.TRAINER)
    def course_skills(draft_id: str) -> ResponseReturnValue:
        draft = find_draft(deps, draft_id)
        query = request.args.get("q", "")[:MAX_QUERY_CHARS].strip()
        return render_template(
            "issuer/course_skills.html",
            draft=draft,
            query=query,
            found=[
                _show(place, list_name, skill, draft.fields)
                for place, list_name, skill in deps.desk.skills.search(query)
            ],
            chosen_count=_count_chosen(draft.fields),
        )

    @blueprint.post("/desk/course-drafts/<draft_id>/skills")
    @needs(Role.TRAINER)
    def add_course_skills(draft_id: str) -> ResponseReturnValue:
        draft = find_draft(deps, draft_id)
        known = deps.desk.skills.find(request.form.getlist("skill")[:MAX_PICKED])
        deps.course_drafts.keep(add_skills(draft, known, with_can_do="with_can_do" in request.form))
        if known:
            said = translate_plural("%(num)s skill was added.", "%(num)s skills were added.", len(known))
            flash(said % {"num": len(known)})
        target = url_for("desk.course_skills", draft_id=draft.id, q=request.form.get("q", "")[:MAX_QUERY_CHARS] or None)
        return redirect(target, code=HTTPStatus.SEE_OTHER)

    @blueprint.get("/desk/skill-lists")
    @needs(Role.VIEWER)
    def skill_lists() -> ResponseReturnValue:
        return _show_lists(deps)

    @blueprint.post("/desk/skill-lists")
    @needs(Role.TRAINER)
    @accepts_upload(MAX_UPLOAD_BYTES)
    def import_skill_list() -> ResponseReturnValue:
        name = " ".join(request.form.get("name", "")[:MAX_LIST_NAME_CHARS].split())
        upload = request.files.get("file")
        slug = make_key(name)
        if upload is None or not upload.filename or not slug or slug == STARTER_LIST:
            raise PageError("request.choice_missing", status=HTTPStatus.BAD_REQUEST)
        try:
            reading = read_skill_list(upload.read(), framework=name)
            if reading.skills:
                deps.desk.skills.save_list(slug, name=name, skills=reading.skills)
        except (IssuanceError, LedgerError) as error:
            if not error.code.startswith("skills."):
                raise
            return _show_lists(deps, problem=explain_code(error.code), name=name), HTTPStatus.BAD_REQUEST
        return _show_lists(deps, reading=reading)

    @blueprint.post("/desk/skill-lists/<slug>/remove")
    @needs(Role.TRAINER)
    def remove_skill_list(slug: str) -> ResponseReturnValue:
        deps.desk.skills.remove_list(slug)
        return redirect(url_for("desk.skill_lists"), code=HTTPStatus.SEE_OTHER)


def add_skills(draft: CourseDraft, skills: list[LibrarySkill], *, with_can_do: bool) -> CourseDraft:
    """Return the draft with skills as rows of the form, each by its own name before the terms of public lists.

    What is there already is not added twice.
    """
    fields = dict(draft.fields)
    language = fields.get("language", "en")
    for skill in skills:
        for term in _list_rows(skill, language):
            if _name_term(term.url, term.name) not in _chosen_terms(fields):
                row = _free_row(fields, "skills", "/name")
                fields |= {f"skills/{row}/{name}": getattr(term, name) for name in SKILL_FIELDS}
        sentence = (skill.can_do_es if language.startswith("es") else "") or skill.can_do
        if with_can_do and sentence and sentence not in _values(fields, "can_do", ""):
            fields[f"can_do/{_free_row(fields, 'can_do', '')}"] = sentence
    return replace(draft, fields=fields)


def _list_rows(skill: LibrarySkill, language: str) -> tuple[Skill, ...]:
    """Return what a badge says of a skill: a term of another name stands beside its own name, never instead of it."""
    if any(own_skill_slug(term.name) == own_skill_slug(skill.name) for term in skill.terms):
        return skill.terms
    is_spanish = language.startswith("es")
    name = (skill.name_es if is_spanish else "") or skill.name
    # The library has its descriptions in English only.
    return Skill(name=name, url="", framework="", description="" if is_spanish else skill.description), *skill.terms


def _values(fields: Mapping[str, str], place: str, name: str) -> set[str]:
    return {fields.get(f"{place}/{row}{name}", "") for row in range(count_rows(fields, place))}


def _name_term(url: str, name: str) -> str:
    """Return what tells a term from others: its address, or without one its name."""
    return url or f"own:{own_skill_slug(name)}"


def _chosen_terms(fields: Mapping[str, str]) -> set[str]:
    rows = range(count_rows(fields, "skills"))
    terms = [(fields.get(f"skills/{row}/url", ""), fields.get(f"skills/{row}/name", "")) for row in rows]
    return {_name_term(url, name) for url, name in terms if url or name.strip()}


def _free_row(fields: Mapping[str, str], place: str, name: str) -> int:
    rows = range(count_rows(fields, place))
    return next((row for row in rows if not fields.get(f"{place}/{row}{name}", "").strip()), len(rows))


def _count_chosen(fields: Mapping[str, str]) -> int:
    return len(_values(fields, "skills", "/name") - {""})


def _show(place: str, list_name: str, skill: LibrarySkill, fields: Mapping[str, str]) -> dict[str, object]:
    is_spanish = current_language() == "es"
    names = (skill.name_es, skill.name) if is_spanish and skill.name_es else (skill.name, skill.name_es)
    chosen = _chosen_terms(fields)
    return {
        "value": place,
        "name": names[0],
        "other_name": names[1],
        "other_language": "en" if is_spanish else "es",
        "description": skill.description,
        "can_do": (skill.can_do_es if is_spanish else "") or skill.can_do,
        "terms": [
            " ".join(part for part in (term.framework, term.code) if part) + f": {term.name}" for term in skill.terms
        ],
        "list_name": list_name,
        "is_chosen": any(
            {_name_term(term.url, term.name) for term in _list_rows(skill, language)} <= chosen
            for language in ("en", "es")
        ),
    }


def _show_lists(
    deps: DeskDeps, *, reading: SkillList | None = None, problem: dict[str, str] | None = None, name: str = ""
) -> str:
    lists = deps.desk.skills.list_lists()
    rows = reading.problems if reading else ()
    return render_template(
        "issuer/skill_lists.html",
        lists=lists,
        starter_count=len(load_starter_skills()),
        reading=reading,
        row_problems=[explain_code(row.code, row=row.row, column=row.column) | {"value": row.value} for row in rows],
        problem=problem,
        name=name,
    )
