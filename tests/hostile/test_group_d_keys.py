"""Hostile keys and identifiers (security plan §6 D, T-21, T-22, T-24): each gives its code, quickly."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from keys import (
    FetchedDocument,
    FirstPartyFetcher,
    KeyType,
    LocalSigner,
    OfflineFetcher,
    PublicKey,
    SignatureAlgorithm,
    encode_base58,
    encode_base64url,
    resolve_controller_document,
    system_clock,
)
from schemas import BadgeError
from tests.doubles.cost import within_cost
from tests.unit.keys import published

if TYPE_CHECKING:
    from schemas import JsonObject

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493  # RFC 8032 §5.1
D = -121665 * pow(121666, -1, PRIME) % PRIME
MAX_COST = 0.4  # yardsticks, for one refusal (T-22)
MAX_DOCUMENT_COST = 6.0  # yardsticks
# y of the four points of order 8; the first test below shows that they are.
ORDER_8_Y = (
    0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
    0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
)
Point = tuple[int, int]


def add(first: Point, second: Point) -> Point:
    """Add two points of edwards25519 by the textbook formula (RFC 8032 §5.1.4, affine)."""
    (x1, y1), (x2, y2) = first, second
    product = D * x1 * x2 * y1 * y2 % PRIME
    x = (x1 * y2 + x2 * y1) * pow(1 + product, -1, PRIME) % PRIME
    y = (y1 * y2 + x1 * x2) * pow(1 - product, -1, PRIME) % PRIME
    return x, y


def points_with(y: int) -> list[Point]:
    """Return the points of edwards25519 with this y: none, one or two."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, PRIME) % PRIME
    root = pow(square, (PRIME + 3) // 8, PRIME)
    if root * root % PRIME != square:
        root = root * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    if root * root % PRIME != square:
        return []
    return [(x, y) for x in sorted({root, -root % PRIME})]


def encode_point(point: Point) -> bytes:
    """Encode a point (RFC 8032 §5.1.2)."""
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


SMALL_ORDER_POINTS = [point for y in (0, 1, PRIME - 1, *ORDER_8_Y) for point in points_with(y)]


def ed25519_key(raw: bytes) -> PublicKey:
    """Read a raw Ed25519 key through its Multikey form."""
    return PublicKey.from_multikey("z" + encode_base58(b"\xed\x01" + raw))


def code_of_key(text: str) -> str:
    """Return the code with which a Multikey is refused, and see that it cost little."""

    def refuse() -> str:
        with pytest.raises(BadgeError) as caught:
            PublicKey.from_multikey(text)
        return caught.value.code

    return within_cost(MAX_COST, refuse)


def test_the_eight_small_points_are_those() -> None:
    """The list is complete: eight points, and eight times each is the neutral element."""
    assert len(SMALL_ORDER_POINTS) == 8
    for point in SMALL_ORDER_POINTS:
        double = add(point, point)
        quadruple = add(double, double)
        assert add(quadruple, quadruple) == (0, 1)


@pytest.mark.parametrize("point", SMALL_ORDER_POINTS)
def test_small_order_keys_sign_nothing(point: Point) -> None:
    """A key of small order, with the signature that fits every message, does not verify."""
    neutral = encode_point((0, 1))
    public_key = ed25519_key(encode_point(point))
    for r_point in SMALL_ORDER_POINTS:
        signature = encode_point(r_point) + bytes(32)
        with pytest.raises(BadgeError) as caught:
            public_key.verify(signature, b"any badge", algorithm=SignatureAlgorithm.EDDSA)
        assert caught.value.code == "proof.signature_mismatch"
    with pytest.raises(BadgeError) as caught:
        public_key.verify(neutral + bytes(32), b"any badge", algorithm=SignatureAlgorithm.EDDSA)
    assert caught.value.code == "proof.signature_mismatch"


def test_the_attack_on_small_order_keys_is_real() -> None:
    """Without the rule, a key of small order with signature zero verifies: the library alone lets it pass."""
    neutral = encode_point((0, 1))
    native = ed25519.Ed25519PublicKey.from_public_bytes(neutral)
    native.verify(neutral + bytes(32), b"any badge")


@pytest.mark.parametrize("y", [PRIME, PRIME + 1, PRIME + 2, 2**255 - 1])
@pytest.mark.parametrize("sign", [0, 1])
def test_keys_in_another_spelling(y: int, sign: int) -> None:
    """Y ≥ p is another spelling of a key: malformed."""
    raw = (y | sign << 255).to_bytes(32, "little")
    assert code_of_key("z" + encode_base58(b"\xed\x01" + raw)) == "proof.value_malformed"


def test_signature_with_a_second_s() -> None:
    """S + L verifies by the equation but is not reduced: refused (RFC 8032 §5.1.7)."""
    vector = published.RFC_8032[2]
    signature = bytes.fromhex(vector.signature)
    second = int.from_bytes(signature[32:], "little") + ORDER
    public_key = published.ed25519_signer(vector.seed).public_key
    with pytest.raises(BadgeError) as caught:
        public_key.verify(
            signature[:32] + second.to_bytes(32, "little"),
            bytes.fromhex(vector.message),
            algorithm=SignatureAlgorithm.EDDSA,
        )
    assert caught.value.code == "proof.signature_mismatch"


def test_signature_with_r_in_another_spelling() -> None:
    """R with y + p is not taken for R: made by hand for R = (0, 1)."""
    seed = bytes.fromhex(published.RFC_8032[0].seed)
    public_key = published.ed25519_signer(published.RFC_8032[0].seed).public_key
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & ((1 << 254) - 8) | (1 << 254)
    codes = []
    for r_encoded in (encode_point((0, 1)), (PRIME + 1).to_bytes(32, "little")):
        challenge = int.from_bytes(hashlib.sha512(r_encoded + public_key.raw + b"m").digest(), "little")
        signature = r_encoded + (challenge * scalar % ORDER).to_bytes(32, "little")
        try:
            public_key.verify(signature, b"m", algorithm=SignatureAlgorithm.EDDSA)
            codes.append("verified")
        except BadgeError as error:
            codes.append(error.code)
    assert codes == ["verified", "proof.signature_mismatch"]


@pytest.mark.parametrize("length", [0, 1, 32, 63, 65, 96, 128])
def test_ed25519_signatures_of_another_length(length: int) -> None:
    """Only 64 bytes are an Ed25519 signature."""
    public_key = published.ed25519_signer(published.RFC_8032[0].seed).public_key
    with pytest.raises(BadgeError) as caught:
        public_key.verify(bytes(length), b"", algorithm=SignatureAlgorithm.EDDSA)
    assert caught.value.code == "proof.signature_mismatch"


@pytest.mark.parametrize("position", range(0, 512, 37))
def test_one_bit_of_an_ed25519_signature(position: int) -> None:
    """Every flipped bit spoils the signature."""
    vector = published.RFC_8032[1]
    flipped = int.from_bytes(bytes.fromhex(vector.signature)) ^ (1 << position)
    with pytest.raises(BadgeError) as caught:
        published.ed25519_signer(vector.seed).public_key.verify(
            flipped.to_bytes(64), bytes.fromhex(vector.message), algorithm=SignatureAlgorithm.EDDSA
        )
    assert caught.value.code == "proof.signature_mismatch"


def multikey(prefix: str, raw: bytes) -> str:
    """Return Multikey text of any prefix and content."""
    return "z" + encode_base58(bytes.fromhex(prefix) + raw)


GENERATOR_X = bytes.fromhex("6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296")  # SEC 2 §2.4.2
GENERATOR_Y = bytes.fromhex("4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "proof.value_malformed"),
        ("z", "proof.value_malformed"),
        ("z" + "1" * 100_000, "proof.value_malformed"),
        ("u7QHXWpgBgrEKt9VL_tPJZAc6DuFy89qmIyWvAhpo9wdRGg", "proof.value_malformed"),
        ("f" + "ed01" + "00" * 32, "proof.value_malformed"),
        ("M7QE=", "proof.value_malformed"),
        (multikey("ed01", bytes(31)), "proof.value_malformed"),
        (multikey("ed01", bytes(33)), "proof.value_malformed"),
        (multikey("8024", b"\x02" + bytes(31)), "proof.value_malformed"),
        (multikey("8024", b"\x02" + bytes(33)), "proof.value_malformed"),
        (multikey("8024", b"\x04" + GENERATOR_X), "proof.value_malformed"),
        (multikey("8024", b"\x05" + GENERATOR_X), "proof.value_malformed"),
        (multikey("8024", b"\x00" + GENERATOR_X), "proof.value_malformed"),
        (multikey("8024", b"\x04" + GENERATOR_X + GENERATOR_Y), "proof.value_malformed"),  # uncompressed
        (multikey("8024", b"\x02" + b"\xff" * 32), "proof.value_malformed"),  # x ≥ p
        (multikey("8024", b"\x02" + bytes(31) + b"\x01"), "proof.value_malformed"),  # no point has x = 1
        (multikey("8124", b"\x02" + b"\xff" * 48), "proof.value_malformed"),
        (multikey("8026", bytes(32)), "proof.key_private_member"),
        (multikey("8626", bytes(32)), "proof.key_private_member"),
        (multikey("8726", bytes(48)), "proof.key_private_member"),
        (multikey("ec01", bytes(32)), "proof.algorithm_not_allowed"),  # X25519
        (multikey("e701", b"\x02" + bytes(32)), "proof.algorithm_not_allowed"),  # secp256k1
        (multikey("8224", b"\x02" + bytes(66)), "proof.algorithm_not_allowed"),  # P-521
        (multikey("eb01", bytes(67)), "proof.algorithm_not_allowed"),  # BLS12-381
        (multikey("ed00", bytes(32)), "proof.algorithm_not_allowed"),
        (multikey("0100", bytes(32)), "proof.algorithm_not_allowed"),
    ],
)
def test_multikeys(text: str, code: str) -> None:
    """Wrong prefix, length, multibase, form or point: refused within five milliseconds."""
    assert code_of_key(text) == code


