"""Data Integrity proofs of our own, and the shapes of the proof member."""

from __future__ import annotations

import hashlib

import pytest

from credentials import (
    Cryptosuite,
    SecuringForm,
    canonicalize,
    list_proofs,
    read_cryptosuite,
    read_verification_method,
    verify_data_integrity_proof,
)
from keys import KeyType, LocalSigner, SignatureAlgorithm, encode_base58
from schemas import (
    DataModelError,
    JsonObject,
    JsonValue,
    ProofError,
    SignatureMismatchError,
    UnacceptedCryptosuiteError,
    UnknownContextError,
    read_json_object,
)
from tests.doubles import sample_badges


def test_sign_then_verify() -> None:
    """A badge signed here verifies here, from its bytes."""
    secured = sample_badges.sign(sample_badges.rich_badge())
    verified = sample_badges.verify(read_json_object(secured.original))
    assert verified.form is SecuringForm.DATA_INTEGRITY
    assert verified.document == sample_badges.rich_badge()
    assert verified.created == sample_badges.CREATED
    assert verified.cryptosuite == "eddsa-rdfc-2022"


def test_signing_is_deterministic_and_leaves_its_input_alone() -> None:
    """The same badge, key and time give the same bytes."""
    badge = sample_badges.rich_badge()
    assert sample_badges.sign(badge).original == sample_badges.sign(sample_badges.rich_badge()).original
    assert badge == sample_badges.rich_badge()


def test_member_order_and_whitespace_do_not_matter() -> None:
    """RDFC signs statements, not bytes: another order of members verifies."""
    document = sample_badges.signed_copy(sample_badges.rich_badge())
    assert sample_badges.verify(dict(reversed(document.items()))).created == sample_badges.CREATED


def test_embedded_endorsement_does_not_disturb_the_badge() -> None:
    """A badge with endorsements that carry proofs of their own signs and verifies."""
    assert (
        sample_badges.verify(sample_badges.signed_copy(sample_badges.endorsed_badge())).created == sample_badges.CREATED
    )


def test_version_1_badge_verifies() -> None:
    """A VC 1.1 badge verifies under its own contexts."""
    assert (
        sample_badges.verify(sample_badges.signed_copy(sample_badges.version_1_badge())).created
        == sample_badges.CREATED
    )


def test_a_document_with_a_proof_is_not_signed_again() -> None:
    """A second embedded proof is never added by accident."""
    with pytest.raises(ValueError, match="proof already"):
        sample_badges.sign(sample_badges.sign(sample_badges.small_badge()).document)


@pytest.mark.parametrize(
    "value",
    ["absent", None, [], {}, "z", 5, True, [[]], [None], [{}], ["x"], [[{"type": "DataIntegrityProof"}]], [5]],
    ids=repr,
)
def test_no_proof(value: JsonValue) -> None:
    """Whatever is no proof object is a missing proof (T-07)."""
    document: JsonObject = {**sample_badges.small_badge(), "proof": value}
    if value == "absent":
        del document["proof"]
    with pytest.raises(ProofError) as caught:
        list_proofs(document)
    assert caught.value.code == "proof.missing"


def test_a_proof_inside_the_subject_is_no_proof_of_the_badge() -> None:
    """`proof` inside `credentialSubject` does not count (T-07)."""
    document = sample_badges.signed_copy(sample_badges.small_badge())
    document["credentialSubject"]["proof"] = document.pop("proof")
    with pytest.raises(ProofError) as caught:
        list_proofs(document)
    assert caught.value.code == "proof.missing"


@pytest.mark.parametrize("count", [2, 9])
def test_equal_or_very_many_proofs_are_ambiguous(count: int) -> None:
    """One proof twice, or more than eight, are refused (T-07)."""
    document = sample_badges.signed_copy(sample_badges.small_badge())
    document["proof"] = [document["proof"]] * count
    with pytest.raises(ProofError) as caught:
        list_proofs(document)
    assert caught.value.code == "proof.multiple_ambiguous"


def test_each_of_two_proofs_stands_for_itself() -> None:
    """A good proof and a bad one are listed in order; one verifies, the other does not."""
    document = sample_badges.signed_copy(sample_badges.small_badge())
    other = {**document["proof"], "verificationMethod": "did:example:other#1"}
    document["proof"] = [document["proof"], other]
    good, bad = list_proofs(document)
    key = sample_badges.test_only_signer().public_key
    assert verify_data_integrity_proof(document, good, public_key=key, original=b"").created == sample_badges.CREATED
    with pytest.raises(SignatureMismatchError):
        verify_data_integrity_proof(document, bad, public_key=key, original=b"")


