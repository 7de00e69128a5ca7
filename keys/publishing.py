"""What an issuer publishes about its keys: the DID document and the key set, with every retired key kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keys.key_type import KeyType
from schemas import DID_V1_CONTEXT, MULTIKEY_CONTEXT, format_datetime

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keys.controller_document import VerificationMethod
    from schemas import JsonObject, JsonValue

_JWK_CONTEXT = "https://w3id.org/security/jwk/v1"


def compose_did_document(did: str, methods: Sequence[VerificationMethod]) -> JsonObject:
    """Return the controller document of `did` (CID 1.0 §2).

    Retired methods stay listed with their `expires` or `revoked` time, so that badges signed before still verify.
    Ids are absolute strings: some verifiers take no other form.
    """
    context: list[JsonValue] = [DID_V1_CONTEXT]
    if any(method.public_key.key_type is not KeyType.RSA for method in methods):
        context.append(MULTIKEY_CONTEXT)
    if any(method.public_key.key_type is KeyType.RSA for method in methods):
        context.append(_JWK_CONTEXT)
    return {
        "@context": context,
        "id": did,
        "verificationMethod": [_compose_method(method) for method in methods],
        "assertionMethod": [method.id for method in methods],
    }


def _compose_method(method: VerificationMethod) -> JsonObject:
    entry: JsonObject = {"id": method.id, "type": "Multikey", "controller": method.controller}
    if method.public_key.key_type is KeyType.RSA:
        # RSA has no Multikey form (CID 1.0 §2.2.2).
        entry["type"] = "JsonWebKey"
        entry["publicKeyJwk"] = method.public_key.jwk
    else:
        entry["publicKeyMultibase"] = method.public_key.multikey
    if method.expires is not None:
        entry["expires"] = format_datetime(method.expires)
    if method.revoked is not None:
        entry["revoked"] = format_datetime(method.revoked)
    return entry


def compose_jwks(methods: Sequence[VerificationMethod]) -> JsonObject:
    """Return the key set (RFC 7517 §5) of all methods, retired ones included; `kid` is the method's id."""
    keys: list[JsonValue] = [
        {
            **method.public_key.jwk,
            "kid": method.id,
            "use": "sig",
            "alg": method.public_key.key_type.algorithm.value,
            "iss": method.controller,
        }
        for method in methods
    ]
    return {"keys": keys}
