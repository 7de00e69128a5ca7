"""The quick walk: a document as most badges are becomes statements, grouped by what they speak of.

It knows the usual shapes only, and gives up on everything else: whatever is wrong, and what is merely rare (embedded
credentials, texts with a language, words of an `@vocab`). Then `lossless.QuadWalk`, which knows every rule and names
what is broken, walks from the start and decides. So nothing is accepted here that is not accepted there, and both
give the same statements: the tests compare them on every sample and on their mutations.

What many badges share, such as the achievement, is walked once and kept (`shared_parts`).
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from credentials.literals import write_scalar
from credentials.lossless import (
    MAX_DEPTH,
    MAX_TYPE_SETS,
    MAX_VALUES_PER_PROPERTY,
    RDF_FIRST,
    RDF_NIL,
    RDF_REST,
    read_iri,
    read_word,
)
from credentials.plain_graph import LinkedBody, Links, PlainGraph, label_nodes, list_several, write_graphs
from credentials.plain_rules import verify_agreement, verify_bounds
from credentials.rdfc import escape_literal
from credentials.shapes import (
    END_OF_LINE,
    IRI,
    KEPT_SHAPES,
    ORDERED,
    TEXT,
    WORD,
    NotPlainError,
    Shape,
    Step,
    find_shape,
    find_shape_of_any_values,
)
from credentials.shared_parts import PartStore, SharedPart
from schemas import DataModelError, has_no_escapes, write_cache_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credentials.plain_graph import Body
    from credentials.rdfc import HashAlgorithm, Quad
    from credentials.term_tables import TermTable
    from schemas import JsonObject, JsonValue

# Between them Python, JavaScript and orjson write a number with a point in the same digits, without an exponent.
_SMALLEST_PLAIN: Final = 0.001
_FIRST_LONG: Final = 1e15
MAX_KEPT_FLOATS: Final = 1_024
_ONLY_TEXT: Final = frozenset({str})
_ONLY_OBJECTS: Final = frozenset({dict})
_parts: Final[PartStore[SharedPart]] = PartStore()
_part_numbers: Final = count()  # so that no two parts have blank nodes of the same name


class PlainStatements:
    """The statements of one document: those of its own, and those of the parts that it shares with others."""

    __slots__ = ("_graphs", "_several", "depth", "has_odd_numbers")

    def __init__(self, graphs: tuple[PlainGraph, ...], several: set[str], *, depth: int, has_odd_numbers: bool) -> None:
        self.depth = depth  # objects inside objects
        self.has_odd_numbers = has_odd_numbers  # whether writers of JSON may spell a number in different ways
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
    return tell_plainly(root, table, needs_escapes=not has_no_escapes(write_cache_key(root)))


def tell_plainly(root: JsonObject, table: TermTable, *, needs_escapes: bool) -> PlainStatements | None:
    """Return the statements of a document without `@context`, as `read_plain_statements`.

    Args:
        root: Left unchanged.
        table: The active context.
        needs_escapes: Whether a text in it may hold a quote, a backslash or a control character.
    """
    walk = _PlainWalk(root, PlainGraph(), needs_escapes=needs_escapes)
    try:
        walk.read_node(root, table, 0, "", "")
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
        self._shapes: list[Shape] = []  # one for each object
        self._entries = 0  # of arrays
        self._has_odd_numbers = False
        self._depth = 0
        # Objects that say something of a thing with an id.
        self._described: list[tuple[str, JsonObject, TermTable]] = []

    def finish(self) -> PlainStatements:
        """Return what was read, unless anything is too many, or one thing is described in two ways.

        The walk itself is short enough: its input is bounded, and it looks at each value once.
        """
        parts = self._parts or ()
        statements, objects = self._count_statements(), self.graph.count_objects()
        has_odd_numbers = self._has_odd_numbers
        for part in parts:
            statements += part.statements
            objects += part.objects
            has_odd_numbers |= part.has_odd_numbers
        # There are no more of them than objects.
        type_sets = self._list_type_sets() if objects > MAX_TYPE_SETS else frozenset()
        graphs = (self.graph, *[part.graph for part in parts])
        several = list_several(graphs)
        longest = max([len(subject) for graph in graphs for subject in graph.named], default=0)
        verify_bounds(objects, statements, longest, type_sets)
        if several:
            places = (self._list_described(), *[part.described for part in parts])
            for subject in several:
                verify_agreement([one for place in places for one in place.get(subject, [])], root=self._root)
        return PlainStatements(graphs, several, depth=self._depth, has_odd_numbers=has_odd_numbers)

    def _count_statements(self) -> int:
        return self._entries + sum([shape.size for shape in self._shapes])

    def _list_type_sets(self) -> frozenset[tuple[int, tuple[str, ...]]]:
        own = frozenset([shape.type_set for shape in self._shapes if shape.type_set is not None])
        return own.union(*[part.type_sets for part in self._parts or ()])

    def _list_described(self) -> dict[str, list[tuple[JsonObject, TermTable]]]:
        """Return the objects that say something of a thing with an id, by that."""
        described: dict[str, list[tuple[JsonObject, TermTable]]] = defaultdict(list)
        for subject, node, table in self._described:
            described[subject].append((node, table))
        return described

    def read_node(self, node: JsonObject, table: TermTable, depth: int, parent: str, predicate: str) -> str:
        """Add the statements of one object and return its subject.

        Args:
            node: The object.
            table: The context in which it stands.
            depth: Objects around it.
            parent: The subject that leads to it; empty for the root.
            predicate: By what.
        """
        types: Any = node.get("type")
        if type(types) is list:
            types = tuple(types)
        shape = KEPT_SHAPES.get((table, types, *node)) or find_shape(table, types, node)
        values: Any = shape.pick(node)
        is_plain = not (shape.others or self._needs_escapes)
        body: Body = ""
        try:
            if is_plain:
                pieces = shape.pieces.copy()
                pieces[1::2] = values
                body = "".join(pieces)
            else:
                "".join(shape.pick_texts(node))  # type: ignore[arg-type]
        except TypeError:  # something else stands where other objects of these words have a text
            shape = find_shape_of_any_values(table, types, node)
            values, is_plain = shape.pick(node), False
        graph = self.graph
        self._shapes.append(shape)
        if shape.has_id:
            value = node["id"]
            subject = (
                f"<{value}>" if type(value) is str and shape.is_usual_iri(value) else read_iri(value, shape.table, ())
            )
            if shape.size > 1:
                self._described.append((subject, node, shape.table))
        else:
            subject = graph.name_blank()
        for place in shape.iris:
            if not shape.is_usual_iri(values[place]):
                read_iri(values[place], shape.table, ())
        if not is_plain:
            body = self._read_body(subject, shape, list(values), depth)
        if shape.has_id:
            graph.add_body(subject, body)
        else:
            graph.nodes.append((subject, body, parent, predicate))
        return subject

    def _read_body(self, subject: str, shape: Shape, values: list[Any], depth: int) -> Body:
        """Return the lines of an object of which some values are no plain text."""
        if self._needs_escapes:
            for place in shape.texts:
                values[place] = escape_literal(values[place])
        links: list[Links] = []
        for place, step in shape.others:
            value = values[place]
            predicate = step.predicate
            if type(value) is list and len(value) == 1 and type(value[0]) is dict:
                value = value[0]
                self._entries += 1
            if isinstance(value, list):
                lines, nodes = self._read_array(subject, shape, step, value, depth)
                if nodes:
                    links.append(Links(2 * place + 1, predicate, lines, nodes))
                values[place] = lines
                continue
            if step.action == ORDERED:
                raise NotPlainError
            found = self._read_value(subject, shape, step, value, depth)
            if found[0] == "_":
                links.append(Links(2 * place + 1, predicate, "", [found]))
                values[place] = ""
            else:
                values[place] = f"\0 {predicate} {found} .\n"
        pieces = shape.pieces.copy()
        pieces[1::2] = values
        return LinkedBody(pieces, links) if links else "".join(pieces)

    def _read_array(
        self, subject: str, shape: Shape, step: Step, values: list[JsonValue], depth: int
    ) -> tuple[str, list[str]]:
        """Return the lines of an array, and the blank nodes to which more lines lead."""
        if not values or len(values) > MAX_VALUES_PER_PROPERTY:
            raise NotPlainError
        self._entries += len(values)
        if step.action == ORDERED:
            return self._read_list(subject, shape, step, values, depth)
        if step.action == TEXT and not self._needs_escapes and _ONLY_TEXT.issuperset(map(type, values)):
            lines = [f"{step.head}{value}{step.tail}" for value in values]
            if len(set(lines)) != len(lines):
                raise NotPlainError
            return "".join(sorted(lines)), []
        if step.is_shared or not _ONLY_OBJECTS.issuperset(map(type, values)):
            found = [self._read_value(subject, shape, step, value, depth) for value in values]
        else:
            self._note_depth(depth)
            inner, predicate, read_node = step.inner, step.predicate, self.read_node
            found = [read_node(value, inner, depth + 1, subject, predicate) for value in values]  # type: ignore[arg-type]
        if len(set(found)) != len(found):
            raise NotPlainError
        lines = [f"\0 {step.predicate} {value} .\n" for value in found if value[0] != "_"]
        return "".join(sorted(lines)), [value for value in found if value[0] == "_"]

    def _read_list(
        self, subject: str, shape: Shape, step: Step, values: list[JsonValue], depth: int
    ) -> tuple[str, list[str]]:
        """Add the cells of an array whose order counts, and return the first of them."""
        graph, predicate = self.graph, step.predicate
        cells = [graph.name_blank() for _ in values]
        for place, value in enumerate(values):
            cell = cells[place]
            found = self._read_value(cell, shape, step, value, depth)
            links = []
            lines = ["", f"\0 {RDF_REST} {RDF_NIL} .\n"]
            if found[0] == "_":
                links.append(Links(0, RDF_FIRST, "", [found]))
            else:
                lines[0] = f"\0 {RDF_FIRST} {found} .\n"
            if place + 1 < len(cells):
                links.append(Links(1, RDF_REST, "", [cells[place + 1]]))
            body = LinkedBody(lines, links) if links else "".join(lines)
            graph.nodes.append((cell, body, subject, predicate))
            subject, predicate = cell, RDF_REST
        return "", cells[:1]

    def _read_value(self, subject: str, shape: Shape, step: Step, value: JsonValue, depth: int) -> str:
        """Return the object of one statement."""
        if isinstance(value, dict):
            self._note_depth(depth)
            if step.is_shared and self._parts is not None:
                part = self._find_shared(value, step.inner, depth + 1)
                if part is not None:
                    return part.subject
            return self.read_node(value, step.inner, depth + 1, subject, step.entry_predicate)
        if isinstance(value, str):
            return self._write_text(shape, step, value)
        if type(value) is float and value:
            self._has_odd_numbers |= not _SMALLEST_PLAIN <= abs(value) < _FIRST_LONG
            return _write_float(value, step.term.coercion)
        if isinstance(value, bool | int | float):
            self._has_odd_numbers |= isinstance(value, float)  # zero, or less than it
            return write_scalar(value, step.term.coercion, ())
        raise NotPlainError

    def _note_depth(self, depth: int) -> None:
        """Note that an object stands inside one with so many around it."""
        if depth >= self._depth:
            if depth >= MAX_DEPTH:
                raise NotPlainError
            self._depth = depth + 1

    def _find_shared(self, node: JsonObject, table: TermTable, depth: int) -> SharedPart | None:
        """Add an object that other badges may have as well, unless it is small, or stands twice in this one."""
        assert self._parts is not None, "the caller has seen to it"
        part = _parts.find_or_read(node, table, _read_part)
        if part is None or part in self._parts:
            return None
        if depth + part.depth > MAX_DEPTH:
            raise NotPlainError
        self._parts.append(part)
        self._depth = max(self._depth, depth + part.depth)
        return part

    def read_part(self, table: TermTable) -> SharedPart:
        """Read the root as a part.

        Raises:
            NotPlainError: As `read_node`.
        """
        self._parts = None
        subject = self.read_node(self._root, table, 0, "", "")
        described = self._list_described()
        for several in self.graph.several:
            verify_agreement(described[several], root=None)  # a part is not the document
        objects = self.graph.count_objects()
        self.graph.merge_several()
        return SharedPart(
            subject=subject,
            graph=self.graph,
            statements=self._count_statements(),
            objects=objects,
            has_odd_numbers=self._has_odd_numbers,
            depth=self._depth,
            type_sets=self._list_type_sets(),
            described=described,
        )

    def _write_text(self, shape: Shape, step: Step, value: str) -> str:
        if step.entry_action == TEXT:
            return f'"{escape_literal(value)}{step.tail.removesuffix(END_OF_LINE)}'
        if step.entry_action == IRI:
            return read_iri(value, shape.table, ())
        if step.entry_action == WORD:
            return read_word(value, step.inner, ())
        raise NotPlainError


@lru_cache(maxsize=MAX_KEPT_FLOATS)  # never zero: the two of them are equal to Python, and written in two ways
def _write_float(value: float, datatype: str) -> str:
    """Write a number with a point; the same few hours, grades and coordinates come again and again."""
    return write_scalar(value, datatype, ())


def _read_part(node: JsonObject, table: TermTable, encoded: bytes) -> SharedPart:
    """Return the part that an object is.

    Raises:
        NotPlainError: It takes the thorough walk to tell what it says; so do the other errors of `tell_plainly`.
    """
    graph = PlainGraph(f"_:p{next(_part_numbers)}n")
    return _PlainWalk(node, graph, needs_escapes=not has_no_escapes(encoded)).read_part(table)
