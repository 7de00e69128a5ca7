"""Edge cases of signatures from Project Wycheproof: an excerpt as published, and its grids of special values."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from keys import PublicKey, SignatureAlgorithm, encode_base64url
from schemas import SignatureMismatchError

FOLDER = Path(__file__).parents[1] / "vectors" / "wycheproof"
ED25519: dict[str, Any] = json.loads((FOLDER / "ed25519_excerpt.json").read_text("utf-8"))
P256: dict[str, Any] = json.loads((FOLDER / "ecdsa_secp256r1_sha256_p1363_excerpt.json").read_text("utf-8"))

ED25519_KEY = PublicKey.from_jwk(
    {"kty": "OKP", "crv": "Ed25519", "x": encode_base64url(bytes.fromhex(ED25519["publicKey"]))}
)
P256_POINT = bytes.fromhex(P256["publicKey"])
P256_KEY = PublicKey.from_jwk(
    {"kty": "EC", "crv": "P-256", "x": encode_base64url(P256_POINT[:32]), "y": encode_base64url(P256_POINT[32:])}
)
CASES = [
    *(pytest.param(ED25519_KEY, case, id=f"Ed25519-{case['tcId']}") for case in ED25519["tests"]),
    *(pytest.param(P256_KEY, case, id=f"P-256-{case['tcId']}") for case in P256["tests"]),
]
# tcId 10 to 29 of the Ed25519 file: r and s among 0, 1, L - 1, L and p.
ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493
ED25519_VALUES = [value.to_bytes(32, "little") for value in (0, 1, ED25519_ORDER - 1, ED25519_ORDER, 2**255 - 19)]
# tcId 11 and on of the P-256 file: r and s among 0, 1, n - 1, n, n + 1, p and p + 1.
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
P256_PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1
P256_VALUES = [
    value.to_bytes(32) for value in (0, 1, P256_ORDER - 1, P256_ORDER, P256_ORDER + 1, P256_PRIME, P256_PRIME + 1)
]


def verifies(public_key: PublicKey, signature: bytes, message: bytes) -> bool:
    """Tell whether the signature verifies; any other error than a mismatch is a failure of the test."""
    try:
        public_key.verify(signature, message, algorithm=public_key.key_type.algorithm)
    except SignatureMismatchError:
        return False
    return True


@pytest.mark.parametrize(("public_key", "case"), CASES)
def test_published_cases(public_key: PublicKey, case: dict[str, Any]) -> None:
    """Each published case verifies, or not, as published."""
    message, signature = bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])
    assert verifies(public_key, signature, message) == (case["result"] == "valid")


@pytest.mark.parametrize(("r", "s"), list(product(ED25519_VALUES, repeat=2)))
def test_ed25519_special_values(r: bytes, s: bytes) -> None:
    """No pair of special values is a signature over the byte 3f."""
    assert not verifies(ED25519_KEY, r + s, b"\x3f")


@pytest.mark.parametrize(("r", "s"), list(product(P256_VALUES, repeat=2)))
def test_p256_special_values(r: bytes, s: bytes) -> None:
    """No pair of special values is a signature over 123400, the text of the file."""
    assert not verifies(P256_KEY, r + s, b"123400")


def test_the_algorithms_are_those_of_the_keys() -> None:
    """The cases ran under EdDSA and ES256."""
    assert (ED25519_KEY.key_type.algorithm, P256_KEY.key_type.algorithm) == (
        SignatureAlgorithm.EDDSA,
        SignatureAlgorithm.ES256,
    )
