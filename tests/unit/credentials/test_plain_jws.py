"""Compact JWS as Open Badges 2.0 writes it, read strictly (RFC 7515 §7.1)."""

from __future__ import annotations

import base64
import json

import pytest

from credentials import read_plain_jws, verify_compact_jws
from keys import PublicKey, SignatureAlgorithm
from schemas import BadgeError, JsonObject
from tests.doubles.old_badges import public_pem, sign_rs256


def _token(header: JsonObject) -> bytes:
    parts = (json.dumps(header).encode(), b"{}", b"signature")
    return b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)


def test_signed_by_an_independent_tool() -> None:
    """A token that `cryptography` signed is read and verifies; nothing of its header names the key."""
    jws = read_plain_jws(sign_rs256({"id": "urn:x:1"}, header={"alg": "RS256", "kid": "1"}))
    verify_compact_jws(jws, public_key=PublicKey.from_pem(public_pem().encode()))
    assert (jws.algorithm, jws.kid, jws.jwk, json.loads(jws.payload)) == (
        SignatureAlgorithm.RS256,
        None,
        None,
        {"id": "urn:x:1"},
    )


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (b"", "decoding.jwt_malformed"),
        (b"a.b", "decoding.jwt_malformed"),
        (b"a.b.c.d", "decoding.jwt_malformed"),
        (b"e30..e30", "decoding.jwt_malformed"),
        (b"\xff.e30.e30", "decoding.jwt_malformed"),
        (b"e30." * 100_000, "decoding.too_large"),
        (b"e3 0.e30.e30", "decoding.base64_not_canonical"),
        (_token({}), "proof.algorithm_not_allowed"),
        (_token({"alg": "none"}), "proof.algorithm_not_allowed"),
        (_token({"alg": "RS256", "x5u": "https://x.example.org/"}), "proof.header_not_allowed"),
    ],
)
def test_refused(token: bytes, code: str) -> None:
    """Another number of segments, another spelling, another algorithm or another member."""
    with pytest.raises(BadgeError) as caught:
        read_plain_jws(token)
    assert caught.value.code == code
