"""Our canonical N-Quads beside those of jsonld.js and rdf-canonize, from npm, on thousands of changed documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from credentials import canonicalize
from schemas import BadgeError
from tests.doubles.document_variants import VARIANTS, make_variant
from tests.doubles.json_values import JSON_DOCUMENTS, make_json_document
from tests.interop.table import Direction, Peer, interop

if TYPE_CHECKING:
    from schemas import JsonObject
    from tests.doubles.document_variants import Variant
    from tests.interop.node_peer import NodePeer

pytestmark = pytest.mark.node

SCRIPT = "canonize_lines.mjs"
MIN_ACCEPTED = 2_000
Compared = list[tuple["Variant", str, "JsonObject"]]  # ours ("" when refused), and their answer


@pytest.fixture(scope="module")
def compared(node_peer: NodePeer) -> Compared:
    """Every variant with our canonical form and theirs; node runs once for all."""
    variants = [make_variant(number) for number in range(VARIANTS)]
    answers = node_peer.run_lines(SCRIPT, [variant.document for variant in variants])
    return [(variant, _ours(variant), answer) for variant, answer in zip(variants, answers, strict=True)]


def _ours(variant: Variant) -> str:
    try:
        return variant.canonicalize().decode()
    except BadgeError:
        return ""


@interop(
    Peer.JSONLD,
    "canonical N-Quads of 3,200 changed documents, safe mode, `rdf-canonize`",
    Direction.BOTH,
    result="the same bytes wherever ours accepts (over 2,000), and theirs accepts all of those",
)
def test_accepted_variants_equal_jsonld_js(compared: Compared) -> None:
    """Whatever we accept, jsonld.js accepts in safe mode within its work limit, and writes the same bytes for."""
    accepted = [(variant, ours, answer) for variant, ours, answer in compared if ours]
    assert len(accepted) >= MIN_ACCEPTED
    for variant, ours, answer in accepted:
        assert answer == {"nquads": ours}, variant


def test_what_safe_mode_refuses_is_refused_here(compared: Compared) -> None:
    """Each reason of jsonld.js to refuse is one of ours too; there are hundreds of such documents."""
    refused = [(variant, ours) for variant, ours, answer in compared if "refused" in answer]
    assert len(refused) >= 300
    for variant, ours in refused:
        assert not ours, variant


@interop(
    Peer.JSONLD,
    "canonical N-Quads of 400 documents with JSON values (`@json`), safe mode",
    Direction.BOTH,
    result="the same bytes",
)
def test_json_values_equal_jsonld_js(node_peer: NodePeer) -> None:
    """All of them are accepted by both, with the same bytes."""
    documents = [make_json_document(number) for number in range(JSON_DOCUMENTS)]
    answers = node_peer.run_lines(SCRIPT, documents)
    for number, (document, answer) in enumerate(zip(documents, answers, strict=True)):
        assert answer == {"nquads": canonicalize(document).decode()}, number


def test_jsonld_js_drops_a_prototype(node_peer: NodePeer) -> None:
    """A word that it loses in a JSON value, in silence, is refused here. When this fails, it may be allowed."""
    document = make_json_document(0)
    document["credentialSchema"] = {
        "id": "https://college.example.edu/schema",
        "type": "JsonSchema",
        "jsonSchema": {"__proto__": {"a": 1}},
    }
    (answer,) = node_peer.run_lines(SCRIPT, [document])
    assert "__proto__" not in str(answer["nquads"])
    with pytest.raises(BadgeError) as caught:
        canonicalize(document)
    assert caught.value.code == "data_model.data_loss"
