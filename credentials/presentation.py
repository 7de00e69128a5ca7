"""Presentations: what a holder shows, taken apart. Nothing in it is proven.

Spec: VCDM 2.0 §4.13; VCDM 1.1 §6.3.1 (`vp` claim); VC-JOSE-COSE 1.0 §3.1.2, §3.2.2 and §3.3.2.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from credentials.cose import CoseType, UnverifiedCose, read_cose
from credentials.envelope import EnvelopeKind, MediaType, is_envelope, read_envelope
from credentials.jws import MAX_JWT_BYTES, CompactJws, TokenType, read_compact_jws
from credentials.jwt_claims import WRAPPER_CLAIMS, party_id, without_claims
from credentials.proof_members import list_proofs
from credentials.sd_jwt import UnverifiedSdJwt, read_sd_jwt
from schemas import (
    VC_V1_CONTEXT,
    VC_V2_CONTEXT,
    DataModelError,
    DecodingError,
    ProofError,
    encode_json,
    read_json_object,
)

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

MAX_PRESENTED_CREDENTIALS: Final = 20
MAX_PRESENTATION_BYTES: Final = 1024 * 1024
VERIFIABLE_PRESENTATION: Final = "VerifiablePresentation"
_JOSE_START: Final = b"eyJ"
_COSE_STARTS: Final = (b"\xd2", b"\x84")  # tag 18, or an array of four
_PRESENTATION_TOKENS: Final = frozenset({TokenType.JWT, TokenType.VP_JWT})
_TOKEN_TYPES: Final = {MediaType.JWT: TokenType.JWT, MediaType.VP_JWT: TokenType.VP_JWT}


class CredentialForm(enum.Enum):
    """What may stand under `verifiableCredential`, by how the presentation is secured."""

    ENVELOPE_ONLY = enum.auto()  # VC-JOSE-COSE 1.0 §3.1.2
    OBJECT = enum.auto()  # an envelope, or a credential with its proof inside
    OBJECT_OR_TOKEN = enum.auto()  # VCDM 1.1 §6.3.1: a compact token as text, too


# What carries the signature of a presentation that is not secured with a proof inside.
SignedForm: TypeAlias = CompactJws | UnverifiedSdJwt | UnverifiedCose


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentedCredential:
    """One credential as it was shown.

    Args:
        original: What a verifier reads as if it had come alone.
        media_type: The form that its envelope names; None for JSON with a proof inside.
    """

    original: bytes
    media_type: MediaType | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnverifiedPresentation:
    """A presentation as read. Nothing in it is to be believed before `verify_presentation`.

    Args:
        document: The presentation, without the claims of its token.
        claims: Claims of its token (`iss`, `aud`, `nonce` …); empty when the proof is inside.
        holder: Who shows it, as it says: `holder`, else `iss`; None when it does not say.
        credentials: What is shown, in order.
        signed: The token or message; None when the proof is inside the document.
        proofs: Proofs inside the document; empty for a token.
        original: The bytes as received.
    """

    document: JsonObject
    claims: JsonObject
    holder: str | None
    credentials: tuple[PresentedCredential, ...]
    signed: SignedForm | None
    proofs: tuple[JsonObject, ...]
    original: bytes


def read_presentation(data: bytes | JsonObject) -> UnverifiedPresentation:
    """Take a presentation apart: JSON with a proof, an envelope, or a token alone.

    Args:
        data: As received; an object when it was read strictly as a part of something larger.

    Raises:
        DataModelError: Not a presentation, or one inside another (`presentation.malformed`), or more than 20
            credentials (`presentation.too_many_credentials`).
        ProofError: No proof (`proof.missing`), a header that is not acceptable (`proof.header_…`), or a credential
            without an envelope where one must be (`presentation.credential_not_enveloped`).
        DecodingError: It cannot be read (`decoding.…`).
        UnsupportedFeatureError: An envelope of a form that is not read here (`decoding.envelope_type_unsupported`).
    """
    if isinstance(data, bytes):
        token = data.strip()
        if token.startswith(_JOSE_START):
            media_type = MediaType.VP_SD_JWT if b"~" in token else MediaType.JWT
            return _read_signed(token, original=token, media_type=media_type)
        if data.startswith(_COSE_STARTS):
            return _read_signed(data, original=data, media_type=MediaType.VP_COSE)
        document, original = read_json_object(data, max_bytes=MAX_PRESENTATION_BYTES), data
    else:
        document, original = data, encode_json(data)
    if is_envelope(document):
        envelope = read_envelope(document)
        if envelope.kind is not EnvelopeKind.PRESENTATION:
            raise _malformed("a credential, not a presentation", "/type")
        return _read_signed(envelope.token, original=original, media_type=envelope.media_type)
    _check_form(document)
    return UnverifiedPresentation(
        document=document,
        claims={},
        holder=party_id(document, "holder"),
        credentials=_read_credentials(document, CredentialForm.OBJECT),
        signed=None,
        proofs=list_proofs(document),
        original=original,
    )


def _read_signed(token: bytes, *, original: bytes, media_type: MediaType) -> UnverifiedPresentation:
    """Read a token or message by the form that it was handed over as."""
    signed: SignedForm
    form = CredentialForm.ENVELOPE_ONLY
    if media_type is MediaType.VP_SD_JWT:
        signed = read_sd_jwt(token, accepted=frozenset({TokenType.VP_SD_JWT}), media_type=TokenType.VP_SD_JWT)
        claims, document = signed.claims, signed.document
    elif media_type is MediaType.VP_COSE:
        signed = read_cose(token, accepted=frozenset({CoseType.VP_COSE}))
        claims, document = signed.claims, signed.document
    else:
        signed, claims, document = _read_jwt(token, media_type)
        if TokenType.VP_JWT not in {signed.token_type, _TOKEN_TYPES[media_type]}:
            form = CredentialForm.OBJECT_OR_TOKEN
    _check_form(document)
    issuer = claims.get("iss")
    return UnverifiedPresentation(
        document=document,
        claims=claims,
        holder=party_id(document, "holder") or (issuer if isinstance(issuer, str) else None),
        credentials=_read_credentials(document, form),
        signed=signed,
        proofs=(),
        original=original,
    )


def _read_jwt(token: bytes, media_type: MediaType) -> tuple[CompactJws, JsonObject, JsonObject]:
    jws = read_compact_jws(token, accepted=_PRESENTATION_TOKENS, untyped=_TOKEN_TYPES[media_type])
    payload = read_json_object(jws.payload, max_bytes=MAX_JWT_BYTES)
    if not payload.keys() & WRAPPER_CLAIMS:
        return jws, payload, without_claims(payload, "nonce")
    wrapped = payload.get("vp")
    is_w3c = TokenType.VP_JWT in {jws.token_type, _TOKEN_TYPES[media_type]}
    if is_w3c or not isinstance(wrapped, dict) or "vc" in payload or "@context" in payload:
        raise DecodingError("decoding.jwt_malformed", "the payload is not one presentation")
    return jws, payload, wrapped


def _check_form(document: JsonObject) -> None:
    contexts, types = document.get("@context"), document.get("type")
    first = contexts[:1] if isinstance(contexts, list) else [contexts]
    if first not in ([VC_V2_CONTEXT], [VC_V1_CONTEXT]):
        raise _malformed("the context of verifiable credentials comes first", "/@context")
    if VERIFIABLE_PRESENTATION not in (types if isinstance(types, list) else [types]):
        raise _malformed("not a presentation", "/type")
    holder = document.get("holder")
    if holder is not None and party_id(document, "holder") is None:
        raise _malformed("the holder has no id", "/holder")


def _read_credentials(document: JsonObject, form: CredentialForm) -> tuple[PresentedCredential, ...]:
    value = document.get("verifiableCredential", [])
    entries = value if isinstance(value, list) else [value]
    if len(entries) > MAX_PRESENTED_CREDENTIALS:
        raise DataModelError("presentation.too_many_credentials", detail={"limit": MAX_PRESENTED_CREDENTIALS})
    return tuple(
        _read_credential(entry, form, f"/verifiableCredential/{position}") for position, entry in enumerate(entries)
    )


def _read_credential(entry: JsonValue, form: CredentialForm, pointer: str) -> PresentedCredential:
    if isinstance(entry, str) and form is CredentialForm.OBJECT_OR_TOKEN:
        if not entry.isascii():
            raise _malformed("a token is ASCII text", pointer)
        media_type = MediaType.VC_SD_JWT if "~" in entry else MediaType.JWT
        return PresentedCredential(original=entry.encode("ascii"), media_type=media_type)
    if not isinstance(entry, dict):
        raise _malformed("not a credential", pointer)
    if is_envelope(entry):
        envelope = read_envelope(entry)
        if envelope.kind is not EnvelopeKind.CREDENTIAL:
            raise _malformed("a presentation inside a presentation", pointer)
        return PresentedCredential(original=envelope.token, media_type=envelope.media_type)
    if form is CredentialForm.ENVELOPE_ONLY:
        raise ProofError("presentation.credential_not_enveloped", pointer=pointer)
    types = entry.get("type")
    if VERIFIABLE_PRESENTATION in (types if isinstance(types, list) else [types]):
        raise _malformed("a presentation inside a presentation", pointer)
    return PresentedCredential(original=encode_json(entry), media_type=None)


def _malformed(message: str, pointer: str) -> DataModelError:
    return DataModelError("presentation.malformed", message, pointer=pointer)
