"""Ed25519 on odd points: `PublicKey.verify` gives the verdict of the library `cryptography`, whoever computes it.

Keys and signatures with a part of small order are where implementations differ (Chalkias, Garillot, Nikolaenko:
"Taming the many EdDSAs", 2020). Verdicts come from `cryptography` and from the equation of RFC 8032 §5.1.7, computed
here on the curve.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from keys import KeyType, LocalSigner, PublicKey, SignatureAlgorithm, encode_base64url, sodium
from schemas import ProofError, SignatureMismatchError

Point: TypeAlias = tuple[int, int]

PUBLISHED = json.loads((Path(__file__).parents[1] / "vectors" / "ed25519-speccheck" / "cases.json").read_text())
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
NEUTRAL: Point = (0, 1)


def add(a: Point, b: Point) -> Point:
    """Add two points (RFC 8032 §5.1.4)."""
    product = D * a[0] * b[0] * a[1] * b[1]
    x = (a[0] * b[1] + b[0] * a[1]) * pow(1 + product, -1, P)
    y = (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, -1, P)
    return x % P, y % P


def times(number: int, point: Point) -> Point:
    """Add a point to itself."""
    found = NEUTRAL
    while number:
        if number & 1:
            found = add(found, point)
        point, number = add(point, point), number >> 1
    return found


def encode(point: Point) -> bytes:
    """Write a point (RFC 8032 §5.1.2)."""
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def find_x(y: int) -> int:
    """Return the even x of a y that has one (RFC 8032 §5.1.3)."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert x * x % P == square
    return min(x, P - x, key=lambda root: root & 1)


def decode(encoded: bytes) -> Point:
    """Read a point (RFC 8032 §5.1.3)."""
    number = int.from_bytes(encoded, "little")
    y = number % 2**255
    x = find_x(y)
    return (x if x & 1 == number >> 255 else P - x, y)


B: Point = (find_x(4 * pow(5, -1, P) % P), 4 * pow(5, -1, P) % P)
# A point of order 8, and so all eight of small order: its y is in the paper.
EIGHTH_Y = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
EIGHTH: Point = (find_x(EIGHTH_Y), EIGHTH_Y)
SMALL = [times(number, EIGHTH) for number in range(8)]


def verdict_here(public: bytes, signature: bytes, message: bytes) -> bool | None:
    """Return what our own key says; None when it is refused as a key."""
    try:
        key = PublicKey.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": encode_base64url(public)})
    except ProofError:
        return None
    try:
        key.verify(signature, message, algorithm=SignatureAlgorithm.EDDSA)
    except SignatureMismatchError:
        return False
    return True


def verdict_of_cryptography(public: bytes, signature: bytes, message: bytes) -> bool:
    """Return what `cryptography` says."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def hash_of(*parts: bytes) -> int:
    """Return k of RFC 8032 §5.1.7, modulo L as all make it: with a small part in the key that is another number."""
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % L


def test_points_of_small_order() -> None:
    """There are eight of them, and nobody's signature counts for any as a key."""
    assert len({encode(point) for point in SMALL}) == 8
    assert times(8, EIGHTH) == NEUTRAL
    for point in SMALL:
        assert verdict_here(encode(point), encode(NEUTRAL) + bytes(32), b"anything") is False


@pytest.mark.parametrize("case", PUBLISHED, ids=range(len(PUBLISHED)))
def test_published_cases(case: dict[str, Any]) -> None:
    """The published odd cases: as `cryptography` says, save for keys of small order or of two spellings."""
    public, signature, message = (bytes.fromhex(case[name]) for name in ("pub_key", "signature", "message"))
    number = int.from_bytes(public, "little") % 2**255
    has_two_spellings = number >= P
    is_small = number in {point[1] for point in SMALL}
    if has_two_spellings:
        assert verdict_here(public, signature, message) is None
    elif is_small:
        assert verdict_here(public, signature, message) is False
    else:
        assert verdict_here(public, signature, message) is verdict_of_cryptography(public, signature, message)


@pytest.mark.parametrize("of_key", range(8))
@pytest.mark.parametrize("of_point", range(8))
def test_keys_and_points_with_a_small_part(of_key: int, of_point: int) -> None:
    """A signature counts exactly when S·B = R + k·A without the cofactor, whatever small part key and R carry."""
    secret, nonce = 0x1234_5678_9ABC << 200, 0xFEDC_BA98_7654 << 190
    public = encode(add(times(secret % L, B), SMALL[of_key]))
    verdicts = set()
    for number in range(6):
        message = b"TEST ONLY %d" % number
        point = encode(add(times(nonce % L, B), SMALL[of_point]))
        k = hash_of(point, public, message)
        signature = point + ((nonce + k * secret) % L).to_bytes(32, "little")
        # What is left of the equation: the small parts of R and of k·A.
        wanted = add(SMALL[of_point], times(k % 8, SMALL[of_key])) == NEUTRAL
        assert verdict_here(public, signature, message) is wanted
        assert verdict_of_cryptography(public, signature, message) is wanted
        verdicts.add(wanted)
    assert True in verdicts or of_key or of_point


