"""Envelopes: a secured credential or presentation carried inside JSON as a `data:` URL.

Spec: VCDM 2.0 §4.13.1 and §4.13.2; RFC 2397 (`data:`); VC-JOSE-COSE 1.0 §3.3.1 (COSE in base64).

Only the bytes inside count. Whatever stands beside them is unsigned, so nothing may stand there.
"""

from __future__ import annotations

import binascii
import enum
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from schemas import VC_V2_CONTEXT, DecodingError, UnsupportedFeatureError

if TYPE_CHECKING:
    from schemas import JsonObject

MAX_ENVELOPE_CHARS: Final = 352 * 1024  # 256 KiB in base64
_MEMBERS: Final = frozenset({"@context", "id", "type"})
_DATA_URL: Final = re.compile(r"data:(?P<type>[A-Za-z0-9.+/-]{1,64})(?P<base64>;base64)?,(?P<content>[!-~]+)")
_COSE_SUFFIX: Final = "+cose"


class EnvelopeKind(enum.Enum):
    """What an envelope says is inside; the value is its `type`."""

    CREDENTIAL = "EnvelopedVerifiableCredential"
    PRESENTATION = "EnvelopedVerifiablePresentation"


class MediaType(enum.Enum):
    """Secured forms that can travel in an envelope."""

    VC_JWT = "application/vc+jwt"
    VP_JWT = "application/vp+jwt"
    VC_SD_JWT = "application/vc+sd-jwt"
    VP_SD_JWT = "application/vp+sd-jwt"
    DC_SD_JWT = "application/dc+sd-jwt"
    VC_COSE = "application/vc+cose"
    VP_COSE = "application/vp+cose"
    JWT = "application/jwt"  # VCDM 1.1: `vc` and `vp` claims

    @property
    def is_binary(self) -> bool:
        """Whether the content is bytes, carried in base64."""
        return self.value.endswith(_COSE_SUFFIX)

    @property
    def kinds(self) -> frozenset[EnvelopeKind]:
        """What may be inside."""
        head = self.value.removeprefix("application/").partition("+")[0]
        if head == "jwt":
            return frozenset(EnvelopeKind)
        return frozenset({EnvelopeKind.PRESENTATION if head == "vp" else EnvelopeKind.CREDENTIAL})


_TYPES = frozenset(kind.value for kind in EnvelopeKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What was inside: the secured bytes, still unverified, and their form."""

    kind: EnvelopeKind
    media_type: MediaType
    token: bytes


def is_envelope(document: JsonObject) -> bool:
    """Whether a document says that it is an envelope, well formed or not."""
    return not _TYPES.isdisjoint(_list_types(document))


def _list_types(document: JsonObject) -> list[str]:
    value = document.get("type")
    return [entry for entry in (value if isinstance(value, list) else [value]) if isinstance(entry, str)]


def compose_envelope(token: bytes, *, kind: EnvelopeKind, media_type: MediaType) -> JsonObject:
    """Return the envelope of a secured credential or presentation."""
    if kind not in media_type.kinds:
        raise ValueError(f"{media_type.value} is not {kind.value}")
    content = f";base64,{b64encode(token).decode('ascii')}" if media_type.is_binary else f",{token.decode('ascii')}"
    return {"@context": [VC_V2_CONTEXT], "id": f"data:{media_type.value}{content}", "type": kind.value}


def read_envelope(document: JsonObject) -> Envelope:
    """Return what is inside an envelope.

    Raises:
        DecodingError: Another `type`, another context, a member besides `@context`, `id` and `type`, or an `id` that is
            not a `data:` URL of a form that goes with the type (`decoding.envelope_malformed`), or too much of it
            (`decoding.too_large`).
        UnsupportedFeatureError: A form that is not read here (`decoding.envelope_type_unsupported`).
    """
    kind = _read_kind(document)
    if document.keys() - _MEMBERS:
        raise _malformed("something stands beside the secured bytes")
    contexts = document.get("@context")
    if (contexts[:1] if isinstance(contexts, list) else [contexts]) != [VC_V2_CONTEXT]:
        raise _malformed("the context of VC 2.0 comes first", "/@context")
    url = document.get("id")
    if isinstance(url, str) and len(url) > MAX_ENVELOPE_CHARS:
        raise DecodingError("decoding.too_large", detail={"limit": MAX_ENVELOPE_CHARS})
    match = _DATA_URL.fullmatch(url) if isinstance(url, str) else None
    if match is None:
        raise _malformed("not a data: URL", "/id")
    named = match["type"].lower()
    media_type = next((one for one in MediaType if one.value == named), None)
    if media_type is None:
        raise UnsupportedFeatureError("decoding.envelope_type_unsupported", detail={"mediaType": named})
    if kind not in media_type.kinds:
        raise _malformed("the type of the envelope and its content do not go together", "/id")
    if media_type.is_binary is not bool(match["base64"]):
        raise _malformed("COSE comes in base64, tokens do not", "/id")
    content = match["content"]
    token = _decode_base64(content) if media_type.is_binary else content.encode("ascii")
    return Envelope(kind=kind, media_type=media_type, token=token)


def _read_kind(document: JsonObject) -> EnvelopeKind:
    types = _list_types(document)
    value = document.get("type")
    for kind in EnvelopeKind:
        if types == [kind.value] and value in (kind.value, [kind.value]):
            return kind
    raise _malformed("not the one type that an envelope has", "/type")


def _decode_base64(content: str) -> bytes:
    """Decode base64 of RFC 4648 §4; its padding may be left out, but there is no other second spelling."""
    unpadded = content.rstrip("=")
    padded = unpadded + "=" * (-len(unpadded) % 4)
    try:
        data = b64decode(padded, validate=True)
    except binascii.Error as error:
        raise DecodingError("decoding.base64_not_canonical", pointer="/id") from error
    if content not in {padded, unpadded} or b64encode(data).decode("ascii") != padded:
        raise DecodingError("decoding.base64_not_canonical", pointer="/id")
    return data


def _malformed(message: str, pointer: str = "") -> DecodingError:
    return DecodingError("decoding.envelope_malformed", message, pointer=pointer)
