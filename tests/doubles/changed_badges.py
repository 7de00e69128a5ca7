"""A genuine badge with every kind of place in it, to change at any of them, and the code that the change ends in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from schemas import BadgeError, JsonObject, JsonValue
from tests.doubles import sample_badges

if TYPE_CHECKING:
    from collections.abc import Iterator

Document = dict[str, Any]


def genuine_badge() -> Document:
    """Return a signed badge, for a test to change."""
    return sample_badges.signed_copy(sample_badges.rich_badge())


def code_of(document: JsonObject) -> str:
    """Return the code with which a document is refused."""
    with pytest.raises(BadgeError) as caught:
        sample_badges.verify(document)
    return caught.value.code


def places_of(value: JsonValue, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Find where each object of a document stands."""
    if isinstance(value, dict):
        yield path
        for key, entry in value.items():
            yield from places_of(entry, (*path, key))
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from places_of(entry, (*path, index))


def object_at(document: Document, path: tuple[str | int, ...]) -> Document:
    """Return the object at a place."""
    value: Any = document
    for token in path:
        value = value[token]
    return cast("Document", value)


POSITIONS = list(places_of(sample_badges.sign(sample_badges.rich_badge()).document))
