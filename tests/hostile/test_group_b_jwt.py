"""Hostile JWTs: each wrong header, key, segment or signature gives its code (security plan §6 B, T-19, T-20, T-65)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keys import KeyType, encode_base64url
from tests.doubles.victim_tokens import ISSUER, KID, SIGNERS, code_of, good_token, parts_of, token_with

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas import JsonObject, JsonValue


NOT_ALLOWED = "proof.algorithm_not_allowed"
HEADER = "proof.header_not_allowed"
MALFORMED = "proof.header_malformed"
ALGORITHMS: tuple[JsonValue, ...] = (
    "none",
    "None",
    "NONE",
    "nOnE",
    "",
    " ",
    "HS256",
    "HS384",
    "HS512",
    "RS1",
    "eddsa",
    "es256",
    "EdDSA ",
    "RSA-OAEP",
    "dir",
    "ML-DSA-44",
    None,
    True,
    0,
    1.5,
    ["EdDSA"],
    {"EdDSA": 1},
)


@pytest.mark.parametrize("key_type", SIGNERS)
@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=repr)
def test_algorithm_names(algorithm: JsonValue, key_type: KeyType) -> None:
    """Whatever is not one of our names is refused, with each kind of key."""
    token = token_with({"alg": algorithm, "kid": KID}, key_type)
    assert code_of(token, SIGNERS[key_type].public_key) == NOT_ALLOWED


@pytest.mark.parametrize("key_type", SIGNERS)
@pytest.mark.parametrize("algorithm", ["ES512", "ES256K", "PS384", "PS512", "Ed448"])
def test_sound_algorithms_that_are_not_read(algorithm: str, key_type: KeyType) -> None:
    """Registered public-key signatures that are not read here: could not check, whatever key is at hand."""
    token = token_with({"alg": algorithm, "kid": KID}, key_type)
    assert code_of(token, SIGNERS[key_type].public_key) == "proof.algorithm_unsupported"


@pytest.mark.parametrize("key_type", SIGNERS)
def test_algorithm_missing(key_type: KeyType) -> None:
    """A header without `alg` is refused."""
    assert code_of(token_with({"kid": KID}, key_type), SIGNERS[key_type].public_key) == NOT_ALLOWED


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("crit", ["exp"]),
        ("crit", []),
        ("b64", False),
        ("b64", True),
        ("zip", "DEF"),
        ("jku", "https://127.0.0.1/keys"),
        ("x5u", "https://127.0.0.1/cert"),
        ("x5c", ["AAAA"]),
        ("x5t", "AAAA"),
        ("x5t#S256", "AAAA"),
        ("cty", "JWT"),
        ("enc", "A128GCM"),
        ("epk", {}),
        ("iss", ISSUER),
        ("nonce", "1"),
        ("url", "https://victim.example.edu/"),
        ("ALG", "none"),
        ("Kid", KID),
        ("__proto__", {}),
        ("", ""),
    ],
)
@pytest.mark.parametrize("key_type", SIGNERS)
def test_further_header_parameters(name: str, value: JsonValue, key_type: KeyType) -> None:
    """Only alg, kid, jwk and typ may stand in the header; nothing that points elsewhere is followed."""
    header: JsonObject = {"alg": key_type.algorithm.value, "kid": KID, name: value}
    assert code_of(token_with(header, key_type), SIGNERS[key_type].public_key) == HEADER


@pytest.mark.parametrize(
    "kid",
    [
        7,
        None,
        [KID],
        {},
        "",
        "key-1",
        "#key-1",
        "../../etc/passwd",
        "/etc/passwd",
        "C:",
        "did:web:victim.example.edu #key",
        "did:web:victim.example.edu\n#key",
        "did:web:victim.example.edu\u0000",
        "did:web:victim.example.edu#kéy",
        "did:x:" + "a" * 3_000,
    ],
    ids=repr,
)
def test_kid_is_an_absolute_uri(kid: JsonValue) -> None:
    """A `kid` that is no absolute URI, or endless, is refused."""
    token = token_with({"alg": "EdDSA", "kid": kid}, KeyType.ED25519)
    assert code_of(token, SIGNERS[KeyType.ED25519].public_key) == MALFORMED


def test_kid_of_a_megabyte() -> None:
    """A header beyond 8 KiB is not read, and a token beyond 256 KiB is not touched."""
    token = token_with({"alg": "EdDSA", "kid": "did:x:" + "a" * 1_000_000}, KeyType.ED25519)
    assert code_of(token, SIGNERS[KeyType.ED25519].public_key) == "decoding.too_large"
    token = token_with({"alg": "EdDSA", "kid": "did:x:" + "a" * 9_000}, KeyType.ED25519)
    assert code_of(token, SIGNERS[KeyType.ED25519].public_key) == "decoding.too_large"


@pytest.mark.parametrize(
    "kind", ["", "JOSE", "at+jwt", "vp+jwt", "dc+sd-jwt", "vc+ld+json+jwt", 1, None, ["JWT"]], ids=repr
)
def test_other_types_of_token(kind: JsonValue) -> None:
    """A token that says it is something else is not read as a badge."""
    token = token_with({"alg": "EdDSA", "kid": KID, "typ": kind}, KeyType.ED25519)
    assert code_of(token, SIGNERS[KeyType.ED25519].public_key) == MALFORMED


@pytest.mark.parametrize(
    ("jwk", "code"),
    [
        ("x", MALFORMED),
        (None, MALFORMED),
        ([], MALFORMED),
        ({}, NOT_ALLOWED),
        ({"kty": "oct", "k": "AAAA"}, NOT_ALLOWED),
        ({"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}, "proof.value_malformed"),
        ({"kty": "OKP", "crv": "Ed25519", "x": "AAAA", "d": "AAAA"}, "proof.key_private_member"),
        ({"kty": "RSA", "n": "_" * 168, "e": "AQAB"}, "proof.key_too_small"),
    ],
    ids=repr,
)
def test_header_keys(jwk: JsonValue, code: str) -> None:
    """A `jwk` that is no good public key is refused before anything is verified with it."""
    token = token_with({"alg": "EdDSA", "jwk": jwk}, KeyType.ED25519)
    assert code_of(token, SIGNERS[KeyType.ED25519].public_key) == code


def _spare_bits(text: str) -> str:
    """Return another spelling of the same bytes: the last character's unused bits set."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return text[:-1] + alphabet[alphabet.index(text[-1]) + 1]


