"""Documents with JSON values of every kind in the places where VC 2.0 has them; the same ones in every run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tests.doubles import sample_badges
from tests.doubles.document_variants import Dice
from tests.doubles.variant_parts import ODD_TEXTS

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

JSON_DOCUMENTS: Final = 400
_MAX_DEPTH: Final = 4
_NUMBERS: Final = (
    *(0, -0.0, 1, 1.0, -1, 2**53 - 1, -(2**53) + 1, 0.1, -0.5, 1.5, 100.0, 333333333.33333329, 0.000001, 1e-7, 1e-27),
    *(1e20, 1e21, 1e23, 9007199254740994.0, 123456789012345680.0, 5e-324, 1.7976931348623157e308, 4.5, 2e-3, 1e16),
)
# Orders by UTF-16 unit and by character differ; keywords, and names that other objects have by birth.
_NAMES: Final = (
    *("a", "b", "A", "B", "", " ", "1", "10", "2", "é", "e\u0301", "\u20ac", "\r", "\U0001f600", "\ufb33", "\uffff"),
    *("@context", "@id", "@type", "@value", "@list", "@graph", "id", "type", "proof", "constructor", "toString"),
    *("length", "hasOwnProperty", "__defineGetter__", '"', "\\", "\u2028", "\u0080", "name", "https://schema.org/name"),
)
_TEXTS: Final = (*ODD_TEXTS, "", "\x00", "\b\f\t\n\r", "\x1f\x7f\x80", "</script>", "_:c14n0", "\\u0000", "\U0010ffff")


def make_json_value(dice: Dice, depth: int = 0) -> Any:  # noqa: ANN401 - JSON of any shape
    """Return a value; objects and arrays at the outside more often than inside."""
    kind = dice.below(10)
    if kind < 3 and depth < _MAX_DEPTH:
        names = dice.shuffle(_NAMES)[: dice.below(6)]
        return {name: make_json_value(dice, depth + 1) for name in names}
    if kind < 5 and depth < _MAX_DEPTH:
        return [make_json_value(dice, depth + 1) for _ in range(dice.below(5))]
    if kind < 7:
        return dice.pick(_NUMBERS)
    if kind < 9:
        return dice.pick(_TEXTS)
    return dice.pick((None, True, False))


def make_json_document(number: int) -> JsonObject:
    """Return the document of that number."""
    dice = Dice(f"json {number}")
    badge = sample_badges.small_badge()
    schemas: list[JsonValue] = [
        {"id": f"https://college.example.edu/schema/{place}", "type": "JsonSchema", "jsonSchema": make_json_value(dice)}
        for place in range(1 + dice.below(3))
    ]
    badge["credentialSchema"] = schemas if len(schemas) > 1 or dice.below(2) else schemas[0]
    if dice.below(2):
        badge["_sd"] = make_json_value(dice)
    if dice.below(3) == 0:
        badge["cnf"] = {"kid": "urn:x:key", "jwk": make_json_value(dice)}
    return badge
