"""The cryptosuites `eddsa-jcs-2022`, `ecdsa-rdfc-2019`, `ecdsa-jcs-2019` and `eddsa-2022`, against W3C's vectors."""

from __future__ import annotations

import copy
import hashlib
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from credentials import (
    ContextRule,
    Cryptosuite,
    HashAlgorithm,
    UnsecuredDocument,
    VerifiedDocument,
    add_data_integrity_proof,
    canonicalize,
    list_proofs,
    verify_data_integrity_proof,
)
from credentials.canonical import canonicalize_under
from credentials.cryptosuites import hash_config, hash_document
from keys import KeyType, LocalSigner, PublicKey, SignatureAlgorithm, decode_base58, did_key_method_id, encode_base58
from schemas import (
    DATA_INTEGRITY_V1_CONTEXT,
    OB_EXTENSIONS_CONTEXT,
    DataModelError,
    DecodingError,
    JsonObject,
    JsonValue,
    KeystoreError,
    ProofError,
    SignatureMismatchError,
    UnacceptedCryptosuiteError,
    encode_canonical_json,
    encode_json,
    read_json_object,
)
from tests.doubles import sample_badges
from tests.doubles.proofs import compose_proof_options
from tests.doubles.w3c_vectors import VECTORS, key_of, load_hex, load_vector, p256_signer, p384_signer

CREATED = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
SIGNED = [
    "w3c-vc-di-eddsa/eddsa-jcs-2022/signedJCS.json",
    "w3c-vc-di-eddsa/eddsa-jcs-2022/signedJCS-did-key.json",
    "w3c-vc-di-eddsa/eddsa-jcs-2022/signedJCS-without-context.json",
    "w3c-vc-di-ecdsa/ecdsa-rdfc-2019-p256/signedECDSAP256.json",
    "w3c-vc-di-ecdsa/ecdsa-rdfc-2019-p256-employ/signedECDSAP256.json",
    "w3c-vc-di-ecdsa/ecdsa-rdfc-2019-p384/signedECDSAP384.json",
    "w3c-vc-di-ecdsa/ecdsa-rdfc-2019-p384-employ/signedECDSAP384.json",
    "w3c-vc-di-ecdsa/ecdsa-jcs-2019-p256/signedJCSECDSAP256.json",
    "w3c-vc-di-ecdsa/ecdsa-jcs-2019-p384/signedJCSECDSAP384.json",
]
HASHED = [
    (SIGNED[1], "w3c-vc-di-eddsa/eddsa-jcs-2022/combinedHashJCS.txt"),
    (SIGNED[3], "w3c-vc-di-ecdsa/ecdsa-rdfc-2019-p256/combinedHashECDSAP256.txt"),
    (SIGNED[4], "w3c-vc-di-ecdsa/ecdsa-rdfc-2019-p256-employ/combinedHashECDSAP256.txt"),
    (SIGNED[5], "w3c-vc-di-ecdsa/ecdsa-rdfc-2019-p384/combinedHashECDSAP384.txt"),
    (SIGNED[6], "w3c-vc-di-ecdsa/ecdsa-rdfc-2019-p384-employ/combinedHashECDSAP384.txt"),
    (SIGNED[7], "w3c-vc-di-ecdsa/ecdsa-jcs-2019-p256/combinedHashJCSECDSAP256.txt"),
    (SIGNED[8], "w3c-vc-di-ecdsa/ecdsa-jcs-2019-p384/combinedHashJCSECDSAP384.txt"),
]
SUITES = [
    (Cryptosuite.EDDSA_JCS_2022, KeyType.ED25519),
    (Cryptosuite.ECDSA_RDFC_2019, KeyType.P256),
    (Cryptosuite.ECDSA_RDFC_2019, KeyType.P384),
    (Cryptosuite.ECDSA_JCS_2019, KeyType.P256),
    (Cryptosuite.ECDSA_JCS_2019, KeyType.P384),
]
JCS_SUITES = [SUITES[0], SUITES[3], SUITES[4]]


def _signer(key_type: KeyType) -> LocalSigner:
    if key_type is KeyType.ED25519:
        return sample_badges.test_only_signer()
    return p256_signer() if key_type is KeyType.P256 else p384_signer()


