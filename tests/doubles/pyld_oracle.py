"""PyLD as an independent judge of our JSON-LD walk. Contexts come from the pinned files; nothing is fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from pyld import jsonld

from schemas import load_context

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas import JsonObject


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


def canonicalize_with_pyld(document: JsonObject) -> str:
    """Return PyLD's canonical N-Quads of a document.

    Raises:
        DroppedPropertyError: A member has no meaning in its context.
    """
    jsonld.expand(document, {"documentLoader": _load, "base": None}, on_property_dropped=_refuse)
    options: dict[str, Any] = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "documentLoader": _load,
        "base": "",
        "rdfDirection": "i18n-datatype",
    }
    return cast("str", jsonld.normalize(document, options))
