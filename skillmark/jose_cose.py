"""Signs and verifies with a key that comes with the request, as the suite of VC-JOSE-COSE asks.

Spec: VC-JOSE-COSE 1.0 §3. COSE travels as base64 text.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from typing import TYPE_CHECKING

from credentials import (
    CompactJws,
    CoseType,
    Showing,
    TokenType,
    UnsecuredDocument,
    UnverifiedCose,
    UnverifiedSdJwt,
    read_cose,
    read_presentation,
    read_sd_jwt,
    read_vc_jwt,
    sign_cose,
    sign_sd_jwt,
    sign_vp_jwt,
    sign_w3c_vc_jwt,
    verify_cose,
    verify_data_model,
    verify_presentation,
    verify_sd_jwt,
    verify_vc_jwt,
)
from keys import LocalSigner, PublicKey
from schemas import DecodingError, ProofError, read_json_object

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from credentials import UnverifiedPresentation
    from schemas import JsonObject

CREDENTIAL_JOSE = "credential_jose"
CREDENTIAL_SD_JWT = "credential_sdjwt"
CREDENTIAL_COSE = "credential_cose"
PRESENTATION_JOSE = "presentation_jose"
PRESENTATION_SD_JWT = "presentation_sdjwt"
PRESENTATION_COSE = "presentation_cose"
FEATURES = (
    CREDENTIAL_JOSE,
    PRESENTATION_JOSE,
    CREDENTIAL_SD_JWT,
    PRESENTATION_SD_JWT,
    CREDENTIAL_COSE,
    PRESENTATION_COSE,
)


def sign_feature(feature: str, text: str, *, key: JsonObject, paths: Sequence[str], now: datetime) -> str:
    """Secure a document and return it as text.

    Args:
        feature: One of `FEATURES`.
        text: The document as JSON.
        key: A verification method with `secretKeyJwk`.
        paths: For SD-JWT, what the holder may hide: JSON Pointers, or names with dots between them.
        now: Aware.

    Raises:
        BadgeError: The document or the key cannot be used.
    """
    document = read_json_object(text.encode())
    secret = key.get("secretKeyJwk")
    signer = LocalSigner.from_private_jwk(secret if isinstance(secret, dict) else {})
    method_id = str(key.get("id", ""))
    if feature in {CREDENTIAL_JOSE, CREDENTIAL_SD_JWT, CREDENTIAL_COSE}:
        verify_data_model(document)
    if feature == CREDENTIAL_JOSE:
        return sign_w3c_vc_jwt(document, signer=signer, verification_method=method_id)
    if feature == PRESENTATION_JOSE:
        return sign_vp_jwt(
            UnsecuredDocument(document=document),
            signer=signer,
            verification_method=method_id,
            nonce=secrets.token_urlsafe(),
            audience=str(key.get("controller", "")),
            now=now,
        )
    if feature in {CREDENTIAL_SD_JWT, PRESENTATION_SD_JWT}:
        return sign_sd_jwt(
            document,
            hideable=[_pointer_of(path) for path in paths],
            signer=signer,
            verification_method=method_id,
            token_type=TokenType.VC_SD_JWT if feature == CREDENTIAL_SD_JWT else TokenType.VP_SD_JWT,
        )
    cose_type = CoseType.VC_COSE if feature == CREDENTIAL_COSE else CoseType.VP_COSE
    message = sign_cose(document, signer=signer, verification_method=method_id, cose_type=cose_type)
    return base64.b64encode(message).decode("ascii").rstrip("=")


def verify_feature(feature: str, text: str, *, key: JsonObject, now: datetime) -> None:
    """Verify a secured document with the key that came along; whose key it is, is not asked.

    Args:
        feature: One of `FEATURES`.
        text: The token, or a COSE message in base64.
        key: A verification method with `publicKeyJwk`.
        now: Aware.

    Raises:
        BadgeError: It does not hold.
    """
    jwk = key.get("publicKeyJwk")
    public_key = PublicKey.from_jwk(jwk if isinstance(jwk, dict) else {})
    token = text.strip().encode()
    if feature == CREDENTIAL_JOSE:
        jwt = read_vc_jwt(token, media_type=TokenType.VC_JWT)
        _require(jwt.jws.token_type, TokenType.VC_JWT)
        verify_vc_jwt(jwt, public_key=public_key)
    elif feature == CREDENTIAL_SD_JWT:
        accepted = frozenset({TokenType.VC_SD_JWT})
        verify_sd_jwt(read_sd_jwt(token, accepted=accepted), public_key=public_key)
    elif feature == CREDENTIAL_COSE:
        cose = read_cose(_decode_base64(token), accepted=frozenset({CoseType.VC_COSE}))
        verify_cose(cose, public_key=public_key)
    else:
        presentation = read_presentation(_decode_base64(token) if feature == PRESENTATION_COSE else token)
        _require_form(feature, presentation)
        showing = Showing(challenge=None, domain=None, now=now)
        verify_presentation(presentation, public_key=public_key, showing=showing)


def _require_form(feature: str, presentation: UnverifiedPresentation) -> None:
    signed = presentation.signed
    if feature == PRESENTATION_JOSE and isinstance(signed, CompactJws):
        _require(signed.token_type, TokenType.VP_JWT)
    elif not (
        (feature == PRESENTATION_SD_JWT and isinstance(signed, UnverifiedSdJwt))
        or (feature == PRESENTATION_COSE and isinstance(signed, UnverifiedCose))
    ):
        raise DecodingError("decoding.jwt_malformed", "another form than was asked for")


def _require(found: TokenType, expected: TokenType) -> None:
    if found is not expected:
        raise ProofError("proof.header_malformed", "another typ than was asked for")


def _pointer_of(path: str) -> str:
    return path if path.startswith("/") else "/" + path.replace(".", "/")


def _decode_base64(token: bytes) -> bytes:
    try:
        return base64.b64decode(token + b"=" * (-len(token) % 4), validate=True)
    except binascii.Error as error:
        raise DecodingError("decoding.base64_not_canonical") from error
