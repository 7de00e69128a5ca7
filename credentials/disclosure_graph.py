"""The statements of a document, numbered in canonical order, and which of them a part of the document makes.

Spec: VC-DI-ECDSA 1.0 §3.4.7 (skolemizeCompactJsonLd) to §3.4.10 (labelReplacementCanonicalizeJsonLd) and §3.4.16
(canonicalizeAndGroup).

Every object without an id gets one for the time of the work, so that a part speaks of the same things as the whole.
The ids are turned back into blank nodes before anything is hashed.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from credentials.canonical import check_lossless
from credentials.json_selection import select_parts
from credentials.lossless import QuadWalk, read_context
from credentials.rdfc import label_blank_nodes, write_lines
from schemas import DecodingError, ProofError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from credentials.inline_contexts import ContextRule
    from credentials.rdfc import Quad
    from credentials.term_tables import Term
    from schemas import JsonObject, JsonValue

CANONICAL_PREFIX: Final = "_:c14n"


class DisclosureGraph:
    """A document as numbered statements.

    Args:
        document: Without `proof`; left unchanged.
        contexts: Whether the document may add words of its own; a badge never may.
        name_nodes: Gives the name of each blank node for its canonical label, `_:c14n0` and so on.

    Raises:
        DataModelError: The statements do not say all that the document says (`data_model.…`).
        UnknownContextError: A context is not pinned here.
        CanonicalizationError: `proof.canonicalization_budget`.
        DecodingError: `decoding.lone_surrogate`.
    """

    def __init__(
        self,
        document: JsonObject,
        contexts: ContextRule,
        name_nodes: Callable[[frozenset[str]], Mapping[str, str]],
    ) -> None:
        # The document is read as it stands first: a stand-in id must never make good what is not.
        check_lossless(document, contexts=contexts)
        self._contexts = contexts
        self._stand_in = f"urn:bnid:{secrets.token_hex(16)}:"
        self._document = _Skolemizer(self._stand_in, self._walk(document).json_values).fill(document)
        quads = self._list_quads(self._document)
        try:
            labels = label_blank_nodes(quads)
            names = name_nodes(frozenset(labels.values()))
            self._names = {node: names[label] for node, label in labels.items()}
            self.lines = tuple(line.encode("utf-8") for line in dict.fromkeys(write_lines(quads, self._names)))
        except UnicodeEncodeError as error:
            raise DecodingError("decoding.lone_surrogate") from error
        self._numbers = {line: number for number, line in enumerate(self.lines)}

    def find_numbers(self, pointers: Sequence[str]) -> frozenset[int]:
        """Return the numbers of the statements that the pointed parts make.

        Raises:
            ProofError: `proof.pointer_unmatched`: a pointer names nothing, one entry of an ordered list, or a part of
                a JSON value.
        """
        if not pointers:
            return frozenset()
        return frozenset(self._numbers[line] for line in self._write_part(self._list_part(pointers)))

    def label_part(self, pointers: Sequence[str]) -> dict[str, str]:
        """Return, for each canonical blank node label of the part on its own, its name in the whole."""
        return {label: self._names[node] for node, label in label_blank_nodes(self._list_part(pointers)).items()}

    def _list_part(self, pointers: Sequence[str]) -> list[Quad]:
        return self._list_quads(select_parts(self._document, pointers))

    def _write_part(self, quads: list[Quad]) -> list[bytes]:
        lines = [line.encode("utf-8") for line in write_lines(quads, self._names)]
        if not self._numbers.keys() >= set(lines):
            raise ProofError(
                "proof.pointer_unmatched", "an ordered list, or a JSON value, is shown whole or not at all"
            )
        return lines

    def _list_quads(self, document: JsonObject) -> list[Quad]:
        return [_unfill(quad, f"<{self._stand_in}") for quad in self._walk(document).quads]

    def _walk(self, document: JsonObject) -> QuadWalk:
        walk = _StableWalk(contexts=self._contexts)
        walk.read_document(document, read_context(document.get("@context"), rule=self._contexts))
        return walk


class _Skolemizer:
    """Copies a document and gives each object without an id one of its own; JSON literals stay as they are."""

    def __init__(self, stand_in: str, json_values: set[int]) -> None:
        self._stand_in = stand_in
        self._json_values = json_values
        self._count = 0

    def fill(self, node: JsonObject) -> JsonObject:
        filled = {word: self._fill_value(word, value) for word, value in node.items()}
        if "id" not in filled and "@value" not in filled:
            filled["id"] = f"{self._stand_in}{self._count}"
            self._count += 1
        return filled

    def _fill_value(self, word: str, value: JsonValue) -> JsonValue:
        if word == "@context" or (isinstance(value, dict | list) and id(value) in self._json_values):
            return value
        if isinstance(value, dict):
            return self.fill(value)
        if isinstance(value, list):
            return [self._fill_value(word, entry) for entry in value]
        return value


class _StableWalk(QuadWalk):
    """Names graphs and cells of lists by where they hang, so that a part names them as the whole does."""

    def _name_graph(self, subject: str, term: Term, node: JsonObject) -> str:
        return f"_:graph {subject} {term.iri} {node.get('id')}"

    def _name_list_cell(self, subject: str, predicate: str, index: int) -> str:
        return f"_:list {subject} {predicate} {index}"


def _unfill(quad: Quad, prefix: str) -> Quad:
    subject, predicate, value, graph = quad
    return (_unfill_term(subject, prefix), predicate, _unfill_term(value, prefix), _unfill_term(graph, prefix))


def _unfill_term(term: str, prefix: str) -> str:
    return f"_:{term[1:-1]}" if term.startswith(prefix) else term
