"""Bitstring status lists and their entries (BITSTRING-STATUS-LIST 1.0)."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from credentials import (
    MIN_STATUS_LIST_BITS,
    BitstringStatusList,
    StatusEntry,
    compose_status_entry,
    compose_status_list_credential,
    decode_status_list,
    encode_status_list,
    read_status_entry,
)
from keys import decode_base64url
from schemas import StatusListError

VECTORS = Path(__file__).resolve().parents[2] / "vectors"
GOOD_VECTORS = [
    VECTORS / "w3c-bitstring-status-list" / "recommendation-example.json",
    VECTORS / "w3c-bitstring-status-list" / "test-suite-multi-purpose-ok.json",
    VECTORS / "1edtech" / "status-list-testlist.json",
]
URL = "https://example.edu/status/3"


@pytest.mark.parametrize("path", GOOD_VECTORS, ids=lambda path: path.stem)
def test_published_list_is_read(path: Path) -> None:
    """Published lists have their length and just their set entries: bit 0 is the left-most."""
    vector = json.loads(path.read_text("utf-8"))
    status_list = decode_status_list(vector["encodedList"])
    assert len(status_list) == vector["entries"]
    assert [index for index in range(len(status_list)) if status_list.read(index)] == vector["setIndexes"]


def test_published_short_list_is_refused() -> None:
    """The list of 200 entries that the W3C test suite expects to fail is too short."""
    path = VECTORS / "w3c-bitstring-status-list" / "test-suite-short-encoded-list-fail.json"
    with pytest.raises(StatusListError) as caught:
        decode_status_list(json.loads(path.read_text("utf-8"))["encodedList"])
    assert caught.value.code == "status.list_too_short"


def test_first_entry_is_the_most_significant_bit() -> None:
    """Index 0 is bit 0x80 of the first byte, index 9 is 0x40 of the second (§3.2)."""
    status_list = BitstringStatusList.with_set_indexes([0, 9])
    assert status_list.bits[:2] == b"\x80\x40"


def test_encoded_list_is_gzip_in_base64url() -> None:
    """`encodedList` is `u`, base64url without padding, of a gzip that any reader inflates (§3.3)."""
    status_list = BitstringStatusList.with_set_indexes([23])
    encoded = encode_status_list(status_list)
    assert encoded[0] == "u"
    assert gzip.decompress(decode_base64url(encoded[1:])) == status_list.bits


def test_encoding_the_same_list_gives_the_same_text() -> None:
    """Nothing of the moment, such as a gzip time stamp, enters the text."""
    status_list = BitstringStatusList.with_set_indexes([1, 2, 3])
    encoded = encode_status_list(status_list)
    assert encoded == encode_status_list(BitstringStatusList(status_list.bits))
    assert decode_base64url(encoded[1:])[4:8] == bytes(4)


def test_entry_is_set_and_cleared_in_a_copy() -> None:
    """Setting an entry changes that entry of a copy only."""
    empty = BitstringStatusList.with_set_indexes([])
    changed = empty.with_status(7, is_set=True)
    assert (changed.read(7), empty.read(7)) == (True, False)
    assert changed.with_status(7, is_set=False) == empty


@pytest.mark.parametrize("index", [-1, MIN_STATUS_LIST_BITS])
def test_entry_outside_the_list_is_refused(index: int) -> None:
    """The list has the indexes 0 to length - 1."""
    status_list = BitstringStatusList.with_set_indexes([])
    for attempt in (lambda: status_list.read(index), lambda: status_list.with_status(index, is_set=True)):
        with pytest.raises(StatusListError) as caught:
            attempt()
        assert caught.value.code == "status.index_out_of_range"


@pytest.mark.parametrize("length_bits", [MIN_STATUS_LIST_BITS - 8, MIN_STATUS_LIST_BITS + 1])
def test_list_of_ours_is_long_enough(length_bits: int) -> None:
    """A list is never made shorter than the minimum, or of broken bytes."""
    with pytest.raises(ValueError, match="131072"):
        BitstringStatusList.with_set_indexes([], length_bits=length_bits)


def test_entry_is_composed_as_the_recommendation_asks() -> None:
    """The index is a string; there is no `statusSize` and no `id` that could equal the list address (§2.1)."""
    assert compose_status_entry(purpose="revocation", list_url=URL, index=94567) == {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": URL,
    }


def test_composed_entry_is_read_back() -> None:
    """Reading gives what composing was given."""
    entry = compose_status_entry(purpose="suspension", list_url=URL, index=0)
    assert read_status_entry(entry) == StatusEntry(purpose="suspension", list_url=URL, index=0)


def test_index_as_a_number_is_read() -> None:
    """Some issuers write the index as a JSON number."""
    entry = {**compose_status_entry(purpose="revocation", list_url=URL, index=0), "statusListIndex": 23}
    assert read_status_entry(entry).index == 23


def test_list_credential_is_composed_as_the_recommendation_asks() -> None:
    """A VC 2.0 document with string issuer, the list's own address as id, ttl in milliseconds (§2.2)."""
    unsecured = compose_status_list_credential(
        url=URL,
        issuer_id="did:web:example.edu",
        purpose="revocation",
        encoded="uAAAA",
        valid_from=datetime(2026, 11, 22, 9, tzinfo=UTC),
        valid_until=datetime(2026, 11, 29, 9, tzinfo=UTC),
        ttl_milliseconds=300_000,
    )
    assert unsecured.document == {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": URL,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": "did:web:example.edu",
        "validFrom": "2026-11-22T09:00:00Z",
        "validUntil": "2026-11-29T09:00:00Z",
        "credentialSubject": {
            "id": f"{URL}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": "uAAAA",
            "ttl": 300_000,
        },
    }


