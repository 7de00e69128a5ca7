"""A document becomes RDF quads, or is refused: nothing undefined, dropped, relative or re-spelled passes.

Spec: VC-DATA-INTEGRITY 1.0 §2.4.2 (securing data losslessly); JSON-LD 1.1 API §5.1 and §8.1 (expansion,
deserialization to RDF), for the compacted form in which VCDM 2.0 §6.1 wants credentials.

The walk accepts one spelling of each statement. That makes "the signature covers the quads" mean "the
signature covers what the JSON says": every member is a plain word of the active context, every value
yields exactly its statements, and no two places of the document speak about one thing in two ways.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from credentials.document_places import refuse
from credentials.inline_contexts import ContextRule, encode_inline_context
from credentials.json_literals import write_json_literal
from credentials.literals import is_absolute_iri, write_scalar, write_text
from credentials.rdfc import escape_literal
from credentials.term_tables import ContextDefinitionError, Term, compile_contexts
from credentials.value_objects import check_directions, write_language_value
from schemas import VC_V1_CONTEXT, VC_V2_CONTEXT

if TYPE_CHECKING:
    from credentials.document_places import Place
    from credentials.rdfc import Quad
    from credentials.term_tables import TermTable
    from schemas import JsonObject, JsonValue

# Together these keep any document of 256 KiB below half a second of CPU time.
MAX_CONTEXTS: Final = 8  # addresses in one `@context`
MAX_NESTED_CONTEXTS: Final = 8  # distinct `@context` lists inside one document
MAX_TYPES_PER_NODE: Final = 8
MAX_VALUES_PER_PROPERTY: Final = 1_000
MAX_OBJECTS: Final = 8_000  # JSON objects in one document
MAX_TYPED_OBJECTS: Final = 1_600  # those with a `type`
MAX_TYPE_SETS: Final = 128  # distinct sets of types that bring words of their own
MAX_STATEMENTS: Final = 10_000
MAX_SUBJECT_CHARS: Final = 2 * 1024 * 1024  # characters of ids, counted once for each statement that repeats them
MAX_WORD_CHARS: Final = 256  # characters of a member name that only an `@vocab` gives meaning
MAX_DEPTH: Final = 36  # objects inside objects

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDF_TYPE: Final = f"<{_RDF}type>"
RDF_FIRST: Final = f"<{_RDF}first>"
RDF_REST: Final = f"<{_RDF}rest>"
RDF_NIL: Final = f"<{_RDF}nil>"
_KEYWORD_MEMBERS: Final = frozenset({"@context", "id", "type"})
_PROTOTYPE: Final = "__proto__"
_BASE_CONTEXTS: Final = frozenset({VC_V2_CONTEXT, VC_V1_CONTEXT})


class _Scope(NamedTuple):
    """What holds while the members of one object are read."""

    subject: str
    table: TermTable
    graph: str
    depth: int


class _Description(NamedTuple):
    """One object that says something about a thing with an id. `embedded` is 0 unless a proof of its own covers it."""

    node: JsonObject
    table: TermTable
    place: Place
    embedded: int


class QuadWalk:
    """One walk over one document; afterwards `quads` holds its statements, blank nodes as `_:n0`, `_:n1` and so on.

    Args:
        contexts: Which values of `@context` embedded credentials may have.
    """

    def __init__(self, *, contexts: ContextRule = ContextRule.PINNED) -> None:
        self._contexts = contexts
        self.quads: list[Quad] = []
        self.json_values: set[int] = set()  # identities of the values that are literals as a whole
        self._blank_nodes = 0
        self._subject_chars = 0
        self._objects = 0
        self._statements = 0
        self._typed_objects = 0
        self._type_sets: set[tuple[int, tuple[str, ...]]] = set()
        self._nested_contexts: set[tuple[str, ...]] = set()
        self._vocabulary_terms: dict[tuple[TermTable, str], Term] = {}
        self._has_directions = False
        self._described: dict[tuple[str, str], list[_Description]] = defaultdict(list)
        self._embedded = 0  # number of the embedded credential that is being read; 0 = the document itself
        self._embedded_count = 0

    def read_document(self, document: JsonObject, urls: tuple[str, ...]) -> None:
        """Walk a document under the contexts `urls`, which `read_context` has taken from it.

        Raises:
            DataModelError: `data_model.context_order`, `.context_inline_forbidden`, `.context_conflict`,
                `.undefined_term`, `.not_compacted`, `.nested_array`, `.relative_iri`, `.data_loss` or
                `.too_many_nodes`; `pointer` says where.
            UnknownContextError: `data_model.context_unknown`.
            UnsupportedFeatureError: `data_model.json_literal_unsupported`: an ordered list of JSON literals.
            DecodingError: `decoding.lone_surrogate` inside a JSON literal.
        """
        try:
            self._read_node(document, compile_contexts(urls), (), "", 0)
        except ContextDefinitionError as error:
            if self._contexts is ContextRule.PINNED:
                raise
            raise refuse("context_inline_forbidden", ((), "@context"), str(error)) from error
        if self._has_directions:
            check_directions(self.quads)
        for descriptions in self._described.values():
            if len(descriptions) > 1:
                _check_shared_node(descriptions, document)

    def _read_node(self, node: JsonObject, table: TermTable, place: Place, graph: str, depth: int) -> str:
        """Emit the statements of one object and return its subject."""
        self._objects += 1
        if self._objects > MAX_OBJECTS or depth > MAX_DEPTH:
            raise refuse("too_many_nodes", place)
        if depth and "@context" in node:
            table = self._enter_context(node["@context"], table, (place, "@context"))
        outer = self._embedded
        if depth and "proof" in node:
            self._embedded_count += 1
            self._embedded = self._embedded_count
        types = self._read_types(node["type"], table, (place, "type")) if "type" in node else []
        inner = self._enter_types(types, table, place) if types else table
        subject = _read_subject(node["id"], inner, (place, "id")) if "id" in node else self._new_blank()
        for word in types:
            self.quads.append((subject, RDF_TYPE, read_word(word, table, (place, "type")), graph))
        self._count_statements(subject, len(node), place)
        members = inner.members
        scope = _Scope(subject, inner, graph, depth)
        for word, value in node.items():
            if word in _KEYWORD_MEMBERS:
                continue
            term = members.get(word) or self._find_term(word, node, inner, place)
            if term.is_text and isinstance(value, str):
                self.quads.append((subject, term.predicate, f'"{escape_literal(value)}"', graph))
            else:
                self._read_member(scope, term, value, (place, word))
        if subject[0] != "_" and len(node) > 1:
            self._described[graph, subject].append(_Description(node, inner, place, self._embedded))
        self._embedded = outer
        return subject

    def _find_term(self, word: str, node: JsonObject, table: TermTable, place: Place) -> Term:
        key = (table, word)
        term = self._vocabulary_terms.get(key)
        if term is None:
            term = self._vocabulary_terms[key] = _find_term(word, node, table, place)
        return term

    def _enter_context(self, value: JsonValue, table: TermTable, place: Place) -> TermTable:
        """Let an embedded credential repeat contexts of the document, never bring new ones.

        Inside `verifiableCredential` of a VC 2.0 presentation nothing is defined, and any pinned list may stand.
        """
        urls = read_context(value, place, rule=self._contexts)
        require_credential_context(urls, place)
        self._nested_contexts.add(urls)
        if len(self._nested_contexts) > MAX_NESTED_CONTEXTS:
            raise refuse("too_many_nodes", place)
        if table.is_initial:
            return compile_contexts(urls)
        if not set(urls) <= set(table.urls):
            raise refuse("context_order", place, "an embedded part brings contexts of its own")
        nested = compile_contexts(table.urls + urls)
        if nested.terms != table.terms:
            raise refuse("context_order", place, "an embedded part changes the meaning of a word")
        return table

    def _read_types(self, value: JsonValue, table: TermTable, place: Place) -> list[str]:
        if (term := table.terms.get("type")) is None or term.iri != "@type":
            raise refuse("undefined_term", place)
        self._typed_objects += 1
        types = [value] if isinstance(value, str) else value
        if not isinstance(types, list) or not types:
            raise refuse("data_loss", place, "a type is a text")
        if len(types) > MAX_TYPES_PER_NODE or self._typed_objects > MAX_TYPED_OBJECTS:
            raise refuse("too_many_nodes", place)
        words: list[str] = []
        for entry in types:
            if not isinstance(entry, str) or entry in words:
                code = "nested_array" if isinstance(entry, list) else "data_loss"
                raise refuse(code, place, "a type is a text, once")
            words.append(entry)
        return words

    def _enter_types(self, types: list[str], table: TermTable, place: Place) -> TermTable:
        inner = table.for_types(types)
        if inner is not table:
            self._type_sets.add((id(table), tuple(types)))
            if len(self._type_sets) > MAX_TYPE_SETS:
                raise refuse("too_many_nodes", (place, "type"))
        return inner

    def _read_member(self, scope: _Scope, term: Term, value: JsonValue, place: Place) -> None:
        subject, _, graph, _ = scope
        predicate = term.predicate
        if term.coercion == "@json":
            # An array is one value here, and so is null.
            self.json_values.add(id(value))
            self.quads.append((subject, predicate, write_json_literal(value, term.container, place), graph))
            return
        if not isinstance(value, list):
            if term.container == "@list":
                raise refuse("not_compacted", place, "an ordered list stands as an array")
            self.quads.append((subject, predicate, self._read_value(scope, term, value, place), graph))
            return
        if not value:
            raise refuse("data_loss", place, "an empty array says nothing")
        if len(value) > MAX_VALUES_PER_PROPERTY:
            raise refuse("too_many_nodes", place)
        self._count_statements(subject, len(value), place)
        found = [self._read_value(scope, term, entry, (place, index)) for index, entry in enumerate(value)]
        if term.container == "@list":
            self._emit_list(subject, predicate, found, graph)
            return
        if len(set(found)) != len(found):
            raise refuse("data_loss", place, "one value stands twice; a signature covers it once")
        self.quads.extend((subject, predicate, entry, graph) for entry in found)

    def _emit_list(self, subject: str, predicate: str, values: list[str], graph: str) -> None:
        cell = self._name_list_cell(subject, predicate, 0)
        self.quads.append((subject, predicate, cell, graph))
        for index, value in enumerate(values):
            rest = RDF_NIL if index == len(values) - 1 else self._name_list_cell(subject, predicate, index + 1)
            self.quads.append((cell, RDF_FIRST, value, graph))
            self.quads.append((cell, RDF_REST, rest, graph))
            cell = rest

    def _read_value(self, scope: _Scope, term: Term, value: JsonValue, place: Place) -> str:
        """Return the object of one statement; statements about an object are emitted on the way."""
        if isinstance(value, dict):
            if "@value" in value and term.is_text:
                self._has_directions |= "@direction" in value
                return write_language_value(value, place)
            return self._read_object(scope, term, value, place)
        if value is None:
            raise refuse("data_loss", place, "null says nothing")
        if isinstance(value, list):
            raise refuse("nested_array", place)
        if term.container == "@graph":
            raise refuse("data_loss", place, "only an object can stand here")
        if isinstance(value, str):
            if term.coercion == "@id":
                return read_iri(value, scope.table, place)
            if term.coercion == "@vocab":
                return read_word(value, scope.table.for_property(term.name), place)
            return write_text(value, term.coercion, place)
        return write_scalar(value, term.coercion, place)

    def _read_object(self, scope: _Scope, term: Term, value: JsonObject, place: Place) -> str:
        inner = scope.table.for_property(term.name)
        if term.container != "@graph":
            return self._read_node(value, inner, place, scope.graph, scope.depth + 1)
        name = self._name_graph(scope.subject, term, value)
        before = len(self.quads)
        self._read_node(value, inner, place, name, scope.depth + 1)
        if len(self.quads) == before:
            raise refuse("data_loss", place, "an empty graph says nothing")
        return name

    def _count_statements(self, subject: str, count: int, place: Place) -> None:
        self._statements += count
        self._subject_chars += count * len(subject)
        if self._statements > MAX_STATEMENTS or self._subject_chars > MAX_SUBJECT_CHARS:
            raise refuse("too_many_nodes", place)

    def _name_graph(self, subject: str, term: Term, node: JsonObject) -> str:  # noqa: ARG002 - for subclasses
        return self._new_blank()

    def _name_list_cell(self, subject: str, predicate: str, index: int) -> str:  # noqa: ARG002 - for subclasses
        return self._new_blank()

    def _new_blank(self) -> str:
        self._blank_nodes += 1
        return f"_:n{self._blank_nodes - 1}"


def read_context(
    value: JsonValue, place: Place = ((), "@context"), *, rule: ContextRule = ContextRule.PINNED
) -> tuple[str, ...]:
    """Read the value of `@context` as addresses; whether they are pinned is seen when they are compiled.

    Where `rule` lets a document add words, an object stands among the addresses as its JSON text.

    Raises:
        DataModelError: `data_model.context_inline_forbidden` or `data_model.context_order` (none, too many, one twice).
    """
    entries = value if isinstance(value, list) else [value]
    if not entries or value is None or len(entries) > MAX_CONTEXTS:
        raise refuse("context_order", place, "no context, or too many")
    urls: list[str] = []
    for entry in entries:
        if isinstance(entry, dict) and rule is ContextRule.PINNED_AND_ADDED:
            url = encode_inline_context(entry, place)
        elif isinstance(entry, str) and not entry.startswith("{"):
            url = entry
        else:
            raise refuse("context_inline_forbidden", place)
        if url in urls:
            raise refuse("context_order", place, "a context stands twice")
        urls.append(url)
    return tuple(urls)


def require_credential_context(urls: tuple[str, ...], place: Place = ((), "@context")) -> None:
    """Insist that the first context, and no other, is a base context of Verifiable Credentials (VCDM 2.0 §4.3).

    Raises:
        DataModelError: `data_model.context_order`.
    """
    if urls[0] not in _BASE_CONTEXTS or _BASE_CONTEXTS & set(urls[1:]):
        raise refuse("context_order", place, "the first must be that of Verifiable Credentials")


def _find_term(word: str, node: JsonObject, table: TermTable, place: Place) -> Term:
    """Look up a word that names no property of the table: only an `@vocab` can still give it meaning."""
    here = (place, word)
    if ":" in word or word.startswith("@") or word in table.terms:
        raise refuse("not_compacted", here, "no plain word, or not the usual one")
    if word == _PROTOTYPE:
        # Also where an `@vocab` would give it meaning: software in JavaScript drops this word in silence.
        raise refuse("undefined_term", here)
    if not table.vocabulary or len(word) > MAX_WORD_CHARS or not is_absolute_iri(table.vocabulary + word):
        is_lost = "type" not in node and word in table.scoped_words
        raise refuse("data_loss" if is_lost else "undefined_term", here)
    return Term(name=word, iri=table.vocabulary + word)


def _read_subject(value: JsonValue, table: TermTable, place: Place) -> str:
    if (term := table.terms.get("id")) is None or term.iri != "@id":
        raise refuse("undefined_term", place)
    return read_iri(value, table, place)


def read_iri(value: JsonValue, table: TermTable, place: Place) -> str:
    """Return an absolute IRI as N-Quads spells it.

    Raises:
        DataModelError: `data_model.relative_iri`, `data_model.not_compacted`.
    """
    if not isinstance(value, str) or not is_absolute_iri(value):
        raise refuse("relative_iri", place)
    prefix, _, suffix = value.partition(":")
    term = table.terms.get(prefix)
    if term is not None and term.is_prefix and not suffix.startswith("//"):
        raise refuse("not_compacted", place, "an IRI shortened by a prefix")
    return f"<{value}>"


def read_word(word: str, table: TermTable, place: Place) -> str:
    """Expand a type, or a value that is a word of the vocabulary.

    Raises:
        DataModelError: `data_model.undefined_term`, `data_model.relative_iri`, `data_model.not_compacted`.
    """
    term = table.terms.get(word)
    if term is not None and term.iri[0] != "@":
        return f"<{term.iri}>"
    if ":" in word:
        if word in table.words:
            raise refuse("not_compacted", place, "there is a plain word for this IRI")
        return read_iri(word, table, place)
    if not word or not table.vocabulary or word in table.terms or word[0] == "@":
        raise refuse("undefined_term", place)
    return read_iri(table.vocabulary + word, table, place)


def _check_shared_node(descriptions: list[_Description], root: JsonObject) -> None:
    """Refuse two descriptions of one thing between which a value could be moved without changing a statement.

    Where two speak of the same property they must agree. Two embedded credentials may differ, as endorsements of one
    badge do: each has its own proof. Nothing that the credential itself could say (its dates, its status) may stand
    elsewhere under the credential's id.
    """
    said: dict[tuple[str, int], list[str]] = {}
    for node, table, place, embedded in sorted(descriptions, key=lambda description: description.embedded):
        for word, value in node.items():
            if word not in _KEYWORD_MEMBERS:
                term = table.terms.get(word)
                iri = term.iri if term else table.vocabulary + word
                is_one = not isinstance(value, list) or (term is not None and term.coercion == "@json")
                values = [repr(value)] if is_one else sorted(map(repr, cast("list[JsonValue]", value)))
                if said.get((iri, 0), values) != values or said.setdefault((iri, embedded), values) != values:
                    raise refuse("data_loss", (place, word), "two places say different things about one id")
    for description in descriptions:
        if description.node is root:
            words = description.table.words
            stated = {term.iri for word in root if (term := description.table.terms.get(word))}
            if any(iri in words and iri not in stated for iri, _ in said):
                raise refuse("data_loss", (), "a property of the credential stands elsewhere under its id")
