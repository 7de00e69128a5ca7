"""Group C of the corpus: contexts in another form, another order or another place. Each ends in its own code."""

from __future__ import annotations

from itertools import permutations
from typing import cast

import pytest

from credentials import canonicalize
from schemas import (
    OB_3_0_3_CONTEXT,
    OB_EXTENSIONS_CONTEXT,
    VC_V1_CONTEXT,
    VC_V2_CONTEXT,
    DataModelError,
    JsonValue,
)
from tests.doubles import sample_badges
from tests.doubles.changed_badges import Document, code_of, genuine_badge

CONTEXT_FORMS: list[JsonValue] = [
    {"@vocab": "urn:x:"},
    {"name": "https://schema.org/description"},
    {"grade": "urn:x:grade"},
    {"@base": "https://evil.example/"},
    {"@import": VC_V2_CONTEXT},
    {"@context": {"@vocab": "urn:x:"}},
    {"@version": 1.1, "name": None},
    {"@protected": False},
    {"@propagate": False},
    {"@language": "en"},
    {},
    None,
]


@pytest.mark.parametrize("form", CONTEXT_FORMS, ids=str)
@pytest.mark.parametrize("place", ["first", "last", "only", "subject", "achievement", "proof"])
def test_an_inline_context(form: JsonValue, place: str) -> None:
    """A badge may not bring a meaning of its own for any word (T-03, 55, 57)."""
    document = genuine_badge()
    match place:
        case "first":
            document["@context"].insert(0, form)
        case "last":
            document["@context"].append(form)
        case "only":
            document["@context"] = form
        case "subject":
            document["credentialSubject"]["@context"] = [VC_V2_CONTEXT, form]
        case "achievement":
            document["credentialSubject"]["achievement"]["@context"] = form
        case _:
            document["proof"]["@context"] = form
    expected = {"data_model.context_inline_forbidden"}
    if form is None and place in {"only", "achievement"}:
        expected = {"data_model.context_order"}
    if place == "proof":
        expected = {"proof.context_mismatch"}
    assert code_of(document) in expected


@pytest.mark.parametrize(
    "contexts",
    [
        [OB_3_0_3_CONTEXT, VC_V2_CONTEXT],
        [OB_3_0_3_CONTEXT],
        [],
        [VC_V2_CONTEXT] * 2,
        [VC_V2_CONTEXT] * 1_000,
        [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, VC_V1_CONTEXT],
        [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, OB_3_0_3_CONTEXT],
        None,
    ],
    ids=lambda contexts: f"{len(contexts or [])} contexts",
)
def test_contexts_in_another_order(contexts: JsonValue) -> None:
    """Swapped, missing or repeated contexts are refused (58, 59)."""
    document = genuine_badge()
    document["@context"] = contexts
    assert code_of(document) == "data_model.context_order"


@pytest.mark.parametrize(
    "contexts",
    [VC_V2_CONTEXT, [VC_V2_CONTEXT], [VC_V2_CONTEXT, OB_3_0_3_CONTEXT], [VC_V1_CONTEXT, OB_3_0_3_CONTEXT]],
    ids=str,
)
def test_fewer_or_older_contexts(contexts: JsonValue) -> None:
    """Without the context that defines them, words are undefined; nothing is dropped in silence."""
    document = genuine_badge()
    document["@context"] = contexts
    assert code_of(document) in {"data_model.undefined_term", "data_model.data_loss"}


def test_a_context_that_adds_words_changes_nothing_else() -> None:
    """Another pinned context gives new words a meaning, and with it a statement that was not signed."""
    document = genuine_badge()
    document["@context"].append("https://www.w3.org/ns/credentials/examples/v2")
    document["grade"] = "A+"
    assert code_of(document) == "proof.signature_mismatch"


def test_an_embedded_credential_with_contexts_of_its_own() -> None:
    """An endorsement may repeat the contexts of the badge, not bring others."""
    badge = cast("Document", sample_badges.endorsed_badge())
    badge["endorsement"][0]["@context"].append("https://www.w3.org/ns/credentials/examples/v2")
    with pytest.raises(DataModelError) as caught:
        canonicalize(badge)
    assert caught.value.code == "data_model.context_order"


def test_far_too_many_embedded_contexts() -> None:
    """Embedded credentials name a bounded number of different context lists."""
    contexts = [
        VC_V2_CONTEXT,
        OB_3_0_3_CONTEXT,
        OB_EXTENSIONS_CONTEXT,
        "https://w3id.org/security/data-integrity/v2",
        "https://www.w3.org/ns/credentials/examples/v2",
    ]
    lists = [[VC_V2_CONTEXT, *rest] for count in range(4) for rest in permutations(contexts[1:], count)]
    document = genuine_badge()
    document["@context"] = contexts
    document["endorsement"] = [
        {"@context": entry, "type": ["VerifiableCredential"], "name": str(number)} for number, entry in enumerate(lists)
    ]
    assert code_of(document) == "data_model.too_many_nodes"
