"""Ed25519 by libsodium, behind the library PyNaCl: half as dear as by OpenSSL, and the same answers.

Both verify without the cofactor: they compute the same R' and compare it with R byte by byte (RFC 8032 §5.1.7, first
equation). libsodium refuses more than that: keys and points R of small order. So its yes is a yes of OpenSSL, and its
no is no answer (docs/adr/0032; `tests/hostile/test_odd_points.py`). A libsodium that verifies with the cofactor, as a
later one or that of a distribution may, would say yes too often: it is told by one such signature, and not asked.
"""

from __future__ import annotations

from typing import Final

from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import BadSignatureError

SIGNATURE_BYTES: Final = 64

# Case 4 of "Taming the many EdDSAs" (2020): holds with the cofactor only, and neither key nor R is of small order.
COFACTOR_PUBLIC: Final = bytes.fromhex("cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d")
COFACTOR_SIGNATURE: Final = bytes.fromhex(
    "160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed512"
    "5ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09"
)
COFACTOR_MESSAGE: Final = bytes.fromhex("e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c")


def is_signed_beyond_doubt(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether it is a signature whatever one thinks of odd points; False says nothing.

    Args:
        public: 32 bytes of a key.
        signature: Of any length.
        message: What was signed.
    """
    return _IS_STRICT and is_accepted(public, signature, message)


def is_accepted(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether this libsodium takes it for a signature, by whatever equation; as `is_signed_beyond_doubt`."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    try:
        crypto_sign_open(signature + message, public)
    except BadSignatureError:
        return False
    return True


# Asked once, at start: it costs about what one badge does.
_IS_STRICT: Final = not is_accepted(COFACTOR_PUBLIC, COFACTOR_SIGNATURE, COFACTOR_MESSAGE)


def expand_seed(seed: bytes) -> bytes:
    """Return the 64 bytes to sign with, seed and public key, for a private key of 32 bytes (RFC 8032 §5.1.5)."""
    return bytes(crypto_sign_seed_keypair(seed)[1])


def sign_expanded(expanded: bytes, message: bytes) -> bytes:
    """Return the 64 bytes of the signature, the same for the same message (RFC 8032 §5.1.6)."""
    return bytes(crypto_sign(message, expanded)[:SIGNATURE_BYTES])
