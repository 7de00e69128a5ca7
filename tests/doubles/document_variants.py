"""Thousands of changed documents, the same ones in every run: what `credentials` and its judges are compared on.

Most changes keep the document sound (other texts, members, types, orders, twins); some break one rule of JSON-LD.
"""

from __future__ import annotations

import copy
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from credentials.canonical import canonicalize, canonicalize_under
from credentials.lossless import read_context
from tests.doubles.variant_bases import BASES, PROOF, UNDER_GIVEN_CONTEXTS
from tests.doubles.variant_parts import BREAKS, ODD_IRIS, ODD_SCALARS, ODD_TEXTS, OPTIONAL_MEMBERS, TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from schemas import JsonObject

T = TypeVar("T")

VARIANTS: Final = 3_200
MAX_CHANGES: Final = 4
BREAKING_PERCENT: Final = 9
_KEYWORDS: Final = frozenset({"@context", "id", "type", "@value", "@language", "@direction"})


class Dice:
    """Numbers that look random and are the same in every run and on every machine."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._throws = 0

    def below(self, limit: int) -> int:
        self._throws += 1
        digest = hashlib.sha256(f"{self._seed}/{self._throws}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % limit

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]

    def shuffle(self, entries: Sequence[T]) -> list[T]:
        left = list(entries)
        return [left.pop(self.below(len(left))) for _ in entries]


@dataclass(frozen=True, slots=True)
class Variant:
    """One document, how it came about, and whether its contexts are given beside it."""

    number: int
    base: str
    changes: tuple[str, ...]
    document: JsonObject

    def canonicalize(self) -> bytes:
        """Return our canonical N-Quads.

        Raises:
            BadgeError: The document is refused.
        """
        if self.base in UNDER_GIVEN_CONTEXTS:
            return canonicalize_under(self.document, read_context(self.document.get("@context")))
        return canonicalize(self.document)

    def __str__(self) -> str:
        return f"variant {self.number}: {self.base}, {', '.join(self.changes)}"


@dataclass(slots=True)
class _Spot:
    """A member of an object, or an entry of an array."""

    parent: Any
    token: Any

    @property
    def value(self) -> Any:  # noqa: ANN401 - JSON of any shape
        return self.parent[self.token]

    @value.setter
    def value(self, value: Any) -> None:  # noqa: ANN401
        self.parent[self.token] = value


def _spots(value: Any) -> Iterator[_Spot]:  # noqa: ANN401
    for token in list(value) if isinstance(value, dict) else range(len(value)):
        if token != "@context":
            yield _Spot(value, token)
            if isinstance(value[token], (dict, list)):
                yield from _spots(value[token])


def _objects(document: JsonObject) -> list[Any]:
    return [document, *(spot.value for spot in _spots(document) if isinstance(spot.value, dict))]


def _texts(document: JsonObject) -> list[_Spot]:
    """Members that say something in words: no ids, types, addresses or dates."""
    return [
        spot
        for spot in _spots(document)
        if isinstance(spot.value, str)
        and spot.token not in _KEYWORDS
        and isinstance(spot.parent, dict)
        and ":" not in spot.value
    ]


def _change_text(document: JsonObject, dice: Dice) -> None:
    if texts := _texts(document):
        dice.pick(texts).value = dice.pick(ODD_TEXTS)


def _lengthen_text(document: JsonObject, dice: Dice) -> None:
    if texts := _texts(document):
        spot = dice.pick(texts)
        spot.value = spot.value + dice.pick(ODD_TEXTS) + str(dice.below(1000))


def _say_language(document: JsonObject, dice: Dice) -> None:
    if texts := [spot for spot in _texts(document) if spot.token in {"name", "description", "narrative", "caption"}]:
        spot = dice.pick(texts)
        value: dict[str, str] = {"@value": spot.value}
        if dice.below(3):
            value["@language"] = dice.pick(["en", "es", "de-CH", "zh-Hant-TW", "EN", "x-own"])
        if dice.below(2) or len(value) == 1:
            value["@direction"] = dice.pick(["ltr", "rtl"])
        spot.value = value


def _types_of(node: Any) -> list[str]:  # noqa: ANN401
    types = node.get("type", [])
    return [entry for entry in (types if isinstance(types, list) else [types]) if isinstance(entry, str)]


def _add_member(document: JsonObject, dice: Dice) -> None:
    nodes = [
        (node, OPTIONAL_MEMBERS[word])
        for node in _objects(document)
        for word in _types_of(node)[:1]
        if word in OPTIONAL_MEMBERS
    ]
    if nodes:
        node, members = dice.pick(nodes)
        word = dice.pick(sorted(members))
        node[word] = copy.deepcopy(dice.pick(members[word]))


def _drop_member(document: JsonObject, dice: Dice) -> None:
    spots = [spot for spot in _spots(document) if isinstance(spot.parent, dict) and spot.token != "type"]
    spot = dice.pick(spots)
    del spot.parent[spot.token]


def _shuffle_members(document: JsonObject, dice: Dice) -> None:
    node = dice.pick(_objects(document))
    members = dice.shuffle(list(node.items()))
    node.clear()
    node.update(members)


def _shuffle_array(document: JsonObject, dice: Dice) -> None:
    if arrays := [spot for spot in _spots(document) if isinstance(spot.value, list) and len(spot.value) > 1]:
        spot = dice.pick(arrays)
        spot.value = dice.shuffle(spot.value)


def _wrap(document: JsonObject, dice: Dice) -> None:
    spots = [
        spot
        for spot in _spots(document)
        if isinstance(spot.parent, dict) and not isinstance(spot.value, list) and spot.token not in _KEYWORDS
    ]
    if spots:
        spot = dice.pick(spots)
        spot.value = [spot.value]


def _unwrap(document: JsonObject, dice: Dice) -> None:
    spots = [
        spot
        for spot in _spots(document)
        if isinstance(spot.value, list) and len(spot.value) == 1 and spot.token != "allowedValue"
    ]
    if spots:
        spot = dice.pick(spots)
        spot.value = spot.value[0]


def _drop_id(document: JsonObject, dice: Dice) -> None:
    if nodes := [node for node in _objects(document) if "id" in node and len(node) > 1]:
        del dice.pick(nodes)["id"]


def _change_id(document: JsonObject, dice: Dice) -> None:
    if nodes := [node for node in _objects(document) if "@value" not in node]:
        dice.pick(nodes)["id"] = dice.pick(ODD_IRIS)


def _twin(document: JsonObject, dice: Dice) -> None:
    """Let an object of an array stand there twice, unnamed."""
    spots = [
        spot
        for spot in _spots(document)
        if isinstance(spot.value, list) and spot.value and all(isinstance(entry, dict) for entry in spot.value)
    ]
    if spots:
        spot = dice.pick(spots)
        twin = copy.deepcopy(dice.pick(spot.value))
        twin.pop("id", None)
        spot.value = [*spot.value, twin, *([copy.deepcopy(twin)] if dice.below(2) else [])]


def _add_type(document: JsonObject, dice: Dice) -> None:
    if nodes := [node for node in _objects(document) if _types_of(node)]:
        node = dice.pick(nodes)
        types = [*_types_of(node), dice.pick(TYPES)]
        node["type"] = dice.shuffle(types) if dice.below(2) else types


def _change_scalar(document: JsonObject, dice: Dice) -> None:
    spots = [spot for spot in _spots(document) if isinstance(spot.value, (bool, int, float))]
    if spots:
        spot = dice.pick(spots)
        spot.value = not spot.value if isinstance(spot.value, bool) and dice.below(4) else dice.pick(ODD_SCALARS)


def _add_proof(document: JsonObject, dice: Dice) -> None:
    nodes = [node for node in _objects(document) if {"VerifiableCredential"} & set(_types_of(node))]
    if nodes:
        dice.pick(nodes)["proof"] = [{**PROOF, "nonce": str(number)} for number in range(1 + dice.below(3))]


def _move_shape(document: JsonObject, dice: Dice) -> None:
    """Let a value stand under another word of the same object."""
    nodes = [node for node in _objects(document) if len(node.keys() - _KEYWORDS) > 1]
    if nodes:
        node = dice.pick(nodes)
        left, right = dice.shuffle(sorted(node.keys() - _KEYWORDS))[:2]
        node[left], node[right] = node[right], node[left]


def _break(document: JsonObject, dice: Dice) -> None:
    dice.pick(list(BREAKS.values()))(document, dice.pick(_objects(document)), dice.below)


SOUND: Final[tuple[tuple[Callable[[JsonObject, Dice], None], int], ...]] = (
    (_change_text, 6),
    (_lengthen_text, 4),
    (_say_language, 2),
    (_add_member, 12),
    (_drop_member, 3),
    (_shuffle_members, 3),
    (_shuffle_array, 2),
    (_wrap, 2),
    (_unwrap, 2),
    (_drop_id, 3),
    (_change_id, 2),
    (_twin, 4),
    (_add_type, 3),
    (_change_scalar, 3),
    (_add_proof, 2),
    (_move_shape, 1),
)
_SOUND: Final = [change for change, weight in SOUND for _ in range(weight)]
_BASES: Final = [name for name, (_, weight) in BASES.items() for _ in range(weight)]


def make_variant(number: int) -> Variant:
    """Return the variant of that number."""
    dice = Dice(f"variant {number}")
    base = dice.pick(_BASES)
    document = copy.deepcopy(BASES[base][0]())
    changes: list[str] = []
    for _ in range(1 + dice.below(MAX_CHANGES)):
        change = _break if dice.below(100) < BREAKING_PERCENT else dice.pick(_SOUND)
        change(document, dice)
        changes.append(change.__name__.strip("_"))
    return Variant(number, base, tuple(changes), document)
