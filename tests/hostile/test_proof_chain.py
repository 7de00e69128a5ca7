"""Attack: a badge whose good proof builds on an earlier proof that is not good (VC-DATA-INTEGRITY §4.5)."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, cast

import pytest

from credentials import (
    Cryptosuite,
    SecuredDocument,
    SecuringForm,
    UnsecuredDocument,
    add_data_integrity_proof,
    append_data_integrity_proof,
    derive_selective_disclosure,
)
from keys import KeyType, encode_base58
from schemas import encode_json
from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator, SimulatedIssuer
from verifier import CheckName, Outcome, Verdict

if TYPE_CHECKING:
    from schemas import JsonObject

NOTARY_PROOF = "urn:uuid:00000000-0000-4000-8000-000000000001"


@pytest.fixture
def world() -> IssuerSimulator:
    return IssuerSimulator()


@pytest.fixture
def issuer(world: IssuerSimulator) -> SimulatedIssuer:
    return world.add_issuer()


@pytest.fixture
def notary(world: IssuerSimulator) -> SimulatedIssuer:
    return world.add_issuer(IssuerIdKind.DID_KEY, key_type=KeyType.P256)


def _sign_first(issuer: SimulatedIssuer, notary: SimulatedIssuer) -> SecuredDocument:
    return add_data_integrity_proof(
        UnsecuredDocument(document=issuer.compose_badge()),
        signer=notary.signer,
        verification_method=notary.method_id,
        created=issuer.world.now,
        suite=Cryptosuite.ECDSA_JCS_2019,
        further_options={"id": NOTARY_PROOF},
    )


def _cover(secured: SecuredDocument, issuer: SimulatedIssuer) -> dict[str, Any]:
    document = append_data_integrity_proof(
        secured,
        signer=issuer.signer,
        verification_method=issuer.method_id,
        created=issuer.world.now,
        further_options={"previousProof": NOTARY_PROOF},
    ).document
    return cast("dict[str, Any]", copy.deepcopy(document))


def _with_broken_proof(secured: SecuredDocument) -> SecuredDocument:
    document: JsonObject = copy.deepcopy(secured.document)
    cast("Any", document)["proof"]["proofValue"] = "z" + encode_base58(b"\x07" * 64)
    return SecuredDocument(form=SecuringForm.DATA_INTEGRITY, original=encode_json(document), document=document)


def test_good_chain(world: IssuerSimulator, issuer: SimulatedIssuer, notary: SimulatedIssuer) -> None:
    """The issuer's proof over the good proof of a stranger is the issuer's badge."""
    report = world.verify(_cover(_sign_first(issuer, notary), issuer))
    assert report.verdict is Verdict.VERIFIED


def test_bad_earlier_proof(world: IssuerSimulator, issuer: SimulatedIssuer, notary: SimulatedIssuer) -> None:
    """The issuer's good proof does not hold while the one it builds on is false."""
    report = world.verify(_cover(_with_broken_proof(_sign_first(issuer, notary)), issuer))
    check = report.check(CheckName.PROOF)
    assert (check.outcome, check.code) == (Outcome.FAILED, "proof.signature_mismatch")
    assert report.verdict is Verdict.REJECTED


def test_earlier_proof_taken_away(world: IssuerSimulator, issuer: SimulatedIssuer, notary: SimulatedIssuer) -> None:
    """Without the earlier proof the later one proves nothing."""
    document = _cover(_sign_first(issuer, notary), issuer)
    del document["proof"][0]
    report = world.verify(document)
    assert report.check(CheckName.PROOF).code == "proof.previous_proof_missing"
    assert report.verdict is Verdict.REJECTED


def test_only_the_earlier_proof_left(world: IssuerSimulator, issuer: SimulatedIssuer, notary: SimulatedIssuer) -> None:
    """The stranger's proof alone does not speak for the issuer."""
    document = _cover(_sign_first(issuer, notary), issuer)
    del document["proof"][1]
    assert world.verify(document).verdict is Verdict.REJECTED


@pytest.mark.parametrize("earlier", [NOTARY_PROOF, "urn:uuid:00000000-0000-4000-8000-00000000dead"])
def test_chain_that_ends_in_selective_disclosure(world: IssuerSimulator, notary: SimulatedIssuer, earlier: str) -> None:
    """No text says what a derived proof covers of the proofs before it: could not check, with a sentence of its own."""
    base = add_data_integrity_proof(
        UnsecuredDocument(document=notary.compose_badge()),
        signer=notary.signer,
        verification_method=notary.method_id,
        created=world.now,
        suite=Cryptosuite.ECDSA_SD_2023,
    )
    derived = derive_selective_disclosure(base.document, [])
    assert world.verify(derived).verdict is Verdict.VERIFIED
    proof = derived["proof"]
    assert isinstance(proof, dict)
    stranger = world.add_issuer(IssuerIdKind.DID_KEY, key_type=KeyType.P256)
    first = proof | {"id": NOTARY_PROOF, "verificationMethod": stranger.method_id}
    report = world.verify(derived | {"proof": [first, proof | {"previousProof": earlier}]})
    check = report.check(CheckName.PROOF)
    assert report.verdict is not Verdict.VERIFIED
    assert (check.outcome, check.code) == (Outcome.INDETERMINATE, "proof.chain_unsupported")
    assert "several signatures that build on each other" in check.explain()
