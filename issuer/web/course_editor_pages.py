"""What belongs to a course that is being written: its picture, and the page that the foreman will see."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from credentials import (
    BADGE_COLOURS,
    BADGE_ICONS,
    BADGE_SHAPES,
    MAX_IMAGE_BYTES,
    MAX_LEVEL,
    BadgeArt,
    check_image,
    darken_for_white,
    is_hex_colour,
    split_skills,
    title_size_px,
)
from issuer.achievement_file import MAX_DESIGN_WORDS_CHARS
from issuer.model import Achievement, BadgeDesign, IssuerProfile
from issuer.people import Role
from issuer.renditions import draw_achievement
from issuer.web.course_editor import find_draft, read_draft
from issuer.web.course_editor_words import COLOURS, ICONS, SHAPES
from issuer.web.problems import explain_code
from issuer.web.visitor import needs
from pages import PageError, accepts_upload, safe_link, say_achievement_type, secure_link, send_bytes, translate
from schemas import DecodingError

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from issuer.model import ResultDescription
    from issuer.web.course_drafts import CourseDraft
    from issuer.web.deps import DeskDeps

MAX_UPLOAD_BYTES = MAX_IMAGE_BYTES + 64 * 1024  # the picture and the rest of the form
SMALL_SIDE_PX = 120
LEAST_LETTER_PX = 8.0  # smaller letters cannot be read on a phone
_DESIGN = ("shape", "colour", "icon", "words", "level")


def add_course_extras(blueprint: Blueprint, deps: DeskDeps) -> None:
    """Add the preview and the designer of the picture."""
    _add_preview(blueprint, deps)
    _add_designer(blueprint, deps)


def _see(deps: DeskDeps, draft: CourseDraft) -> tuple[Achievement, IssuerProfile]:
    """Return the course as far as it can be seen, and who will issue it."""
    issuer = deps.desk.find_issuer(draft.issuer_slug)
    if issuer is None:
        raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
    course = read_draft(deps, draft).course or Achievement(slug="course", name="", description="", criteria="")
    return course, issuer


def _add_preview(blueprint: Blueprint, deps: DeskDeps) -> None:
    @blueprint.get("/desk/course-drafts/<draft_id>/preview")
    @needs(Role.TRAINER)
    def course_preview(draft_id: str) -> ResponseReturnValue:
        draft = find_draft(deps, draft_id)
        course, issuer = _see(deps, draft)
        named, near = split_skills(course.skills)
        return render_template(
            "issuer/course_preview.html",
            draft=draft,
            course=course,
            issuer=issuer,
            type_label=say_achievement_type(course.achievement_type),
            results=[_sample_result(result) for result in course.results],
            skills=[(skill, secure_link(skill.url)) for skill in named],
            near_terms=[(skill, secure_link(skill.url)) for skill in near],
            criteria_link=safe_link(course.criteria_url),
            today=deps.today,
            ending=_ending(draft),
        )

    @blueprint.get("/desk/course-drafts/<draft_id>/preview.<any(png, svg):ending>")
    @needs(Role.TRAINER)
    def course_preview_image(draft_id: str, ending: str) -> ResponseReturnValue:
        """Draw the badge; choices in the address stand for those of the draft, so that they can be tried."""
        draft = find_draft(deps, draft_id)
        course, issuer = _see(deps, draft)
        chosen = {name: request.args.get(name, "") for name in _DESIGN if name in request.args}
        if chosen:
            course = replace(course, design=_try_design(chosen), image=b"", image_media_type="")
        body, media_type = draw_achievement(course, issuer, ending)
        return send_bytes(body, media_type, seconds=0)


def _add_designer(blueprint: Blueprint, deps: DeskDeps) -> None:
    @blueprint.get("/desk/course-drafts/<draft_id>/picture")
    @needs(Role.TRAINER)
    def course_picture(draft_id: str) -> ResponseReturnValue:
        draft = find_draft(deps, draft_id)
        course, issuer = _see(deps, draft)
        return _render_designer(draft, course, issuer, problem=None)

    @blueprint.post("/desk/course-drafts/<draft_id>/picture")
    @needs(Role.TRAINER)
    @accepts_upload(MAX_UPLOAD_BYTES)
    def change_picture(draft_id: str) -> ResponseReturnValue:
        draft = find_draft(deps, draft_id)
        action = request.form.get("action", "")
        upload = request.files.get("file")
        if action == "upload" and upload is not None and upload.filename:
            image = upload.read()
            try:
                media_type = check_image(image)
            except DecodingError as error:
                course, issuer = _see(deps, draft)
                return _render_designer(draft, course, issuer, problem=explain_code(error.code)), HTTPStatus.BAD_REQUEST
            deps.course_drafts.keep(replace(draft, image=image, image_media_type=media_type))
        elif action == "remove":
            deps.course_drafts.keep(replace(draft, image=b"", image_media_type=""))
        elif action in {"try", "done"}:
            design = {f"design/{name}": request.form.get(name, "").strip() for name in _DESIGN}
            if request.form.get("own_colour", "").strip() and request.form.get("colour") == "own":
                design["design/colour"] = request.form["own_colour"].strip()
            deps.course_drafts.keep(replace(draft, fields={**draft.fields, **design}))
        target = "desk.course_draft" if action == "done" else "desk.course_picture"
        return redirect(url_for(target, draft_id=draft.id), code=HTTPStatus.SEE_OTHER)


def _ending(draft: CourseDraft) -> str:
    return "png" if draft.image_media_type == "image/png" else "svg"


def _try_design(chosen: dict[str, str]) -> BadgeDesign:
    level = chosen.get("level", "")
    return BadgeDesign(
        shape=chosen.get("shape", ""),
        colour=chosen.get("colour", ""),
        icon=chosen.get("icon", ""),
        words=chosen.get("words", "")[:MAX_DESIGN_WORDS_CHARS],
        level=min(int(level), MAX_LEVEL) if level.isascii() and level.isdecimal() and len(level) == 1 else 0,
    )


def _render_designer(
    draft: CourseDraft, course: Achievement, issuer: IssuerProfile, *, problem: dict[str, str] | None
) -> str:
    design = {name: draft.fields.get(f"design/{name}", "") for name in _DESIGN}
    art = BadgeArt(title=design["words"] or course.name, issuer_name=issuer.name, level=int(course.design.level))
    colour = design["colour"]
    return render_template(
        "issuer/course_picture.html",
        draft=draft,
        course=course,
        design=design,
        ending=_ending(draft),
        shapes=[(name, translate(SHAPES[name])) for name in BADGE_SHAPES],
        colours=[(name, translate(COLOURS[name])) for name in BADGE_COLOURS],
        icons=[(name, translate(ICONS[name])) for name in BADGE_ICONS],
        own_colour=colour if is_hex_colour(colour) else "",
        darkened=darken_for_white(colour) if is_hex_colour(colour) else "",
        levels=range(MAX_LEVEL + 1),
        max_words_chars=MAX_DESIGN_WORDS_CHARS,
        is_hard_to_read=bool(art.title) and title_size_px(art, side_px=SMALL_SIDE_PX) < LEAST_LETTER_PX,
        problem=problem,
        max_kib=MAX_IMAGE_BYTES // 1024,
    )


def _sample_result(result: ResultDescription) -> dict[str, object]:
    """Return a result as somebody might have it: the level that is needed, or the highest."""
    keys = [level.key for level in result.levels]
    place = keys.index(result.required_level) if result.required_level in keys else len(keys) - 1
    level = result.levels[place] if result.levels else None
    value = result.required_value or result.value_max or (result.allowed_values[0] if result.allowed_values else "-")
    is_percent = result.result_type == "Percent" and value != "-"
    return {
        "name": result.name,
        "value": level.name if level else f"{value} %" if is_percent else value,
        "description": level.description if level else "",
        "level_number": place + 1 if level else 0,
        "level_count": len(keys),
    }
