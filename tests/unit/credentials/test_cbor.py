"""CBOR: the examples of RFC 8949 that are plain values, and everything that has a second spelling refused."""

from __future__ import annotations

import pytest

from credentials.cbor import CborValue, decode_cbor, encode_cbor
from schemas import ProofError

# RFC 8949, Appendix A.
EXAMPLES: tuple[tuple[str, CborValue], ...] = (
    ("00", 0),
    ("17", 23),
    ("1818", 24),
    ("1903e8", 1000),
    ("1bffffffffffffffff", 18446744073709551615),
    ("20", -1),
    ("3903e7", -1000),
    ("f4", False),
    ("f5", True),
    ("f6", None),
    ("40", b""),
    ("4401020304", bytes.fromhex("01020304")),
    ("6449455446", "IETF"),
    ("62c3bc", "\u00fc"),
    ("80", []),
    ("8301820203820405", [1, [2, 3], [4, 5]]),
    ("a201020304", {1: 2, 3: 4}),
    ("a26161016162820203", {"a": 1, "b": [2, 3]}),
)


@pytest.mark.parametrize(("encoded", "value"), EXAMPLES)
def test_examples_of_the_standard(encoded: str, value: CborValue) -> None:
    """Each example reads as the standard says and is written back to the same bytes."""
    data = bytes.fromhex(encoded)
    assert decode_cbor(data, max_bytes=64) == value
    assert encode_cbor(value) == data


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "0000",  # a second value
        "1801",  # 1, written longer than needed
        "9f01ff",  # indefinite length
        "5f4101ff",
        "a201020103",  # one key twice
        "a201020102",
        "a1810102",  # an array as a key
        "a1f502",  # a boolean as a key
        "c11a514b67b0",  # tag 1: a date
        "c249010000000000000000",  # tag 2: a big number
        "d9010281 01",  # tag 258: a set
        "81d81c80",  # tag 28 inside an array
        "82d81c81d81d0001",  # a value that holds itself
        "f7",  # undefined
        "f97e00",  # NaN
        "fb3ff199999999999a",  # 1.1
        "8101ff",
        "61ff",  # not UTF-8
        "9b7fffffffffffffff",
        "5b7fffffffffffffff",
        "81" * 17 + "01",
        "81" * 5000 + "01",
    ],
)
def test_what_is_not_one_plain_value(encoded: str) -> None:
    """Tags, second spellings, other kinds of values and endless ones are refused with one code."""
    with pytest.raises(ProofError) as caught:
        decode_cbor(bytes.fromhex(encoded), max_bytes=8192)
    assert caught.value.code == "proof.value_malformed"


def test_too_long() -> None:
    """A value over the caller's limit is not decoded."""
    with pytest.raises(ProofError) as caught:
        decode_cbor(bytes.fromhex("4401020304"), max_bytes=4)
    assert caught.value.code == "proof.value_malformed"
