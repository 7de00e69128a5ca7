"""What the ledger notes of a credential that a program composed: whose it is, what it is called, when it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credentials import Cryptosuite
from schemas import ACHIEVEMENT_CREDENTIAL, OPEN_BADGE_CREDENTIAL, DataModelError, read_datetime

if TYPE_CHECKING:
    from datetime import datetime

    from schemas import JsonObject, JsonValue

MAX_NOTED_CHARS = 300
_BADGE_TYPES = frozenset({ACHIEVEMENT_CREDENTIAL, OPEN_BADGE_CREDENTIAL})
_NAMES, _ADDRESSES = ("name",), ("emailAddress", "email")


def is_badge(document: JsonObject) -> bool:
    """Whether a credential is an Open Badge."""
    return not _BADGE_TYPES.isdisjoint([one for one in _as_list(document.get("type")) if isinstance(one, str)])


def has_page(document: JsonObject, suite: Cryptosuite) -> bool:
    """Whether everybody who knows the slug may see it: a badge, and none that only its holder may have whole."""
    return is_badge(document) and suite is not Cryptosuite.ECDSA_SD_2023


def read_title(document: JsonObject) -> str:
    """Return what to call a credential: by its achievement, its own name, or the last of its types."""
    for subject in _as_list(document.get("credentialSubject")):
        achievement = subject.get("achievement") if isinstance(subject, dict) else None
        if isinstance(achievement, dict) and (name := _read_text(achievement.get("name"))):
            return name
    types = [one for one in _as_list(document.get("type")) if isinstance(one, str)]
    return _read_text(document.get("name")) or _shorten(types[-1] if types else "")


def read_recipient(document: JsonObject) -> tuple[str, str]:
    """Return name and e-mail address as far as they stand there in plain text.

    Without a name the id of the subject stands for it, so that the desk has something to show.
    """
    name = email = subject_id = ""
    for subject in _as_list(document.get("credentialSubject")):
        if not isinstance(subject, dict):
            continue
        subject_id = subject_id or _read_text(subject.get("id"))
        for entry in _as_list(subject.get("identifier")):
            if isinstance(entry, dict) and entry.get("hashed") is False:
                kind, value = entry.get("identityType"), _read_text(entry.get("identityHash"))
                name = name or (value if kind in _NAMES else "")
                email = email or (value if kind in _ADDRESSES else "")
    return name or email or subject_id or read_title(document), email


def read_valid_until(document: JsonObject) -> datetime | None:
    """Return when a credential ends; None when it does not say so."""
    value = document.get("validUntil")
    try:
        return read_datetime(value) if isinstance(value, str) else None
    except DataModelError:
        return None


def _as_list(value: JsonValue | None) -> list[JsonValue]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _read_text(value: JsonValue | None) -> str:
    """Return a text, also one with a language (VCDM 2.0 §11.1); empty for anything else."""
    if isinstance(value, list):
        value = next(iter(value), None)
    if isinstance(value, dict):
        value = value.get("@value")
    return _shorten(value) if isinstance(value, str) else ""


def _shorten(text: str) -> str:
    return " ".join(text.split())[:MAX_NOTED_CHARS]
