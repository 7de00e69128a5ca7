"""Reads dates in any style a class list may use.

A whole column is looked at first, so that `05/06/2026` is read the way its
neighbours `05/22/2026` or `22/06/2026` show.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from schemas import RosterError

if TYPE_CHECKING:
    from collections.abc import Iterable

EARLIEST_YEAR = 1950
LATEST_YEAR = 2100
CENTURY_PIVOT = 70  # a two-digit year below this is 20yy
MAX_DATE_CHARS = 60
# Day 0 of the 1900 date system as every spreadsheet counts it after its false 29 February 1900.
_SERIAL_EPOCH = date(1899, 12, 30)

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january ene enero",
            "feb february febrero",
            "mar march marzo",
            "apr april abr abril",
            "may mayo",
            "jun june junio",
            "jul july julio",
            "aug august ago agosto",
            "sep sept september set septiembre setiembre",
            "oct october octubre",
            "nov november noviembre",
            "dec december dic diciembre",
        ),
        start=1,
    )
    for name in names.split()
}
_FILLERS = frozenset(
    [
        "of",
        "de",
        "del",
        "the",
        "el",
        "st",
        "nd",
        "rd",
        "th",
        "mon",
        "tue",
        "tues",
        "wed",
        "thu",
        "thur",
        "thurs",
        "fri",
        "sat",
        "sun",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "lun",
        "mie",
        "jue",
        "vie",
        "sab",
        "dom",
        "lunes",
        "martes",
        "miercoles",
        "jueves",
        "viernes",
        "sabado",
        "domingo",
    ]
)
_TIME = re.compile(
    r"(?:t|\s|,)\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?\s*(?:[ap]\.?\s?m\.?)?\s*(?:z|utc|gmt|[+-][0-9]{2}:?[0-9]{2})?$"
)
_YEAR_FIRST = re.compile(r"([0-9]{4})\s?([-/.])\s?([0-9]{1,2})\s?\2\s?([0-9]{1,2})")
_BASIC = re.compile(r"((?:19|20)[0-9]{2}|2100)([0-9]{2})([0-9]{2})")
_SERIAL = re.compile(r"([0-9]{5})(?:\.[0-9]+)?")
_NUMERIC = re.compile(r"([0-9]{1,2})\s?([-/. ])\s?([0-9]{1,2})\s?\2\s?([0-9]{4}|[0-9]{2})")
_HEADER_DAY_FIRST = re.compile(r"\bd{1,2}\s?[-/. ]\s?m{1,3}\b")
_HEADER_MONTH_FIRST = re.compile(r"\bm{1,3}\s?[-/. ]\s?d{1,2}\b")
_LAST_MONTH = 12


class DateOrder(enum.Enum):
    """Which number comes first in `05/06/2026`."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
    MIXED = "mixed"  # the column uses both: only cells that say it themselves can be read


@dataclass(frozen=True, slots=True)
class DateStyle:
    """How a column of dates is read. `is_assumed` is set when no cell showed the order but one needed it."""

    order: DateOrder
    is_assumed: bool = False


class _Numeric(NamedTuple):
    """Two numbers whose order must be known, and a year."""

    first: int
    second: int
    year: int
    is_day_first: bool  # dots are used only day first

    @property
    def needs_order(self) -> bool:
        return (
            not self.is_day_first
            and self.first <= _LAST_MONTH
            and self.second <= _LAST_MONTH
            and self.first != self.second
        )


def infer_date_style(texts: Iterable[str], *, header: str, default: DateOrder) -> DateStyle:
    """Find the order of day and month that a whole column shows.

    Args:
        texts: All cells of the column.
        header: The header as written; `Date (dd/mm/yyyy)` decides.
        default: Used when neither the header nor any cell tells.
    """
    numeric = [found for found in map(_read_numeric, map(_fold, texts)) if found and not found.is_day_first]
    hint = _fold(header)
    if _HEADER_DAY_FIRST.search(hint):
        return DateStyle(DateOrder.DAY_FIRST)
    if _HEADER_MONTH_FIRST.search(hint):
        return DateStyle(DateOrder.MONTH_FIRST)
    # 31/02 is no day in either order and proves nothing.
    is_day_seen = any(found.first > _LAST_MONTH and _is_day(found.year, found.second, found.first) for found in numeric)
    is_month_seen = any(
        found.second > _LAST_MONTH and _is_day(found.year, found.first, found.second) for found in numeric
    )
    if is_day_seen and is_month_seen:
        return DateStyle(DateOrder.MIXED)
    if is_day_seen:
        return DateStyle(DateOrder.DAY_FIRST)
    if is_month_seen:
        return DateStyle(DateOrder.MONTH_FIRST)
    return DateStyle(default, is_assumed=any(found.needs_order for found in numeric))


