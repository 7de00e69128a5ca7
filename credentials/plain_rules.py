"""What the quick walks ask of a document as a whole: nothing is too many, and no thing is described in two ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from credentials.lossless import MAX_STATEMENTS, MAX_SUBJECT_CHARS, MAX_TYPE_SETS, MAX_TYPED_OBJECTS
from credentials.shapes import NotPlainError
from schemas import MAX_JSON_DEPTH

if TYPE_CHECKING:
    from collections.abc import Collection

    from credentials.term_tables import TermTable
    from schemas import JsonObject, JsonValue

# Objects inside objects; with an array around each, half of what may stand in one another in JSON (`MAX_JSON_DEPTH`).
MAX_PLAIN_DEPTH: Final = MAX_JSON_DEPTH // 2 - 1
MAX_BLANK_CHARS: Final = 16  # characters of the name of a blank node, more than any has


def verify_bounds(objects: int, statements: int, longest_id: int, type_sets: Collection[object]) -> None:
    """Go on only when the thorough walk would not find too much either.

    It counts alike, or less: it asks for types, and for the characters of each subject.

    Args:
        objects: How many there are, cells of ordered arrays among them.
        statements: How many they make.
        longest_id: Characters of the longest id of an object, as N-Quads spells it.
        type_sets: Distinct sets of types that bring words of their own.

    Raises:
        NotPlainError: It may.
    """
    if (
        objects > MAX_TYPED_OBJECTS
        or statements > MAX_STATEMENTS
        or statements * max(longest_id, MAX_BLANK_CHARS) > MAX_SUBJECT_CHARS
        or len(type_sets) > MAX_TYPE_SETS
    ):
        raise NotPlainError


def verify_agreement(descriptions: list[tuple[JsonObject, TermTable]], *, root: JsonObject | None) -> None:
    """Go on only when descriptions of one thing speak of different properties, or say word for word the same.

    Args:
        descriptions: The objects that say something of it, with the contexts of their members.
        root: The document; of that, no other object may say anything.

    Raises:
        NotPlainError: They do not.
    """
    said: dict[str, JsonValue] = {}
    for node, table in descriptions:
        members = table.members
        for word, value in node.items():
            if word in {"id", "type"}:
                continue
            other = said.setdefault(members[word].iri, value)
            if other is not value and repr(other) != repr(value):  # 1, 1.0 and true are equal, and differ
                raise NotPlainError
    if len(descriptions) > 1 and any(node is root for node, _ in descriptions):
        raise NotPlainError
