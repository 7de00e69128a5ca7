"""Text that goes into a cell of a CSV file and must stay text there (T-48)."""

from __future__ import annotations

import unicodedata

_FORMULA_STARTS = ("=", "+", "-", "@")
_BLANK_STARTS = frozenset("\t\r\n")


def guard_cell(text: str) -> str:
    """Return `text` with an apostrophe in front when a spreadsheet program would read it as a formula.

    Some programs read the wide forms of East Asian writing as their plain ones, and look behind blanks.
    """
    plain = unicodedata.normalize("NFKC", text)
    return f"'{text}" if plain.lstrip().startswith(_FORMULA_STARTS) or text[:1] in _BLANK_STARTS else text
