"""Step 9: a newer version of the badge, fetched once, and only from where a proven issuer's signed badge says.

The newer version is judged in place of the original only when it is the same credential, newer, and proven by the same
steps. Whatever goes wrong on the way, the original is judged and the report says so.

Spec: OB 3.0 §8.1 step 3, §6.4 (equality: same issuer and id, newer `validFrom` wins); VCCR 1.0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from credentials import read_valid_from
from schemas import (
    CREDENTIAL_REFRESH_TYPE,
    MAX_CREDENTIAL_BYTES,
    BadgeError,
    CannotCheckError,
    InvalidCredentialError,
    UnsupportedFeatureError,
    format_datetime,
)
from verifier.data_model_check import CredentialKind
from verifier.members import iterate_objects, read_issuer_id, read_list, read_text
from verifier.received import read_received
from verifier.report import Check, CheckName, Outcome
from verifier.secured_steps import check_secured
from verifier.steps import compose_from_error, compose_not_applicable, compose_not_run

if TYPE_CHECKING:
    from datetime import datetime

    from keys import Fetcher
    from schemas import JsonObject, JsonValue
    from verifier.context import VerificationContext
    from verifier.secured_steps import SecuredFindings

REFRESH_ACCEPT = (
    "application/vc, application/vc+ld+json, application/vc+jwt, application/jwt, application/json;q=0.9, "
    "text/plain;q=0.5"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshFinding:
    """How the step ended; `newer` is judged in place of the original."""

    check: Check
    newer: SecuredFindings | None = None


def follow_refresh(findings: SecuredFindings, *, context: VerificationContext, fetcher: Fetcher) -> RefreshFinding:
    """Look once for a newer version of a badge whose signature and issuer are proven."""
    if findings.verified is None:
        return RefreshFinding(check=compose_not_run(CheckName.REFRESH))
    document = findings.verified.document
    if "refreshService" not in document:
        return RefreshFinding(check=compose_not_applicable(CheckName.REFRESH, "refresh.none"))
    if findings.issuer.outcome is not Outcome.PASSED:
        return RefreshFinding(check=compose_not_run(CheckName.REFRESH))
    try:
        url = _read_service(document["refreshService"])
    except (InvalidCredentialError, CannotCheckError) as error:
        return RefreshFinding(check=compose_from_error(CheckName.REFRESH, error))
    try:
        return _judge(document, url, context=context, fetcher=fetcher)
    except (InvalidCredentialError, CannotCheckError) as error:
        return RefreshFinding(check=_compose_original_kept(error, url))


def _read_service(value: JsonValue) -> str:
    """Return the address of the service of a kind that is known here; of several the first by its address.

    The order in which they stand need not be signed.
    """
    services = list(iterate_objects(value))
    known = [service for service in services if read_list(service.get("type")) == [CREDENTIAL_REFRESH_TYPE]]
    if services and not known:
        raise UnsupportedFeatureError("refresh.unsupported_type", pointer="/refreshService/type")
    url = min((read_text(service.get("id")) for service in known), default="")
    if not url:
        raise InvalidCredentialError("refresh.malformed", pointer="/refreshService")
    return url


def _judge(original: JsonObject, url: str, *, context: VerificationContext, fetcher: Fetcher) -> RefreshFinding:
    fetched = fetcher.fetch(url, max_bytes=MAX_CREDENTIAL_BYTES, accept=REFRESH_ACCEPT)
    received = read_received(fetched.body)
    newer_from, original_from = read_valid_from(received.document), read_valid_from(original)
    facts = _compose_dates(url, original_from, newer_from)
    # (1) Same credential, before anything costly is done with it
    if _identify(received.document) != _identify(original) or newer_from is None or original_from is None:
        raise InvalidCredentialError("refresh.not_same_credential", detail=facts)
    if newer_from == original_from:
        check = Check(name=CheckName.REFRESH, outcome=Outcome.PASSED, code="refresh.newest", detail=facts)
        return RefreshFinding(check=check)
    if newer_from < original_from:
        raise InvalidCredentialError("refresh.not_same_credential", detail=facts)
    # (2) Same steps as the original; its own refresh service is not followed
    findings = check_secured(received, kind=CredentialKind.BADGE, fetcher=fetcher, now=context.now)
    hindrance = _find_hindrance(findings)
    if hindrance is not None:
        outcome = Outcome.FAILED if hindrance.outcome is Outcome.FAILED else Outcome.INDETERMINATE
        detail = facts | {"reason": hindrance.code}
        return RefreshFinding(
            check=Check(name=CheckName.REFRESH, outcome=outcome, code="refresh.newer_not_verified", detail=detail)
        )
    detail = facts | {"judged": "newer"}
    check = Check(name=CheckName.REFRESH, outcome=Outcome.PASSED, code="refresh.newer_version", detail=detail)
    return RefreshFinding(check=check, newer=findings)


def _identify(document: JsonObject) -> tuple[str, str]:
    return read_issuer_id(document), read_text(document.get("id"))


def _find_hindrance(findings: SecuredFindings) -> Check | None:
    """Return why the newer version cannot be judged. One that has expired can: that is the issuer's last word."""
    first_open = next((check for check in findings.checks if check.outcome is not Outcome.PASSED), None)
    if first_open is None or first_open.code == "validity.expired":
        return None
    return first_open


def _compose_dates(url: str, original_from: datetime | None, newer_from: datetime | None) -> JsonObject:
    dates = {"originalValidFrom": original_from, "foundValidFrom": newer_from}
    found = {name: format_datetime(date) for name, date in dates.items() if date is not None}
    return {"url": url, "judged": "original", **found}


def _compose_original_kept(error: BadgeError, url: str) -> Check:
    """Say that the original was judged: what was found is another credential, or nothing usable was found."""
    if error.code.startswith("refresh."):
        return compose_from_error(CheckName.REFRESH, error)
    detail: JsonObject = {"url": url, "judged": "original", "reason": error.code}
    return Check(name=CheckName.REFRESH, outcome=Outcome.INDETERMINATE, code="refresh.unavailable", detail=detail)
