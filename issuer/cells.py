"""Reads single cells of a class list: names, e-mail addresses, links, numbers."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from urllib.parse import urlsplit

from issuer.sheet_rows import MAX_CELL_BYTES
from schemas import DEFAULT_CALLING_CODE, RosterError, read_phone_number

MAX_NAME_CHARS = 200
MAX_EMAIL_CHARS = 254  # RFC 5321 §4.5.3.1.3
MAX_ID_CHARS = 100
MAX_NOTE_CHARS = 1_000
MAX_URL_CHARS = 2_000
MAX_NUMBER_CHARS = 30

# Invisible characters that copying from web pages leaves behind and that mean nothing in a name.
_DROPPED = dict.fromkeys(map(ord, "\u200b\ufeff\u00ad\u2060"))
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)
_ADDRESSED = re.compile(r"[^<>]*<([^<>]+)>")
_SUFFIXES = frozenset(["jr", "sr", "ii", "iii", "iv", "v", "phd", "md", "pe", "esq", "cpa", "rn"])
_ERROR_VALUES = frozenset(
    (
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#GETTING_DATA",
        "#SPILL!",
        "#¡REF!",
        "#¡VALOR!",
        "#N/D",
        "#¿NOMBRE?",
    )
)
_NOTHING = frozenset(
    ("-", "--", "---", "\u2013", "\u2014", "n/a", "na", "none", "null", "nil", "ninguno", "ninguna", "no tiene", ".")
)
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")


@lru_cache(maxsize=4_096)  # headers, levels and words such as yes come again in every row
def fold(text: str) -> str:
    """Return `text` for comparing: no accents, small letters, only letters and digits, single spaces."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    if plain.isascii():
        return _NOT_WORD.sub(" ", plain).strip()
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join("".join(char if char.isalnum() else " " for char in bare).split())


def is_nothing(text: str) -> bool:
    """Tell whether a cell says that it is empty: blank, a dash, `n/a`, `none`."""
    return not text.strip() or text.strip().casefold() in _NOTHING


def clean_cell(text: str) -> str:
    """Return the text in NFC with single spaces.

    Raises:
        RosterError: `roster.control_character` (a line break, a NUL, a character that turns the writing
            direction), `roster.cell_too_long`, `roster.cell_error` (a formula that failed).
    """
    if len(text) > MAX_CELL_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_CELL_BYTES:
        raise RosterError("roster.cell_too_long")
    if text.isascii() and text.isprintable():
        plain = text.strip()
    else:
        plain = unicodedata.normalize("NFC", text).strip()
        if any(is_control(char) for char in plain):
            raise RosterError("roster.control_character")
        plain = plain.translate(_DROPPED)
    if plain.startswith("#") and plain.upper() in _ERROR_VALUES:
        raise RosterError("roster.cell_error")
    return " ".join(plain.split())


def is_control(char: str) -> bool:
    """Tell whether a sign breaks the line, is no text, or turns the writing direction."""
    category = unicodedata.category(char)
    is_turning = "\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069"
    return category in {"Cc", "Cs", "Zl", "Zp"} or is_turning


def read_name(text: str) -> str:
    """Read a person's name; `Last, First` becomes `First Last`.

    Raises:
        RosterError: `roster.name_missing`, `roster.name_invalid` (no letter, or an e-mail address),
            `roster.name_too_long`, `roster.name_unclear` (several commas), and those of `clean_cell`.
    """
    name = clean_cell(text)
    if is_nothing(name):
        raise RosterError("roster.name_missing")
    if len(name) > MAX_NAME_CHARS:
        raise RosterError("roster.name_too_long")
    if not any(char.isalpha() for char in name) or _EMAIL.fullmatch(name):
        raise RosterError("roster.name_invalid")
    return _turn_round(name)


def _turn_round(name: str) -> str:
    parts = [part.strip() for part in name.strip(" ,").split(",")]
    if not all(parts):
        raise RosterError("roster.name_unclear")
    suffix = ""
    if len(parts) > 1 and fold(parts[-1]).replace(" ", "") in _SUFFIXES:
        suffix = " " + parts.pop()
    if len(parts) > 2:  # noqa: PLR2004 - last name, first name
        raise RosterError("roster.name_unclear")
    return " ".join(reversed(parts)) + suffix


