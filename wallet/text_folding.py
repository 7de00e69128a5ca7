"""Makes texts comparable for people, without case and accents, and fit for one line."""

from __future__ import annotations

import unicodedata

MAX_LINE_CHARS = 120


def fold(text: str) -> str:
    """Return a text without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def one_line(text: str) -> str:
    """Return a name from a badge as it can stand in one line of a message, whatever its issuer wrote."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())[:MAX_LINE_CHARS]
