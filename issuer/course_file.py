"""Writes a course back as a course file, to be kept, copied and changed."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from issuer.model import Achievement, BadgeDesign
    from schemas import JsonValue

_HEAD = "# A course file. To make another course from it, change the slug and the words.\n"
_NO_PICTURE = "# The picture of this course is not in this file.\n"
_INDENT = "  "


def load_example_course() -> bytes:
    """Return a course file to start from."""
    return resources.files("issuer").joinpath("example_course.yaml").read_bytes()


def render_course_file(course: Achievement) -> bytes:
    """Return the course as YAML; `read_achievement` reads it back equal, but for the picture.

    Numbers and words stand in quotes, which YAML reads as the same text.
    """
    lines = [line for name, value in _fields(course).items() if value for line in _write(name, value, "")]
    return (_HEAD + (_NO_PICTURE if course.image else "") + "\n".join(lines) + "\n").encode()


def _fields(course: Achievement) -> dict[str, JsonValue]:
    return {
        "slug": course.slug,
        "name": course.name,
        "description": course.description,
        "criteria": course.criteria,
        "criteria_url": course.criteria_url,
        "can_do": list(course.can_do),
        "assessment": course.assessment,
        "hours": course.hours,
        "type": course.achievement_type,
        "field_of_study": course.field_of_study,
        "valid_months": course.valid_months,
        "language": course.language,
        "version": course.version,
        "tags": list(course.tags),
        "creator": {"name": course.creator_name, "url": course.creator_url} if course.creator_name else None,
        "design": _design(course.design),
        "results": [
            {
                "key": result.key,
                "name": result.name,
                "type": result.result_type,
                "required_level": result.required_level,
                "required_value": result.required_value,
                "min": result.value_min,
                "max": result.value_max,
                "allowed_values": list(result.allowed_values),
                "levels": [
                    {"key": level.key, "name": level.name, "description": level.description, "points": level.points}
                    for level in result.levels
                ],
            }
            for result in course.results
        ],
        "skills": [
            {
                "name": skill.name,
                "framework": skill.framework,
                "code": skill.code,
                "url": skill.url,
                "description": skill.description,
                "target_type": skill.target_type,
            }
            for skill in course.skills
        ],
    }


def _design(design: BadgeDesign) -> JsonValue:
    chosen: JsonValue = {name: value for name, value in asdict(design).items() if value}
    return chosen


def _write(name: str, value: JsonValue, indent: str) -> Iterator[str]:
    """Write one field; JSON text in quotes is YAML text in quotes."""
    if isinstance(value, dict):
        yield f"{indent}{name}:"
        for key, entry in value.items():
            if entry:
                yield from _write(key, entry, indent + _INDENT)
    elif isinstance(value, list):
        yield f"{indent}{name}:"
        for entry in value:
            yield from _write_entry(entry, indent + _INDENT)
    else:
        yield f"{indent}{name}: {json.dumps(value, ensure_ascii=False)}"


def _write_entry(entry: JsonValue, indent: str) -> Iterator[str]:
    if not isinstance(entry, dict):
        yield f"{indent}- {json.dumps(entry, ensure_ascii=False)}"
        return
    lines = [line for key, value in entry.items() if value for line in _write(key, value, indent + _INDENT)]
    for place, line in enumerate(lines):
        yield f"{indent}- {line.removeprefix(indent + _INDENT)}" if place == 0 else line
