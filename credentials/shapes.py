"""What the words of an object mean, worked out once for all objects of the same shape.

A shape is a context, types, members in an order, and which of them hold a text. Badges of one issuer have the same few
dozen, so that reading one takes no more than looking up its shapes and putting values into their gaps.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from credentials.literals import is_text_datatype
from credentials.lossless import MAX_TYPES_PER_NODE, RDF_FIRST, RDF_TYPE, read_word
from credentials.plain_graph import SUBJECT_MARK
from credentials.term_tables import count_forgotten

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from credentials.term_tables import Term, TermTable
    from schemas import JsonObject, JsonValue

MAX_KEPT_SHAPES: Final = 2_048  # when there are more, all are forgotten: a stranger can cost time, never memory
MAX_SHAPE_WORDS: Final = 64  # members of an object whose shape is kept
MAX_SHAPE_CHARS: Final = 1_024  # characters of all of them, and of its types

# Nearly all IRIs are of these forms. With `//` behind its scheme none is shortened by a prefix; without, none is where
# the scheme is no word.
_IRI_REST: Final = r'[^\x00-\x20<>"{}|^`\\\x7f]+'
_OTHER_SCHEMES: Final = frozenset({"did", "urn"})
_IS_WEB_IRI: Final = re.compile(f"https?://{_IRI_REST}").fullmatch
_IS_USUAL_IRI: Final = re.compile(f"(?:https?://|did:|urn:){_IRI_REST}").fullmatch
_SHARED_MEMBERS: Final = frozenset({"achievement", "issuer"})
END_OF_LINE: Final = " .\n"

# What a text becomes, by the member in which it stands.
TEXT: Final = 1  # a literal
IRI: Final = 2
WORD: Final = 3  # a word of the vocabulary
NO_TEXT: Final = 4  # a number or a truth value belongs here
ORDERED: Final = 5  # no single value: an array whose order counts


class NotPlainError(Exception):
    """The quick walk gives up. Never leaves `plain_walk`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What to do with a member that takes more than putting its text into a line.

    `action` is for the value of the member, `entry_action` for each entry when that is an array; so are the predicates.
    """

    action: int
    entry_action: int
    head: str  # what stands before a text in its line, from the mark of the subject on
    tail: str  # what stands behind it, newline included
    predicate: str
    entry_predicate: str
    term: Term
    inner: TermTable  # the context of objects that stand as its value
    is_shared: bool  # whether objects that stand as its value are the same in many badges


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How to write down what an object says: its lines in their order, with a gap for each value.

    Args:
        table: The context of its members.
        pick: Gives the values for the gaps, from the object.
        pieces: The lines, with an empty piece for each value at `1::2`. A value that is one text stands within a line,
            any other stands for whole lines.
        texts: Places of values that are texts and stand in literals.
        iris: Places of values that are texts and have to be IRIs.
        pick_texts: Gives the values at both.
        is_usual_iri: Matches IRIs that are spelled in no other way in this context; others may be as well.
        others: Places of the other values, whatever they are, and what to do with them.
        size: Number of members.
        type_set: Its context and types, when these bring words of their own.
        has_id: Whether it has one; else it is a blank node.
    """

    table: TermTable
    pick: Callable[[JsonObject], tuple[JsonValue, ...]]
    pieces: list[str]
    texts: tuple[int, ...]
    iris: tuple[int, ...]
    pick_texts: Callable[[JsonObject], tuple[JsonValue, ...]]
    is_usual_iri: Callable[[str], re.Match[str] | None]
    others: tuple[tuple[int, Step], ...]
    size: int
    type_set: tuple[int, tuple[str, ...]] | None
    has_id: bool


# By context, types and words: the shape of the first such object. Those that have something else where that has a text
# share a shape without texts, by the same and `None`. The key holds the table itself, so that no other table can come
# to have its identity.
KEPT_SHAPES: Final[dict[tuple[object, ...], Shape]] = {}
_kept_since: Final = [0]  # tables that were forgotten before: no kept shape holds one of those


def find_shape(table: TermTable, types: tuple[str, ...] | str | None, node: JsonObject) -> Shape:
    """Return the shape of an object that is not kept, and keep it.

    Args:
        table: The context in which the object stands.
        types: The value of its `type`, an array as a tuple; None when it has none.
        node: The object. Its words count, in their order, and which of them hold a text.

    Raises:
        NotPlainError: The thorough walk has to tell what the object says.
        TypeError: A type is an object or an array.
        DataModelError: A type means nothing here.
    """
    return _keep((table, types, *node), table, types, node)


