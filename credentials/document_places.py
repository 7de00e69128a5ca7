"""Places in a JSON document: cheap to carry along, written as a JSON Pointer only when something is wrong there."""

from __future__ import annotations

from typing import TypeAlias

from schemas import DataModelError

# The place of the parent and the token in it; empty for the whole document.
Place: TypeAlias = tuple[()] | tuple["Place", str | int]


_MAX_TOKEN_CHARS = 128  # characters of a member name that an error repeats


def pointer_of(place: Place) -> str:
    """Write a place as a JSON Pointer (RFC 6901); a member name of absurd length is cut."""
    tokens: list[str] = []
    while place:
        place, token = place
        tokens.append(str(token)[:_MAX_TOKEN_CHARS].replace("~", "~0").replace("/", "~1"))
    return "".join("/" + token for token in reversed(tokens))


def refuse(code: str, place: Place, message: str = "") -> DataModelError:
    """Make the error `data_model.<code>` for a place."""
    return DataModelError(f"data_model.{code}", message, pointer=pointer_of(place))
