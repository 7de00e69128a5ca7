"""A holder, an issuer and a badge in each secured form, for tests of what a holder shows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from credentials import (
    EnvelopeKind,
    MediaType,
    Showing,
    UnsecuredDocument,
    add_data_integrity_proof,
    add_presentation_proof,
    compose_envelope,
    compose_presentation,
    sign_cose,
    sign_sd_jwt,
    sign_vp_jwt,
    sign_w3c_vc_jwt,
)
from keys import KeyType, LocalSigner, did_key, did_key_method_id

if TYPE_CHECKING:
    from credentials import SecuredDocument
    from schemas import JsonObject

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CHALLENGE = "kX0cL1a2y8Qn5T3vR7wZ9g"
DOMAIN = "https://shop.example.org"
SHOWING = Showing(challenge=CHALLENGE, domain=DOMAIN, now=NOW)

ISSUER = LocalSigner.generate(KeyType.ED25519)
ISSUER_ID = did_key(ISSUER.public_key)
ISSUER_METHOD = did_key_method_id(ISSUER.public_key)
HOLDER = LocalSigner.generate(KeyType.ED25519)
HOLDER_ID = did_key(HOLDER.public_key)
HOLDER_METHOD = did_key_method_id(HOLDER.public_key)

CREDENTIAL: JsonObject = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
    "type": ["VerifiableCredential"],
    "issuer": ISSUER_ID,
    "validFrom": "2026-06-01T09:00:00Z",
    "validUntil": "2028-06-01T09:00:00Z",
    "name": "Pump maintenance",
    "credentialSubject": {"id": HOLDER_ID, "name": "Rosa Ejemplo", "description": "Line 4"},
}


def embedded() -> JsonObject:
    """Return the badge with a Data Integrity proof inside."""
    return add_data_integrity_proof(
        UnsecuredDocument(document=CREDENTIAL), signer=ISSUER, verification_method=ISSUER_METHOD, created=NOW
    ).document


def jwt_envelope() -> JsonObject:
    """Return the badge as vc+jwt in its envelope."""
    token = sign_w3c_vc_jwt(CREDENTIAL, signer=ISSUER, verification_method=ISSUER_METHOD)
    return compose_envelope(token.encode(), kind=EnvelopeKind.CREDENTIAL, media_type=MediaType.VC_JWT)


def sd_jwt_text() -> str:
    """Return the badge as vc+sd-jwt whose name and description may be left out, bound to the holder."""
    return sign_sd_jwt(
        CREDENTIAL,
        hideable=["/credentialSubject/name", "/credentialSubject/description"],
        signer=ISSUER,
        verification_method=ISSUER_METHOD,
        holder_key=HOLDER.public_key,
    )


def sd_jwt_envelope() -> JsonObject:
    """Return the badge as vc+sd-jwt in its envelope."""
    return compose_envelope(sd_jwt_text().encode(), kind=EnvelopeKind.CREDENTIAL, media_type=MediaType.VC_SD_JWT)


def cose_envelope() -> JsonObject:
    """Return the badge as vc+cose in its envelope."""
    message = sign_cose(CREDENTIAL, signer=ISSUER, verification_method=ISSUER_METHOD)
    return compose_envelope(message, kind=EnvelopeKind.CREDENTIAL, media_type=MediaType.VC_COSE)


def signed(
    *credentials: JsonObject, challenge: str = CHALLENGE, domain: str | None = DOMAIN, signer: LocalSigner = HOLDER
) -> SecuredDocument:
    """Return a presentation with a proof inside."""
    return add_presentation_proof(
        compose_presentation(credentials, holder=HOLDER_ID),
        signer=signer,
        verification_method=HOLDER_METHOD,
        created=NOW,
        challenge=challenge,
        domain=domain,
    )


def token(*credentials: JsonObject, nonce: str = CHALLENGE, audience: str = DOMAIN, now: datetime = NOW) -> bytes:
    """Return a presentation as vp+jwt."""
    return sign_vp_jwt(
        compose_presentation(credentials, holder=HOLDER_ID),
        signer=HOLDER,
        verification_method=HOLDER_METHOD,
        nonce=nonce,
        audience=audience,
        now=now,
    ).encode()
