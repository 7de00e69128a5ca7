"""Dates that look right (security §6 J 146, C 66)."""

from __future__ import annotations

import pytest

from schemas import DataModelError, read_datetime
from tests.doubles.cost import within_cost

MAX_COST = 0.2  # yardsticks
INVALID = [
    "2026-02-30T09:00:00Z",
    "2025-02-29T09:00:00Z",
    "2026-13-01T09:00:00Z",
    "2026-00-10T09:00:00Z",
    "2026-11-00T09:00:00Z",
    "2026-11-22T24:00:00Z",
    "2026-11-22T25:00:00Z",
    "2026-11-22T09:60:00Z",
    "2026-11-22T23:59:60Z",
    "2026-11-22T09:00:00",
    "2026-11-22T09:00:00+14:01",
    "2026-11-22T09:00:00-14:01",
    "2026-11-22T09:00:00+15:00",
    "2026-11-22T09:00:00+01:60",
    "2026-11-22T09:00:00+0100",
    "2026-11-22T09:00:00+01",
    "10000-01-01T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "-2026-11-22T09:00:00Z",
    "+2026-11-22T09:00:00Z",
    "26-11-22T09:00:00Z",
    "2026-11-22",
    "2026-11-22 09:00:00Z",
    "2026-11-22t09:00:00z",
    "2026-11-22T09:00:00.Z",
    "2026-11-22T09:00:00,5Z",
    "2026-11-22T09:00Z",
    "2026-W47-7T09:00:00Z",
    "20261122T090000Z",
    " 2026-11-22T09:00:00Z",
    "2026-11-22T09:00:00Z\n",
    "2026-11-22T09:00:00Z split",
    "banana 2026-11-22T09:00:00Z",
    "\uff12\uff10\uff12\uff16-11-22T09:00:00Z",
    "\u0662\u0660\u0662\u0666-11-22T09:00:00Z",
    "2026-11-22T09:00:00Z" + "\0",
    "",
    "2026-11-22T09:00:00." + "0" * 100_000 + "Z",
]


@pytest.mark.parametrize("text", INVALID, ids=range(len(INVALID)))
def test_date_is_invalid(text: str) -> None:
    """Each text is refused, with the place it stood at."""
    with pytest.raises(DataModelError) as caught:
        read_datetime(text, pointer="/validFrom")
    assert (caught.value.code, caught.value.pointer) == ("data_model.date_invalid", "/validFrom")


def test_last_second_of_the_calendar_west_of_greenwich_is_out_of_range() -> None:
    """The year 10000 in UTC is reported, not raised as an overflow."""
    with pytest.raises(DataModelError) as caught:
        read_datetime("9999-12-31T23:59:59-05:00")
    assert caught.value.code == "data_model.date_out_of_range"


def test_refusal_costs_nothing() -> None:
    """A text of a megabyte is not looked at."""
    text = "2026-11-22T09:00:00." + "9" * 1_000_000 + "Z"

    def refuse() -> None:
        with pytest.raises(DataModelError):
            read_datetime(text)

    within_cost(MAX_COST, refuse)
