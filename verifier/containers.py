"""Does something hold several credentials? Read just far enough to tell; nothing is believed here."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from credentials import EnvelopeKind, is_cose_message, read_cose
from keys import decode_base64url
from schemas import CLR_CREDENTIAL, InvalidCredentialError, read_json_object
from verifier.members import read_list

if TYPE_CHECKING:
    from schemas import JsonObject

_VERIFIABLE_PRESENTATION = "VerifiablePresentation"
_JOSE_START = b"eyJ"
# What one token may carry; a document without a signature around it may be larger.
MAX_CONTAINER_BYTES = 1024 * 1024


class ContainerKind(enum.Enum):
    """What holds several credentials."""

    LEARNER_RECORD = "learner_record"  # CLR 2.0: its issuer signs over all of them
    PRESENTATION = "presentation"  # VCDM 2.0 §4.13: its holder shows them


_KINDS = {
    CLR_CREDENTIAL: ContainerKind.LEARNER_RECORD,
    _VERIFIABLE_PRESENTATION: ContainerKind.PRESENTATION,
    EnvelopeKind.PRESENTATION.value: ContainerKind.PRESENTATION,
}
_WORDS = tuple(word.encode("ascii") for word in _KINDS)


def find_container(data: bytes) -> ContainerKind | None:
    """Say what kind of container `data` is; None for one credential and for what cannot be read."""
    token = data.strip()
    if token.startswith(_JOSE_START):
        segment = token.split(b".", 2)[1:2]
        try:
            content = decode_base64url(segment[0].decode("ascii")) if segment else b""
        except (InvalidCredentialError, UnicodeError):  # the reader of single badges says why
            return None
    elif is_cose_message(data):
        return _find_message_kind(data)
    else:
        content = data
    if not any(word in content for word in _WORDS):  # not worth a second reading
        return None
    try:
        document = read_json_object(content, max_bytes=MAX_CONTAINER_BYTES)
    except InvalidCredentialError:  # the reader of single badges says why
        return None
    return _find_kind(document)


def _find_message_kind(message: bytes) -> ContainerKind | None:
    try:
        return _find_kind(read_cose(message).document)
    except InvalidCredentialError:  # the reader of single badges says why
        return None


def _find_kind(document: JsonObject) -> ContainerKind | None:
    for claim in ("vc", "vp"):  # VCDM 1.1 §6.3.1
        wrapped = document.get(claim)
        if isinstance(wrapped, dict) and "@context" not in document:
            document = wrapped
    types = [entry for entry in read_list(document.get("type")) if isinstance(entry, str)]
    return next((_KINDS[word] for word in types if word in _KINDS), None)
