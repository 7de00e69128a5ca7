"""RDF Dataset Canonicalization 1.0 (RDFC-1.0) with a fixed work budget.

Spec: RDF-CANON (W3C Recommendation 2024-05-21) §4; canonical N-Quads: §5 there and N-Quads 1.2 §4.

A quad is four terms in N-Quads spelling: ``<iri>``, ``_:label`` or a literal in its canonical spelling;
the fourth is empty for the default graph. Blank-node labels are chosen by the hash of what surrounds
them, which can take factorial time on graphs that are symmetrical on purpose; the budget counts that
work the same way on every machine, so a verdict never depends on the load.
"""

from __future__ import annotations

import enum
import hashlib
import re
from collections import defaultdict
from itertools import permutations
from typing import TYPE_CHECKING, Final, TypeAlias

from credentials.work_budget import current_budget
from schemas import CanonicalizationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Quad: TypeAlias = tuple[str, str, str, str]  # subject, predicate, object, graph ("" = default graph)

# One unit is one neighbour hashed, or one label written into a trial path. Badges as they are take less than 200, the
# hardest graph of the W3C's suite that has a form 6,636, and a thousand equal unnamed things with a part each 8,000.
MAX_CANONICALIZATION_WORK: Final = 12_000
MAX_RECURSION: Final = 100  # blank nodes followed from one to the next

_MUST_ESCAPE: Final = re.compile('[\x00-\x1f"\\\\\x7f]')
_ESCAPES: Final = {code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F)} | {
    ord("\b"): "\\b",
    ord("\t"): "\\t",
    ord("\n"): "\\n",
    ord("\f"): "\\f",
    ord("\r"): "\\r",
    ord('"'): '\\"',
    ord("\\"): "\\\\",
}


class HashAlgorithm(enum.Enum):
    """The two hash functions that RDFC-1.0 names."""

    __hash__ = object.__hash__  # there is one of each; an enumeration's own hash costs ten times as much

    SHA256 = "sha256"
    SHA384 = "sha384"


def escape_literal(text: str) -> str:
    """Escape the text of a literal as canonical N-Quads does: only what must be escaped is."""
    return text.translate(_ESCAPES) if _MUST_ESCAPE.search(text) else text


class _Issuer:
    """Issues labels with one prefix, in the order of asking (RDF-CANON §4.5)."""

    __slots__ = ("issued", "prefix")

    def __init__(self, prefix: str, issued: dict[str, str] | None = None) -> None:
        self.prefix = prefix
        self.issued = issued if issued is not None else {}

    def issue(self, node: str) -> str:
        label = self.issued.get(node)
        if label is None:
            label = self.issued[node] = f"{self.prefix}{len(self.issued)}"
        return label

    def copy(self) -> _Issuer:
        return _Issuer(self.prefix, dict(self.issued))


