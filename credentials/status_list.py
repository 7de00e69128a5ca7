"""Bitstring Status List: one bit for each credential, most significant bit first (BITSTRING-STATUS-LIST 1.0)."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from credentials.document import UnsecuredDocument
from keys import decode_base64url, encode_base64url
from schemas import (
    BITSTRING_STATUS_LIST,
    BITSTRING_STATUS_LIST_CREDENTIAL,
    BITSTRING_STATUS_LIST_ENTRY,
    VC_V2_CONTEXT,
    VERIFIABLE_CREDENTIAL,
    DecodingError,
    StatusListError,
    UnsupportedFeatureError,
    format_datetime,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from schemas import JsonObject, JsonValue

MIN_STATUS_LIST_BITS: Final = 131_072  # entries; fewer would tell who is meant (§6.1)
MAX_STATUS_LIST_BYTES: Final = 4 * 1024 * 1024  # bytes after inflating
MAX_ENCODED_LIST_CHARS: Final = 6 * 1024 * 1024  # characters before inflating

_BITS_PER_BYTE: Final = 8
_GZIP_WINDOW_BITS: Final = 16 + zlib.MAX_WBITS  # gzip framing only, no raw zlib
_MULTIBASE_BASE64URL: Final = "u"
_INDEX: Final = re.compile(r"0|[1-9][0-9]*")
_MAX_INDEX_DIGITS: Final = 18  # digits; longer ones are beyond any list
_ABSOLUTE_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")


@dataclass(frozen=True, slots=True)
class BitstringStatusList:
    """The bits of a list; index 0 is the left-most bit of the first byte.

    Args:
        bits: Eight entries a byte.
    """

    bits: bytes

    def __len__(self) -> int:
        return len(self.bits) * _BITS_PER_BYTE

    @classmethod
    def with_set_indexes(
        cls, indexes: Iterable[int], *, length_bits: int = MIN_STATUS_LIST_BITS
    ) -> BitstringStatusList:
        """Make a list of `length_bits` entries in which just `indexes` are set.

        Raises:
            ValueError: `length_bits` is below the minimum or no multiple of 8.
            StatusListError: An index lies outside the list (`status.index_out_of_range`).
        """
        if length_bits < MIN_STATUS_LIST_BITS or length_bits % _BITS_PER_BYTE:
            raise ValueError(f"a list has {MIN_STATUS_LIST_BITS} entries or more, in whole bytes")
        bits = bytearray(length_bits // _BITS_PER_BYTE)
        for index in indexes:
            byte, mask = _locate(index, length_bits)
            bits[byte] |= mask
        return cls(bytes(bits))

    def read(self, index: int) -> bool:
        """Return whether the entry is set.

        Raises:
            StatusListError: The list has no such entry (`status.index_out_of_range`).
        """
        byte, mask = _locate(index, len(self))
        return bool(self.bits[byte] & mask)

    def with_status(self, index: int, *, is_set: bool) -> BitstringStatusList:
        """Return a copy in which one entry is set or cleared.

        Raises:
            StatusListError: The list has no such entry (`status.index_out_of_range`).
        """
        byte, mask = _locate(index, len(self))
        bits = bytearray(self.bits)
        bits[byte] = bits[byte] | mask if is_set else bits[byte] & ~mask
        return BitstringStatusList(bytes(bits))


def _locate(index: int, length_bits: int) -> tuple[int, int]:
    if not 0 <= index < length_bits:
        raise StatusListError("status.index_out_of_range", detail={"entries": length_bits})
    byte, bit = divmod(index, _BITS_PER_BYTE)
    return byte, 0x80 >> bit


def encode_status_list(status_list: BitstringStatusList) -> str:
    """Write the list as `encodedList`: `u` and the base64url of its gzip; the same list gives the same text.

    Spec: BITSTRING-STATUS-LIST 1.0 §3.3 (Bitstring Generation Algorithm).
    """
    deflater = zlib.compressobj(level=9, wbits=_GZIP_WINDOW_BITS)
    packed = deflater.compress(status_list.bits) + deflater.flush()
    return _MULTIBASE_BASE64URL + encode_base64url(packed)


def decode_status_list(encoded: str) -> BitstringStatusList:
    """Read `encodedList`; never inflates more than `MAX_STATUS_LIST_BYTES`.

    Spec: BITSTRING-STATUS-LIST 1.0 §3.4 (Bitstring Expansion Algorithm), §3.2 step 8.

    Raises:
        StatusListError: `status.list_malformed` (not `u` base64url of exactly one whole gzip member),
            `status.list_inflate_limit` or `status.list_too_short`.
    """
    if len(encoded) > MAX_ENCODED_LIST_CHARS:
        raise StatusListError("status.list_inflate_limit", detail={"limit_chars": MAX_ENCODED_LIST_CHARS})
    if not encoded.startswith(_MULTIBASE_BASE64URL):
        raise StatusListError("status.list_malformed", "no multibase prefix u")
    try:
        packed = decode_base64url(encoded[1:])
    except DecodingError as error:
        raise StatusListError("status.list_malformed", "not base64url") from error
    bits = _inflate(packed)
    if len(bits) * _BITS_PER_BYTE < MIN_STATUS_LIST_BITS:
        raise StatusListError(
            "status.list_too_short",
            detail={"entries": len(bits) * _BITS_PER_BYTE, "minimum": MIN_STATUS_LIST_BITS},
        )
    return BitstringStatusList(bits)


def _inflate(packed: bytes) -> bytes:
    inflater = zlib.decompressobj(wbits=_GZIP_WINDOW_BITS)
    try:
        bits = inflater.decompress(packed, MAX_STATUS_LIST_BYTES + 1)
    except zlib.error as error:
        raise StatusListError("status.list_malformed", "not gzip") from error
    if len(bits) > MAX_STATUS_LIST_BYTES:
        raise StatusListError("status.list_inflate_limit", detail={"limit_bytes": MAX_STATUS_LIST_BYTES})
    if not inflater.eof:
        raise StatusListError("status.list_malformed", "cut short")
    if inflater.unused_data:
        raise StatusListError("status.list_malformed", "bytes after the end, or a second gzip member")
    return bits


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusEntry:
    """A `BitstringStatusListEntry` that was read: which bit of which list, and what it means when set."""

    purpose: str
    list_url: str
    index: int


def read_status_entry(entry: JsonObject) -> StatusEntry:
    """Read one `BitstringStatusListEntry`.

    Spec: BITSTRING-STATUS-LIST 1.0 §2.1. `statusListIndex` may also be a whole JSON number, as some issuers write it.

    Raises:
        StatusListError: `status.entry_malformed` (another type, no list address), `status.purpose_mismatch` (no single
            purpose), `status.index_malformed` or `status.index_out_of_range`.
        UnsupportedFeatureError: Entries of more than one bit (`status.size_unsupported`).
    """
    if entry.get("type") != BITSTRING_STATUS_LIST_ENTRY:
        raise StatusListError("status.entry_malformed", pointer="/credentialStatus/type")
    url = entry.get("statusListCredential")
    if not isinstance(url, str) or not _ABSOLUTE_URL.fullmatch(url):
        raise StatusListError("status.entry_malformed", pointer="/credentialStatus/statusListCredential")
    purpose = entry.get("statusPurpose")
    if not isinstance(purpose, str) or not purpose:
        raise StatusListError("status.purpose_mismatch", pointer="/credentialStatus/statusPurpose")
    _check_status_size(entry.get("statusSize", 1))
    return StatusEntry(purpose=purpose, list_url=url, index=_read_index(entry.get("statusListIndex")))


def _check_status_size(size: JsonValue) -> None:
    pointer = "/credentialStatus/statusSize"
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        raise StatusListError("status.entry_malformed", pointer=pointer)
    if size != 1:
        raise UnsupportedFeatureError("status.size_unsupported", pointer=pointer)


def _read_index(value: JsonValue) -> int:
    pointer = "/credentialStatus/statusListIndex"
    is_whole_number = isinstance(value, int) and not isinstance(value, bool)
    literal = str(value) if is_whole_number else value
    if not isinstance(literal, str) or not _INDEX.fullmatch(literal):
        raise StatusListError("status.index_malformed", pointer=pointer)
    if len(literal) > _MAX_INDEX_DIGITS:
        raise StatusListError("status.index_out_of_range", pointer=pointer)
    return int(literal)


def compose_status_entry(*, purpose: str, list_url: str, index: int) -> JsonObject:
    """Compose the `credentialStatus` of one credential, without `id` and without `statusSize`.

    Spec: BITSTRING-STATUS-LIST 1.0 §2.1.
    """
    return {
        "type": BITSTRING_STATUS_LIST_ENTRY,
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": list_url,
    }


def compose_status_list_credential(
    *,
    url: str,
    issuer_id: str,
    purpose: str,
    encoded: str,
    valid_from: datetime,
    valid_until: datetime | None = None,
    ttl_milliseconds: int | None = None,
) -> UnsecuredDocument:
    """Compose the list document that is published under `url`, unsigned.

    Spec: BITSTRING-STATUS-LIST 1.0 §2.2 (BitstringStatusListCredential).

    Args:
        url: Address of the list; also its `id`.
        issuer_id: Written as a string, which every verifier reads.
        purpose: `revocation` or `suspension`.
        encoded: What `encode_status_list` returned.
        valid_from: When this edition was made; aware.
        valid_until: Until when it may be relied on; aware.
        ttl_milliseconds: How long a copy may be kept; never beyond `valid_until`.
    """
    subject: JsonObject = {
        "id": f"{url}#list",
        "type": BITSTRING_STATUS_LIST,
        "statusPurpose": purpose,
        "encodedList": encoded,
    }
    if ttl_milliseconds is not None:
        subject["ttl"] = ttl_milliseconds
    document: JsonObject = {
        "@context": [VC_V2_CONTEXT],
        "id": url,
        "type": [VERIFIABLE_CREDENTIAL, BITSTRING_STATUS_LIST_CREDENTIAL],
        "issuer": issuer_id,
        "validFrom": format_datetime(valid_from),
    }
    if valid_until is not None:
        document["validUntil"] = format_datetime(valid_until)
    document["credentialSubject"] = subject
    return UnsecuredDocument(document=document)
