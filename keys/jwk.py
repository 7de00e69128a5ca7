"""JSON Web Key form of a public key, read strictly.

Spec: RFC 7517 (JWK), RFC 7518 §6.2 and §6.3 (EC, RSA), RFC 8037 §2 (OKP), RFC 7638 (thumbprint).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from keys.encoding import decode_base64url, encode_base64url
from keys.key_type import KeyType
from schemas import DecodingError, ProofError, UnacceptedCryptosuiteError, encode_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas import JsonObject, JsonValue

# RFC 7518 §6.2.2, §6.3.2 and §6.4.1: members that only a private or shared key has.
PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_CURVES = {"P-256": (KeyType.P256, 32), "P-384": (KeyType.P384, 48)}  # coordinate length in bytes
_ED25519_KEY_BYTES = 32
# 16,384 bits; the size check on the key itself comes after parsing.
_MAX_INTEGER_CHARS = 2_731
_THUMBPRINT_MEMBERS = frozenset({"crv", "kty", "x", "y", "n", "e"})


def read_jwk(jwk: Mapping[str, JsonValue]) -> tuple[KeyType, tuple[bytes, ...]]:
    """Return the kind of a public JWK and its parts: (x), (x, y) or (n, e).

    Members that do not describe the key (`kid`, `alg`, `use` and others) are not interpreted,
    save that a key for encryption is refused.

    Raises:
        ProofError: A private member (`proof.key_private_member`) or a malformed one (`proof.value_malformed`).
        UnacceptedCryptosuiteError: A kind of key that Skillmark does not use (`proof.algorithm_not_allowed`).
    """
    if PRIVATE_MEMBERS & jwk.keys():
        # A shared secret (`kty: oct`) is no private half of anything: it is the wrong kind of key.
        if jwk.get("kty") == "oct":
            raise UnacceptedCryptosuiteError("proof.algorithm_not_allowed", "a shared secret cannot prove who signed")
        raise ProofError("proof.key_private_member", "the JWK holds a private member")
    use = jwk.get("use", "sig")
    key_operations = jwk.get("key_ops", ["verify"])
    if use != "sig" or not isinstance(key_operations, list) or "verify" not in key_operations:
        raise UnacceptedCryptosuiteError("proof.algorithm_not_allowed", "the JWK is not for verifying signatures")
    key_kind, curve = jwk.get("kty"), jwk.get("crv")
    if key_kind == "OKP" and curve == "Ed25519":
        return KeyType.ED25519, (_read_bytes(jwk, "x", length=_ED25519_KEY_BYTES),)
    if key_kind == "EC" and isinstance(curve, str) and curve in _CURVES:
        key_type, length = _CURVES[curve]
        return key_type, (_read_bytes(jwk, "x", length=length), _read_bytes(jwk, "y", length=length))
    if key_kind == "RSA":
        return KeyType.RSA, (_read_integer(jwk, "n"), _read_integer(jwk, "e"))
    raise UnacceptedCryptosuiteError("proof.algorithm_not_allowed", "a kind of JWK that is not used here")


def _read_member(jwk: Mapping[str, JsonValue], name: str) -> bytes:
    value = jwk.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _MAX_INTEGER_CHARS:
        raise ProofError("proof.value_malformed", f"JWK member {name} is missing, not text, or too long")
    try:
        return decode_base64url(value)
    except DecodingError as error:
        raise ProofError("proof.value_malformed", f"JWK member {name} is not base64url") from error


def _read_bytes(jwk: Mapping[str, JsonValue], name: str, *, length: int) -> bytes:
    data = _read_member(jwk, name)
    if len(data) != length:
        raise ProofError("proof.value_malformed", f"JWK member {name} has {len(data)} bytes, {length} expected")
    return data


def _read_integer(jwk: Mapping[str, JsonValue], name: str) -> bytes:
    data = _read_member(jwk, name)
    if data[0] == 0:
        raise ProofError("proof.value_malformed", f"JWK member {name} has a leading zero")
    return data


def jwk_thumbprint(jwk: JsonObject) -> str:
    """Return the RFC 7638 SHA-256 thumbprint in base64url."""
    required = {name: jwk[name] for name in sorted(_THUMBPRINT_MEMBERS & jwk.keys())}
    return encode_base64url(hashlib.sha256(encode_json(required)).digest())
