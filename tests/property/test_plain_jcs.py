"""JCS proofs: the straight way and the thorough way never differ; one report for both, or the straight says nothing."""

from __future__ import annotations

import copy
import hashlib
import json
from typing import TYPE_CHECKING, Any

import orjson
import pytest
import rfc8785

from credentials import Cryptosuite, UnsecuredDocument, add_data_integrity_proof
from keys import SignatureAlgorithm, encode_base58
from schemas import OB_3_0_3_CONTEXT, VC_V2_CONTEXT, BadgeError, encode_json
from tests.doubles import sample_badges
from tests.doubles.document_variants import VARIANTS, make_variant
from tests.doubles.usual_badges import ODD_VALUES, places, plain_rich_badge
from tests.doubles.usual_tokens import agree, is_plain, judge_thoroughly, make_context
from verifier import CheckName, Outcome

if TYPE_CHECKING:
    from schemas import JsonObject

SLICE = 400
CHANGES: tuple[dict[str, Any], ...] = (
    *({"type": "Ed25519Signature2020"}, {"cryptosuite": "eddsa-rdfc-2022"}, {"cryptosuite": "ecdsa-jcs-2019"}),
    *({"proofPurpose": "authentication"}, {"created": "2026-13-01T00:00:00Z"}, {"created": None}, {"id": "urn:x:1"}),
    *({"created": "2027-01-01T00:00:00Z"}, {"created": "2026-11-22T09:00:00.5Z"}, {"created": "2" * 600}),
    *({"expires": "2026-11-23T00:00:00Z"}, {"expires": "2030-11-23T00:00:00Z"}, {"previousProof": "urn:x:1"}),
    *({"@context": [VC_V2_CONTEXT]}, {"@context": VC_V2_CONTEXT}, {"@context": [OB_3_0_3_CONTEXT]}, {"@context": []}),
    *({"@context": None}, {"@context": [{}]}, {"proofValue": "z"}, {"proofValue": "z" + "1" * 64}, {"proofValue": 5}),
    *({"challenge": "x"}, {"domain": "example.org"}, {"verificationMethod": sample_badges.issuer_id()}, {"nonce": "x"}),
)


def _sign(document: JsonObject) -> bytes:
    """Sign it, or let it go with the proof of another when it cannot be signed."""
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    try:
        return encode_json(_secure(unsigned))
    except (BadgeError, ValueError):
        proof = _secure(sample_badges.small_badge())["proof"]
        return json.dumps({**unsigned, "proof": proof}).encode()


def _secure(document: JsonObject) -> dict[str, Any]:
    return add_data_integrity_proof(
        UnsecuredDocument(document=document),
        signer=sample_badges.test_only_signer(),
        verification_method=sample_badges.method_id(),
        created=sample_badges.CREATED,
        suite=Cryptosuite.EDDSA_JCS_2022,
    ).document


@pytest.mark.parametrize("badge", [sample_badges.small_badge, plain_rich_badge])
def test_usual_badges_go_the_straight_way(badge: Any) -> None:  # noqa: ANN401
    """The samples that most badges look like are judged the straight way; it would be of no use otherwise."""
    indented = json.dumps(_secure(badge()), indent=2, ensure_ascii=False)
    for data in (_sign(badge()), _sign(badge()).decode(), indented.encode()):
        assert is_plain(data)
        assert agree(data)


@pytest.mark.parametrize("first", range(0, VARIANTS, SLICE))
def test_signed_variants(first: int) -> None:
    """Thousands of changed documents, signed wherever that is possible."""
    differing, plain = [], 0
    for number in range(first, first + SLICE, 4):
        document: dict[str, Any] = copy.deepcopy(dict(make_variant(number).document))
        if "@context" not in document:
            continue
        issuer = document.get("issuer")
        document["issuer"] = sample_badges.issuer_id() if not isinstance(issuer, dict) else issuer
        if isinstance(issuer, dict):
            issuer["id"] = sample_badges.issuer_id()
        data = _sign(document)
        plain += is_plain(data)
        if not agree(data):
            differing.append(number)
    assert differing == []
    assert plain


