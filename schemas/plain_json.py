"""The one door to orjson: reads and writes JSON that has one spelling only, and leaves all else to `strict_json`.

orjson keeps the last of two members with one name and reads a long integer as a float. Neither can pass here: what was
read is written again and compared with what came, white space aside. Equal texts have equal structure, so no member
was dropped, and each number stands in the shortest form of what was read, so no digit was lost.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import orjson

if TYPE_CHECKING:
    from schemas.json_types import JsonValue

# A longer text is not indented to see how deep it is: short values that stand deep grow two hundred times by it.
MAX_INDENTED_BYTES: Final = 32 * 1024

_WHITESPACE: Final = b" \t\r\n"
_ONLY_JSON_TYPES: Final = (
    orjson.OPT_PASSTHROUGH_SUBCLASS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
)
# Numbers with an exponent, and those that have one in Python's spelling. Found in a text, it costs the slower way only.
# Each begins with a plain character, for which `re` looks ten times as fast as for one of several.
_EXPONENT: Final = re.compile(rb"e(?<=\de)[+-]?\d{1,3}(?:[,\]}]|\Z)")
_LONG: Final = re.compile(rb"\.(?<=\d{15}\.)\d")
_CANONICAL: Final = _ONLY_JSON_TYPES | orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
_SMALLEST_POINTED: Final = 0.001
_FIRST_LONG: Final = 1e14
_WHOLE_FLOAT: Final = re.compile(rb"\.0[,\]}]")
_BEYOND_BASIC_PLANE: Final = (b"\xf0", b"\xf1", b"\xf2", b"\xf3", b"\xf4")
_CONTAINERS: Final = (dict, list)  # a tuple is asked twice as fast as a union


class PlainReading(NamedTuple):
    """What was read; a value of its own, since `null` is one too."""

    value: JsonValue


def read_plain_json(data: bytes, *, max_depth: int) -> PlainReading | None:
    """Read JSON of which the strict reader would say the same; None for everything else, be it right or wrong.

    Args:
        data: One JSON text, of a length that the caller has checked.
        max_depth: Most objects and arrays open at one place.
    """
    reading = read_plain_json_of_any_depth(data)
    if reading is None or (_may_be_deeper(reading.value, data, max_depth) and _is_deeper(reading.value, max_depth)):
        return None
    return reading


def read_plain_json_of_any_depth(data: bytes) -> PlainReading | None:
    """Read JSON as `read_plain_json`, for a caller that sees by itself how deep it is."""
    try:
        value = orjson.loads(data)
        again = orjson.dumps(value)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return None
    if again != data and again.translate(None, _WHITESPACE) != data.translate(None, _WHITESPACE):
        return None
    return PlainReading(value)


def _may_be_deeper(value: JsonValue, data: bytes, max_depth: int) -> bool:
    """Whether there is a reason to look: enough brackets, and an indent that only what stands so deep would have."""
    if data.count(b"[") + data.count(b"{") <= max_depth:  # those inside texts are counted too: never too few
        return False
    if len(data) > MAX_INDENTED_BYTES:
        return True
    return b"\n" + b"  " * max_depth in orjson.dumps(value, option=orjson.OPT_INDENT_2)


def write_plain_json(value: JsonValue) -> bytes | None:
    """Write compact JSON of which `json` would say the same; None where that is not certain.

    orjson spells exponents in its own way, and writes NaN as null: either goes to `json`.
    """
    try:
        data = orjson.dumps(value, option=_ONLY_JSON_TYPES)
    except orjson.JSONEncodeError:
        return None
    if b"0.0000" in data or _EXPONENT.search(data) or _LONG.search(data):
        return None
    if b"null" in data and orjson.loads(data) != value:
        return None
    return data


def write_plain_canonical_json(value: JsonValue) -> bytes | None:
    """Write the canonical form of RFC 8785; None where orjson may spell something in another way, or refuse too little.

    orjson sorts members by code point and not by UTF-16 unit, which differs for characters beyond the basic plane
    only. It writes whole floats with a point.
    """
    try:
        data = orjson.dumps(value, option=_CANONICAL)
    except orjson.JSONEncodeError:
        return None
    if not data.startswith((b"{", b"[")) or _EXPONENT.search(data) or _LONG.search(data) or _WHOLE_FLOAT.search(data):
        return None
    if _may_sort_otherwise(data) or (b"null" in data and orjson.loads(data) != value):
        return None
    return data


def is_pointed_float(value: float) -> bool:
    """Whether every writer of JSON spells a number in the same digits, with a point and without an exponent."""
    return _SMALLEST_POINTED <= abs(value) < _FIRST_LONG and value != int(value)


def write_usual_canonical_json(value: JsonValue) -> bytes | None:
    """Write the canonical form as `write_plain_canonical_json`, of a value whose numbers the caller has looked at.

    Args:
        value: Without null, and without floats other than those of `is_pointed_float`.
    """
    try:
        data = orjson.dumps(value, option=_CANONICAL)
    except orjson.JSONEncodeError:
        return None
    return None if _may_sort_otherwise(data) else data


def _may_sort_otherwise(data: bytes) -> bool:
    """Whether there is a character beyond the basic plane, all of which begin with one of these bytes in UTF-8."""
    return not data.isascii() and any(byte in data for byte in _BEYOND_BASIC_PLANE)


def write_cache_key(value: JsonValue) -> bytes | None:
    """Return bytes that are the same for the same JSON only; None when it cannot be written as JSON.

    Of numbers that no JSON can hold it is the same as for null, and never written to anybody.
    """
    try:
        return orjson.dumps(value, option=_ONLY_JSON_TYPES)
    except orjson.JSONEncodeError:
        return None


def read_cache_key(data: bytes) -> JsonValue:
    """Return a copy of the value for which `write_cache_key` has written `data`."""
    value: JsonValue = orjson.loads(data)
    return value


def has_no_escapes(data: bytes | None) -> bool:
    """Whether no text in what `write_cache_key` wrote holds a quote, a backslash or a control character."""
    return data is not None and b"\\" not in data and b"\x7f" not in data


def _is_deeper(value: JsonValue, max_depth: int) -> bool:
    """Whether more objects and arrays stand in one another than `max_depth`; looks at one level after the other."""
    level = [value] if isinstance(value, _CONTAINERS) else []
    for _ in range(max_depth):
        level = [
            child
            for container in level
            for child in (container.values() if isinstance(container, dict) else container)
            if isinstance(child, _CONTAINERS)
        ]
        if not level:
            return False
    return bool(level)
