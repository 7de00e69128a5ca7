"""VC-JWT: a credential as the payload of a compact JWS, with claims that repeat parts of it.

Spec: OB 3.0 §8.2.3 (create) and §8.2.4 (verify); VCDM 1.1 §6.3.1 (`vc` claim); VC-JOSE-COSE 1.0 §3.1.

Where OB and W3C differ, `sign_vc_jwt` issues as OB says and `sign_w3c_vc_jwt` as W3C says, and both are read: a
claim may be missing, but one that is there must say what the credential says. `vc+jwt` knows no `vc` claim.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from credentials.document import SecuringForm
from credentials.jws import (
    BADGE_TOKEN_TYPES,
    MAX_JWT_BYTES,
    ReadToken,
    TokenType,
    read_compact_jws,
    sign_compact_jws,
    verify_compact_jws,
)
from credentials.jwt_claims import (
    REGISTERED_CLAIMS,
    WRAPPER_CLAIMS,
    DateClaims,
    compare_credential_claims,
    compare_header_claims,
    complete_from_claims,
    epoch_seconds,
    party_id,
    subject_id,
    without_claims,
)
from credentials.token_result import verified_token
from schemas import (
    DecodingError,
    ProofError,
    encode_json,
    read_datetime,
    read_json_object,
    read_plain_json_of_any_depth,
)

if TYPE_CHECKING:
    from credentials.document import VerifiedDocument
    from keys import PublicKey, SignatureAlgorithm, Signer
    from schemas import JsonObject

# RFC 7519 §4.1, in the order in which we write those that we write.
_REQUIRED_CLAIMS = ("iss", "jti", "nbf", "sub")
_PLAIN_CLAIMS = frozenset({str, int})


@dataclass(frozen=True, slots=True, kw_only=True)
class UnverifiedJwt(ReadToken):
    """A VC-JWT as read. Nothing in it may be shown before `verify_vc_jwt`.

    `document` is the credential: the payload without its registered claims, or the `vc` claim of VC 1.1, completed
    from the other claims.
    It may hold an embedded `proof`, which the JWT then also covers.
    """

    payload: JsonObject
    document: JsonObject

    @property
    def original(self) -> bytes:
        """The token as received."""
        return self.jws.original

    @property
    def missing_claims(self) -> tuple[str, ...]:
        """Claims that OB requires and this token lacks; a matter for a warning. W3C's `vc+jwt` requires none."""
        if self.token_type is not TokenType.JWT:
            return ()
        return tuple(name for name in _REQUIRED_CLAIMS if name not in self.payload)


def sign_vc_jwt(document: JsonObject, *, signer: Signer, verification_method: str) -> str:
    """Secure a VC 2.0 credential as a compact JWS; the algorithm follows the key.

    Args:
        document: The credential, with or without an embedded proof; left unchanged.
        signer: Signs.
        verification_method: Absolute id of the signer's key, written as `kid`.

    Raises:
        ProofError: `id`, `issuer`, `validFrom` or the subject's `id` is missing (`proof.claims_incomplete`),
            or the document already holds a claim (`proof.claims_mismatch`).
        DataModelError: A date is malformed (`data_model.date_invalid`).
        DecodingError: The token would be larger than verifiers take (`decoding.too_large`).
    """
    if document.keys() & (REGISTERED_CLAIMS | WRAPPER_CLAIMS):
        raise ProofError("proof.claims_mismatch", "the credential already holds JWT claims")
    issuer, identifier, subject = party_id(document, "issuer"), document.get("id"), subject_id(document)
    valid_from = document.get("validFrom")
    if not (issuer and isinstance(identifier, str) and subject and isinstance(valid_from, str)):
        raise ProofError("proof.claims_incomplete", "id, issuer, validFrom and the subject's id are needed")
    claims: JsonObject = {
        "iss": issuer,
        "jti": identifier,
        "nbf": epoch_seconds(read_datetime(valid_from, pointer="/validFrom")),
        "sub": subject,
    }
    if isinstance(valid_until := document.get("validUntil"), str):
        claims["exp"] = epoch_seconds(read_datetime(valid_until, pointer="/validUntil"))
    return sign_compact_jws(encode_json({**document, **claims}), signer=signer, kid=verification_method)