def did_jwk(jwk: JsonObject) -> str:
    """Return the did:jwk of a JWK."""
    return "did:jwk:" + encode_base64url(json.dumps(jwk).encode())


ATTACKER = LocalSigner.generate(KeyType.ED25519).public_key


@pytest.mark.parametrize(
    ("did", "code"),
    [
        (did_jwk({"kty": "oct", "k": "c2VjcmV0"}), "proof.algorithm_not_allowed"),
        (did_jwk({**ATTACKER.jwk, "d": "AAAA"}), "proof.key_private_member"),
        (did_jwk({**ATTACKER.jwk, "use": "enc"}), "proof.algorithm_not_allowed"),
        ("did:jwk:eyJrdHkiOiJPS1AiLCJrdHkiOiJSU0EifQ", "proof.value_malformed"),  # `kty` twice
        ("did:jwk:W10", "proof.value_malformed"),
        ("did:plc:z72i7hdynmk6r22z27h6tvur", "issuer.did_method_unsupported"),
        ("did:", "issuer.did_method_unsupported"),
        ("did:KEY:" + ATTACKER.multikey, "issuer.did_method_unsupported"),
        ("did:key:" + ATTACKER.multikey + "#" + ATTACKER.multikey, "proof.value_malformed"),
        ("did:key:" + ATTACKER.multikey + " ", "proof.value_malformed"),
        ("did:web:127.0.0.1:..", "issuer.did_malformed"),
        ("javascript:alert(1)", "issuer.did_method_unsupported"),
        ("file:///etc/passwd", "issuer.did_method_unsupported"),
    ],
)
def test_identifiers(did: str, code: str) -> None:
    """Identifiers that hide a wrong key, or none, are refused without a look outside."""
    with pytest.raises(BadgeError) as caught:
        resolve_controller_document(did, fetcher=OfflineFetcher())
    assert caught.value.code == code


def test_a_document_of_four_hundred_keys_is_read_quickly() -> None:
    """A 64 KiB document full of P-256 keys costs little."""
    did = "did:web:issuer.example.org"
    keys = [
        published.DID_KEY_NIST[0][0].removeprefix("did:key:"),
        published.DID_KEY_NIST[1][0].removeprefix("did:key:"),
    ]
    methods = [
        {"id": f"#{number}", "type": "Multikey", "controller": did, "publicKeyMultibase": keys[number % 2]}
        for number in range(400)
    ]
    body = json.dumps({"id": did, "verificationMethod": methods}, separators=(",", ":")).encode()
    assert len(body) < 65_536
    known = FetchedDocument(url="", body=body, media_type="application/json", fetched_at=system_clock())
    fetcher = FirstPartyFetcher(lambda _: known, OfflineFetcher())
    document = within_cost(MAX_DOCUMENT_COST, lambda: resolve_controller_document(did, fetcher=fetcher))
    assert len(document.methods) == 400
