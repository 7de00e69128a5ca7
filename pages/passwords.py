"""Passwords of people who sign in: argon2id, never stored in clear."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from schemas import on_every_core

MIN_PASSWORD_CHARS = 10
MAX_PASSWORD_CHARS = 256


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher()  # argon2id, RFC 9106 low-memory profile


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password, in the form that names its own parameters."""
    with on_every_core():  # argon2 lets go of Python's lock, and computes with four threads
        return _hasher().hash(password)


def is_right_password(password: str, *, hashed: str) -> bool:
    """Say whether `password` belongs to `hashed`. An empty or broken hash belongs to no password."""
    if len(password) > MAX_PASSWORD_CHARS:
        return False
    try:
        with on_every_core():
            return _hasher().verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False