def sign_w3c_vc_jwt(
    document: JsonObject, *, signer: Signer, verification_method: str, algorithm: SignatureAlgorithm | None = None
) -> str:
    """Secure a VC 2.0 credential as W3C says: `typ` is `vc+jwt`, and the payload is the credential, with no claims.

    Spec: VC-JOSE-COSE 1.0 §3.1.1. Open Badges wants `sign_vc_jwt`.

    Args:
        document: The credential; left unchanged.
        signer: Signs.
        verification_method: Absolute id of the signer's key, written as `kid` since there is no `iss`.
        algorithm: One that goes with the key; None for the usual one.

    Raises:
        ProofError: The document holds a `vc` or `vp` claim (`proof.claims_mismatch`).
        DecodingError: The token would be larger than verifiers take (`decoding.too_large`).
        KeystoreError: The algorithm does not go with the key (`key.algorithm_mismatch`).
    """
    if document.keys() & WRAPPER_CLAIMS:
        raise ProofError("proof.claims_mismatch", "vc and vp have no place under vc+jwt")
    return sign_compact_jws(
        encode_json(document),
        signer=signer,
        kid=verification_method,
        token_type=TokenType.VC_JWT,
        algorithm=algorithm,
    )


def read_vc_jwt(token: str | bytes, *, media_type: TokenType = TokenType.JWT) -> UnverifiedJwt:
    """Take a VC-JWT apart; accepts the VC 2.0 form and the VC 1.1 form with its `vc` claim.

    Args:
        token: A compact JWS.
        media_type: What the token was handed over as: `VC_JWT` for `application/vc+jwt`, else `JWT`.

    Raises:
        DecodingError: Not a compact JWS with a JSON object in it, both forms at once, or a `vc` claim in what is
            called `vc+jwt` by its header or its media type (`decoding.…`).
        ProofError: The header is not acceptable (`proof.…`, as in `read_compact_jws`).
    """
    jws = read_compact_jws(token, accepted=BADGE_TOKEN_TYPES, untyped=media_type)
    payload = read_json_object(jws.payload, max_bytes=MAX_JWT_BYTES)
    if not payload.keys() & WRAPPER_CLAIMS:
        return UnverifiedJwt(jws=jws, payload=payload, document=without_claims(payload))
    wrapped = payload.get("vc")
    is_w3c = TokenType.VC_JWT in {jws.token_type, media_type}
    if is_w3c or not isinstance(wrapped, dict) or "vp" in payload or "@context" in payload:
        # Two credentials in one token, or none: nobody could say which one was meant.
        raise DecodingError("decoding.jwt_malformed", "the payload is not one credential")
    return UnverifiedJwt(jws=jws, payload=payload, document=complete_from_claims(wrapped, payload))


def read_plain_vc_jwt(token: bytes) -> UnverifiedJwt | None:
    """Take a VC-JWT apart as `read_vc_jwt`, as nearly all are: VC 2.0, and each claim a text or a whole number.

    How deep its document is, the caller has to see (`find_plainly_lossless`); how deep the rest is, is seen here.

    Returns:
        None for everything else, be it right or wrong.

    Raises:
        DecodingError: As `read_vc_jwt`.
        ProofError: As `read_vc_jwt`.
    """
    jws = read_compact_jws(token)
    reading = read_plain_json_of_any_depth(jws.payload)
    payload = None if reading is None else reading.value
    if not isinstance(payload, dict) or not payload.keys().isdisjoint(WRAPPER_CLAIMS):
        return None
    if any(type(payload[name]) not in _PLAIN_CLAIMS for name in REGISTERED_CLAIMS & payload.keys()):
        return None
    return UnverifiedJwt(jws=jws, payload=payload, document=without_claims(payload))


def verify_vc_jwt(jwt: UnverifiedJwt, *, public_key: PublicKey) -> VerifiedDocument:
    """Verify signature and claims. Whose key it is, and whether the badge holds today, is not checked here.

    Raises:
        ProofError: `alg` does not go with the key (`proof.algorithm_key_mismatch`), or a claim says something else
            than the credential (`proof.claims_mismatch`).
        SignatureMismatchError: The signature does not fit (`proof.signature_mismatch`).
        DataModelError: A date of the credential is malformed (`data_model.date_invalid`).
    """
    verify_compact_jws(jwt.jws, public_key=public_key)
    compare_header_claims(jwt.header, jwt.payload)
    is_badge = jwt.token_type is TokenType.JWT
    date_claims = DateClaims.CREDENTIAL if is_badge else DateClaims.SIGNATURE
    dates = compare_credential_claims(jwt.payload, jwt.document, date_claims=date_claims)
    return verified_token(
        jwt.document,
        form=SecuringForm.VC_JWT,
        original=jwt.original,
        algorithm=jwt.algorithm,
        kid=jwt.kid,
        public_key=public_key,
        dates=dates,
    )
