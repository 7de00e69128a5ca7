"""Sign presentations, and verify who shows one, in answer to which challenge, and to whom.

Spec: VC-DATA-INTEGRITY 1.0 §4.4 (`challenge`, `domain`); VC-JOSE-COSE 1.0 §3.1.2; OpenID4VP's use of `nonce` and `aud`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from credentials.cose import verify_cose
from credentials.data_integrity import add_data_integrity_proof, verify_data_integrity_proof
from credentials.document import UnsecuredDocument
from credentials.envelope import is_envelope
from credentials.inline_contexts import ContextRule
from credentials.jws import CompactJws, TokenType, name_key, sign_compact_jws, verify_compact_jws
from credentials.jwt_claims import (
    compare_claim,
    compare_header_claims,
    epoch_seconds,
    party_id,
    read_numeric_date,
)
from credentials.key_binding import MAX_SKEW_SECONDS
from credentials.presentation import MAX_PRESENTED_CREDENTIALS, VERIFIABLE_PRESENTATION
from credentials.proof_members import ProofPurpose
from credentials.sd_jwt import UnverifiedSdJwt, verify_sd_jwt
from schemas import VC_V2_CONTEXT, DataModelError, ProofError, encode_json, read_datetime

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from credentials.document import SecuredDocument
    from credentials.presentation import PresentedCredential, UnverifiedPresentation
    from keys import PublicKey, SignatureAlgorithm, Signer
    from schemas import JsonObject, JsonValue

DEFAULT_LIFETIME_SECONDS: Final = 600  # of a presentation that we sign as a token


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """What a verifier asked for. Making the challenge random, keeping it and burning it once is the caller's.

    Args:
        challenge: Must come back; None only where nobody asked for one.
        domain: Who the verifier is; None when it did not say.
        now: When it is checked, aware.
    """

    challenge: str | None
    domain: str | None
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedPresentation:
    """A presentation whose holder signed it for this showing; its credentials are still to be verified, one by one."""

    document: JsonObject
    holder: str | None
    verification_method: str
    credentials: tuple[PresentedCredential, ...]
    cryptosuite: str


def compose_presentation(
    credentials: Sequence[JsonObject], *, holder: str | None, identifier: str | None = None
) -> UnsecuredDocument:
    """Return a VC 2.0 presentation of credentials with a proof inside, or of envelopes.

    Without a `holder` it is for a bundle that nobody signs: it says nothing about who shows it.

    Raises:
        DataModelError: Too many credentials (`presentation.too_many_credentials`).
    """
    if len(credentials) > MAX_PRESENTED_CREDENTIALS:
        raise DataModelError("presentation.too_many_credentials", detail={"limit": MAX_PRESENTED_CREDENTIALS})
    document: JsonObject = {"@context": [VC_V2_CONTEXT], "type": [VERIFIABLE_PRESENTATION]}
    if identifier is not None:
        document["id"] = identifier
    if holder is not None:
        document["holder"] = holder
    if credentials:
        document["verifiableCredential"] = [*credentials]
    return UnsecuredDocument(document=document)


def add_presentation_proof(
    unsecured: UnsecuredDocument,
    *,
    signer: Signer,
    verification_method: str,
    created: datetime,
    challenge: str,
    domain: str | None = None,
) -> SecuredDocument:
    """Sign a presentation with `eddsa-rdfc-2022` for one showing.

    Raises:
        As `add_data_integrity_proof`.
    """
    options: JsonObject = {"challenge": challenge}
    if domain is not None:
        options["domain"] = domain
    return add_data_integrity_proof(
        unsecured,
        signer=signer,
        verification_method=verification_method,
        created=created,
        purpose=ProofPurpose.AUTHENTICATION,
        further_options=options,
    )


def sign_vp_jwt(
    unsecured: UnsecuredDocument,
    *,
    signer: Signer,
    verification_method: str,
    nonce: str,
    audience: str,
    now: datetime,
    algorithm: SignatureAlgorithm | None = None,
) -> str:
    """Sign a presentation as `vp+jwt` for one showing, good for ten minutes.

    Raises:
        ProofError: It names no holder (`proof.claims_incomplete`), or holds a credential without an envelope
            (`presentation.credential_not_enveloped`).
        DecodingError: The token would be larger than verifiers take (`decoding.too_large`).
        KeystoreError: The algorithm does not go with the key (`key.algorithm_mismatch`).
    """
    document = unsecured.document
    holder = party_id(document, "holder")
    if holder is None:
        raise ProofError("proof.claims_incomplete", "holder is needed", pointer="/holder")
    credentials = document.get("verifiableCredential", [])
    for entry in credentials if isinstance(credentials, list) else [credentials]:
        if not isinstance(entry, dict) or not is_envelope(entry):
            raise ProofError("presentation.credential_not_enveloped", pointer="/verifiableCredential")
    issued_at = epoch_seconds(now)
    claims: JsonObject = {
        "iss": holder,
        "aud": audience,
        "nonce": nonce,
        "iat": issued_at,
        "exp": issued_at + DEFAULT_LIFETIME_SECONDS,
    }
    return sign_compact_jws(
        encode_json({**document, **claims}),
        signer=signer,
        kid=verification_method,
        token_type=TokenType.VP_JWT,
        algorithm=algorithm,
    )


def verify_presentation(
    presentation: UnverifiedPresentation,
    *,
    public_key: PublicKey,
    showing: Showing,
    proof: JsonObject | None = None,
    contexts: ContextRule = ContextRule.PINNED,
) -> VerifiedPresentation:
    """Verify that this key signed the presentation for this showing.

    Whether the key is the holder's (`authentication` of its controller document, and `verify_holder`), and every
    credential in it, is the caller's to check: the presentation holds only when all of them do.

    Args:
        presentation: As read.
        public_key: The key that the proof or token names.
        showing: What the verifier asked for.
        proof: One of `presentation.proofs`; None for a token.
        contexts: Whether the document may add words of its own.

    Raises:
        ProofError: Another challenge (`proof.challenge_mismatch`) or domain (`proof.domain_mismatch`), over or not
            begun (`proof.expired`, `presentation.expired`), made for another purpose (`proof.purpose_mismatch`), a
            claim that disagrees (`proof.claims_mismatch`), or as the form's own verification.
        SignatureMismatchError: `proof.signature_mismatch`.
    """
    signed = presentation.signed
    if signed is None:
        if proof is None or proof not in presentation.proofs:
            raise ValueError("say which of the presentation's proofs is meant")
        return _verify_embedded(presentation, proof, public_key=public_key, showing=showing, contexts=contexts)
    claims = presentation.claims
    if isinstance(signed, CompactJws):
        verify_compact_jws(signed, public_key=public_key)
        compare_header_claims(signed.header, claims)
        compare_claim(claims, "iss", presentation.holder)
        if "id" in presentation.document:
            compare_claim(claims, "jti", presentation.document["id"])
        suite = signed.algorithm.value
    elif isinstance(signed, UnverifiedSdJwt):
        suite = verify_sd_jwt(signed, public_key=public_key).cryptosuite
    else:
        suite = verify_cose(signed, public_key=public_key).cryptosuite
    _check_moment(claims, now=showing.now)
    _check_showing(claims.get("nonce"), claims.get("aud"), showing)
    return _hold(presentation, presentation.document, method=name_key(signed.kid, public_key), suite=suite)


def verify_holder(presentation: VerifiedPresentation, *, controller: str) -> None:
    """Insist that the controller of the key is the holder that the presentation names, if it names one.

    Raises:
        ProofError: `presentation.holder_mismatch`.
    """
    if presentation.holder is not None and presentation.holder != controller:
        raise ProofError("presentation.holder_mismatch", pointer="/holder")


def _verify_embedded(
    presentation: UnverifiedPresentation,
    proof: JsonObject,
    *,
    public_key: PublicKey,
    showing: Showing,
    contexts: ContextRule,
) -> VerifiedPresentation:
    verified = verify_data_integrity_proof(
        presentation.document,
        proof,
        public_key=public_key,
        original=presentation.original,
        expected_purpose=ProofPurpose.AUTHENTICATION,
        contexts=contexts,
    )
    if "expires" in proof:
        expires = proof["expires"]
        if showing.now >= read_datetime(expires if isinstance(expires, str) else "", pointer="/proof/expires"):
            raise ProofError("proof.expired", pointer="/proof/expires")
    _check_showing(proof.get("challenge"), proof.get("domain"), showing)
    return _hold(presentation, verified.document, method=verified.verification_method, suite=verified.cryptosuite)


def _hold(
    presentation: UnverifiedPresentation, document: JsonObject, *, method: str, suite: str
) -> VerifiedPresentation:
    return VerifiedPresentation(
        document=document,
        holder=presentation.holder,
        verification_method=method,
        credentials=presentation.credentials,
        cryptosuite=suite,
    )


def _check_showing(challenge: JsonValue, domains: JsonValue, showing: Showing) -> None:
    """Compare what was signed with what was asked for; a presentation for somebody else is not for us."""
    if showing.challenge is not None and challenge != showing.challenge:
        raise ProofError("proof.challenge_mismatch")
    if showing.domain is not None and showing.domain not in (domains if isinstance(domains, list) else [domains]):
        raise ProofError("proof.domain_mismatch")


def _check_moment(claims: JsonObject, *, now: datetime) -> None:
    moment, skew = epoch_seconds(now), MAX_SKEW_SECONDS
    expires, not_before = read_numeric_date(claims, "exp"), read_numeric_date(claims, "nbf")
    issued_at = read_numeric_date(claims, "iat")
    if expires is not None and moment >= expires + skew:
        raise ProofError("presentation.expired", pointer="/exp")
    if max(not_before or moment, issued_at or moment) > moment + skew:
        raise ProofError("presentation.expired", "from the future", pointer="/iat")
