"""Step 7: did the issuer take the badge back? Every status entry is read; none is silently taken as good.

Spec: BITSTRING-STATUS-LIST 1.0 §3.2; OB 3.0 §8.1 step 4; VCRL 1.0 for the deprecated 1EdTechRevocationList.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from credentials import MIN_STATUS_LIST_BITS, read_status_entry
from schemas import (
    BITSTRING_STATUS_LIST_ENTRY,
    REVOCATION_LIST_TYPE,
    CannotCheckError,
    DecodingError,
    InvalidCredentialError,
    StatusListError,
    StatusRetrievalError,
    UnsupportedFeatureError,
    read_json_object,
)
from verifier.members import is_absolute_iri, read_issuer_id, read_list, read_text
from verifier.policy import Compatibility
from verifier.report import Check, CheckName
from verifier.status_list import fetch_for_status, find_status_list
from verifier.steps import compose_from_error, compose_not_applicable, compose_passed

if TYPE_CHECKING:
    from credentials import StatusEntry
    from schemas import BadgeError, JsonObject, JsonValue
    from verifier.context import VerificationContext
    from verifier.status_budget import StatusBudget
    from verifier.status_cache import VerifiedStatusList

# The same entry by its earlier name.
STATUS_LIST_2021_ENTRY = "StatusList2021Entry"
# The data model allows several, Open Badges one; more than these are refused unread.
MAX_STATUS_ENTRIES = 8
# Of the deprecated plain list; some ten thousand ids.
MAX_REVOCATION_LIST_BYTES = 1024 * 1024
_SET_CODES = {"revocation": "status.revoked", "suspension": "status.suspended"}
# Purposes that say something to the holder or the reader and never take force from a badge (§2.1: `refresh` "does
# not invalidate"; what a `message` means is for its issuer to document).
_NOTES_WHEN_SET = {"refresh": "status.refresh_available", "message": "status.message_set"}
# Characters of an issuer's message that are repeated.
MAX_MESSAGE_CHARS = 500
_GRAVEST_FIRST = ("status.revoked", "status.suspended")


@dataclass(frozen=True, slots=True, kw_only=True)
class _EntryFinding:
    """What one entry says of a badge in force, and what is to be remarked."""

    facts: JsonObject
    notes: tuple[str, ...] = ()


def check_status(document: JsonObject, *, context: VerificationContext, budget: StatusBudget) -> Check:
    """Read every `credentialStatus` entry; the gravest finding is the check.

    Args:
        document: What the signature of the badge covers.
        context: Clock, trust list and the cache of lists.
        budget: Fetches the lists, so many and no more.
    """
    if "credentialStatus" not in document:
        return compose_not_applicable(CheckName.STATUS, "status.none")
    try:
        entries = _list_entries(document["credentialStatus"])
    except StatusListError as error:
        return compose_from_error(CheckName.STATUS, error)
    read: list[JsonValue] = []
    notes: list[str] = []
    # No errors are kept: each knows by its traceback this very list, and the badge would stay in that circle.
    problems: list[tuple[tuple[int, str], Check]] = []
    for entry in entries:
        try:
            finding = _read_entry(entry, document, context=context, budget=budget)
            read.append(finding.facts)
            notes.extend(finding.notes)
        except (InvalidCredentialError, CannotCheckError) as error:
            problems.append((_rank(error), compose_from_error(CheckName.STATUS, error)))
    if problems:
        return min(problems, key=itemgetter(0))[1]
    return compose_passed(CheckName.STATUS, {"entries": read}, notes=tuple(dict.fromkeys(notes)))


def _rank(error: BadgeError) -> tuple[int, str]:
    """Order problems by weight, then by code: the order of the entries need not be signed."""
    if error.code in _GRAVEST_FIRST:
        return _GRAVEST_FIRST.index(error.code), error.code
    return len(_GRAVEST_FIRST) + (0 if isinstance(error, InvalidCredentialError) else 1), error.code


def _list_entries(value: JsonValue) -> list[JsonObject]:
    entries = value if isinstance(value, list) else [value]
    found = [entry for entry in entries if isinstance(entry, dict)]
    if not found or len(found) != len(entries) or len(entries) > MAX_STATUS_ENTRIES:
        raise StatusListError("status.entry_malformed", pointer="/credentialStatus")
    return found


def _read_entry(
    entry: JsonObject, document: JsonObject, *, context: VerificationContext, budget: StatusBudget
) -> _EntryFinding:
    """Return what an entry says of a badge in force.

    Raises:
        InvalidCredentialError: Taken back (`status.revoked`, `status.suspended`), or entry or list is wrong.
        CannotCheckError: The list is out of reach, or of a kind that is not read here.
    """
    kind = entry.get("type")
    if not isinstance(kind, str):
        raise StatusListError("status.entry_malformed", pointer="/credentialStatus/type")
    if kind in {BITSTRING_STATUS_LIST_ENTRY, STATUS_LIST_2021_ENTRY}:
        return _read_bitstring_entry(
            entry | {"type": BITSTRING_STATUS_LIST_ENTRY}, document, context=context, budget=budget
        )
    if kind == REVOCATION_LIST_TYPE:
        return _read_revocation_list(entry, document, context=context, budget=budget)
    raise UnsupportedFeatureError("status.unsupported_type", detail={"type": kind[:64]})


def _read_bitstring_entry(
    entry: JsonObject, document: JsonObject, *, context: VerificationContext, budget: StatusBudget
) -> _EntryFinding:
    place = read_status_entry(entry)
    status_list = find_status_list(
        place.list_url, badge_issuer_id=read_issuer_id(document), context=context, budget=budget
    )
    if place.purpose not in status_list.purposes:
        raise StatusListError("status.purpose_mismatch", detail={"url": place.list_url, "purpose": place.purpose})
    notes = _verify_length(status_list, place, context)
    value = status_list.bits.read_value(place.index, size_bits=place.size_bits)
    facts = _compose_facts(place, value, status_list)
    if value and place.purpose in _SET_CODES:
        raise InvalidCredentialError(_SET_CODES[place.purpose], detail=facts)
    if value and place.purpose not in _NOTES_WHEN_SET:
        # A word of the issuer's own: set means "not valid" to those who know it (§3.2 step 13), and we do not.
        raise UnsupportedFeatureError("status.unknown_purpose_set", detail=facts)
    if value:
        notes.append(_NOTES_WHEN_SET[place.purpose])
    if status_list.stands_in:
        notes.append("status.list_kept")
    return _EntryFinding(facts=facts, notes=tuple(notes))


def _verify_length(status_list: VerifiedStatusList, place: StatusEntry, context: VerificationContext) -> list[str]:
    """Refuse a list too short to hide who is meant; each reader's policy decides anew, also for a kept list."""
    entries = len(status_list.bits) // place.size_bits
    if entries >= MIN_STATUS_LIST_BITS:
        return []
    if Compatibility.SHORT_STATUS_LISTS in context.compatibility:
        return ["status.list_short_accepted"]
    raise StatusListError("status.list_too_short", detail={"entries": entries, "minimum": MIN_STATUS_LIST_BITS})


