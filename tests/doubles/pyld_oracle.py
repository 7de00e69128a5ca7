"""PyLD as an independent judge of our JSON-LD walk. Contexts come from the pinned files; nothing is fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from pyld import jsonld

from schemas import load_context

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas import JsonObject, JsonValue


# It writes these as they are; canonical N-Quads escapes them.
_BARE: Final = [*range(0x20), 0x7F]
_PICTURES: Final = {code: 0x2400 + min(code, 0x21) for code in _BARE if chr(code) not in "\t\n\r"}


class DroppedPropertyError(Exception):
    """PyLD would leave something out."""


def _load(url: str, _options: Mapping[str, object]) -> dict[str, object]:
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": load_context(url),
    }


def _refuse(word: str) -> None:
    raise DroppedPropertyError(word)


def without_bare_characters(document: JsonObject) -> JsonObject:
    """Return the document with a picture of each control character that PyLD does not escape (W3C test060)."""
    return cast("JsonObject", _picture(document))


def _picture(value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        return value.translate(_PICTURES)
    if isinstance(value, list):
        return [_picture(entry) for entry in value]
    if isinstance(value, dict):
        return {name: _picture(entry) for name, entry in value.items()}
    return value


def canonicalize_with_pyld(document: JsonObject) -> str:
    """Return PyLD's canonical N-Quads of a document.

    Raises:
        DroppedPropertyError: A member has no meaning in its context.
    """
    expanded = jsonld.expand(document, {"documentLoader": _load, "base": None}, on_property_dropped=_refuse)
    options: dict[str, Any] = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "documentLoader": _load,
        "base": "",
        "rdfDirection": "i18n-datatype",
    }
    return cast("str", jsonld.normalize(expanded, options))
