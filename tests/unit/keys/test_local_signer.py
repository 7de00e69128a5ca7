"""The signer in memory: published signatures, always the same bytes, never the secret."""

from __future__ import annotations

import copy
import pickle

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa, x25519

from keys import KeyType, LocalSigner, SignatureAlgorithm, Signer
from schemas import KeystoreError
from tests.unit.keys import published

PASSPHRASE = b"TEST ONLY passphrase"


@pytest.mark.parametrize("vector", published.RFC_8032)
def test_rfc_8032_signatures_are_made(vector: published.Rfc8032Vector) -> None:
    """RFC 8032 §7.1: signing gives the published bytes."""
    signer = published.ed25519_signer(vector.seed)
    signature = signer.sign(bytes.fromhex(vector.message), algorithm=SignatureAlgorithm.EDDSA)
    assert signature.hex() == vector.signature


def test_rfc_6979_p256_signature_is_made() -> None:
    """RFC 6979 §A.2.5: ES256 gives r ‖ s of the published pair."""
    signer = published.p256_signer(published.RFC_6979_P256_SCALAR)
    assert signer.sign(b"sample", algorithm=SignatureAlgorithm.ES256).hex().upper() == published.RFC_6979_P256_SAMPLE


def test_rfc_6979_p384_signature_is_made() -> None:
    """RFC 6979 §A.2.6: ES384 gives r ‖ s of the published pair."""
    signer = published.p384_signer(published.RFC_6979_P384_SCALAR)
    assert signer.sign(b"sample", algorithm=SignatureAlgorithm.ES384).hex().upper() == published.RFC_6979_P384_SAMPLE


@pytest.mark.parametrize("key_type", KeyType)
def test_signing_twice_gives_the_same_bytes(key_type: KeyType) -> None:
    """A resumed row signs to the same bytes."""
    signer = published.fresh_signer(key_type)
    first, second = (signer.sign(b"row 7", algorithm=key_type.algorithm) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("key_type", "algorithm"),
    [(kind, algorithm) for kind in KeyType for algorithm in SignatureAlgorithm if algorithm not in kind.algorithms],
)
def test_other_algorithms_are_refused(key_type: KeyType, algorithm: SignatureAlgorithm) -> None:
    """A key signs with algorithms of its own kind only."""
    with pytest.raises(KeystoreError) as caught:
        published.fresh_signer(key_type).sign(b"message", algorithm=algorithm)
    assert caught.value.code == "key.algorithm_mismatch"


def test_it_is_a_signer() -> None:
    """The class fits the protocol that an HSM would fit."""
    assert isinstance(LocalSigner.generate(KeyType.ED25519), Signer)


@pytest.mark.parametrize("key_type", KeyType)
def test_pem_round_trip(key_type: KeyType) -> None:
    """A key read back from its encrypted PEM signs alike."""
    signer = published.fresh_signer(key_type)
    again = LocalSigner.from_pem(signer.to_encrypted_pem(PASSPHRASE), PASSPHRASE)
    assert again.sign(b"m", algorithm=key_type.algorithm) == signer.sign(b"m", algorithm=key_type.algorithm)


def test_pem_is_encrypted_pkcs8() -> None:
    """The written form is PKCS#8, and encrypted."""
    pem = LocalSigner.generate(KeyType.P256).to_encrypted_pem(PASSPHRASE)
    assert pem.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n")


def test_empty_passphrase_writes_nothing() -> None:
    """A key is never written in the clear."""
    with pytest.raises(KeystoreError) as caught:
        LocalSigner.generate(KeyType.ED25519).to_encrypted_pem(b"")
    assert caught.value.code == "key.passphrase_too_short"


@pytest.mark.parametrize(
    ("pem_passphrase", "given"), [(PASSPHRASE, b"another one here"), (PASSPHRASE, None), (PASSPHRASE, b"")]
)
def test_wrong_passphrase_is_unreadable(pem_passphrase: bytes, given: bytes | None) -> None:
    """A wrong or missing passphrase is `key.unreadable`."""
    pem = LocalSigner.generate(KeyType.ED25519).to_encrypted_pem(pem_passphrase)
    with pytest.raises(KeystoreError) as caught:
        LocalSigner.from_pem(pem, given)
    assert caught.value.code == "key.unreadable"


@pytest.mark.parametrize("kind", ["x25519", "secp256k1", "rsa-1024"])
def test_unsupported_private_keys(kind: str) -> None:
    """Kinds and sizes that do not sign badges are `key.unsupported`."""
    native: x25519.X25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    if kind == "x25519":
        native = x25519.X25519PrivateKey.generate()
    elif kind == "secp256k1":
        native = ec.generate_private_key(ec.SECP256K1())
    else:
        native = rsa.generate_private_key(65_537, 1_024)  # noqa: S505 - the weak key is the point
    pem = native.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.raises(KeystoreError) as caught:
        LocalSigner.from_pem(pem, None)
    assert caught.value.code == "key.unsupported"


@pytest.mark.parametrize("copier", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_signer_cannot_be_copied_out(copier: object) -> None:
    """Pickling or copying a signer is an error, so its secret cannot travel in a job or a message."""
    assert callable(copier)
    with pytest.raises(TypeError):
        copier(LocalSigner.generate(KeyType.ED25519))
