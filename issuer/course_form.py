"""A course as a trainer types it: flat text, nothing refused, until it reads as a course.

Names of fields are the path in the course file, such as `results/0/levels/2/name`. Rows that are left empty do not
count, so that a form can offer an empty row without asking for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from issuer.achievement_file import read_achievement
from issuer.field_reading import make_key
from schemas import IssuanceError, encode_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from issuer.model import Achievement, ResultDescription
    from schemas import JsonObject, JsonValue

MAX_FORM_FIELDS = 2_000  # more than every list of a course filled to its limit with the fields that it has
MAX_PROBLEMS = 60
_LINES = ("slug", "name", "description", "criteria", "criteria_url", "assessment", "hours", "type", "field_of_study",
          "language", "version")  # fmt: skip
_OTHERS = ("valid_months", "tags", "creator_name", "creator_url")
_DESIGN = ("shape", "colour", "icon", "words", "level")
SKILL_FIELDS = ("name", "framework", "code", "url", "description", "target_type")
_RESULT_LINES = ("name", "type", "required_value", "min", "max")
LEVEL_FIELDS = ("name", "description", "points")
_ROW = r"(?:0|[1-9][0-9]?)"
_NAME = re.compile(
    "|".join(
        (
            "|".join((*_LINES, *_OTHERS)),
            rf"can_do/{_ROW}",
            rf"design/(?:{'|'.join(_DESIGN)})",
            rf"skills/{_ROW}/(?:{'|'.join(SKILL_FIELDS)})",
            rf"results/{_ROW}/(?:{'|'.join(_RESULT_LINES)}|key|required_level|allowed_values)",
            rf"results/{_ROW}/levels/{_ROW}/(?:{'|'.join(LEVEL_FIELDS)}|key)",
        )
    )
)
_LIST = re.compile(rf"can_do|skills|results|results/{_ROW}/levels")
_FIRST_FIELD = {"can_do": "", "skills": "/name", "results": "/name", "levels": "/name"}
# What stands in for a field that is wrong, so that the others can be looked at too.
_STAND_IN = {"name": "x", "description": "x", "criteria": "x", "framework": "x", "url": "https://example.org/"}
_MEASURES = ("required_value", "min", "max", "allowed_values")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormReading:
    """What a form says.

    `course` has no picture; while there are problems it is as near as one can come, for a look at it, and None when
    nothing can be made of the form. `problems` has each wrong field with what is wrong; the name is empty for what is
    wrong with the whole.
    """

    course: Achievement | None
    problems: dict[str, IssuanceError]

    @property
    def is_complete(self) -> bool:
        """Whether the course can be saved."""
        return self.course is not None and not self.problems


def read_form(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the fields of a sent form that a course has; others are left out."""
    known = ((name, value) for name, value in pairs if _NAME.fullmatch(name))
    return {name: value for (name, value), _ in zip(known, range(MAX_FORM_FIELDS), strict=False)}


def count_rows(fields: Mapping[str, str], place: str) -> int:
    """Return how many rows the list at `place` has, the empty ones too."""
    places = (name[len(place) + 1 :].split("/")[0] for name in fields if name.startswith(f"{place}/"))
    return max((int(index) + 1 for index in places if index.isdecimal()), default=0)


def add_row(fields: Mapping[str, str], place: str) -> dict[str, str]:
    """Return the fields with one more empty row; an unknown `place` changes nothing."""
    if not _LIST.fullmatch(place):
        return dict(fields)
    name = f"{place}/{count_rows(fields, place)}{_FIRST_FIELD[place.rsplit('/', 1)[-1]]}"
    return {**fields, name: ""} if _NAME.fullmatch(name) else dict(fields)


def remove_row(fields: Mapping[str, str], row: str) -> dict[str, str]:
    """Return the fields without one row (`results/1`); those behind it move up, and so does the needed level."""
    place, _, index = row.rpartition("/")
    if not _LIST.fullmatch(place) or not re.fullmatch(_ROW, index):
        return dict(fields)
    gone, kept = int(index), {}
    for name, value in fields.items():
        head, _, tail = name.removeprefix(f"{place}/").partition("/")
        if not name.startswith(f"{place}/") or not head.isdecimal() or int(head) < gone:
            kept[name] = value
        elif int(head) > gone:
            kept["/".join(part for part in (place, str(int(head) - 1), tail) if part)] = value
    needed = f"{place.removesuffix('/levels')}/required_level"
    if place.endswith("/levels") and kept.get(needed, "").isdecimal():
        level = int(kept[needed])
        kept[needed] = "" if level == gone else str(level - (level > gone))
    return kept