TWO_ALGORITHMS = encode_base64url(b'{"alg":"EdDSA","alg":"none","kid":"did:x:y"}')
TWO_ISSUERS = encode_base64url(b'{"issuer":"a","issuer":"b"}')
LONE_SURROGATE = encode_base64url(b'{"name":"\\ud800"}')
NOT_A_NUMBER = encode_base64url(b'{"nbf":NaN}')
SHAPES: dict[str, tuple[Callable[[str, str, str], str], str]] = {
    "no dot": (lambda h, p, s: h + p + s, "decoding.jwt_malformed"),
    "one dot": (lambda h, p, _: f"{h}.{p}", "decoding.jwt_malformed"),
    "four segments": (lambda h, p, s: f"{h}.{p}.{s}.", "decoding.jwt_malformed"),
    "five segments, as JWE": (lambda h, p, s: f"{h}.{p}.{s}.{s}.{s}", "decoding.jwt_malformed"),
    "no header": (lambda _, p, s: f".{p}.{s}", "decoding.jwt_malformed"),
    "no payload": (lambda h, _, s: f"{h}..{s}", "decoding.jwt_malformed"),
    "SD-JWT": (lambda h, p, s: f"{h}.{p}.{s}~", "decoding.jwt_malformed"),
    "JSON serialization": (lambda _, p, __: f'{{"payload":"{p}","signatures":[]}}', "decoding.jwt_malformed"),
    "JSON with dots": (lambda h, p, s: f'{{"a":"{h}.{p}.{s}"}}', "decoding.jwt_malformed"),
    "empty": (lambda *_: "", "decoding.jwt_malformed"),
    "not ASCII": (lambda h, p, s: f"{h}.{p}.{s}é", "decoding.jwt_malformed"),
    "padded signature": (lambda h, p, s: f"{h}.{p}.{s}==", "decoding.base64_not_canonical"),
    "padded header": (lambda h, p, s: f"{h}=.{p}.{s}", "decoding.base64_not_canonical"),
    "line feed at the end": (lambda h, p, s: f"{h}.{p}.{s}\n", "decoding.base64_not_canonical"),
    "blank in front": (lambda h, p, s: f" {h}.{p}.{s}", "decoding.base64_not_canonical"),
    "plus sign": (lambda h, p, s: f"{h}.{p}.+{s[1:]}", "decoding.base64_not_canonical"),
    "slash": (lambda h, p, s: f"{h}.{p}./{s[1:]}", "decoding.base64_not_canonical"),
    "spare bits": (lambda h, p, s: f"{h}.{p}.{_spare_bits(s)}", "decoding.base64_not_canonical"),
    "no signature": (lambda h, p, _: f"{h}.{p}.", "proof.signature_mismatch"),
    "signature cut": (lambda h, p, s: f"{h}.{p}.{s[:-2]}", "proof.signature_mismatch"),
    "signature of zeros": (lambda h, p, _: f"{h}.{p}.{'A' * 86}", "proof.signature_mismatch"),
    "signature twice": (lambda h, p, s: f"{h}.{p}.{s[:-2]}{s}", "proof.signature_mismatch"),
    "payload is an array": (lambda h, _, s: f"{h}.W10.{s}", "decoding.not_object"),
    "payload is text": (lambda h, _, s: f"{h}.ImEi.{s}", "decoding.not_object"),
    "payload is no JSON": (lambda h, _, s: f"{h}.YQ.{s}", "decoding.not_json"),
    "header is an array": (lambda _, p, s: f"W10.{p}.{s}", "decoding.not_object"),
    "header names alg twice": (
        lambda _, p, s: f"{TWO_ALGORITHMS}.{p}.{s}",
        "decoding.duplicate_key",
    ),
    "payload names issuer twice": (
        lambda h, _, s: f"{h}.{TWO_ISSUERS}.{s}",
        "decoding.duplicate_key",
    ),
    "payload with a lone surrogate": (
        lambda h, _, s: f"{h}.{LONE_SURROGATE}.{s}",
        "decoding.lone_surrogate",
    ),
    "payload with NaN": (lambda h, _, s: f"{h}.{NOT_A_NUMBER}.{s}", "decoding.number_out_of_range"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_of_tokens(shape: str) -> None:
    """Every other shape or spelling of a genuine token is refused with its code."""
    change, code = SHAPES[shape]
    token = change(*parts_of(good_token(KeyType.ED25519)))
    assert code_of(token, SIGNERS[KeyType.ED25519].public_key) == code


def test_token_over_256_kib() -> None:
    """A padded token is refused by its size before it is parsed."""
    token = good_token(KeyType.ED25519) + "A" * 300_000
    assert code_of(token, SIGNERS[KeyType.ED25519].public_key) == "decoding.too_large"


def test_a_deeply_nested_payload() -> None:
    """A payload of 100,000 brackets is refused by its depth."""
    header, _, signature = parts_of(good_token(KeyType.ED25519))
    token = f"{header}.{encode_base64url(b'[' * 100_000)}.{signature}"
    assert code_of(token, SIGNERS[KeyType.ED25519].public_key) == "decoding.too_deep"
