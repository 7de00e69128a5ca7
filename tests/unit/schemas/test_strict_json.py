"""Strict reading and compact writing of JSON; the attacks stand in tests/hostile/test_group_a_json.py."""

from __future__ import annotations

import pytest

from schemas import (
    MAX_CREDENTIAL_BYTES,
    MAX_JSON_DEPTH,
    DecodingError,
    JsonValue,
    encode_json,
    read_json,
    read_json_object,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null", None),
        (" \t\r\n[1,-2,3.5,0.0,1e2] \n", [1, -2, 3.5, 0.0, 100.0]),
        ('{"a":{"b":[true,false]},"":""}', {"a": {"b": [True, False]}, "": ""}),
        ('"\\ud83d\\ude00 \\u00e9 é"', "😀 é é"),
        ('"\\\\ud800"', "\\ud800"),
        ('"[[[{{{"', "[[[{{{"),
        ('["\\"[", "]"]', ['"[', "]"]),
        ("9007199254740993", 9007199254740993),
        ('{"__proto__":1,"constructor":2}', {"__proto__": 1, "constructor": 2}),
    ],
)
def test_good_json_is_read(text: str, value: JsonValue) -> None:
    """JSON as RFC 8259 writes it is read as it stands."""
    assert read_json(text.encode()) == value


def test_member_order_is_kept() -> None:
    """Reading and writing keep members in their order."""
    data = b'{"b":1,"a":{"d":2,"c":3}}'
    assert encode_json(read_json(data)) == data


def test_writing_escapes_no_letters() -> None:
    """Letters beyond ASCII are written as UTF-8."""
    assert encode_json({"name": "Zoë"}) == '{"name":"Zoë"}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"])
def test_writing_refuses_what_is_not_json(value: JsonValue) -> None:
    """NaN, infinities and half a surrogate pair are never written."""
    with pytest.raises(ValueError, match=r"\w"):
        encode_json([value])


def test_depth_counts_the_outermost() -> None:
    """64 open brackets are read, 65 are not."""
    deepest = b"[" * MAX_JSON_DEPTH + b"]" * MAX_JSON_DEPTH
    assert read_json(deepest) is not None
    with pytest.raises(DecodingError, match="too_deep"):
        read_json(b"[" + deepest + b"]")


def test_depth_is_open_brackets_not_all_brackets() -> None:
    """Many brackets one after the other are not deep."""
    assert read_json(b"[" + b"[],{}," * 1000 + b"[]]") is not None


def test_size_limit_is_inclusive() -> None:
    """256 KiB are read, one byte more is not."""
    assert read_json(b"[]".ljust(MAX_CREDENTIAL_BYTES)) == []
    with pytest.raises(DecodingError, match="too_large"):
        read_json(b"[]".ljust(MAX_CREDENTIAL_BYTES + 1))


def test_caller_may_lower_the_limits() -> None:
    """Both limits are arguments."""
    with pytest.raises(DecodingError, match="too_large"):
        read_json(b"[1]", max_bytes=2)
    with pytest.raises(DecodingError, match="too_deep"):
        read_json(b"[[]]", max_depth=1)


@pytest.mark.parametrize("text", ["[]", '"a"', "1", "null"])
def test_object_is_insisted_on(text: str) -> None:
    """`read_json_object` refuses every other value."""
    with pytest.raises(DecodingError, match="not_object"):
        read_json_object(text.encode())
    assert read_json_object(b'{"a":1}') == {"a": 1}


@pytest.mark.parametrize("text", ["0e999", "-0.0", "0.0e-5", "1e308", "5e-324"])
def test_number_that_a_double_holds_is_read(text: str) -> None:
    """Zero with any exponent and the limits of a double are numbers."""
    assert read_json(text.encode()) == float(text)


def test_error_says_where() -> None:
    """A text that is no JSON is refused with line and column."""
    with pytest.raises(DecodingError) as caught:
        read_json(b'{\n  "a": tru\n}')
    assert caught.value.detail == {"line": 2, "column": 8}
