"""Reading single values of a credential without inventing any.

A value of an unexpected kind reads as absent: what is shown is either a value of the document or nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas import read_datetime

if TYPE_CHECKING:
    from datetime import datetime

    from schemas import JsonObject, JsonValue


def read_list(node: JsonObject, name: str) -> tuple[JsonValue, ...]:
    """Return the values of a member that may hold one value or an array."""
    value = node.get(name)
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list) else (value,)


def read_objects(node: JsonObject, name: str) -> tuple[JsonObject, ...]:
    """Return those values of a member that are objects."""
    return tuple(value for value in read_list(node, name) if isinstance(value, dict))


def read_object(node: JsonObject, name: str) -> JsonObject:
    """Return the one object of a member; empty when there is none or more than one."""
    value = node.get(name)
    if type(value) is dict:
        return value
    found = read_objects(node, name)
    return found[0] if len(found) == 1 else {}


def read_texts(node: JsonObject, name: str) -> tuple[str, ...]:
    """Return those values of a member that are texts."""
    return tuple(value for value in read_list(node, name) if isinstance(value, str))


def read_text(node: JsonObject, name: str) -> str:
    """Return the one text of a member; empty when there is none or more than one."""
    value = node.get(name)
    if type(value) is str:
        return value
    found = read_texts(node, name)
    return found[0] if len(found) == 1 else ""


def read_reference(node: JsonObject, name: str) -> str:
    """Return the IRI of a member that is a string, or an object with an `id`."""
    value = read_list(node, name)
    if len(value) != 1:
        return ""
    if isinstance(value[0], dict):
        return read_text(value[0], "id")
    return value[0] if isinstance(value[0], str) else ""


def read_number(node: JsonObject, name: str) -> float | None:
    """Return the one number of a member."""
    value = read_list(node, name)
    if len(value) == 1 and isinstance(value[0], (int, float)) and not isinstance(value[0], bool):
        return value[0]
    return None


def read_moment(node: JsonObject, name: str) -> datetime | None:
    """Return the moment of a member, None when it is absent.

    Raises:
        DataModelError: `data_model.date_invalid` or `.date_out_of_range`: a date that is there but cannot be read.
    """
    if name not in node:
        return None
    value = node[name]
    return read_datetime(value if isinstance(value, str) else "", pointer=f"/{name}")
