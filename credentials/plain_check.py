"""Would a signature cover all that a document says? Told without putting its statements down.

A token and a JCS proof sign the bytes of a document; its statements are asked only whether anything in it is undefined
or said in two ways. So the walk here looks at each value as `plain_walk` does, puts nothing down, and gives up in the
same places: then `lossless.QuadWalk` decides. Nothing is accepted here that is not accepted there
(`tests/property/test_quick_walk.py`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from credentials.literals import write_scalar
from credentials.lossless import MAX_DEPTH, MAX_TYPE_SETS, MAX_VALUES_PER_PROPERTY, read_iri, read_word
from credentials.plain_rules import MAX_PLAIN_DEPTH, verify_agreement, verify_bounds
from credentials.shapes import (
    IRI,
    MAX_KEPT_SHAPES,
    MAX_SHAPE_CHARS,
    MAX_SHAPE_WORDS,
    ORDERED,
    TEXT,
    WORD,
    NotPlainError,
    Step,
    find_shape,
)
from credentials.shared_parts import MAX_KEPT_BYTES, PartStore
from credentials.term_tables import compile_contexts, count_forgotten
from schemas import DataModelError, is_pointed_float

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from credentials.term_tables import TermTable
    from schemas import JsonObject, JsonValue

MAX_KEPT_NUMBERS: Final = 1_024


class PlainFindings(NamedTuple):
    """What else was seen of a document of which nothing is lost.

    Args:
        depth: Objects inside objects.
        has_odd_floats: Whether a number in it was read as a float, and not all writers of JSON spell it alike.
    """

    depth: int
    has_odd_floats: bool


class _Rule(NamedTuple):
    """What remains to be looked at in an object of a known shape: its other texts stand for themselves."""

    table: TermTable
    has_id: bool
    is_usual_iri: Callable[[str], re.Match[str] | None]
    iris: tuple[str, ...]  # members
    others: tuple[tuple[str, Step], ...]  # members that are no plain text
    size: int
    type_set: tuple[int, tuple[str, ...]] | None


class _CheckedPart(NamedTuple):
    """An object with an id, and everything in it: what was seen of it, as in `_PlainCheck`.

    Kept as `shared_parts` says: no more than a quarter of what the statements of parts may take.
    """

    ids: frozenset[str]
    described: list[tuple[str, JsonObject, TermTable]]
    objects: int
    statements: int
    depth: int
    has_odd_floats: bool
    type_sets: frozenset[tuple[int, tuple[str, ...]]]


_parts: Final[PartStore[_CheckedPart]] = PartStore(MAX_KEPT_BYTES // 4)
# As `shapes.KEPT_SHAPES`, but by the kinds of the values too.
_KEPT_RULES: Final[dict[tuple[object, ...], _Rule]] = {}
_kept_since: Final = [0]


def check_plainly(root: JsonObject, table: TermTable) -> PlainFindings | None:
    """Say that a document loses nothing; None when it takes the thorough walk to tell.

    Args:
        root: A document without `@context`; left unchanged.
        table: The active context.
    """
    walk = _PlainCheck()
    try:
        walk.check_node(root, table, 0)
        walk.check_whole(root)
    except (NotPlainError, DataModelError, TypeError):  # TypeError: a `type` that cannot be looked up
        return None
    return PlainFindings(walk.depth, walk.has_odd_floats)


def find_plainly_lossless(document: JsonObject, urls: tuple[str, ...]) -> PlainFindings | None:
    """Say of a document, no more than `MAX_PLAIN_DEPTH` deep, that a signature over all of it loses nothing.

    Args:
        document: Left unchanged; it has an `@context`.
        urls: What stands there, that of Verifiable Credentials first; all of them are known here.

    Returns:
        None when it takes `read_statements` to tell.
    """
    root = document.copy()
    del root["@context"]
    found = check_plainly(root, compile_contexts(urls))
    return found if found is not None and found.depth <= MAX_PLAIN_DEPTH else None


class _PlainCheck:
    """One walk over one document."""

    __slots__ = ("cells", "depth", "described", "entries", "has_odd_floats", "parts", "rules")

    def __init__(self) -> None:
        self.depth = 0
        self.has_odd_floats = False
        self.rules: list[_Rule] = []  # one for each object
        self.parts: list[_CheckedPart] | None = []  # None inside a part, which has none in turn
        self.entries = 0  # of arrays
        self.cells = 0  # for entries of ordered arrays
        self.described: list[tuple[str, JsonObject, TermTable]] = []  # objects with an id

    def check_whole(self, root: JsonObject) -> None:
        """Go on only when nothing is too many, and no thing is described in two ways."""
        parts = self.parts or []
        objects = len(self.rules) + self.cells + sum([part.objects for part in parts])
        statements = self._count_statements() + sum([part.statements for part in parts])
        type_sets: set[object] = set()
        if objects > MAX_TYPE_SETS:  # there are no more of them than objects
            type_sets.update(self._list_type_sets(), *[part.type_sets for part in parts])
        ids = {subject for subject, _, _ in self.described}
        count = len(self.described)
        for part in parts:
            ids |= part.ids
            count += len(part.ids)
        verify_bounds(objects, statements, max(map(len, ids), default=0) + len("<>"), type_sets)
        if len(ids) != count:
            self._verify_agreement(root)

    def compose_part(self) -> _CheckedPart:
        """Return what was seen of a part.

        Raises:
            NotPlainError: It describes one thing in two ways.
        """
        ids = frozenset([subject for subject, _, _ in self.described])
        if len(ids) != len(self.described):
            self._verify_agreement(None)  # a part is not the document
        return _CheckedPart(
            ids=ids,
            described=self.described,
            objects=len(self.rules) + self.cells,
            statements=self._count_statements(),
            depth=self.depth,
            has_odd_floats=self.has_odd_floats,
            type_sets=self._list_type_sets(),
        )

    def _count_statements(self) -> int:
        return sum([rule.size for rule in self.rules]) + self.entries

    def _list_type_sets(self) -> frozenset[tuple[int, tuple[str, ...]]]:
        return frozenset([rule.type_set for rule in self.rules if rule.type_set is not None])

    def _verify_agreement(self, root: JsonObject | None) -> None:
        places: dict[str, list[tuple[JsonObject, TermTable]]] = {}
        for described in (self.described, *[part.described for part in self.parts or []]):
            for subject, node, table in described:
                places.setdefault(subject, []).append((node, table))
        for descriptions in places.values():
            if len(descriptions) > 1:
                verify_agreement(descriptions, root=root)

    def check_node(self, node: JsonObject, table: TermTable, depth: int) -> str:
        """Look at one object, and return its id; empty when it has none."""
        types: Any = node.get("type")
        if type(types) is list:
            types = tuple(types)
        rule = _KEPT_RULES.get((table, types, *node, *map(type, node.values()))) or _find_rule(table, types, node)
        inner, has_id, is_usual_iri, iris, others, _, _ = rule
        self.rules.append(rule)
        subject: Any = ""
        if has_id:
            subject = node["id"]
            if type(subject) is not str or not is_usual_iri(subject):
                read_iri(subject, inner, ())
            self.described.append((subject, node, inner))
        for word in iris:
            value: Any = node[word]
            if not is_usual_iri(value):
                read_iri(value, inner, ())
        for word, step in others:
            value = node[word]
            kind = type(value)
            if kind is list:
                self._check_array(value, step, inner, depth)
            elif kind is dict:
                self._check_object(value, step, depth)
            else:
                self._check_value(value, step, inner)
        return subject  # type: ignore[no-any-return]

    def _check_object(self, node: JsonObject, step: Step, depth: int) -> None:
        if step.action == ORDERED:
            raise NotPlainError
        parts = self.parts
        part = _parts.find_or_read(node, step.inner, _read_part) if step.is_shared and parts is not None else None
        if part is not None and parts is not None and part not in parts:
            parts.append(part)
            self._note_depth(depth + part.depth)
            self.has_odd_floats |= part.has_odd_floats
            return
        self._note_depth(depth)
        self.check_node(node, step.inner, depth + 1)

    def _note_depth(self, depth: int) -> None:
        """Note that an object stands inside one with so many around it."""
        if depth >= self.depth:
            if depth >= MAX_DEPTH:
                raise NotPlainError
            self.depth = depth + 1

    def _check_array(self, values: list[Any], step: Step, table: TermTable, depth: int) -> None:
        if not values or len(values) > MAX_VALUES_PER_PROPERTY:
            raise NotPlainError
        self.entries += len(values)
        is_ordered = step.action == ORDERED
        if is_ordered:
            self.cells += len(values)
        kind = type(values[0])
        if kind is dict:
            self._note_depth(depth)
        found: list[str] = []  # no two say the same
        for value in values:
            if type(value) is not kind:
                raise NotPlainError
            if kind is dict:
                subject = self.check_node(value, step.inner, depth + 1)
                if subject:
                    found.append(subject)
            elif kind is str:
                found.append(_read_text(value, step, table))
            else:
                raise NotPlainError
        if len(found) > 1 and not is_ordered and len(set(found)) != len(found):
            raise NotPlainError

    def _check_value(self, value: JsonValue, step: Step, table: TermTable) -> None:
        if step.action == ORDERED:
            raise NotPlainError
        if type(value) is str:
            _read_text(value, step, table)
        elif type(value) is float:
            self.has_odd_floats |= not is_pointed_float(value)
            _verify_number(value, step.term.coercion)
        elif type(value) is int or type(value) is bool:
            _verify_number(value, step.term.coercion)
        else:
            raise NotPlainError


def _read_part(node: JsonObject, table: TermTable, _encoded: bytes) -> _CheckedPart:
    """Return the part that an object is.

    Raises:
        NotPlainError: It takes the thorough walk to tell what it says; so do the other errors of `check_node`.
    """
    walk = _PlainCheck()
    walk.parts = None
    walk.check_node(node, table, 0)
    return walk.compose_part()


def _read_text(value: str, step: Step, table: TermTable) -> str:
    """Return a text, or the IRI that a word stands for: two that are equal say the same."""
    action = step.entry_action
    if action == TEXT:
        return value
    if action == IRI:
        return read_iri(value, table, ())
    if action == WORD:
        return read_word(value, step.inner, ())
    raise NotPlainError


# By kind as well: 1, 1.0 and true are equal, and differ. The two zeros do not here.
@lru_cache(maxsize=MAX_KEPT_NUMBERS, typed=True)
def _verify_number(value: float, datatype: str) -> None:
    """Go on only when a number or a truth value may stand there; the same few come again and again."""
    write_scalar(value, datatype, ())


def _find_rule(table: TermTable, types: tuple[str, ...] | str | None, node: JsonObject) -> _Rule:
    """Return the rule of an object that is not kept, and keep it.

    Raises:
        NotPlainError: As `shapes.find_shape`; so are the other errors.
    """
    shape = find_shape(table, types, node)
    words: Any = shape.pick({word: word for word in node})
    rule = _Rule(
        table=shape.table,
        has_id=shape.has_id,
        is_usual_iri=shape.is_usual_iri,
        iris=tuple([words[place] for place in shape.iris]),
        others=tuple([(words[place], step) for place, step in shape.others]),
        size=shape.size,
        type_set=shape.type_set,
    )
    if len(node) <= MAX_SHAPE_WORDS and sum([len(str(word)) for word in (types, *node)]) <= MAX_SHAPE_CHARS:
        if len(_KEPT_RULES) >= MAX_KEPT_SHAPES or _kept_since[0] != count_forgotten():
            _KEPT_RULES.clear()
            _kept_since[0] = count_forgotten()
        _KEPT_RULES[table, types, *node, *map(type, node.values())] = rule
    return rule
