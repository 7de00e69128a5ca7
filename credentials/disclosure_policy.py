"""What a holder can never leave out of a badge (T-12): what OB 3.0 requires, and how long the badge counts.

Spec: OB 3.0 App. B.1.1 to B.1.4 (required properties); VCDM 2.0 §4.9 to §4.12.

The context, the ids and the types on the way to anything shown always come along, so they need no pointer.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final

from credentials.json_selection import has_part
from schemas import ACHIEVEMENT_CREDENTIAL, OPEN_BADGE_CREDENTIAL, ProofError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from credentials.disclosure_graph import DisclosureGraph
    from schemas import JsonObject

_STARTS: Final = ("/validFrom", "/issuanceDate")
_LIFECYCLE: Final = (
    *_STARTS,
    "/validUntil",
    "/expirationDate",
    "/credentialStatus",
    "/refreshService",
    "/termsOfUse",
)
_REQUIRED_OF_A_BADGE: Final = (
    "/issuer",
    "/name",
    "/credentialSchema",
    "/credentialSubject/achievement/name",
    "/credentialSubject/achievement/description",
    "/credentialSubject/achievement/criteria",
)
_BADGE_TYPES: Final = frozenset({ACHIEVEMENT_CREDENTIAL, OPEN_BADGE_CREDENTIAL})


class DisclosurePolicy(enum.Enum):
    """What a verifier asks of a document of which a holder shows a part."""

    LIFECYCLE_MANDATORY = "lifecycle_mandatory"  # issuer, dates and status could not be left out
    ANYTHING_SIGNED = "anything_signed"  # unsafe for badges: a holder may have left out when it ends


def choose_mandatory_pointers(document: JsonObject, asked: Sequence[str] | None) -> tuple[str, ...]:
    """Return the pointers that an issuer makes mandatory: all that a badge needs, and what it was asked for besides.

    Args:
        document: Without `proof`.
        asked: What the caller wants mandatory. None, or any badge: also the lifecycle and what OB 3.0 requires.
    """
    types = document.get("type")
    is_badge = not _BADGE_TYPES.isdisjoint([entry for entry in _as_list(types) if isinstance(entry, str)])
    if asked is not None and not is_badge:
        return tuple(dict.fromkeys(asked))
    wanted = [*(_REQUIRED_OF_A_BADGE if is_badge else ["/issuer"]), *_LIFECYCLE]
    subject = document.get("credentialSubject")
    if is_badge and not isinstance(subject, dict):
        wanted.append("/credentialSubject")
    elif is_badge and isinstance(subject, dict) and "id" not in subject:
        wanted.append("/credentialSubject/identifier")  # else nothing says whose badge it is (OB 3.0 App. B.1.2)
    return tuple(dict.fromkeys([*(pointer for pointer in wanted if has_part(document, pointer)), *(asked or ())]))


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def check_lifecycle_mandatory(document: JsonObject, graph: DisclosureGraph, mandatory: frozenset[int]) -> None:
    """Insist that the issuer let nobody leave out who issued the badge, when it begins and ends, and its status.

    An issuer that made the beginning mandatory but not the end cannot be told from one that set no end.

    Args:
        document: What is shown, without `proof`.
        graph: Its statements.
        mandatory: Numbers of those that no holder could leave out.

    Raises:
        ProofError: `proof.lifecycle_not_mandatory`; `pointer` says what could have been, or was, left out.
    """
    issuer = document.get("issuer")
    lifecycle = ["/issuer/id" if isinstance(issuer, dict) and "id" in issuer else "/issuer"]
    lifecycle += [pointer for pointer in _LIFECYCLE if has_part(document, pointer)]
    if "issuer" not in document or not set(lifecycle) & set(_STARTS):
        missing = "/validFrom" if "issuer" in document else "/issuer"
        raise ProofError("proof.lifecycle_not_mandatory", "left out", pointer=missing)
    for pointer in lifecycle:
        if not graph.find_numbers([pointer]) <= mandatory:
            raise ProofError("proof.lifecycle_not_mandatory", "could have been left out", pointer=pointer)
