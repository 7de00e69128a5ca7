"""Looks at whole columns before their cells are read: date order, yes/no, percents stored as fractions."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from issuer.cells import fold, is_nothing
from issuer.dates import DateOrder, DateStyle, infer_date_style, read_cell_date
from issuer.headers import Column, ColumnRole, is_result_word
from issuer.model import RosterProblem
from issuer.result_cells import is_fraction_column, read_completion
from schemas import DEFAULT_CALLING_CODE, RosterError, is_calling_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from issuer.model import Achievement
    from issuer.sheet_rows import SheetRow


_BRACKETED = re.compile(r"[(\[]([^()\[\]]{1,40})[)\]]")
_COUNTRIES = MappingProxyType(
    {
        **dict.fromkeys(("us", "usa", "united states", "estados unidos", "eeuu", "ee uu", "ca", "canada"), "1"),
        **dict.fromkeys(("mx", "mex", "mexico"), "52"),
        **dict.fromkeys(("es", "esp", "spain", "espana"), "34"),
    }
)


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """A column and how its cells are read."""

    column: Column
    date_style: DateStyle | None = None
    is_fraction: bool = False  # percents stored as 0.87
    calling_code: str = ""  # of a column of telephone numbers: the country of numbers without +
    is_completion: bool = False  # a date in a column such as Completed: an empty cell says not finished


def settle_columns(
    columns: Sequence[Column],
    people: Sequence[SheetRow],
    achievement: Achievement,
    *,
    calling_code: str = DEFAULT_CALLING_CODE,
) -> tuple[tuple[ColumnReading, ...], list[RosterProblem]]:
    """Decide what only a whole column can tell; `calling_code` is for numbers without `+` where a header names none.

    Returns:
        The readings in column order, and notices: `roster.day_first_assumed` or `roster.month_first_assumed`
        (no date told whether day or month comes first), `roster.percent_scaled` (0.87 is read as 87),
        `roster.column_unclear` (a column such as Status holds neither yes/no nor dates and is not used),
        `roster.result_not_used` (a column such as Score that fits no result of the course).
    """
    is_dated = any(column.role is ColumnRole.AWARDED_ON for column in columns)
    readings: list[ColumnReading] = []
    notices: list[RosterProblem] = []
    for column in columns:
        texts = [text for row in people if not is_nothing(text := row.cell(column.index))]
        settled = (
            _settle_completion(column, texts, is_dated=is_dated) if column.role is ColumnRole.COMPLETED else column
        )
        reading = replace(_read_style(settled, texts, achievement), is_completion=column.role is ColumnRole.COMPLETED)
        if column.role is ColumnRole.PHONE:
            reading = replace(reading, calling_code=_find_calling_code(column.header) or calling_code)
        readings.append(reading)
        code = _find_notice(column, reading)
        if code and texts:
            notices.append(RosterProblem(row=0, column=column.header, code=code, value=texts[0][:80]))
    return tuple(readings), notices


def _settle_completion(column: Column, texts: list[str], *, is_dated: bool) -> Column:
    """`Completed` may hold yes and no, or the date; what most cells hold decides. Anything else is not used."""
    half = len(texts) / 2
    if sum(read_completion(text) is not None for text in texts) > half:
        return column
    if not is_dated and sum(_is_date(text) for text in texts) > half:
        return replace(column, role=ColumnRole.AWARDED_ON)
    return replace(column, role=ColumnRole.UNUSED)


def _find_calling_code(header: str) -> str:
    """Return the calling code that stands in brackets behind a header, such as `Phone (MX)` or `Teléfono (+34)`."""
    for bracketed in _BRACKETED.findall(header):
        word = fold(bracketed)
        if is_calling_code(word):
            return word
        if word in _COUNTRIES:
            return _COUNTRIES[word]
    return ""


def _is_date(text: str) -> bool:
    try:
        read_cell_date(text, DateStyle(DateOrder.MONTH_FIRST))
    except RosterError:
        return False
    return True


def _read_style(column: Column, texts: list[str], achievement: Achievement) -> ColumnReading:
    if column.role is ColumnRole.AWARDED_ON:
        # Day first everywhere but in the United States; an English course file is taken for American.
        default = DateOrder.MONTH_FIRST if achievement.language.lower().startswith("en") else DateOrder.DAY_FIRST
        return ColumnReading(column, date_style=infer_date_style(texts, header=column.header, default=default))
    if column.role is ColumnRole.RESULT:
        description = next(result for result in achievement.results if result.key == column.result_key)
        return ColumnReading(column, is_fraction=is_fraction_column(texts, description))
    return ColumnReading(column)


def _find_notice(column: Column, reading: ColumnReading) -> str:
    if reading.date_style is not None and reading.date_style.is_assumed:
        is_day_first = reading.date_style.order is DateOrder.DAY_FIRST
        return "roster.day_first_assumed" if is_day_first else "roster.month_first_assumed"
    if reading.is_fraction:
        return "roster.percent_scaled"
    if column.role is ColumnRole.COMPLETED and reading.column.role is ColumnRole.UNUSED:
        return "roster.column_unclear"
    if column.role is ColumnRole.UNUSED and is_result_word(column.header):
        return "roster.result_not_used"
    return ""
