"""What the words of an object mean, worked out once for all objects of the same shape.

A shape is a context, types, and members in an order. Badges of one issuer have the same few dozen, so that reading one
takes no more than looking up its shapes and writing down its values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from credentials.literals import is_text_datatype
from credentials.lossless import MAX_TYPES_PER_NODE, RDF_TYPE, read_word
from credentials.term_tables import count_forgotten

if TYPE_CHECKING:
    from collections.abc import Iterable

    from credentials.term_tables import Term, TermTable

MAX_KEPT_SHAPES: Final = 2_048  # when there are more, all are forgotten: a stranger can cost time, never memory
MAX_SHAPE_WORDS: Final = 64  # members and types of an object whose shape is kept
MAX_SHAPE_CHARS: Final = 1_024  # characters of all of them

# What a text becomes, by the member in which it stands.
KEYWORD: Final = 0  # `id` or `type`, read elsewhere
TEXT: Final = 1  # a literal
IRI: Final = 2
WORD: Final = 3  # a word of the vocabulary
NO_TEXT: Final = 4  # a number or a truth value belongs here
ORDERED: Final = 5  # no single value: an array whose order counts

Types: TypeAlias = "tuple[str, ...] | str | None"


class NotPlainError(Exception):
    """The quick walk gives up. Never leaves `plain_walk`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What to do with one member. A text in it stands between `head` and `tail` in its line.

    `action` is for the value of the member, `entry_action` for each entry when that is an array.
    """

    action: int
    entry_action: int
    head: str
    tail: str
    predicate: str
    term: Term
    inner: TermTable  # the context of objects that stand as its value


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How to read an object.

    Args:
        table: The context of its members.
        steps: One for each member, in order.
        type_lines: What its types say of it.
        type_set: Its context and types, when these bring words of their own.
        has_id: Whether it has one; else it is a blank node.
    """

    table: TermTable
    steps: tuple[Step, ...]
    type_lines: tuple[str, ...]
    type_set: tuple[int, tuple[str, ...]] | None
    has_id: bool


# The key holds the table itself, so that no other table can come to have its identity.
_kept: Final[dict[tuple[object, ...], Shape]] = {}
_kept_since: Final = [0]  # tables that were forgotten before: no kept shape holds one of those


def find_shape(table: TermTable, types: Types, words: Iterable[str]) -> Shape:
    """Return the shape of an object.

    Args:
        table: The context in which the object stands.
        types: The value of its `type`, an array as a tuple; None when it has none.
        words: Its members, in order.

    Raises:
        NotPlainError: The thorough walk has to tell what the object says.
        TypeError: A type is an object or an array.
        DataModelError: A type means nothing here.
    """
    key = (table, types, *words)
    shape = _kept.get(key)
    if shape is None:
        shape = _compile_shape(table, (types,) if isinstance(types, str) else types or (), key[2:])
        if len(key) <= MAX_SHAPE_WORDS and sum(len(str(word)) for word in key[1:]) <= MAX_SHAPE_CHARS:
            if len(_kept) >= MAX_KEPT_SHAPES or _kept_since[0] != count_forgotten():
                _kept.clear()
                _kept_since[0] = count_forgotten()
            _kept[key] = shape
    return shape


def _compile_shape(table: TermTable, types: tuple[str, ...], words: tuple[object, ...]) -> Shape:
    if "type" in words:
        _verify_types(table, types)
    inner = table.for_types(types)
    has_id = "id" in words
    if has_id and ((term := inner.terms.get("id")) is None or term.iri != "@id"):
        raise NotPlainError
    return Shape(
        table=inner,
        steps=tuple(_compile_step(inner, str(word)) for word in words),
        type_lines=tuple(dict.fromkeys(f"{RDF_TYPE} {read_word(word, table, ())}" for word in types)),
        type_set=(id(table), types) if inner is not table else None,
        has_id=has_id,
    )


def _verify_types(table: TermTable, types: tuple[str, ...]) -> None:
    is_usual = (term := table.terms.get("type")) is not None and term.iri == "@type"
    is_text = bool(types) and all(isinstance(word, str) for word in types)
    if not is_usual or not is_text or len(set(types)) != len(types) or len(types) > MAX_TYPES_PER_NODE:
        raise NotPlainError


def _compile_step(table: TermTable, word: str) -> Step:
    term = table.members.get(word)
    if word in {"id", "type"} and (keyword := table.terms.get(word)) is not None:
        return Step(action=KEYWORD, entry_action=KEYWORD, head="", tail="", predicate="", term=keyword, inner=table)
    # A proof or an embedded credential makes a graph of its own.
    if term is None or word == "proof" or term.container == "@graph" or term.coercion == "@json":
        raise NotPlainError
    if term.predicate == RDF_TYPE:
        raise NotPlainError  # could repeat what `type` says
    action, opening, tail = _find_action(term)
    return Step(
        action=ORDERED if term.container == "@list" else action,
        entry_action=action,
        head=f"{term.predicate} {opening}",
        tail=tail,
        predicate=term.predicate,
        term=term,
        inner=table.for_property(term.name),
    )


def _find_action(term: Term) -> tuple[int, str, str]:
    """Return what becomes of a text, and what stands around it in its line."""
    if term.coercion == "@id":
        return IRI, "<", ">"
    if term.coercion == "@vocab":
        return WORD, "", ""
    if not is_text_datatype(term.coercion):
        return NO_TEXT, "", ""
    return TEXT, '"', f'"^^<{term.coercion}>' if term.coercion else '"'
