"""Makes texts comparable for people: no case, no accents."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Return a text without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
