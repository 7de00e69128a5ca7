"""Data Integrity proofs against the vectors of W3C and 1EdTech."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from credentials import (
    UnsecuredDocument,
    add_data_integrity_proof,
    canonicalize,
    list_proofs,
    read_verification_method,
)
from keys import LocalSigner, PublicKey, SignatureAlgorithm, decode_base58
from tests.doubles import sample_badges

VECTORS = Path(__file__).parents[2] / "vectors"
# Published in the 1EdTech Implementation Guide: TEST ONLY.
ONE_EDTECH_SEED = bytes.fromhex("6241a409e6707bb640a0140a8a32bc3d193c33a661747284d6adfa4ed4180be4")
SIGNED_VECTORS = [
    "1edtech/obv3p0/signed-credential.json",
    "w3c-vc-di-eddsa/eddsa-rdfc-2022/signedDataInt.json",
    "w3c-vc-di-eddsa/eddsa-rdfc-2022-employ/signedDataInt.json",
    "w3c-vc-di-eddsa/Ed25519Signature2020/signedEdSig.json",
    "1edtech/validator/simple_v1.json",
    "1edtech/validator/simple-did-key-method.json",
    "1edtech/validator/credential-status-revoked.json",
    "1edtech/validator/endorsement-valid.json",
]


def _load(name: str) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads((VECTORS / name).read_text("utf-8")))


@pytest.mark.parametrize("name", SIGNED_VECTORS)
def test_published_proof_verifies(name: str) -> None:
    """A proof that W3C or 1EdTech published verifies with the key named in its method."""
    document = _load(name)
    method = read_verification_method(list_proofs(document)[0])
    key = PublicKey.from_multikey(method.removeprefix("did:key:").rpartition("#")[2])
    assert sample_badges.verify(document, key).verification_method == method


def test_one_edtech_document_is_canonicalized_byte_for_byte() -> None:
    """The canonical document equals 1EdTech's file, and its hash the one printed in the guide."""
    document = _load("1edtech/obv3p0/signed-credential.json")
    document.pop("proof")
    canonical = canonicalize(document)
    assert canonical == (VECTORS / "1edtech/obv3p0/document-canon.txt").read_bytes()
    assert hashlib.sha256(canonical).hexdigest().startswith("87f65a76")


@pytest.mark.parametrize(
    ("name", "hashes"),
    [
        ("eddsa-rdfc-2022/signedDataInt.json", "eddsa-rdfc-2022/combinedHashDataInt.txt"),
        ("Ed25519Signature2020/signedEdSig.json", "Ed25519Signature2020/combinedHashEdSig.txt"),
    ],
)
def test_w3c_hash_data(name: str, hashes: str) -> None:
    """W3C's combined hash is config hash then document hash, and W3C's key signed exactly that."""
    document = _load(f"w3c-vc-di-eddsa/{name}")
    expected = bytes.fromhex((VECTORS / "w3c-vc-di-eddsa" / hashes).read_text("ascii"))
    proof = document.pop("proof")
    assert hashlib.sha256(canonicalize(document)).digest() == expected[32:]
    key = PublicKey.from_multikey(_load("w3c-vc-di-eddsa/keyPair.json")["publicKeyMultibase"])
    key.verify(decode_base58(proof["proofValue"][1:]), expected, algorithm=SignatureAlgorithm.EDDSA)


def test_created_proof_equals_one_edtech_byte_for_byte() -> None:
    """Signing 1EdTech's document with 1EdTech's key gives 1EdTech's proof value."""
    document = _load("1edtech/obv3p0/signed-credential.json")
    proof = document.pop("proof")
    secured = add_data_integrity_proof(
        UnsecuredDocument(document=document),
        signer=LocalSigner(Ed25519PrivateKey.from_private_bytes(ONE_EDTECH_SEED)),
        verification_method=proof["verificationMethod"],
        created=datetime(2010, 1, 1, 19, 23, 24, tzinfo=UTC),
    )
    assert secured.document["proof"] == proof


def test_created_proof_equals_w3c_byte_for_byte() -> None:
    """Signing W3C's document with W3C's key gives W3C's proof value."""
    document = _load("w3c-vc-di-eddsa/eddsa-rdfc-2022/signedDataInt.json")
    proof = document.pop("proof")
    secret = decode_base58(_load("w3c-vc-di-eddsa/keyPair.json")["privateKeyMultibase"][1:])
    secured = add_data_integrity_proof(
        UnsecuredDocument(document=document),
        signer=LocalSigner(Ed25519PrivateKey.from_private_bytes(secret[2:])),
        verification_method=proof["verificationMethod"],
        created=datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC),
    )
    assert secured.document["proof"] == proof
