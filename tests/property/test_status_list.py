"""Status lists hold whatever indexes they are given."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from credentials import MIN_STATUS_LIST_BITS, BitstringStatusList, decode_status_list, encode_status_list
from schemas import StatusListError

INDEXES = st.integers(min_value=0, max_value=MIN_STATUS_LIST_BITS - 1)


@given(st.sets(INDEXES, max_size=200), INDEXES)
def test_list_round_trips(indexes: set[int], asked: int) -> None:
    """Encoding and decoding keep every entry."""
    status_list = decode_status_list(encode_status_list(BitstringStatusList.with_set_indexes(indexes)))
    assert [index for index in sorted(indexes) if not status_list.read(index)] == []
    assert status_list.read(asked) == (asked in indexes)
    assert sum(byte.bit_count() for byte in status_list.bits) == len(indexes)


def _code_of(encoded: str) -> str:
    try:
        decode_status_list(encoded)
    except StatusListError as error:
        return error.code
    return "status.passed"


@given(st.text(max_size=60))
def test_any_text_is_a_malformed_list(text: str) -> None:
    """No short text is a list, and none makes the decoder fail in another way."""
    assert {_code_of(text), _code_of("u" + text)} <= {"status.list_malformed", "status.list_too_short"}
