"""Compact JWS, read strictly: few header parameters, one spelling, and the key decides the algorithm.

Spec: RFC 7515 (JWS), RFC 8725 (JWT best current practices), OB 3.0 §8.2.3 (header of a JWT proof).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keys import PublicKey, SignatureAlgorithm, decode_base64url, encode_base64url
from schemas import DecodingError, ProofError, UnacceptedCryptosuiteError, encode_json, read_json_object

if TYPE_CHECKING:
    from keys import Signer
    from schemas import JsonObject

MAX_JWT_BYTES = 256 * 1024
MAX_JWT_HEADER_BYTES = 8 * 1024
MAX_KID_CHARS = 2_048

_ALGORITHMS = {algorithm.value: algorithm for algorithm in SignatureAlgorithm} | {
    "Ed25519": SignatureAlgorithm.EDDSA,  # RFC 9864 §2.2: the name that replaces EdDSA
}
_HEADER_MEMBERS = frozenset({"alg", "kid", "jwk", "typ"})
_TYPES = frozenset({"jwt", "vc+jwt"})  # OB 3.0 §8.2.3; VC-JOSE-COSE §3.1.1; media types ignore case
_ABSOLUTE_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_SEGMENTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactJws:
    """A JWS as read; nothing in it is to be believed before `verify_compact_jws`.

    `kid` and `jwk` are hints by whoever wrote the token: whether that key is the issuer's is a check of its own.
    """

    header: JsonObject
    algorithm: SignatureAlgorithm
    kid: str | None
    jwk: PublicKey | None
    payload: bytes
    signing_input: bytes
    signature: bytes
    original: bytes


def read_compact_jws(token: str | bytes) -> CompactJws:
    """Take a compact JWS apart.

    Raises:
        DecodingError: Not three segments (`decoding.jwt_malformed`), over 256 KiB (`decoding.too_large`), a segment in
            another spelling (`decoding.base64_not_canonical`), or a header that is no strict JSON (`decoding.…`).
        UnacceptedCryptosuiteError: `alg` is missing, `none`, symmetric or unknown (`proof.algorithm_not_allowed`).
        ProofError: The header holds more than `alg`, `kid`, `jwk`, `typ` (`proof.header_not_allowed`), `kid` or `typ`
            is not what it should be, or no key is named (`proof.header_malformed`), or `jwk` is not a usable public
            key (`proof.key_private_member`, `proof.value_malformed`, `proof.key_too_small`).
    """
    try:
        text = token.decode("ascii") if isinstance(token, bytes) else token
        original = text.encode("ascii")
    except UnicodeError as error:
        raise DecodingError("decoding.jwt_malformed", "a JWT is ASCII text") from error
    if len(original) > MAX_JWT_BYTES:
        raise DecodingError("decoding.too_large", f"more than {MAX_JWT_BYTES} bytes")
    segments = text.split(".")
    # A tilde would make it an SD-JWT, a brace a JSON serialization: other formats, with other rules.
    if len(segments) != _SEGMENTS or not segments[0] or not segments[1] or "~" in text or "{" in text:
        raise DecodingError("decoding.jwt_malformed", "a compact JWS has three segments")
    header = read_json_object(decode_base64url(segments[0]), max_bytes=MAX_JWT_HEADER_BYTES)
    algorithm = _read_algorithm(header)
    kid, jwk = _read_key_hints(header)
    return CompactJws(
        header=header,
        algorithm=algorithm,
        kid=kid,
        jwk=jwk,
        payload=decode_base64url(segments[1]),
        signing_input=f"{segments[0]}.{segments[1]}".encode("ascii"),
        signature=decode_base64url(segments[2]),
        original=original,
    )


def _read_algorithm(header: JsonObject) -> SignatureAlgorithm:
    name = header.get("alg")
    algorithm = _ALGORITHMS.get(name) if isinstance(name, str) else None
    if algorithm is None:
        raise UnacceptedCryptosuiteError("proof.algorithm_not_allowed", "`alg` is not one that badges use")
    return algorithm


def _read_key_hints(header: JsonObject) -> tuple[str | None, PublicKey | None]:
    if extra := header.keys() - _HEADER_MEMBERS:
        raise ProofError("proof.header_not_allowed", f"{len(extra)} further header parameters")
    if "typ" in header:
        kind = header["typ"]
        if not isinstance(kind, str) or kind.lower() not in _TYPES:
            raise ProofError("proof.header_malformed", "`typ` is neither JWT nor vc+jwt")
    if "kid" not in header and "jwk" not in header:
        raise ProofError("proof.header_malformed", "neither `kid` nor `jwk` names a key")
    kid = header.get("kid")
    if "kid" in header and not (isinstance(kid, str) and len(kid) <= MAX_KID_CHARS and _ABSOLUTE_URI.fullmatch(kid)):
        raise ProofError("proof.header_malformed", "`kid` is not an absolute URI")
    jwk = header.get("jwk")
    if "jwk" in header and not isinstance(jwk, dict):
        raise ProofError("proof.header_malformed", "`jwk` is not an object")
    return (
        kid if isinstance(kid, str) else None,
        PublicKey.from_jwk(jwk) if isinstance(jwk, dict) else None,
    )


def sign_compact_jws(payload: bytes, *, signer: Signer, kid: str) -> str:
    """Sign `payload` and return the compact JWS; its header is `alg`, `kid` and `typ`.

    Raises:
        DecodingError: The token would be larger than verifiers take (`decoding.too_large`).
        KeystoreError: The key cannot sign now (`key.unavailable`).
    """
    algorithm = signer.public_key.key_type.algorithm
    header = encode_json({"alg": algorithm.value, "kid": kid, "typ": "JWT"})
    signing_input = f"{encode_base64url(header)}.{encode_base64url(payload)}"
    signature = signer.sign(signing_input.encode("ascii"), algorithm=algorithm)
    token = f"{signing_input}.{encode_base64url(signature)}"
    if len(token) > MAX_JWT_BYTES:
        raise DecodingError("decoding.too_large", f"more than {MAX_JWT_BYTES} bytes")
    return token


def verify_compact_jws(jws: CompactJws, *, public_key: PublicKey) -> None:
    """Verify the signature (RFC 7515 §5.2). Whose key it is, is not checked here.

    Raises:
        ProofError: `alg` does not go with the key (`proof.algorithm_key_mismatch`).
        SignatureMismatchError: The signature does not fit (`proof.signature_mismatch`).
    """
    public_key.verify(jws.signature, jws.signing_input, algorithm=jws.algorithm)
