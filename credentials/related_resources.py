"""`relatedResource`: what a credential says the digests of other documents are.

Spec: VCDM 2.0 §5.3 (integrity of related resources); SRI 1.0 §3.5; CID 1.0 §2.4 (multihash).
Nothing is fetched: a digest is compared only with contexts whose published bytes are held here.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from credentials.document_places import refuse
from credentials.vcdm_values import is_url, iterate_entries
from keys import decode_base58, decode_base64url
from schemas import InvalidCredentialError, context_digests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credentials.document_places import Place
    from schemas import BadgeError, JsonObject, JsonValue

MAX_RESOURCES: Final = 100
MAX_DIGEST_CHARS: Final = 128  # characters of one digest
MAX_SRI_DIGESTS: Final = 4  # digests that one `digestSRI` lists

# Bytes of a digest, and its prefix as a multihash: code and length.
_SIZES: Final = {"sha256": 32, "sha384": 48, "sha512": 64}
_MULTIHASHES: Final = {b"\x12\x20": "sha256", b"\x20\x30": "sha384", b"\x13\x40": "sha512"}
_SRI: Final = re.compile(r"(sha256|sha384|sha512)-([A-Za-z0-9+/]+={0,2})(?:\?[\x21-\x7e]*)?")
_HEX: Final = re.compile(r"[0-9a-fA-F]+")
_MEDIA_TYPE: Final = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,64}/[A-Za-z0-9!#$&^_.+-]{1,64}(?:;[\x20-\x7e]{0,128})?")


class _Digest(NamedTuple):
    algorithm: str
    value: bytes  # empty when the text cannot be decoded


def list_resource_problems(resources: JsonValue, place: Place) -> Iterator[BadgeError]:
    """Give what is wrong with the value of `relatedResource`."""
    entries = list(iterate_entries(resources, place))
    if not entries or len(entries) > MAX_RESOURCES:
        yield refuse("resource_malformed", place, "one or more objects")
        return
    seen: set[str] = set()
    for entry, here in entries:
        if not isinstance(entry, dict):
            yield refuse("resource_malformed", here, "an object")
            continue
        url = entry.get("id")
        if not isinstance(url, str) or not is_url(url):
            yield refuse("id_malformed", (here, "id"), "one absolute URL")
            continue
        if url in seen:
            yield refuse("resource_malformed", (here, "id"), "one resource stands twice")
        seen.add(url)
        yield from _list_entry_problems(entry, url, here)


def _list_entry_problems(entry: JsonObject, url: str, place: Place) -> Iterator[BadgeError]:
    if "digestSRI" not in entry and "digestMultibase" not in entry:
        yield refuse("resource_malformed", place, "no digest")
    if "digestSRI" in entry:
        yield from _list_digest_problems(_read_sri(entry["digestSRI"]), url, (place, "digestSRI"))
    if "digestMultibase" in entry:
        yield from _list_digest_problems(_read_multibase(entry["digestMultibase"]), url, (place, "digestMultibase"))
    media_type = entry.get("mediaType", "text/plain")
    if not isinstance(media_type, str) or not _MEDIA_TYPE.fullmatch(media_type):
        yield refuse("resource_malformed", (place, "mediaType"), "a media type")


def _list_digest_problems(digests: list[_Digest], url: str, place: Place) -> Iterator[BadgeError]:
    if not digests:
        yield refuse("digest_malformed", place)
    for algorithm, value in digests:
        published = context_digests(url, algorithm=algorithm)
        if published and value not in published:
            yield refuse("digest_mismatch", place, "not what is published there")


def _read_sri(value: JsonValue) -> list[_Digest]:
    """Read a `digestSRI`; empty when it is none.

    The suite's own good sample has one base64 character too many, so no length is asked for; a digest written in
    hexadecimal, the usual slip, is refused.
    """
    words = value.split() if isinstance(value, str) else []
    matches = [_SRI.fullmatch(word) for word in words if len(word) <= MAX_DIGEST_CHARS]
    if not 0 < len(words) == len(matches) <= MAX_SRI_DIGESTS:
        return []
    found = []
    for match in matches:
        if match is None or (_HEX.fullmatch(match[2]) and len(match[2]) == 2 * _SIZES[match[1]]):
            return []
        try:
            found.append(_Digest(match[1], base64.b64decode(match[2], validate=True)))
        except binascii.Error:
            found.append(_Digest(match[1], b""))
    return found


def _read_multibase(value: JsonValue) -> list[_Digest]:
    """Read a `digestMultibase`; empty when it is no multihash of the SHA-2 family.

    W3C's own samples leave the multihash prefix out, so a digest alone is told by its length.
    """
    if not isinstance(value, str) or not 1 < len(value) <= MAX_DIGEST_CHARS:
        return []
    try:
        data = {"u": decode_base64url, "z": decode_base58}[value[0]](value[1:])
    except (KeyError, InvalidCredentialError):
        return []
    algorithm = _MULTIHASHES.get(data[:2], "")
    if algorithm and len(data) == 2 + _SIZES[algorithm]:
        return [_Digest(algorithm, data[2:])]
    return [_Digest(algorithm, data) for algorithm, size in _SIZES.items() if len(data) == size]
