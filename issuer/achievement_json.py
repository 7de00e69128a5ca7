"""Writes an achievement as JSON for the ledger and reads it back without loss."""

from __future__ import annotations

import base64
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, cast

from issuer.model import Achievement, BadgeDesign, ResultDescription, RubricLevel, Skill

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue


def achievement_to_json(achievement: Achievement) -> JsonObject:
    """Return every field; the picture as base64. A design that chooses nothing is left out, as before there was one."""
    document = cast("JsonObject", asdict(achievement))
    if achievement.design == BadgeDesign():
        del document["design"]
    document["image"] = base64.b64encode(achievement.image).decode("ascii")
    return cast("JsonObject", _listed(document))


def achievement_from_json(document: JsonObject) -> Achievement:
    """Read what `achievement_to_json` wrote; fields of a later version are ignored.

    Raises:
        KeyError, TypeError, ValueError: Not written by us.
    """
    known = {field.name for field in fields(Achievement)}
    values = {name: value for name, value in document.items() if name in known}
    values["image"] = cast("JsonValue", base64.b64decode(cast("str", document["image"]), validate=True))
    values["skills"] = cast("JsonValue", tuple(Skill(**entry) for entry in _objects(document, "skills")))
    values["results"] = cast("JsonValue", tuple(_read_result(entry) for entry in _objects(document, "results")))
    if "design" in values:
        values["design"] = cast("JsonValue", BadgeDesign(**cast("dict[str, Any]", values["design"])))
    values["can_do"] = cast("JsonValue", _texts(document, "can_do"))
    values["tags"] = cast("JsonValue", _texts(document, "tags"))
    return Achievement(**values)  # type: ignore[arg-type] # the names are those of the dataclass


def _read_result(entry: dict[str, str]) -> ResultDescription:
    document = cast("JsonObject", entry)
    values = {name: value for name, value in entry.items() if name not in {"levels", "allowed_values"}}
    levels = tuple(RubricLevel(**level) for level in _objects(document, "levels"))
    return ResultDescription(**values, levels=levels, allowed_values=_texts(document, "allowed_values"))


def _objects(document: JsonObject, name: str) -> list[dict[str, str]]:
    return cast("list[dict[str, str]]", document[name])


def _texts(document: JsonObject, name: str) -> tuple[str, ...]:
    return tuple(cast("list[str]", document[name]))


def _listed(value: object) -> object:
    """Turn tuples into lists, as JSON has them."""
    if isinstance(value, dict):
        return {name: _listed(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_listed(entry) for entry in value]
    return value
