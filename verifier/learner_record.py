"""Verifies a Comprehensive Learner Record: the record its issuer signed, and every credential in it on its own proof.

Spec: CLR 2.0 §Verification: the record is verified as a credential, and so is each `verifiableCredential` in it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from credentials import share_work
from schemas import (
    CannotCheckError,
    InvalidCredentialError,
    UnsupportedFeatureError,
    encode_json,
)
from verifier.containers import ContainerKind
from verifier.data_model_check import CredentialKind
from verifier.members import read_list, read_object
from verifier.received import read_received
from verifier.report import CheckName
from verifier.report_set import CredentialSetReport, ReportPart
from verifier.secured_steps import check_secured
from verifier.sniff import Presented, PresentedKind
from verifier.steps import compose_from_error, compose_not_applicable, compose_passed
from verifier.verify import check_claims, compose_report, compose_unread, verify_opened

if TYPE_CHECKING:
    from keys import Fetcher
    from schemas import JsonObject, JsonValue
    from verifier.context import VerificationContext
    from verifier.report import Check, VerificationReport

# Each costs a verification; a transcript names some dozens of courses.
MAX_RECORD_PARTS = 64
_PARTS_POINTER = "/credentialSubject/verifiableCredential"


@share_work()
def verify_learner_record(
    presented: Presented, *, context: VerificationContext, fetcher: Fetcher
) -> CredentialSetReport:
    """Verify the record and each credential in it.

    Args:
        presented: Holds the record as it was received.
        context: Clock, trust and policy.
        fetcher: One door for the whole set, so that an issuer is asked once.
    """
    shared = replace(context, fetcher=fetcher)
    decoding = compose_passed(CheckName.DECODING, {"kind": presented.kind.value})
    try:
        received = read_received(presented.credential)
        values = read_list(read_object(received.document.get("credentialSubject")).get("verifiableCredential"))
        if len(values) > MAX_RECORD_PARTS:
            raise UnsupportedFeatureError("presentation.too_many_credentials", detail={"limit": MAX_RECORD_PARTS})
    except (InvalidCredentialError, CannotCheckError) as error:
        return _compose_set(compose_unread(error, context=shared, decoding=decoding))
    findings = check_secured(received, kind=CredentialKind.LEARNER_RECORD, fetcher=fetcher, now=shared.now)
    claims = check_claims(findings, context=shared, fetcher=fetcher)
    checks = {check.name: check for check in (decoding, *findings.checks, *claims.checks)}
    checks[CheckName.REFRESH] = _check_refresh(received.document)
    container = compose_report(checks, shared, endorsements=claims.endorsements)
    return _compose_set(
        container,
        tuple(
            ReportPart(pointer=f"{_PARTS_POINTER}/{place}", report=_verify_part(value, context=shared))
            for place, value in enumerate(values)
        ),
    )


def _compose_set(container: VerificationReport, parts: tuple[ReportPart, ...] = ()) -> CredentialSetReport:
    return CredentialSetReport(kind=ContainerKind.LEARNER_RECORD, container=container, parts=parts)


def _check_refresh(document: JsonObject) -> Check:
    if "refreshService" not in document:
        return compose_not_applicable(CheckName.REFRESH, "refresh.none")
    return compose_from_error(CheckName.REFRESH, UnsupportedFeatureError("refresh.unsupported_type"))


def _verify_part(value: JsonValue, *, context: VerificationContext) -> VerificationReport:
    try:
        credential = _read_part(value)
    except (InvalidCredentialError, CannotCheckError) as error:
        return compose_unread(error, context=context)
    return verify_opened(Presented(kind=PresentedKind.JSON, credential=credential), context=context)


def _read_part(value: JsonValue) -> bytes:
    """Return one credential as if it had come alone.

    Raises:
        InvalidCredentialError: An envelope that is malformed (`decoding.…`).
        CannotCheckError: An envelope of a form that is not read here.
    """
    if isinstance(value, str):
        return value.encode("utf-8", "replace")
    return encode_json(value)
