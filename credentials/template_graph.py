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
from itertools import chain, pairwise
from operator import itemgetter, lt
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from credentials.rdfc import HashAlgorithm

MAX_TEMPLATE_NODES: Final = 128  # blank nodes

_LINE: Final = re.compile(
    rb"(<[^<>\n]*>|_:c14n[0-9]+) (<[^<>\n]*>) "
    rb'(<[^<>\n]*>|_:c14n[0-9]+|"(?:[^"\\\n]|\\.)*+"(?:\^\^<[^<>\n]*>|@[A-Za-z0-9-]+)?) \.\n'
)
_BETWEEN_TERMS: Final = len(b"   .\n")
_LABELS: Final = tuple(b"_:c14n%d" % number for number in range(MAX_TEMPLATE_NODES))
_PIECE_BYTES: Final = 200  # about what Python takes for a line beside its text
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


class _Run:
    """Lines of one subject and one predicate, whose order is known only with their values."""

    def __init__(self, subject: _Piece, pieces: Sequence[_Piece]) -> None:
        self._subject = subject
        self._pieces = pieces
        first = pieces[0]
        # Lines that lead to nodes alone are in the order of the labels; of texts and IRIs what stands behind counts.
        are_nodes = all(piece.before == first.before and first.before.endswith(b" ") for piece in pieces)
        self._pick = itemgetter(*[piece.slot for piece in pieces]) if are_nodes else None

    def write(self, filling: Sequence[bytes]) -> bytes | None:
        """Return the lines; None when two are equal."""
        subject = self._subject.before + filling[self._subject.slot] + self._subject.after
        if self._pick is not None:
            before, _, after = self._pieces[0]
            head = subject + before
            return head + (after + head).join(sorted(self._pick(filling))) + after
        lines = sorted([before + filling[slot] + after for before, slot, after in self._pieces])
        if len(set(lines)) != len(lines):
            return None
        return subject + subject.join(lines)


class _Block:
    """Lines of one subject in their order: bytes that stay, and between them values, labels and runs.

    Args:
        subject: Of all of them.
        predicates: Their values, by predicate.
        runs: Those of this block are added here.
        fillings: Number of the filling that the first of `runs` is.
    """

    def __init__(
        self, subject: _Piece, predicates: Mapping[bytes, list[_Piece]], *, runs: list[_Run], fillings: int
    ) -> None:
        self.subject = subject
        self.pieces: list[_Piece] = []
        for predicate, values in sorted(predicates.items()):  # no predicate is the beginning of another
            head = b" " + predicate + b" "
            pieces = sorted(_Piece(head + before, slot, after + b" .\n") for before, slot, after in values)
            if len(pieces) > 1 and any(piece.slot != _FIXED for piece in pieces):
                self.pieces.append(_Piece(b"", fillings + len(runs), b""))
                runs.append(_Run(subject, pieces))
                continue
            for piece in pieces:
                self.pieces += (subject, piece)
        self.text = _Text(self.pieces)


class _Text:
    """Pieces behind one another, with the bytes between two gaps put together."""

    def __init__(self, pieces: Iterable[_Piece]) -> None:
        self.between: list[bytes] = []
        slots: list[int] = []
        fixed: list[bytes] = []  # since the last gap
        for before, slot, after in pieces:
            fixed.append(before)
            if slot != _FIXED:
                slots.append(slot)
                self.between.append(b"".join(fixed))
                fixed.clear()
            fixed.append(after)
        self.between.append(b"".join(fixed))
        self.slots = frozenset(slots)
        # Twice the last one: of a single place `itemgetter` would give no tuple.
        self._pick = itemgetter(*slots, slots[-1]) if slots else None
        self._parts = [b""] * (2 * len(self.between) - 1)
        self._parts[::2] = self.between

    def write(self, filling: Sequence[bytes]) -> bytes:
        """Return the text."""
        if self._pick is None:
            return self.between[0]
        parts = self._parts.copy()
        parts[1::2] = self._pick(filling)[:-1]
        return b"".join(parts)


