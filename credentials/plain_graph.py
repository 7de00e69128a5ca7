"""Statements that form trees, and their canonical form.

Spec: RDF-CANON §4.4.3. Blank nodes that hang on one other node each, and that their first-degree hashes tell apart,
are labelled in the order of these hashes. When two hashes are equal `rdfc` decides, with its budget.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from credentials.rdfc import HashAlgorithm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from credentials.rdfc import Quad

# Stands for the subject in each line of a body. Canonical N-Quads escapes it, so no value holds one.
SUBJECT_MARK: Final = "\0"

_HASH_FUNCTIONS: Final = {HashAlgorithm.SHA256: hashlib.sha256, HashAlgorithm.SHA384: hashlib.sha384}
_LABELS: Final = tuple(f"_:c14n{number}" for number in range(256))


class Links(NamedTuple):
    """Statements of one subject and one predicate of which some lead to blank nodes."""

    place: int  # of their lines among the pieces of the body
    predicate: str
    lines: str  # those that lead elsewhere; they sort before the others
    nodes: list[str]


class LinkedBody(NamedTuple):
    """Lines about one subject, in their order but for the labels of the blank nodes to which they lead."""

    pieces: list[str]
    links: list[Links]

    def describe(self) -> str:
        """Return the lines as first-degree hashing reads them: other blank nodes as `_:z` (RDF-CANON §4.6.3)."""
        pieces = self.pieces.copy()
        for place, predicate, lines, nodes in self.links:
            pieces[place] = lines + f"\0 {predicate} _:z .\n" * len(nodes)
        return "".join(pieces)

    def write(self, labels: Mapping[str, str]) -> str:
        """Return the lines with these labels."""
        pieces = self.pieces.copy()
        for place, predicate, lines, nodes in self.links:
            if len(nodes) == 1:
                pieces[place] = f"{lines}\0 {predicate} {labels[nodes[0]]} .\n"
            else:
                pieces[place] = lines + "".join(sorted([f"\0 {predicate} {labels[node]} .\n" for node in nodes]))
        return "".join(pieces)


# Text when no line leads to a blank node. Each line is `SUBJECT_MARK`, predicate and object with a blank before each,
# ` .` and a newline.
Body: TypeAlias = "str | LinkedBody"


class PlainGraph:
    """Statements of the default graph in which each blank node is the object of one statement at most.

    Args:
        prefix: Begins the names of its blank nodes.
    """

    __slots__ = ("_hashes", "_prefix", "count", "linked", "named", "nodes", "settled", "several")

    def __init__(self, prefix: str = "_:n") -> None:
        self.settled: list[tuple[str, str]] = []  # subjects with an id, and all lines about them as they will stand
        self.linked: list[tuple[str, LinkedBody]] = []  # others with an id
        # Name of a blank node, its lines, and the one statement that leads to it: subject (empty for the root of a
        # document) and predicate.
        self.nodes: list[tuple[str, Body, str, str]] = []
        self.named: set[str] = set()  # subjects with an id
        self.several: set[str] = set()  # those of them that were described more than once
        self.count = 0  # how many blank nodes have a name
        self._prefix = prefix
        self._hashes: dict[HashAlgorithm, dict[bytes, str]] = {}

    def name_blank(self) -> str:
        """Return the name of a new blank node."""
        name = f"{self._prefix}{self.count}"
        self.count += 1
        return name

    def count_objects(self) -> int:
        """Return how many objects were added, cells of ordered arrays among them."""
        return len(self.settled) + len(self.linked) + len(self.nodes)

    def add_body(self, subject: str, body: Body) -> None:
        """Add the lines about a subject that has an id."""
        if subject in self.named:
            self.several.add(subject)
        else:
            self.named.add(subject)
        if isinstance(body, str):
            self.settled.append((subject, body.replace(SUBJECT_MARK, subject)))
        else:
            self.linked.append((subject, body))

    def hash_nodes(self, algorithm: HashAlgorithm) -> Mapping[bytes, str]:
        """Return the blank nodes by their first-degree hashes (RDF-CANON §4.6); two with one hash count once.

        From here on nothing is added to the graph.
        """
        hashes = self._hashes.get(algorithm)
        if hashes is None:
            new_hash = _HASH_FUNCTIONS[algorithm]
            hashes = {}
            for name, body, parent, predicate in self.nodes:
                text = (body if isinstance(body, str) else body.describe()).replace(SUBJECT_MARK, "_:a")
                if parent:
                    # "<" sorts before "_", and "_:z" after "_:a".
                    if parent[0] == "_":
                        text = f"{text}_:z {predicate} _:a .\n"
                    else:
                        text = f"{parent} {predicate} _:a .\n{text}"
                hashes[new_hash(text.encode()).digest()] = name
            self._hashes[algorithm] = hashes
        return hashes

    def write_blocks(self, labels: Mapping[str, str], several: set[str], merged: dict[str, list[str]]) -> list[str]:
        """Return the lines about each subject; those about the subjects in `several` go to `merged`.

        Args:
            labels: From `label_nodes`.
            several: Subjects that stand in more than one place.
            merged: Their lines.
        """
        if not several:
            blocks = [block for _, block in self.settled]
            blocks += [body.write(labels).replace(SUBJECT_MARK, subject) for subject, body in self.linked]
        else:
            blocks = []
            written = [(subject, body.write(labels).replace(SUBJECT_MARK, subject)) for subject, body in self.linked]
            for subject, block in (*self.settled, *written):
                if subject in several:
                    merged.setdefault(subject, []).extend(block.split("\n")[:-1])
                else:
                    blocks.append(block)
        for name, body, _, _ in self.nodes:
            lines = body if isinstance(body, str) else body.write(labels)
            blocks.append(lines.replace(SUBJECT_MARK, labels[name]))
        return blocks

    def merge_several(self) -> None:
        """Make one body of the bodies of each subject that has several, once for all times that they are written."""
        for subject in self.several:
            bodies: list[Body] = [block for name, block in self.settled if name == subject]
            bodies += [body for name, body in self.linked if name == subject]
            self.settled = [one for one in self.settled if one[0] != subject]
            self.linked = [one for one in self.linked if one[0] != subject]
            body = _merge(bodies, subject)
            if isinstance(body, str):
                self.settled.append((subject, body))
            else:
                self.linked.append((subject, body))
        self.several = set()

    def iterate_quads(self) -> Iterator[Quad]:
        """Give the statements one by one."""
        names = {name: name for name, _, _, _ in self.nodes}
        bodies: list[tuple[str, Body]] = [
            *self.settled,
            *self.linked,
            *[(name, body) for name, body, _, _ in self.nodes],
        ]
        for subject, body in bodies:
            lines = body if isinstance(body, str) else body.write(names)
            for line in lines.split("\n")[:-1]:
                _, predicate, value = line.removesuffix(" .").split(" ", 2)
                yield subject, predicate, value, ""


def _merge(bodies: Iterable[Body], subject: str) -> Body:
    """Return one body with the lines of all of them, each once and in order."""
    lines: dict[str, set[str]] = {}
    nodes: dict[str, list[str]] = {}
    for body in bodies:
        if isinstance(body, str):
            text = body
        else:
            pieces = body.pieces.copy()
            for place, predicate, fixed, found in body.links:
                pieces[place] = fixed
                nodes.setdefault(predicate, []).extend(found)
            text = "".join(pieces).replace(SUBJECT_MARK, subject)
        for line in text.split("\n")[:-1]:
            lines.setdefault(line.split(" ", 2)[1], set()).add(line)
    groups = [(predicate, "\n".join([*sorted(lines.get(predicate, ())), ""])) for predicate in sorted({*lines, *nodes})]
    merged: list[str] = []
    links: list[Links] = []
    for predicate, text in groups:
        merged.append(text)
        if predicate in nodes:
            links.append(Links(len(merged), predicate, "", nodes[predicate]))
            merged.append("")
    return LinkedBody(merged, links) if links else "".join(merged)


def list_several(graphs: tuple[PlainGraph, ...]) -> set[str]:
    """Return the subjects that are described more than once."""
    several: set[str] = set()
    seen: set[str] = set()
    for graph in graphs:
        if graph.several:
            several |= graph.several
        if not seen.isdisjoint(graph.named):
            several |= seen & graph.named
        seen = seen | graph.named if seen else graph.named
    return several


def label_nodes(graphs: Iterable[PlainGraph], algorithm: HashAlgorithm) -> dict[str, str] | None:
    """Return the canonical label of each blank node of the graphs, which share none; None when two hash the same."""
    by_hash: dict[bytes, str] = {}
    count = 0
    for graph in graphs:
        by_hash.update(graph.hash_nodes(algorithm))
        count += graph.count
    if len(by_hash) != count:
        return None
    labels = _LABELS if count <= len(_LABELS) else [f"_:c14n{number}" for number in range(count)]
    return {by_hash[digest]: label for digest, label in zip(sorted(by_hash), labels, strict=False)}


def write_graphs(graphs: Iterable[PlainGraph], labels: Mapping[str, str], several: set[str]) -> str:
    """Return the statements as canonical N-Quads: one block for each subject, in code point order.

    Blocks sort as their lines do, since no subject with the blank behind it begins another.

    Args:
        graphs: From `label_nodes`.
        labels: What it returned.
        several: Subjects that stand in more than one place.
    """
    blocks: list[str] = []
    merged: dict[str, list[str]] = {}
    for graph in graphs:
        blocks += graph.write_blocks(labels, several, merged)
    # Each is a run of sorted lines, or two, which sort faster than what has no order.
    blocks += ["\n".join([*sorted(dict.fromkeys(lines)), ""]) for lines in merged.values()]
    blocks.sort()
    return "".join(blocks)
