"""Members of a document that several checks need, read without trust in their types."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from schemas import VC_V1_CONTEXT, DataModelError, read_datetime

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from schemas import JsonObject, JsonValue

# RFC 3987 §2.2: a scheme, a colon, something after it, and nothing that an address may not hold.
_ABSOLUTE_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")


def is_absolute_iri(value: JsonValue) -> bool:
    """Say whether `value` is text with a scheme, such as `https://…`, `did:…` or `urn:…`."""
    return isinstance(value, str) and _ABSOLUTE_IRI.fullmatch(value) is not None


def is_vc_1_1(document: JsonObject) -> bool:
    """Say whether the document follows VC Data Model 1.1, by its first context."""
    contexts = document.get("@context")
    return isinstance(contexts, list) and contexts[:1] == [VC_V1_CONTEXT]


def read_list(value: JsonValue) -> list[JsonValue]:
    """Return a value that may stand alone or in an array as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def read_object(value: JsonValue) -> JsonObject:
    """Return `value` when it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def read_text(value: JsonValue) -> str:
    """Return `value` when it is text, else an empty one."""
    return value if isinstance(value, str) else ""


def iterate_objects(value: JsonValue) -> Iterator[JsonObject]:
    """Give each object of a value that may be an object or an array of them."""
    return (entry for entry in read_list(value) if isinstance(entry, dict))


def read_issuer_id(document: JsonObject) -> str:
    """Return the id of the issuer, which may be text or a Profile (VCDM 2.0 §4.7).

    Raises:
        DataModelError: `data_model.issuer_missing`.
    """
    issuer = document.get("issuer")
    issuer_id = issuer.get("id") if isinstance(issuer, dict) else issuer
    pointer = "/issuer/id" if isinstance(issuer, dict) else "/issuer"
    if not isinstance(issuer_id, str) or not issuer_id:
        raise DataModelError("data_model.issuer_missing", pointer=pointer)
    return issuer_id


def read_date_member(holder: JsonObject, name: str, *, pointer: str = "") -> datetime | None:
    """Return the date under `name`; None when it is absent.

    Raises:
        DataModelError: `data_model.date_invalid`, `data_model.date_out_of_range`.
    """
    if name not in holder:
        return None
    value = holder[name]
    if not isinstance(value, str):
        raise DataModelError("data_model.date_invalid", pointer=f"{pointer}/{name}")
    return read_datetime(value, pointer=f"{pointer}/{name}")
