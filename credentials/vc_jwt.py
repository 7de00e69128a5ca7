"""VC-JWT: a credential as the payload of a compact JWS, with claims that repeat parts of it.

Spec: OB 3.0 §8.2.3 (create) and §8.2.4 (verify); VCDM 1.1 §6.3.1 (`vc` claim); VC-JOSE-COSE 1.0 §3.1.

Where OB and W3C differ, we issue as OB says and take both: a claim may be missing, but a claim that
is there must say what the credential says. `exp` may end the badge earlier than `validUntil`, never later.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from credentials.document import SecuringForm, VerifiedDocument
from credentials.jws import MAX_JWT_BYTES, CompactJws, read_compact_jws, sign_compact_jws, verify_compact_jws
from schemas import DecodingError, ProofError, encode_json, read_datetime, read_json_object

if TYPE_CHECKING:
    from keys import PublicKey, SignatureAlgorithm, Signer
    from schemas import JsonObject, JsonValue

# RFC 7519 §4.1, in the order in which we write those that we write.
_REQUIRED_CLAIMS = ("iss", "jti", "nbf", "sub")
_REGISTERED_CLAIMS = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti"})
_WRAPPERS = frozenset({"vc", "vp"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnverifiedJwt:
    """A VC-JWT as read. Nothing in it may be shown before `verify_vc_jwt`.

    `document` is the credential: the payload without its registered claims, or the `vc` claim of VC 1.1.
    It may hold an embedded `proof`, which the JWT then also covers.
    """

    jws: CompactJws
    payload: JsonObject
    document: JsonObject

    @property
    def header(self) -> JsonObject:
        """The JWS header."""
        return self.jws.header

    @property
    def algorithm(self) -> SignatureAlgorithm:
        """What the header names; the key must agree."""
        return self.jws.algorithm

    @property
    def kid(self) -> str | None:
        """Id of the key, as the header claims."""
        return self.jws.kid

    @property
    def jwk(self) -> PublicKey | None:
        """The key itself, as the header claims."""
        return self.jws.jwk

    @property
    def original(self) -> bytes:
        """The token as received."""
        return self.jws.original

    @property
    def missing_claims(self) -> tuple[str, ...]:
        """Claims that OB requires and this token lacks; a matter for a warning."""
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
    if document.keys() & (_REGISTERED_CLAIMS | _WRAPPERS):
        raise ProofError("proof.claims_mismatch", "the credential already holds JWT claims")
    issuer, identifier, subject = _issuer_id(document), document.get("id"), _subject_id(document)
    valid_from = document.get("validFrom")
    if not (issuer and isinstance(identifier, str) and subject and isinstance(valid_from, str)):
        raise ProofError("proof.claims_incomplete", "id, issuer, validFrom and the subject's id are needed")
    claims: JsonObject = {
        "iss": issuer,
        "jti": identifier,
        "nbf": _epoch_seconds(read_datetime(valid_from, pointer="/validFrom")),
        "sub": subject,
    }
    if isinstance(valid_until := document.get("validUntil"), str):
        claims["exp"] = _epoch_seconds(read_datetime(valid_until, pointer="/validUntil"))
    return sign_compact_jws(encode_json({**document, **claims}), signer=signer, kid=verification_method)


def read_vc_jwt(token: str | bytes) -> UnverifiedJwt:
    """Take a VC-JWT apart; accepts the VC 2.0 form and the VC 1.1 form with its `vc` claim.

    Raises:
        DecodingError: Not a compact JWS with a JSON object in it, or both forms at once (`decoding.…`).
        ProofError: The header is not acceptable (`proof.…`, as in `read_compact_jws`).
    """
    jws = read_compact_jws(token)
    payload = read_json_object(jws.payload, max_bytes=MAX_JWT_BYTES)
    if not payload.keys() & _WRAPPERS:
        document = {name: value for name, value in payload.items() if name not in _REGISTERED_CLAIMS}
        return UnverifiedJwt(jws=jws, payload=payload, document=document)
    wrapped = payload.get("vc")
    if not isinstance(wrapped, dict) or "vp" in payload or "@context" in payload:
        # Two credentials in one token, or none: nobody could say which one was meant.
        raise DecodingError("decoding.jwt_malformed", "the payload is not one credential")
    return UnverifiedJwt(jws=jws, payload=payload, document=wrapped)


def verify_vc_jwt(jwt: UnverifiedJwt, *, public_key: PublicKey) -> VerifiedDocument:
    """Verify signature and claims. Whose key it is, and whether the badge holds today, is not checked here.

    Raises:
        ProofError: `alg` does not go with the key (`proof.algorithm_key_mismatch`), or a claim says something else
            than the credential (`proof.claims_mismatch`).
        SignatureMismatchError: The signature does not fit (`proof.signature_mismatch`).
        DataModelError: A date of the credential is malformed (`data_model.date_invalid`).
    """
    verify_compact_jws(jwt.jws, public_key=public_key)
    document, payload = jwt.document, jwt.payload
    _compare(payload, "iss", _issuer_id(document))
    _compare(payload, "jti", document.get("id"))
    _compare(payload, "sub", _subject_id(document))
    valid_from = _read_date(document, "validFrom", "issuanceDate")
    valid_until = _read_date(document, "validUntil", "expirationDate")
    not_before, expires = _read_numeric_date(payload, "nbf"), _read_numeric_date(payload, "exp")
    if not_before is not None and (valid_from is None or not_before != _epoch_seconds(valid_from)):
        raise _mismatch("nbf")
    if expires is not None and valid_until is not None and expires > _epoch_seconds(valid_until):
        raise _mismatch("exp")
    signed_at = _read_numeric_date(payload, "iat")
    return VerifiedDocument(
        form=SecuringForm.VC_JWT,
        original=jwt.original,
        document={name: value for name, value in document.items() if name != "proof"},
        verification_method=jwt.kid or f"urn:ietf:params:oauth:jwk-thumbprint:sha-256:{public_key.thumbprint}",
        created=valid_from if signed_at is None else _moment(signed_at, "iat"),
        cryptosuite=jwt.algorithm.value,
        expires_at=None if expires is None else _moment(expires, "exp"),
    )


def _issuer_id(document: JsonObject) -> str | None:
    issuer = document.get("issuer")
    value = issuer.get("id") if isinstance(issuer, dict) else issuer
    return value if isinstance(value, str) else None


def _subject_id(document: JsonObject) -> str | None:
    subject = document.get("credentialSubject")
    if isinstance(subject, list) and len(subject) == 1:
        subject = subject[0]
    value = subject.get("id") if isinstance(subject, dict) else None
    return value if isinstance(value, str) else None


def _compare(payload: JsonObject, claim: str, expected: JsonValue) -> None:
    if claim in payload and (not isinstance(payload[claim], str) or payload[claim] != expected):
        raise _mismatch(claim)


def _mismatch(claim: str) -> ProofError:
    return ProofError("proof.claims_mismatch", f"{claim} does not agree with the credential", pointer=f"/{claim}")


def _read_date(document: JsonObject, name: str, old_name: str) -> datetime | None:
    """Return a date by its VC 2.0 name, or by its VC 1.1 name."""
    found = name if name in document else old_name
    text = document.get(found)
    return read_datetime(text, pointer=f"/{found}") if isinstance(text, str) else None


def _read_numeric_date(payload: JsonObject, claim: str) -> int | None:
    """Return a NumericDate (RFC 7519 §2) in whole seconds."""
    if claim not in payload:
        return None
    value = payload[claim]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _mismatch(claim)
    return math.floor(value)


def _epoch_seconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(seconds=1)


def _moment(seconds: int, claim: str) -> datetime:
    try:
        return _EPOCH + timedelta(seconds=seconds)
    except OverflowError as error:
        raise _mismatch(claim) from error