@pytest.mark.parametrize(
    "purpose",
    ["authentication", "keyAgreement", None, "", ["assertionMethod"], "https://w3id.org/security#assertionMethod"],
)
def test_another_purpose_is_refused(purpose: JsonValue) -> None:
    """Only `assertionMethod`, in exactly that spelling, gives a badge (T-08)."""
    document = sample_badges.signed_copy(sample_badges.small_badge())
    document["proof"]["proofPurpose"] = purpose
    with pytest.raises(ProofError) as caught:
        sample_badges.verify(document)
    assert caught.value.code == "proof.purpose_mismatch"


@pytest.mark.parametrize(
    "change",
    [
        {"cryptosuite": ["eddsa-rdfc-2022"]},
        {"cryptosuite": {"id": "eddsa-rdfc-2022"}},
        {"cryptosuite": "eddsa-rdfc-2023"},
        {"cryptosuite": "EDDSA-RDFC-2022"},
        {"cryptosuite": "x" * 10_000},
        {"cryptosuite": None},
        {"cryptosuite": 7},
        {"type": ["DataIntegrityProof"]},
        {"type": "Ed25519Signature2018"},
        {"type": "Ed25519Signature2020"},
        {"type": None},
    ],
    ids=lambda change: str(change)[:50],
)
def test_another_cryptosuite_is_refused(change: JsonObject) -> None:
    """A suite that is not exactly one of ours is refused before any work is done."""
    document = sample_badges.signed_copy(sample_badges.small_badge())
    document["proof"].update(change)
    with pytest.raises(UnacceptedCryptosuiteError) as caught:
        sample_badges.verify(document)
    assert caught.value.code == "proof.cryptosuite_unsupported"


def test_the_caller_decides_which_suites_count() -> None:
    """A suite that the caller does not accept is refused though it would verify."""
    with pytest.raises(UnacceptedCryptosuiteError):
        sample_badges.verify(
            sample_badges.signed_copy(sample_badges.small_badge()),
            accepted=frozenset({Cryptosuite.ED25519_SIGNATURE_2020}),
        )


