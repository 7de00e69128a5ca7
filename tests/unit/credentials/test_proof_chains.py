"""Several proofs on one document: sets and chains (VC-DATA-INTEGRITY §2.1.1, §2.1.2, §4.3 and §4.5)."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from credentials import (
    Cryptosuite,
    SecuredDocument,
    UnsecuredDocument,
    VerifiedDocument,
    add_data_integrity_proof,
    append_data_integrity_proof,
    list_previous_proofs,
    list_proofs,
    verify_data_integrity_proof,
)
from keys import LocalSigner, PublicKey, did_key_method_id
from schemas import JsonValue, ProofError, SignatureMismatchError, UnsupportedFeatureError
from tests.doubles import sample_badges
from tests.doubles.w3c_vectors import key_of, load_vector, p256_signer, p384_signer, read_secret_multikey

CHAIN = "w3c-vc-di-eddsa/proof-set-chain/signedProofChain2.json"
FIRST, SECOND = "urn:uuid:00000000-0000-4000-8000-000000000001", "urn:uuid:00000000-0000-4000-8000-000000000002"


def _verify(document: dict[str, Any], number: int, key: PublicKey | None = None) -> VerifiedDocument:
    proof = list_proofs(document)[number]
    return verify_data_integrity_proof(document, proof, public_key=key or key_of(document, number=number), original=b"")


def _fresh_chain() -> dict[str, Any]:
    return load_vector(CHAIN)


def _append(
    secured: SecuredDocument, signer: LocalSigner, suite: Cryptosuite, previous: JsonValue = None, own_id: str = ""
) -> SecuredDocument:
    options: dict[str, JsonValue] = {"id": own_id} if own_id else {}
    if previous is not None:
        options["previousProof"] = previous
    return append_data_integrity_proof(
        secured,
        signer=signer,
        verification_method=did_key_method_id(signer.public_key),
        created=sample_badges.CREATED,
        suite=suite,
        further_options=options,
    )


def _chain() -> dict[str, Any]:
    """Return a badge with proofs in three suites, each covering the one before."""
    first = add_data_integrity_proof(
        UnsecuredDocument(document=sample_badges.small_badge()),
        signer=sample_badges.test_only_signer(),
        verification_method=sample_badges.method_id(),
        created=sample_badges.CREATED,
        suite=Cryptosuite.EDDSA_JCS_2022,
        further_options={"id": FIRST},
    )
    second = _append(first, p256_signer(), Cryptosuite.ECDSA_RDFC_2019, FIRST, SECOND)
    third = _append(second, p384_signer(), Cryptosuite.ECDSA_JCS_2019, [SECOND, FIRST])
    return cast("dict[str, Any]", copy.deepcopy(third.document))


@pytest.mark.parametrize("number", range(4))
def test_each_proof_of_the_published_chain_verifies(number: int) -> None:
    """W3C's set of two proofs, the proof over both (an array) and the proof over that one (a text) verify."""
    document = _fresh_chain()
    assert "proof" not in _verify(document, number).document