def join_name(first: str, middle: str, last: str, second_last: str) -> str:
    """Put a name together from its columns; empty parts are left out."""
    parts = [clean_cell(part).strip(" ,") for part in (first, middle, last, second_last) if not is_nothing(part)]
    return " ".join(part for part in parts if part)


def read_email(text: str) -> str:
    """Read one e-mail address, in small letters; empty stays empty.

    Raises:
        RosterError: `roster.email_invalid`, and those of `clean_cell`.
    """
    email = clean_cell(text)
    if is_nothing(email):
        return ""
    addressed = _ADDRESSED.fullmatch(email)
    if addressed:
        email = addressed[1].strip()
    email = email.removeprefix("mailto:")
    if len(email) > MAX_EMAIL_CHARS or not _EMAIL.fullmatch(email):
        raise RosterError("roster.email_invalid")
    return email.lower()


def read_phone(text: str, *, calling_code: str = DEFAULT_CALLING_CODE) -> str:
    """Read one telephone number in the form of E.164; empty stays empty.

    Raises:
        RosterError: `roster.phone_invalid`, and those of `clean_cell`.
    """
    phone = clean_cell(text)
    if is_nothing(phone):
        return ""
    try:
        return read_phone_number(phone, calling_code=calling_code)
    except ValueError as error:
        raise RosterError("roster.phone_invalid") from error


def read_person_id(text: str) -> str:
    """Read an employee or student number as text.

    Raises:
        RosterError: `roster.id_too_long`, and those of `clean_cell`.
    """
    return _read_short(text, max_chars=MAX_ID_CHARS, code="roster.id_too_long")


def read_license_number(text: str) -> str:
    """Read a licence or certificate number as text.

    Raises:
        RosterError: `roster.license_too_long`, and those of `clean_cell`.
    """
    return _read_short(text, max_chars=MAX_ID_CHARS, code="roster.license_too_long")


def read_note(text: str) -> str:
    """Read a sentence about the evidence; line breaks become spaces.

    Raises:
        RosterError: `roster.note_too_long`, and those of `clean_cell`.
    """
    return _read_short(" ".join(text.split()), max_chars=MAX_NOTE_CHARS, code="roster.note_too_long")


def _read_short(text: str, *, max_chars: int, code: str) -> str:
    cleaned = clean_cell(text)
    if is_nothing(cleaned):
        return ""
    if len(cleaned) > max_chars:
        raise RosterError(code)
    return cleaned


def is_link(text: str) -> bool:
    """Tell whether a cell looks like a web address of any kind."""
    return bool(re.match(r"(?:[A-Za-z][A-Za-z0-9+.-]*:|www\.)\S*$", text.strip()))


def read_link(text: str) -> str:
    """Read an https address.

    Raises:
        RosterError: `roster.evidence_url_invalid`, and those of `clean_cell`.
    """
    link = clean_cell(text)
    if is_nothing(link):
        return ""
    if not is_https_url(link):
        raise RosterError("roster.evidence_url_invalid")
    return link


def is_https_url(text: str) -> bool:
    """Tell whether `text` is an absolute https address without spaces, user or odd characters."""
    if len(text) > MAX_URL_CHARS or not re.fullmatch(r"[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]+", text):
        return False
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    has_host = "." in host.strip(".") or host == "localhost"
    return parts.scheme == "https" and has_host and "@" not in parts.netloc and port != 0


def read_number(text: str) -> Decimal:
    """Read `87`, `87.5`, `87,5`, `1,250` or `87 %`.

    Raises:
        RosterError: `roster.value_not_number`, and those of `clean_cell`.
    """
    cleaned = unicodedata.normalize("NFKC", clean_cell(text)).removesuffix("%").strip()
    if len(cleaned) > MAX_NUMBER_CHARS:
        raise RosterError("roster.value_not_number")
    if _THOUSANDS.fullmatch(cleaned):
        cleaned = cleaned.replace(",", "")
    elif _DECIMAL_COMMA.fullmatch(cleaned):
        cleaned = cleaned.replace(",", ".")
    if not _NUMBER.fullmatch(cleaned):
        raise RosterError("roster.value_not_number")
    return Decimal(cleaned)


def write_number(value: Decimal) -> str:
    """Write a number without a needless `.0` and never with an exponent."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
