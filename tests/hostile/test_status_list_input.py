"""Status entries and encoded lists made to mislead or to exhaust (security T-35 to T-38)."""

from __future__ import annotations

import gzip
import zlib

import pytest

from credentials import (
    MAX_STATUS_LIST_BYTES,
    MIN_STATUS_LIST_BITS,
    BitstringStatusList,
    compose_status_entry,
    decode_status_list,
    encode_status_list,
    read_status_entry,
)
from keys import encode_base64url
from schemas import BadgeError, JsonValue, StatusListError, UnsupportedFeatureError
from tests.doubles.cost import within_cost

MAX_COST = 6.0  # yardsticks; all of it would cost 15
ZEROS = bytes(MIN_STATUS_LIST_BITS // 8)
GOOD = gzip.compress(ZEROS, mtime=0)
ENTRY = compose_status_entry(purpose="revocation", list_url="https://example.edu/status/1", index=5)

MALFORMED_INDEXES: tuple[JsonValue, ...] = (
    "-1",
    "1e3",
    "0x5",
    " 5",
    "5 ",
    "5\n",
    "+5",
    "05",
    "1_000",
    "٣",
    "²",
    "",
    "1.0",
    -1,
    1.0,
    True,
    None,
    ["5"],
    {"@value": "5"},
)


def _gzip_bomb(mebibytes: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    block = bytes(1024 * 1024)
    return b"".join(packer.compress(block) for _ in range(mebibytes)) + packer.flush()


def _code_of(entry: dict[str, JsonValue]) -> str:
    with pytest.raises(BadgeError) as caught:
        read_status_entry(entry)
    return caught.value.code


@pytest.mark.parametrize("index", MALFORMED_INDEXES)
def test_odd_index_is_malformed(index: JsonValue) -> None:
    """Only plain decimal digits are an index."""
    assert _code_of({**ENTRY, "statusListIndex": index}) == "status.index_malformed"


def test_missing_index_is_malformed() -> None:
    """An entry without an index points nowhere."""
    entry = {name: value for name, value in ENTRY.items() if name != "statusListIndex"}
    assert _code_of(entry) == "status.index_malformed"


@pytest.mark.parametrize("index", ["1" + "0" * 400, "1" + "0" * 10_000, 10**307])
def test_huge_index_is_out_of_range(index: JsonValue) -> None:
    """A number that no list reaches is out of range, at no cost."""
    assert _code_of({**ENTRY, "statusListIndex": index}) == "status.index_out_of_range"


def test_index_equal_to_the_length_is_out_of_range() -> None:
    """Index 131072 of a list with 131072 entries does not exist."""
    place = read_status_entry({**ENTRY, "statusListIndex": str(MIN_STATUS_LIST_BITS)})
    with pytest.raises(StatusListError) as caught:
        BitstringStatusList(ZEROS).read(place.index)
    assert caught.value.code == "status.index_out_of_range"


@pytest.mark.parametrize("purpose", [["revocation"], ["revocation", "suspension"], None, "", 1])
def test_entry_has_one_purpose(purpose: JsonValue) -> None:
    """An entry with several purposes or none is never read as revocation."""
    assert _code_of({**ENTRY, "statusPurpose": purpose}) == "status.purpose_mismatch"


@pytest.mark.parametrize("address", [None, "", "status/1", 7, ["https://example.edu/status/1"], "https://a b"])
def test_entry_names_one_absolute_list(address: JsonValue) -> None:
    """An entry without one absolute list address is malformed."""
    assert _code_of({**ENTRY, "statusListCredential": address}) == "status.entry_malformed"


@pytest.mark.parametrize("kind", ["StatusList2021Entry", ["BitstringStatusListEntry"], None])
def test_other_type_is_not_read(kind: JsonValue) -> None:
    """Only a BitstringStatusListEntry is read as one."""
    assert _code_of({**ENTRY, "type": kind}) == "status.entry_malformed"


def test_entry_of_nine_bits_cannot_be_checked() -> None:
    """An entry of more bits than are read is never read as fewer."""
    with pytest.raises(UnsupportedFeatureError) as caught:
        read_status_entry({**ENTRY, "statusSize": 9})
    assert caught.value.code == "status.size_unsupported"


TWO_BIT_MESSAGES: list[JsonValue] = [{"status": f"0x{value}", "message": f"m{value}"} for value in range(4)]


@pytest.mark.parametrize(
    "changes",
    [
        {"statusSize": 2},
        {"statusSize": 2, "statusMessage": TWO_BIT_MESSAGES[:3]},
        {"statusSize": 2, "statusMessage": [*TWO_BIT_MESSAGES[:3], TWO_BIT_MESSAGES[0]]},
        {"statusSize": 2, "statusMessage": [*TWO_BIT_MESSAGES[:3], {"status": "0x4", "message": "m"}]},
        {"statusSize": 2, "statusMessage": [*TWO_BIT_MESSAGES[:3], {"status": "3", "message": "m"}]},
        {"statusSize": 2, "statusMessage": [*TWO_BIT_MESSAGES[:3], {"status": "0x3"}]},
        {"statusSize": 2, "statusMessage": [*TWO_BIT_MESSAGES[:3], "0x3"]},
        {"statusSize": 2, "statusMessage": "0x3"},
        {"statusMessage": TWO_BIT_MESSAGES},
        {"statusReference": "no address"},
        {"statusReference": [7]},
        {"id": ENTRY["statusListCredential"]},
    ],
)
def test_entry_that_breaks_a_must(changes: dict[str, JsonValue]) -> None:
    """§2.1: as many messages as values, each value once, references are addresses, `id` is not the list's."""
    assert _code_of({**ENTRY, **changes}) == "status.entry_malformed"


@pytest.mark.parametrize("size", [0, -1, "2", 1.5, True, None])
def test_size_that_is_no_size_is_malformed(size: JsonValue) -> None:
    """`statusSize` is a whole number above zero."""
    assert _code_of({**ENTRY, "statusSize": size}) == "status.entry_malformed"


def test_bomb_is_stopped_early() -> None:
    """256 MiB of zeros in 256 kB are refused at 4 MiB, at little cost."""
    encoded = "u" + encode_base64url(_gzip_bomb(256))

    def read() -> str:
        with pytest.raises(StatusListError) as caught:
            decode_status_list(encoded)
        return caught.value.code

    assert within_cost(MAX_COST, read) == "status.list_inflate_limit"


def test_list_at_the_limit_is_read_and_one_byte_more_is_not() -> None:
    """4 MiB are the most that is inflated."""
    largest = encode_status_list(BitstringStatusList(bytes(MAX_STATUS_LIST_BYTES)))
    assert len(decode_status_list(largest)) == MAX_STATUS_LIST_BYTES * 8
    with pytest.raises(StatusListError) as caught:
        decode_status_list(encode_status_list(BitstringStatusList(bytes(MAX_STATUS_LIST_BYTES + 1))))
    assert caught.value.code == "status.list_inflate_limit"


def test_text_beyond_any_list_is_refused_before_decoding() -> None:
    """Text that is longer than any list may be is not decoded."""
    with pytest.raises(StatusListError) as caught:
        decode_status_list("u" + "A" * (7 * 1024 * 1024))
    assert caught.value.code == "status.list_inflate_limit"


@pytest.mark.parametrize(
    "packed",
    [
        GOOD + GOOD,
        GOOD + b"\0",
        GOOD[:-1],
        GOOD[:-8],
        GOOD[: len(GOOD) // 2],
        b"",
        GOOD[:-8] + bytes(8),
        zlib.compress(ZEROS),
        zlib.compress(ZEROS)[2:-4],
        ZEROS,
    ],
    ids=[
        "two members",
        "trailing byte",
        "one byte short",
        "no checksum",
        "half",
        "empty",
        "wrong checksum",
        "zlib",
        "raw deflate",
        "not compressed",
    ],
)
def test_only_one_whole_gzip_member_is_read(packed: bytes) -> None:
    """Anything but exactly one whole gzip member is malformed."""
    with pytest.raises(StatusListError) as caught:
        decode_status_list("u" + encode_base64url(packed))
    assert caught.value.code == "status.list_malformed"


@pytest.mark.parametrize(
    "encoded",
    [
        encode_base64url(GOOD),
        "z" + encode_base64url(GOOD),
        "m" + encode_base64url(GOOD),
        "U" + encode_base64url(GOOD),
        "u" + encode_base64url(GOOD) + "=",
        "u" + encode_base64url(GOOD) + "\n",
        "u" + encode_base64url(GOOD).replace("-", "+").replace("_", "/") + "+",
        "",
        "u",
        "u\u00e9",
    ],
)
def test_only_multibase_base64url_is_read(encoded: str) -> None:
    """Another base, padding, line ends or nothing at all are malformed."""
    with pytest.raises(StatusListError) as caught:
        decode_status_list(encoded)
    assert caught.value.code == "status.list_malformed"


def test_list_one_byte_short_of_the_minimum_is_too_short() -> None:
    """131,064 entries are too few."""
    with pytest.raises(StatusListError) as caught:
        decode_status_list(encode_status_list(BitstringStatusList(ZEROS[:-1])))
    assert caught.value.code == "status.list_too_short"
