"""Ed25519 by libsodium, behind the library PyNaCl: half as dear as by OpenSSL, and the same answers.

Both verify without the cofactor: they compute the same R' and compare it with R byte by byte (RFC 8032 §5.1.7, first
equation). libsodium refuses more than that: keys and points R of small order. So its yes is a yes of OpenSSL, and its
no is no answer (docs/adr/0032; `tests/hostile/test_odd_points.py`).
"""

from __future__ import annotations

from typing import Final

from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import BadSignatureError

SIGNATURE_BYTES: Final = 64


def is_signed_beyond_doubt(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether it is a signature whatever one thinks of odd points; False says nothing.

    Args:
        public: 32 bytes of a key.
        signature: Of any length.
        message: What was signed.
    """
    if len(signature) != SIGNATURE_BYTES:
        return False
    try:
        crypto_sign_open(signature + message, public)
    except BadSignatureError:
        return False
    return True


def expand_seed(seed: bytes) -> bytes:
    """Return the 64 bytes to sign with, seed and public key, for a private key of 32 bytes (RFC 8032 §5.1.5)."""
    return bytes(crypto_sign_seed_keypair(seed)[1])


def sign_expanded(expanded: bytes, message: bytes) -> bytes:
    """Return the 64 bytes of the signature, the same for the same message (RFC 8032 §5.1.6)."""
    return bytes(crypto_sign(message, expanded)[:SIGNATURE_BYTES])
