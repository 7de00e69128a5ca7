"""Statements that form trees, and their canonical form.

Spec: RDF-CANON §4.4.3. Blank nodes that hang on one other node each, and that their first-degree hashes tell apart,
are labelled in the order of these hashes. When two hashes are equal `rdfc` decides, with its budget.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, TypeAlias

from credentials.rdfc import HashAlgorithm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from credentials.rdfc import Quad

Link: TypeAlias = tuple[str, str]  # predicate, blank node

_HASH_FUNCTIONS: Final = {HashAlgorithm.SHA256: hashlib.sha256, HashAlgorithm.SHA384: hashlib.sha384}


class PlainGraph:
    """Statements of the default graph in which each blank node is the object of one statement at most.

    `lines` holds for each subject what follows it in its statements, except where that is a blank node: those stand in
    `links`. `parents` says for each blank node which subject links to it, and by what.

    Args:
        prefix: Begins the names of its blank nodes.
    """

    __slots__ = ("_hashes", "_prefix", "blanks", "lines", "links", "named", "parents", "several")

    def __init__(self, prefix: str = "_:n") -> None:
        self.lines: dict[str, list[str]] = {}
        self.links: dict[str, list[Link]] = {}
        self.parents: dict[str, tuple[str, str]] = {}
        self.named: set[str] = set()  # subjects with an id
        self.several: set[str] = set()  # those of them that were described more than once
        self.blanks = 0  # how many blank nodes there are
        self._prefix = prefix
        self._hashes: dict[HashAlgorithm, dict[bytes, str]] = {}

    def add_named(self, subject: str) -> list[str]:
        """Return the list for the lines of a subject that has an id."""
        lines = self.lines.get(subject)
        if lines is None:
            lines = self.lines[subject] = []
            self.named.add(subject)
        else:
            self.several.add(subject)
        return lines

    def add_blank(self) -> str:
        """Return a new blank node without lines."""
        node = f"{self._prefix}{self.blanks}"
        self.blanks += 1
        self.lines[node] = []
        return node

    def add_value(self, subject: str, predicate: str, value: str) -> None:
        """Add one statement whose object may be a blank node that nothing links to yet."""
        if value[0] == "_":
            self.links.setdefault(subject, []).append((predicate, value))
            self.parents[value] = (subject, predicate)
        else:
            self.lines[subject].append(f"{predicate} {value}")

    def iterate_quads(self) -> Iterator[Quad]:
        """Give the statements one by one."""
        for subject, lines in self.lines.items():
            for line in lines:
                predicate, _, value = line.partition(" ")
                yield subject, predicate, value, ""
        for subject, links in self.links.items():
            for predicate, value in links:
                yield subject, predicate, value, ""

    def hash_nodes(self, algorithm: HashAlgorithm) -> Mapping[bytes, str]:
        """Return the blank nodes by their first-degree hashes (RDF-CANON §4.6); two with one hash count once.

        From here on nothing is added to the graph.
        """
        hashes = self._hashes.get(algorithm)
        if hashes is None:
            new_hash = _HASH_FUNCTIONS[algorithm]
            hashes = {}
            for node, lines in self.lines.items():
                lines.sort()
                if node[0] == "_":
                    hashes[new_hash(self._describe(node, lines).encode()).digest()] = node
            self._hashes[algorithm] = hashes
        return hashes

    def _describe(self, node: str, lines: list[str]) -> str:
        """Return the statements around a blank node, itself as `_:a` and others as `_:z`."""
        if node in self.links:
            lines = sorted([*lines, *[f"{predicate} _:z" for predicate, _ in self.links[node]]])
        text = "_:a " + " .\n_:a ".join(lines) + " .\n" if lines else ""
        if node not in self.parents:
            return text
        subject, predicate = self.parents[node]
        # "<" sorts before "_", and "_:z" after "_:a".
        return f"{text}_:z {predicate} _:a .\n" if subject[0] == "_" else f"{subject} {predicate} _:a .\n{text}"


def label_nodes(graphs: Iterable[PlainGraph], algorithm: HashAlgorithm) -> dict[str, str] | None:
    """Return the canonical label of each blank node of the graphs, which share none; None when two hash the same."""
    by_hash: dict[bytes, str] = {}
    count = 0
    for graph in graphs:
        by_hash |= graph.hash_nodes(algorithm)
        count += graph.blanks
    if len(by_hash) != count:
        return None
    return {node: f"_:c14n{number}" for number, (_, node) in enumerate(sorted(by_hash.items()))}


def write_graphs(graphs: Iterable[PlainGraph], labels: Mapping[str, str], several: set[str]) -> str:
    """Return the statements as canonical N-Quads: one block for each subject, in code point order.

    Blocks sort as their lines do, since no subject with the blank behind it begins another.

    Args:
        graphs: From `label_nodes`.
        labels: What it returned.
        several: Subjects that stand in more than one place.
    """
    blocks = []
    merged: dict[str, set[str]] = {}
    for graph in graphs:
        links = graph.links
        for subject, stated in graph.lines.items():
            lines = stated
            if subject in links:
                lines = sorted([*stated, *[f"{predicate} {labels[node]}" for predicate, node in links[subject]]])
            if subject in several:
                merged.setdefault(subject, set()).update(lines)
            elif lines:
                name = labels[subject] if subject[0] == "_" else subject
                blocks.append(f"{name} " + f" .\n{name} ".join(lines) + " .\n")
    blocks += [f"{name} " + f" .\n{name} ".join(sorted(lines)) + " .\n" for name, lines in merged.items() if lines]
    blocks.sort()
    return "".join(blocks)
