"""Signed documents and key pairs that W3C published. The secret keys are known to everyone: TEST ONLY."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from credentials import list_proofs
from keys import LocalSigner, PublicKey, decode_base58

VECTORS = Path(__file__).parents[1] / "vectors"
_ED25519, _P256, _P384 = bytes.fromhex("8026"), bytes.fromhex("8626"), bytes.fromhex("8726")


def load_vector(name: str) -> dict[str, Any]:
    """Return a JSON vector by its path below `tests/vectors`."""
    return cast("dict[str, Any]", json.loads((VECTORS / name).read_text("utf-8")))


def load_hex(name: str) -> bytes:
    """Return a vector that is a hexadecimal text."""
    return bytes.fromhex((VECTORS / name).read_text("ascii"))


def read_secret_multikey(text: str) -> LocalSigner:
    """Return the signer of a published secret Multikey (CID 1.0 §2.2.2)."""
    data = decode_base58(text[1:])
    prefix, secret = data[:2], data[2:]
    if prefix == _ED25519:
        return LocalSigner(Ed25519PrivateKey.from_private_bytes(secret))
    curve = {_P256: ec.SECP256R1(), _P384: ec.SECP384R1()}[prefix]
    return LocalSigner(ec.derive_private_key(int.from_bytes(secret), curve))


def p256_signer() -> LocalSigner:
    return read_secret_multikey(load_vector("w3c-vc-di-ecdsa/p256KeyPair.json")["secretKeyMultibase"])


def p384_signer() -> LocalSigner:
    return read_secret_multikey(load_vector("w3c-vc-di-ecdsa/p384KeyPair.json")["privateKeyMultibase"])


def key_of(document: dict[str, Any], *, number: int = 0) -> PublicKey:
    """Return the key that the proof's method names in its fragment."""
    return PublicKey.from_multikey(list_proofs(document)[number]["verificationMethod"].rpartition("#")[2])  # type: ignore[union-attr]
