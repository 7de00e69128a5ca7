"""Places in a JSON document: cheap to carry along, written as a JSON Pointer only when something is wrong there."""

from __future__ import annotations

from typing import TypeAlias

from schemas import DataModelError

# The place of the parent and the token in it; empty for the whole document.
Place: TypeAlias = tuple[()] | tuple["Place", str | int]


def pointer_of(place: Place) -> str:
    """Write a place as a JSON Pointer (RFC 6901)."""
    tokens: list[str] = []
    while place:
        place, token = place
        tokens.append(str(token).replace("~", "~0").replace("/", "~1"))
    return "".join("/" + token for token in reversed(tokens))


def refuse(code: str, place: Place, message: str = "") -> DataModelError:
    """Make the error `data_model.<code>` for a place."""
    return DataModelError(f"data_model.{code}", message, pointer=pointer_of(place))
