"""A Comprehensive Learner Record around badges that others signed: what is in it stays as it came.

Spec: CLR 2.0 §ClrCredential, §ClrSubject; VCDM 2.0 §4.13.1 for tokens, which travel in an envelope.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from credentials.canonical import check_lossless
from credentials.document import UnsecuredDocument
from credentials.envelope import EnvelopeKind, MediaType, compose_envelope, is_envelope, read_envelope
from credentials.sd_jwt import names_sd_jwt
from credentials.vc_jwt import read_vc_jwt
from schemas import (
    CLR_2_0_1_CONTEXT,
    CLR_CREDENTIAL,
    OB_3_0_3_CONTEXT,
    VC_V1_CONTEXT,
    VC_V2_CONTEXT,
    VERIFIABLE_CREDENTIAL,
    DataModelError,
    UnknownContextError,
    UnsupportedFeatureError,
    format_datetime,
    read_json_object,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from schemas import JsonObject, JsonValue

CLR_SUBJECT: Final = "ClrSubject"
_JOSE_START: Final = b"eyJ"
_CONTEXTS: Final = (VC_V2_CONTEXT, CLR_2_0_1_CONTEXT, OB_3_0_3_CONTEXT)  # in this order (CLR 2.0 §ClrCredential)


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerRecord:
    """What a record says beside the badges in it.

    Args:
        id: Its own identifier.
        name: What it is, in words.
        description: What the signature around it vouches for, in words.
        subject_id: Names the person within this record only.
        identities: IdentityObjects of the person (`compose_identity`); may be none.
        valid_from: When it was put together, aware.
        valid_until: When it ends; None for no end.
    """

    id: str
    name: str
    description: str
    subject_id: str
    identities: tuple[JsonObject, ...]
    valid_from: datetime
    valid_until: datetime | None


def embed_credential(credential: bytes) -> JsonObject:
    """Return a credential as it stands inside another document: JSON as it is, a JWT in its envelope.

    Raises:
        DecodingError: It cannot be read.
        ProofError: The header of a token asks for something that is not allowed.
        UnsupportedFeatureError: `record.form_unsupported`: a token with disclosures, COSE, or no credential of VC Data
            Model 1.1 or 2.0.
    """
    token = credential.strip()
    if token.startswith(_JOSE_START):
        if names_sd_jwt(token) or b"~" in token:
            raise UnsupportedFeatureError("record.form_unsupported")
        media_type = MediaType.JWT if "vc" in read_vc_jwt(token).payload else MediaType.VC_JWT
        return compose_envelope(token, kind=EnvelopeKind.CREDENTIAL, media_type=media_type)
    if not token.startswith(b"{"):
        raise UnsupportedFeatureError("record.form_unsupported")
    document = read_json_object(credential)
    if _list_contexts(document)[:1] not in ([VC_V2_CONTEXT], [VC_V1_CONTEXT]):
        raise UnsupportedFeatureError("record.form_unsupported")
    return document


def embed_in_record(credential: bytes) -> JsonObject:
    """Return a credential as it stands inside a learner record, where a signature covers every word of it.

    Raises:
        As `embed_credential`. `record.form_unsupported` also for JSON of VC Data Model 1.1 or with a context of Open
        Badges before 3.0.3: the record's own contexts define the same protected terms in another way.
    """
    document = embed_credential(credential)
    try:
        check_lossless(_compose_around([document]))
    except (DataModelError, UnknownContextError) as error:
        raise UnsupportedFeatureError("record.form_unsupported", error.code) from error
    return document


def list_embedded_ids(record: bytes) -> frozenset[str]:
    """Return the ids of the badges in a record of `compose_learner_record`."""
    subject = read_json_object(record)["credentialSubject"]
    badges = subject["verifiableCredential"] if isinstance(subject, dict) else []
    documents = [_open(badge) for badge in badges if isinstance(badge, dict)] if isinstance(badges, list) else []
    return frozenset(str(document.get("id")) for document in documents)


def _open(badge: JsonObject) -> JsonObject:
    return read_vc_jwt(read_envelope(badge).token).document if is_envelope(badge) else badge


def compose_learner_record(
    record: LearnerRecord, *, issuer: JsonObject, badges: Sequence[JsonObject], status: JsonValue
) -> UnsecuredDocument:
    """Compose a record of badges that its holder chose.

    It is `partial`: its issuer may know of more badges of this person than the holder shows.

    Args:
        record: What it says of itself.
        issuer: Profile of who vouches for the collection, and for nothing that is said in the badges.
        badges: From `embed_in_record`, at least one.
        status: Its `credentialStatus`.
    """
    subject: JsonObject = {"id": record.subject_id, "type": [CLR_SUBJECT]}
    if record.identities:
        subject["identifier"] = [*record.identities]
    around = _compose_around(badges)
    inside = around["credentialSubject"]
    assert isinstance(inside, dict)
    document: JsonObject = {
        "@context": around["@context"],
        "id": record.id,
        "type": around["type"],
        "name": record.name,
        "description": record.description,
        "issuer": issuer,
        "validFrom": format_datetime(record.valid_from),
    }
    if record.valid_until is not None:
        document["validUntil"] = format_datetime(record.valid_until)
    document |= {"partial": True, "credentialSubject": subject | inside, "credentialStatus": status}
    return UnsecuredDocument(document=document)


def _compose_around(badges: Sequence[JsonObject]) -> JsonObject:
    """Return what the badges alone decide of a record: an embedded part may repeat contexts, and bring none."""
    brought = [context for badge in badges for context in _list_contexts(badge) if context not in _CONTEXTS]
    return {
        "@context": [*_CONTEXTS, *dict.fromkeys(brought)],
        "type": [VERIFIABLE_CREDENTIAL, CLR_CREDENTIAL],
        "credentialSubject": {"type": [CLR_SUBJECT], "verifiableCredential": [*badges]},
    }


def _list_contexts(document: JsonObject) -> list[str]:
    """Return the addresses among the contexts; an inline one is refused by whoever reads the document whole."""
    contexts = document.get("@context")
    return [context for context in contexts if isinstance(context, str)] if isinstance(contexts, list) else []
