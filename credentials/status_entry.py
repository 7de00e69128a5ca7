"""`credentialStatus`: which bits of which list speak of one credential (BITSTRING-STATUS-LIST 1.0 §2.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from schemas import BITSTRING_STATUS_LIST_ENTRY, StatusListError, UnsupportedFeatureError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas import JsonObject, JsonValue

MAX_STATUS_SIZE_BITS: Final = 8  # bits; an entry lists a message for each of its 2^size values

_INDEX: Final = re.compile(r"0|[1-9][0-9]*")
_MAX_INDEX_DIGITS: Final = 18  # digits; longer ones are beyond any list
_ABSOLUTE_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_HEX_STATUS: Final = re.compile(r"0x[0-9A-Fa-f]{1,4}")
_MAX_REFERENCES: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusEntry:
    """A `BitstringStatusListEntry` that was read: which bits of which list, and what they mean when set.

    Args:
        purpose: `revocation`, `suspension`, `refresh`, `message` or a word of the issuer's own.
        list_url: Where the list stands.
        index: Counted in entries, not in bits.
        size_bits: Bits of one entry.
        messages: What each value means, for developers: the specification asks not to show it to people.
        references: Addresses that explain the status.
    """

    purpose: str
    list_url: str
    index: int
    size_bits: int = 1
    messages: Mapping[int, str] = field(default_factory=dict)
    references: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "messages", MappingProxyType(dict(self.messages)))


def read_status_entry(entry: JsonObject) -> StatusEntry:
    """Read one `BitstringStatusListEntry`.

    Spec: BITSTRING-STATUS-LIST 1.0 §2.1. `statusListIndex` may also be a whole JSON number, as some issuers write it.

    Raises:
        StatusListError: `status.entry_malformed` (another type, no list address, messages that do not fit the size),
            `status.purpose_mismatch` (no single purpose), `status.index_malformed` or `status.index_out_of_range`.
        UnsupportedFeatureError: Entries of more than 8 bits (`status.size_unsupported`).
    """
    if entry.get("type") != BITSTRING_STATUS_LIST_ENTRY:
        raise _malformed("type")
    url = entry.get("statusListCredential")
    if not isinstance(url, str) or not _ABSOLUTE_URL.fullmatch(url):
        raise _malformed("statusListCredential")
    if entry.get("id") == url:
        raise _malformed("id")
    purpose = entry.get("statusPurpose")
    if not isinstance(purpose, str) or not purpose:
        raise StatusListError("status.purpose_mismatch", pointer="/credentialStatus/statusPurpose")
    size_bits = _read_size(entry)
    return StatusEntry(
        purpose=purpose,
        list_url=url,
        index=_read_index(entry.get("statusListIndex")),
        size_bits=size_bits,
        messages=_read_messages(entry, size_bits=size_bits),
        references=_read_references(entry),
    )


def _malformed(member: str) -> StatusListError:
    return StatusListError("status.entry_malformed", pointer=f"/credentialStatus/{member}")


def _read_size(entry: JsonObject) -> int:
    size = entry.get("statusSize", 1)
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        raise _malformed("statusSize")
    if size > MAX_STATUS_SIZE_BITS:
        raise UnsupportedFeatureError(
            "status.size_unsupported",
            pointer="/credentialStatus/statusSize",
            detail={"limit_bits": MAX_STATUS_SIZE_BITS},
        )
    return size


def _read_messages(entry: JsonObject, *, size_bits: int) -> dict[int, str]:
    """Read one message for each value; found by its `status`, since a signature need not cover the order."""
    if "statusMessage" not in entry:
        if size_bits > 1:
            raise _malformed("statusMessage")
        return {}
    listed = entry["statusMessage"]
    if not isinstance(listed, list) or len(listed) != 1 << size_bits:
        raise _malformed("statusMessage")
    messages: dict[int, str] = {}
    for item in listed:
        status = item.get("status") if isinstance(item, dict) else None
        message = item.get("message") if isinstance(item, dict) else None
        if not isinstance(status, str) or not _HEX_STATUS.fullmatch(status) or not isinstance(message, str):
            raise _malformed("statusMessage")
        messages[int(status, 16)] = message
    if messages.keys() != set(range(1 << size_bits)):
        raise _malformed("statusMessage")
    return messages


def _read_references(entry: JsonObject) -> tuple[str, ...]:
    value = entry.get("statusReference", [])
    listed = value if isinstance(value, list) else [value]
    urls = tuple(url for url in listed if isinstance(url, str) and _ABSOLUTE_URL.fullmatch(url))
    if len(urls) != len(listed) or len(urls) > _MAX_REFERENCES:
        raise _malformed("statusReference")
    return urls


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
