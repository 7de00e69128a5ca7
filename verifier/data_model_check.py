"""Step 2: the data model of VCDM 2.0 (or 1.1) and Open Badges 3.0, before any proof is looked at."""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING

from credentials import read_valid_from, read_valid_until
from schemas import (
    ACHIEVEMENT_CREDENTIAL,
    BITSTRING_STATUS_LIST_CREDENTIAL,
    CLR_CONTEXT_PATTERN,
    CLR_CREDENTIAL,
    ENDORSEMENT_CREDENTIAL,
    OB_CONTEXT_PATTERN,
    OPEN_BADGE_CREDENTIAL,
    VC_V1_CONTEXT,
    VC_V2_CONTEXT,
    VERIFIABLE_CREDENTIAL,
    DataModelError,
    UnknownContextError,
    find_pinned,
    is_context_known,
)
from verifier.members import (
    is_vc_1_1,
    iterate_objects,
    read_date_member,
    read_issuer_id,
    read_list,
    read_object,
    read_text,
)
from verifier.report import CheckName
from verifier.steps import compose_passed

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue
    from verifier.received import ReceivedCredential
    from verifier.report import Check

MAX_CONTEXTS = 8
# What Bitstring Status List was called before it was a standard; VC 1.1 badges still name it.
STATUS_LIST_2021_CREDENTIAL = "StatusList2021Credential"
# Without any of these a document claims nothing, so there is nothing in it to forge.
_CREDENTIAL_MEMBERS = frozenset({"credentialSubject", "proof", "issuer", "credentialStatus"})


class CredentialKind(enum.Enum):
    """What a credential must be to be used where it stands."""

    __hash__ = object.__hash__  # there is one of each; an enumeration's own hash costs ten times as much

    BADGE = "badge"
    ENDORSEMENT = "endorsement"
    STATUS_LIST = "status_list"
    LEARNER_RECORD = "learner_record"


_TYPES = {
    CredentialKind.BADGE: frozenset({ACHIEVEMENT_CREDENTIAL, OPEN_BADGE_CREDENTIAL}),
    CredentialKind.ENDORSEMENT: frozenset({ENDORSEMENT_CREDENTIAL}),
    CredentialKind.LEARNER_RECORD: frozenset({CLR_CREDENTIAL}),
    CredentialKind.STATUS_LIST: frozenset({BITSTRING_STATUS_LIST_CREDENTIAL, STATUS_LIST_2021_CREDENTIAL}),
}


_OB_CONTEXT, _CLR_CONTEXT = re.compile(OB_CONTEXT_PATTERN), re.compile(CLR_CONTEXT_PATTERN)
# The contexts that must follow the first, in order (OB 3.0 §8.1, CLR 2.0 §Verifiable Credentials).
_NEXT_CONTEXTS = {
    CredentialKind.BADGE: (_OB_CONTEXT,),
    CredentialKind.ENDORSEMENT: (_OB_CONTEXT,),
    CredentialKind.LEARNER_RECORD: (_CLR_CONTEXT, _OB_CONTEXT),
    CredentialKind.STATUS_LIST: (),
}


def check_data_model(received: ReceivedCredential, *, kind: CredentialKind) -> Check:
    """Check contexts, types, ids, subject and dates, and that no statement would be lost.

    Spec: VCDM 2.0 §4; VC-DATA-INTEGRITY 1.0 §2.4.2 (validating contexts); OB 3.0 App. B.

    Raises:
        DataModelError: `data_model.…`, the pointer says where.
        UnknownContextError: `data_model.context_unknown`; nothing was fetched.
    """
    document = received.document
    try:
        verify_contexts(document.get("@context"), kind)
    except DataModelError as error:
        if _CREDENTIAL_MEMBERS.isdisjoint(document):
            raise DataModelError(error.code, pointer=error.pointer, detail={"isCredential": False}) from error
        raise
    _verify_types(document, kind)
    _verify_dates(document, kind)
    received.verify_lossless()
    read_issuer_id(document)
    if "id" not in document:
        raise DataModelError("data_model.id_missing", pointer="/id")
    _verify_subject(document.get("credentialSubject"), kind)
    added = [name for name in read_list(document.get("@context")) if isinstance(name, str) and find_pinned(name)]
    return compose_passed(
        CheckName.DATA_MODEL,
        {"version": "1.1" if is_vc_1_1(document) else "2.0"} | ({"pinnedHere": [*added]} if added else {}),
        notes=("data_model.context_pinned_here",) if added else (),
    )


def verify_contexts(contexts: JsonValue, kind: CredentialKind) -> None:
    """Insist on the contexts of a kind of credential, in their order, all of them known here.

    Raises:
        DataModelError: `data_model.context_inline_forbidden`, `data_model.context_order`.
        UnknownContextError: `data_model.context_unknown`.
    """
    if isinstance(contexts, dict) or any(not isinstance(entry, str) for entry in read_list(contexts)):
        raise DataModelError("data_model.context_inline_forbidden", pointer="/@context")
    if not isinstance(contexts, list) or not contexts or contexts[0] not in {VC_V1_CONTEXT, VC_V2_CONTEXT}:
        raise DataModelError("data_model.context_order", pointer="/@context")
    names = [read_text(entry) for entry in contexts]
    if len(names) > MAX_CONTEXTS or len(set(names)) != len(names):
        raise DataModelError("data_model.context_order", pointer="/@context")
    for place, pattern in enumerate(_NEXT_CONTEXTS[kind], start=1):
        if len(names) <= place or not pattern.match(names[place]):
            raise DataModelError("data_model.context_order", pointer=f"/@context/{place}")
    for place, name in enumerate(names):
        if not is_context_known(name):
            raise UnknownContextError("data_model.context_unknown", pointer=f"/@context/{place}")


def _verify_types(document: JsonObject, kind: CredentialKind) -> None:
    types = document.get("type")
    words = {entry for entry in types if isinstance(entry, str)} if isinstance(types, list) else set()
    if VERIFIABLE_CREDENTIAL not in words or words.isdisjoint(_TYPES[kind]):
        raise DataModelError("data_model.type_missing", pointer="/type")


def _verify_dates(document: JsonObject, kind: CredentialKind) -> None:
    valid_from, valid_until = read_valid_from(document), read_valid_until(document)
    if valid_from is None and kind is not CredentialKind.STATUS_LIST:
        raise DataModelError("data_model.date_missing", pointer="/validFrom")
    if valid_from and valid_until and valid_until < valid_from:
        raise DataModelError("data_model.dates_reversed", pointer="/validUntil")
    read_date_member(document, "awardedDate")
    for proof in iterate_objects(document.get("proof")):
        read_date_member(proof, "created", pointer="/proof")
        read_date_member(proof, "expires", pointer="/proof")


def _verify_subject(subject: JsonValue, kind: CredentialKind) -> None:
    if not isinstance(subject, dict):
        raise DataModelError("data_model.subject_count", pointer="/credentialSubject")
    if kind is CredentialKind.STATUS_LIST:
        return
    if "id" not in subject and not any(iterate_objects(subject.get("identifier"))):
        raise DataModelError("data_model.subject_unidentified", pointer="/credentialSubject")
    if kind is CredentialKind.BADGE and not read_object(subject.get("achievement")):
        raise DataModelError("data_model.achievement_missing", pointer="/credentialSubject/achievement")
    if kind is CredentialKind.LEARNER_RECORD and not read_list(subject.get("verifiableCredential")):
        raise DataModelError("data_model.record_empty", pointer="/credentialSubject/verifiableCredential")