def _sign(badge: JsonObject, suite: Cryptosuite, key_type: KeyType) -> dict[str, Any]:
    signer = _signer(key_type)
    secured = add_data_integrity_proof(
        UnsecuredDocument(document=badge),
        signer=signer,
        verification_method=did_key_method_id(signer.public_key),
        created=sample_badges.CREATED,
        suite=suite,
    )
    return cast("dict[str, Any]", copy.deepcopy(secured.document))


def _verify(document: JsonObject, key: PublicKey) -> VerifiedDocument:
    return verify_data_integrity_proof(document, list_proofs(document)[0], public_key=key, original=b"")


@pytest.mark.parametrize("name", SIGNED)
def test_published_proof_verifies(name: str) -> None:
    """A proof that W3C published verifies with the key named in its method."""
    document = load_vector(name)
    assert _verify(document, key_of(document)).cryptosuite == document["proof"]["cryptosuite"]


@pytest.mark.parametrize(("name", "hashes"), HASHED)
def test_published_hashes(name: str, hashes: str) -> None:
    """W3C's combined hash is that of the proof options, then that of the document, in the hash of the curve."""
    document = load_vector(name)
    proof = document.pop("proof")
    suite = Cryptosuite(proof["cryptosuite"])
    algorithm = HashAlgorithm.SHA384 if "p384" in name else HashAlgorithm.SHA256
    config = hash_config(document, proof, suite, algorithm=algorithm, contexts=ContextRule.PINNED)
    body = hash_document(document, suite, algorithm=algorithm, contexts=ContextRule.PINNED)
    assert (config + body).hex() == load_hex(hashes).hex()


@pytest.mark.parametrize("name", [SIGNED[3], SIGNED[4], SIGNED[5], SIGNED[6], SIGNED[7], SIGNED[8]])
def test_created_proof_equals_w3c_byte_for_byte(name: str) -> None:
    """Signing W3C's document with W3C's key gives W3C's proof: nonces follow RFC 6979."""
    document = load_vector(name)
    proof = document.pop("proof")
    secured = add_data_integrity_proof(
        UnsecuredDocument(document=document),
        signer=p384_signer() if "p384" in name else p256_signer(),
        verification_method=proof["verificationMethod"],
        created=CREATED,
        suite=Cryptosuite(proof["cryptosuite"]),
    )
    assert secured.document["proof"] == proof


@pytest.mark.parametrize(("suite", "key_type"), SUITES)
def test_signed_badge_verifies(suite: Cryptosuite, key_type: KeyType) -> None:
    """A badge signed here verifies here from its bytes, whichever the order of its members."""
    document = _sign(sample_badges.rich_badge(), suite, key_type)
    read = read_json_object(encode_json(dict(reversed(document.items()))))
    verified = _verify(read, _signer(key_type).public_key)
    assert verified.document == sample_badges.rich_badge()
    assert verified.cryptosuite == suite.value


@pytest.mark.parametrize(("suite", "key_type"), JCS_SUITES)
def test_jcs_proof_repeats_the_context(suite: Cryptosuite, key_type: KeyType) -> None:
    """A JCS proof names the contexts of the document, in their order (VC-DI-EDDSA §3.3.1)."""
    badge = sample_badges.rich_badge()
    assert _sign(badge, suite, key_type)["proof"]["@context"] == badge["@context"]


@pytest.mark.parametrize(("suite", "key_type"), [SUITES[1], SUITES[2]])
def test_rdfc_proof_does_not_repeat_the_context(suite: Cryptosuite, key_type: KeyType) -> None:
    """An RDFC proof leaves the contexts to the document."""
    assert "@context" not in _sign(sample_badges.small_badge(), suite, key_type)["proof"]


@pytest.mark.parametrize(("suite", "key_type"), JCS_SUITES)
def test_context_added_behind_is_dropped(suite: Cryptosuite, key_type: KeyType) -> None:
    """What is added behind the signed contexts does not break a JCS proof, and is not shown as signed."""
    badge = sample_badges.small_badge()
    document = _sign(badge, suite, key_type)
    document["@context"].append(OB_EXTENSIONS_CONTEXT)
    assert _verify(document, _signer(key_type).public_key).document == badge


