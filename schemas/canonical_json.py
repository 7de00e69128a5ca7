"""The one door to the JSON Canonicalization Scheme (RFC 8785)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rfc8785

from schemas.plain_json import write_plain_canonical_json

if TYPE_CHECKING:
    from schemas.json_types import JsonValue


def encode_canonical_json(value: JsonValue) -> bytes:
    """Return the canonical UTF-8 bytes of a JSON value (RFC 8785 §3).

    Raises:
        ValueError: A number or a string has no canonical form (an integer beyond 2^53, a lone surrogate).
    """
    plain = write_plain_canonical_json(value)
    return rfc8785.dumps(value) if plain is None else plain
