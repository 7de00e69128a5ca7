"""Credentials whose signature is around them: JWT, SD-JWT and COSE, with the key that each names.

Spec: VC-JOSE-COSE 1.0 §3 and §4.1 (key discovery); VCDM 1.1 §6.3.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from credentials import (
    CoseType,
    MediaType,
    ProofPurpose,
    TokenType,
    read_cose,
    read_sd_jwt,
    read_vc_jwt,
    verify_cose,
    verify_sd_jwt,
    verify_vc_jwt,
)
from schemas import ProofError, UnsupportedFeatureError
from skillmark.vc_keys import FoundKey, find_key

if TYPE_CHECKING:
    from credentials import VerifiedDocument
    from keys import PublicKey
    from schemas import JsonObject, JsonValue
    from skillmark.vc_policy import VcPolicy

_SD_JWT_TYPES = {MediaType.VC_SD_JWT: TokenType.VC_SD_JWT, MediaType.DC_SD_JWT: TokenType.DC_SD_JWT}


def verify_secured_token(token: bytes, media_type: MediaType, policy: VcPolicy) -> tuple[VerifiedDocument, FoundKey]:
    """Verify a credential by the key that its header names, and return it with that key.

    Raises:
        InvalidCredentialError: It does not hold.
        CannotCheckError: Its key cannot be found, or the form is not read here.
    """
    if media_type in {MediaType.VC_JWT, MediaType.JWT}:
        jwt = read_vc_jwt(token, media_type=TokenType.VC_JWT if media_type is MediaType.VC_JWT else TokenType.JWT)
        key = find_token_key(jwt.kid, jwt.jwk, jwt.payload.get("iss"), jwt.document.get("issuer"), policy)
        return verify_vc_jwt(jwt, public_key=key.public_key), key
    if media_type in _SD_JWT_TYPES:
        sd_jwt = read_sd_jwt(token, media_type=_SD_JWT_TYPES[media_type])
        claims, document = sd_jwt.claims, sd_jwt.document
        key = find_token_key(sd_jwt.jws.kid, sd_jwt.jws.jwk, claims.get("iss"), document.get("issuer"), policy)
        return verify_sd_jwt(sd_jwt, public_key=key.public_key), key
    if media_type is MediaType.VC_COSE:
        cose = read_cose(token, accepted=frozenset({CoseType.VC_COSE}))
        key = find_token_key(cose.kid, None, cose.claims.get("iss"), cose.document.get("issuer"), policy)
        return verify_cose(cose, public_key=key.public_key), key
    raise UnsupportedFeatureError("decoding.envelope_type_unsupported", detail={"mediaType": media_type.value})


def find_token_key(
    key_id: str | None,
    header_key: PublicKey | None,
    claimed: JsonValue,
    party: JsonValue | JsonObject,
    policy: VcPolicy,
    *,
    purpose: ProofPurpose = ProofPurpose.ASSERTION_METHOD,
) -> FoundKey:
    """Find the key of a token: by its `kid`, relative to who signed, or in its header, where it proves no owner.

    Args:
        key_id: `kid`, absolute, a fragment, or a name of the signer's own.
        header_key: `jwk`.
        claimed: `iss`.
        party: `issuer` or `holder` of the document.
        policy: Clock and network.
        purpose: What the token was made for.

    Raises:
        ProofError: Nothing names a key (`proof.header_malformed`).
        CannotCheckError: It cannot be found.
    """
    owner = party.get("id") if isinstance(party, dict) else party
    signer = claimed if isinstance(claimed, str) else owner if isinstance(owner, str) else ""
    named = key_id or ""
    if named.startswith("#"):
        named = signer + named
    if not named.startswith(("did:", "https://", "http://")):
        if header_key is not None:
            return FoundKey(public_key=header_key, controller="", is_published=False)
        named = signer if signer.startswith("did:key:") else f"{signer}#0" if signer.startswith("did:jwk:") else ""
    if not named:
        raise ProofError("proof.header_malformed", "nothing in the token names a key")
    return find_key(named, purpose=purpose, now=policy.now, fetcher=policy.fetcher)
