"""The canonical form of a graph of which only some values change, written without canonicalizing it anew.

Spec: RDF-CANON §4.4 (labels by first-degree hashes) and §4.6. What stays is kept as bytes: lines, hashes of the blank
nodes that touch nothing that changes, blocks under each label. What changes is hashed again, and since hashes decide
labels, labels again as well. Where a hash stands twice or two things become one, nothing is written: the caller has
to canonicalize.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from credentials.rdfc import HashAlgorithm

# Each line of a form keeps at most some hundred bytes for each label that its node can get.
MAX_TEMPLATE_NODES: Final = 128  # blank nodes

_LINE: Final = re.compile(
    rb'(<[^<>]*>|_:c14n[0-9]+) (<[^<>]*>) (<[^<>]*>|_:c14n[0-9]+|"(?:[^"\\]|\\.)*+"(?:\^\^<[^<>]*>|@[A-Za-z0-9-]+)?) \.'
)
_LABELS: Final = tuple(b"_:c14n%d" % number for number in range(MAX_TEMPLATE_NODES))
_FIXED: Final = -1  # slot of a piece in which nothing changes: the last filling, which is empty


class _Piece(NamedTuple):
    """Bytes with at most one gap: `slot` is the number of a value, or of a node behind all values."""

    before: bytes
    slot: int
    after: bytes


class _Quad(NamedTuple):
    subject: _Piece
    predicate: bytes
    value: _Piece


class _Run(NamedTuple):
    """Lines of one subject and one predicate, whose order is known only with their values."""

    subject: _Piece
    pieces: list[_Piece]

    def write(self, filling: Sequence[bytes]) -> bytes | None:
        """Return the lines; None when two are equal."""
        lines = sorted([before + filling[slot] + after for before, slot, after in self.pieces])
        if len(set(lines)) != len(lines):
            return None
        subject = self.subject.before + filling[self.subject.slot] + self.subject.after
        return subject + subject.join(lines)


class _Block:
    """The lines of one subject: bytes that stay, and between them values, labels and runs."""

    def __init__(self, subject: _Piece, predicates: Mapping[bytes, list[_Piece]], *, fillings: int) -> None:
        self.runs: list[_Run] = []
        self._between = [b""]
        slots: list[int] = []
        for predicate, values in sorted(predicates.items()):  # no predicate is the beginning of another
            head = b" " + predicate + b" "
            pieces = sorted(_Piece(head + before, slot, after + b" .\n") for before, slot, after in values)
            if len(pieces) > 1 and any(piece.slot != _FIXED for piece in pieces):
                self._add(slots, _Piece(b"", fillings + len(self.runs), b""))
                self.runs.append(_Run(subject, pieces))
                continue
            for piece in pieces:
                self._add(slots, subject)
                self._add(slots, piece)
        self.slots = frozenset(slots)
        # Twice the last one: of a single place `itemgetter` would give no tuple.
        self._pick = itemgetter(*slots, slots[-1]) if slots else None
        self._parts = [b""] * (2 * len(self._between) - 1)
        self._parts[::2] = self._between

    def _add(self, slots: list[int], piece: _Piece) -> None:
        self._between[-1] += piece.before
        if piece.slot != _FIXED:
            slots.append(piece.slot)
            self._between.append(b"")
        self._between[-1] += piece.after

    def write(self, filling: Sequence[bytes]) -> bytes | None:
        """Return the lines; None when two are equal."""
        if self._pick is None:
            return self._between[0]
        if self.runs:
            whole = list(filling)
            for run in self.runs:
                lines = run.write(filling)
                if lines is None:
                    return None
                whole.append(lines)
            filling = whole
        parts = self._parts.copy()
        parts[1::2] = self._pick(filling)[:-1]
        return b"".join(parts)


class GraphTemplate:
    """Made by `compile_graph`. Safe to share between threads: its cache only ever gets equal entries."""

    def __init__(self, quads: Iterable[_Quad], *, values: int, nodes: int, algorithm: HashAlgorithm) -> None:
        self._new_hash = getattr(hashlib, algorithm.value)
        self._values = values
        self._nodes = nodes
        self._label_order = sorted(range(nodes), key=_LABELS.__getitem__)
        self._fixed_hashes: dict[bytes, int] = {}
        self._moving_hashes: list[tuple[int, list[_Piece]]] = []
        self._fixed_blocks: list[tuple[bytes, bytes]] = []  # subject, lines
        self._blocks: list[tuple[bytes, _Block]] = []  # below a subject that stays
        self._moving_blocks: list[tuple[int, _Block]] = []  # below a subject that is a value
        self._node_blocks = [_Block(_Piece(b"", _FIXED, b""), {}, fillings=0) for _ in range(nodes)]
        # Lines of the nodes that stay, by node and rank, once they are written.
        self._settled: list[list[bytes | None]] = [[None] * nodes for _ in range(nodes)]
        self.iri_values: set[int] = set()  # values that name a thing
        self._sort_in(list(quads))

    @property
    def has_shared_hash(self) -> bool:
        """Whether two blank nodes always look alike, so that the template can never be used."""
        return len(self._fixed_hashes) + len(self._moving_hashes) != self._nodes

    def _sort_in(self, quads: list[_Quad]) -> None:
        by_subject: dict[_Piece, dict[bytes, list[_Piece]]] = defaultdict(lambda: defaultdict(list))
        mentions: list[list[_Piece]] = [[] for _ in range(self._nodes)]
        for subject, predicate, value in quads:
            by_subject[subject][predicate].append(value)
            self.iri_values |= {
                piece.slot for piece in (subject, value) if piece.before == b"<" and 0 <= piece.slot < self._values
            }
            for slot in {subject.slot, value.slot}:
                if slot >= self._values:
                    mentions[slot - self._values].append(self._mention(slot, subject, predicate, value))
        for node, pieces in enumerate(mentions):
            if all(piece.slot == _FIXED for piece in pieces):
                lines = sorted(piece.before + piece.after for piece in pieces)
                self._fixed_hashes[self._new_hash(b"".join(lines)).digest()] = node
            else:
                self._moving_hashes.append((node, pieces))
        for subject, predicates in by_subject.items():
            block = _Block(subject, predicates, fillings=self._values + self._nodes + 1)
            if subject.slot >= self._values:
                self._node_blocks[subject.slot - self._values] = block
            elif subject.slot != _FIXED:
                self._moving_blocks.append((subject.slot, block))
            elif block.slots:
                self._blocks.append((subject.before, block))
            else:
                self._fixed_blocks.append((subject.before, block.write([]) or b""))

    def _mention(self, slot: int, subject: _Piece, predicate: bytes, value: _Piece) -> _Piece:
        """Return a line as the first-degree hash of the node in `slot` reads it (RDF-CANON §4.6.3)."""
        left, right = (
            _Piece(b"_:a" if piece.slot == slot else b"_:z", _FIXED, b"") if piece.slot >= self._values else piece
            for piece in (subject, value)
        )
        middle = b" " + predicate + b" "
        if left.slot == _FIXED:
            return _Piece(left.before + middle + right.before, right.slot, right.after + b" .\n")
        return _Piece(left.before, left.slot, left.after + middle + right.before + b" .\n")

    def write(self, values: Sequence[bytes]) -> bytes | None:
        """Return the canonical N-Quads with these values.

        Args:
            values: In the spelling of canonical N-Quads, without `<` and `>` or quotes.

        Returns:
            None when the general algorithm has to decide.
        """
        filling = [*values, *_LABELS[: self._nodes], b""]
        new_hash = self._new_hash
        by_hash = dict(self._fixed_hashes)
        for node, pieces in self._moving_hashes:
            mentions = sorted([before + filling[slot] + after for before, slot, after in pieces])
            by_hash[new_hash(b"".join(mentions)).digest()] = node
        if len(by_hash) != self._nodes:
            return None
        ranked = [by_hash[digest] for digest in sorted(by_hash)]
        for rank, node in enumerate(ranked):
            filling[self._values + node] = _LABELS[rank]
        blocks = self._write_named(filling)
        if blocks is None:
            return None
        # IRIs sort before blank nodes: "<" stands before "_".
        for rank in self._label_order:
            node = ranked[rank]
            lines = self._settled[node][rank] or self._write_node(node, rank, filling)
            if lines is None:
                return None
            blocks.append(lines)
        return b"".join(blocks)

    def _write_named(self, filling: list[bytes]) -> list[bytes] | None:
        """Return the lines of everything that has an IRI, in order; None when two have the same."""
        blocks: list[tuple[bytes, bytes]] = list(self._fixed_blocks)
        moving = [(b"<" + filling[slot] + b">", block) for slot, block in self._moving_blocks]
        for subject, block in (*self._blocks, *moving):
            lines = block.write(filling)
            if lines is None:
                return None
            blocks.append((subject, lines))
        blocks.sort()
        if len({subject for subject, _ in blocks}) != len(blocks):
            return None
        return [lines for _, lines in blocks]

    def _write_node(self, node: int, rank: int, filling: list[bytes]) -> bytes | None:
        block = self._node_blocks[node]
        lines = block.write(filling)
        if block.slots <= {self._values + node}:
            self._settled[node][rank] = lines
        return lines


def compile_graph(canonical: bytes, marks: Sequence[bytes], *, algorithm: HashAlgorithm) -> GraphTemplate | None:
    """Take canonical N-Quads apart in which each value that may change is a mark that stands nowhere else.

    Args:
        canonical: With the marks in it, each as an IRI or as the text of a literal; no named graphs.
        marks: IRIs or plain words; number i marks value i.
        algorithm: Of the hashes that decide the labels.

    Returns:
        None for a graph that has to be canonicalized each time.
    """
    numbers = {mark: number for number, mark in enumerate(marks)}
    nodes: dict[bytes, int] = {}
    quads: list[_Quad] = []
    for line in canonical.splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            return None
        subject, value = (_read_term(term, numbers, nodes) for term in (match[1], match[3]))
        quads.append(_Quad(subject, match[2], value))
    if len(nodes) > MAX_TEMPLATE_NODES or canonical.count(b"\n") != len(quads):
        return None
    filled = {piece.slot for quad in quads for piece in (quad.subject, quad.value)}
    kept = b"\n".join(quad.subject.before + quad.predicate + quad.value.before + quad.value.after for quad in quads)
    if not filled >= set(range(len(marks))) or any(mark in kept for mark in marks):
        return None
    template = GraphTemplate(quads, values=len(marks), nodes=len(nodes), algorithm=algorithm)
    return None if template.has_shared_hash else template


def _read_term(term: bytes, numbers: Mapping[bytes, int], nodes: dict[bytes, int]) -> _Piece:
    if term.startswith(b"_"):
        return _Piece(b"", len(numbers) + nodes.setdefault(term, len(nodes)), b"")
    text = term[1:-1] if term.startswith(b"<") else term[1 : term.rindex(b'"')]
    number = numbers.get(text)
    return _Piece(term, _FIXED, b"") if number is None else _Piece(term[:1], number, term[1 + len(text) :])
