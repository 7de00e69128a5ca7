"""Bitstring Status List: one bit for each credential, most significant bit first (BITSTRING-STATUS-LIST 1.0)."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from credentials.document import UnsecuredDocument
from keys import decode_base64url, encode_base64url
from schemas import (
    BITSTRING_STATUS_LIST,
    BITSTRING_STATUS_LIST_CREDENTIAL,
    VC_V2_CONTEXT,
    VERIFIABLE_CREDENTIAL,
    DecodingError,
    StatusListError,
    format_datetime,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from schemas import JsonObject

MIN_STATUS_LIST_BITS: Final = 131_072  # entries; fewer would tell who is meant (§6.1)
MAX_STATUS_LIST_BYTES: Final = 4 * 1024 * 1024  # bytes after inflating
MAX_ENCODED_LIST_CHARS: Final = 6 * 1024 * 1024  # characters before inflating

_BITS_PER_BYTE: Final = 8
_GZIP_WINDOW_BITS: Final = 16 + zlib.MAX_WBITS  # gzip framing only, no raw zlib
_MULTIBASE_BASE64URL: Final = "u"


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

    def read_value(self, index: int, *, size_bits: int) -> int:
        """Return the status of an entry of `size_bits` bits, its left-most bit the most significant (§3.2 step 10).

        Raises:
            StatusListError: The list has no such entry (`status.index_out_of_range`).
        """
        entries = len(self) // size_bits
        if not 0 <= index < entries:
            raise StatusListError("status.index_out_of_range", detail={"entries": entries})
        value = 0
        for bit in range(index * size_bits, (index + 1) * size_bits):
            value = value << 1 | self.read(bit)
        return value

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


def decode_status_list(encoded: str, *, min_bits: int = MIN_STATUS_LIST_BITS) -> BitstringStatusList:
    """Read `encodedList`; never inflates more than `MAX_STATUS_LIST_BYTES`.

    Spec: BITSTRING-STATUS-LIST 1.0 §3.4 (Bitstring Expansion Algorithm), §3.2 step 8.

    Args:
        encoded: Multibase text.
        min_bits: Shortest list that is taken; less than the default only under a policy that says so.

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
    if len(bits) * _BITS_PER_BYTE < min_bits:
        raise StatusListError(
            "status.list_too_short", detail={"entries": len(bits) * _BITS_PER_BYTE, "minimum": min_bits}
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
