"""Reads the result cells of a class list against what the achievement measures."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from issuer.cells import clean_cell, fold, is_nothing, read_number, write_number
from issuer.model import RowResult
from issuer.roster_words import completion_words
from schemas import RESULT_STATUS_TYPES, RosterError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from issuer.model import ResultDescription, RubricLevel

MAX_VALUE_CHARS = 200
PERCENT = "Percent"
_NUMBER_TYPES = frozenset((PERCENT, "RawScore", "ScaledScore", "PredictedScore", "RubricScore", "GradePointAverage"))
_HUNDRED = Decimal(100)
_CHECK_MARKS = frozenset("✓✔☑✅")
_CROSS_MARKS = frozenset("✗✘☒❌")


def read_completion(text: str) -> bool | None:
    """Read `yes`, `x`, `passed`, `no`, `absent`…; None when the cell says neither."""
    plain = text.strip()
    if plain in _CHECK_MARKS or plain in _CROSS_MARKS:
        return plain in _CHECK_MARKS
    return completion_words().get(fold(plain).replace(" ", ""))


def is_fraction_column(texts: Iterable[str], description: ResultDescription) -> bool:
    """Tell whether a column of percents holds 0.87 for 87, as a spreadsheet stores a percent cell.

    True only when every number lies from 0 to 1 and one lies strictly between: a column of 0 and 1 stays as it is.
    """
    if description.result_type != PERCENT:
        return False
    numbers = []
    for text in texts:
        if is_nothing(text):
            continue
        if text.strip().endswith("%"):
            return False
        try:
            numbers.append(read_number(text))
        except RosterError:
            continue
    return all(0 <= number <= 1 for number in numbers) and any(0 < number < 1 for number in numbers)


def scale_fraction(text: str) -> str:
    """Turn 0.87 into 87; what is not a number stays as it is."""
    try:
        return write_number(read_number(text) * _HUNDRED)
    except RosterError:
        return text


def is_numeric(description: ResultDescription) -> bool:
    """Tell whether a result is a number: by its type, or because it has bounds."""
    return description.result_type in _NUMBER_TYPES or bool(description.value_min or description.value_max)


def find_bounds(description: ResultDescription) -> tuple[str, str]:
    """Return the least and the most that a number can be; empty where nothing bounds it.

    A percent goes from 0 to 100 unless its course says otherwise, such as 110 with extra points.
    """
    is_percent = description.result_type == PERCENT
    return description.value_min or ("0" if is_percent else ""), description.value_max or ("100" if is_percent else "")


def read_result(text: str, description: ResultDescription) -> RowResult | None:
    """Read one result of one person; None when the cell is empty and nothing is required.

    Raises:
        RosterError: `roster.result_missing`, `roster.level_unknown`, `roster.level_below_required`,
            `roster.value_not_number`, `roster.value_out_of_range`, `roster.value_below_required`,
            `roster.value_not_allowed`, `roster.not_completed`, `roster.value_too_long`.
    """
    cell = clean_cell(text)
    if is_nothing(cell):
        if description.required_level or description.required_value:
            raise RosterError("roster.result_missing")
        return None
    if description.levels:
        return RowResult(description_key=description.key, level=_read_level(cell, description))
    if description.result_type == "Status":
        return RowResult(description_key=description.key, value=_read_status(cell))
    if description.allowed_values:
        return RowResult(description_key=description.key, value=_read_allowed(cell, description))
    if is_numeric(description):
        return RowResult(description_key=description.key, value=_read_value(cell, description))
    if len(cell) > MAX_VALUE_CHARS:
        raise RosterError("roster.value_too_long")
    if description.required_value and fold(cell) != fold(description.required_value):
        raise RosterError("roster.value_below_required")
    return RowResult(description_key=description.key, value=cell)


def _read_level(cell: str, description: ResultDescription) -> str:
    keys = [level.key for level in description.levels]
    found = _match_level(cell, description.levels)
    if not found:
        raise RosterError("roster.level_unknown")
    if description.required_level and keys.index(found) < keys.index(description.required_level):
        raise RosterError("roster.level_below_required")
    return found


def _match_level(cell: str, levels: tuple[RubricLevel, ...]) -> str:
    """Find the level by key, by name, or by its points when no two levels share them."""
    word = fold(cell)
    for level in levels:
        if word in {fold(level.key), fold(level.name)}:
            return level.key
    by_points = [level.key for level in levels if level.points and fold(level.points) == word]
    return by_points[0] if len(by_points) == 1 else ""


def _read_status(cell: str) -> str:
    word = fold(cell).replace(" ", "")
    status = next((name for name in RESULT_STATUS_TYPES if name.lower() == word), "")
    if not status:
        status = {True: "Completed", False: "Failed", None: ""}[read_completion(cell)]
    if not status:
        raise RosterError("roster.value_not_allowed")
    if status != "Completed":
        raise RosterError("roster.not_completed")
    return status


def _read_allowed(cell: str, description: ResultDescription) -> str:
    by_word = {fold(value): value for value in description.allowed_values}
    value = next((value for value in description.allowed_values if value == cell), by_word.get(fold(cell), ""))
    if not value:
        raise RosterError("roster.value_not_allowed")
    ranks = description.allowed_values
    # allowedValue is ordered from low to high (OB 3.0 ResultDescription).
    if description.required_value in ranks and ranks.index(value) < ranks.index(description.required_value):
        raise RosterError("roster.value_below_required")
    return value


def _read_value(cell: str, description: ResultDescription) -> str:
    number = read_number(cell)
    least, most = find_bounds(description)
    if (least and number < Decimal(least)) or (most and number > Decimal(most)):
        raise RosterError("roster.value_out_of_range")
    if description.required_value and number < Decimal(description.required_value):
        raise RosterError("roster.value_below_required")
    return write_number(number)
