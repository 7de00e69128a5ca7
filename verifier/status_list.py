"""Fetching one status list and proving that it is the one the badge means.

Spec: BITSTRING-STATUS-LIST 1.0 §3.2 (Validate); the list is itself a credential and goes through the same steps.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from credentials import MIN_STATUS_LIST_BITS, decode_status_list, read_valid_from, read_valid_until
from schemas import (
    BITSTRING_STATUS_LIST,
    BadgeError,
    DecodingError,
    FetchError,
    InvalidCredentialError,
    StatusListError,
    StatusRetrievalError,
)
from verifier.data_model_check import CredentialKind
from verifier.members import read_issuer_id, read_list, read_object, read_text
from verifier.policy import Compatibility
from verifier.received import read_received
from verifier.report import Check, CheckName, Outcome
from verifier.secured_steps import check_secured
from verifier.status_cache import DEFAULT_STATUS_TTL, MAX_STATUS_TTL, VerifiedStatusList

if TYPE_CHECKING:
    from datetime import datetime

    from credentials import BitstringStatusList
    from keys import FetchedDocument
    from schemas import JsonObject
    from verifier.context import VerificationContext
    from verifier.status_budget import StatusBudget

# Bytes; an encoded list of 4 MiB of bits that hardly compress fits.
MAX_LIST_DOCUMENT_BYTES = 6 * 1024 * 1024
# Commas and brackets in all of it.
MAX_LIST_SEPARATORS = 10_000
_SEPARATORS = (b",", b"{", b"[")
STATUS_LIST_2021 = "StatusList2021"
_TO_BASE64URL = str.maketrans("+/", "-_")
STATUS_LIST_ACCEPT = (
    "application/vc, application/vc+ld+json, application/vc+jwt, application/jwt, application/json;q=0.9, "
    "text/plain;q=0.5"
)


def find_status_list(
    url: str, *, badge_issuer_id: str, context: VerificationContext, budget: StatusBudget
) -> VerifiedStatusList:
    """Return the verified list at `url`: kept while it is fresh, else fetched, else kept when its host is silent.

    Raises:
        StatusRetrievalError: It could not be fetched or checked (`status.unavailable`, `status.offline`).
        StatusListError: It is not the list that the badge means (`status.list_…`).
    """
    found = context.status_cache.find_fresh(url, now=context.now) or _renew(url, context=context, budget=budget)
    if found.issuer_id != badge_issuer_id and found.issuer_id not in _list_delegates(badge_issuer_id, context):
        raise StatusListError("status.list_issuer_mismatch", detail={"url": url, "listIssuer": found.issuer_id})
    if context.status_cache.find_any(url) is found or found.stands_in:
        return found
    # Only now: a list that does not speak for the badge leaves no trace in what is kept and remembered.
    if context.status_cache.is_rollback(url, found.valid_from):
        raise StatusListError("status.list_rollback", detail={"url": url, **_tell_last_seen(url, context)})
    context.status_cache.keep(found)
    return found


def _renew(url: str, *, context: VerificationContext, budget: StatusBudget) -> VerifiedStatusList:
    try:
        return _fetch_status_list(url, context=context, budget=budget)
    except StatusRetrievalError as error:
        if error.detail.get("reason") in {"fetch.budget_exhausted", "fetch.busy"}:
            raise  # whoever presents badges can spend the budget and fill the room; that is no outage of the host
        usable = context.status_cache.find_usable(url, now=context.now)
        if usable is None:
            raise
        return replace(usable, stands_in=True)


def _list_delegates(badge_issuer_id: str, context: VerificationContext) -> tuple[str, ...]:
    entry = context.trust_list.find(badge_issuer_id)
    return entry.status_issuers if entry else ()


def fetch_for_status(
    url: str, *, max_bytes: int, context: VerificationContext, budget: StatusBudget
) -> FetchedDocument:
    """Fetch a status document; what stands in the way is a status code.

    Raises:
        StatusRetrievalError: `status.offline` or `status.unavailable`; `detail.reason` says why, `detail.lastSeenAt`
            when this list could be read the last time.
    """
    try:
        return budget.fetch_list(url, max_bytes=max_bytes, accept=STATUS_LIST_ACCEPT)
    except FetchError as error:
        raise _compose_unavailable(url, error, context) from error


def _compose_unavailable(url: str, error: BadgeError, context: VerificationContext) -> StatusRetrievalError:
    code = "status.offline" if error.code == "fetch.offline" else "status.unavailable"
    return StatusRetrievalError(code, detail={"url": url, "reason": error.code, **_tell_last_seen(url, context)})


def _tell_last_seen(url: str, context: VerificationContext) -> JsonObject:
    known = context.status_cache.find_any(url)
    return {"lastSeenAt": known.fetched_at.isoformat()} if known else {}


def _fetch_status_list(url: str, *, context: VerificationContext, budget: StatusBudget) -> VerifiedStatusList:
    fetched = fetch_for_status(url, max_bytes=MAX_LIST_DOCUMENT_BYTES, context=context, budget=budget)
    digest = hashlib.sha256(fetched.body).digest()
    same = context.status_cache.find_same(url, digest, now=context.now)
    if same is not None:
        return replace(same, fetched_at=fetched.fetched_at)
    _verify_shape(fetched.body, url)
    try:
        received = read_received(fetched.body, max_bytes=MAX_LIST_DOCUMENT_BYTES)
    except DecodingError as error:
        # A page for people where the list should be: the host does not answer as a status host does.
        raise _compose_unavailable(url, error, context) from error
    except InvalidCredentialError as error:
        raise StatusListError("status.list_proof_invalid", detail={"url": url, "reason": error.code}) from error
    # (1) Is it the list that the badge names, before anything costly is done with it?
    _verify_subject(received.document, url)
    # (2) Same steps as for a badge
    findings = check_secured(received, kind=CredentialKind.STATUS_LIST, fetcher=budget.fetcher, now=context.now)
    if findings.first_open is not None or findings.verified is None:
        raise _explain_open(findings.first_open or findings.proof, url=url)
    document = findings.verified.document
    subject = read_object(document.get("credentialSubject"))
    usable_until = _find_usable_until(fetched.fetched_at, subject, read_valid_until(document))
    # (3) BITSTRING-STATUS-LIST §3.2 steps 6-8
    return VerifiedStatusList(
        url=url,
        issuer_id=read_issuer_id(document),
        purposes=frozenset(read_text(entry) for entry in read_list(subject.get("statusPurpose"))),
        bits=_read_bits(subject, min_bits=_find_min_bits(context)),
        fetched_at=fetched.fetched_at,
        fresh_until=min(usable_until, fetched.fetched_at + DEFAULT_STATUS_TTL),
        usable_until=usable_until,
        valid_from=read_valid_from(document),
        digest=digest,
    )


def _verify_shape(body: bytes, url: str) -> None:
    """Refuse megabytes of small members before they are read: a list is one long text and little beside it."""
    if sum(body.count(sign) for sign in _SEPARATORS) > MAX_LIST_SEPARATORS:
        raise StatusListError("status.list_malformed", detail={"url": url})


def _verify_subject(document: JsonObject, url: str) -> None:
    subject = read_object(document.get("credentialSubject"))
    subject_id = read_text(subject.get("id"))
    named = document.get("id") == url and (not subject_id or subject_id.partition("#")[0] == url)
    if not named:
        raise StatusListError("status.list_subject_mismatch", pointer="/id", detail={"url": url})
    if read_list(subject.get("type")) not in ([BITSTRING_STATUS_LIST], [STATUS_LIST_2021]):
        raise StatusListError("status.list_malformed", pointer="/credentialSubject/type", detail={"url": url})


def _find_min_bits(context: VerificationContext) -> int:
    return 1 if Compatibility.SHORT_STATUS_LISTS in context.compatibility else MIN_STATUS_LIST_BITS


def _read_bits(subject: JsonObject, *, min_bits: int) -> BitstringStatusList:
    encoded = read_text(subject.get("encodedList"))
    if STATUS_LIST_2021 not in read_list(subject.get("type")):
        return decode_status_list(encoded, min_bits=min_bits)
    # The same bits without the multibase prefix, in either base64 alphabet (StatusList2021 §4.1).
    return decode_status_list("u" + encoded.rstrip("=").translate(_TO_BASE64URL), min_bits=min_bits)


def _explain_open(check: Check, *, url: str) -> BadgeError:
    """Return with a status code what stands in the way of trusting the list."""
    detail: JsonObject = {"url": url, "reason": check.code}
    if check.outcome is not Outcome.FAILED:
        code = "status.offline" if check.detail.get("reason") == "fetch.offline" else "status.unavailable"
        return StatusRetrievalError(code, detail=detail)
    codes = {
        CheckName.DATA_MODEL: "status.list_malformed",
        CheckName.PROOF: "status.list_proof_invalid",
        CheckName.ISSUER: "status.list_issuer_mismatch",
        CheckName.VALIDITY_PERIOD: "status.list_expired",
    }
    return StatusListError(codes[check.name], detail=detail)


def _find_usable_until(fetched_at: datetime, subject: JsonObject, valid_until: datetime | None) -> datetime:
    """`ttl` is in milliseconds and never outlasts `validUntil` (BITSTRING-STATUS-LIST 1.0 §2.2)."""
    ttl = subject.get("ttl")
    stated = timedelta(milliseconds=ttl) if isinstance(ttl, int) and 0 <= ttl <= 10**11 else DEFAULT_STATUS_TTL
    usable_until = fetched_at + min(stated, MAX_STATUS_TTL)
    return min(usable_until, valid_until) if valid_until else usable_until