def test_created_chain_equals_w3c_byte_for_byte() -> None:
    """Adding W3C's four proofs one after the other with W3C's keys gives W3C's document."""
    expected = _fresh_chain()
    pairs = load_vector("w3c-vc-di-eddsa/proof-set-chain/multiKeyPairs.json")
    signers = [read_secret_multikey(pairs[f"keyPair{number}"]["privateKeyMultibase"]) for number in (1, 2, 3, 3)]
    secured: SecuredDocument | None = None
    for proof, signer in zip(expected["proof"], signers, strict=True):
        created = datetime.strptime(proof["created"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        options = {word: proof[word] for word in ("id", "previousProof") if word in proof}
        if secured is None:
            unsecured = UnsecuredDocument(document={word: expected[word] for word in expected if word != "proof"})
            secured = add_data_integrity_proof(
                unsecured,
                signer=signer,
                verification_method=proof["verificationMethod"],
                created=created,
                further_options=options,
            )
        else:
            secured = append_data_integrity_proof(
                secured,
                signer=signer,
                verification_method=proof["verificationMethod"],
                created=created,
                further_options=options,
            )
    assert secured is not None
    assert secured.document == expected


def test_a_chain_across_suites_verifies() -> None:
    """JCS, RDFC and JCS proofs with keys of three kinds, each over the ones before, verify."""
    document = _chain()
    keys = [sample_badges.test_only_signer(), p256_signer(), p384_signer()]
    for number, signer in enumerate(keys):
        assert _verify(document, number, signer.public_key).document == sample_badges.small_badge()


@pytest.mark.parametrize("number", [2, 3])
@pytest.mark.parametrize("member", ["proofValue", "created", "verificationMethod"])
def test_a_changed_earlier_proof_breaks_what_covers_it(number: int, member: str) -> None:
    """The proof that covers another covers all of it."""
    document = _fresh_chain()
    earlier = document["proof"][0 if number == 2 else 2]
    other = document["proof"][1 if number == 2 else 0]
    earlier[member] = {"created": "2023-02-24T23:36:39Z"}.get(member, other[member])
    with pytest.raises(SignatureMismatchError):
        _verify(document, number)


def test_the_order_of_a_set_does_not_matter() -> None:
    """Proofs may stand in any order; RDFC covers a set of the proofs before."""
    document = _fresh_chain()
    document["proof"].reverse()
    for number in range(4):
        _verify(document, number)


@pytest.mark.parametrize(
    "previous",
    [
        "urn:uuid:none",
        "",
        [],
        None,
        5,
        {},
        [FIRST, "urn:uuid:none"],
        [FIRST, FIRST],
        [[FIRST]],
        [None],
        {"id": FIRST},
    ],
    ids=repr,
)
def test_a_missing_or_malformed_name_is_refused(previous: JsonValue) -> None:
    """Every proof that is named must be there, once (VC-DATA-INTEGRITY §4.5)."""
    document = _chain()
    document["proof"][1]["previousProof"] = previous
    with pytest.raises(ProofError) as caught:
        _verify(document, 1, p256_signer().public_key)
    assert caught.value.code == "proof.previous_proof_missing"
    assert caught.value.pointer == "/proof/previousProof"


def test_a_removed_earlier_proof_is_noticed() -> None:
    """Who takes an earlier proof away breaks the later one."""
    document = _chain()
    del document["proof"][0]
    with pytest.raises(ProofError) as caught:
        _verify(document, 0, p256_signer().public_key)
    assert caught.value.code == "proof.previous_proof_missing"


def test_taking_the_name_away_does_not_help() -> None:
    """`previousProof` is itself signed."""
    document = _chain()
    del document["proof"][1]["previousProof"]
    with pytest.raises(SignatureMismatchError):
        _verify(document, 1, p256_signer().public_key)


def test_two_proofs_of_one_id_are_refused() -> None:
    """An id that two proofs have names neither."""
    document = _chain()
    document["proof"].append({**document["proof"][0], "created": "2026-11-22T10:00:00Z"})
    with pytest.raises(ProofError) as caught:
        _verify(document, 1, p256_signer().public_key)
    assert caught.value.code == "proof.previous_proof_missing"


def test_a_proof_does_not_cover_itself() -> None:
    """A proof that names itself names nothing that was there before."""
    document = _chain()
    document["proof"][1]["previousProof"] = SECOND
    with pytest.raises(ProofError) as caught:
        list_previous_proofs(document, document["proof"][1])
    assert caught.value.code == "proof.previous_proof_missing"


def test_earlier_proofs_are_listed() -> None:
    """The verifier learns which proofs another covers, in the order in which it names them."""
    document = _chain()
    first, second, third = document["proof"]
    assert list_previous_proofs(document, first) == ()
    assert list_previous_proofs(document, second) == (first,)
    assert list_previous_proofs(document, third) == (second, first)


def test_selective_disclosure_is_not_appended() -> None:
    """A proof for selective disclosure stands alone."""
    secured = sample_badges.sign(sample_badges.small_badge())
    with pytest.raises(UnsupportedFeatureError) as caught:
        _append(secured, p256_signer(), Cryptosuite.ECDSA_SD_2023)
    assert caught.value.code == "proof.chain_unsupported"


def test_there_are_never_more_than_eight_proofs() -> None:
    """A ninth proof is refused where it is made."""
    secured = sample_badges.sign(sample_badges.small_badge())
    for number in range(7):
        secured = _append(secured, p256_signer(), Cryptosuite.ECDSA_JCS_2019, own_id=f"urn:uuid:{number}")
    with pytest.raises(ProofError) as caught:
        _append(secured, p256_signer(), Cryptosuite.ECDSA_JCS_2019)
    assert caught.value.code == "proof.multiple_ambiguous"