@pytest.mark.parametrize("of_key", range(8))
def test_small_point_as_commitment(of_key: int) -> None:
    """An R of small order, which some refuse, counts where the equation holds."""
    secret = 0x1234_5678_9ABC << 200
    public = encode(add(times(secret % L, B), SMALL[of_key]))
    for small in SMALL:
        message = b"TEST ONLY"
        k = hash_of(encode(small), public, message)
        signature = encode(small) + (k * secret % L).to_bytes(32, "little")
        wanted = add(small, times(k % 8, SMALL[of_key])) == NEUTRAL
        assert verdict_here(public, signature, message) is wanted
        assert verdict_of_cryptography(public, signature, message) is wanted


def test_some_commitments_of_small_order_count() -> None:
    """The case before is none that always says no: R = 0 under an ordinary key counts."""
    secret = 0x1234_5678_9ABC << 200
    public = encode(times(secret % L, B))
    k = hash_of(encode(NEUTRAL), public, b"TEST ONLY")
    signature = encode(NEUTRAL) + (k * secret % L).to_bytes(32, "little")
    assert verdict_here(public, signature, b"TEST ONLY") is True


def test_large_s() -> None:
    """S + L would fit the equation too, and counts for nothing (RFC 8032 §5.1.7, step 1)."""
    signer = LocalSigner.generate(KeyType.ED25519)
    good = signer.sign(b"TEST ONLY", algorithm=SignatureAlgorithm.EDDSA)
    larger = good[:32] + (int.from_bytes(good[32:], "little") + L).to_bytes(32, "little")
    assert verdict_here(signer.public_key.raw, good, b"TEST ONLY") is True
    assert verdict_here(signer.public_key.raw, larger, b"TEST ONLY") is False


def test_the_signature_that_tells_a_libsodium_with_the_cofactor() -> None:
    """The one it is asked about at start is the published one: right with the cofactor, wrong without, nothing small.

    Spec: RFC 8032 §5.1.7; case 4 of the paper.
    """
    public, signature, message = sodium.COFACTOR_PUBLIC, sodium.COFACTOR_SIGNATURE, sodium.COFACTOR_MESSAGE
    case = {"message": message.hex(), "pub_key": public.hex(), "signature": signature.hex()}
    assert case == PUBLISHED[4]
    key, point = decode(public), decode(signature[:32])
    left = times(int.from_bytes(signature[32:], "little"), B)
    right = add(point, times(hash_of(signature[:32], public, message), key))
    assert left != right
    assert times(8, left) == times(8, right)
    assert times(8, key) != NEUTRAL != times(8, point)
    assert verdict_of_cryptography(public, signature, message) is False
    assert verdict_here(public, signature, message) is False


def test_a_libsodium_with_the_cofactor_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that says yes to that signature is not believed about any other; `cryptography` decides alone."""
    signer = LocalSigner.generate(KeyType.ED25519)
    good = signer.sign(b"TEST ONLY", algorithm=SignatureAlgorithm.EDDSA)
    assert sodium.is_signed_beyond_doubt(signer.public_key.raw, good, b"TEST ONLY")
    monkeypatch.setattr(sodium, "_IS_STRICT", False)
    assert not sodium.is_signed_beyond_doubt(signer.public_key.raw, good, b"TEST ONLY")
    assert verdict_here(signer.public_key.raw, good, b"TEST ONLY") is True
    assert verdict_here(signer.public_key.raw, good, b"TEST ONLY.") is False


@pytest.mark.parametrize("length", [0, 1, 63, 65, 96, 128])
def test_other_lengths(length: int) -> None:
    """A signature of another length counts for nothing, even with the right one inside."""
    signer = LocalSigner.generate(KeyType.ED25519)
    good = signer.sign(b"TEST ONLY", algorithm=SignatureAlgorithm.EDDSA)
    assert verdict_here(signer.public_key.raw, (good + bytes(64))[:length], b"TEST ONLY") is False


def test_border_between_signature_and_message() -> None:
    """A byte does not change sides: a signature and a message shifted by one are another pair."""
    signer = LocalSigner.generate(KeyType.ED25519)
    good = signer.sign(b"TEST ONLY", algorithm=SignatureAlgorithm.EDDSA)
    assert verdict_here(signer.public_key.raw, good[:63], good[63:] + b"TEST ONLY") is False
    assert verdict_here(signer.public_key.raw, good + b"T", b"EST ONLY") is False


def test_signs_as_cryptography_does() -> None:
    """The same bytes for the same key and message (RFC 8032 §5.1.6), messages of every length up to two blocks."""
    for number in range(200):
        seed = hashlib.sha256(b"TEST ONLY %d" % number).digest()
        public = encode_base64url(Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())
        jwk = {"kty": "OKP", "crv": "Ed25519", "x": public, "d": encode_base64url(seed)}
        signer = LocalSigner.from_private_jwk({**jwk})
        message = bytes(range(number))
        wanted = Ed25519PrivateKey.from_private_bytes(seed).sign(message)
        assert signer.sign(message, algorithm=SignatureAlgorithm.EDDSA) == wanted