def find_shape_of_any_values(table: TermTable, types: tuple[str, ...] | str | None, node: JsonObject) -> Shape:
    """Return the shape of an object of which no value need be a text; as `find_shape`."""
    key = (table, types, *node, None)
    return KEPT_SHAPES.get(key) or _keep(key, table, types, dict.fromkeys(node))


def _keep(
    key: tuple[object, ...], table: TermTable, types: tuple[str, ...] | str | None, node: Mapping[str, JsonValue]
) -> Shape:
    shape = _compile_shape(table, (types,) if isinstance(types, str) else types or (), node)
    if len(node) <= MAX_SHAPE_WORDS and sum([len(str(word)) for word in (types, *node)]) <= MAX_SHAPE_CHARS:
        if len(KEPT_SHAPES) >= MAX_KEPT_SHAPES or _kept_since[0] != count_forgotten():
            KEPT_SHAPES.clear()
            _kept_since[0] = count_forgotten()
        KEPT_SHAPES[key] = shape
    return shape


def _compile_shape(table: TermTable, types: tuple[str, ...], node: Mapping[str, JsonValue]) -> Shape:
    if "type" in node:
        _verify_types(table, types)
    inner = table.for_types(types)
    has_id = "id" in node
    if has_id and ((term := inner.terms.get("id")) is None or term.iri != "@id"):
        raise NotPlainError
    steps = sorted(
        ((word, _compile_step(inner, word)) for word in node if word not in {"id", "type"}),
        key=lambda step: step[1].predicate,
    )
    meanings = dict.fromkeys(read_word(word, table, ()) for word in types)
    lines = [(RDF_TYPE, [f"{SUBJECT_MARK} {RDF_TYPE} {iri} .\n"]) for iri in meanings]
    texts, iris, others = [], [], []
    for place, (word, step) in enumerate(steps):
        is_text = type(node[word]) is str and step.action in {TEXT, IRI}
        if not is_text:
            others.append((place, step))
        elif step.action == TEXT:
            texts.append(place)
        else:
            iris.append(place)
        lines.append((step.predicate, [step.head, step.tail] if is_text else ["", ""]))
    pieces = [""]
    for _, line in sorted(lines):
        pieces[-1] += line[0]
        for behind in line[1:]:
            pieces += ["", behind]
    return Shape(
        table=inner,
        pick=_make_picker([word for word, _ in steps]),
        pieces=pieces,
        texts=tuple(texts),
        iris=tuple(iris),
        pick_texts=_make_picker([steps[place][0] for place in (*texts, *iris)]),
        is_usual_iri=_IS_WEB_IRI if _OTHER_SCHEMES & inner.terms.keys() else _IS_USUAL_IRI,
        others=tuple(others),
        size=len(node),
        type_set=(id(table), types) if inner is not table else None,
        has_id=has_id,
    )


def _make_picker(words: list[str]) -> Callable[[JsonObject], tuple[JsonValue, ...]]:
    if len(words) > 1:
        return itemgetter(*words)
    if not words:
        return lambda _: ()
    (word,) = words
    return lambda node: (node[word],)


def _verify_types(table: TermTable, types: tuple[str, ...]) -> None:
    is_usual = (term := table.terms.get("type")) is not None and term.iri == "@type"
    is_text = bool(types) and all(isinstance(word, str) for word in types)
    if not is_usual or not is_text or len(set(types)) != len(types) or len(types) > MAX_TYPES_PER_NODE:
        raise NotPlainError


def _compile_step(table: TermTable, word: str) -> Step:
    term = table.members.get(word)
    # A proof or an embedded credential makes a graph of its own.
    if term is None or word == "proof" or term.container == "@graph" or term.coercion == "@json":
        raise NotPlainError
    if term.predicate == RDF_TYPE:
        raise NotPlainError  # could repeat what `type` says
    action, opening, tail = _find_action(term)
    return Step(
        action=ORDERED if term.container == "@list" else action,
        entry_action=action,
        head=f"{SUBJECT_MARK} {term.predicate} {opening}",
        tail=tail + END_OF_LINE,
        predicate=term.predicate,
        entry_predicate=RDF_FIRST if term.container == "@list" else term.predicate,
        term=term,
        inner=table.for_property(term.name),
        is_shared=word in _SHARED_MEMBERS,
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