def _compose_facts(place: StatusEntry, value: int, status_list: VerifiedStatusList) -> JsonObject:
    facts: JsonObject = {
        "purpose": place.purpose,
        "url": place.list_url,
        "set": bool(value),
        "asOf": status_list.fetched_at.isoformat(),
    }
    if place.messages:
        # For developers: "SHOULD NOT be displayed to end users" (§2.1), so it stands in the machine form only.
        facts |= {"status": hex(value), "message": place.messages[value][:MAX_MESSAGE_CHARS]}
    if place.references:
        facts["references"] = list(place.references)
    return facts


def _read_revocation_list(
    entry: JsonObject, document: JsonObject, *, context: VerificationContext, budget: StatusBudget
) -> _EntryFinding:
    """Look the badge up by its id in an unsigned list; only its https address speaks for it."""
    url = entry.get("id")
    if not is_absolute_iri(url):
        raise StatusListError("status.entry_malformed", pointer="/credentialStatus/id")
    address = read_text(url)
    fetched = fetch_for_status(address, max_bytes=MAX_REVOCATION_LIST_BYTES, context=context, budget=budget)
    try:
        revocation_list = read_json_object(fetched.body, max_bytes=MAX_REVOCATION_LIST_BYTES)
    except DecodingError as error:
        raise StatusRetrievalError("status.unavailable", detail={"url": address, "reason": error.code}) from error
    if "revokedCredential" not in revocation_list:
        raise StatusRetrievalError("status.unavailable", detail={"url": address, "reason": "status.list_malformed"})
    facts: JsonObject = {"purpose": "revocation", "url": address, "asOf": fetched.fetched_at.isoformat()}
    for revoked in read_list(revocation_list["revokedCredential"]):
        listed = {"id": revoked} if isinstance(revoked, str) else revoked
        if not isinstance(listed, dict):
            raise StatusRetrievalError("status.unavailable", detail={"url": address, "reason": "status.list_malformed"})
        # Anything but a plain `false` counts as taken back.
        if listed.get("id") == document.get("id") and listed.get("revoked", True) is not False:
            raise InvalidCredentialError("status.revoked", detail=facts)
    return _EntryFinding(facts=facts, notes=("status.list_unsigned",))
