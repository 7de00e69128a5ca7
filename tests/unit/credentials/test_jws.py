"""Compact JWS: the published values, and nothing else than one strict form."""

from __future__ import annotations

import pytest

from credentials.jws import read_compact_jws, sign_compact_jws, verify_compact_jws
from keys import KeyType, LocalSigner, SignatureAlgorithm, encode_base64url
from schemas import BadgeError, encode_json
from tests.unit.keys import published
from tests.unit.keys.published import fresh_signer

KID = "https://issuer.example.org/issuers/weld#key-1"


@pytest.mark.parametrize("key_type", KeyType)
def test_sign_and_verify(key_type: KeyType) -> None:
    """What a key signs verifies under it, byte for byte."""
    signer = fresh_signer(key_type)
    jws = read_compact_jws(sign_compact_jws(b'{"a":1}', signer=signer, kid=KID))
    verify_compact_jws(jws, public_key=signer.public_key)
    assert (jws.payload, jws.kid, jws.jwk) == (b'{"a":1}', KID, None)


@pytest.mark.parametrize(
    ("key_type", "name"),
    [(KeyType.RSA, "RS256"), (KeyType.P256, "ES256"), (KeyType.P384, "ES384"), (KeyType.ED25519, "EdDSA")],
)
def test_header_is_what_open_badges_asks_for(key_type: KeyType, name: str) -> None:
    """The header is `alg`, `kid` and `typ: JWT`, and nothing more (OB 3.0 §8.2.3)."""
    jws = read_compact_jws(sign_compact_jws(b"{}", signer=fresh_signer(key_type), kid=KID))
    assert jws.header == {"alg": name, "kid": KID, "typ": "JWT"}


def test_rfc_8037_signature_comes_out() -> None:
    """RFC 8037 §A.4: the published key signs the published input to the published value."""
    signer = published.ed25519_signer(published.RFC_8032[0].seed)
    signature = signer.sign(published.RFC_8037_SIGNING_INPUT, algorithm=SignatureAlgorithm.EDDSA)
    assert encode_base64url(signature) == published.RFC_8037_SIGNATURE


@pytest.mark.parametrize("token", [published.RFC_7515_A2_TOKEN, published.RFC_7515_A3_TOKEN])
def test_a_token_that_names_no_key_is_refused(token: str) -> None:
    """The RFC 7515 examples name no key: Open Badges asks for `kid` or `jwk`."""
    with pytest.raises(BadgeError) as caught:
        read_compact_jws(token)
    assert caught.value.code == "proof.header_malformed"


def test_the_new_name_of_eddsa_is_read() -> None:
    """`Ed25519` (RFC 9864) means the same as `EdDSA`."""
    signer = LocalSigner.generate(KeyType.ED25519)
    header = encode_base64url(encode_json({"alg": "Ed25519", "kid": KID}))
    signing_input = f"{header}.{encode_base64url(b'{}')}"
    signature = signer.sign(signing_input.encode(), algorithm=SignatureAlgorithm.EDDSA)
    jws = read_compact_jws(f"{signing_input}.{encode_base64url(signature)}")
    verify_compact_jws(jws, public_key=signer.public_key)
    assert jws.algorithm is SignatureAlgorithm.EDDSA


def test_header_key_is_read_as_a_hint() -> None:
    """A `jwk` in the header is read; whether it is the issuer's is not decided here."""
    public_key = LocalSigner.generate(KeyType.P256).public_key
    header = encode_base64url(encode_json({"alg": "ES256", "jwk": public_key.jwk, "typ": "vc+jwt"}))
    jws = read_compact_jws(f"{header}.e30.AAAA")
    assert (jws.kid, jws.jwk) == (None, public_key)


def test_over_256_kib_is_not_made() -> None:
    """A token that no verifier would take is not signed."""
    with pytest.raises(BadgeError) as caught:
        sign_compact_jws(b"x" * 200_000, signer=LocalSigner.generate(KeyType.ED25519), kid=KID)
    assert caught.value.code == "decoding.too_large"


def test_bytes_and_text_are_read_alike() -> None:
    """A token as bytes is the same token."""
    token = sign_compact_jws(b"{}", signer=LocalSigner.generate(KeyType.ED25519), kid=KID)
    assert read_compact_jws(token) == read_compact_jws(token.encode())