class _Layout(NamedTuple):
    """The lines of all that has an IRI, for one order of these.

    Args:
        names: The IRIs in that order, empty where one is a value.
        values: Their places among the names, and the numbers of the values.
        text: The lines.
    """

    names: list[bytes]
    values: list[tuple[int, int]]
    text: _Text

    def write(self, filling: Sequence[bytes]) -> bytes | None:
        """Return the lines; None when the order is another one, or two IRIs are the same."""
        names = self.names.copy()
        for place, slot in self.values:
            names[place] = b"<" + filling[slot] + b">"
        return self.text.write(filling) if all(map(lt, names, names[1:])) else None


class GraphTemplate:
    """Made by `compile_graph`. Safe to share between threads: nothing in it changes."""

    def __init__(self, quads: Sequence[_Quad], *, values: int, nodes: int, algorithm: HashAlgorithm) -> None:
        self.statements = len(quads)
        self.weight = 3 * sum([_PIECE_BYTES + len(quad.predicate) + len(quad.value.before) for quad in quads])
        self._new_hash = getattr(hashlib, algorithm.value)
        self._values = values
        self._nodes = nodes
        # The labels in the order of their text, in which their blocks stand, and where they stand by number.
        self._labels = sorted(_LABELS[:nodes])
        self._ranks = [_LABELS.index(label) for label in self._labels]
        self._fixed_hashes: dict[bytes, int] = {}
        self._ordered_hashes: list[tuple[int, _Text]] = []  # what the hash of a node is made of, in its order
        self._moving_hashes: list[tuple[int, list[_Piece]]] = []  # the same in an order that its values decide
        self._named: list[_Block] = []  # those of IRIs
        self._named_runs: list[_Run] = []
        # Of the nodes that lead to no other one and to no value: their lines between one label and the next.
        self._leaves: list[list[bytes]] = [[]] * nodes
        self._others: list[tuple[int, _Text, list[_Run]]] = []  # the other nodes
        self.iri_values: set[int] = set()  # values that name a thing
        self._sort_in(quads)
        self._layout: _Layout | None = None

    @property
    def has_shared_hash(self) -> bool:
        """Whether two blank nodes always look alike, so that the template can never be used."""
        return len(self._fixed_hashes) + len(self._ordered_hashes) + len(self._moving_hashes) != self._nodes

    def expect_order(self, values: Sequence[bytes]) -> None:
        """Be quick where the IRIs stand in the order in which they do with these values. For the one who compiles."""
        blocks = sorted(self._named, key=lambda block: _fill(block.subject, values))
        subjects = [block.subject for block in blocks]
        self._layout = _Layout(
            [b"" if subject.slot != _FIXED else subject.before for subject in subjects],
            [(place, subject.slot) for place, subject in enumerate(subjects) if subject.slot != _FIXED],
            _Text(chain.from_iterable(block.pieces for block in blocks)),
        )

    def _sort_in(self, quads: Sequence[_Quad]) -> None:
        by_subject: dict[_Piece, dict[bytes, list[_Piece]]] = defaultdict(lambda: defaultdict(list))
        mentions: list[list[_Piece]] = [[] for _ in range(self._nodes)]
        for subject, predicate, value in quads:
            by_subject[subject][predicate].append(value)
            for slot in {subject.slot, value.slot}:
                if slot >= self._values:
                    mentions[slot - self._values].append(self._mention(slot, subject, predicate, value))
                elif slot != _FIXED and b"<" in {piece.before for piece in (subject, value) if piece.slot == slot}:
                    self.iri_values.add(slot)
        for node, pieces in enumerate(mentions):
            self._sort_in_hash(node, sorted(pieces))
        self._fixed_hashes = dict(sorted(self._fixed_hashes.items()))
        fillings = self._values + self._nodes + 1
        for subject, predicates in by_subject.items():
            if subject.slot < self._values:
                self._named.append(_Block(subject, predicates, runs=self._named_runs, fillings=fillings))
                continue
            node, runs = subject.slot - self._values, list[_Run]()
            text = _Block(subject, predicates, runs=runs, fillings=fillings).text
            if text.slots == {subject.slot}:
                self._leaves[node] = text.between
            else:
                self._others.append((node, text, runs))

    def _sort_in_hash(self, node: int, mentions: list[_Piece]) -> None:
        """Keep what the hash of a node is made of; where no value decides the order of its lines, in that order."""
        if all(piece.slot == _FIXED for piece in mentions):
            text = b"".join([piece.before + piece.after for piece in mentions])
            self._fixed_hashes[self._new_hash(text).digest()] = node
        elif any(later.before.startswith(piece.before) for piece, later in pairwise(mentions)):
            self._moving_hashes.append((node, mentions))
        else:
            self._ordered_hashes.append((node, _Text(mentions)))

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
        ranked = self._rank_nodes(values)
        if ranked is None:
            return None
        labels = dict(zip(ranked, _LABELS, strict=False))
        filling = [*values, *map(labels.__getitem__, range(self._nodes)), b""]
        named = self._write_named(filling)
        if named is None:
            return None
        parts = self._leaves.copy()
        for node, text, runs in self._others:
            whole = _write_runs(runs, filling)
            if whole is None:
                return None
            parts[node] = [text.write(whole)]
        # IRIs sort before blank nodes: "<" stands before "_".
        in_order = map(parts.__getitem__, map(ranked.__getitem__, self._ranks))
        return b"".join([named, *map(bytes.join, self._labels, in_order)])

    def _rank_nodes(self, values: Sequence[bytes]) -> list[int] | None:
        """Return the blank nodes in the order of their hashes; None when two have the same."""
        filling = [*values, b""]  # a hash knows no label, and the last filling is that of what stays
        new_hash = self._new_hash
        by_hash = self._fixed_hashes.copy()
        for node, text in self._ordered_hashes:
            by_hash[new_hash(text.write(filling)).digest()] = node
        for node, pieces in self._moving_hashes:
            mentions = sorted([before + filling[slot] + after for before, slot, after in pieces])
            by_hash[new_hash(b"".join(mentions)).digest()] = node
        return [*map(by_hash.__getitem__, sorted(by_hash))] if len(by_hash) == self._nodes else None

    def _write_named(self, filling: list[bytes]) -> bytes | None:
        """Return the lines of everything that has an IRI, in order; None when two lines or two things are the same."""
        whole = _write_runs(self._named_runs, filling)
        if whole is None:
            return None
        expected = None if self._layout is None else self._layout.write(whole)
        if expected is not None:
            return expected
        blocks = sorted((_fill(block.subject, filling), number) for number, block in enumerate(self._named))
        if len({subject for subject, _ in blocks}) != len(blocks):
            return None
        return b"".join([self._named[number].text.write(whole) for _, number in blocks])


def _fill(piece: _Piece, filling: Sequence[bytes]) -> bytes:
    return piece.before if piece.slot == _FIXED else piece.before + filling[piece.slot] + piece.after


def _write_runs(runs: list[_Run], filling: list[bytes]) -> list[bytes] | None:
    """Return the fillings, and behind them the lines of the runs; None when two of these are equal."""
    if not runs:
        return filling
    whole = filling.copy()
    for run in runs:
        lines = run.write(filling)
        if lines is None:
            return None
        whole.append(lines)
    return whole


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
    terms: dict[bytes, _Piece] = {}
    quads: list[_Quad] = []
    read = 0
    for subject, predicate, value in _LINE.findall(canonical):
        read += len(subject) + len(predicate) + len(value) + _BETWEEN_TERMS
        for term in (subject, value):
            if term not in terms:
                terms[term] = _read_term(term, numbers, nodes)
        quads.append(_Quad(terms[subject], predicate, terms[value]))
    if len(nodes) > MAX_TEMPLATE_NODES or read != len(canonical):
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
