"""Public keys read strictly and verify only what they signed."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa, x25519

from keys import KeyType, PublicKey, SignatureAlgorithm, decode_base58, decode_base64url
from schemas import KeystoreError, ProofError, SignatureMismatchError, UnacceptedCryptosuiteError
from tests.unit.keys import published

PEM = serialization.Encoding.PEM
SPKI = serialization.PublicFormat.SubjectPublicKeyInfo


def split_token(token: str) -> tuple[bytes, bytes]:
    """Return signing input and signature of a compact JWS."""
    signing_input, _, signature = token.rpartition(".")
    return signing_input.encode("ascii"), decode_base64url(signature)


@pytest.mark.parametrize("vector", published.RFC_8032)
def test_rfc_8032_signatures_verify(vector: published.Rfc8032Vector) -> None:
    """RFC 8032 §7.1: each published signature verifies under its published key."""
    public_key = published.ed25519_signer(vector.seed).public_key
    assert public_key.raw.hex() == vector.public_key
    public_key.verify(
        bytes.fromhex(vector.signature), bytes.fromhex(vector.message), algorithm=SignatureAlgorithm.EDDSA
    )


def test_rfc_7515_a2_rs256_verifies() -> None:
    """RFC 7515 §A.2: the RS256 signature verifies."""
    public_key = PublicKey.from_jwk({"kty": "RSA", "n": published.RFC_7515_A2_MODULUS, "e": "AQAB"})
    signing_input, signature = split_token(published.RFC_7515_A2_TOKEN)
    public_key.verify(signature, signing_input, algorithm=SignatureAlgorithm.RS256)


def test_rfc_7515_a3_es256_verifies() -> None:
    """RFC 7515 §A.3: the ES256 signature verifies."""
    public_key = PublicKey.from_jwk(
        {"kty": "EC", "crv": "P-256", "x": published.RFC_7515_A3_X, "y": published.RFC_7515_A3_Y}
    )
    signing_input, signature = split_token(published.RFC_7515_A3_TOKEN)
    public_key.verify(signature, signing_input, algorithm=SignatureAlgorithm.ES256)


def test_rfc_8037_a4_eddsa_verifies() -> None:
    """RFC 8037 §A.4: the EdDSA signature verifies."""
    public_key = PublicKey.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": published.RFC_8037_X})
    public_key.verify(
        decode_base64url(published.RFC_8037_SIGNATURE),
        published.RFC_8037_SIGNING_INPUT,
        algorithm=SignatureAlgorithm.EDDSA,
    )


def test_rfc_8037_a3_thumbprint() -> None:
    """RFC 8037 §A.3: thumbprint of an Ed25519 key."""
    public_key = PublicKey.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": published.RFC_8037_X})
    assert public_key.thumbprint == published.RFC_8037_THUMBPRINT


def test_rfc_7638_thumbprint() -> None:
    """RFC 7638 §3.1: thumbprint of an RSA key; `alg` and `kid` do not count."""
    jwk = {"kty": "RSA", "n": published.RFC_7638_MODULUS, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"}
    assert PublicKey.from_jwk(dict(jwk)).thumbprint == published.RFC_7638_THUMBPRINT


@pytest.mark.parametrize(("did", "curve", "x", "y"), published.DID_KEY_NIST)
def test_multikey_and_jwk_are_the_same_key(did: str, curve: str, x: str, y: str) -> None:
    """The Multikey in a published did:key is the published JWK, both ways."""
    multikey = did.removeprefix("did:key:")
    public_key = PublicKey.from_multikey(multikey)
    assert public_key.jwk == {"kty": "EC", "crv": curve, "x": x, "y": y}
    assert PublicKey.from_jwk(public_key.jwk).multikey == multikey


@pytest.mark.parametrize(
    ("secret", "public"),
    [
        (published.W3C_SECRET_ED25519, published.W3C_PUBLIC_ED25519),
        (published.W3C_SECRET_P256, published.W3C_PUBLIC_P256),
    ],
)
def test_w3c_key_pairs_belong_together(secret: str, public: str) -> None:
    """The public Multikeys of the W3C vectors come from their secret Multikeys."""
    raw = decode_base58(secret[1:])[2:]
    signer = published.ed25519_signer(raw.hex()) if public.startswith("z6Mk") else published.p256_signer(raw.hex())
    assert signer.public_key.multikey == public


@pytest.mark.parametrize("key_type", KeyType)
def test_pem_round_trip(key_type: KeyType) -> None:
    """A key read from its PEM form is the same key."""
    public_key = published.fresh_signer(key_type).public_key
    native = public_key._native
    assert PublicKey.from_pem(native.public_bytes(PEM, SPKI)) == public_key


def test_unequal_keys_are_unequal() -> None:
    """Two new keys differ."""
    first, second = (published.fresh_signer(KeyType.ED25519, number).public_key for number in (1, 2))
    assert first != second


def test_pem_of_something_else_is_malformed() -> None:
    """Text that is no key is `proof.value_malformed`."""
    with pytest.raises(ProofError) as caught:
        PublicKey.from_pem(b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")
    assert caught.value.code == "proof.value_malformed"


@pytest.mark.parametrize("kind", ["x25519", "secp256k1", "P-521"])
def test_other_kinds_of_keys_are_not_used(kind: str) -> None:
    """X25519, secp256k1 and P-521 keys are `proof.algorithm_not_allowed`."""
    native: x25519.X25519PublicKey | ec.EllipticCurvePublicKey
    if kind == "x25519":
        native = x25519.X25519PrivateKey.generate().public_key()
    else:
        native = ec.generate_private_key(ec.SECP256K1() if kind == "secp256k1" else ec.SECP521R1()).public_key()
    with pytest.raises(UnacceptedCryptosuiteError) as caught:
        PublicKey.from_pem(native.public_bytes(PEM, SPKI))
    assert caught.value.code == "proof.algorithm_not_allowed"


@pytest.mark.parametrize(
    ("key_type", "algorithm"),
    [(kind, algorithm) for kind in KeyType for algorithm in SignatureAlgorithm if algorithm not in kind.algorithms],
)
def test_only_the_algorithm_of_the_key_is_tried(key_type: KeyType, algorithm: SignatureAlgorithm) -> None:
    """A right signature under another algorithm name is refused before it is looked at."""
    signer = published.fresh_signer(key_type)
    signature = signer.sign(b"message", algorithm=key_type.algorithm)
    signer.public_key.verify(signature, b"message", algorithm=key_type.algorithm)
    with pytest.raises(ProofError) as caught:
        signer.public_key.verify(signature, b"message", algorithm=algorithm)
    assert caught.value.code == "proof.algorithm_key_mismatch"


@pytest.mark.parametrize("key_type", KeyType)
def test_another_message_does_not_verify(key_type: KeyType) -> None:
    """A signature holds for its message only."""
    signer = published.fresh_signer(key_type)
    signature = signer.sign(b"message", algorithm=key_type.algorithm)
    with pytest.raises(SignatureMismatchError):
        signer.public_key.verify(signature, b"messagf", algorithm=key_type.algorithm)


@pytest.mark.parametrize("key_type", KeyType)
def test_another_key_does_not_verify(key_type: KeyType) -> None:
    """A signature holds for its key only."""
    signature = published.fresh_signer(key_type).sign(b"message", algorithm=key_type.algorithm)
    with pytest.raises(SignatureMismatchError):
        published.fresh_signer(key_type, 2).public_key.verify(signature, b"message", algorithm=key_type.algorithm)


def test_rsa_of_1024_bits_is_too_small() -> None:
    """An RSA key under 2,048 bits is `proof.key_too_small`."""
    native = rsa.generate_private_key(65_537, 1_024).public_key()  # noqa: S505 - the weak key is the point
    with pytest.raises(ProofError) as caught:
        PublicKey.from_pem(native.public_bytes(PEM, SPKI))
    assert caught.value.code == "proof.key_too_small"


@pytest.mark.parametrize("exponent", [b"\x01", b"\x03", b"\x01\x00\x00", b"\x04\x00\x00\x00\x01"])
def test_rsa_exponent_out_of_bounds(exponent: bytes) -> None:
    """Exponents that are tiny, even or huge are malformed (FIPS 186-5 §5.1)."""
    encoded = {b"\x01": "AQ", b"\x03": "Aw", b"\x01\x00\x00": "AQAA", b"\x04\x00\x00\x00\x01": "BAAAAAE"}[exponent]
    with pytest.raises(ProofError) as caught:
        PublicKey.from_jwk({"kty": "RSA", "n": published.RFC_7638_MODULUS, "e": encoded})
    assert caught.value.code == "proof.value_malformed"


def test_rsa_has_no_multikey() -> None:
    """RSA has no Multikey form."""
    public_key = PublicKey.from_jwk({"kty": "RSA", "n": published.RFC_7638_MODULUS, "e": "AQAB"})
    with pytest.raises(KeystoreError) as caught:
        _ = public_key.multikey
    assert caught.value.code == "key.no_multikey"


def test_dsa_key_is_not_used() -> None:
    """A DSA key in PEM form is `proof.algorithm_not_allowed`."""
    native = dsa.generate_private_key(2_048).public_key()
    with pytest.raises(UnacceptedCryptosuiteError) as caught:
        PublicKey.from_pem(native.public_bytes(PEM, SPKI))
    assert caught.value.code == "proof.algorithm_not_allowed"
