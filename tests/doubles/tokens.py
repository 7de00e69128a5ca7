"""Compact JWS made by hand, with any header and any payload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keys import encode_base64url
from schemas import encode_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keys import Signer
    from schemas import JsonObject, JsonValue


def forge_token(header: Mapping[str, JsonValue], payload: JsonObject, *, signer: Signer) -> bytes:
    """Sign whatever header and payload are given, with the signer's own algorithm."""
    signing_input = b".".join(encode_base64url(encode_json(dict(part))).encode() for part in (header, payload))
    signature = signer.sign(signing_input, algorithm=signer.public_key.key_type.algorithm)
    return signing_input + b"." + encode_base64url(signature).encode()


def compose_claims(document: JsonObject) -> JsonObject:
    """Return the payload of a VC-JWT for a document with `validFrom` 2026-11-01T09:00:00Z (OB 3.0 §8.2.3)."""
    issuer, subject = document["issuer"], document["credentialSubject"]
    assert isinstance(issuer, dict)
    assert isinstance(subject, dict)
    # date -u -d 2026-11-01T09:00:00Z +%s
    return {**document, "iss": issuer["id"], "jti": document["id"], "sub": subject["id"], "nbf": 1793523600}
