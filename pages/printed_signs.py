"""Which signs a printed page has: those of the built-in fonts of PDF, and the letters of our own font."""

from __future__ import annotations

import unicodedata

# The built-in fonts of PDF know Western European letters, and need no font file in the PDF.
BUILT_IN_ENCODING = "cp1252"
# First and last code point of what pages/fonts has beside them (tools/write_fonts.py): Latin, Greek, Cyrillic,
# Armenian, Georgian, Latin with two accents. No script that is written from right to left, or whose letters join.
WIDE_RANGES = (
    (0x0100, 0x024F),
    (0x0370, 0x03FF),
    (0x0400, 0x0525),
    (0x0531, 0x0556),
    (0x0561, 0x0587),
    (0x10D0, 0x10FA),
    (0x1E00, 0x1EF9),
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
