"""Step 1: the bytes of one credential, read strictly, with their proof still unchecked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from credentials import UnverifiedJwt, read_vc_jwt
from schemas import MAX_CREDENTIAL_BYTES, DecodingError, read_json_object

if TYPE_CHECKING:
    from schemas import JsonObject

_JOSE_START = b"eyJ"
# RFC 7515 §7.2: the JSON forms of a JWS; Open Badges allows the compact form only.
_JWS_JSON_MEMBERS = frozenset({"payload", "signatures"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedCredential:
    """A credential as it was received. Nothing in it is proven.

    Args:
        original: The bytes as received, without white space around a JWS.
        document: The credential; for a VC-JWT what its payload says.
        jwt: The token when the credential is a VC-JWT.
    """

    original: bytes
    document: JsonObject
    jwt: UnverifiedJwt | None = None


def read_received(data: bytes, *, max_bytes: int = MAX_CREDENTIAL_BYTES) -> ReceivedCredential:
    """Read a JSON document or a compact JWS of at most `max_bytes` bytes.

    Raises:
        DecodingError: The bytes cannot be read (`decoding.…`).
        ProofError: The header of a JWS asks for something that is not allowed (`proof.header_not_allowed`, …).
    """
    token = data.strip()
    if token.startswith(_JOSE_START):
        jwt = read_vc_jwt(token)
        return ReceivedCredential(original=token, document=jwt.document, jwt=jwt)
    document = read_json_object(data, max_bytes=max_bytes)
    if "@context" not in document and not _JWS_JSON_MEMBERS.isdisjoint(document):
        raise DecodingError("decoding.jwt_malformed")
    return ReceivedCredential(original=data, document=document)