def test_list_credential_may_lack_end_and_ttl() -> None:
    """`validUntil` and `ttl` are optional."""
    unsecured = compose_status_list_credential(
        url=URL,
        issuer_id="did:web:example.edu",
        purpose="suspension",
        encoded="uAAAA",
        valid_from=datetime(2026, 11, 22, 9, tzinfo=UTC),
    )
    assert "validUntil" not in unsecured.document
    assert "ttl" not in str(unsecured.document)


def test_value_of_several_bits_reads_from_the_left() -> None:
    """§3.2 step 10: entry 1 of two bits each stands at bits 2 and 3; 0b10 is 2."""
    status_list = BitstringStatusList.with_set_indexes([2, 5])
    assert [status_list.read_value(index, size_bits=2) for index in range(4)] == [0, 2, 1, 0]


def test_value_beyond_the_list_is_out_of_range() -> None:
    """With two bits each a list has half as many entries (§3.2 step 10, RANGE_ERROR)."""
    status_list = BitstringStatusList.with_set_indexes([])
    with pytest.raises(StatusListError) as caught:
        status_list.read_value(MIN_STATUS_LIST_BITS // 2, size_bits=2)
    assert caught.value.code == "status.index_out_of_range"


def test_messages_of_an_entry_are_found_by_their_status() -> None:
    """Example 2 of the Recommendation, its order turned round: the signature need not cover the order."""
    entry = read_status_entry(
        {
            "type": "BitstringStatusListEntry",
            "statusPurpose": "message",
            "statusListIndex": "492847",
            "statusSize": 2,
            "statusListCredential": "https://example.com/credentials/status/8",
            "statusMessage": [
                {"status": "0x3", "message": "undefined"},
                {"status": "0x2", "message": "rejected"},
                {"status": "0x1", "message": "accepted"},
                {"status": "0x0", "message": "pending_review"},
            ],
            "statusReference": "https://example.org/status-dictionary/",
        }
    )
    assert dict(entry.messages) == {0: "pending_review", 1: "accepted", 2: "rejected", 3: "undefined"}
    assert (entry.size_bits, entry.references) == (2, ("https://example.org/status-dictionary/",))