def course_to_fields(course: Achievement) -> dict[str, str]:
    """Return a course as the fields of a form; `read_fields` reads it back equal, but for the picture."""
    fields = {name: getattr(course, name) for name in _LINES if name != "type"}
    fields |= {
        "type": course.achievement_type,
        "valid_months": str(course.valid_months or ""),
        "tags": "\n".join(course.tags),
        "creator_name": course.creator_name,
        "creator_url": course.creator_url,
    }
    fields |= {f"design/{name}": str(getattr(course.design, name) or "") for name in _DESIGN}
    fields |= {f"can_do/{row}": line for row, line in enumerate(course.can_do)}
    for row, skill in enumerate(course.skills):
        fields |= {f"skills/{row}/{name}": getattr(skill, name) for name in SKILL_FIELDS}
    for row, result in enumerate(course.results):
        fields |= _result_to_fields(f"results/{row}", result)
    return fields


def _result_to_fields(place: str, result: ResultDescription) -> dict[str, str]:
    keys = [level.key for level in result.levels]
    fields = {
        f"{place}/key": result.key,
        f"{place}/name": result.name,
        f"{place}/type": result.result_type,
        f"{place}/required_level": str(keys.index(result.required_level)) if result.required_level else "",
        f"{place}/required_value": result.required_value,
        f"{place}/min": result.value_min,
        f"{place}/max": result.value_max,
        f"{place}/allowed_values": "\n".join(result.allowed_values),
    }
    for row, level in enumerate(result.levels):
        fields |= {f"{place}/levels/{row}/{name}": getattr(level, name) for name in (*LEVEL_FIELDS, "key")}
    return fields


def read_fields(fields: Mapping[str, str], *, slug: str = "") -> FormReading:
    """Read the fields as a course, by the rules of a course file.

    Args:
        fields: From `read_form`.
        slug: Of the course that is being changed; empty for a new one, whose slug is made from its name.
    """
    document, places = _compose(fields, slug)
    problems: dict[str, IssuanceError] = {}
    for _ in range(MAX_PROBLEMS):
        try:
            course = read_achievement(encode_json(document), filename="course.json", folder=None)
        except IssuanceError as error:
            problems.setdefault(_place_of(error.pointer, places), error)
            if not error.pointer:
                break
            _mend(document, error)
        else:
            return FormReading(course=_as_typed(course, fields, problems) if problems else course, problems=problems)
    return FormReading(course=None, problems=problems)


def _as_typed(course: Achievement, fields: Mapping[str, str], problems: Mapping[str, IssuanceError]) -> Achievement:
    """Return a course with what was typed in the place of what stood in for it."""
    return replace(
        course,
        name=fields.get("name", "") if "name" in problems else course.name,
        description=fields.get("description", "") if "description" in problems else course.description,
        criteria=fields.get("criteria", "") if "criteria" in problems else course.criteria,
    )


def _place_of(pointer: str, places: Mapping[str, str]) -> str:
    """Return the field of the form for a place in the course file; of what is made, the field that it is made from."""
    if pointer.endswith("/key"):
        pointer = pointer.removesuffix("key") + "name"
    while pointer and pointer not in places:
        pointer = pointer.rpartition("/")[0]
    return places.get(pointer, "")


def _mend(document: JsonObject, error: IssuanceError) -> None:
    """Put something harmless where the fault is: each fault is told once, and those behind it are found too."""
    *path, last = error.pointer.split("/")[1:]
    parent: JsonValue = document
    for step in path:
        parent = parent[int(step)] if isinstance(parent, list) else cast("JsonObject", parent)[step]
    if isinstance(parent, list):
        parent[int(last)] = "x"
        return
    group = cast("JsonObject", parent)
    if error.code == "achievement.result_mixed":
        for name in _MEASURES:
            group.pop(name, None)
    elif last in _STAND_IN and group.get(last) != _STAND_IN[last]:
        group[last] = _STAND_IN[last]
    elif last in {"slug", "key"}:
        group[last] = f"x{abs(hash(error.pointer))}"[:20]
    else:
        group.pop(last, None)