@pytest.mark.parametrize(("suite", "key_type"), JCS_SUITES)
@pytest.mark.parametrize("change", ["front", "missing", "swapped", "inline", "other"])
def test_other_contexts_in_front_are_refused(suite: Cryptosuite, key_type: KeyType, change: str) -> None:
    """The document must begin with the contexts of the proof, in their order (VC-DI-EDDSA §3.3.2)."""
    document = _sign(sample_badges.small_badge(), suite, key_type)
    contexts = document["@context"]
    document["@context"] = {
        "front": [OB_EXTENSIONS_CONTEXT, *contexts],
        "missing": contexts[:1],
        "swapped": contexts[::-1],
        "inline": [*contexts, {"name": "https://example.org/other"}],
        "other": [contexts[0], OB_EXTENSIONS_CONTEXT],
    }[change]
    with pytest.raises((ProofError, DataModelError)) as caught:
        _verify(document, _signer(key_type).public_key)
    assert caught.value.code in {"proof.context_mismatch", "data_model.context_inline_forbidden"}


@pytest.mark.parametrize(("suite", "key_type"), JCS_SUITES)
def test_proof_context_cannot_be_taken_away(suite: Cryptosuite, key_type: KeyType) -> None:
    """The contexts of a JCS proof are signed with its other options."""
    document = _sign(sample_badges.small_badge(), suite, key_type)
    del document["proof"]["@context"]
    with pytest.raises(SignatureMismatchError):
        _verify(document, _signer(key_type).public_key)


def _sign_jcs_by_hand(document: JsonObject, options: JsonObject) -> JsonObject:
    data = hashlib.sha256(encode_canonical_json(options)).digest()
    data += hashlib.sha256(encode_canonical_json(document)).digest()
    signature = p256_signer().sign(data, algorithm=SignatureAlgorithm.ES256)
    return {**document, "proof": {**options, "proofValue": "z" + encode_base58(signature)}}


def _jcs_options(**changes: JsonValue) -> JsonObject:
    return compose_proof_options(
        did_key_method_id(p256_signer().public_key), **{"cryptosuite": "ecdsa-jcs-2019", **changes}
    )


def test_jcs_proof_made_by_hand_verifies() -> None:
    """The way by hand is right, so that the refusals below are of what they name."""
    document = _sign_jcs_by_hand(sample_badges.small_badge(), _jcs_options())
    assert _verify(document, p256_signer().public_key).document == sample_badges.small_badge()


def test_undefined_word_is_refused_though_jcs_signs_it() -> None:
    """Nothing undefined ever verifies, also where the signature covers its bytes (T-01)."""
    document = _sign_jcs_by_hand({**sample_badges.small_badge(), "accredited": "yes"}, _jcs_options())
    with pytest.raises(DataModelError) as caught:
        _verify(document, p256_signer().public_key)
    assert (caught.value.code, caught.value.pointer) == ("data_model.undefined_term", "/accredited")


def test_undefined_word_in_the_proof_is_refused() -> None:
    """The options of a JCS proof say only what the contexts define."""
    document = _sign_jcs_by_hand(sample_badges.small_badge(), _jcs_options(approvedBy="everyone"))
    with pytest.raises(DataModelError) as caught:
        _verify(document, p256_signer().public_key)
    assert caught.value.code == "data_model.undefined_term"


def test_lone_surrogate_is_refused() -> None:
    """A text that is no Unicode has no canonical form."""
    document = _sign(sample_badges.small_badge(), Cryptosuite.ECDSA_JCS_2019, KeyType.P256)
    document["name"] = "\ud800"
    with pytest.raises(DecodingError) as caught:
        _verify(document, p256_signer().public_key)
    assert caught.value.code == "decoding.lone_surrogate"


@pytest.mark.parametrize(("suite", "key_type"), SUITES)
@pytest.mark.parametrize("other", list(KeyType))
def test_key_of_another_kind_is_refused(suite: Cryptosuite, key_type: KeyType, other: KeyType) -> None:
    """A suite goes with its kinds of keys, whatever the proof says; another curve never verifies."""
    document = _sign(sample_badges.small_badge(), suite, key_type)
    with pytest.raises(ProofError) as caught:
        _verify(document, LocalSigner.generate(other).public_key)
    is_ecdsa = suite in {Cryptosuite.ECDSA_RDFC_2019, Cryptosuite.ECDSA_JCS_2019}
    goes_with = other in {KeyType.P256, KeyType.P384} if is_ecdsa else other is KeyType.ED25519
    if other is key_type:
        assert caught.value.code == "proof.signature_mismatch"
    elif goes_with:
        assert caught.value.code == "proof.value_malformed"  # a signature of the other curve's length
    else:
        assert caught.value.code == "proof.algorithm_key_mismatch"


