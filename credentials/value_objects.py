"""Texts that say their language or direction: `{"@value", "@language", "@direction"}`.

Spec: VCDM 2.0 §11.1 (language and base direction); JSON-LD 1.1 API §8.2.2 with `rdfDirection` `i18n-datatype`,
which is what all other makers of Data Integrity proofs use.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from credentials.document_places import refuse
from credentials.rdfc import escape_literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from credentials.document_places import Place
    from credentials.rdfc import Quad
    from schemas import JsonObject, JsonValue

_I18N: Final = "https://www.w3.org/ns/i18n#"
_MEMBERS: Final = frozenset({"@value", "@language", "@direction"})
_DIRECTIONS: Final = ("ltr", "rtl")  # no set: what is looked up may be an object, which has no hash
# A plain text, one with a language, or one with a direction and perhaps a language.
_UNTYPED: Final = re.compile(r'(".*")(?:@(.+)|\^\^<https://www\.w3\.org/ns/i18n#(.*)_(?:ltr|rtl)>)?', re.DOTALL)
# Well-formed, BCP 47 (RFC 5646 §2.2.9) as far as N-Quads can write it; registration is not looked up.
_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,8}")


def is_language_tag(value: JsonValue) -> bool:
    """Whether `value` is a well-formed language tag."""
    return isinstance(value, str) and _LANGUAGE.fullmatch(value) is not None


def is_language_value(value: JsonValue) -> bool:
    """Whether `value` is a language value object of VCDM 2.0 §11.1: a text with a language, a direction or both."""
    return (
        isinstance(value, dict)
        and set(value) <= _MEMBERS
        and len(value) > 1
        and isinstance(value.get("@value"), str)
        and ("@language" not in value or is_language_tag(value["@language"]))
        and ("@direction" not in value or value["@direction"] in _DIRECTIONS)
    )


def write_language_value(value: JsonObject, place: Place) -> str:
    """Write a language value object as a literal.

    Raises:
        DataModelError: `data_model.not_compacted`: another value object, which is a second spelling of a plain value.
    """
    if not is_language_value(value):
        raise refuse("not_compacted", place, "no text with a language or a direction")
    literal = f'"{escape_literal(str(value["@value"]))}"'
    language = str(value.get("@language", "")).lower()
    if "@direction" in value:
        return f"{literal}^^<{_I18N}{language}_{value['@direction']}>"
    return f"{literal}@{language}"


def check_directions(quads: Iterable[Quad]) -> None:
    """Refuse two values of one property that differ in direction only: jsonld.js and PyLD take them for one.

    Raises:
        DataModelError: `data_model.data_loss`.
    """
    seen: dict[tuple[str, str, str, str], str] = {}
    for subject, predicate, value, graph in quads:
        if value[0] == '"' and (found := _UNTYPED.fullmatch(value)):
            text = f"{found[1]}@{found[2] or found[3] or ''}"
            if seen.setdefault((subject, predicate, text, graph), value) != value:
                raise refuse("data_loss", (), "two texts of one property differ in direction only")
