"""SD-JWTs made by hand, with any payload and any disclosure, and well signed by the issuer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credentials import (
    TokenType,
)
from credentials.jws import sign_compact_jws
from credentials.sd_jwt_disclosure import DigestAlgorithm
from keys import encode_base64url
from schemas import encode_json
from tests.doubles.showings import (
    ISSUER,
    ISSUER_METHOD,
)

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue
NAME = "/credentialSubject/name"


def disclosure(*parts: JsonValue) -> str:
    """Return a disclosure of any shape."""
    return encode_base64url(encode_json([*parts]))


def digest(encoded: str) -> str:
    """Return the SHA-256 digest of a disclosure."""
    return DigestAlgorithm.SHA_256.digest(encoded)


def token_of(
    payload: JsonObject, *disclosures: str, token_type: TokenType = TokenType.VC_SD_JWT, ending: str = ""
) -> str:
    """Return an SD-JWT with any payload, well signed by the issuer."""
    jws = sign_compact_jws(encode_json(payload), signer=ISSUER, kid=ISSUER_METHOD, token_type=token_type)
    return "~".join([jws, *disclosures, ending])


SALT = "c2FsdHNhbHRzYWx0c2FsdA"
GOOD = disclosure(SALT, "grade", "A")
