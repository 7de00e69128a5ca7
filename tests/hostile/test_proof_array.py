"""T-07, T-08, corpus C 64-69: no proof, many proofs, proofs of something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keys import encode_base58
from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator, SimulatedIssuer
from tests.doubles.proofs import compose_proof, compose_proof_options, sign_with_options
from verifier import CheckName, Outcome, Verdict

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue


@pytest.fixture
def world() -> IssuerSimulator:
    return IssuerSimulator()


@pytest.fixture
def issuer(world: IssuerSimulator) -> SimulatedIssuer:
    return world.add_issuer()


@pytest.fixture
def stranger(world: IssuerSimulator) -> SimulatedIssuer:
    return world.add_issuer(IssuerIdKind.DID_KEY)


def make_proof(document: JsonObject, signer: SimulatedIssuer) -> JsonObject:
    return compose_proof(document, compose_proof_options(signer.method_id), signer=signer.signer)


def break_proof(proof: JsonObject) -> JsonObject:
    return {**proof, "proofValue": "z" + encode_base58(b"\x07" * 64)}


@pytest.mark.parametrize("proof", [None, [], {}, [{}], "z", [None], [[]], 7, True])
def test_no_proof(world: IssuerSimulator, issuer: SimulatedIssuer, proof: JsonValue) -> None:
    """Whatever stands where a proof belongs, an unsigned badge is refused."""
    document = issuer.compose_badge() | ({} if proof is None else {"proof": proof})
    report = world.verify(document)
    assert report.verdict is Verdict.REJECTED
    assert report.credential is None


def test_proof_inside_the_subject(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """A proof of a part is no proof of the badge."""
    document = issuer.compose_badge()
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    subject["proof"] = [make_proof(issuer.compose_badge(), issuer)]
    assert world.verify(document).verdict is Verdict.REJECTED


def test_single_proof_as_an_object(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """OB 3.0 allows the proof as an object or in an array."""
    document = issuer.compose_badge()
    assert world.verify({**document, "proof": make_proof(document, issuer)})


def test_one_good_proof_of_the_issuer_is_enough(
    world: IssuerSimulator, issuer: SimulatedIssuer, stranger: SimulatedIssuer
) -> None:
    """OB 3.0 §8.2: any one proof suffices, in either order."""
    document = issuer.compose_badge()
    proofs: list[JsonValue] = [make_proof(document, stranger), make_proof(document, issuer)]
    assert world.verify({**document, "proof": proofs})
    assert world.verify({**document, "proof": proofs[::-1]})


def test_the_issuer_s_bad_proof_decides(
    world: IssuerSimulator, issuer: SimulatedIssuer, stranger: SimulatedIssuer
) -> None:
    """Corpus C 68: a stranger's good proof does not make up for the issuer's bad one."""
    document = issuer.compose_badge()
    proofs: list[JsonValue] = [make_proof(document, stranger), break_proof(make_proof(document, issuer))]
    report = world.verify({**document, "proof": proofs})
    assert report.verdict is Verdict.REJECTED
    assert report.check(CheckName.PROOF).code == "proof.signature_mismatch"
    assert report.check(CheckName.ISSUER).outcome is Outcome.NOT_RUN


def test_two_proofs_and_none_of_the_issuer(
    world: IssuerSimulator, issuer: SimulatedIssuer, stranger: SimulatedIssuer
) -> None:
    """Corpus C 68: when no proof is the issuer's, none is chosen."""
    other = world.add_issuer(IssuerIdKind.DID_KEY)
    document = issuer.compose_badge()
    proofs: list[JsonValue] = [make_proof(document, stranger), make_proof(document, other)]
    report = world.verify({**document, "proof": proofs})
    assert report.verdict is Verdict.REJECTED
    assert report.check(CheckName.PROOF).code == "proof.multiple_ambiguous"
    assert report.credential is None


def test_many_proofs(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """Each proof costs work, so there may be only a few."""
    document = issuer.compose_badge()
    good = make_proof(document, issuer)
    proofs: list[JsonValue] = [{**good, "nonce": f"z{number}"} for number in range(9)]
    assert world.verify({**document, "proof": proofs}).check(CheckName.PROOF).code == "proof.multiple_ambiguous"


def test_more_proofs_than_are_verified(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """Five proofs that differ are refused before the first is verified."""
    document = issuer.compose_badge()
    proofs: list[JsonValue] = [
        compose_proof(
            document,
            compose_proof_options(issuer.method_id, created=f"2026-11-02T09:00:0{number}Z"),
            signer=issuer.signer,
        )
        for number in range(5)
    ]
    assert world.verify({**document, "proof": proofs[:4]})
    assert world.verify({**document, "proof": proofs}).check(CheckName.PROOF).code == "proof.multiple_ambiguous"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"proofPurpose": "authentication"}, "proof.purpose_mismatch"),
        ({"proofPurpose": None}, "proof.purpose_mismatch"),
        ({"verificationMethod": None}, "proof.method_malformed"),
    ],
)
def test_good_signature_under_wrong_options(
    world: IssuerSimulator, issuer: SimulatedIssuer, changes: dict[str, JsonValue], code: str
) -> None:
    """T-08: a signature that was made for something else is no proof of a badge."""
    options = compose_proof_options(issuer.method_id, **changes)
    report = world.verify(sign_with_options(issuer.compose_badge(), options, signer=issuer.signer))
    assert report.check(CheckName.PROOF).code == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"cryptosuite": "eddsa-rdfc-2023"}, "proof.cryptosuite_unsupported"),
        ({"cryptosuite": "ecdsa-sd-2023"}, "proof.algorithm_key_mismatch"),
        ({"proofValue": "z" + encode_base58(b"\x07" * 63)}, "proof.value_malformed"),
        ({"proofValue": "z" + encode_base58(b"\x07" * 65)}, "proof.value_malformed"),
        ({"proofValue": "uBwcH"}, "proof.value_malformed"),
        ({"proofValue": "z0OIl"}, "proof.value_malformed"),
        ({"proofValue": "z" * 100_000}, "proof.value_malformed"),
        ({"proofValue": ""}, "proof.value_malformed"),
    ],
)
def test_proof_with_one_member_changed(
    world: IssuerSimulator, issuer: SimulatedIssuer, changes: dict[str, JsonValue], code: str
) -> None:
    """Corpus C 64, 65."""
    document = issuer.compose_badge()
    report = world.verify({**document, "proof": [make_proof(document, issuer) | changes]})
    assert report.check(CheckName.PROOF).code == code
    assert report.verdict is Verdict.REJECTED


@pytest.mark.parametrize(
    "created", ["9999-12-31T23:59:59-05:00", "2026-02-30T00:00:00Z", "yesterday", "2026-11-02T09:00:00"]
)
def test_impossible_creation_time(world: IssuerSimulator, issuer: SimulatedIssuer, created: str) -> None:
    """Corpus C 66: an impossible time is a finding, never a crash."""
    document = issuer.compose_badge()
    report = world.verify({**document, "proof": [make_proof(document, issuer) | {"created": created}]})
    assert report.check(CheckName.DATA_MODEL).code in {"data_model.date_invalid", "data_model.date_out_of_range"}


def test_proof_of_another_badge(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """Corpus C 69: a good proof of the same issuer, copied."""
    other = issuer.compose_badge(id="urn:uuid:another")
    report = world.verify({**issuer.compose_badge(), "proof": [make_proof(other, issuer)]})
    assert report.check(CheckName.PROOF).code == "proof.signature_mismatch"
