"""Hostile JWTs: each wrong header, key, segment or signature gives its code (security plan §6 B, T-19, T-20, T-65)."""

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
from tests.doubles.cost import within_cost

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas import JsonObject, JsonValue

ISSUER = "did:web:victim.example.edu"
KID = f"{ISSUER}#key-1"
CREDENTIAL: JsonObject = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
    "type": ["VerifiableCredential"],
    "issuer": {"id": ISSUER},
    "validFrom": "2026-06-01T09:00:00Z",
    "credentialSubject": {"id": "urn:uuid:00000000-0000-4000-8000-000000000002"},
}
SIGNERS = {key_type: LocalSigner.generate(key_type) for key_type in (KeyType.ED25519, KeyType.P256, KeyType.RSA)}
MAX_COST = 3.0  # yardsticks, for one refusal


def good_token(key_type: KeyType) -> str:
    """Return a genuine badge."""
    return sign_vc_jwt(CREDENTIAL, signer=SIGNERS[key_type], verification_method=KID)


def token_with(header: JsonValue, key_type: KeyType) -> str:
    """Return a badge under another header, signed by the right key over what it carries."""
    signer = SIGNERS[key_type]
    payload = good_token(key_type).split(".")[1]
    signing_input = f"{encode_base64url(encode_json(header))}.{payload}"
    return f"{signing_input}.{encode_base64url(signer.sign(signing_input.encode(), algorithm=key_type.algorithm))}"


def code_of(token: str | bytes, public_key: PublicKey) -> str:
    """Return the code of the refusal, and see that it cost little."""

    def refuse() -> str:
        with pytest.raises(BadgeError) as caught:
            verify_vc_jwt(read_vc_jwt(token), public_key=public_key)
        return caught.value.code

    return within_cost(MAX_COST, refuse)


NOT_ALLOWED = "proof.algorithm_not_allowed"
MISMATCH = "proof.algorithm_key_mismatch"
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
    "ES512",
    "ES256K",
    "RS1",
    "PS384",
    "PS512",
    "Ed448",
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
def test_algorithm_missing(key_type: KeyType) -> None:
    """A header without `alg` is refused."""
    assert code_of(token_with({"kid": KID}, key_type), SIGNERS[key_type].public_key) == NOT_ALLOWED


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


def test_hs256_keyed_with_the_public_key() -> None:
    """The public key's PEM as an HMAC secret proves nothing."""
    public_key = SIGNERS[KeyType.RSA].public_key
    pem = public_key._native.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    header = encode_base64url(encode_json({"alg": "HS256", "kid": KID}))
    signing_input = f"{header}.{good_token(KeyType.RSA).split('.')[1]}"
    signature = hmac.digest(pem, signing_input.encode(), hashlib.sha256)
    assert code_of(f"{signing_input}.{encode_base64url(signature)}", public_key) == NOT_ALLOWED


def test_rs256_with_1024_bits() -> None:
    """A key that can be factored is refused by its size, whatever it signed."""
    native = rsa.generate_private_key(65_537, 1_024)  # noqa: S505 - the weak key is the point
    pem = native.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(BadgeError) as caught:
        PublicKey.from_pem(pem)
    assert caught.value.code == "proof.key_too_small"


def _parts(token: str) -> tuple[str, str, str]:
    header, payload, signature = token.split(".")
    return header, payload, signature


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
    token = change(*_parts(good_token(KeyType.ED25519)))
    assert code_of(token, SIGNERS[KeyType.ED25519].public_key) == code


def test_token_over_256_kib() -> None:
    """A padded token is refused by its size before it is parsed."""
    token = good_token(KeyType.ED25519) + "A" * 300_000
    assert code_of(token, SIGNERS[KeyType.ED25519].public_key) == "decoding.too_large"


def test_a_deeply_nested_payload() -> None:
    """A payload of 100,000 brackets is refused by its depth."""
    header, _, signature = _parts(good_token(KeyType.ED25519))
    token = f"{header}.{encode_base64url(b'[' * 100_000)}.{signature}"
    assert code_of(token, SIGNERS[KeyType.ED25519].public_key) == "decoding.too_deep"


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
    header, payload, _ = _parts(good_token(KeyType.P256))
    signature = signer.sign(f"{header}.{payload}".encode(), algorithm=KeyType.P256.algorithm)
    token = f"{header}.{payload}.{encode_base64url(ECDSA_CHANGES[change](signature))}"
    assert code_of(token, signer.public_key) == "proof.signature_mismatch"


def test_der_signature_made_by_another_library_call() -> None:
    """A well-made DER signature over the right bytes is still the wrong form for JWS (RFC 7518 §3.4)."""
    native = ec.generate_private_key(ec.SECP256R1())
    header, payload, _ = _parts(good_token(KeyType.P256))
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
    header, payload, _ = _parts(good_token(KeyType.RSA))
    signature = signer.sign(f"{header}.{payload}".encode(), algorithm=KeyType.RSA.algorithm)
    token = f"{header}.{payload}.{encode_base64url(RSA_CHANGES[change](signature))}"
    assert code_of(token, signer.public_key) == "proof.signature_mismatch"


def test_token_of_another_badge() -> None:
    """The signature of one badge does not hold for another of the same issuer."""
    signer = SIGNERS[KeyType.ED25519]
    header, payload, _ = _parts(good_token(KeyType.ED25519))
    other = sign_vc_jwt({**CREDENTIAL, "id": "urn:uuid:x"}, signer=signer, verification_method=KID)
    assert code_of(f"{header}.{payload}.{_parts(other)[2]}", signer.public_key) == "proof.signature_mismatch"


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
