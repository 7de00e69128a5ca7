"""Telephone numbers as people write them, read into the one form that a gateway takes. Spec: ITU-T E.164 §6.2."""

from __future__ import annotations

import re
import unicodedata
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_CALLING_CODE: Final = "1"
MAX_PHONE_CHARS: Final = 60  # as somebody typed it
_SHOWN_DIGITS = 2
# What follows the calling code where the plan of the country is known: North America, Mexico, Spain.
NATIONAL_NUMBERS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "1": re.compile(r"[2-9][0-9]{2}[2-9][0-9]{6}"),
        "34": re.compile(r"[6-9][0-9]{8}"),
        "52": re.compile(r"[1-9][0-9]{9}"),
    }
)
_INTERNATIONAL = re.compile(r"[1-9][0-9]{7,14}")  # E.164: at most fifteen digits; shorter than eight is a short code
_PREFIXES = MappingProxyType({"1": ("011",), "34": ("00",), "52": ("00",)})
_MEXICAN_TRUNKS = ("01", "044", "045")  # dialled in Mexico until 2019, and still on many lists
# Spaces of any kind, hyphens of any kind, dots, brackets and slashes stand between digits; nothing else does.
_BETWEEN = re.compile(r"[\s().\-\u2010-\u2015\u2212/\u00b7\u200b\u2060\u202a-\u202e]+")
_LABEL = re.compile(r"(?:tel|sms|cell|phone|mobile|cel)\s*[:.]\s*", re.IGNORECASE)


def is_calling_code(text: str) -> bool:
    """Whether numbers without `+` can be read for this calling code."""
    return text in NATIONAL_NUMBERS


def read_phone_number(text: str, *, calling_code: str = DEFAULT_CALLING_CODE) -> str:
    """Return a number as `+` and digits.

    Args:
        text: `+52 55 …`, `(574) 555-0100`, `00 34 …` and the like; an extension or a second number is no part of it.
        calling_code: Of the country whose numbers are written without `+`: one of `NATIONAL_NUMBERS`.

    Raises:
        ValueError: It is no telephone number, or none that can be told from others.
    """
    if len(text) > MAX_PHONE_CHARS:
        raise ValueError("too long for a telephone number")
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = _LABEL.sub("", plain, count=1) if _LABEL.match(plain) else plain
    digits = _BETWEEN.sub("", plain)
    is_international = digits.startswith("+")
    digits = digits.removeprefix("+")
    if not digits.isascii() or not digits.isdecimal():
        raise ValueError("not a telephone number")
    if not is_international:
        for prefix in _PREFIXES[calling_code]:
            if digits.startswith(prefix):
                return _check(digits.removeprefix(prefix))
        return _read_national(digits, calling_code)
    return _check(digits)


def _read_national(digits: str, calling_code: str) -> str:
    plan = NATIONAL_NUMBERS[calling_code]
    if plan.fullmatch(digits):
        return f"+{calling_code}{digits}"
    if digits.startswith(calling_code) and plan.fullmatch(digits.removeprefix(calling_code)):
        return f"+{digits}"
    if calling_code == "52":
        for trunk in _MEXICAN_TRUNKS:
            if digits.startswith(trunk) and plan.fullmatch(digits.removeprefix(trunk)):
                return f"+52{digits.removeprefix(trunk)}"
    raise ValueError("not a number of this country")


def _check(digits: str) -> str:
    if digits.startswith("521") and NATIONAL_NUMBERS["52"].fullmatch(digits[3:]):
        digits = f"52{digits[3:]}"  # the 1 before mobile numbers of Mexico fell away in 2019
    for code, plan in NATIONAL_NUMBERS.items():
        if digits.startswith(code) and not plan.fullmatch(digits.removeprefix(code)):
            raise ValueError("not a number of its country")
    if not _INTERNATIONAL.fullmatch(digits):
        raise ValueError("not an international number")
    return f"+{digits}"


def hide_phone_number(number: str) -> str:
    """Return a number as its owner knows it and nobody else can tell: its last two digits."""
    return f"…{number[-_SHOWN_DIGITS:]}" if number else ""


def show_phone_number(number: str) -> str:
    """Return a number in groups, as people read it aloud."""
    for code, groups in (("1", (3, 3, 4)), ("52", (2, 4, 4)), ("34", (3, 3, 3))):
        national = number.removeprefix(f"+{code}")
        if number.startswith(f"+{code}") and NATIONAL_NUMBERS[code].fullmatch(national):
            parts, start = [], 0
            for length in groups:
                parts.append(national[start : start + length])
                start += length
            return " ".join((f"+{code}", *parts))
    return number
