"""Makes texts comparable for people who look for a name: without case and accents."""

from __future__ import annotations

import unicodedata


def fold_text(text: str) -> str:
    """Return a text without case and accents, otherwise as it is."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