class _Canonicalizer:
    """State of one run (RDF-CANON §4.3)."""

    def __init__(self, algorithm: HashAlgorithm, budget: int) -> None:
        self._new_hash = getattr(hashlib, algorithm.value)
        self._work_left = budget
        self._shared = current_budget()
        self._mentions: dict[str, list[Quad]] = defaultdict(list)
        self._links: dict[str, list[tuple[str, str, str]]] = {}
        self._first_degree: dict[str, str] = {}
        self._canonical = _Issuer("_:c14n")

    def _hash(self, text: str) -> str:
        digest: str = self._new_hash(text.encode("utf-8")).hexdigest()
        return digest

    def _spend(self, units: int) -> None:
        self._work_left -= units
        if self._work_left < 0:
            raise CanonicalizationError("proof.canonicalization_budget", "too many equal blank nodes")
        if self._shared is not None:
            self._shared.spend(units)

    def run(self, quads: Iterable[Quad]) -> dict[str, str]:
        """Return the canonical label of every blank node (RDF-CANON §4.4.3)."""
        mentions = self._mentions
        for quad in quads:
            # Step 2: which quads mention which blank node.
            subject, _, value, graph = quad
            if subject[0] == "_":
                mentions[subject].append(quad)
            if value[0] == "_" and value != subject:
                mentions[value].append(quad)
            if graph and graph[0] == "_" and graph not in {subject, value}:
                mentions[graph].append(quad)
        by_hash: dict[str, list[str]] = defaultdict(list)
        for node in self._mentions:
            # Step 3: hash each on its own.
            digest = self._first_degree[node] = self._hash_first_degree(node)
            by_hash[digest].append(node)
        groups = sorted(by_hash.items())
        for _, nodes in groups:
            # Step 4: a hash that nobody shares gives a label.
            if len(nodes) == 1:
                self._canonical.issue(nodes[0])
        for _, nodes in groups:
            # Step 5: equal ones are told apart by what surrounds them.
            if len(nodes) > 1:
                self._label_equal_nodes(nodes)
        return self._canonical.issued

    def _label_equal_nodes(self, nodes: list[str]) -> None:
        paths = []
        for node in nodes:
            if node not in self._canonical.issued:
                issuer = _Issuer("_:b")
                issuer.issue(node)
                paths.append(self._hash_n_degree(node, issuer, 1))
        for _, issuer in sorted(paths, key=lambda path: path[0]):
            for node in issuer.issued:
                self._canonical.issue(node)

    def _hash_first_degree(self, node: str) -> str:
        """Hash the quads that mention `node`, itself as `_:a`, others as `_:z` (RDF-CANON §4.6)."""
        lines = []
        for subject, predicate, value, graph in self._mentions[node]:
            if subject[0] == "_":
                subject = "_:a" if subject == node else "_:z"  # noqa: PLW2901 - the line in other words
            if value[0] == "_":
                value = "_:a" if value == node else "_:z"  # noqa: PLW2901
            if graph and graph[0] == "_":
                graph = "_:a" if graph == node else "_:z"  # noqa: PLW2901
            lines.append(_line(subject, predicate, value, graph))
        lines.sort()
        return self._hash("".join(lines))

    def _hash_related(self, related: str, predicate: str, issuer: _Issuer, position: str) -> str:
        """Hash one mention of a neighbour (RDF-CANON §4.7)."""
        self._spend(1)
        label = self._canonical.issued.get(related) or issuer.issued.get(related) or self._first_degree[related]
        return self._hash(f"{position}{predicate if position != 'g' else ''}{label}")

    def _find_links(self, node: str) -> list[tuple[str, str, str]]:
        """Return the blank nodes that quads mention together with `node`: neighbour, predicate, position; read once."""
        links = self._links.get(node)
        if links is None:
            links = self._links[node] = [
                (term, quad[1], position)
                for quad in self._mentions[node]
                for position, term in zip("sog", (quad[0], quad[2], quad[3]), strict=True)
                if term.startswith("_:") and term != node
            ]
        return links

    def _group_neighbours(self, node: str, issuer: _Issuer) -> dict[str, list[str]]:
        """Group the blank nodes around `node` by the hash of how it mentions them, once for every mention."""
        self._spend(1)
        found: dict[str, list[str]] = defaultdict(list)
        for related, predicate, position in self._find_links(node):
            found[self._hash_related(related, predicate, issuer, position)].append(related)
        return found

    def _hash_n_degree(self, node: str, issuer: _Issuer, depth: int) -> tuple[str, _Issuer]:
        """Hash what surrounds `node`, trying every order of equal neighbours (RDF-CANON §4.8)."""
        if depth > MAX_RECURSION:
            raise CanonicalizationError("proof.canonicalization_budget", "a chain of equal blank nodes is too long")
        data: list[str] = []
        for related_hash, related in sorted(self._group_neighbours(node, issuer).items()):
            data.append(related_hash)
            chosen: tuple[str, _Issuer] | None = None
            for order in distinct_orders(related):
                trial = self._try_order(order, issuer.copy(), chosen[0] if chosen else "", depth)
                if trial is not None and (chosen is None or trial[0] < chosen[0]):
                    chosen = trial
            assert chosen is not None, "the first order is always taken"
            data.append(chosen[0])
            issuer = chosen[1]
        return self._hash("".join(data)), issuer

    def _try_order(self, order: tuple[str, ...], issuer: _Issuer, best: str, depth: int) -> tuple[str, _Issuer] | None:
        """Write the path for one order; None as soon as it cannot beat `best` (RDF-CANON §4.8 step 5.4)."""
        self._spend(len(order) + len(issuer.issued) // 8)
        path = ""
        recursion = []
        for related in order:
            canonical = self._canonical.issued.get(related)
            if canonical is not None:
                path += canonical
            else:
                if related not in issuer.issued:
                    recursion.append(related)
                path += issuer.issue(related)
            if best and len(path) >= len(best) and path > best:
                return None
        for related in recursion:
            digest, deeper = self._hash_n_degree(related, issuer, depth + 1)
            path += f"{issuer.issue(related)}<{digest}>"
            issuer = deeper
            if best and len(path) >= len(best) and path > best:
                return None
        return path, issuer


def distinct_orders(nodes: list[str]) -> Iterator[tuple[str, ...]]:
    """Yield every order of the nodes, each once.

    One may be mentioned several times: the name of a graph is, with what is in it, once for each statement.
    """
    places = {node: place for place, node in enumerate(dict.fromkeys(nodes))}
    if len(places) == len(nodes):
        yield from permutations(nodes)
        return
    names, ranks = list(places), sorted(places[node] for node in nodes)
    while True:
        yield tuple(names[rank] for rank in ranks)
        rising = next((place for place in range(len(ranks) - 2, -1, -1) if ranks[place] < ranks[place + 1]), None)
        if rising is None:
            return
        larger = next(place for place in range(len(ranks) - 1, rising, -1) if ranks[place] > ranks[rising])
        ranks[rising], ranks[larger] = ranks[larger], ranks[rising]
        ranks[rising + 1 :] = ranks[:rising:-1]


def _line(subject: str, predicate: str, value: str, graph: str) -> str:
    return f"{subject} {predicate} {value} {graph} .\n" if graph else f"{subject} {predicate} {value} .\n"


def label_blank_nodes(
    quads: Iterable[Quad],
    *,
    algorithm: HashAlgorithm = HashAlgorithm.SHA256,
    budget: int = MAX_CANONICALIZATION_WORK,
) -> dict[str, str]:
    """Return the canonical label (`_:c14n0` …) of each blank node.

    Raises:
        CanonicalizationError: `proof.canonicalization_budget`.
    """
    return _Canonicalizer(algorithm, budget).run(dict.fromkeys(quads))


def canonicalize_quads(
    quads: Iterable[Quad],
    *,
    algorithm: HashAlgorithm = HashAlgorithm.SHA256,
    budget: int = MAX_CANONICALIZATION_WORK,
) -> str:
    """Return the dataset as canonical N-Quads: labels issued, lines in code point order, none twice.

    Spec: RDF-CANON §4.4.3 and §5.

    Raises:
        CanonicalizationError: `proof.canonicalization_budget`: the graph is too symmetrical to be a real badge.
    """
    unique = dict.fromkeys(quads)
    return "".join(write_lines(unique, _Canonicalizer(algorithm, budget).run(unique)))


def write_lines(quads: Iterable[Quad], labels: Mapping[str, str]) -> list[str]:
    """Return quads as lines of N-Quads in code point order, their blank nodes named by `labels`."""
    relabel = labels.get
    return sorted(
        _line(relabel(subject, subject), predicate, relabel(value, value), relabel(graph, graph))
        for subject, predicate, value, graph in quads
    )
