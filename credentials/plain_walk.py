"""The quick walk: a document as most badges are becomes statements, grouped by what they speak of.

It knows the usual shapes only, and gives up on everything else: whatever is wrong, and what is merely rare (embedded
credentials, texts with a language, words of an `@vocab`). Then `lossless.QuadWalk`, which knows every rule and names
what is broken, walks from the start and decides. So nothing is accepted here that is not accepted there, and both
give the same statements: the tests compare them on every sample and on their mutations.

What many badges share, such as the achievement, is walked once and kept (`shared_parts`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import count
from typing import TYPE_CHECKING, Final

from credentials.literals import write_scalar
from credentials.lossless import (
    MAX_DEPTH,
    MAX_OBJECTS,
    MAX_STATEMENTS,
    MAX_SUBJECT_CHARS,
    MAX_TYPE_SETS,
    MAX_TYPED_OBJECTS,
    MAX_VALUES_PER_PROPERTY,
    RDF_FIRST,
    RDF_NIL,
    RDF_REST,
    read_iri,
    read_word,
)
from credentials.plain_graph import PlainGraph, label_nodes, write_graphs
from credentials.rdfc import escape_literal
from credentials.shapes import IRI, KEYWORD, ORDERED, TEXT, WORD, NotPlainError, Shape, Step, find_shape
from credentials.shared_parts import MAX_PART_BYTES, MIN_PART_BYTES, PartCounts, PartStore, SharedPart
from schemas import DataModelError, has_no_escapes, read_cache_key, write_cache_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credentials.rdfc import HashAlgorithm, Quad
    from credentials.term_tables import TermTable
    from schemas import JsonObject, JsonValue

# Nearly all IRIs are of this form, and with `//` behind its scheme none is shortened by a prefix.
_WEB_IRI: Final = re.compile(r'https?://[^\x00-\x20<>"{}|^`\\\x7f]+')


_ONLY_TEXT: Final = frozenset({str})
# Members whose values are the same in many badges.
_SHARED_MEMBERS: Final = frozenset({"achievement", "issuer"})

_parts: Final = PartStore()
_part_numbers: Final = count()  # so that no two parts have blank nodes of the same name


class PlainStatements:
    """The statements of one document: those of its own, and those of the parts that it shares with others."""

    __slots__ = ("_graphs", "_several")

    def __init__(self, graphs: tuple[PlainGraph, ...], several: set[str]) -> None:
        self._graphs = graphs
        self._several = several

    def iterate_quads(self) -> Iterator[Quad]:
        """Give the statements one by one."""
        for graph in self._graphs:
            yield from graph.iterate_quads()

    def canonicalize(self, algorithm: HashAlgorithm) -> str | None:
        """Return the canonical N-Quads, or None when that takes more than first-degree hashes."""
        labels = label_nodes(self._graphs, algorithm)
        return None if labels is None else write_graphs(self._graphs, labels, self._several)


def read_plain_statements(document: JsonObject, table: TermTable) -> PlainStatements | None:
    """Return the statements of a document, or None when it takes the thorough walk to tell.

    Args:
        document: Left unchanged; its own `@context` is not looked at.
        table: The active context of the whole document.
    """
    root = {word: value for word, value in document.items() if word != "@context"}
    walk = _PlainWalk(root, PlainGraph(), needs_escapes=not has_no_escapes(write_cache_key(root)))
    try:
        walk.read_node(root, table, 0)
        return walk.finish()
    except (NotPlainError, DataModelError, TypeError):  # TypeError: a `type` that cannot be looked up
        return None


class _PlainWalk:
    """One walk over one document, which has no `@context` here, or over one part."""

    def __init__(self, root: JsonObject, graph: PlainGraph, *, needs_escapes: bool) -> None:
        self.graph = graph
        self._root = root
        self._needs_escapes = needs_escapes
        self._parts: list[SharedPart] | None = []  # None inside a part, which has none in turn
        self._objects: list[tuple[str, JsonObject, Shape, int]] = []  # each with its subject, shape and depth
        self._entries = 0  # of arrays
        self._entry_chars = 0  # of the subjects that they repeat

    def finish(self) -> PlainStatements:
        """Return what was read, unless anything is too many, or one thing is described in two ways.

        The walk itself is short enough: its input is bounded, and it looks at each value once.
        """
        parts = self._parts or []
        counts = [self._count(), *[part.counts for part in parts]]
        type_sets = self._list_type_sets().union(*[part.type_sets for part in parts])
        too_many = (
            sum([one.objects for one in counts]) > MAX_OBJECTS
            or sum([one.typed_objects for one in counts]) > MAX_TYPED_OBJECTS
            or sum([one.statements for one in counts]) > MAX_STATEMENTS
            or sum([one.subject_chars for one in counts]) > MAX_SUBJECT_CHARS
            or len(type_sets) > MAX_TYPE_SETS
        )
        if too_many:
            raise NotPlainError
        graphs = (self.graph, *[part.graph for part in parts])
        several = _list_several(graphs)
        if several:
            places = (self._list_described(), *[part.described for part in parts])
            for subject in several:
                self._verify_agreement([one for place in places for one in place.get(subject, [])])
        return PlainStatements(graphs, several)

    def _count(self) -> PartCounts:
        objects = self._objects
        return PartCounts(
            objects=len(objects),
            typed_objects=sum([bool(shape.type_lines) for _, _, shape, _ in objects]),
            statements=sum([len(node) for _, node, _, _ in objects]) + self._entries,
            subject_chars=sum([len(node) * len(subject) for subject, node, _, _ in objects]) + self._entry_chars,
            depth=max([depth for _, _, _, depth in objects], default=0),
        )

    def _list_type_sets(self) -> frozenset[tuple[int, tuple[str, ...]]]:
        return frozenset([shape.type_set for _, _, shape, _ in self._objects if shape.type_set is not None])

    def _list_described(self) -> dict[str, list[tuple[JsonObject, TermTable]]]:
        """Return the objects that say something of a thing with an id, by that."""
        described: dict[str, list[tuple[JsonObject, TermTable]]] = defaultdict(list)
        for subject, node, shape, _ in self._objects:
            if shape.has_id and len(node) > 1:
                described[subject].append((node, shape.table))
        return described

    def _verify_agreement(self, descriptions: list[tuple[JsonObject, TermTable]]) -> None:
        """Go on only when descriptions of one thing speak of different properties, or say word for word the same."""
        said: dict[str, JsonValue] = {}
        for node, table in descriptions:
            members = table.members
            for word, value in node.items():
                if word in {"id", "type"}:
                    continue
                other = said.setdefault(members[word].iri, value)
                if other is not value and repr(other) != repr(value):  # 1, 1.0 and true are equal, and differ
                    raise NotPlainError
        if len(descriptions) > 1 and any(node is self._root for node, _ in descriptions):
            raise NotPlainError

    def read_node(self, node: JsonObject, table: TermTable, depth: int) -> str:
        """Add the statements of one object and return its subject."""
        kinds = node.get("type")
        shape = find_shape(table, tuple(kinds) if isinstance(kinds, list) else kinds, node)  # type: ignore[arg-type]
        graph = self.graph
        if shape.has_id:
            subject = self._read_id(node["id"], shape.table)
            lines = graph.add_named(subject)
        else:
            subject = graph.add_blank()
            lines = graph.lines[subject]
        self._objects.append((subject, node, shape, depth))
        lines += shape.type_lines
        needs_escapes = self._needs_escapes
        for step, value in zip(shape.steps, node.values(), strict=True):
            action = step.action
            if action == KEYWORD:
                continue
            if isinstance(value, str):
                if action == TEXT:
                    lines.append(f"{step.head}{escape_literal(value) if needs_escapes else value}{step.tail}")
                    continue
                if action == IRI and _WEB_IRI.fullmatch(value):
                    lines.append(f"{step.head}{value}>")
                    continue
            if isinstance(value, list):
                self._read_array(subject, shape, step, value, depth)
            elif action == ORDERED:
                raise NotPlainError
            else:
                graph.add_value(subject, step.predicate, self._read_value(shape, step, value, depth))
        return subject

    @staticmethod
    def _read_id(value: JsonValue, table: TermTable) -> str:
        if isinstance(value, str) and _WEB_IRI.fullmatch(value):
            return f"<{value}>"
        return read_iri(value, table, ())

    def _read_array(self, subject: str, shape: Shape, step: Step, values: list[JsonValue], depth: int) -> None:
        if not values or len(values) > MAX_VALUES_PER_PROPERTY:
            raise NotPlainError
        self._entries += len(values)
        self._entry_chars += len(values) * len(subject)
        if step.action == TEXT and not self._needs_escapes and _ONLY_TEXT.issuperset(map(type, values)):
            if len(set(values)) != len(values):
                raise NotPlainError
            self.graph.lines[subject] += [f"{step.head}{value}{step.tail}" for value in values]
            return
        found = [self._read_value(shape, step, value, depth) for value in values]
        if step.action == ORDERED:
            self._add_list(subject, step.predicate, found)
            return
        if len(set(found)) != len(found):
            raise NotPlainError
        for value in found:
            self.graph.add_value(subject, step.predicate, value)

    def _add_list(self, subject: str, predicate: str, values: list[str]) -> None:
        graph = self.graph
        for value in values:
            cell = graph.add_blank()
            graph.add_value(subject, predicate, cell)
            graph.add_value(cell, RDF_FIRST, value)
            subject, predicate = cell, RDF_REST
        graph.add_value(subject, predicate, RDF_NIL)

    def _read_value(self, shape: Shape, step: Step, value: JsonValue, depth: int) -> str:
        """Return the object of one statement."""
        if isinstance(value, dict):
            if depth >= MAX_DEPTH:
                raise NotPlainError
            if self._parts is not None and step.term.name in _SHARED_MEMBERS:
                return self._read_shared(value, step.inner, depth + 1)
            return self.read_node(value, step.inner, depth + 1)
        if isinstance(value, str):
            return self._write_text(shape, step, value)
        if isinstance(value, bool | int | float):
            return write_scalar(value, step.term.coercion, ())
        raise NotPlainError

    def _read_shared(self, node: JsonObject, table: TermTable, depth: int) -> str:
        """Add an object that other badges may have as well, unless it is small, or stands twice in this one."""
        assert self._parts is not None, "the caller has seen to it"
        part = _find_part(node, table)
        if part is None or part in self._parts:
            return self.read_node(node, table, depth)
        if depth + part.counts.depth > MAX_DEPTH:
            raise NotPlainError
        self._parts.append(part)
        return part.subject

    def read_part(self, table: TermTable) -> SharedPart:
        """Read the root as a part.

        Raises:
            NotPlainError: As `read_node`.
        """
        self._parts = None
        subject = self.read_node(self._root, table, 0)
        return SharedPart(
            subject=subject,
            graph=self.graph,
            counts=self._count(),
            type_sets=self._list_type_sets(),
            described=self._list_described(),
        )

    def _write_text(self, shape: Shape, step: Step, value: str) -> str:
        if step.entry_action == TEXT:
            return f'"{escape_literal(value)}{step.tail}'
        if step.entry_action == IRI:
            return read_iri(value, shape.table, ())
        if step.entry_action == WORD:
            return read_word(value, step.inner, ())
        raise NotPlainError


def _find_part(node: JsonObject, table: TermTable) -> SharedPart | None:
    """Return the part that an object is; None when it is not worth while."""
    encoded = write_cache_key(node) if "id" in node else None
    if encoded is None or not MIN_PART_BYTES <= len(encoded) <= MAX_PART_BYTES:
        return None
    part = _parts.find(table, encoded)
    if part is None and _parts.is_known(table, encoded):
        copy = read_cache_key(encoded)
        assert isinstance(copy, dict), "an object stays one"
        graph = PlainGraph(f"_:p{next(_part_numbers)}n")
        part = _PlainWalk(copy, graph, needs_escapes=not has_no_escapes(encoded)).read_part(table)
        _parts.keep(table, encoded, part)
    return part


def _list_several(graphs: tuple[PlainGraph, ...]) -> set[str]:
    """Return the subjects that are described more than once."""
    several: set[str] = set()
    seen: set[str] = set()
    for graph in graphs:
        several |= graph.several | (seen & graph.named)
        seen |= graph.named
    return several
