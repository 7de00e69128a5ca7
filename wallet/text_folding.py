"""Makes texts from badges fit for one line."""

from __future__ import annotations

MAX_LINE_CHARS = 120


def one_line(text: str) -> str:
    """Return a name from a badge as it can stand in one line of a message, whatever its issuer wrote."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())[:MAX_LINE_CHARS]
