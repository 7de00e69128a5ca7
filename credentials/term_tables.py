"""JSON-LD active contexts, compiled once from the pinned context files.

Spec: JSON-LD 1.1 API §4.1 (context processing) and §4.2 (term definitions), as far as the pinned contexts go:
`@import`, `@base`, `@language`, `@direction`, `@reverse`, `@nest` and index containers stand in none of them,
and a pinned file that used one would be refused at compile time. Only where a caller asks for it may a document add
words of its own (`inline_contexts`), and those make a table of their own: nothing a stranger sends can change
another. The caches below are bounded.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeVar

from credentials.inline_contexts import check_only_adds, decode_inline_context
from schemas import DataModelError, load_context, pinned_hashes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from schemas import JsonObject, JsonValue

# A stranger can fill both: tables of one list and 128 sets of types take some 1.4 MB together.
MAX_CACHED_CONTEXT_LISTS: Final = 32  # distinct `@context` lists kept compiled
MAX_CACHED_TYPE_SETS: Final = (
    128  # distinct sets of types kept compiled for each context; as many as a document may have
)

_CONTEXT_KEYWORDS: Final = frozenset({"@version", "@vocab", "@protected"})
_TERM_KEYWORDS: Final = frozenset({"@id", "@type", "@container", "@context", "@protected"})
_CONTAINERS: Final = frozenset({"", "@set", "@list", "@graph"})
_KEYWORD_TYPES: Final = frozenset({"@id", "@vocab", "@json"})
_GEN_DELIMS: Final = tuple(":/?#[]@")
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]*")
_NO_SCOPE: Final = object()
_Key = TypeVar("_Key")


class ContextDefinitionError(ValueError):
    """A pinned context file uses what the compiler does not know; a bug of ours, not of a document."""


@dataclass(frozen=True, slots=True)
class Term:
    """What one word means: `iri` is an absolute IRI, or the keyword `@id` or `@type` for an alias."""

    name: str
    iri: str
    coercion: str = ""  # "", "@id", "@vocab", "@json" or a datatype IRI
    container: str = ""  # "", "@set", "@list" or "@graph"
    is_prefix: bool = False
    is_protected: bool = False
    scope: object = _NO_SCOPE  # context that holds inside the value, or inside a node of this type
    predicate: str = field(init=False, compare=False)  # the IRI as N-Quads spells it
    is_text: bool = field(init=False, compare=False)  # whether a JSON string becomes a plain literal

    def __post_init__(self) -> None:
        object.__setattr__(self, "predicate", f"<{self.iri}>")
        object.__setattr__(self, "is_text", not self.coercion and self.container in {"", "@set"})

    @property
    def has_scope(self) -> bool:
        """Whether a context of its own goes with the term."""
        return self.scope is not _NO_SCOPE


class TermTable:
    """One active context. Never changed once compiled. `urls` are its contexts when it is that of a whole document."""

    def __init__(
        self,
        terms: dict[str, Term | None],
        vocabulary: str = "",
        previous: TermTable | None = None,
        urls: tuple[str, ...] = (),
    ) -> None:
        self.urls = urls
        self.terms = terms
        self.vocabulary = vocabulary
        self.previous = previous
        self._by_type_set: OrderedDict[tuple[str, ...], TermTable] = OrderedDict()
        self._by_property: dict[str, TermTable] = {}
        self._scoped_words: frozenset[str] | None = None
        self._words: dict[str, str] | None = None
        self._members: dict[str, Term] | None = None

    @property
    def is_initial(self) -> bool:
        """Whether nothing is defined here, as inside `verifiableCredential` of a VC 2.0 presentation."""
        return not self.terms and not self.vocabulary

    @property
    def words(self) -> Mapping[str, str]:
        """The one word for each IRI, so that spelling it out, or using a class of the same IRI, is a re-spelling.

        OB 3.0 gives the property `criteria` the IRI of the class `Criteria`; capitals sort first, so the property wins.
        """
        if self._words is None:
            self._words = {term.iri: word for word, term in sorted(self.terms.items()) if term}
        return self._words

    @property
    def scoped_words(self) -> frozenset[str]:
        """Words that would be defined in an object of the right type, and are lost without it."""
        if self._scoped_words is None:
            self._scoped_words = frozenset(
                word
                for term in self.terms.values()
                if term and isinstance(term.scope, dict)
                for word in term.scope
                if not word.startswith("@")
            )
        return self._scoped_words

    @property
    def members(self) -> Mapping[str, Term]:
        """The words that can name a property, each the usual one for its IRI."""
        if self._members is None:
            self._members = {
                word: term
                for word, term in self.terms.items()
                if term and term.iri[0] != "@" and self.words[term.iri] == word
            }
        return self._members

    def for_types(self, types: Iterable[str]) -> TermTable:
        """Return the table inside a node of these types; the same table when none has a context of its own."""
        scoped = tuple(sorted(word for word in types if (term := self.terms.get(word)) and term.has_scope))
        if not scoped:
            return self
        table = self._by_type_set.get(scoped)
        if table is None:
            table = self
            for word in scoped:
                term = self.terms[word]
                assert term is not None, "filtered above"
                table = _apply(table, term.scope, override_protected=False, propagate=False)
            _remember(self._by_type_set, scoped, table, MAX_CACHED_TYPE_SETS)
        return table

    def for_property(self, word: str) -> TermTable:
        """Return the table for an object that stands as a value of `word`."""
        table = self._by_property.get(word)
        if table is None:
            term = self.terms.get(word)
            table = self.previous or self
            if term and term.has_scope:
                table = _apply(table, term.scope, override_protected=True, propagate=True)
            self._by_property[word] = table  # one entry for each word of the pinned contexts at most
        return table


_INITIAL: Final = TermTable({})
_compiled: OrderedDict[tuple[tuple[str, ...], tuple[tuple[str, str], ...]], TermTable] = OrderedDict()
_lock: Final = Lock()
_forgotten: Final = [0]  # how many lists were


def count_forgotten() -> int:
    """Return how many compiled lists were forgotten so far.

    Whoever keeps something under a table lets go of it when the number changes; else the table would stay for ever.
    """
    return _forgotten[0]


def _remember(cache: OrderedDict[_Key, TermTable], key: _Key, table: TermTable, limit: int) -> None:
    with _lock:
        cache[key] = table
        while len(cache) > limit:
            cache.popitem(last=False)
            _forgotten[0] += cache is _compiled


def compile_contexts(urls: Sequence[str]) -> TermTable:
    """Compile the contexts of a document, in their order; an inline one stands there as its JSON text.

    Raises:
        UnknownContextError: One is not pinned (`data_model.context_unknown`).
        DataModelError: Two of them give one protected word two meanings (`data_model.context_conflict`), or an
            inline one does more than add words (`data_model.context_inline_forbidden`).
        ContextDefinitionError: A context uses what is not supported; for an inline one that is the document's fault.
    """
    key = tuple(urls)
    known_as = (key, pinned_hashes(key))  # what an installation pinned itself is known by its content
    table = _compiled.get(known_as)
    if table is None:
        table = _INITIAL
        for url in key:
            added = decode_inline_context(url)
            if added is not None:
                check_only_adds(added, table.terms, vocabulary=table.vocabulary)
            local = load_context(url).get("@context") if added is None else added
            table = _apply(table, local, override_protected=False, propagate=True)
        table = TermTable(table.terms, table.vocabulary, urls=key)
        _remember(_compiled, known_as, table, MAX_CACHED_CONTEXT_LISTS)
    return table


def _apply(table: TermTable, local: object, *, override_protected: bool, propagate: bool) -> TermTable:
    """Process one local context (JSON-LD 1.1 API §4.1.2)."""
    if local is None:
        return _INITIAL  # only property-scoped contexts of pinned files are null; they may clear protected terms
    if not isinstance(local, dict):
        raise ContextDefinitionError(f"a context that is not an object: {local!r}")
    return _Definitions(table, local, override_protected=override_protected).compile(propagate=propagate)


class _Definitions:
    """The term definitions of one context object on their way into a table (JSON-LD 1.1 API §4.2.2)."""

    def __init__(self, table: TermTable, local: JsonObject, *, override_protected: bool) -> None:
        self._table = table
        self._local = local
        self._override_protected = override_protected
        self._terms = dict(table.terms)
        self._done: dict[str, bool] = {}
        self._vocabulary = table.vocabulary

    def compile(self, *, propagate: bool) -> TermTable:
        for key in self._local:
            if key.startswith("@") and key not in _CONTEXT_KEYWORDS:
                raise ContextDefinitionError(f"{key} is not supported in a pinned context")
        if "@vocab" in self._local:
            vocabulary = self._local["@vocab"]
            self._vocabulary = self._expand(vocabulary) if isinstance(vocabulary, str) else ""
        for word in self._local:
            if not word.startswith("@"):
                self._define(word)
        previous = self._table.previous
        if not propagate and previous is None:
            previous = self._table
        return TermTable(self._terms, self._vocabulary, previous)

    def _expand(self, value: str, *, own: str = "") -> str:
        """Expand an IRI inside a context, defining the word it leans on first; `own` is the word being defined.

        Spec: JSON-LD 1.1 API §5.2.2.
        """
        if value.startswith("@"):
            return value
        if value != own:
            if value in self._local:
                self._define(value)
            if (term := self._terms.get(value)) is not None:
                return term.iri
        prefix, colon, suffix = value.partition(":")
        if colon and prefix and not suffix.startswith("//"):
            if prefix in self._local:
                self._define(prefix)
            if (term := self._terms.get(prefix)) is not None and term.is_prefix:
                return term.iri + suffix
        if _ABSOLUTE.fullmatch(value):
            return value
        if self._vocabulary:
            return self._vocabulary + value
        raise ContextDefinitionError(f"{value!r} in a pinned context is not an absolute IRI")

    def _define(self, word: str) -> None:
        if word in self._done:
            if not self._done[word]:
                raise ContextDefinitionError(f"{word!r} is defined by itself")
            return
        self._done[word] = False
        before = self._table.terms.get(word)
        term = self._read_term(word, self._local[word])
        if before is not None and before.is_protected and not self._override_protected:
            if term is None or replace(term, is_protected=True) != before:
                raise DataModelError(
                    "data_model.context_conflict", "a protected term is defined again", detail={"term": word}
                )
            term = before
        self._terms[word] = term
        self._done[word] = True

    def _read_term(self, word: str, value: JsonValue) -> Term | None:
        if value is None:
            return None
        entry: JsonObject = {"@id": value} if isinstance(value, str) else value if isinstance(value, dict) else {}
        if not set(entry) <= _TERM_KEYWORDS or (not entry and value != {}):
            raise ContextDefinitionError(f"{word!r} uses a feature that is not supported in a pinned context")
        if "@id" in entry and entry["@id"] is None:
            return None
        identifier = entry.get("@id", word)
        if not isinstance(identifier, str):
            raise ContextDefinitionError(f"the @id of {word!r} is not a text")
        iri = self._expand(identifier, own=word)
        coercion = entry.get("@type", "")
        container = entry.get("@container", "")
        if not isinstance(coercion, str) or not isinstance(container, str) or container not in _CONTAINERS:
            raise ContextDefinitionError(f"{word!r} has a type or container that is not supported")
        return Term(
            name=word,
            iri=iri,
            coercion=coercion if coercion in _KEYWORD_TYPES or not coercion else self._expand(coercion),
            container=container,
            is_prefix=isinstance(value, str) and iri.endswith(_GEN_DELIMS) and ":" not in word and "/" not in word,
            is_protected=bool(entry.get("@protected", self._local.get("@protected", False))),
            scope=entry.get("@context", _NO_SCOPE),
        )
