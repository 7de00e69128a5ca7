"""Step 1: the bytes of one credential, read strictly, with their proof still unchecked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import credentials
from schemas import MAX_CREDENTIAL_BYTES, DecodingError, UnsupportedFeatureError, read_json_object

if TYPE_CHECKING:
    from credentials import Statements, TokenType, UnverifiedCose, UnverifiedJwt, UnverifiedSdJwt
    from schemas import JsonObject

    Token: TypeAlias = UnverifiedJwt | UnverifiedSdJwt | UnverifiedCose

_JOSE_START = b"eyJ"
_SD_JWT_MARK = b"~"
# RFC 7515 §7.2 and RFC 9901 §8: a JWS or an SD-JWT written as JSON.
_JWS_JSON_MEMBERS = frozenset({"payload", "signature", "signatures"})


@dataclass(frozen=True, kw_only=True)  # no slots: what is read once is kept in it
class ReceivedCredential:
    """A credential as it was received. Nothing in it is proven.

    Args:
        original: The bytes as received, without white space around a JWS.
        document: The credential; for a token what its payload says, with what the holder disclosed of an SD-JWT.
        token: The token or message when the signature is around the credential and not inside.
    """

    original: bytes
    document: JsonObject
    token: Token | None = None

    @cached_property
    def statements(self) -> Statements:
        """What the credential says beside its proofs; read once for every check that asks.

        A proof is checked with its own options: one of an unknown kind beside a good one does no harm.

        Raises:
            DataModelError: `data_model.…`: a signature would not cover all of it.
            UnknownContextError: `data_model.context_unknown`.
        """
        return credentials.read_statements(self._without_proof())

    def verify_lossless(self) -> None:
        """Insist that a signature would cover all of the credential. Of a token nobody asks for the statements later.

        Raises:
            DataModelError: As `statements`.
            UnknownContextError: As `statements`.
        """
        if self.token is None:
            _ = self.statements
        else:
            credentials.check_lossless(self._without_proof())

    def _without_proof(self) -> JsonObject:
        return {name: value for name, value in self.document.items() if name != "proof"}


def read_received(data: bytes, *, max_bytes: int = MAX_CREDENTIAL_BYTES) -> ReceivedCredential:
    """Read a JSON document of at most `max_bytes` bytes, a token, a COSE message, or the envelope of one.

    Raises:
        DecodingError: The bytes cannot be read (`decoding.…`).
        ProofError: The header of a token asks for something that is not allowed (`proof.header_not_allowed`, …).
        UnsupportedFeatureError: A JWS written as JSON (`decoding.jws_json_unsupported`), or an envelope of another
            form (`decoding.envelope_type_unsupported`).
    """
    token = data.strip()
    if token.startswith(_JOSE_START):
        return _read_sd_jwt(token) if _SD_JWT_MARK in token else _read_jwt(token, credentials.TokenType.JWT)
    # What tells COSE is not even loaded for JSON.
    if not token.startswith(b"{") and credentials.is_cose_message(data):
        return _read_cose(data)
    document = read_json_object(data, max_bytes=max_bytes)
    if credentials.is_envelope(document):
        return _read_envelope(document)
    if "@context" not in document and not _JWS_JSON_MEMBERS.isdisjoint(document):
        _refuse_json_serialization(document)
    return ReceivedCredential(original=data, document=document)


def _read_jwt(token: bytes, media_type: TokenType) -> ReceivedCredential:
    jwt = credentials.read_vc_jwt(token, media_type=media_type)
    return ReceivedCredential(original=token, document=jwt.document, token=jwt)


def _read_sd_jwt(token: bytes, media_type: TokenType | None = None) -> ReceivedCredential:
    """Read an SD-JWT; one that came without a media type must say itself that it is one."""
    if media_type is None and not credentials.names_sd_jwt(token):
        raise DecodingError("decoding.jwt_malformed", "a tilde behind a token that is no SD-JWT")
    vc_sd_jwt, dc_sd_jwt = credentials.TokenType.VC_SD_JWT, credentials.TokenType.DC_SD_JWT
    accepted = frozenset({vc_sd_jwt, dc_sd_jwt})
    sd_jwt = credentials.read_sd_jwt(token, accepted=accepted, media_type=media_type or vc_sd_jwt)
    return ReceivedCredential(original=token, document=sd_jwt.document, token=sd_jwt)


def _read_cose(message: bytes) -> ReceivedCredential:
    cose = credentials.read_cose(message, accepted=frozenset({credentials.CoseType.VC_COSE}))
    return ReceivedCredential(original=message, document=cose.document, token=cose)


def _read_envelope(document: JsonObject) -> ReceivedCredential:
    envelope = credentials.read_envelope(document)
    if envelope.kind is not credentials.EnvelopeKind.CREDENTIAL:
        raise DecodingError("decoding.envelope_malformed", "a presentation, not a credential", pointer="/type")
    media, token = credentials.MediaType, credentials.TokenType
    sd_jwt_types = {media.VC_SD_JWT: token.VC_SD_JWT, media.DC_SD_JWT: token.DC_SD_JWT}
    if envelope.media_type in sd_jwt_types:
        return _read_sd_jwt(envelope.token, sd_jwt_types[envelope.media_type])
    jwt_types = {media.VC_JWT: token.VC_JWT, media.JWT: token.JWT}
    if envelope.media_type in jwt_types:
        return _read_jwt(envelope.token, jwt_types[envelope.media_type])
    return _read_cose(envelope.token)


def _refuse_json_serialization(document: JsonObject) -> None:
    """Say what a JWS written as JSON is: its compact form is the one that badges use (VC-JOSE-COSE 1.0 §3.1)."""
    signatures = document.get("signatures", [document])
    if not isinstance(document.get("payload"), str) or not isinstance(signatures, list) or not signatures:
        raise DecodingError("decoding.jwt_malformed", "neither a token nor a JWS written as JSON")
    if len(signatures) > 1:
        raise DecodingError("decoding.jwt_malformed", "several signatures, and nothing says which one counts")
    if not isinstance(signatures[0], dict) or not isinstance(signatures[0].get("signature"), str):
        raise DecodingError("decoding.jwt_malformed", "no signature")
    raise UnsupportedFeatureError("decoding.jws_json_unsupported")
