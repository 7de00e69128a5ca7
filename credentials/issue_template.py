"""Credentials of one shape hashed in a row: what all of them share is canonicalized once.

A template is made from one credential. Another fits when its bytes are the same but for the text of members that a
template lets change (`_MOVING_MEMBERS`), and then its hash is exactly what `canonicalize` would give. For anything
else a template says that it does not know, and the caller canonicalizes. See docs/adr/0018.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from credentials.canonical import canonicalize
from credentials.literals import is_absolute_iri
from credentials.rdfc import HashAlgorithm
from credentials.template_graph import compile_graph
from schemas import BadgeError, encode_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from credentials.template_graph import GraphTemplate
    from schemas import JsonObject, JsonValue

MAX_TEMPLATE_BYTES: Final = 64 * 1024
MAX_VALUES_BYTES: Final = 16 * 1024  # of all values together; more goes the general way, which counts what it costs
MAX_TEMPLATE_VALUES: Final = 256

_MARK: Final = "skillmark-value-"
# Whatever stands below these may change from one credential to the next, but for the members that stay.
_MOVING_MEMBERS: Final = frozenset(
    {"id", "validFrom", "validUntil", "awardedDate", "credentialSubject", "evidence", "credentialStatus"}
)
_STAYING_MEMBERS: Final = frozenset({"@context", "type", "achievement", "identityType", "statusPurpose"})
_BACKSLASH: Final = ord("\\")
_TEXT: Final = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_GAP: Final = b"\0"
_IRI_REST: Final = rb'[^\x00-\x20<>"{}|^`\\\x7f]++'  # behind the scheme, as in `is_absolute_iri`
# Texts of JSON strings, with `_GAP` between them, that canonical N-Quads writes with the same bytes: the escapes that
# both know, and nothing that only one of them escapes.
_SAME_TEXT: Final = re.compile(rb'(?:[^\x01-\x1f"\\\x7f]++|\\["\\bfnrt])*+')


class _Value(NamedTuple):
    """One text that may change; `beginning` is its scheme if it looks like an IRI, for another may mean a prefix."""

    mark: str
    beginning: str


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
        self._first = pieces[0]
        self._pieces = [(piece, len(piece)) for piece in pieces[1:]]
        self._iris = sorted(graph.iri_values)
        # A web address is never shortened by a prefix; of another scheme it is known only where the model has it.
        self._are_iris = re.compile(
            b"\0".join(b"(?:https?://|%b)%b" % (re.escape(beginnings[at].encode()), _IRI_REST) for at in self._iris)
        ).fullmatch
        self._graph = graph

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
        return self._are_iris(_GAP.join([values[place] for place in self._iris])) is not None

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
    if len(encoded) > MAX_TEMPLATE_BYTES or _MARK.encode() in encoded:
        return None
    try:
        document = json.loads(encoded)
        if not isinstance(document, dict) or "proof" in document or encode_json(document) != encoded:
            return None
        expected = canonicalize(document, algorithm=algorithm)
        marker = _Marker(staying)
        marked, values = marker.mark_members(document), marker.values
        if len(values) > MAX_TEMPLATE_VALUES:
            return None
        marks = [f"{value.beginning}{value.mark}".encode() for value in values]
        graph = compile_graph(canonicalize(marked, algorithm=algorithm), marks, algorithm=algorithm)
    except (BadgeError, ValueError):
        return None
    if graph is None:
        return None
    template = IssueTemplate(
        _split(encode_json(marked), marks),
        [value.beginning for value in values],
        graph,
        context=encode_json(document.get("@context")),
        steady=frozenset(marker.steady),
    )
    # What the template gives for its own model is known: a fault of ours would show here first.
    return template if template.canonicalize(encoded) == expected else None


class _Marker:
    """Puts marks in place of texts that may change, in the order of the document.

    Args:
        staying: Numbers of texts that are left as they are, counted over all that may change.
    """

    def __init__(self, staying: frozenset[int]) -> None:
        self.values: list[_Value] = []
        self.steady: set[int] = set()  # of `values`: those that could stay as well
        self._staying = staying
        self._count = 0

    def mark_members(self, document: JsonObject) -> JsonObject:
        """Return the document with marks; its own members and the ids of things never stay."""
        return {word: self._mark(value, "") if word in _MOVING_MEMBERS else value for word, value in document.items()}

    def _mark(self, value: JsonValue, word: str) -> JsonValue:
        """Types, whole arrays of texts and value objects stay; `word` is empty for the document's own members."""
        if isinstance(value, str):
            return self._mark_text(value, word)
        if isinstance(value, list):
            return [self._mark(entry, word) if isinstance(entry, dict) else entry for entry in value]
        if isinstance(value, dict) and not any(inner.startswith("@") for inner in value):
            return {
                inner: entry if inner in _STAYING_MEMBERS else self._mark(entry, inner)
                for inner, entry in value.items()
            }
        return value

    def _mark_text(self, value: str, word: str) -> str:
        number, self._count = self._count, self._count + 1
        if word not in {"", "id"}:
            if number in self._staying:
                return value
            self.steady.add(len(self.values))
        scheme, colon, rest = value.partition(":")
        beginning = f"{scheme}:{'//' if rest.startswith('//') else ''}" if colon and is_absolute_iri(value) else ""
        self.values.append(_Value(f"{_MARK}{number}-", beginning))
        return beginning + self.values[-1].mark


def _split(encoded: bytes, marks: Sequence[bytes]) -> list[bytes]:
    """Cut the JSON at its marks, which stand in it in their order; the quotes stay."""
    return list(_pieces(encoded, marks))


def _pieces(encoded: bytes, marks: Sequence[bytes]) -> Iterator[bytes]:
    for mark in marks:
        before, _, encoded = encoded.partition(mark)
        yield before
    yield encoded