@pytest.mark.parametrize("suite", [Cryptosuite.ECDSA_RDFC_2019, Cryptosuite.ECDSA_JCS_2019, Cryptosuite.ECDSA_SD_2023])
def test_signing_with_a_key_of_another_kind_is_refused(suite: Cryptosuite) -> None:
    """An Ed25519 key never makes an ECDSA proof."""
    with pytest.raises(KeystoreError) as caught:
        _sign(sample_badges.small_badge(), suite, KeyType.ED25519)
    assert caught.value.code == "key.algorithm_mismatch"


@pytest.mark.parametrize("suite", [Cryptosuite.EDDSA_2022, Cryptosuite.ED25519_SIGNATURE_2020])
def test_old_suites_are_never_issued(suite: Cryptosuite) -> None:
    """`eddsa-2022` and `Ed25519Signature2020` are read, not written."""
    with pytest.raises(ValueError, match="never issued"):
        _sign(sample_badges.small_badge(), suite, KeyType.ED25519)


@pytest.mark.parametrize(("suite", "key_type"), SUITES)
def test_a_suite_renamed_in_the_proof_is_refused(suite: Cryptosuite, key_type: KeyType) -> None:
    """A proof of one suite never verifies under the name of another."""
    for other in Cryptosuite:
        if other is suite or other is Cryptosuite.ED25519_SIGNATURE_2020:
            continue
        document = _sign(sample_badges.small_badge(), suite, key_type)
        document["proof"]["cryptosuite"] = other.value
        with pytest.raises(ProofError):
            _verify(document, _signer(key_type).public_key)


def test_eddsa_2022_options_are_canonicalized_as_w3c_did() -> None:
    """The options of W3C's `eddsa-2022` vector, under the first Data Integrity context, equal W3C's file."""
    proof = load_vector("w3c-vc-di-eddsa/eddsa-2022/signedDataInt.json")["proof"]
    del proof["proofValue"]
    expected = (VECTORS / "w3c-vc-di-eddsa/eddsa-2022/proofCanonDataInt.txt").read_bytes()
    assert canonicalize_under(proof, (DATA_INTEGRITY_V1_CONTEXT,)) == expected


def test_eddsa_2022_hash_is_what_w3c_signed() -> None:
    """W3C's key signed exactly the hashes that are computed here for its `eddsa-2022` vector."""
    document = load_vector("w3c-vc-di-eddsa/eddsa-2022/signedDataInt.json")
    proof = document.pop("proof")
    suite, algorithm = Cryptosuite.EDDSA_2022, HashAlgorithm.SHA256
    data = hash_config(document, proof, suite, algorithm=algorithm, contexts=ContextRule.PINNED)
    data += hash_document(document, suite, algorithm=algorithm, contexts=ContextRule.PINNED)
    assert data == load_hex("w3c-vc-di-eddsa/eddsa-2022/combinedHashDataInt.txt")
    key = PublicKey.from_multikey(proof["verificationMethod"].rpartition("#")[2])
    key.verify(decode_base58(proof["proofValue"][1:]), data, algorithm=SignatureAlgorithm.EDDSA)


def _sign_eddsa_2022(badge: JsonObject) -> JsonObject:
    options = compose_proof_options(sample_badges.method_id(), cryptosuite="eddsa-2022")
    data = hashlib.sha256(canonicalize_under(options, (DATA_INTEGRITY_V1_CONTEXT,))).digest()
    data += hashlib.sha256(canonicalize(badge)).digest()
    signature = sample_badges.test_only_signer().sign(data, algorithm=SignatureAlgorithm.EDDSA)
    return {**badge, "proof": {**options, "proofValue": "z" + encode_base58(signature)}}


def test_eddsa_2022_verifies_in_version_1() -> None:
    """A VC 1.1 badge with an `eddsa-2022` proof verifies."""
    document = _sign_eddsa_2022(sample_badges.version_1_badge())
    key = sample_badges.test_only_signer().public_key
    assert _verify(document, key).document == sample_badges.version_1_badge()


def test_eddsa_2022_is_refused_in_version_2() -> None:
    """VC 2.0 came after `eddsa-2022` was renamed: there it is no suite."""
    with pytest.raises(UnacceptedCryptosuiteError) as caught:
        _verify(_sign_eddsa_2022(sample_badges.small_badge()), sample_badges.test_only_signer().public_key)
    assert caught.value.code == "proof.cryptosuite_unsupported"
