"""Links and codes that only this installation can make, and can make again without keeping them.

A link is HMAC-SHA256 of what it is for, under a secret of the data folder. A message can so be written again with
the same link after a kill, while the database holds nothing but hashes.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from keys.encoding import encode_base64url

LINK_SECRET_BYTES: Final = 32
# No vowels, so that no word comes out; no Y, which is one in Spanish.
CODE_LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
_LETTER_OF_ANY_CODE = frozenset(CODE_LETTERS)
_MAX_TYPED_CHARS = 64


class LinkSecret:
    """The secret behind links and codes. It never shows in a repr.

    Args:
        secret: At least 32 random bytes.

    Raises:
        ValueError: The secret is shorter.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) < LINK_SECRET_BYTES:
            raise ValueError(f"a secret for links has at least {LINK_SECRET_BYTES} bytes")
        self._secret = secret

    def make_token(self, purpose: str, row_id: str, generation: int) -> str:
        """Return the token of a link: 256 bits as 43 letters, always the same for the same arguments."""
        return encode_base64url(self._digest("token", purpose, row_id, str(generation)))

    def make_code(self, purpose: str, row_id: str, generation: int, *, letters: int) -> str:
        """Return a code of consonants for people to type; 4.3 bits a letter."""
        number, code = int.from_bytes(self._digest("code", purpose, row_id, str(generation))), ""
        for _ in range(letters):
            number, place = divmod(number, len(CODE_LETTERS))
            code += CODE_LETTERS[place]
        return code

    def make_digits(self, purpose: str, row_id: str, generation: int, *, digits: int) -> str:
        """Return a code of digits, for a message that is read and typed at once."""
        number = int.from_bytes(self._digest("digits", purpose, row_id, str(generation)))
        return str(number % 10**digits).zfill(digits)

    def lock(self, purpose: str, text: str) -> bytes:
        """Return the keyed hash under which a short text is kept; without the secret nobody can try them all."""
        return self._digest("lock", purpose, text)

    def _digest(self, *parts: str) -> bytes:
        # Each part with its length, so that no two lists of parts read the same.
        message = b"".join(len(part.encode()).to_bytes(4) + part.encode() for part in parts)
        return hmac.new(self._secret, message, hashlib.sha256).digest()


def hash_token(token: str) -> bytes:
    """Return the SHA-256 under which a token is kept and found."""
    return hashlib.sha256(token.encode()).digest()


def is_same_secret(left: str, right: str) -> bool:
    """Compare what somebody typed with what was expected; the time says nothing about either."""
    return hmac.compare_digest(left.encode(), right.encode())


def read_code(typed: str) -> str:
    """Return a code as it was made from what somebody typed: small letters, spaces and hyphens do not count."""
    return "".join(letter for letter in typed[:_MAX_TYPED_CHARS].upper() if letter in _LETTER_OF_ANY_CODE)


def show_code(code: str) -> str:
    """Return a code in groups of four letters."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