def _compose(fields: Mapping[str, str], slug: str) -> tuple[JsonObject, dict[str, str]]:
    """Return the course file that the fields make, and for each place in it the field that it came from."""
    filled = {name: value for name, value in fields.items() if value.strip()}
    places: dict[str, str] = {f"/{name}": name for name in (*_LINES, "valid_months", "tags")}
    document: JsonObject = {name: filled[name] for name in _LINES if name in filled}
    document["slug"] = slug or filled.get("slug", "") or make_key(filled.get("name", "")) or "course"
    if not filled.get("slug"):
        places["/slug"] = "name"
    months = filled.get("valid_months", "").strip()
    if months:
        document["valid_months"] = int(months) if months.isascii() and months.isdecimal() else months
    _add_lines(document, places, "tags", filled)
    lines: list[JsonValue] = []
    for row in range(count_rows(fields, "can_do")):
        if f"can_do/{row}" in filled:
            places[f"/can_do/{len(lines)}"] = f"can_do/{row}"
            lines.append(filled[f"can_do/{row}"])
    _set(document, places, "can_do", lines)
    creator: JsonObject = {name: filled[f"creator_{name}"] for name in ("name", "url") if f"creator_{name}" in filled}
    places |= {f"/creator/{name}": f"creator_{name}" for name in ("name", "url")}
    design: JsonObject = {name: filled[f"design/{name}"].strip() for name in _DESIGN if f"design/{name}" in filled}
    places |= {f"/design/{name}": f"design/{name}" for name in _DESIGN}
    if str(design.get("level", "")).isdecimal():
        design["level"] = int(str(design["level"]))
    document |= {name: group for name, group in (("creator", creator), ("design", design)) if group}
    _set(document, places, "skills", _compose_rows(fields, "skills", "/skills", SKILL_FIELDS, places))
    _set(document, places, "results", _compose_results(fields, places))
    return document, places


def _set(document: JsonObject, places: dict[str, str], name: str, rows: list[JsonValue]) -> None:
    places[f"/{name}"] = name
    if rows:
        document[name] = rows


def _add_lines(
    group: JsonObject, places: dict[str, str], name: str, filled: Mapping[str, str], place: str = ""
) -> None:
    """Add a list that is typed as one entry on each line."""
    field = f"{place}/{name}" if place else name
    lines: list[JsonValue] = [line.strip() for line in filled.get(field, "").splitlines() if line.strip()]
    if lines:
        group[name] = lines
        places |= {f"/{field}": field}


def _compose_rows(
    fields: Mapping[str, str], place: str, pointer: str, names: tuple[str, ...], places: dict[str, str]
) -> list[JsonValue]:
    rows: list[JsonValue] = []
    for row in range(count_rows(fields, place)):
        group: JsonObject = {
            name: fields[f"{place}/{row}/{name}"] for name in names if fields.get(f"{place}/{row}/{name}", "").strip()
        }
        if group:
            places |= {f"{pointer}/{len(rows)}/{name}": f"{place}/{row}/{name}" for name in names}
            rows.append(group)
    return rows


def _compose_results(fields: Mapping[str, str], places: dict[str, str]) -> list[JsonValue]:
    results: list[JsonValue] = []
    for row in range(count_rows(fields, "results")):
        place, pointer = f"results/{row}", f"/results/{len(results)}"
        levels, rows = _compose_levels(fields, place, pointer, places)
        group: JsonObject = {
            name: fields[f"{place}/{name}"] for name in _RESULT_LINES if fields.get(f"{place}/{name}", "").strip()
        }
        _add_lines(group, places, "allowed_values", fields, place)
        if not levels and set(group) <= {"type"}:
            continue
        places |= {
            f"{pointer}/{name}": f"{place}/{name}" for name in (*_RESULT_LINES, "required_level", "allowed_values")
        }
        places |= {pointer: f"{place}/name", f"{pointer}/levels": f"{place}/levels"}
        if levels:
            group["levels"] = levels
        needed = fields.get(f"{place}/required_level", "")
        if needed in rows:
            group["required_level"] = cast("JsonObject", levels[rows.index(needed)])["key"]
        group["key"] = fields.get(f"{place}/key", "") or make_key(str(group.get("name", ""))) or f"result-{row + 1}"
        results.append(group)
    _part_keys(results)
    return results


def _compose_levels(
    fields: Mapping[str, str], place: str, pointer: str, places: dict[str, str]
) -> tuple[list[JsonValue], list[str]]:
    """Return the levels of a result, each with its key, and which row of the form each came from."""
    levels: list[JsonValue] = []
    rows: list[str] = []
    for row in range(count_rows(fields, f"{place}/levels")):
        level = f"{place}/levels/{row}"
        group: JsonObject = {
            name: fields[f"{level}/{name}"] for name in LEVEL_FIELDS if fields.get(f"{level}/{name}", "").strip()
        }
        if not group:
            continue
        places |= {f"{pointer}/levels/{len(levels)}/{name}": f"{level}/{name}" for name in LEVEL_FIELDS}
        group["key"] = fields.get(f"{level}/key", "") or make_key(str(group.get("name", ""))) or f"level-{row + 1}"
        rows.append(str(row))
        levels.append(group)
    _part_keys(levels)
    return levels, rows


def _part_keys(groups: list[JsonValue]) -> None:
    """Give entries with the same name keys of their own."""
    taken: set[str] = set()
    for group in groups:
        entry = cast("JsonObject", group)
        key, number = str(entry["key"]), 2
        while key in taken:
            key = f"{str(entry['key'])[:60]}-{number}"
            number += 1
        entry["key"] = key
        taken.add(key)
