"""The quick reader of JSON and the careful one never differ: same value, or the careful one alone decides."""

from __future__ import annotations

import json
import math

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from schemas import MAX_JSON_DEPTH, DecodingError, JsonValue, encode_canonical_json, encode_json, read_json
from schemas.plain_json import (
    is_pointed_float,
    read_plain_json,
    write_plain_canonical_json,
    write_plain_json,
    write_usual_canonical_json,
)
from schemas.strict_json import read_json_carefully
from tests.doubles import sample_badges

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**70), max_value=2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
)
NAMES = st.text(alphabet='ab"\\ \u00e9\U0001f600\x7f:{}[],', max_size=3)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)
WRITERS = st.sampled_from(
    [
        lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":")),
        lambda value: json.dumps(value, ensure_ascii=False),
        json.dumps,
        lambda value: json.dumps(value, indent=1, ensure_ascii=False),
    ]
)
TOKENS = st.sampled_from(
    [
        *("{", "}", "[", "]", ",", ":", " ", "\n", '"a"', '"a"', '"b"', '"\\u0041"', '"A"', '"\\/"', '"\\ud800"', "'"),
        *("1", "-0", "1e5", "1E400", "1e22", "0.10", "18446744073709551616", "9" * 320, "null", "NaN"),
        *("\ufeff", "\x00", '"\x01"'),
    ]
)


def _outcome(data: bytes) -> tuple[str, object]:
    try:
        return "value", _exact(read_json_carefully(data))
    except DecodingError as error:
        return "code", error.code


def _exact(value: JsonValue) -> object:
    """Return a form in which 1, 1.0 and True differ, as do 0.0 and -0.0, and members in another order."""
    if isinstance(value, dict):
        return [(name, _exact(inner)) for name, inner in value.items()]
    if isinstance(value, list):
        return [[_exact(inner)] for inner in value]
    sign = math.copysign(1, value) if isinstance(value, float) else 0
    return type(value).__name__, value, sign


def _agrees(data: bytes) -> bool:
    plain = read_plain_json(data, max_depth=MAX_JSON_DEPTH)
    return plain is None or ("value", _exact(plain.value)) == _outcome(data)


@given(VALUES, WRITERS)
def test_written_values_read_the_same(value: JsonValue, write: object) -> None:
    """Whatever a program writes, in any of the usual styles, both readers take for the same."""
    assert callable(write)
    data = write(value).encode("utf-8", "surrogatepass")
    assert _agrees(data)


@given(st.lists(TOKENS, max_size=24).map("".join))
@example('{"a":1,"a":1}')
@example('{"a":{"b":1,"b":2}}')
@example('{"a" : 1 , "a" : 1}')
@example('{"\\u0061":1,"a":2}')
def test_odd_texts_read_the_same(text: str) -> None:
    """Pieces of JSON in any order are read by both alike, or by the careful reader alone."""
    assert _agrees(text.encode())


@given(VALUES, st.integers(min_value=0, max_value=400), st.binary(min_size=1, max_size=3))
def test_damaged_texts_read_the_same(value: JsonValue, place: int, damage: bytes) -> None:
    """One damaged place does not set the readers apart."""
    data = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    place %= len(data) + 1
    assert _agrees(data[:place] + damage + data[place + 1 :])


@pytest.mark.parametrize("opening", ["[", '{"a":'])
@pytest.mark.parametrize("depth", [MAX_JSON_DEPTH - 1, MAX_JSON_DEPTH, MAX_JSON_DEPTH + 1, 200, 300, 2_000])
def test_depth_is_judged_the_same(opening: str, depth: int) -> None:
    """A text that is too deep for one is too deep for the other; brackets inside texts count for neither."""
    closing = "]" if opening == "[" else "}"
    for inner in ("1", '"]]]]]]]]]]"', '"[[[[[[[[[["'):
        data = (opening * depth + inner + closing * depth).encode()
        expected = "value" if depth <= MAX_JSON_DEPTH else "code"
        assert _outcome(data)[0] == expected
        assert _agrees(data)
    if depth > MAX_JSON_DEPTH:
        with pytest.raises(DecodingError, match="too_deep"):
            read_json((opening * depth + "1" + closing * depth).encode())


