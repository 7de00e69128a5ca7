"""Contexts inside a document: refused unless a caller asks, and then they only add."""

from __future__ import annotations

import pytest

from credentials.canonical import canonicalize
from credentials.inline_contexts import (
    MAX_ADDED_WORD_CHARS,
    MAX_ADDED_WORDS,
    MAX_CONTEXT_CHARS,
    MAX_INNER_CONTEXTS,
    ContextRule,
)
from credentials.term_tables import compile_contexts
from schemas import VC_V1_CONTEXT, VC_V2_CONTEXT, DataModelError, JsonObject, JsonValue
from tests.doubles.pyld_oracle import canonicalize_with_pyld

EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
SAILING: JsonObject = {
    "@protected": True,
    "SailingCredential": "urn:example:SailingCredential",
    "Sailing": {
        "@id": "urn:example:Sailing",
        "@context": {
            "@protected": True,
            "id": "@id",
            "type": "@type",
            "sails": {"@id": "urn:example:sails", "@context": {"size": "urn:example:size"}},
        },
    },
    "achievements": {"@id": "urn:example:achievements", "@type": "@id"},
}


def _credential(*contexts: JsonValue, **members: JsonValue) -> JsonObject:
    document: JsonObject = {
        "@context": [VC_V2_CONTEXT, *contexts],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"id": "urn:example:subject"},
    }
    return {**document, **members}


def _canonicalize(document: JsonObject) -> str:
    return canonicalize(document, contexts=ContextRule.PINNED_AND_ADDED).decode()


@pytest.mark.parametrize(
    "document",
    [
        _credential({"Extra": "https://example.org/#Extra"}, type=["VerifiableCredential", "Extra"]),
        _credential(
            SAILING,
            type=["VerifiableCredential", "SailingCredential"],
            credentialSubject={"achievements": [{"type": "Sailing", "sails": [{"size": 5.5}, {"size": 7.0}]}]},
        ),
        _credential({"@vocab": "urn:v#"}, credentialSubject={"grade": "A"}),
        _credential(EXAMPLES, {"grade": "urn:grade"}, credentialSubject={"grade": "A", "level": 2}),
        _credential({"name": "https://schema.org/name"}, name="Same word, same meaning"),
    ],
    ids=["type", "inner contexts", "vocabulary", "beside a vocabulary", "repeated"],
)
def test_added_words_are_read_as_pyld_reads_them(document: JsonObject) -> None:
    """JSON-LD 1.1: what an inline context adds gives the same statements as in a general processor."""
    assert _canonicalize(document) == canonicalize_with_pyld(document)


def test_added_words_in_a_vc_1_1_credential() -> None:
    """The ECDSA suite gives VC 1.1 credentials `name` and `description` in an inline context."""
    document: JsonObject = {
        "@context": [VC_V1_CONTEXT, {"name": "https://schema.org/name"}],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"id": "urn:example:subject", "name": "Alice Example"},
    }
    assert _canonicalize(document) == canonicalize_with_pyld(document)


def test_no_badge_brings_words_of_its_own() -> None:
    """T-03: without the caller's word an inline context is refused, whatever it says."""
    with pytest.raises(DataModelError) as caught:
        canonicalize(_credential({"Extra": "https://example.org/#Extra"}))
    assert caught.value.code == "data_model.context_inline_forbidden"


def test_an_address_is_never_taken_for_an_inline_context() -> None:
    """Text that looks like an inline context is no address."""
    with pytest.raises(DataModelError) as caught:
        _canonicalize(_credential('{"Extra":"urn:x"}'))
    assert caught.value.code == "data_model.context_inline_forbidden"


def _nested(depth: int) -> JsonObject:
    return {"w": {"@id": "urn:w", "@context": _nested(depth - 1)}} if depth else {"w": "urn:w"}


