"""The compiler of JSON-LD contexts, on small contexts whose meaning the JSON-LD 1.1 API tells."""

from __future__ import annotations

import pytest

from credentials.term_tables import ContextDefinitionError, Term, TermTable, compile_contexts
from schemas import VC_V2_CONTEXT, DataModelError, JsonValue, UnknownContextError


def _compile(context: JsonValue) -> TermTable:
    return TermTable({"T": Term(name="T", iri="urn:T", scope=context)}).for_types(["T"])


def _iri(table: TermTable, word: str) -> str:
    term = table.terms[word]
    assert term is not None
    return term.iri


@pytest.mark.parametrize(
    ("context", "iri"),
    [
        ({"a": "urn:a"}, "urn:a"),
        ({"a": {"@id": "urn:a"}}, "urn:a"),
        ({"a": "@id"}, "@id"),
        ({"@vocab": "urn:v#", "a": {}}, "urn:v#a"),
        ({"@vocab": "urn:v#", "a": {"@type": "@id"}}, "urn:v#a"),
        ({"@vocab": "urn:v#", "a": "b"}, "urn:v#b"),
        ({"a": "b", "b": "urn:b"}, "urn:b"),
        ({"a": "p:a", "p": "urn:p#"}, "urn:p#a"),
        ({"p": "urn:p#", "a": {"@id": "p:x"}}, "urn:p#x"),
        ({"a": "p:a", "p": {"@id": "urn:p#"}}, "p:a"),
        ({"a": "p:a", "p": "urn:p"}, "p:a"),
        ({"a": "https://x.example/#", "https": "urn:p#"}, "https://x.example/#"),
        ({"@vocab": "urn:v#", "a": {"@id": "T"}}, "urn:T"),
    ],
    ids=str,
)
def test_the_iri_of_a_word(context: JsonValue, iri: str) -> None:
    """A word gets the IRI that §5.2.2 gives it."""
    assert _iri(_compile(context), "a") == iri


@pytest.mark.parametrize(("word", "iri"), [("p:a", "urn:p#a"), ("urn:x", "urn:x")])
def test_a_word_that_is_an_iri_itself(word: str, iri: str) -> None:
    """A word may be a compact or an absolute IRI and then stands for itself."""
    assert _iri(_compile({"p": "urn:p#", word: {"@type": "@id"}}), word) == iri


@pytest.mark.parametrize("nothing", [None, {"@id": None}])
def test_a_word_without_meaning(nothing: JsonValue) -> None:
    """Null takes the meaning from a word; a vocabulary does not give it back."""
    table = _compile({"@vocab": "urn:v#", "a": nothing})
    assert table.terms["a"] is None


@pytest.mark.parametrize(
    ("coercion", "expected"),
    [
        ("@id", "@id"),
        ("@vocab", "@vocab"),
        ("@json", "@json"),
        ("urn:d", "urn:d"),
        ("p:d", "urn:p#d"),
        ("xsd:d", "xsd:d"),
    ],
)
def test_the_type_of_a_word(coercion: str, expected: str) -> None:
    """A datatype is expanded; an undefined prefix stays, as OB 3.0.3 writes it."""
    term = _compile({"p": "urn:p#", "a": {"@id": "urn:a", "@type": coercion}}).terms["a"]
    assert term is not None
    assert term.coercion == expected


def test_a_protected_word_keeps_its_meaning() -> None:
    """A protected word may be repeated, not changed."""
    protected = _compile({"@protected": True, "a": "urn:a", "U": {"@id": "urn:U", "@context": {"a": "urn:a"}}})
    assert _iri(protected.for_types(["U"]), "a") == "urn:a"
    changed = _compile({"@protected": True, "a": "urn:a", "U": {"@id": "urn:U", "@context": {"a": "urn:b"}}})
    with pytest.raises(DataModelError) as caught:
        changed.for_types(["U"])
    assert caught.value.code == "data_model.context_conflict"


def test_a_property_may_change_a_protected_word() -> None:
    """Inside a property with a context of its own protection does not hold (JSON-LD 1.1 §4.1.11)."""
    table = _compile({"@protected": True, "a": "urn:a", "p": {"@id": "urn:p", "@context": {"a": "urn:b"}}})
    assert table.previous is not None
    assert _iri(TermTable(table.terms).for_property("p"), "a") == "urn:b"


def test_words_of_a_type_do_not_reach_further_in() -> None:
    """A type-scoped context ends at the next object, a property-scoped one goes on."""
    table = _compile({"U": {"@id": "urn:U", "@context": {"a": "urn:a", "p": "urn:p"}}})
    inside = TermTable(table.terms).for_types(["U"])
    assert "a" in inside.terms
    assert "a" not in inside.for_property("p").terms


def test_null_clears_everything() -> None:
    """A property whose context is null starts from nothing."""
    table = _compile({"@protected": True, "a": "urn:a", "p": {"@id": "urn:p", "@context": None}})
    assert table.for_property("p").is_initial


def test_types_are_applied_in_their_order() -> None:
    """Of two types the one that sorts last has the last word, however they are listed (§4.1.2 type-scoped contexts)."""
    table = _compile(
        {
            "A": {"@id": "urn:A", "@context": {"a": "urn:first"}},
            "B": {"@id": "urn:B", "@context": {"a": "urn:second"}},
        }
    )
    assert _iri(table.for_types(["B", "A"]), "a") == _iri(table.for_types(["A", "B"]), "a") == "urn:second"


@pytest.mark.parametrize(
    "context",
    [
        {"a": {"@reverse": "urn:a"}},
        {"a": {"@id": "urn:a", "@container": "@index"}},
        {"a": {"@id": "urn:a", "@container": ["@list", "@set"]}},
        {"a": {"@id": "urn:a", "@nest": "b"}},
        {"a": {"@id": 5}},
        {"a": {"@id": "urn:a", "@type": 5}},
        {"@import": VC_V2_CONTEXT},
        {"@base": "https://example.org/"},
        {"@language": "en"},
        {"a": "b"},
        {"a": {}},
        {"a": "b:c", "b": "a:d"},
        {"a": "b", "b": "a"},
        {"a": 5},
        5,
        [{"a": "urn:a"}],
        VC_V2_CONTEXT,
    ],
    ids=str,
)
def test_a_context_beyond_the_compiler_is_our_bug(context: JsonValue) -> None:
    """A pinned file with an unknown feature stops the compiler instead of being read in part."""
    with pytest.raises(ContextDefinitionError):
        _compile(context)


def test_an_unknown_context_is_not_fetched() -> None:
    """A context that is not pinned cannot be compiled."""
    with pytest.raises(UnknownContextError) as caught:
        compile_contexts(["https://context.example.org/v1"])
    assert caught.value.code == "data_model.context_unknown"
