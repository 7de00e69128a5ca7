"""Verifies an Open Badges 2.0 badge into the same report: every check once, in the same order.

A hosted badge has no signature. It is proven by one thing only: that the issuer's own site shows it now. Without a
network that cannot be known, and the report says so.

Spec: OB 2.0 §Verification (hosted, signed), §Revocation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from credentials import SecuringForm
from schemas import (
    BadgeError,
    CannotCheckError,
    DecodingError,
    FetchError,
    InvalidCredentialError,
    KeyNotAuthorizedError,
    ProofError,
    ResolutionError,
    StatusListError,
    StatusRetrievalError,
    UnsupportedFeatureError,
)
from verifier.members import read_object, read_text
from verifier.ob2_binding import (
    fetch_hosted,
    fetch_linked,
    find_keys,
    is_in_scope,
    list_differences,
    verify_signature,
)
from verifier.ob2_reading import (
    is_address,
    list_revoked,
    read_award,
    read_issuer_reference,
    verify_achievement,
    verify_profile,
)
from verifier.ob2_view import VERSION, ProvenBadge, compose_credential, compose_verified
from verifier.recipient_check import check_recipient
from verifier.report import Check, CheckName, Outcome
from verifier.steps import compose_from_error, compose_not_applicable, compose_passed, run_check
from verifier.trust_check import check_trust
from verifier.validity_check import check_validity_period

if TYPE_CHECKING:
    from credentials import OpenBadgeCredential
    from keys import Fetcher
    from schemas import JsonObject
    from verifier.context import VerificationContext
    from verifier.ob2_reading import Award, OldBadge

# RFC 9110 §15.5.11; OB 2.0 says that a badge taken back may answer so.
_HTTP_GONE = 410


@dataclass(slots=True, kw_only=True)
class OldFindings:
    """The checks that were made, and the badge when it is proven."""

    checks: dict[CheckName, Check] = field(default_factory=dict)
    credential: OpenBadgeCredential | None = None

    def add(self, check: Check) -> Check:
        """Keep a check and return it."""
        self.checks[check.name] = check
        return check


def check_old_badge(badge: OldBadge, *, context: VerificationContext, fetcher: Fetcher) -> OldFindings:
    """Make every check of a badge of version 2.0."""
    findings = OldFindings()
    awards: list[Award] = []

    def read() -> Check:
        awards.append(read_award(badge.document))
        return compose_passed(CheckName.DATA_MODEL, {"version": VERSION}, notes=awards[0].notes)

    if findings.add(run_check(CheckName.DATA_MODEL, read)).outcome is not Outcome.PASSED:
        return findings
    findings.add(compose_not_applicable(CheckName.SCHEMA, "ob2.no_schema"))
    proven = _prove(badge, awards[0], findings, fetcher=fetcher)
    if proven is not None:
        _check_claims(proven, findings, context=context, fetcher=fetcher)
    return findings


def _prove(badge: OldBadge, award: Award, findings: OldFindings, *, fetcher: Fetcher) -> ProvenBadge | None:
    hosted_at = ""
    if award.is_hosted:
        try:
            award, hosted_at = _fetch_hosted(award, fetcher=fetcher)
        except (InvalidCredentialError, CannotCheckError) as error:
            _stop_at_proof(error, findings)
            return None
    try:
        achievement, profile = _fetch_description(award, fetcher=fetcher)
    except (InvalidCredentialError, CannotCheckError) as error:
        findings.add(compose_from_error(CheckName.ISSUER, _explain_unread(error)))
        unproven = ResolutionError(
            "ob2.hosted_unproven" if award.is_hosted else "proof.key_unavailable", detail={"reason": error.code}
        )
        findings.add(compose_from_error(CheckName.PROOF, unproven))
        return None
    proven = _compose_proven(badge, award, achievement, profile, hosted_at=hosted_at)
    check = _check_hosting if award.is_hosted else _check_signing
    return proven if check(proven, badge, findings, fetcher) else None


def _stop_at_proof(error: BadgeError, findings: OldFindings) -> None:
    is_gone = isinstance(error, FetchError) and error.detail.get("status") == _HTTP_GONE
    if is_gone or error.code == "ob2.gone":
        findings.add(compose_from_error(CheckName.PROOF, ResolutionError("ob2.gone")))
        findings.add(compose_from_error(CheckName.STATUS, InvalidCredentialError("status.revoked")))
        return
    if isinstance(error, DecodingError):  # such as a page for people: nothing speaks against the badge
        error = ResolutionError("ob2.hosted_unproven", detail={"reason": error.code})
    findings.add(compose_from_error(CheckName.PROOF, error))


def _explain_unread(error: BadgeError) -> BadgeError:
    if isinstance(error, (CannotCheckError, DecodingError)) and error.code != "fetch.scheme_forbidden":
        return ResolutionError("issuer.unproven", detail={"reason": error.code})
    return error


def _fetch_hosted(award: Award, *, fetcher: Fetcher) -> tuple[Award, str]:
    """Return the award as its own address shows it now, and the address that gave it.

    Raises:
        CannotCheckError: `ob2.not_an_address`, `ob2.gone`, `fetch.…`.
        InvalidCredentialError: The site shows something else (`ob2.hosted_differs`, `ob2.other_id`, `decoding.…`).
    """
    if not is_address(award.id):
        raise UnsupportedFeatureError("ob2.not_an_address")
    hosted, hosted_at = fetch_hosted(award.id, fetcher=fetcher)
    if hosted.get("revoked") is True and "badge" not in hosted:
        raise ResolutionError("ob2.gone")  # taken back and cut down to its id: nothing is left to show
    differences = list_differences(award.document, hosted)
    if differences:
        raise ProofError("ob2.hosted_differs", detail={"members": list(differences)})
    return read_award(hosted), hosted_at


def _fetch_description(award: Award, *, fetcher: Fetcher) -> tuple[JsonObject, JsonObject]:
    """Return what the badge is given for, and its issuer; each from its own address when it has one.

    Raises:
        CannotCheckError: One is out of reach (`fetch.…`), or the issuer has no address (`issuer.unproven`).
        InvalidCredentialError: One cannot be read, or names itself differently (`ob2.…`, `decoding.…`).
    """
    described = award.achievement
    address = described if isinstance(described, str) else read_text(described.get("id"))
    if is_address(address) or isinstance(described, str):
        described = fetch_linked(address, fetcher=fetcher)
    verify_achievement(described)
    issuer_id = read_issuer_reference(described)
    if not is_address(issuer_id):
        raise ResolutionError("issuer.unproven", detail={"reason": "ob2.not_an_address"})
    profile = fetch_linked(issuer_id, fetcher=fetcher)
    verify_profile(profile)
    return described, profile


def _compose_proven(
    badge: OldBadge, award: Award, achievement: JsonObject, profile: JsonObject, *, hosted_at: str
) -> ProvenBadge:
    return ProvenBadge(
        award=award,
        achievement=achievement,
        profile=profile,
        form=SecuringForm.HOSTED if award.is_hosted else SecuringForm.OPEN_BADGES_2_JWS,
        original=badge.original,
        hosted_at=hosted_at,
        algorithm=badge.jws.algorithm.value if badge.jws and not award.is_hosted else "",
    )


def _check_hosting(proven: ProvenBadge, badge: OldBadge, findings: OldFindings, fetcher: Fetcher) -> bool:  # noqa: ARG001 - as `_check_signing`
    """Both the award and the description of what it is given for must stand where the issuer says."""
    award_id, profile = proven.award.id, proven.profile
    if not (is_in_scope(award_id, profile) and is_in_scope(proven.hosted_at, profile)):
        problem: BadgeError = KeyNotAuthorizedError("ob2.out_of_scope", detail={"issuer": read_text(profile.get("id"))})
        findings.add(compose_from_error(CheckName.PROOF, problem))
        findings.add(compose_from_error(CheckName.ISSUER, problem))
        return False
    elsewhere = _find_class_elsewhere(proven)
    if elsewhere is not None:
        findings.add(compose_from_error(CheckName.PROOF, ResolutionError("ob2.hosted_unproven")))
        findings.add(compose_from_error(CheckName.ISSUER, elsewhere))
        return False
    facts: JsonObject = {"form": proven.form.value, "url": award_id}
    findings.add(Check(name=CheckName.PROOF, outcome=Outcome.PASSED, code="ob2.hosted_by_issuer", detail=facts))
    issuer: JsonObject = {"publishedAt": profile.get("id")}
    findings.add(Check(name=CheckName.ISSUER, outcome=Outcome.PASSED, code="ob2.site_of_issuer", detail=issuer))
    return True


def _find_class_elsewhere(proven: ProvenBadge) -> BadgeError | None:
    """Return why the description is not the issuer's word: it stands neither on its host nor where its policy says.

    Neither a site nor a signature covers what another host shows, and that may change at any time.
    On a host of many issuers one could also name another's profile from a description of their own.
    """
    address, profile = read_text(proven.achievement.get("id")), proven.profile
    own_host = {name: value for name, value in profile.items() if name != "verification"}
    if not is_address(address) or is_in_scope(address, own_host) or is_in_scope(address, profile):
        return None
    return ResolutionError("ob2.class_elsewhere", detail={"url": address})


def _check_signing(proven: ProvenBadge, badge: OldBadge, findings: OldFindings, fetcher: Fetcher) -> bool:
    """The key must be one that the issuer's own profile names, and must have made the signature."""
    if badge.jws is None:
        findings.add(compose_from_error(CheckName.PROOF, ProofError("proof.missing")))
        return False
    jws = badge.jws
    try:
        keys = find_keys(proven.award, proven.profile, fetcher=fetcher)
    except KeyNotAuthorizedError as error:
        findings.add(compose_from_error(CheckName.ISSUER, error))
        unavailable = ResolutionError("proof.key_unavailable", detail={"reason": error.code})
        findings.add(compose_from_error(CheckName.PROOF, unavailable))
        return False
    except (InvalidCredentialError, CannotCheckError) as error:
        findings.add(compose_from_error(CheckName.PROOF, error))
        return False

    def verify() -> Check:
        verify_signature(jws, keys)
        return compose_passed(CheckName.PROOF, {"form": proven.form.value, "suite": proven.algorithm})

    if findings.add(run_check(CheckName.PROOF, verify)).outcome is not Outcome.PASSED:
        return False
    elsewhere = _find_class_elsewhere(proven)
    if elsewhere is not None:
        findings.add(compose_from_error(CheckName.ISSUER, elsewhere))
        return False
    findings.add(compose_passed(CheckName.ISSUER, {"publishedAt": proven.profile.get("id")}))
    return True


