"""Step 10: endorsements inside the badge, each verified on its own key. An unverified one is never praise.

Spec: OB 3.0 §8.4 (Endorsement verification).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from credentials import read_valid_from
from schemas import BadgeError, CannotCheckError, InvalidCredentialError, encode_json
from verifier.accreditations import list_unproven_claims, read_accreditation
from verifier.data_model_check import CredentialKind
from verifier.endorsements import EndorsementTarget, VerifiedEndorsement
from verifier.members import read_issuer_id, read_list, read_object, read_text
from verifier.received import ReceivedCredential, read_received
from verifier.report import Check, CheckName, Outcome
from verifier.secured_steps import check_secured
from verifier.status_check import check_status
from verifier.steps import compose_not_applicable, compose_passed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas import JsonObject, JsonValue
    from verifier.context import VerificationContext
    from verifier.status_budget import StatusBudget

# Each costs a canonicalization; what goes beyond is reported as not verified.
MAX_ENDORSEMENTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Endorsement:
    """Where an endorsement stands, what it stands on, and itself as an object or a token."""

    target: EndorsementTarget
    pointer: str
    endorsed_id: str
    value: JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """An endorsement that holds, with remarks on what it says of accreditation."""

    endorsement: VerifiedEndorsement
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndorsementFinding:
    """How the step ended, and the endorsements that may be shown."""

    check: Check
    verified: tuple[VerifiedEndorsement, ...] = ()


def check_endorsements(
    document: JsonObject, *, context: VerificationContext, budget: StatusBudget
) -> EndorsementFinding:
    """Verify every `endorsement` and `endorsementJwt` of the badge, its achievement and its profiles.

    Their status lists are paid for from the `budget` of the badge.
    """
    found = list(_iterate_endorsements(document))
    if not found:
        none = compose_not_applicable(CheckName.ENDORSEMENTS, "endorsement.none")
        remarks = list_unproven_claims(document, ())
        return EndorsementFinding(check=replace(none, notes=remarks) if remarks else none)
    shown: list[VerifiedEndorsement] = []
    verified: list[JsonValue] = []
    refused: list[JsonValue] = []
    notes: list[str] = []
    outcome = Outcome.PASSED
    for endorsement in found[:MAX_ENDORSEMENTS]:
        finding = _verify_endorsement(endorsement, context=context, budget=budget)
        if isinstance(finding, _Held):
            shown.append(finding.endorsement)
            notes.extend(finding.notes)
            verified.append({"pointer": endorsement.pointer, "endorser": finding.endorsement.endorser_id})
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
    notes.extend(list_unproven_claims(document, shown))
    check = compose_passed(CheckName.ENDORSEMENTS, detail)
    if outcome is not Outcome.PASSED:
        check = Check(name=CheckName.ENDORSEMENTS, outcome=outcome, code="endorsement.not_verified", detail=detail)
    return EndorsementFinding(check=replace(check, notes=tuple(dict.fromkeys(notes))), verified=tuple(shown))


def _iterate_endorsements(document: JsonObject) -> Iterator[_Endorsement]:
    subject = read_object(document.get("credentialSubject"))
    achievement = read_object(subject.get("achievement"))
    holders = (
        (EndorsementTarget.CREDENTIAL, "", document),
        (EndorsementTarget.ACHIEVEMENT, "/credentialSubject/achievement", achievement),
        (EndorsementTarget.ISSUER, "/issuer", read_object(document.get("issuer"))),
        (
            EndorsementTarget.CREATOR,
            "/credentialSubject/achievement/creator",
            read_object(achievement.get("creator")),
        ),
        (EndorsementTarget.SOURCE, "/credentialSubject/source", read_object(subject.get("source"))),
    )
    for target, pointer, holder in holders:
        for member in ("endorsement", "endorsementJwt"):
            for place, value in enumerate(read_list(holder.get(member))):
                yield _Endorsement(
                    target=target,
                    pointer=f"{pointer}/{member}/{place}",
                    endorsed_id=read_text(holder.get("id")),
                    value=value,
                )


def _verify_endorsement(
    endorsement: _Endorsement, *, context: VerificationContext, budget: StatusBudget
) -> _Held | Check:
    """Return the endorsement as it may be shown, or the check that kept the endorsement from being shown."""
    try:
        received = _read_endorsement(endorsement)
        findings = check_secured(received, kind=CredentialKind.ENDORSEMENT, fetcher=budget.fetcher, now=context.now)
        if findings.first_open is not None or findings.verified is None:
            return findings.first_open or findings.proof
        signed = findings.verified.document
        _verify_subject(signed, endorsement)
        status = check_status(signed, context=context, budget=budget)
        if status.outcome not in {Outcome.PASSED, Outcome.NOT_APPLICABLE}:
            return status
        return _compose_verified(signed, endorsement, context)
    except (InvalidCredentialError, CannotCheckError) as error:
        return _compose_refusal(error)


def _compose_verified(signed: JsonObject, endorsement: _Endorsement, context: VerificationContext) -> _Held:
    endorser_id = read_issuer_id(signed)
    accreditation = read_accreditation(signed, target=endorsement.target, endorser_id=endorser_id, now=context.now)
    held = VerifiedEndorsement(
        target=endorsement.target,
        pointer=endorsement.pointer,
        endorser_id=endorser_id,
        endorser_name=read_text(read_object(signed.get("issuer")).get("name")),
        comment=read_text(read_object(signed.get("credentialSubject")).get("endorsementComment")),
        given_at=read_valid_from(signed),
        known_as=context.trust_list.find(endorser_id),
        accreditation=accreditation.mark,
    )
    return _Held(endorsement=held, notes=accreditation.notes)


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
