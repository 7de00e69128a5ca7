# ruff: noqa: RUF001 - letters that look like others are what this table is about
"""Issuer names that look like another name (UTS #39, a small hand-made part of it).

A warning only: the page always shows the domain or DID in full beside the name.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Letters that print like a Latin letter or digit in common typefaces.
_CYRILLIC = dict(zip("асеорхуіјѕһԁԛԝѵАВЕКМНОРСТХУІЈЅҺ", "aceopxyijshdqwvABEKMHOPCTXYIJSh", strict=True))
_GREEK = dict(zip("αινορυχκτΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aivopuxktABEZHIKMNOPTYX", strict=True))
_ARMENIAN = dict(zip("օսհոցզ", "ouhngq", strict=True))
_DIGITS = {"0": "o", "1": "l", "|": "l", "I": "l"}
_LATIN = {"ı": "i", "ȷ": "j", "ɡ": "g", "ɑ": "a", "ſ": "s", "Ɩ": "l", "ǀ": "l"}
_SKELETON = str.maketrans({**_CYRILLIC, **_GREEK, **_ARMENIAN, **_DIGITS, **_LATIN})
# Scripts that are written together in one word in ordinary text.
_JAPANESE = frozenset({"CJK", "HIRAGANA", "KATAKANA", "LATIN"})
_KOREAN = frozenset({"CJK", "HANGUL", "LATIN"})
_CHINESE = frozenset({"CJK", "BOPOMOFO", "LATIN"})
_INVISIBLE_CATEGORIES = frozenset({"Cf", "Cc", "Co", "Cs"})
# Words that many names share: alone they are nobody's name.
# fmt: off
_COMMON_WORDS = frozenset(
    {
        "academy", "and", "association", "automation", "center", "centre", "city", "college", "community",
        "company", "course", "education", "foundation", "group", "inc", "institute", "international", "llc",
        "ltd", "national", "of", "online", "polytechnic", "robotics", "school", "schools", "services", "state",
        "technical", "technology", "the", "training", "union", "university", "valley", "works", "academia",
        "asociacion", "capacitacion", "centro", "colegio", "de", "del", "el", "escuela", "fundacion",
        "instituto", "la", "nacional", "politecnico", "sociedad", "tecnica", "tecnico", "tecnologico",
        "universidad", "y",
    }
)
# fmt: on
# A longer name is no name: it is judged by its beginning, which is also all that a page shows.
MAX_JUDGED_CHARS = 500
# A name written without blanks is looked for inside another only when it is longer than most words.
_MIN_JOINED_CHARS = 10


def _read_scripts(text: str) -> frozenset[str]:
    names = (unicodedata.name(character, "UNKNOWN") for character in text if character.isalpha())
    return frozenset(name.split(" ", 1)[0].removesuffix("-COMPATIBILITY") for name in names)


def _compose_skeleton(name: str) -> str:
    visible = "".join(part for part in name if unicodedata.category(part) not in _INVISIBLE_CATEGORIES)
    decomposed = unicodedata.normalize("NFKD", visible.translate(_SKELETON)).translate(_SKELETON)
    bare = "".join(part for part in decomposed if not unicodedata.combining(part))
    return " ".join(bare.casefold().replace("rn", "m").replace("vv", "w").split())


# Names of the reader's own list come again with every badge.
_compose_known_skeleton = lru_cache(maxsize=16_384)(_compose_skeleton)


def is_confusable(name: str, *, known_names: Iterable[str] = ()) -> bool:
    """Say whether `name` hides what it is, or prints like a name that belongs to somebody else.

    True for characters that do not show or turn the reading direction, for scripts mixed inside one
    name, for digits of two scripts, and for a name with the look of one of `known_names`.
    """
    name = name[:MAX_JUDGED_CHARS]
    if name.isascii() and name.isprintable():  # one script, nothing that hides
        return _looks_known(name, known_names)
    if any(unicodedata.category(part) in _INVISIBLE_CATEGORIES for part in name):
        return True
    scripts = _read_scripts(name)
    if len(scripts) > 1 and not any(scripts <= together for together in (_JAPANESE, _KOREAN, _CHINESE)):
        return True
    zeros = {ord(part) - unicodedata.decimal(part) for part in name if part.isdecimal()}
    if len(zeros) > 1:
        return True
    return _looks_known(name, known_names)


def _looks_known(name: str, known_names: Iterable[str]) -> bool:
    skeleton = ""
    for known in known_names:
        skeleton = skeleton or _compose_skeleton(name)
        if skeleton == _compose_known_skeleton(known):
            return True
    return False


def takes_name(name: str, *, known_names: Iterable[str]) -> bool:
    """Say whether `name` reads as one of `known_names`, holds it, or is a telling part of it.

    Case, blanks, signs and look-alike letters make no difference. Words that many names share, such as
    "college", tell nothing.
    """
    words = _split_known_words(name[:MAX_JUDGED_CHARS])
    return any(_is_same_name(words, _split_known_words(known)) for known in known_names)


@lru_cache(maxsize=16_384)
def _split_known_words(name: str) -> tuple[str, ...]:
    skeleton = _compose_skeleton(name)
    return tuple("".join(part if part.isalnum() else " " for part in skeleton).split())


def _is_same_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    shorter, longer = sorted((one, other), key=lambda words: len("".join(words)))
    joined = "".join(shorter)
    if not joined:
        return False
    if joined == "".join(longer):
        return True
    if not any(len(word) > 1 for word in shorter if word not in _COMMON_WORDS):
        return False
    is_part = any(longer[start : start + len(shorter)] == shorter for start in range(len(longer)))
    return is_part or (len(joined) >= _MIN_JOINED_CHARS and joined in "".join(longer))