def read_cell_date(text: str, style: DateStyle) -> date:
    """Read one cell.

    Raises:
        RosterError: `roster.date_invalid` (no such day, or not a date), `roster.date_ambiguous`,
            `roster.date_out_of_range` (before 1950 or after 2100).
    """
    folded = _fold(text)
    serial = _SERIAL.fullmatch(folded)
    if serial:
        found = _SERIAL_EPOCH + timedelta(days=int(serial[1]))
    else:
        year, month, day = _read_parts(folded, style)
        try:
            found = date(year, month, day)
        except ValueError as error:
            raise RosterError("roster.date_invalid") from error
    if not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
        raise RosterError("roster.date_out_of_range")
    return found


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4_096)  # a class has few days
def _fold(text: str) -> str:
    """Plain small ASCII letters and digits, without accents and without a time of day."""
    bare = text[:MAX_DATE_CHARS].casefold()
    if not bare.isascii():
        bare = "".join(char for char in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(char))
    return _TIME.sub("", " ".join(bare.split())).strip(" ,.")


def _read_parts(folded: str, style: DateStyle) -> tuple[int, int, int]:
    """Return year, month and day as written, not yet checked against the calendar."""
    fixed = _YEAR_FIRST.fullmatch(folded)
    if fixed:
        return int(fixed[1]), int(fixed[3]), int(fixed[4])
    basic = _BASIC.fullmatch(folded)
    if basic:
        return int(basic[1]), int(basic[2]), int(basic[3])
    numeric = _read_numeric(folded)
    if numeric:
        return _order_numeric(numeric, style)
    return _read_words(folded)


def _read_numeric(folded: str) -> _Numeric | None:
    match = _NUMERIC.fullmatch(folded)
    if not match:
        return None
    return _Numeric(int(match[1]), int(match[3]), _full_year(match[4]), match[2] == ".")


def _order_numeric(numeric: _Numeric, style: DateStyle) -> tuple[int, int, int]:
    day_first = numeric.year, numeric.second, numeric.first
    month_first = numeric.year, numeric.first, numeric.second
    if numeric.is_day_first or numeric.first > _LAST_MONTH:
        return day_first
    if numeric.second > _LAST_MONTH or numeric.first == numeric.second:
        return month_first
    if style.order is DateOrder.MIXED:
        raise RosterError("roster.date_ambiguous")
    return day_first if style.order is DateOrder.DAY_FIRST else month_first


def _read_words(folded: str) -> tuple[int, int, int]:
    """Read `22 Nov 2026`, `November 22nd, 2026`, `22 de noviembre de 2026`, `22-nov-26`."""
    tokens = [token for token in re.findall(r"[a-z]+|[0-9]+", folded) if token not in _FILLERS]
    words = [token for token in tokens if token.isalpha()]
    numbers = [token for token in tokens if not token.isalpha()]
    # "May" is the only word of three tokens that can be told; anything else is not one day.
    if (
        len(words) != 1
        or words[0] not in _MONTHS
        or [len(token) for token in numbers] not in ([1, 4], [2, 4], [1, 2], [2, 2], [4, 1], [4, 2])
    ):
        raise RosterError("roster.date_invalid")
    year, day = (numbers[0], numbers[1]) if len(numbers[0]) > 2 else (numbers[1], numbers[0])  # noqa: PLR2004 - digits of a day
    return _full_year(year), _MONTHS[words[0]], int(day)


def _full_year(text: str) -> int:
    year = int(text)
    if len(text) > 2:  # noqa: PLR2004 - digits of a short year
        return year
    return year + (2000 if year < CENTURY_PIVOT else 1900)
