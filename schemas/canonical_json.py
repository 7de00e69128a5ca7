"""The one door to the JSON Canonicalization Scheme (RFC 8785)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rfc8785

if TYPE_CHECKING:
    from schemas.json_types import JsonValue


def encode_canonical_json(value: JsonValue) -> bytes:
    """Return the canonical UTF-8 bytes of a JSON value (RFC 8785 §3).

    Raises:
        ValueError: A number or a string has no canonical form (an integer beyond 2^53, a lone surrogate).
    """
    return rfc8785.dumps(value)
