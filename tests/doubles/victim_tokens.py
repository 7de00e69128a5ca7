"""Genuine tokens of one issuer, for attacks that change them, and the code with which a changed one is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from credentials import read_vc_jwt, sign_vc_jwt, verify_vc_jwt
from keys import KeyType, LocalSigner, PublicKey, encode_base64url
from schemas import BadgeError, encode_json
from tests.doubles.cost import within_cost

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

ISSUER = "did:web:victim.example.edu"
KID = f"{ISSUER}#key-1"
CREDENTIAL: JsonObject = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
    "type": ["VerifiableCredential"],
    "issuer": {"id": ISSUER},
    "validFrom": "2026-06-01T09:00:00Z",
    "credentialSubject": {"id": "urn:uuid:00000000-0000-4000-8000-000000000002"},
}
SIGNERS = {key_type: LocalSigner.generate(key_type) for key_type in (KeyType.ED25519, KeyType.P256, KeyType.RSA)}
MAX_COST = 3.0  # yardsticks, for one refusal


def good_token(key_type: KeyType) -> str:
    """Return a genuine badge."""
    return sign_vc_jwt(CREDENTIAL, signer=SIGNERS[key_type], verification_method=KID)


def token_with(header: JsonValue, key_type: KeyType) -> str:
    """Return a badge under another header, signed by the right key over what it carries."""
    signer = SIGNERS[key_type]
    payload = good_token(key_type).split(".")[1]
    signing_input = f"{encode_base64url(encode_json(header))}.{payload}"
    return f"{signing_input}.{encode_base64url(signer.sign(signing_input.encode(), algorithm=key_type.algorithm))}"


def code_of(token: str | bytes, public_key: PublicKey) -> str:
    """Return the code of the refusal, and see that it cost little."""

    def refuse() -> str:
        with pytest.raises(BadgeError) as caught:
            verify_vc_jwt(read_vc_jwt(token), public_key=public_key)
        return caught.value.code

    return within_cost(MAX_COST, refuse)


def parts_of(token: str) -> tuple[str, str, str]:
    """Return the three segments of a token."""
    header, payload, signature = token.split(".")
    return header, payload, signature
