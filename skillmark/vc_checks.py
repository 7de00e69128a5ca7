"""Verifies any credential of VCDM 2.0 or 1.1: data model, proofs, whose keys they are, dates and status.

Spec: VCDM 2.0 §7.1; VC-DATA-INTEGRITY 1.0 §4.4 and §4.5; VC-JOSE-COSE 1.0 §3.3.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from credentials import (
    DisclosurePolicy,
    EnvelopeKind,
    ProofPurpose,
    check_lossless,
    is_envelope,
    list_proofs,
    read_envelope,
    read_verification_method,
    validate_data_model,
    verify_data_integrity_proof,
)
from schemas import (
    ACHIEVEMENT_CREDENTIAL,
    OPEN_BADGE_CREDENTIAL,
    CannotCheckError,
    DataModelError,
    DecodingError,
    InvalidCredentialError,
    KeyNotAuthorizedError,
    ProofError,
    ResolutionError,
    SchemaName,
    UnsupportedFeatureError,
    encode_json,
    read_datetime,
    validate,
)
from skillmark.vc_keys import find_key, is_listed_by
from skillmark.vc_policy import CLOCK_SKEW_SECONDS, AskedCheck, VcFindings
from skillmark.vc_status import check_status
from skillmark.vc_tokens import verify_secured_token

if TYPE_CHECKING:
    from datetime import datetime

    from credentials import MediaType, VerifiedDocument
    from schemas import BadgeError, JsonObject, JsonValue
    from skillmark.vc_keys import FoundKey
    from skillmark.vc_policy import VcPolicy

_BADGE_TYPES = frozenset({ACHIEVEMENT_CREDENTIAL, OPEN_BADGE_CREDENTIAL})
_PROOF_TYPES = ("DataIntegrityProof", "Ed25519Signature2020")  # no set: a proof may say anything, a list too
_STARTS = ("validFrom", "issuanceDate")
_ENDS = ("validUntil", "expirationDate")


def verify_credential(document: JsonObject, policy: VcPolicy) -> VcFindings:
    """Verify a credential as it came in JSON: with proofs inside, or in an envelope.

    Returns:
        Findings, also for something that is no credential.
    """
    try:
        if is_envelope(document):
            envelope = read_envelope(document)
            if envelope.kind is not EnvelopeKind.CREDENTIAL:
                raise DecodingError("decoding.envelope_malformed", "a presentation, not a credential", pointer="/type")
            return verify_token(envelope.token, envelope.media_type, policy)
        problems = _list_problems(document, policy)
        if problems:
            return VcFindings(errors=problems)
        proofs, strange = _sort_proofs(document)
        keys, verified = _verify_proofs(document, proofs, policy)
        findings = _check_issuer(verified.document, keys, policy) + _check_rest(verified, policy)
        return findings + VcFindings(warnings=strange)
    except (InvalidCredentialError, CannotCheckError) as error:
        return VcFindings(errors=(error,))


def verify_token(token: bytes, media_type: MediaType, policy: VcPolicy) -> VcFindings:
    """Verify a credential that came as a token or message of a known form."""
    try:
        verified, key = verify_secured_token(token, media_type, policy)
        problems = _list_problems(verified.document, policy)
        if problems:
            return VcFindings(errors=problems)
        return _check_issuer(verified.document, (key,), policy) + _check_rest(verified, policy)
    except (InvalidCredentialError, CannotCheckError) as error:
        return VcFindings(errors=(error,))


def _list_problems(document: JsonObject, policy: VcPolicy) -> tuple[BadgeError, ...]:
    """Return what breaks the data model: VCDM, the contexts, and for a badge the schema of Open Badges."""
    problems = validate_data_model(document)
    if problems:
        return problems
    try:
        check_lossless({name: value for name, value in document.items() if name != "proof"}, contexts=policy.contexts)
    except (InvalidCredentialError, CannotCheckError) as error:
        return (error,)
    types = document["type"]
    if _BADGE_TYPES.isdisjoint(types if isinstance(types, list) else [types]):
        return ()
    violations = validate(document, SchemaName.ANY_ACHIEVEMENT_CREDENTIAL)
    return tuple(DataModelError("schema.violation", one.sentence, pointer=one.pointer) for one in violations)


def _sort_proofs(document: JsonObject) -> tuple[tuple[JsonObject, ...], tuple[BadgeError, ...]]:
    """Return the proofs to verify, and a remark for each of a type that nobody here knows.

    Those are left out where others stand beside them (OB 3.0 §8.2: one proof is enough). A suite that is not known, in
    a proof of a type that is, spoils the whole.
    """
    proofs = list_proofs(document)
    known = tuple(proof for proof in proofs if proof.get("type") in _PROOF_TYPES)
    strange = tuple(
        UnsupportedFeatureError("proof.cryptosuite_unsupported", pointer=f"/proof/{place}/type")
        for place, proof in enumerate(proofs)
        if proof not in known
    )
    return (known, strange) if known else (proofs, ())


def _verify_proofs(
    document: JsonObject, proofs: tuple[JsonObject, ...], policy: VcPolicy
) -> tuple[tuple[FoundKey, ...], VerifiedDocument]:
    """Verify the proofs of a set or chain; one that does not hold spoils the whole."""
    original = encode_json(document)
    keys = []
    verified: list[VerifiedDocument] = []
    for proof in proofs:
        method_id = read_verification_method(proof)
        key = find_key(method_id, purpose=ProofPurpose.ASSERTION_METHOD, now=policy.now, fetcher=policy.fetcher)
        verified.append(
            verify_data_integrity_proof(
                document,
                proof,
                public_key=key.public_key,
                original=original,
                disclosure=DisclosurePolicy.ANYTHING_SIGNED,
                contexts=policy.contexts,
            )
        )
        _check_proof_options(proof, policy)
        keys.append(key)
    return tuple(keys), verified[0]


def _check_proof_options(proof: JsonObject, policy: VcPolicy) -> None:
    """Compare what else the proof says with the moment, and with what the caller asked for."""
    if "expires" in proof and policy.now >= _read_date(proof["expires"], "/proof/expires"):
        raise ProofError("proof.expired", pointer="/proof/expires")
    if policy.challenge is not None and proof.get("challenge") != policy.challenge:
        raise ProofError("proof.challenge_mismatch", pointer="/proof/challenge")
    domains = proof.get("domain")
    if policy.domain is not None and policy.domain not in (domains if isinstance(domains, list) else [domains]):
        raise ProofError("proof.domain_mismatch", pointer="/proof/domain")


def _check_issuer(document: JsonObject, keys: tuple[FoundKey, ...], policy: VcPolicy) -> VcFindings:
    """Ask whether one of the keys is the issuer's.

    A DID that is not the controller of any of them is a mismatch. An https issuer whose document cannot be read is
    unproven, which only warns a caller who asked for the proof alone.
    """
    issuer = document["issuer"]
    issuer_id = str(issuer["id"] if isinstance(issuer, dict) else issuer)
    if any(key.controller == issuer_id and key.is_published for key in keys):
        return VcFindings()
    if issuer_id.startswith("did:"):
        return VcFindings(errors=(KeyNotAuthorizedError("issuer.controller_mismatch"),))
    try:
        if any(is_listed_by(issuer_id, key.public_key, fetcher=policy.fetcher) for key in keys):
            return VcFindings()
    except CannotCheckError as error:
        unproven = ResolutionError("issuer.unproven", detail={"reason": error.code})
        if policy.asked == {AskedCheck.PROOF}:
            return VcFindings(warnings=(unproven,))
        return VcFindings(errors=(unproven,))
    return VcFindings(errors=(KeyNotAuthorizedError("issuer.not_assertion_method"),))


def _check_rest(verified: VerifiedDocument, policy: VcPolicy) -> VcFindings:
    problems = _list_date_problems(verified, policy)
    dates = VcFindings(errors=problems) if AskedCheck.VALIDITY in policy.asked else VcFindings(warnings=problems)
    return dates + check_status(verified.document, policy, verify_credential)


def _list_date_problems(verified: VerifiedDocument, policy: VcPolicy) -> tuple[BadgeError, ...]:
    """Compare the dates that the signature covers with the clock (VCDM 2.0 §4.9)."""
    skew = timedelta(seconds=CLOCK_SKEW_SECONDS)
    document = verified.document
    starts = [_read_date(document[name], f"/{name}") for name in _STARTS if name in document]
    ends = [_read_date(document[name], f"/{name}") for name in _ENDS if name in document]
    if verified.expires_at is not None:
        ends.append(verified.expires_at)
    if starts and policy.now + skew < max(starts):
        return (InvalidCredentialError("validity.not_yet_valid"),)
    if ends and policy.now - skew > min(ends):
        return (InvalidCredentialError("validity.expired"),)
    return ()


def _read_date(value: JsonValue, pointer: str) -> datetime:
    return read_datetime(value if isinstance(value, str) else "", pointer=pointer)
