"""Credentials of one shape hashed in a row: what all of them share is canonicalized once.

A template is made from one credential. Another fits when its bytes are the same but for the text of members that a
template lets change (`template_marks`), and then its hash is exactly what `canonicalize` would give. For anything
else a template says that it does not know, and the caller canonicalizes. See docs/adr/0018.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from credentials.canonical import canonicalize
from credentials.rdfc import HashAlgorithm
from credentials.template_graph import compile_graph
from credentials.template_marks import MARK, Marker, split_at_marks
from schemas import BadgeError, encode_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from credentials.template_graph import GraphTemplate

MAX_TEMPLATE_BYTES: Final = 64 * 1024
MAX_VALUES_BYTES: Final = 16 * 1024  # of all values together; more goes the general way, which counts what it costs
MAX_TEMPLATE_VALUES: Final = 256

_TEMPLATE_BYTES: Final = 6 * 1024  # about what Python takes for a template beside its lines,
_BEGINNING_BYTES: Final = 200  # and for a beginning of an IRI beside its text

_BACKSLASH: Final = ord("\\")
_TEXT: Final = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_GAP: Final = b"\0"
_IRI: Final = rb'[A-Za-z][A-Za-z0-9+.-]*+:[^\x00-\x20<>"{}|^`\\\x7f]++'  # as in `is_absolute_iri`
_IRIS: Final = re.compile(b"(?:%b(?:%b%b)*+)?" % (_IRI, _GAP, _IRI))
# Texts of JSON strings, with `_GAP` between them, that canonical N-Quads writes with the same bytes: the escapes that
# both know, and nothing that only one of them escapes.
_SAME_TEXT: Final = re.compile(rb'(?:[^\x01-\x1f"\\\x7f]++|\\["\\bfnrt])*+')


class IssueTemplate:
    """Made by `compile_template`. Safe to share between threads."""

    def __init__(
        self,
        pieces: Sequence[bytes],
        beginnings: Sequence[str],
        graph: GraphTemplate,
        *,
        context: bytes,
        steady: frozenset[int],
    ) -> None:
        self.context = context  # `@context` as JSON
        self.steady = steady  # numbers of the values that a narrower template may take for constant
        self.fixed_bytes = sum([len(piece) for piece in pieces])  # in every credential of this template
        self._first = pieces[0]
        self._pieces = [(piece, len(piece)) for piece in pieces[1:]]
        self._iris = sorted(graph.iri_values)
        # A web address is never shortened by a prefix; of another scheme it is known only where the model has it.
        self._beginnings = [(b"https://", b"http://", beginnings[at].encode()) for at in self._iris]
        self._graph = graph

    @property
    def statements(self) -> int:
        """How many statements such a credential makes."""
        return self._graph.statements

    @property
    def weight(self) -> int:
        """About how much memory it may come to take, in bytes."""
        beginnings = sum([_BEGINNING_BYTES + len(one[-1]) for one in self._beginnings])
        return _TEMPLATE_BYTES + self._graph.weight + 2 * self.fixed_bytes + beginnings

    def write(self, values: Sequence[bytes]) -> bytes | None:
        """Return canonical N-Quads with the values of `read_values`; None when it has to be canonicalized."""
        return self._graph.write(values)

    def read_values(self, encoded: bytes) -> list[bytes] | None:
        """Return the values that stand in the gaps; None when the bytes do not fit."""
        if not encoded.startswith(self._first):
            return None
        place = len(self._first)
        values = []
        for piece, length in self._pieces:
            end = encoded.find(b'"', place)
            if encoded[end - 1] == _BACKSLASH:
                text = _TEXT.match(encoded, place)
                end = text.end() if text else -1
            if end < 0 or not encoded.startswith(piece, end):
                return None
            values.append(encoded[place:end])
            place = end + length
        return values if place == len(encoded) and self._are_usable(values) else None

    def _are_usable(self, values: list[bytes]) -> bool:
        """Whether each value is the whole text of one JSON string, and those that must be IRIs are."""
        together = _GAP.join(values)
        if (
            len(together) > MAX_VALUES_BYTES
            or together.count(_GAP) >= len(values)
            or not _SAME_TEXT.fullmatch(together)
        ):
            return False
        if not together.isascii():
            try:
                together.decode("utf-8")
            except UnicodeDecodeError:
                return False
        iris = [values[place] for place in self._iris]
        return _IRIS.fullmatch(_GAP.join(iris)) is not None and all(map(bytes.startswith, iris, self._beginnings))

    def canonicalize(self, encoded: bytes) -> bytes | None:
        """Return canonical N-Quads of a credential in compact JSON; None when it has to be canonicalized.

        Args:
            encoded: As `schemas.encode_json` writes it, without proof.
        """
        values = self.read_values(encoded)
        return None if values is None else self._graph.write(values)


def compile_template(
    encoded: bytes, *, algorithm: HashAlgorithm = HashAlgorithm.SHA256, staying: frozenset[int] = frozenset()
) -> IssueTemplate | None:
    """Make a template of a credential in compact JSON, without proof.

    Args:
        encoded: The model.
        algorithm: Hash of RDFC-1.0.
        staying: Numbers of texts that all credentials share; of `IssueTemplate.steady` of a template without any.

    Returns:
        None when its shape does not allow one, or when it cannot be signed at all; nothing is raised, for the
        general way says what is wrong.
    """
    if len(encoded) > MAX_TEMPLATE_BYTES or MARK.encode() in encoded:
        return None
    try:
        document = json.loads(encoded)
        if not isinstance(document, dict) or "proof" in document or encode_json(document) != encoded:
            return None
        expected = canonicalize(document, algorithm=algorithm)
        marker = Marker(staying)
        marked, values = marker.mark_members(document), marker.values
        if len(values) > MAX_TEMPLATE_VALUES:
            return None
        marks = marker.marks
        graph = compile_graph(canonicalize(marked, algorithm=algorithm), marks, algorithm=algorithm)
    except (BadgeError, ValueError):
        return None
    if graph is None:
        return None
    template = IssueTemplate(
        split_at_marks(encode_json(marked), marks),
        [value.beginning for value in values],
        graph,
        context=encode_json(document.get("@context")),
        steady=frozenset(marker.steady),
    )
    values_of_model = template.read_values(encoded)
    if values_of_model is None:
        return None
    graph.expect_order(values_of_model)
    # What the template gives for its own model is known: a fault of ours would show here first.
    return template if template.write(values_of_model) == expected else None
