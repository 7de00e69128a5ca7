"""Which contexts an installation may pin: those that only ever add words (security T-02 to T-05).

A context decides what a signature covers, so a second one must not be able to move a fact out of sight. Two ways are
shut here: a word of the standards with another meaning, and a second name for something that the standards name. With
the second, a badge past its end could be written so that the signature still fits and nobody finds the date.

Spec: VC-DATA-INTEGRITY 1.0 §2.4.1 (validating contexts); JSON-LD 1.1 §4.1 (advanced context usage).
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from credentials.term_tables import ContextDefinitionError, compile_contexts
from schemas import (
    CLR_2_0_1_CONTEXT,
    CONTEXT_URLS,
    DATA_INTEGRITY_V2_CONTEXT,
    ED25519_2020_CONTEXT,
    OB_3_0_3_CONTEXT,
    OB_EXTENSIONS_CONTEXT,
    STATUS_LIST_2021_CONTEXT,
    VC_V1_CONTEXT,
    VC_V2_CONTEXT,
    ConfigurationError,
    DataModelError,
    DecodingError,
    PinnedContext,
    PinnedContexts,
    load_context,
    read_json,
    use_contexts,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from credentials.term_tables import TermTable
    from schemas import JsonObject, JsonValue

MAX_PINNED_CONTEXT_BYTES: Final = 128 * 1024
MAX_PINNED_CONTEXT_DEPTH: Final = 16  # JSON inside JSON
MAX_PINNED_SCOPES: Final = 4  # contexts inside contexts
MAX_PINNED_WORDS: Final = 1_000  # those of inner contexts counted
MAX_PINNED_URL_CHARS: Final = 512

_URL: Final = re.compile(r"https?://[!-~]+", re.IGNORECASE)
_CONTEXT_KEYWORDS: Final = frozenset({"@version", "@protected"})
_TERM_KEYWORDS: Final = frozenset({"@id", "@type", "@container", "@context", "@protected"})
_REMOTE_KEYWORDS: Final = frozenset({"@import"})
_CONTAINERS: Final = frozenset({"@set", "@list"})
_COERCIONS: Final = frozenset({"@id", "@vocab", "@json"})
_KEYWORD_WORDS: Final = {"id": "@id", "type": "@type"}
# Names of these mean something to every reader, so that no context may use them as a prefix.
_SCHEMES: Final = ("http", "https", "urn", "did", "data", "mailto", "tag", "geo")
_IRI_STARTS: Final = ("http://", "https://", "urn:", "did:", "tag:")
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
# Whose words no pinned context may touch.
_STANDARDS: Final = (
    VC_V2_CONTEXT,
    VC_V1_CONTEXT,
    OB_3_0_3_CONTEXT,
    OB_EXTENSIONS_CONTEXT,
    CLR_2_0_1_CONTEXT,
    DATA_INTEGRITY_V2_CONTEXT,
    ED25519_2020_CONTEXT,
    STATUS_LIST_2021_CONTEXT,
)
# Beside which a pinned context must be able to stand.
_STACKS: Final = (
    (),
    (VC_V2_CONTEXT, OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT),
    (VC_V2_CONTEXT, CLR_2_0_1_CONTEXT, OB_3_0_3_CONTEXT),
    (VC_V1_CONTEXT, OB_3_0_3_CONTEXT),
)


def check_pinnable_context(url: str, data: bytes) -> PinnedContext:
    """Return the context ready to be pinned, after making sure that it only adds words.

    Args:
        url: Address as badges write it; nothing is fetched from it.
        data: The file.

    Raises:
        ConfigurationError: `context.url_malformed`, `.already_built_in`, `.too_large`, `.file_malformed`, `.remote`
            (it leans on another context), `.unsupported`, `.protected_term` or `.second_name`; the message names the
            word.
    """
    if not _URL.fullmatch(url) or len(url) > MAX_PINNED_URL_CHARS:
        raise ConfigurationError("context.url_malformed")
    if url in CONTEXT_URLS:
        raise ConfigurationError("context.already_built_in", url)
    if len(data) > MAX_PINNED_CONTEXT_BYTES:
        raise ConfigurationError("context.too_large", f"more than {MAX_PINNED_CONTEXT_BYTES} bytes")
    try:
        document = read_json(data, max_bytes=MAX_PINNED_CONTEXT_BYTES, max_depth=MAX_PINNED_CONTEXT_DEPTH)
    except DecodingError as error:
        code = "context.too_large" if error.code == "decoding.too_deep" else "context.file_malformed"
        raise ConfigurationError(code, error.code) from error
    if not isinstance(document, dict):
        raise ConfigurationError("context.file_malformed", "not an object")
    if sum(1 for _ in _iterate_words(_read_context(document.get("@context"), depth=0), depth=0)) > MAX_PINNED_WORDS:
        raise ConfigurationError("context.too_large", f"more than {MAX_PINNED_WORDS} words")
    pinned = PinnedContext(url=url, sha256=hashlib.sha256(data).hexdigest(), data=data)
    with use_contexts(PinnedContexts([pinned])):
        for stack in _STACKS:
            _check_beside(stack, pinned)
    return pinned


def _read_context(value: JsonValue, *, depth: int) -> JsonObject:
    """Return one context, which is an object that stands in the file itself."""
    if isinstance(value, str) or (isinstance(value, list) and any(isinstance(entry, str) for entry in value)):
        raise ConfigurationError("context.remote")
    if not isinstance(value, dict):
        raise ConfigurationError("context.unsupported" if depth else "context.file_malformed", "not one object")
    if depth > MAX_PINNED_SCOPES:
        raise ConfigurationError("context.too_large", "contexts inside contexts go too deep")
    return value


def _iterate_words(context: JsonObject, *, depth: int) -> Iterator[str]:
    """Give each word with those of the contexts inside, and refuse every way of writing that is not plain."""
    for word, value in context.items():
        if word.startswith("@"):
            if word in _REMOTE_KEYWORDS:
                raise ConfigurationError("context.remote", word)
            if word not in _CONTEXT_KEYWORDS:
                raise ConfigurationError("context.unsupported", word)
            continue
        if not word or ":" in word or word.lower() in _SCHEMES:
            raise ConfigurationError("context.unsupported", word)
        yield word
        if isinstance(value, str):
            continue
        if not isinstance(value, dict) or not value.keys() <= _TERM_KEYWORDS:
            raise ConfigurationError("context.unsupported", word)
        _check_plain(word, value)
        if "@context" in value:
            yield from _iterate_words(_read_context(value["@context"], depth=depth + 1), depth=depth + 1)


def _check_plain(word: str, definition: JsonObject) -> None:
    coercion, container = definition.get("@type", ""), definition.get("@container", "@set")
    is_plain = isinstance(definition.get("@id", ""), str) and isinstance(coercion, str)
    is_plain = is_plain and isinstance(container, str) and container in _CONTAINERS
    if not is_plain or (str(coercion).startswith("@") and coercion not in _COERCIONS):
        raise ConfigurationError("context.unsupported", word)


def _check_beside(stack: tuple[str, ...], pinned: PinnedContext) -> None:
    """Compile a context after others, and look at what each of its words means there."""
    try:
        table = compile_contexts((*stack, pinned.url))
        _check_words(_read_context(pinned.load()["@context"], depth=0), table)
    except DataModelError as error:
        raise ConfigurationError("context.protected_term", str(error.detail.get("term", ""))) from error
    except ContextDefinitionError as error:
        raise ConfigurationError("context.unsupported", str(error)) from error


def _check_words(context: JsonObject, table: TermTable) -> None:
    standard = _standard_names()
    for word, value in context.items():
        if word.startswith("@"):
            continue
        term = table.terms.get(word)
        if term is None:
            raise ConfigurationError("context.unsupported", word)
        _check_meaning(word, term.iri, standard)
        if term.coercion and term.coercion not in _COERCIONS and not term.coercion.startswith(_IRI_STARTS):
            raise ConfigurationError("context.unsupported", word)
        if isinstance(value, dict) and "@context" in value:
            inner = _read_context(value["@context"], depth=1)
            # The same inner context holds in a node of this type, and in a value of this property.
            _check_words(inner, table.for_types([word]))
            _check_words(inner, table.for_property(word))


def _check_meaning(word: str, iri: str, standard: Mapping[str, frozenset[str]]) -> None:
    if iri.startswith("@"):
        if _KEYWORD_WORDS.get(word) != iri:
            raise ConfigurationError("context.second_name", word)
        return
    if not iri.startswith(_IRI_STARTS):
        raise ConfigurationError("context.unsupported", word)
    if word in standard and iri not in standard[word]:
        raise ConfigurationError("context.protected_term", word)
    if word not in standard and (iri in standard[""] or iri.startswith(_RDF)):
        raise ConfigurationError("context.second_name", word)


@lru_cache(maxsize=1)
def _standard_names() -> Mapping[str, frozenset[str]]:
    """Return what each word of the standards may mean, and under the empty word all meanings together."""
    meanings: dict[str, set[str]] = {"": set()}
    for url in _STANDARDS:
        context = load_context(url)["@context"]
        assert isinstance(context, dict), "a pinned file"
        _collect_names(context, compile_contexts([url]), meanings)
    return {word: frozenset(iris) for word, iris in meanings.items()}


def _collect_names(context: JsonObject, table: TermTable, meanings: dict[str, set[str]]) -> None:
    for word, value in context.items():
        if word.startswith("@"):
            continue
        inner = value.get("@context") if isinstance(value, dict) else None
        if (term := table.terms.get(word)) is not None:
            meanings.setdefault(word, set()).add(term.iri)
            meanings[""].add(term.iri)
            if isinstance(inner, dict):
                _collect_names(inner, table.for_property(word), meanings)
