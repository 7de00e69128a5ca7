"""Which signs a printed page has: those of the built-in fonts of PDF, and the letters of Open Sans."""

from __future__ import annotations

import unicodedata

# The built-in fonts of PDF know Western European letters, and need no font file in the PDF.
BUILT_IN_ENCODING = "cp1252"
# First and last code point of the letters that Open Sans (the package ttf-opensans) has beside them: Latin, Greek,
# Cyrillic, Latin with two accents. No script that is written from right to left, or whose letters join.
WIDE_RANGES = (
    (0x0100, 0x017F),
    (0x01A0, 0x01A1),
    (0x01AF, 0x01B0),
    (0x01FA, 0x01FF),
    (0x0218, 0x021B),
    (0x0386, 0x0386),
    (0x0388, 0x038A),
    (0x038C, 0x038C),
    (0x038E, 0x03A1),
    (0x03A3, 0x03CE),
    (0x0400, 0x0481),
    (0x048A, 0x0513),
    (0x1E00, 0x1E01),
    (0x1E3E, 0x1E3F),
    (0x1E80, 0x1E85),
    (0x1EA0, 0x1EF9),
)
_UNKNOWN = "?"
_BARRED = str.maketrans("ŁłĐđĦħŦŧ\N{LATIN SMALL LETTER DOTLESS I}", "LlDdHhTti")  # have no parts in Unicode


def printable_text(text: str) -> str:
    """Return `text` in signs that a printed page has, on one line.

    An accent that it lacks is dropped; any other sign that it lacks becomes a question mark.
    """
    return "".join(_plain_sign(sign) for sign in " ".join(unicodedata.normalize("NFC", text).split()))


def is_printable(text: str) -> bool:
    """Say whether `printable_text` keeps every sign of `text`, with or without its accents."""
    return bool(text.strip()) and printable_text(text).count(_UNKNOWN) == text.count(_UNKNOWN)


def is_built_in(text: str) -> bool:
    """Say whether the built-in fonts have every sign of a text."""
    try:
        text.encode(BUILT_IN_ENCODING)
    except UnicodeEncodeError:
        return False
    return True


def _plain_sign(sign: str) -> str:
    if unicodedata.category(sign) in ("Cc", "Cf", "Mn"):
        return ""
    parts = unicodedata.normalize("NFKD", sign.translate(_BARRED))
    # With all its accents, then with fewer and fewer.
    for form in (sign, *(unicodedata.normalize("NFC", parts[:end]) for end in range(len(parts), 0, -1))):
        if all(is_built_in(one) or _is_wide(one) for one in form):
            return form
    return _UNKNOWN


def _is_wide(sign: str) -> bool:
    code = ord(sign)
    return unicodedata.category(sign)[0] == "L" and any(first <= code <= last for first, last in WIDE_RANGES)