@pytest.mark.parametrize(
    ("context", "code"),
    [
        ({"VerifiableCredential": "urn:x"}, "context_conflict"),
        ({"name": "urn:x"}, "context_conflict"),
        ({"id": "urn:x"}, "context_conflict"),
        ({"type": "@id"}, "context_conflict"),
        ({"name": None}, "context_conflict"),
        ({"credentialSubject": {"@id": "urn:x", "@protected": True}}, "context_conflict"),
        ({"a": {"@id": "urn:a", "@context": {"name": "urn:x"}}}, "context_conflict"),
        ({"@base": "urn:x:"}, "context_inline_forbidden"),
        ({"@import": VC_V2_CONTEXT}, "context_inline_forbidden"),
        ({"@language": "en"}, "context_inline_forbidden"),
        ({"@propagate": False}, "context_inline_forbidden"),
        ({"@vocab": None}, "context_inline_forbidden"),
        ({"@vocab": "relative"}, "context_inline_forbidden"),
        ({"@vocab": {}}, "context_inline_forbidden"),
        ({"a": {"@id": "urn:a", "@context": {"@vocab": "urn:v#"}}}, "context_inline_forbidden"),
        ({"a": {"@reverse": "urn:a"}}, "context_inline_forbidden"),
        ({"a": {"@id": "urn:a", "@container": "@index"}}, "context_inline_forbidden"),
        ({"a": {"@id": "urn:a", "@context": None}}, "context_inline_forbidden"),
        ({"a": {"@id": "urn:a", "@context": [VC_V2_CONTEXT]}}, "context_inline_forbidden"),
        ({"a": {}}, "context_inline_forbidden"),
        ({"a": None}, "context_inline_forbidden"),
        ({"a": "relative"}, "context_inline_forbidden"),
        ({"a": "b", "b": "a"}, "context_inline_forbidden"),
        ({"ex:a": "urn:a"}, "context_inline_forbidden"),
        ({"": "urn:a"}, "context_inline_forbidden"),
        ({"a" * (MAX_ADDED_WORD_CHARS + 1): "urn:a"}, "context_inline_forbidden"),
        ({f"w{i}": "urn:a" for i in range(MAX_ADDED_WORDS + 1)}, "context_inline_forbidden"),
        ({"a": "urn:" + "x" * MAX_CONTEXT_CHARS}, "context_inline_forbidden"),
        (_nested(MAX_INNER_CONTEXTS + 1), "context_inline_forbidden"),
    ],
    ids=lambda value: repr(value)[:50],
)
def test_an_inline_context_only_adds(context: JsonObject, code: str) -> None:
    """Nothing that is defined changes its meaning, and nothing but plain definitions is read."""
    with pytest.raises(DataModelError) as caught:
        _canonicalize(_credential(context))
    assert caught.value.code == f"data_model.{code}"


@pytest.mark.parametrize("second", ["urn:v#", {}, ["urn:v#"], None], ids=repr)
def test_a_second_vocabulary_is_refused(second: JsonValue) -> None:
    """A vocabulary cannot be swapped for another, nor for what is none."""
    with pytest.raises(DataModelError) as caught:
        _canonicalize(_credential(EXAMPLES, {"@vocab": second}))
    assert caught.value.code == "data_model.context_conflict"


def test_a_later_inline_context_changes_no_added_word() -> None:
    """VCDM 2.0 §5.2: a processor refuses a context that defines a protected term again."""
    with pytest.raises(DataModelError) as caught:
        _canonicalize(_credential({"@protected": True, "Extra": "urn:one"}, {"Extra": "urn:two"}))
    assert caught.value.code == "data_model.context_conflict"


def test_an_added_word_stays_in_its_document() -> None:
    """T-04: what one document adds, the next does not find."""
    _canonicalize(_credential({"grade": "urn:grade"}, credentialSubject={"grade": "A"}))
    with pytest.raises(DataModelError) as caught:
        _canonicalize(_credential(credentialSubject={"grade": "A"}))
    assert caught.value.code == "data_model.undefined_term"
    assert "grade" not in compile_contexts([VC_V2_CONTEXT]).terms
