"""Step 10: endorsements inside the badge, each verified on its own key. An unverified one is never praise.

Spec: OB 3.0 §8.4 (Endorsement verification).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas import BadgeError, CannotCheckError, InvalidCredentialError, encode_json
from verifier.data_model_check import CredentialKind
from verifier.members import read_issuer_id, read_list, read_object, read_text
from verifier.received import ReceivedCredential, read_received
from verifier.report import Check, CheckName, Outcome
from verifier.secured_steps import check_secured
from verifier.status_check import check_status
from verifier.steps import compose_not_applicable, compose_passed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keys import Fetcher
    from schemas import JsonObject, JsonValue
    from verifier.context import VerificationContext

# Each costs a canonicalization; what goes beyond is reported as not verified.
MAX_ENDORSEMENTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Endorsement:
    """Where an endorsement stands, what it stands on, and itself as an object or a token."""

    pointer: str
    endorsed_id: str
    value: JsonValue


def check_endorsements(document: JsonObject, *, context: VerificationContext, fetcher: Fetcher) -> Check:
    """Verify every `endorsement` and `endorsementJwt` of the badge, its achievement and its profiles."""
    found = list(_iterate_endorsements(document))
    if not found:
        return compose_not_applicable(CheckName.ENDORSEMENTS, "endorsement.none")
    verified: list[JsonValue] = []
    refused: list[JsonValue] = []
    outcome = Outcome.PASSED
    for endorsement in found[:MAX_ENDORSEMENTS]:
        finding = _verify_endorsement(endorsement, context=context, fetcher=fetcher)
        if isinstance(finding, str):
            verified.append({"pointer": endorsement.pointer, "endorser": finding})
            continue
        refused.append({"pointer": endorsement.pointer, "reason": finding.code})
        if finding.outcome is Outcome.FAILED or outcome is Outcome.PASSED:
            outcome = finding.outcome
    skipped: list[JsonValue] = [
        {"pointer": one.pointer, "reason": "endorsement.too_many"} for one in found[MAX_ENDORSEMENTS:]
    ]
    detail: dict[str, JsonValue] = {"verified": verified, "notVerified": refused + skipped}
    if skipped and outcome is Outcome.PASSED:
        outcome = Outcome.INDETERMINATE
    if outcome is Outcome.PASSED:
        return compose_passed(CheckName.ENDORSEMENTS, detail)
    return Check(name=CheckName.ENDORSEMENTS, outcome=outcome, code="endorsement.not_verified", detail=detail)


def _iterate_endorsements(document: JsonObject) -> Iterator[_Endorsement]:
    subject = read_object(document.get("credentialSubject"))
    achievement = read_object(subject.get("achievement"))
    holders = (
        ("", document),
        ("/credentialSubject/achievement", achievement),
        ("/issuer", read_object(document.get("issuer"))),
        ("/credentialSubject/achievement/creator", read_object(achievement.get("creator"))),
        ("/credentialSubject/source", read_object(subject.get("source"))),
    )
    for pointer, holder in holders:
        for member in ("endorsement", "endorsementJwt"):
            for place, value in enumerate(read_list(holder.get(member))):
                yield _Endorsement(
                    pointer=f"{pointer}/{member}/{place}", endorsed_id=read_text(holder.get("id")), value=value
                )


def _verify_endorsement(endorsement: _Endorsement, *, context: VerificationContext, fetcher: Fetcher) -> str | Check:
    """Return the endorser's id, or the check that kept the endorsement from being shown."""
    try:
        received = _read_endorsement(endorsement)
        findings = check_secured(received, kind=CredentialKind.ENDORSEMENT, fetcher=fetcher, now=context.now)
        if findings.first_open is not None or findings.verified is None:
            return findings.first_open or findings.proof
        signed = findings.verified.document
        _verify_subject(signed, endorsement)
        status = check_status(signed, context=context, fetcher=fetcher)
        if status.outcome not in {Outcome.PASSED, Outcome.NOT_APPLICABLE}:
            return status
        return read_issuer_id(signed)
    except (InvalidCredentialError, CannotCheckError) as error:
        return _compose_refusal(error)


def _verify_subject(signed: JsonObject, endorsement: _Endorsement) -> None:
    if read_text(read_object(signed.get("credentialSubject")).get("id")) != endorsement.endorsed_id:
        raise InvalidCredentialError("endorsement.other_subject", pointer=endorsement.pointer)


def _compose_refusal(error: BadgeError) -> Check:
    outcome = Outcome.FAILED if isinstance(error, InvalidCredentialError) else Outcome.INDETERMINATE
    return Check(name=CheckName.ENDORSEMENTS, outcome=outcome, code=error.code)


def _read_endorsement(endorsement: _Endorsement) -> ReceivedCredential:
    if isinstance(endorsement.value, dict):
        return ReceivedCredential(original=encode_json(endorsement.value), document=endorsement.value)
    # A token; or a mere address, which is never followed and cannot be read.
    return read_received(read_text(endorsement.value).encode("utf-8"))
