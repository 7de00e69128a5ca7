"""Statements that form trees, and their canonical form.

Spec: RDF-CANON §4.4.3. Blank nodes that hang on one other node each, and that their first-degree hashes tell apart,
are labelled in the order of these hashes. When two hashes are equal `rdfc` decides, with its budget.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from credentials.rdfc import HashAlgorithm, Quad

Link: TypeAlias = tuple[str, str]  # predicate, blank node


class PlainGraph:
    """Statements of the default graph in which each blank node is the object of one statement at most.

    `lines` holds for each subject what follows it in its statements, except where that is a blank node: those stand in
    `links`. `parents` says for each blank node which subject links to it, and by what.
    """

    __slots__ = ("lines", "links", "parents", "several")

    def __init__(self) -> None:
        self.lines: dict[str, list[str]] = {}
        self.links: dict[str, list[Link]] = {}
        self.parents: dict[str, tuple[str, str]] = {}
        self.several: set[str] = set()  # subjects that were described more than once

    def add_named(self, subject: str) -> list[str]:
        """Return the list for the lines of a subject that has an id."""
        lines = self.lines.get(subject)
        if lines is None:
            lines = self.lines[subject] = []
        else:
            self.several.add(subject)
        return lines

    def add_blank(self) -> str:
        """Return a new blank node without lines."""
        node = f"_:n{len(self.lines)}"
        self.lines[node] = []
        return node

    def add_value(self, subject: str, predicate: str, value: str) -> None:
        """Add one statement whose object may be a blank node that nothing links to yet."""
        if value[0] == "_":
            self.links.setdefault(subject, []).append((predicate, value))
            self.parents[value] = (subject, predicate)
        else:
            self.lines[subject].append(f"{predicate} {value}")

    def list_quads(self) -> list[Quad]:
        """Return the statements one by one."""
        return list(self._iterate_quads())

    def _iterate_quads(self) -> Iterator[Quad]:
        for subject, lines in self.lines.items():
            for line in lines:
                predicate, _, value = line.partition(" ")
                yield subject, predicate, value, ""
        for subject, links in self.links.items():
            for predicate, value in links:
                yield subject, predicate, value, ""

    def label_nodes(self, algorithm: HashAlgorithm) -> dict[str, str] | None:
        """Return the canonical label of each blank node, or None when two have the same first-degree hash."""
        new_hash = hashlib.sha256 if algorithm.value == "sha256" else hashlib.sha384
        by_hash: dict[str, str] = {}
        count = 0
        for node, lines in self.lines.items():
            if node[0] == "_":
                count += 1
                lines.sort()
                by_hash[new_hash(self._describe(node, lines).encode()).hexdigest()] = node
        if len(by_hash) != count:
            return None
        return {node: f"_:c14n{number}" for number, (_, node) in enumerate(sorted(by_hash.items()))}

    def _describe(self, node: str, lines: list[str]) -> str:
        """Return the statements around a blank node, itself as `_:a` and others as `_:z` (RDF-CANON §4.6)."""
        if node in self.links:
            lines = sorted([*lines, *(f"{predicate} _:z" for predicate, _ in self.links[node])])
        text = "_:a " + " .\n_:a ".join(lines) + " .\n" if lines else ""
        if node not in self.parents:
            return text
        subject, predicate = self.parents[node]
        # "<" sorts before "_", and "_:z" after "_:a".
        return f"{text}_:z {predicate} _:a .\n" if subject[0] == "_" else f"{subject} {predicate} _:a .\n{text}"

    def write(self, labels: Mapping[str, str]) -> str:
        """Return the statements as canonical N-Quads: one block for each subject, in code point order.

        Blocks sort as their lines do, since no subject with the blank behind it begins another.
        """
        blocks = []
        for subject, stated in self.lines.items():
            lines = stated
            if subject in self.links:
                lines = [*stated, *(f"{predicate} {labels[node]}" for predicate, node in self.links[subject])]
            if subject in self.several:
                lines = list(set(lines))
            if lines:
                lines.sort()
                name = labels[subject] if subject[0] == "_" else subject
                blocks.append(f"{name} " + f" .\n{name} ".join(lines) + " .\n")
        blocks.sort()
        return "".join(blocks)
