"""A hostile badge never changes what the next badge means (T-04)."""

from __future__ import annotations

import copy
import hashlib
import json
from typing import TYPE_CHECKING, Any, cast

import pytest

from credentials import canonicalize, list_proofs, verify_data_integrity_proof
from credentials.term_tables import (
    MAX_CACHED_CONTEXT_LISTS,
    MAX_CACHED_TYPE_SETS,
    _compiled,
    compile_contexts,
)
from schemas import CONTEXT_URLS, VC_V2_CONTEXT, BadgeError, JsonObject, JsonValue, context_sha256, load_context
from tests.doubles import sample_badges

if TYPE_CHECKING:
    from credentials.term_tables import TermTable


def _verify(document: JsonObject) -> JsonObject:
    return verify_data_integrity_proof(
        document,
        list_proofs(document)[0],
        public_key=sample_badges.test_only_signer().public_key,
        original=b"",
    ).document


def _fingerprint(table: TermTable) -> str:
    return hashlib.sha256(repr((sorted(table.terms.items()), table.vocabulary, table.urls)).encode()).hexdigest()


ATTACKS: list[JsonValue] = [
    {"@import": VC_V2_CONTEXT},
    {"@import": VC_V2_CONTEXT, "name": "https://schema.org/description"},
    {"@vocab": "urn:x:"},
    {"@context": {"@import": VC_V2_CONTEXT, "validUntil": None}},
    [{"@import": VC_V2_CONTEXT}],
    {"id": "urn:x"},
]


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_the_next_good_badge_is_still_good(attack: JsonValue) -> None:
    """After every hostile context the genuine badges verify, and the compiled words are the same."""
    good = [sample_badges.sign(badge()).document for badge in (sample_badges.small_badge, sample_badges.rich_badge)]
    urls = cast("list[str]", good[1]["@context"])
    before = _fingerprint(compile_contexts(urls))
    hostile: Any = copy.deepcopy(good[1])
    hostile["@context"].append(attack)
    hostile["credentialSubject"]["@context"] = attack
    with pytest.raises(BadgeError) as caught:
        _verify(hostile)
    assert caught.value.code == "data_model.context_inline_forbidden"
    assert [_verify(document)["id"] for document in good] == [document["id"] for document in good]
    assert _fingerprint(compile_contexts(urls)) == before


@pytest.mark.parametrize("url", sorted(CONTEXT_URLS))
def test_a_caller_cannot_change_a_pinned_context(url: str) -> None:
    """Who empties the context that was loaded empties only the own copy."""
    first = load_context(url)
    words = json.dumps(first, sort_keys=True)
    cast("dict[str, JsonValue]", first["@context"]).clear()
    assert json.dumps(load_context(url), sort_keys=True) == words
    assert len(context_sha256(url)) == 64


def test_compiled_contexts_do_not_pile_up() -> None:
    """However many context lists strangers use, only so many stay in memory."""
    urls = [url for url in sorted(CONTEXT_URLS) if "purl" not in url and url != VC_V2_CONTEXT]
    for length in range(1, 5):
        for start in range(len(urls)):
            chosen = [*urls[start:], *urls[:start]][:length]
            document: JsonObject = {"@context": [VC_V2_CONTEXT, *chosen], "type": "VerifiableCredential"}
            try:
                canonicalize(document)
            except BadgeError as error:
                assert error.code in {"data_model.context_conflict", "data_model.context_order"}  # noqa: PT017 - both answers are right
    assert len(_compiled) <= MAX_CACHED_CONTEXT_LISTS


def test_sets_of_types_do_not_pile_up() -> None:
    """However many sets of types strangers use, only so many stay in memory."""
    table = compile_contexts(cast("list[str]", sample_badges.rich_badge()["@context"]))
    words = [word for word, term in table.terms.items() if term and term.has_scope and word != "cnf"]
    for one in words:
        for two in words:
            for three in words[:6]:
                try:
                    table.for_types([one, two, three])
                except BadgeError as error:
                    assert error.code == "data_model.context_conflict"  # noqa: PT017 - types may contradict each other
    assert len(table._by_type_set) <= MAX_CACHED_TYPE_SETS
