"""did:jwk: a JWK, in base64url, is the identifier; nothing is fetched.

Spec: did:jwk Method Specification (github.com/quartzjer/did-jwk).
"""

from __future__ import annotations

from keys.controller_document import ControllerDocument, VerificationMethod
from keys.encoding import decode_base64url, encode_base64url
from keys.public_key import PublicKey
from schemas import DecodingError, ProofError, encode_canonical_json, read_json_object

DID_JWK_PREFIX = "did:jwk:"
MAX_DID_JWK_CHARS = 4_096  # an RSA key of 8,192 bits needs about 2,000


def did_jwk(public_key: PublicKey) -> str:
    """Return the did:jwk of a public key; the same key gives the same DID."""
    return DID_JWK_PREFIX + encode_base64url(encode_canonical_json(public_key.jwk))


def resolve_did_jwk(did: str) -> ControllerDocument:
    """Return the controller document that a did:jwk stands for; its one method is `#0`.

    Raises:
        ProofError: The JWK is malformed (`proof.value_malformed`), private (`proof.key_private_member`)
            or too short (`proof.key_too_small`).
        UnacceptedCryptosuiteError: A kind of key that is not used here (`proof.algorithm_not_allowed`).
    """
    encoded = did.removeprefix(DID_JWK_PREFIX)
    if encoded == did or len(did) > MAX_DID_JWK_CHARS:
        raise ProofError("proof.value_malformed", "not a did:jwk, or too long")
    try:
        jwk = read_json_object(decode_base64url(encoded), max_bytes=MAX_DID_JWK_CHARS)
    except DecodingError as error:
        raise ProofError("proof.value_malformed", f"the JWK cannot be read: {error.code}") from error
    method = VerificationMethod(id=f"{did}#0", controller=did, public_key=PublicKey.from_jwk(jwk))
    ids = frozenset({method.id})
    return ControllerDocument(id=did, methods=(method,), assertion_method_ids=ids, authentication_ids=ids)
