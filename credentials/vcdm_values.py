"""Addresses, types, ids and dates of the data model, as rules that several members share.

Spec: VCDM 2.0 §4.4 (identifiers), §4.5 (types), §4.9 (validity period); VCDM 1.1 §4.6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from credentials.document_places import pointer_of, refuse
from credentials.literals import is_absolute_iri
from schemas import DataModelError, read_datetime

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from credentials.document_places import Place
    from schemas import BadgeError, JsonObject, JsonValue


def is_url(value: JsonValue) -> bool:
    """Whether `value` is an absolute URL, DIDs and URNs among them."""
    return isinstance(value, str) and is_absolute_iri(value)


def iterate_entries(value: JsonValue, place: Place) -> Iterator[tuple[JsonValue, Place]]:
    """Give each entry of a value that stands alone or in an array, with its place; null is none."""
    if isinstance(value, list):
        yield from ((entry, (place, index)) for index, entry in enumerate(value))
    elif value is not None:
        yield value, place


def list_id_problems(holder: JsonObject, place: Place, *, is_required: bool = False) -> Iterator[BadgeError]:
    """Give what is wrong with the `id` of an object: one URL, never null and never a list (§4.4)."""
    if "id" not in holder:
        if is_required:
            yield refuse("id_malformed", (place, "id"), "an id is required here")
    elif not is_url(holder["id"]):
        yield refuse("id_malformed", (place, "id"), "one absolute URL")


def list_type_problems(holder: JsonObject, place: Place, *, required: str = "") -> Iterator[BadgeError]:
    """Give what is wrong with the `type` of an object: one or more words or URLs, `required` among them (§4.5)."""
    value = holder.get("type")
    types = value if isinstance(value, list) else [value]
    if not types or not all(isinstance(entry, str) and entry for entry in types):
        yield refuse("type_malformed", (place, "type"), "one or more words or URLs")
    elif required and required not in types:
        yield refuse("type_malformed", (place, "type"), f"{required} is missing")


def list_date_problems(document: JsonObject, *, is_version_1: bool) -> Iterator[BadgeError]:
    """Give what is wrong with the dates of a credential; VCDM 1.1 requires `issuanceDate`."""
    first, last = ("issuanceDate", "expirationDate") if is_version_1 else ("validFrom", "validUntil")
    if is_version_1 and first not in document:
        yield refuse("date_missing", ((), first))
    read: dict[str, datetime] = {}
    for member in (first, last):
        if member not in document:
            continue
        value = document[member]
        try:
            read[member] = read_datetime(value if isinstance(value, str) else "", pointer=pointer_of(((), member)))
        except DataModelError as error:
            yield error
    if first in read and last in read and read[last] < read[first]:
        yield refuse("dates_reversed", ((), last))