@pytest.mark.parametrize("text", ['{"a":1,"b":[true,null,"x y"]}', '{\n  "a": 1.5,\n  "b": []\n}', '"\\n \\""', "[]"])
def test_usual_texts_are_read_quickly(text: str) -> None:
    """JSON as programs write it does not need the careful reader."""
    assert read_plain_json(text.encode(), max_depth=MAX_JSON_DEPTH) is not None


MORE_VALUES = st.recursive(
    LEAVES
    | st.floats()
    | st.sampled_from(["a,1.5", "[-0.5", "null", "\x7f\x1f\b", "\ud800", -0.0, 1e16, 1e-7, 2**63, 2**64, True]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.just("\ud800"), inner, max_size=4),
    max_leaves=20,
)


@given(MORE_VALUES)
@example([None, math.nan])
@example({"a": math.inf})
@example([1e16, "x"])
@example([0.0001, 0.00001, 0.00012345, 1e15, 1e-5, 123456789012345.6, 1234567890123456.5, 12345678901234567.0, -1e22])
@example({"a": None, "b": 0.1})
def test_the_quick_writer_writes_the_same(value: JsonValue) -> None:
    """Whatever is written quickly is what `json` writes, byte for byte; NaN and half a pair are refused by both."""
    try:
        expected = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")
    except ValueError:
        with pytest.raises(ValueError, match=r".+"):
            encode_json(value)
    else:
        assert encode_json(value) == expected


@given(MORE_VALUES)
@example({"\ue000": 1, "\U0001f600": 2, "a": 3})
@example([1.0, -0.0, 1e21, 1e-6, 1e-7, 123456789012345680.0, 0.000001, 5e-324, 100000.5])
@example({"a": 2**53})
@example({"a": [2**53 - 1, -(2**53) + 1]})
@example([None, math.nan])
def test_the_quick_canonical_writer_writes_the_same(value: JsonValue) -> None:
    """Whatever is written quickly is what rfc8785 writes, byte for byte; what it refuses is refused."""
    try:
        expected = rfc8785.dumps(value)
    except ValueError:
        with pytest.raises(ValueError, match=r".+"):
            encode_canonical_json(value)
    else:
        assert encode_canonical_json(value) == expected


USUAL_VALUES = st.recursive(
    st.booleans()
    | st.integers(min_value=-(2**70), max_value=2**70)
    | st.floats(min_value=-2e14, max_value=2e14).filter(is_pointed_float)
    | st.integers(1, 10**14).map(lambda number: number / 1_000).filter(is_pointed_float)
    | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.just("\ud800"), inner, max_size=4),
    max_leaves=20,
).filter(lambda value: isinstance(value, (dict, list)))


@given(USUAL_VALUES)
@example({"\ue000": 1, "\U0001f600": 2, "a": 3})
@example([0.001, 99_999_999_999_999.5, -99_999_999_999_999.98, 0.1 + 0.2, 37.5, 5e-324 + 0.001, 123456.7890123])
@example({"a": 2**53})
def test_the_writer_of_usual_values_writes_the_same(value: JsonValue) -> None:
    """Where no number can be written in two ways, what is written is what rfc8785 writes, or nothing is."""
    written = write_usual_canonical_json(value)
    assert written is None or written == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "number", [0.0, -0.0, 1.0, 36.0, -7.0, 0.0009, 1e14 + 0.5, 1e16, math.inf, -math.inf, math.nan]
)
def test_numbers_that_writers_spell_in_other_ways(number: float) -> None:
    """Whole, tiny and huge numbers are for the careful writer."""
    assert not is_pointed_float(number)


def test_the_quick_canonical_writer_is_used() -> None:
    """A badge is written quickly in its canonical form too."""
    assert write_plain_canonical_json(sample_badges.rich_badge()) is not None
    assert write_usual_canonical_json(sample_badges.rich_badge()) is not None


def test_the_quick_writer_is_used() -> None:
    """A badge is written quickly, and so is a report with its empty members."""
    assert write_plain_json(sample_badges.small_badge()) is not None
    assert write_plain_json({"a": None, "b": ["x", 1, True, "1.5", 37.5]}) == b'{"a":null,"b":["x",1,true,"1.5",37.5]}'
