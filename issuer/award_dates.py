"""Days of an award: when it was earned, until when it holds, and what is wrong with the day."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from issuer.model import RosterProblem

if TYPE_CHECKING:
    from issuer.model import Achievement, RosterRow

_MONTHS_PER_YEAR = 12
# A class in Auckland ends while it is still the day before in UTC.
_FUTURE_TOLERANCE = timedelta(days=1)


def compute_valid_until(achievement: Achievement, awarded_on: date | None, *, now: datetime) -> datetime | None:
    """Return the last second of the last day on which a badge holds; None when it holds for ever."""
    if not achievement.valid_months:
        return None
    last_day = add_months(awarded_on or now.date(), achievement.valid_months)
    return datetime.combine(last_day, time(23, 59, 59), UTC)


def find_date_problem(
    row: RosterRow, achievement: Achievement, awarded_on: date | None, *, now: datetime, column: str = ""
) -> RosterProblem | None:
    """Return why no badge can be given for this day: `job.awarded_in_future` or `job.already_expired`.

    Args:
        row: The person.
        achievement: Says how long a badge holds.
        awarded_on: Day of the award.
        now: Aware UTC.
        column: Header of the column that holds the day, as the trainer wrote it.
    """
    valid_until = compute_valid_until(achievement, awarded_on, now=now)
    code = ""
    if awarded_on is not None and awarded_on > (now + _FUTURE_TOLERANCE).date():
        code = "job.awarded_in_future"
    elif valid_until is not None and valid_until <= now:
        code = "job.already_expired"
    if not code:
        return None
    value = awarded_on.isoformat() if awarded_on is not None else ""
    return RosterProblem(row=row.number, column=column, code=code, value=value, name=row.name)


def add_months(day: date, months: int) -> date:
    """Return the same day of the month later, or the month's last day when it is shorter."""
    year, month = divmod(day.year * _MONTHS_PER_YEAR + day.month - 1 + months, _MONTHS_PER_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
