"""Strict reading of JSON that a stranger sent, and compact writing of our own.

RFC 8259 with the gaps closed that let two readers see two documents (RFC 7493 I-JSON §2):
a member named twice, a number that a double cannot hold, half a surrogate pair, a byte order
mark, words after the end. Every limit is checked before the parser runs.

`plain_json` reads what almost everybody writes; the reader here has the last word on the rest, and says what is wrong.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NoReturn, cast

from schemas.errors import DecodingError
from schemas.plain_json import read_plain_json, write_plain_json

if TYPE_CHECKING:
    from schemas.json_types import JsonObject, JsonValue

MAX_CREDENTIAL_BYTES: Final = 256 * 1024  # bytes
MAX_JSON_DEPTH: Final = 64  # open brackets at one place
_MAX_INTEGER_DIGITS: Final = 308  # decimal digits that a double always holds
_MAX_NAME_CHARS: Final = 64  # characters of a member name that an error repeats

_UTF8_BOM: Final = b"\xef\xbb\xbf"
_UTF16_BOMS: Final = (b"\xff\xfe", b"\xfe\xff")
# The closing quote is optional and the repeat possessive, so that no input is scanned twice.
_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_STEP: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_NOT_A_BRACKET: Final = bytes(byte for byte in range(256) if byte not in _STEP)
_SURROGATE_ESCAPE: Final = re.compile(r"\\u[dD][89a-fA-F]")
_WHITESPACE: Final = " \t\n\r"


def _refuse_constant(_literal: str) -> NoReturn:
    raise DecodingError("decoding.number_out_of_range", "NaN and Infinity are not JSON")


def _read_integer(literal: str) -> int:
    if len(literal) > _MAX_INTEGER_DIGITS:
        raise DecodingError("decoding.number_out_of_range", f"an integer of {len(literal)} characters")
    return int(literal)


def _read_float(literal: str) -> float:
    number = float(literal)
    if number and -sys.float_info.max <= number <= sys.float_info.max:
        return number
    if number or literal.lower().partition("e")[0].strip("-0."):
        raise DecodingError("decoding.number_out_of_range", "a number that a double cannot hold")
    return number


def _read_members(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    if not pairs:
        return {}
    members = dict(pairs)
    if len(members) != len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise DecodingError("decoding.duplicate_key", detail={"member": repr(twice[:_MAX_NAME_CHARS])})
    return members


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_read_members,
    parse_constant=_refuse_constant,
    parse_float=_read_float,
    parse_int=_read_integer,
)


def _decode_text(data: bytes) -> str:
    if data.startswith(_UTF8_BOM):
        raise DecodingError("decoding.bom")
    if data.startswith(_UTF16_BOMS):
        raise DecodingError("decoding.not_utf8", "a UTF-16 byte order mark")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DecodingError("decoding.not_utf8", detail={"byte": error.start}) from error


def _check_depth(data: bytes, max_depth: int) -> None:
    brackets = _STRING.sub(b"", data).translate(None, _NOT_A_BRACKET)
    if len(brackets) > max_depth and max(accumulate(map(_STEP.__getitem__, brackets))) > max_depth:
        raise DecodingError("decoding.too_deep", detail={"limit": max_depth})


def _check_surrogates(value: JsonValue) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise DecodingError("decoding.lone_surrogate") from error


def read_json(data: bytes, *, max_bytes: int = MAX_CREDENTIAL_BYTES, max_depth: int = MAX_JSON_DEPTH) -> JsonValue:
    """Read one JSON text strictly.

    Spec: RFC 8259; RFC 7493 §2.1-2.3 (UTF-8, numbers, unique names).

    Args:
        data: The bytes as received; a byte order mark is refused, not skipped.
        max_bytes: Longest accepted input.
        max_depth: Most objects and arrays open at one place; the outermost counts as 1.

    Raises:
        DecodingError: `decoding.too_large`, `.bom`, `.not_utf8`, `.too_deep`, `.not_json`, `.trailing_data`,
            `.duplicate_key`, `.number_out_of_range` or `.lone_surrogate`.
    """
    if len(data) > max_bytes:
        raise DecodingError("decoding.too_large", detail={"bytes": len(data), "limit": max_bytes})
    plain = read_plain_json(data, max_depth=max_depth)
    return read_json_carefully(data, max_depth=max_depth) if plain is None else plain.value


def read_json_carefully(data: bytes, *, max_depth: int = MAX_JSON_DEPTH) -> JsonValue:
    """Read one JSON text of any length as `read_json` does, in one reader that knows every rule."""
    text = _decode_text(data)
    _check_depth(data, max_depth)
    start = len(text) - len(text.lstrip(_WHITESPACE))
    try:
        value, end = _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise DecodingError("decoding.not_json", detail={"line": error.lineno, "column": error.colno}) from error
    if text[end:].strip(_WHITESPACE):
        raise DecodingError("decoding.trailing_data", detail={"character": end})
    if _SURROGATE_ESCAPE.search(text):
        _check_surrogates(value)
    return cast("JsonValue", value)


def read_json_object(data: bytes, *, max_bytes: int = MAX_CREDENTIAL_BYTES) -> JsonObject:
    """Read one JSON text strictly and insist on an object.

    Raises:
        DecodingError: As `read_json`; or `decoding.not_object`.
    """
    value = read_json(data, max_bytes=max_bytes)
    if not isinstance(value, dict):
        raise DecodingError("decoding.not_object")
    return value


def encode_json(value: JsonValue) -> bytes:
    """Write compact UTF-8 JSON: member order kept, no ASCII escapes.

    Raises:
        ValueError: The value holds NaN, an infinity or half a surrogate pair.
    """
    plain = write_plain_json(value)
    if plain is not None:
        return plain
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")
