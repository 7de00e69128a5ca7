"""Types of JSON values as `json` reads them."""

from __future__ import annotations

from typing import TypeAlias, Union

# `Union` because a recursive alias with `|` is evaluated at import on Python 3.11.
JsonValue: TypeAlias = Union[None, bool, int, float, str, list["JsonValue"], dict[str, "JsonValue"]]
JsonObject: TypeAlias = dict[str, JsonValue]