@pytest.mark.parametrize(
    "value",
    [
        "z" + encode_base58(bytes(63) + b"\x01" * 0),
        "z" + encode_base58(b"\x01" * 63),
        "z" + encode_base58(b"\x01" * 65),
        "u" + "A" * 86,
        "z",
        "",
        "Z" + encode_base58(b"\x01" * 64),
        "z" + "0" * 88,
        "z" + "1" * 1_000_000,
        "z " + encode_base58(b"\x01" * 64),
        None,
        64,
        ["z" + encode_base58(b"\x01" * 64)],
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_malformed_signature_is_refused(value: JsonValue) -> None:
    """Anything but z and 64 bytes of base58 is malformed, not merely wrong."""
    document = sample_badges.signed_copy(sample_badges.small_badge())
    document["proof"]["proofValue"] = value
    with pytest.raises(ProofError) as caught:
        sample_badges.verify(document)
    assert caught.value.code == "proof.value_malformed"


@pytest.mark.parametrize(
    "method", [None, "", "key-1", "#key-1", 5, ["did:example:a#1"], "did:example: a", "did:" + "x" * 3_000]
)
def test_a_malformed_method_is_refused(method: JsonValue) -> None:
    """The method must be one absolute address of bounded length."""
    with pytest.raises(ProofError) as caught:
        read_verification_method({"verificationMethod": method})
    assert caught.value.code == "proof.method_malformed"


@pytest.mark.parametrize(
    ("created", "code"),
    [
        ("9999-12-31T23:59:59-05:00", "data_model.date_out_of_range"),
        ("2026-11-22", "data_model.date_invalid"),
        ("2026-11-22T09:00:00", "data_model.date_invalid"),
        (None, "data_model.date_invalid"),
        (5, "data_model.date_invalid"),
        ([], "data_model.date_invalid"),
    ],
)
def test_a_date_that_cannot_be_read_is_refused(created: JsonValue, code: str) -> None:
    """`created` is a stamp with an offset inside the years 1 to 9999."""
    document = sample_badges.signed_copy(sample_badges.small_badge())
    document["proof"]["created"] = created
    with pytest.raises(DataModelError) as caught:
        sample_badges.verify(document)
    assert caught.value.code == code


def test_another_key_does_not_verify() -> None:
    """The signature fits one key only."""
    with pytest.raises(SignatureMismatchError):
        sample_badges.verify(
            sample_badges.signed_copy(sample_badges.small_badge()), LocalSigner.generate(KeyType.ED25519).public_key
        )


def test_another_kind_of_key_does_not_verify() -> None:
    """An EdDSA suite with a P-256 key is refused by name."""
    with pytest.raises(ProofError) as caught:
        sample_badges.verify(
            sample_badges.signed_copy(sample_badges.small_badge()), LocalSigner.generate(KeyType.P256).public_key
        )
    assert caught.value.code == "proof.algorithm_key_mismatch"


def test_a_proof_of_another_badge_does_not_verify() -> None:
    """A proof copied from another badge of the same issuer is refused (§6 C 69)."""
    document = sample_badges.signed_copy(sample_badges.small_badge())
    document["proof"] = sample_badges.signed_copy(sample_badges.rich_badge())["proof"]
    with pytest.raises(SignatureMismatchError):
        sample_badges.verify(document)


@pytest.mark.parametrize("member", ["type", "cryptosuite", "created", "verificationMethod", "proofPurpose"])
def test_every_member_of_the_proof_is_signed(member: str) -> None:
    """A proof without one of its members does not verify."""
    document = sample_badges.signed_copy(sample_badges.small_badge())
    del document["proof"][member]
    with pytest.raises(ProofError):
        sample_badges.verify(document)


@pytest.mark.parametrize(
    ("member", "value"), [("nonce", "a"), ("domain", "b"), ("expires", "2027-01-01T00:00:00Z"), ("challenge", "c")]
)
def test_a_member_added_to_the_proof_is_noticed(member: str, value: str) -> None:
    """Members that the standard knows are signed too."""
    document = sample_badges.signed_copy(sample_badges.small_badge())
    document["proof"][member] = value
    with pytest.raises(SignatureMismatchError):
        sample_badges.verify(document)


def test_an_unknown_member_of_the_proof_is_refused() -> None:
    """A member that no context defines is not signed and so is refused."""
    document = sample_badges.signed_copy(sample_badges.small_badge())
    document["proof"]["note"] = "trust me"
    with pytest.raises(DataModelError) as caught:
        sample_badges.verify(document)
    assert caught.value.code == "data_model.undefined_term"


def test_a_context_of_its_own_on_the_proof_is_refused() -> None:
    """The proof is read under the contexts of the badge (VC-DI-EDDSA §3.2.5)."""
    document = sample_badges.signed_copy(sample_badges.small_badge())
    document["proof"]["@context"] = "https://www.w3.org/ns/credentials/examples/v2"
    with pytest.raises(ProofError) as caught:
        sample_badges.verify(document)
    assert caught.value.code == "proof.context_mismatch"


def test_ed25519_signature_2020_may_bring_its_own_context() -> None:
    """A VC 1.1 proof with its own pinned context is read under that one."""
    badge = sample_badges.version_1_badge()
    proof: JsonObject = {
        "@context": "https://w3id.org/security/suites/ed25519-2020/v1",
        "type": "Ed25519Signature2020",
        "created": "2026-11-22T09:00:00Z",
        "verificationMethod": sample_badges.method_id(),
        "proofPurpose": "assertionMethod",
    }
    # Canonical form written by hand from the terms of that context.
    security = "https://w3id.org/security#"
    configuration = (
        "_:c14n0 <http://purl.org/dc/terms/created> "
        '"2026-11-22T09:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> .\n'
        f"_:c14n0 <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{security}Ed25519Signature2020> .\n"
        f"_:c14n0 <{security}proofPurpose> <{security}assertionMethod> .\n"
        f"_:c14n0 <{security}verificationMethod> <{sample_badges.method_id()}> .\n"
    )
    data = hashlib.sha256(configuration.encode()).digest() + hashlib.sha256(canonicalize(badge)).digest()
    signature = sample_badges.test_only_signer().sign(data, algorithm=SignatureAlgorithm.EDDSA)
    document: JsonObject = {**badge, "proof": {**proof, "proofValue": "z" + encode_base58(signature)}}
    assert sample_badges.verify(document).cryptosuite == "Ed25519Signature2020"


def test_an_unknown_context_is_could_not_check() -> None:
    """A context that is not pinned leads to INDETERMINATE, and nothing is fetched."""
    document = sample_badges.signed_copy(sample_badges.small_badge())
    document["@context"].append("https://context.example.org/v1")
    with pytest.raises(UnknownContextError) as caught:
        sample_badges.verify(document)
    assert caught.value.code == "data_model.context_unknown"


def test_suites_are_told_apart() -> None:
    """A DataIntegrityProof and an Ed25519Signature2020 are recognised by their own members."""
    assert read_cryptosuite({"type": "Ed25519Signature2020"}) is Cryptosuite.ED25519_SIGNATURE_2020
    proof: JsonObject = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"}
    assert read_cryptosuite(proof) is Cryptosuite.EDDSA_RDFC_2022
