"""Points in time as credentials write them (XSD 1.1 dateTimeStamp)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

from schemas.errors import DataModelError

MAX_DATETIME_CHARS: Final = 64  # characters; room for a long fraction of a second
MAX_KEPT_STAMPS: Final = 1_024

# XMLSCHEMA11-2 §3.4.28; the hour 24 and the leap second are left out, a year has four digits.
_STAMP: Final = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]+))?"
    r"(?:Z|(?P<sign>[+-])(?P<offset_hours>0[0-9]|1[0-4]):(?P<offset_minutes>[0-5][0-9]))"
)
_MAX_OFFSET: Final = timedelta(hours=14)  # XMLSCHEMA11-2 §3.3.7.1


def _read_offset(match: re.Match[str]) -> timedelta:
    if match["sign"] is None:
        return timedelta(0)
    offset = timedelta(hours=int(match["offset_hours"]), minutes=int(match["offset_minutes"]))
    return -offset if match["sign"] == "-" else offset


def read_datetime(text: str, *, pointer: str = "") -> datetime:
    """Read an XSD dateTimeStamp; the offset from UTC is mandatory.

    Spec: VCDM 2.0 §4.9; OB 3.0 DateTimeZ; XMLSCHEMA11-2 §3.4.28.

    Args:
        text: For example `2026-11-22T09:00:00Z`. Digits of a second beyond the sixth are cut.
        pointer: JSON Pointer of the property, for the error.

    Returns:
        The moment as aware UTC.

    Raises:
        DataModelError: `data_model.date_invalid` when the text is no such stamp, `data_model.date_out_of_range`
            when the moment in UTC lies outside the years 1 to 9999.
    """
    try:
        return _read_stamp(text) if len(text) <= MAX_DATETIME_CHARS else _read_stamp("")
    except DataModelError as error:
        if not pointer:
            raise
        raise DataModelError(error.code, pointer=pointer) from error


@lru_cache(maxsize=MAX_KEPT_STAMPS)
def _read_stamp(text: str) -> datetime:
    """Read a stamp; the checks of one badge ask for the same few again and again."""
    match = _STAMP.fullmatch(text)
    offset = _read_offset(match) if match else timedelta(0)
    if match is None or abs(offset) > _MAX_OFFSET:
        raise DataModelError("data_model.date_invalid")
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    microsecond = int((match["fraction"] or "0")[:6].ljust(6, "0"))
    try:
        local = datetime(year, month, day, hour, minute, second, microsecond, tzinfo=timezone(offset))
    except ValueError as error:
        raise DataModelError("data_model.date_invalid") from error
    try:
        return local.astimezone(UTC)
    except OverflowError as error:
        raise DataModelError("data_model.date_out_of_range") from error


def format_datetime(moment: datetime) -> str:
    """Write a moment as `2026-11-22T09:00:00Z`, cut to whole seconds.

    Raises:
        ValueError: `moment` has no offset from UTC.
    """
    # So that the clock, which never says the same twice, is written once in a second.
    return _write_second(moment.replace(microsecond=0) if moment.microsecond else moment)


@lru_cache(maxsize=MAX_KEPT_STAMPS)  # equal moments are written alike, whatever their offset
def _write_second(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("a moment without an offset cannot be written")
    in_utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return in_utc.replace(tzinfo=None).isoformat() + "Z"
