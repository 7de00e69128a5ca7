"""The quick walk: a document as most badges are becomes statements, grouped by what they speak of.

It knows the usual shapes only, and gives up on everything else: whatever is wrong, and what is merely rare (embedded
credentials, texts with a language, words of an `@vocab`). Then `lossless.QuadWalk`, which knows every rule and names
what is broken, walks from the start and decides. So nothing is accepted here that is not accepted there, and both
give the same statements: the tests compare them on every sample and on their mutations.
"""

from __future__ import annotations

import re
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
from credentials.plain_graph import PlainGraph
from credentials.rdfc import escape_literal
from credentials.shapes import IRI, KEYWORD, ORDERED, TEXT, WORD, NotPlainError, Shape, Step, find_shape
from schemas import DataModelError, has_no_escapes

if TYPE_CHECKING:
    from credentials.term_tables import TermTable
    from schemas import JsonObject, JsonValue

# Nearly all IRIs are of this form, and with `//` behind its scheme none is shortened by a prefix.
_WEB_IRI: Final = re.compile(r'https?://[^\x00-\x20<>"{}|^`\\\x7f]+')


def read_plain_graph(document: JsonObject, table: TermTable) -> PlainGraph | None:
    """Return the statements of a document, or None when it takes the thorough walk to tell.

    Args:
        document: Left unchanged; its own `@context` is not looked at.
        table: The active context of the whole document.
    """
    root = {word: value for word, value in document.items() if word != "@context"}
    walk = _PlainWalk(root)
    try:
        walk.read_node(root, table, 0)
        walk.verify_limits()
    except (NotPlainError, DataModelError, TypeError):  # TypeError: a `type` that cannot be looked up
        return None
    return walk.graph


class _PlainWalk:
    """One walk over one document, which has no `@context` here."""

    def __init__(self, root: JsonObject) -> None:
        self.graph = PlainGraph()
        self._root = root
        self._needs_escapes = not has_no_escapes(root)
        self._objects = 0
        self._typed_objects = 0
        self._statements = 0
        self._subject_chars = 0
        self._type_sets: set[tuple[int, tuple[str, ...]]] = set()
        self._described: dict[str, list[tuple[JsonObject, TermTable]]] = {}

    def verify_limits(self) -> None:
        """Give up when anything is too many, or one thing is described in two ways.

        The walk itself is short enough: its input is bounded, and it looks at each value once.
        """
        too_many = (
            self._objects > MAX_OBJECTS
            or self._typed_objects > MAX_TYPED_OBJECTS
            or self._statements > MAX_STATEMENTS
            or self._subject_chars > MAX_SUBJECT_CHARS
            or len(self._type_sets) > MAX_TYPE_SETS
        )
        if too_many:
            raise NotPlainError
        for subject in self.graph.several:
            self._verify_agreement(self._described.get(subject, []))

    def _verify_agreement(self, descriptions: list[tuple[JsonObject, TermTable]]) -> None:
        """Go on only when descriptions of one thing speak of different properties, or say word for word the same."""
        said: dict[str, str] = {}
        for node, table in descriptions:
            for word, value in node.items():
                if word in {"id", "type"}:
                    continue
                if said.setdefault(table.members[word].iri, repr(value)) != repr(value):
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
            if len(node) > 1:
                self._described.setdefault(subject, []).append((node, shape.table))
        else:
            subject = graph.add_blank()
            lines = graph.lines[subject]
        self._count(subject, node, shape)
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

    def _count(self, subject: str, node: JsonObject, shape: Shape) -> None:
        self._objects += 1
        self._statements += len(node)
        self._subject_chars += len(node) * len(subject)
        if shape.type_lines:
            self._typed_objects += 1
        if shape.type_set is not None:
            self._type_sets.add(shape.type_set)

    @staticmethod
    def _read_id(value: JsonValue, table: TermTable) -> str:
        if isinstance(value, str) and _WEB_IRI.fullmatch(value):
            return f"<{value}>"
        return read_iri(value, table, ())

    def _read_array(self, subject: str, shape: Shape, step: Step, values: list[JsonValue], depth: int) -> None:
        if not values or len(values) > MAX_VALUES_PER_PROPERTY:
            raise NotPlainError
        self._statements += len(values)
        self._subject_chars += len(values) * len(subject)
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
            return self.read_node(value, step.inner, depth + 1)
        if isinstance(value, str):
            return self._write_text(shape, step, value)
        if isinstance(value, bool | int | float):
            return write_scalar(value, step.term.coercion, ())
        raise NotPlainError

    def _write_text(self, shape: Shape, step: Step, value: str) -> str:
        if step.entry_action == TEXT:
            return f'"{escape_literal(value)}{step.tail}'
        if step.entry_action == IRI:
            return read_iri(value, shape.table, ())
        if step.entry_action == WORD:
            return read_word(value, step.inner, ())
        raise NotPlainError
