"""The formats that our schemas ask for. Whoever decides and whoever explains ask the same functions."""

from __future__ import annotations

import re
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from schemas.datetimes import read_datetime
from schemas.errors import DataModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ASCII: Final = "".join(map(chr, range(128)))


def _is_datetime(text: str) -> bool:
    try:
        read_datetime(text)
    except DataModelError:
        return False
    return True


def _is_date(text: str) -> bool:
    try:
        return _DATE.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _is_email(text: str) -> bool:
    return _EMAIL.fullmatch(text) is not None


def _is_uri(text: str) -> bool:
    # Its grammar takes 10 ms to load, and nearly every address is plain (`schema_decision`).
    from rfc3986_validator import validate_rfc3986  # type: ignore[import-untyped]  # noqa: PLC0415

    # An IRI counts as the URI that it maps to (RFC 3987 §3.1): JSON-LD identifies things by IRIs.
    return text.isprintable() and validate_rfc3986(quote(text, _ASCII), rule="URI") is not None


FORMATS: Final[Mapping[str, Callable[[str], bool]]] = MappingProxyType(
    {"date": _is_date, "date-time": _is_datetime, "email": _is_email, "uri": _is_uri}
)
