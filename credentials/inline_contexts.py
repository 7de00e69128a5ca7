"""Contexts that stand inside a document: refused for badges, and for suites only ever allowed to add words.

Spec: VCDM 2.0 §4.3 (objects in `@context`) and §5.2; JSON-LD 1.1 §4.1.
A context of a stranger's that may change a word can swap one fact for another under a good signature, so a verdict
about a badge never depends on one. The conformance suites send them all the time; there they may add what no pinned
context says, and nothing else.
"""

from __future__ import annotations

import enum
import json
from typing import TYPE_CHECKING, Final, cast

from credentials.document_places import refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from credentials.document_places import Place
    from credentials.term_tables import Term
    from schemas import JsonObject, JsonValue

MAX_ADDED_WORDS: Final = 128  # words of one inline context, those of its inner contexts counted
MAX_ADDED_WORD_CHARS: Final = 128
MAX_CONTEXT_CHARS: Final = 16 * 1024  # characters of one inline context as compact JSON
MAX_INNER_CONTEXTS: Final = 6  # contexts inside contexts

_CONTEXT_KEYWORDS: Final = frozenset({"@version", "@protected", "@vocab"})
_TERM_KEYWORDS: Final = frozenset({"@id", "@type", "@container", "@context", "@protected"})
_KEYWORD_ALIASES: Final = {"id": "@id", "type": "@type"}  # every context of the standards spells these again


class ContextRule(enum.Enum):
    """Which values of `@context` a caller lets a document bring."""

    PINNED = "pinned"  # addresses of pinned contexts; the only rule under which a badge gets a verdict
    PINNED_AND_ADDED = "pinned_and_added"  # also objects that add words, for the suites


def encode_inline_context(value: JsonObject, place: Place) -> str:
    """Return an inline context as one line of JSON, the form in which it stands among addresses.

    Raises:
        DataModelError: `data_model.context_inline_forbidden`: longer than `MAX_CONTEXT_CHARS`.
    """
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    if len(text) > MAX_CONTEXT_CHARS:
        raise refuse("context_inline_forbidden", place, "an inline context of that length")
    return text


def decode_inline_context(entry: str) -> JsonObject | None:
    """Return the context that `encode_inline_context` wrote; None for an address."""
    return cast("JsonObject", json.loads(entry)) if entry.startswith("{") else None


def check_only_adds(context: JsonObject, terms: Mapping[str, Term | None], *, vocabulary: str) -> None:
    """Insist that an inline context says nothing about a word that already means something.

    Args:
        context: The object in `@context`.
        terms: What the contexts before it define.
        vocabulary: Their `@vocab`; empty when there is none.

    Raises:
        DataModelError: `data_model.context_conflict` for a word that is defined already,
            `data_model.context_inline_forbidden` for everything that is not a plain definition.
    """
    if "@vocab" in context and vocabulary not in ("", context["@vocab"]):
        raise refuse("context_conflict", _AT, "a second @vocab")
    if _count_words(context, terms, depth=0) > MAX_ADDED_WORDS:
        raise refuse("context_inline_forbidden", _AT, "too many words")


_AT: Final[Place] = ((), "@context")


def _count_words(context: JsonObject, terms: Mapping[str, Term | None], *, depth: int) -> int:
    count = 0
    for word, value in context.items():
        place: Place = (_AT, word)
        if word.startswith("@"):
            if word not in _CONTEXT_KEYWORDS or (word == "@vocab" and (depth or not isinstance(value, str))):
                raise refuse("context_inline_forbidden", place)
            continue
        if not word or len(word) > MAX_ADDED_WORD_CHARS or ":" in word:
            raise refuse("context_inline_forbidden", place, "not a plain word")
        if word in terms and not _is_same(terms[word], word, value):
            raise refuse("context_conflict", place, "a word that is defined already")
        count += 1 + _count_inner(value, terms, place, depth=depth)
    return count


def _count_inner(value: JsonValue, terms: Mapping[str, Term | None], place: Place, *, depth: int) -> int:
    if isinstance(value, str):
        return 0
    if not isinstance(value, dict) or not value or not set(value) <= _TERM_KEYWORDS:
        raise refuse("context_inline_forbidden", place, "not a plain definition")
    inner = value.get("@context", {})
    if not isinstance(inner, dict) or depth >= MAX_INNER_CONTEXTS:
        raise refuse("context_inline_forbidden", place, "an inner context is one object")
    return _count_words(inner, terms, depth=depth + 1)


def _is_same(term: Term | None, word: str, value: JsonValue) -> bool:
    """Whether a definition only repeats one: a keyword's usual alias, or a plain word with the same IRI."""
    if word in _KEYWORD_ALIASES:
        return value == _KEYWORD_ALIASES[word]
    plain = term is not None and not term.coercion and not term.container and not term.has_scope
    return plain and term is not None and value in (term.iri, {"@id": term.iri})
