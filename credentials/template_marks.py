"""Marks in place of the texts of a credential that may be others in the next one of its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from credentials.literals import is_absolute_iri

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas import JsonObject, JsonValue

MARK: Final = "skillmark-value-"
# Whatever stands below these may change from one credential to the next, but for the members that stay.
_MOVING_MEMBERS: Final = frozenset(
    {"id", "validFrom", "validUntil", "awardedDate", "credentialSubject", "evidence", "credentialStatus"}
)
_STAYING_MEMBERS: Final = frozenset({"@context", "type", "achievement", "identityType", "statusPurpose"})


class MarkedText(NamedTuple):
    """One text that may change; `beginning` is its scheme if it looks like an IRI, for another may mean a prefix."""

    mark: str
    beginning: str
    text: str


class Marker:
    """Puts marks in place of texts that may change, in the order of the document.

    Args:
        staying: Numbers of texts that are left as they are, counted over all that may change.
    """

    def __init__(self, staying: frozenset[int] = frozenset()) -> None:
        self.values: list[MarkedText] = []
        self.steady: set[int] = set()  # of `values`: those that could stay as well
        self._staying = staying
        self._count = 0

    @property
    def marks(self) -> list[bytes]:
        """The marks as they stand in the JSON, each with the beginning of its text."""
        return [f"{value.beginning}{value.mark}".encode() for value in self.values]

    def mark_members(self, document: JsonObject) -> JsonObject:
        """Return the document with marks; its own members and the ids of things never stay."""
        return {word: self._mark(value, "") if word in _MOVING_MEMBERS else value for word, value in document.items()}

    def _mark(self, value: JsonValue, word: str) -> JsonValue:
        """Types, whole arrays of texts and value objects stay; `word` is empty for the document's own members."""
        if isinstance(value, str):
            return self._mark_text(value, word)
        if isinstance(value, list):
            return [self._mark(entry, word) if isinstance(entry, dict) else entry for entry in value]
        if isinstance(value, dict) and not any(inner[:1] == "@" for inner in value):
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
        mark = f"{MARK}{number}-"
        self.values.append(MarkedText(mark, beginning, value))
        return beginning + mark


def split_at_marks(encoded: bytes, marks: Sequence[bytes]) -> list[bytes]:
    """Cut JSON at marks, which stand in it in their order; the quotes stay."""
    pieces = []
    for mark in marks:
        before, _, encoded = encoded.partition(mark)
        pieces.append(before)
    return [*pieces, encoded]
