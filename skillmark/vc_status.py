"""Status of any credential: each BitstringStatusListEntry, its list verified as a credential of its own.

Spec: BITSTRING-STATUS-LIST 1.0 §3.2 (Validate Algorithm).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from credentials import MIN_STATUS_LIST_BITS, decode_status_list, read_status_entry
from schemas import (
    BITSTRING_STATUS_LIST,
    BITSTRING_STATUS_LIST_ENTRY,
    CannotCheckError,
    InvalidCredentialError,
    JsonObject,
    StatusListError,
    StatusRetrievalError,
    UnsupportedFeatureError,
    read_json_object,
)
from skillmark.vc_policy import AskedCheck, VcFindings, VcPolicy

if TYPE_CHECKING:
    from credentials import StatusEntry
    from schemas import BadgeError

# Verifies a list, which is a credential as well.
Verify: TypeAlias = Callable[[JsonObject, VcPolicy], VcFindings]

MAX_LIST_DOCUMENT_BYTES = 8 * 1024 * 1024
MAX_ENTRIES = 8
# Lists below the standard's least length that are read all the same, with a warning: some issuers publish 100,000.
_MIN_SHORT_LIST_BITS = 8
_ACCEPTED = "application/vc, application/ld+json;q=0.9, application/json;q=0.9"
_SET_CODES = {"revocation": "status.revoked", "suspension": "status.suspended"}


def check_status(document: JsonObject, policy: VcPolicy, verify: Verify) -> VcFindings:
    """Read each status entry of a credential. What is revoked or suspended is never verified.

    Anything else that is wrong, or cannot be found out, only warns a caller who did not ask for the status. The
    status of a status list is not looked at.

    Args:
        document: What the signature covers.
        policy: Clock, network and what was asked for.
        verify: Verifies a list.
    """
    value = document.get("credentialStatus", [])
    entries = value if isinstance(value, list) else [value]
    if policy.is_for_list:
        return VcFindings()
    if len(entries) > MAX_ENTRIES:
        return VcFindings(errors=(StatusListError("status.entry_malformed", pointer="/credentialStatus"),))
    taken_back: list[BadgeError] = []
    problems: list[BadgeError] = []
    remarks: list[BadgeError] = []
    for entry in entries:
        try:
            if not isinstance(entry, dict) or entry.get("type") != BITSTRING_STATUS_LIST_ENTRY:
                raise UnsupportedFeatureError("status.unsupported_type")
            if _check_entry(read_status_entry(entry), policy, verify) < MIN_STATUS_LIST_BITS:
                remarks.append(StatusListError("status.list_short_accepted"))
        except (InvalidCredentialError, CannotCheckError) as error:
            (taken_back if error.code in _SET_CODES.values() else problems).append(error)
    if AskedCheck.STATUS in policy.asked:
        return VcFindings(errors=(*taken_back, *problems), warnings=tuple(remarks))
    return VcFindings(errors=tuple(taken_back), warnings=(*problems, *remarks))


def _check_entry(entry: StatusEntry, policy: VcPolicy, verify: Verify) -> int:
    """Read one entry of one list, and return how many the list has.

    Raises:
        InvalidCredentialError: The bit is set (`status.revoked`, `status.suspended`), or the list is wrong.
        CannotCheckError: The list is out of reach.
    """
    subject = _fetch_list(entry, policy, verify)
    purposes = subject.get("statusPurpose")
    if entry.purpose not in (purposes if isinstance(purposes, list) else [purposes]):
        raise StatusListError("status.purpose_mismatch")
    bits = decode_status_list(str(subject.get("encodedList")), min_bits=_MIN_SHORT_LIST_BITS)
    is_set = bits.read_value(entry.index, size_bits=entry.size_bits) != 0
    if is_set and entry.purpose in _SET_CODES:
        raise InvalidCredentialError(_SET_CODES[entry.purpose])
    return len(bits) // entry.size_bits


def _fetch_list(entry: StatusEntry, policy: VcPolicy, verify: Verify) -> JsonObject:
    fetched = policy.fetcher.fetch(entry.list_url, max_bytes=MAX_LIST_DOCUMENT_BYTES, accept=_ACCEPTED)
    try:
        document = read_json_object(fetched.body, max_bytes=MAX_LIST_DOCUMENT_BYTES)
    except InvalidCredentialError as error:
        raise StatusRetrievalError("status.unavailable", detail={"reason": error.code}) from error
    findings = verify(
        document, replace(policy, asked=frozenset(AskedCheck), is_for_list=True, challenge=None, domain=None)
    )
    if findings.errors:
        raise StatusListError("status.list_proof_invalid", detail={"reason": findings.errors[0].code})
    if document.get("id", entry.list_url) != entry.list_url:
        raise StatusListError("status.list_subject_mismatch")
    subject = document.get("credentialSubject")
    if not isinstance(subject, dict) or subject.get("type") != BITSTRING_STATUS_LIST:
        raise StatusListError("status.list_malformed")
    return subject
