"""Verifiable Credentials Data Model 2.0 and 1.1: everything that a credential's members must be.

Spec: VCDM 2.0 §4 and §5; VCDM 1.1 §4. What the contexts say of the words (undefined terms and types, relative
addresses) `check_lossless` finds; what Open Badges asks besides, the JSON Schemas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from credentials.document_places import pointer_of, refuse
from credentials.related_resources import list_resource_problems
from credentials.status_entry import read_status_entry
from credentials.value_objects import is_language_value
from credentials.vcdm_values import is_url, iterate_entries, list_date_problems, list_id_problems, list_type_problems
from schemas import (
    BITSTRING_STATUS_LIST_ENTRY,
    VC_V1_CONTEXT,
    VC_V2_CONTEXT,
    VERIFIABLE_CREDENTIAL,
    StatusListError,
    UnsupportedFeatureError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credentials.document_places import Place
    from schemas import BadgeError, JsonObject, JsonValue

MAX_PROBLEMS: Final = 20  # problems of one document that are told
MAX_ENTRIES: Final = 100  # subjects, status entries and so on that are looked at

# VCDM 2.0 §4.5 (table of objects that need a type) and §5.10: member -> whether an id is required (2.0, 1.1).
_TYPED_MEMBERS: Final = {
    "credentialStatus": (False, True),
    "credentialSchema": (True, True),
    "refreshService": (False, True),
    "termsOfUse": (False, False),
    "evidence": (False, False),
    "confidenceMethod": (False, False),
    "renderMethod": (False, False),
}


def validate_data_model(document: JsonObject) -> tuple[BadgeError, ...]:
    """Return what in a credential breaks the data model, each with its pointer; empty when nothing does.

    Spec: VCDM 2.0 §4.3 to §4.11 and §5.3 to §5.10, or the same of VCDM 1.1, by the first context. `proof` is looked
    at only for its types (§4.12).
    """
    problems: list[BadgeError] = []
    for problem in _list_problems(document):
        problems.append(problem)
        if len(problems) >= MAX_PROBLEMS:
            break
    return tuple(problems)


def verify_data_model(document: JsonObject) -> None:
    """Insist that a credential follows the data model.

    Raises:
        DataModelError: `data_model.…`, the first problem of `validate_data_model`.
        StatusListError: `status.…` for a malformed BitstringStatusListEntry.
    """
    for problem in _list_problems(document):
        raise problem


def _list_problems(document: JsonObject) -> Iterator[BadgeError]:
    contexts = document.get("@context")
    is_version_1 = isinstance(contexts, list) and contexts[:1] == [VC_V1_CONTEXT]
    yield from list_context_problems(contexts)
    yield from list_type_problems(document, (), required=VERIFIABLE_CREDENTIAL)
    yield from list_id_problems(document, ())
    if not is_version_1:
        yield from _list_text_problems(document, ())
    yield from _list_issuer_problems(document.get("issuer"))
    yield from _list_subject_problems(document.get("credentialSubject"))
    yield from list_date_problems(document, is_version_1=is_version_1)
    for member, requirements in _TYPED_MEMBERS.items():
        if member in document:
            yield from _list_typed_problems(document[member], member, needs_id=requirements[is_version_1])
    if "relatedResource" in document and not is_version_1:
        yield from list_resource_problems(document["relatedResource"], ((), "relatedResource"))
    if "proof" in document:
        yield from _list_typed_problems(document["proof"], "proof", needs_id=False)


def list_context_problems(contexts: JsonValue) -> Iterator[BadgeError]:
    """Give what is wrong with the form of `@context` (VCDM 2.0 §4.3); whether its addresses are known is not asked."""
    place: Place = ((), "@context")
    if not isinstance(contexts, list) or not contexts or contexts[0] not in (VC_V2_CONTEXT, VC_V1_CONTEXT):
        yield refuse("context_order", place, "a list whose first entry is that of Verifiable Credentials")
        return
    for index, entry in enumerate(contexts):
        if not isinstance(entry, dict) and not is_url(entry):
            yield refuse("context_malformed", (place, index), "neither an address nor an object")


def _list_text_problems(holder: JsonObject, place: Place) -> Iterator[BadgeError]:
    """VCDM 2.0 §4.6: a text, or texts that say their language."""
    for member in ("name", "description"):
        if member not in holder:
            continue
        value = holder[member]
        entries = value if isinstance(value, list) else [value]
        several = isinstance(value, list)
        if not entries or not all(
            is_language_value(entry) or (isinstance(entry, str) and not several) for entry in entries
        ):
            yield refuse("text_malformed", (place, member), "a text, or texts with a language")


def _list_issuer_problems(issuer: JsonValue) -> Iterator[BadgeError]:
    """VCDM 2.0 §4.7: an address, or an object with one as its id."""
    place: Place = ((), "issuer")
    if issuer is None:
        yield refuse("issuer_missing", place)
    elif isinstance(issuer, dict):
        yield from list_id_problems(issuer, place, is_required=True)
        yield from _list_text_problems(issuer, place)
    elif not is_url(issuer):
        yield refuse("id_malformed", place, "an address, or an object with an id")


def _list_subject_problems(subjects: JsonValue) -> Iterator[BadgeError]:
    """VCDM 2.0 §4.8: one or more objects, each with a claim."""
    place: Place = ((), "credentialSubject")
    entries = list(iterate_entries(subjects, place))
    if not entries or len(entries) > MAX_ENTRIES:
        yield refuse("subject_malformed", place, "one or more objects")
        return
    for subject, here in entries:
        if not isinstance(subject, dict) or not subject:
            yield refuse("subject_malformed", here, "an object that says something")
        else:
            yield from list_id_problems(subject, here)


def _list_typed_problems(value: JsonValue, member: str, *, needs_id: bool) -> Iterator[BadgeError]:
    """VCDM 2.0 §4.5 and §5.10: objects, each with a type; an id is an address."""
    place: Place = ((), member)
    entries = list(iterate_entries(value, place))
    if not entries or len(entries) > MAX_ENTRIES:
        yield refuse("member_malformed", place, "one or more objects")
        return
    for entry, here in entries:
        if not isinstance(entry, dict):
            yield refuse("member_malformed", here, "an object with a type")
            continue
        yield from list_type_problems(entry, here)
        yield from list_id_problems(entry, here, is_required=needs_id)
        if member == "credentialStatus":
            yield from _list_entry_problems(entry, here)


def _list_entry_problems(entry: JsonObject, place: Place) -> Iterator[BadgeError]:
    """BITSTRING-STATUS-LIST 1.0 §2.1; entries of other types are for whoever knows them."""
    if entry.get("type") != BITSTRING_STATUS_LIST_ENTRY:
        return
    try:
        read_status_entry(entry)
    except StatusListError as error:
        yield StatusListError(error.code, error.message, pointer=pointer_of(place))
    except UnsupportedFeatureError:
        return  # well formed; a verifier that cannot read it says so