@pytest.mark.parametrize("badge", [sample_badges.small_badge, plain_rich_badge])
def test_every_place_with_odd_values(badge: Any) -> None:  # noqa: ANN401
    """Each value of a badge in turn becomes odd things, under a good signature and under the old one."""
    signed = copy.deepcopy(_secure(badge()))
    differing = []
    for place, (parent, name) in enumerate(list(places(signed))):
        kept = parent[name]
        for value in ODD_VALUES[place % 6 :: 6]:
            parent[name] = copy.deepcopy(value)
            differing += [(name, value) for data in (encode_json(signed), _sign(signed)) if not agree(data)]
        parent[name] = kept
    assert differing == []


@pytest.mark.parametrize("value", [36.0, 0.0, 1e-4, 1e15, 1e20, 37.5, 0.1, 2**53 - 1, 2**53, 2**60, -7])
def test_numbers(value: float) -> None:
    """However a number is spelled, both judge it alike, as it was signed and in other spellings."""
    badge: dict[str, Any] = plain_rich_badge()
    badge["credentialSubject"]["creditsEarned"] = value
    data = _sign(badge)
    spelled = {data, data.replace(b":36,", b":36.0,"), data.replace(b":37.5", b":37.50"), data.replace(b"1e+", b"1E")}
    assert [one for one in spelled if not agree(one)] == []


@pytest.mark.parametrize("value", [36.0, 0.0, -0.0, 1e-6, 1e15, 37.5])
def test_a_signature_over_another_spelling(value: float) -> None:
    """Who signs a form that is not the canonical one, as a quick writer of JSON spells it, is refused by both."""
    document: dict[str, Any] = plain_rich_badge()
    document["credentialSubject"]["creditsEarned"] = value
    proof = _secure(document)["proof"]
    del proof["proofValue"]
    hashes = [hashlib.sha256(orjson.dumps(part, option=orjson.OPT_SORT_KEYS)).digest() for part in (proof, document)]
    signature = sample_badges.test_only_signer().sign(b"".join(hashes), algorithm=SignatureAlgorithm.EDDSA)
    data = encode_json({**document, "proof": {**proof, "proofValue": f"z{encode_base58(signature)}"}})
    is_canonical = orjson.dumps(value) == rfc8785.dumps(value)
    assert agree(data)
    assert (judge_thoroughly(data, make_context()).check(CheckName.PROOF).outcome is Outcome.PASSED) is is_canonical
    assert is_plain(data) is is_canonical


def test_no_changed_leaf_passes() -> None:
    """Whatever was kept of a badge seen before, one with any other leaf under its signature never passes."""
    signed = copy.deepcopy(_secure(plain_rich_badge()))
    for _ in range(3):
        assert is_plain(encode_json(signed))
    leaves = [(parent, name) for parent, name in places(signed) if not isinstance(parent[name], (dict, list))]
    assert len(leaves) > 100
    for parent, name in leaves:
        kept = parent[name]
        for value in (f"{kept}x", f"{kept}"[:-1], "", 1, None):
            if value != kept or type(value) is not type(kept):
                parent[name] = value
                assert not is_plain(encode_json(signed)), (name, value)
        parent[name] = kept
    assert is_plain(encode_json(signed))


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: str(change)[:60])
def test_other_proofs(change: dict[str, Any]) -> None:
    """A proof that says anything else is judged alike, alone, twice, in an array, and with a member less."""
    document = _secure(sample_badges.small_badge())
    proof = document["proof"]
    changed = {**proof, **change}
    values: list[Any] = [changed, [changed], [proof, changed], [proof], [proof, proof]]
    values += [{name: changed[name] for name in changed if name != gone} for gone in changed]
    for value in values:
        assert agree(encode_json({**document, "proof": value}))