def _check_claims(
    proven: ProvenBadge, findings: OldFindings, *, context: VerificationContext, fetcher: Fetcher
) -> None:
    verified = compose_verified(proven)
    findings.credential = compose_credential(proven, verified)
    document = verified.document
    findings.add(run_check(CheckName.VALIDITY_PERIOD, lambda: check_validity_period(verified, now=context.now)))
    findings.add(run_check(CheckName.STATUS, lambda: _check_status(proven, fetcher=fetcher)))
    findings.add(run_check(CheckName.RECIPIENT, lambda: check_recipient(document, recipient=context.recipient)))
    findings.add(compose_not_applicable(CheckName.REFRESH, "refresh.none"))
    findings.add(run_check(CheckName.ENDORSEMENTS, lambda: _check_endorsements(proven)))
    findings.add(check_trust(document, trust_list=context.trust_list))


def _check_status(proven: ProvenBadge, *, fetcher: Fetcher) -> Check:
    """Ask the site (hosted) or the issuer's list (signed) whether the badge was taken back.

    Raises:
        InvalidCredentialError: `status.revoked`, `ob2.list_of_another`.
        StatusRetrievalError: `status.unavailable`.
    """
    if proven.award.document.get("revoked", False) is not False:
        raise InvalidCredentialError("status.revoked")
    if proven.award.is_hosted:
        return compose_passed(CheckName.STATUS, {"url": proven.award.id})
    place = proven.profile.get("revocationList")
    if place is None:
        return compose_not_applicable(CheckName.STATUS, "status.none")
    address = read_text(place) or read_text(read_object(place).get("id"))
    try:
        document = fetch_linked(address, fetcher=fetcher)
        revoked = list_revoked(document)
    except (InvalidCredentialError, CannotCheckError) as error:
        raise StatusRetrievalError("status.unavailable", detail={"url": address, "reason": error.code}) from error
    if document.get("issuer", proven.profile.get("id")) != proven.profile.get("id"):
        raise StatusListError("ob2.list_of_another", detail={"url": address})
    if proven.award.id in revoked:
        raise InvalidCredentialError("status.revoked", detail={"url": address})
    return compose_passed(CheckName.STATUS, {"url": address}, notes=("status.list_unsigned",))


def _check_endorsements(proven: ProvenBadge) -> Check:
    if any("endorsement" in node for node in (proven.award.document, proven.achievement, proven.profile)):
        raise UnsupportedFeatureError("ob2.endorsement_not_read")
    return compose_not_applicable(CheckName.ENDORSEMENTS, "endorsement.none")
