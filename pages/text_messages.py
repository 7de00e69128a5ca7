"""Text messages to telephones: in the letters that cost one unit each, and no longer than two parts.

Spec: 3GPP TS 23.038 §6.2.1 (the letters), TS 23.040 §9.2.3.24.1 (a part of several holds 153 of them).
"""

from __future__ import annotations

import unicodedata
from typing import Final

MAX_PARTS: Final = 2
_ONE_PART = 160  # units of a message that is alone
_PART_OF_SEVERAL = 153
_MIN_TITLE_CHARS = 8
_UNITS = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_DOUBLE_UNITS = "^{}\\[~]|€"
_COST = {**dict.fromkeys(_UNITS, 1), **dict.fromkeys(_DOUBLE_UNITS, 2)}
_NEAREST = str.maketrans(
    {
        "\u201c": '"',
        "\u201d": '"',
        "«": '"',
        "»": '"',
        "\u2018": "'",
        "\u2019": "'",
        "\u2013": "-",
        "\u2014": "-",
        "…": "...",
    }
)


def simplify(text: str) -> str:
    """Return a text in the letters of text messages: `á` becomes `a`; what has no likeness is left out."""
    found = []
    for sign in " ".join(text.translate(_NEAREST).split()):
        if sign in _COST:
            found.append(sign)
            continue
        bare = "".join(part for part in unicodedata.normalize("NFKD", sign) if part in _COST)
        found.append(bare)
    return " ".join("".join(found).split())


def count_parts(text: str) -> int:
    """Return in how many parts a text travels; one with letters of other alphabets is not counted here.

    Raises:
        ValueError: A sign has no place among the letters of text messages.
    """
    if not all(sign in _COST for sign in text):
        raise ValueError("a sign that text messages do not have")
    units = sum(_COST[sign] for sign in text)
    return 1 if units <= _ONE_PART else -(-units // _PART_OF_SEVERAL)


def fit_text(text: str, *, link: str = "", title: str = "") -> str:
    """Return a message of at most `MAX_PARTS` parts.

    Args:
        text: Plain words; `{title}` is where the title goes.
        link: Comes last, whole.
        title: A name that may be cut, such as of a badge; it and the words are written in plain letters.
    """
    name, tail = simplify(title), f" {link}" if link else ""
    plain = simplify(text)
    while True:
        message = " ".join(plain.replace("{title}", name).split()) + tail
        if count_parts(message) <= MAX_PARTS or len(name) <= _MIN_TITLE_CHARS:
            return message
        name = f"{name.removesuffix('...')[:-1].rstrip()}..."
        if len(name) <= _MIN_TITLE_CHARS:
            name = name[:_MIN_TITLE_CHARS]
