"""Hostile signatures of JWTs: other lengths, other algorithms, other badges (security plan §6 B, T-20)."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from credentials import read_vc_jwt, sign_vc_jwt, verify_vc_jwt
from keys import KeyType, LocalSigner, PublicKey, encode_base64url
from schemas import BadgeError, encode_json
from tests.doubles.victim_tokens import CREDENTIAL, KID, SIGNERS, code_of, good_token, parts_of, token_with

if TYPE_CHECKING:
    from collections.abc import Callable

MISMATCH = "proof.algorithm_key_mismatch"


@pytest.mark.parametrize(
    ("key_type", "algorithm"),
    [
        (KeyType.ED25519, "ES256"),
        (KeyType.ED25519, "ES384"),
        (KeyType.ED25519, "RS256"),
        (KeyType.P256, "EdDSA"),
        (KeyType.P256, "Ed25519"),
        (KeyType.P256, "ES384"),
        (KeyType.P256, "RS256"),
        (KeyType.P256, "RS384"),
        (KeyType.P256, "RS512"),
        (KeyType.P256, "PS256"),
        (KeyType.ED25519, "PS256"),
        (KeyType.RSA, "EdDSA"),
        (KeyType.RSA, "ES256"),
        (KeyType.RSA, "ES384"),
    ],
)
def test_the_key_decides_the_algorithm(key_type: KeyType, algorithm: str) -> None:
    """The header cannot choose how a key is used."""
    token = token_with({"alg": algorithm, "kid": KID}, key_type)
    assert code_of(token, SIGNERS[key_type].public_key) == MISMATCH


def test_es256_with_a_p384_key() -> None:
    """`ES256` with a P-384 key does not go together."""
    public_key = LocalSigner.generate(KeyType.P384).public_key
    assert code_of(good_token(KeyType.P256), public_key) == MISMATCH


def test_hs256_keyed_with_the_public_key() -> None:
    """The public key's PEM as an HMAC secret proves nothing."""
    public_key = SIGNERS[KeyType.RSA].public_key
    pem = public_key._native.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    header = encode_base64url(encode_json({"alg": "HS256", "kid": KID}))
    signing_input = f"{header}.{good_token(KeyType.RSA).split('.')[1]}"
    signature = hmac.digest(pem, signing_input.encode(), hashlib.sha256)
    assert code_of(f"{signing_input}.{encode_base64url(signature)}", public_key) == "proof.algorithm_not_allowed"


def test_rs256_with_1024_bits() -> None:
    """A key that can be factored is refused by its size, whatever it signed."""
    native = rsa.generate_private_key(65_537, 1_024)  # noqa: S505 - the weak key is the point
    pem = native.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(BadgeError) as caught:
        PublicKey.from_pem(pem)
    assert caught.value.code == "proof.key_too_small"


P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # FIPS 186-5, SEC 2 §2.4.2


def _der(signature: bytes) -> bytes:
    return encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))


ECDSA_CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "DER": _der,
    "r is 0": lambda s: bytes(32) + s[32:],
    "s is 0": lambda s: s[:32] + bytes(32),
    "r and s are 0": lambda _: bytes(64),
    "r is n": lambda s: P256_ORDER.to_bytes(32) + s[32:],
    "s is n": lambda s: s[:32] + P256_ORDER.to_bytes(32),
    "s is over n": lambda s: s[:32] + b"\xff" * 32,
    "r and s are 1": lambda _: (1).to_bytes(32) + (1).to_bytes(32),
    "swapped": lambda s: s[32:] + s[:32],
    "63 bytes": lambda s: s[:-1],
    "65 bytes": lambda s: s + b"\0",
    "leading zero": lambda s: b"\0" + s,
    "r of 33 bytes, s of 33 bytes": lambda s: b"\0" + s[:32] + b"\0" + s[32:],
    "empty": lambda _: b"",
    "a kilobyte": lambda _: b"\1" * 1_024,
}


@pytest.mark.parametrize("change", ECDSA_CHANGES)
def test_ecdsa_signatures(change: str) -> None:
    """DER, zero, out-of-range and wrongly long ECDSA signatures do not verify."""
    signer = SIGNERS[KeyType.P256]
    header, payload, _ = parts_of(good_token(KeyType.P256))
    signature = signer.sign(f"{header}.{payload}".encode(), algorithm=KeyType.P256.algorithm)
    token = f"{header}.{payload}.{encode_base64url(ECDSA_CHANGES[change](signature))}"
    assert code_of(token, signer.public_key) == "proof.signature_mismatch"


def test_der_signature_made_by_another_library_call() -> None:
    """A well-made DER signature over the right bytes is still the wrong form for JWS (RFC 7518 §3.4)."""
    native = ec.generate_private_key(ec.SECP256R1())
    header, payload, _ = parts_of(good_token(KeyType.P256))
    der = native.sign(f"{header}.{payload}".encode(), ec.ECDSA(hashes.SHA256()))
    token = f"{header}.{payload}.{encode_base64url(der)}"
    assert code_of(token, LocalSigner(native).public_key) == "proof.signature_mismatch"


RSA_CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "zeros": lambda s: bytes(len(s)),
    "ones": lambda s: b"\xff" * len(s),
    "one byte short": lambda s: s[1:],
    "one byte long": lambda s: b"\0" + s,
    "one bit": lambda s: s[:-1] + bytes([s[-1] ^ 1]),
    "empty": lambda _: b"",
}


@pytest.mark.parametrize("change", RSA_CHANGES)
def test_rsa_signatures(change: str) -> None:
    """RSA signatures of another value or length do not verify."""
    signer = SIGNERS[KeyType.RSA]
    header, payload, _ = parts_of(good_token(KeyType.RSA))
    signature = signer.sign(f"{header}.{payload}".encode(), algorithm=KeyType.RSA.algorithm)
    token = f"{header}.{payload}.{encode_base64url(RSA_CHANGES[change](signature))}"
    assert code_of(token, signer.public_key) == "proof.signature_mismatch"


def test_token_of_another_badge() -> None:
    """The signature of one badge does not hold for another of the same issuer."""
    signer = SIGNERS[KeyType.ED25519]
    header, payload, _ = parts_of(good_token(KeyType.ED25519))
    other = sign_vc_jwt({**CREDENTIAL, "id": "urn:uuid:x"}, signer=signer, verification_method=KID)
    assert code_of(f"{header}.{payload}.{parts_of(other)[2]}", signer.public_key) == "proof.signature_mismatch"


def test_attackers_header_key_is_only_a_hint() -> None:
    """A token signed with its own header key verifies under that key only, never under the issuer's (T-19)."""
    attacker, victim = LocalSigner.generate(KeyType.ED25519), SIGNERS[KeyType.ED25519]
    header = encode_base64url(encode_json({"alg": "EdDSA", "jwk": attacker.public_key.jwk}))
    signing_input = f"{header}.{good_token(KeyType.ED25519).split('.')[1]}"
    signature = attacker.sign(signing_input.encode(), algorithm=KeyType.ED25519.algorithm)
    token = f"{signing_input}.{encode_base64url(signature)}"
    assert code_of(token, victim.public_key) == "proof.signature_mismatch"
    verified = verify_vc_jwt(read_vc_jwt(token), public_key=attacker.public_key)
    assert verified.verification_method.endswith(attacker.public_key.thumbprint)
