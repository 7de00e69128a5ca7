"""Reads the three documents of an Open Badges 2.0 badge: the award to one person, what it is given for, and the issuer.

The only module that knows the words of that version. Nothing is fetched and nothing is believed here.

Spec: OB 2.0 §Data Model (Assertion, BadgeClass, Profile, VerificationObject); 2.1 changed none of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from credentials import CompactJws, read_plain_jws
from keys import decode_base64url
from schemas import (
    MAX_CREDENTIAL_BYTES,
    MAX_DATETIME_CHARS,
    VC_V1_CONTEXT,
    VC_V2_CONTEXT,
    DataModelError,
    DecodingError,
    InvalidCredentialError,
    UnsupportedFeatureError,
    read_datetime,
    read_json_object,
)
from verifier.members import is_absolute_iri, iterate_objects, read_list, read_object, read_text

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

CONTEXTS = frozenset(
    {
        "https://w3id.org/openbadges/v2",
        "https://w3id.org/openbadges/v2/context.json",
        "https://openbadgespec.org/v2/context.json",
        "https://purl.imsglobal.org/spec/ob/v2p1/context/ob_v2p1.jsonld",
        "https://purl.imsglobal.org/spec/ob/v2p1/ob_v2p1.jsonld",
    }
)
_OLDER_CONTEXTS = frozenset({"https://w3id.org/openbadges/v1", "http://standard.openbadges.org/1.1/context.json"})
_HOSTED = frozenset({"HostedBadge", "hosted"})
_SIGNED = frozenset({"SignedBadge", "signed"})
_CONTEXT_MARKS = (b"openbadge", b"ob/v2p1")  # one of them stands in each address above
_JOSE_START = b"eyJ"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# ISO 8601 also lets an offset stand without its colon.
_SHORT_OFFSET = re.compile(r"([^T]*T[^+-]*[+-][0-9]{2})([0-9]{2})")
_LAST_SECOND = timedelta(days=1, seconds=-1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OldBadge:
    """A badge of version 2.0 as it was presented; nothing in it is proven.

    Args:
        original: The bytes as received.
        document: The award.
        jws: The token when it is a signed badge.
    """

    original: bytes
    document: JsonObject
    jws: CompactJws | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """What the badge says of one person.

    Args:
        document: The award itself.
        id: Its address, or another identifier when it is signed.
        is_hosted: It is proven by standing on the issuer's site; else by a signature.
        key_id: Address of the key that it names; may be empty.
        achievement: What it is given for: an address, or the description itself.
        issued_at: When it was given.
        expires_at: When it ends.
        notes: Codes of remarks.
    """

    document: JsonObject
    id: str
    is_hosted: bool
    key_id: str
    achievement: str | JsonObject
    issued_at: datetime
    expires_at: datetime | None
    notes: tuple[str, ...] = ()


def find_old_badge(data: bytes) -> OldBadge | None:
    """Return the badge when `data` is one of version 2.0 or older; None when it is anything else.

    Raises:
        DecodingError: It is one, and cannot be read strictly (`decoding.…`).
        ProofError: It is signed in a way that badges do not use (`proof.…`).
    """
    token = data.strip()
    if token.startswith(_JOSE_START):
        document = _peek_payload(token)
        if document is None or not _is_old(document):
            return None
        return OldBadge(original=token, document=document, jws=read_plain_jws(token))
    if not any(mark in data for mark in _CONTEXT_MARKS):  # not worth a second reading
        return None
    try:
        document = read_json_object(data, max_bytes=MAX_CREDENTIAL_BYTES)
    except InvalidCredentialError:  # the reader of current badges says why
        return None
    return OldBadge(original=data, document=document) if _is_old(document) else None


def _peek_payload(token: bytes) -> JsonObject | None:
    try:
        payload = decode_base64url(token.decode("ascii").split(".")[1])
        if b"\\u" not in payload and not any(mark in payload for mark in _CONTEXT_MARKS):
            return None  # none of the addresses stands in it, so it is no such badge, whatever it is
        return read_json_object(payload, max_bytes=MAX_CREDENTIAL_BYTES)
    except (InvalidCredentialError, UnicodeError, IndexError):  # the reader of current badges says why
        return None


def _is_old(document: JsonObject) -> bool:
    contexts = {entry for entry in read_list(document.get("@context")) if isinstance(entry, str)}
    return not contexts.isdisjoint(CONTEXTS | _OLDER_CONTEXTS) and contexts.isdisjoint({VC_V1_CONTEXT, VC_V2_CONTEXT})


def read_award(document: JsonObject) -> Award:
    """Read the award to one person.

    Raises:
        UnsupportedFeatureError: Version 1 (`ob2.too_old`), or a description of a badge or an issuer (`ob2.no_award`).
        DataModelError: `ob2.member_wrong`, `data_model.date_invalid`, `data_model.date_out_of_range`.
    """
    if CONTEXTS.isdisjoint(entry for entry in read_list(document.get("@context")) if isinstance(entry, str)):
        raise UnsupportedFeatureError("ob2.too_old")
    if "Assertion" not in read_list(document.get("type")):
        raise UnsupportedFeatureError("ob2.no_award")
    if not is_absolute_iri(document.get("id")):
        raise _wrong("/id")
    _verify_recipient(document.get("recipient"))
    method = read_object(document.get("verification"))
    kinds = {entry for entry in read_list(method.get("type")) if isinstance(entry, str)}
    if len(kinds & (_HOSTED | _SIGNED)) != 1:
        raise _wrong("/verification/type")
    achievement = document.get("badge")
    if not (is_absolute_iri(achievement) or (isinstance(achievement, dict) and achievement)):
        raise _wrong("/badge")
    issued_at, is_day = _read_date(document, "issuedOn")
    expires_at, is_last_day = _read_date(document, "expires") if "expires" in document else (None, False)
    if expires_at is not None and is_last_day:
        expires_at += _LAST_SECOND
    key = method.get("creator")
    return Award(
        document=document,
        id=read_text(document.get("id")),
        is_hosted=bool(kinds & _HOSTED),
        key_id=read_text(key) or read_text(read_object(key).get("id")),
        achievement=achievement if isinstance(achievement, (str, dict)) else "",
        issued_at=issued_at,
        expires_at=expires_at,
        notes=("ob2.date_without_time",) if is_day or is_last_day else (),
    )


def _verify_recipient(value: JsonValue) -> None:
    recipient = read_object(value)
    if not (read_text(recipient.get("identity")) and read_text(recipient.get("type"))):
        raise _wrong("/recipient")
    if not isinstance(recipient.get("hashed"), bool):
        raise _wrong("/recipient/hashed")


def _read_date(document: JsonObject, name: str) -> tuple[datetime, bool]:
    """Return the moment, and whether only a day is given."""
    value = document.get(name)
    pointer = f"/{name}"
    if isinstance(value, int) and not isinstance(value, bool):  # as version 1 wrote it
        try:
            return datetime.fromtimestamp(value, tz=UTC), False
        except (ValueError, OverflowError, OSError) as error:
            raise DataModelError("data_model.date_out_of_range", pointer=pointer) from error
    if not isinstance(value, str):
        raise DataModelError("data_model.date_invalid", pointer=pointer)
    if _DAY.fullmatch(value):
        return read_datetime(f"{value}T00:00:00Z", pointer=pointer), True
    short = _SHORT_OFFSET.fullmatch(value) if len(value) <= MAX_DATETIME_CHARS else None
    return read_datetime(f"{short[1]}:{short[2]}" if short else value, pointer=pointer), False


def verify_achievement(document: JsonObject) -> None:
    """Verify that a document describes what a badge is given for.

    Raises:
        DataModelError: `ob2.member_wrong`; the pointer starts at `/badge`.
    """
    if "BadgeClass" not in read_list(document.get("type")):
        raise _wrong("/badge/type")
    if not read_text(document.get("name")):
        raise _wrong("/badge/name")
    if not read_issuer_reference(document):
        raise _wrong("/badge/issuer")


def read_issuer_reference(achievement: JsonObject) -> str:
    """Return the id of the issuer that an achievement names; empty when it names none."""
    issuer = achievement.get("issuer")
    return read_text(issuer) or read_text(read_object(issuer).get("id"))


def verify_profile(document: JsonObject) -> None:
    """Verify that a document describes an issuer.

    Raises:
        DataModelError: `ob2.member_wrong`; the pointer starts at `/badge/issuer`.
    """
    if {"Issuer", "Profile"}.isdisjoint(entry for entry in read_list(document.get("type")) if isinstance(entry, str)):
        raise _wrong("/badge/issuer/type")
    if not read_text(document.get("name")):
        raise _wrong("/badge/issuer/name")


def read_keys(profile: JsonObject) -> tuple[tuple[str, JsonObject | None], ...]:
    """Return the keys that an issuer names: each with its id, and itself where it stands in the profile."""
    found: list[tuple[str, JsonObject | None]] = []
    for entry in read_list(profile.get("publicKey")):
        if isinstance(entry, str):
            found.append((entry, None))
        elif isinstance(entry, dict):
            key_id = read_text(entry.get("id"))
            found.append((key_id, entry if "publicKeyPem" in entry else None))
    return tuple(found)


def list_revoked(document: JsonObject) -> frozenset[str]:
    """Return the ids on a list of badges taken back.

    Raises:
        DataModelError: There is no list in it (`ob2.member_wrong`).
    """
    entries = document.get("revokedAssertions")
    if "RevocationList" not in read_list(document.get("type")) or entries is None:
        raise _wrong("/revokedAssertions")
    ids = {entry for entry in read_list(entries) if isinstance(entry, str)}
    for entry in iterate_objects(entries):
        ids |= {read_text(entry.get("id")), read_text(entry.get("uid"))}
    return frozenset(ids - {""})


def is_address(value: JsonValue) -> bool:
    """Say whether `value` is a web address."""
    return isinstance(value, str) and value.lower().startswith(("https://", "http://"))


def read_document(data: bytes) -> JsonObject:
    """Read a document that was fetched.

    Raises:
        DecodingError: `decoding.…`.
    """
    if data.strip().startswith(_JOSE_START):
        raise DecodingError("decoding.not_object")
    return read_json_object(data, max_bytes=MAX_CREDENTIAL_BYTES)


def _wrong(pointer: str) -> DataModelError:
    return DataModelError("ob2.member_wrong", pointer=pointer)
