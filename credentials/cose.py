"""COSE_Sign1: a credential or presentation secured in CBOR.

Spec: RFC 9052 §4.2 and §4.4 (COSE_Sign1), RFC 9596 (`typ`), RFC 9597 (CWT claims in headers);
VC-JOSE-COSE 1.0 §3.3 (`vc+cose`, `vp+cose`).
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from credentials.cbor import CborValue, decode_cbor, encode_cbor
from credentials.document import SecuringForm
from credentials.jwt_claims import compare_claim, compare_credential_claims, party_id, read_token_dates
from credentials.token_result import verified_token
from keys import SignatureAlgorithm
from schemas import (
    DecodingError,
    ProofError,
    UnacceptedCryptosuiteError,
    UnsupportedFeatureError,
    encode_json,
    read_json_object,
)

if TYPE_CHECKING:
    from credentials.document import VerifiedDocument
    from keys import PublicKey, Signer
    from schemas import JsonObject

MAX_COSE_BYTES: Final = 256 * 1024
MAX_COSE_HEADER_BYTES: Final = 8 * 1024
_SIGN1_TAG: Final = b"\xd2"  # tag 18, which may be left out
_ARRAY_OF_FOUR: Final = 0x84
_BYTES_FIRST, _BYTES_LAST = 0x40, 0x5A  # first byte of a byte string of known length (RFC 8949 §3.1)
_PARTS: Final = 4  # protected, unprotected, payload, signature
_CONTEXT: Final = "Signature1"
_KEY_ID: Final = re.compile(r"[!-~]{1,2048}")

# Labels of RFC 9052 §3.1, RFC 9597 and RFC 9596.
_ALG: Final = 1
_CONTENT_TYPE: Final = 3
_KID: Final = 4
_CWT_CLAIMS: Final = 15
_TYP: Final = 16
# `crit`, and certificates or where to get them (RFC 9360).
_REFUSED: Final = frozenset({2, 32, 33, 34, 35})
_PROTECTED_ONLY: Final = frozenset({_ALG, _CONTENT_TYPE, _CWT_CLAIMS, _TYP})
_CLAIM_NAMES: Final = {1: "iss", 2: "sub", 3: "aud", 4: "exp", 5: "nbf", 6: "iat"}  # RFC 8392 §3.1

_ALGORITHM_IDS: Final = {
    SignatureAlgorithm.ES256: -7,
    SignatureAlgorithm.EDDSA: -8,
    SignatureAlgorithm.ES384: -35,
    SignatureAlgorithm.PS256: -37,
    SignatureAlgorithm.RS256: -257,
    SignatureAlgorithm.RS384: -258,
    SignatureAlgorithm.RS512: -259,
}
_ALGORITHMS: Final = {number: algorithm for algorithm, number in _ALGORITHM_IDS.items()} | {
    -9: SignatureAlgorithm.ES256,  # RFC 9864 §2.1: names that say the curve as well
    -19: SignatureAlgorithm.EDDSA,
    -51: SignatureAlgorithm.ES384,
}
# Sound public-key signatures that are not read here: PS384, PS512, ES512 (two names), ES256K and Ed448.
_UNREAD_ALGORITHMS: Final = frozenset({-38, -39, -36, -52, -47, -53})


class CoseType(enum.Enum):
    """What a message says it is, in its `typ` header."""

    VC_COSE = "application/vc+cose"
    VP_COSE = "application/vp+cose"

    @property
    def content_type(self) -> str:
        """The one value that header 3 may have."""
        return self.value.removesuffix("+cose")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnverifiedCose:
    """A COSE_Sign1 message as read. Nothing in it may be shown before `verify_cose`."""

    cose_type: CoseType
    algorithm: SignatureAlgorithm
    kid: str | None
    claims: JsonObject  # CWT claims of the header, by their JWT names
    document: JsonObject
    signed: bytes
    signature: bytes
    original: bytes


def sign_cose(
    document: JsonObject,
    *,
    signer: Signer,
    verification_method: str,
    cose_type: CoseType = CoseType.VC_COSE,
    algorithm: SignatureAlgorithm | None = None,
) -> bytes:
    """Secure a document as a tagged COSE_Sign1 message; its payload is the document as JSON.

    Args:
        document: VC 2.0 credential or presentation; left unchanged.
        signer: Signs.
        verification_method: Absolute id of the signer's key, written as `kid`.
        cose_type: Decides `typ` and content type.
        algorithm: One that goes with the key; None for the usual one.

    Raises:
        DecodingError: The message would be larger than verifiers take (`decoding.too_large`).
        KeystoreError: The algorithm does not go with the key (`key.algorithm_mismatch`).
    """
    algorithm = algorithm or signer.public_key.key_type.algorithm
    protected = encode_cbor(
        {
            _ALG: _ALGORITHM_IDS[algorithm],
            _CONTENT_TYPE: cose_type.content_type,
            _KID: verification_method.encode(),
            _TYP: cose_type.value,
        }
    )
    payload = encode_json(document)
    signature = signer.sign(_compose_signed(protected, payload), algorithm=algorithm)
    message = _SIGN1_TAG + encode_cbor([protected, {}, payload, signature])
    if len(message) > MAX_COSE_BYTES:
        raise DecodingError("decoding.too_large", f"more than {MAX_COSE_BYTES} bytes")
    return message


def _compose_signed(protected: bytes, payload: bytes) -> bytes:
    """Return the Sig_structure (RFC 9052 §4.4), without external data."""
    return encode_cbor([_CONTEXT, protected, b"", payload])


def is_cose_message(data: bytes) -> bool:
    """Say whether bytes begin as a COSE_Sign1 message does: four parts, of which the first is bytes (RFC 9052 §4.2)."""
    body = data.removeprefix(_SIGN1_TAG)
    return len(body) > 1 and body[0] == _ARRAY_OF_FOUR and _BYTES_FIRST <= body[1] <= _BYTES_LAST


def read_cose(data: bytes, *, accepted: frozenset[CoseType] = frozenset(CoseType)) -> UnverifiedCose:
    """Take a COSE_Sign1 message apart.

    Raises:
        DecodingError: Larger than 256 KiB (`decoding.too_large`), not a COSE_Sign1 message
            (`decoding.cose_malformed`), or its payload is no strict JSON object (`decoding.…`).
        UnacceptedCryptosuiteError: `proof.algorithm_not_allowed`.
        UnsupportedFeatureError: The algorithm is sound and not read here (`proof.algorithm_unsupported`).
        ProofError: A header has no place there (`proof.header_not_allowed`), or does not say what the message is
            (`proof.header_malformed`).
    """
    if len(data) > MAX_COSE_BYTES:
        raise DecodingError("decoding.too_large", f"more than {MAX_COSE_BYTES} bytes")
    try:
        parts = decode_cbor(data.removeprefix(_SIGN1_TAG), max_bytes=MAX_COSE_BYTES)
        if not isinstance(parts, list) or len(parts) != _PARTS:
            raise _malformed("not four parts")
        protected, unprotected, payload, signature = parts
        if not isinstance(protected, bytes) or not isinstance(payload, bytes) or not isinstance(signature, bytes):
            raise _malformed("a part is of another kind")
        header = decode_cbor(protected, max_bytes=MAX_COSE_HEADER_BYTES)
    except ProofError as error:
        raise _malformed(error.message) from error
    if not isinstance(header, dict) or not isinstance(unprotected, dict):
        raise _malformed("a header is not a map")
    if header.keys() & unprotected.keys() or unprotected.keys() & _PROTECTED_ONLY:
        raise ProofError("proof.header_not_allowed", "outside the signature, or given twice")
    if (header.keys() | unprotected.keys()) & _REFUSED:
        raise ProofError("proof.header_not_allowed", "a critical header or a certificate")
    number = header.get(_ALG)
    algorithm = _ALGORITHMS.get(number) if isinstance(number, int) else None
    if algorithm is None:
        if isinstance(number, int) and number in _UNREAD_ALGORITHMS:
            raise UnsupportedFeatureError("proof.algorithm_unsupported", detail={"algorithm": number})
        raise UnacceptedCryptosuiteError("proof.algorithm_not_allowed", "not an algorithm that badges use")
    return UnverifiedCose(
        cose_type=_read_type(header, accepted),
        algorithm=algorithm,
        kid=_read_kid({**unprotected, **header}),
        claims=_read_claims(header.get(_CWT_CLAIMS, {})),
        document=read_json_object(payload),
        signed=_compose_signed(protected, payload),
        signature=signature,
        original=data,
    )


def _malformed(message: str) -> DecodingError:
    return DecodingError("decoding.cose_malformed", message)


def _read_type(header: dict[int | str, CborValue], accepted: frozenset[CoseType]) -> CoseType:
    """Return what `typ`, the content type, or both say; they must agree (both are SHOULD, so one may be missing)."""
    named, content = header.get(_TYP), header.get(_CONTENT_TYPE)
    for cose_type in accepted:
        says_so = {_TYP: cose_type.value, _CONTENT_TYPE: cose_type.content_type}
        if (named is not None or content is not None) and all(
            label not in header or header[label] == value for label, value in says_so.items()
        ):
            return cose_type
    raise ProofError("proof.header_malformed", "the message says that it is something else")


def _read_kid(header: dict[int | str, CborValue]) -> str | None:
    if _KID not in header:
        return None
    kid = header[_KID]
    text = kid.decode("utf-8", "replace") if isinstance(kid, bytes) else ""
    if not _KEY_ID.fullmatch(text):
        raise ProofError("proof.header_malformed", "kid is not printable text")
    return text


def _read_claims(claims: CborValue) -> JsonObject:
    if not isinstance(claims, dict):
        raise ProofError("proof.header_malformed", "CWT claims are not a map")
    found: JsonObject = {}
    for label, name in _CLAIM_NAMES.items():
        if label in claims:
            value = claims[label]
            if not isinstance(value, int | str):
                raise ProofError("proof.claims_mismatch", pointer=f"/{name}")
            found[name] = value
    return found


def verify_cose(cose: UnverifiedCose, *, public_key: PublicKey) -> VerifiedDocument:
    """Verify signature and claims. Whose key it is, and whether the badge holds today, is not checked here.

    Raises:
        ProofError: The algorithm does not go with the key (`proof.algorithm_key_mismatch`), or a claim disagrees
            (`proof.claims_mismatch`).
        SignatureMismatchError: The signature does not fit (`proof.signature_mismatch`).
        DataModelError: A date of the credential is malformed (`data_model.date_invalid`).
    """
    public_key.verify(cose.signature, cose.signed, algorithm=cose.algorithm)
    if cose.cose_type is CoseType.VP_COSE:
        if (holder := party_id(cose.document, "holder")) is not None:
            compare_claim(cose.claims, "iss", holder)
        dates = read_token_dates(cose.claims)
    else:
        dates = compare_credential_claims(cose.claims, cose.document)
    return verified_token(
        cose.document,
        form=SecuringForm.COSE,
        original=cose.original,
        algorithm=cose.algorithm,
        kid=cose.kid,
        public_key=public_key,
        dates=dates,
    )
