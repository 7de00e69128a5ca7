"""JWKs are read strictly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keys import PublicKey
from schemas import ProofError, UnacceptedCryptosuiteError
from tests.unit.keys import published

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

ED25519: JsonObject = {"kty": "OKP", "crv": "Ed25519", "x": published.RFC_8037_X}
P256: JsonObject = {"kty": "EC", "crv": "P-256", "x": published.RFC_7515_A3_X, "y": published.RFC_7515_A3_Y}
RSA: JsonObject = {"kty": "RSA", "n": published.RFC_7638_MODULUS, "e": "AQAB"}


@pytest.mark.parametrize("jwk", [ED25519, P256, RSA])
def test_members_that_do_not_describe_the_key_are_dropped(jwk: JsonObject) -> None:
    """`kid`, `alg`, `use` and strangers do not change the key and are not shown again."""
    decorated: JsonObject = {**jwk, "kid": "a", "alg": "none", "use": "sig", "x5u": "https://evil.example/"}
    assert PublicKey.from_jwk(decorated).jwk == jwk


@pytest.mark.parametrize("member", ["d", "p", "q", "dp", "dq", "qi", "oth"])
def test_private_members_are_refused(member: str) -> None:
    """A JWK with a private member is `proof.key_private_member`."""
    with pytest.raises(ProofError) as caught:
        PublicKey.from_jwk({**RSA, member: "AQAB"})
    assert caught.value.code == "proof.key_private_member"


@pytest.mark.parametrize(
    "jwk",
    [
        {"kty": "oct", "k": "AAAA"},
        {"kty": "OKP", "crv": "X25519", "x": published.RFC_8037_X},
        {"kty": "OKP", "crv": "Ed448", "x": published.RFC_8037_X},
        {"kty": "EC", "crv": "secp256k1", "x": published.RFC_7515_A3_X, "y": published.RFC_7515_A3_Y},
        {"kty": "EC", "crv": "P-521", "x": published.RFC_7515_A3_X, "y": published.RFC_7515_A3_Y},
        {"kty": "EC", "crv": ["P-256"], "x": published.RFC_7515_A3_X, "y": published.RFC_7515_A3_Y},
        {"kty": "ec", "crv": "P-256", "x": published.RFC_7515_A3_X, "y": published.RFC_7515_A3_Y},
        {"kty": 1},
        {},
        {**ED25519, "use": "enc"},
        {**ED25519, "key_ops": ["deriveKey"]},
        {**ED25519, "key_ops": "verify"},
    ],
)
def test_other_kinds_are_not_used(jwk: JsonObject) -> None:
    """Other key kinds, and keys for other purposes, are `proof.algorithm_not_allowed`."""
    with pytest.raises(UnacceptedCryptosuiteError) as caught:
        PublicKey.from_jwk(jwk)
    assert caught.value.code == "proof.algorithm_not_allowed"


def change(jwk: JsonObject, name: str, value: JsonValue) -> JsonObject:
    """Return the JWK with one member replaced."""
    return {**jwk, name: value}


@pytest.mark.parametrize(
    "jwk",
    [
        change(ED25519, "x", None),
        change(ED25519, "x", 1),
        change(ED25519, "x", ""),
        change(ED25519, "x", published.RFC_8037_X + "="),
        change(ED25519, "x", published.RFC_8037_X[:-2]),
        change(ED25519, "x", "AA" + published.RFC_8037_X),
        change(ED25519, "x", "A" * 100_000),
        change(P256, "y", published.RFC_7515_A3_X),  # not on the curve
        change(P256, "x", "AA" + published.RFC_7515_A3_X),
        change(P256, "y", "AA"),
        change(P256, "x", "_" * 42 + "8"),  # x ≥ p
        change(RSA, "n", "AA" + published.RFC_7638_MODULUS[2:]),  # leading zero
        change(RSA, "n", "_" * 1_400),  # 8,400 bits
        change(RSA, "e", "AA"),
        change(RSA, "e", ""),
        {"kty": "EC", "crv": "P-256", "x": published.RFC_7515_A3_X},
        {"kty": "RSA", "e": "AQAB"},
    ],
)
def test_malformed_members_are_refused(jwk: JsonObject) -> None:
    """A member that is missing, misspelled, too long or not on the curve is `proof.value_malformed`."""
    with pytest.raises(ProofError) as caught:
        PublicKey.from_jwk(jwk)
    assert caught.value.code == "proof.value_malformed"
