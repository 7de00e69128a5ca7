"""What people type into forms of the desk, read once for all of them."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus

from pages import PageError


def read_day(text: str) -> date | None:
    """Return the day of a date field; None for an empty one.

    Raises:
        PageError: `request.choice_missing`: no day, which no browser sends.
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise PageError("request.choice_missing", status=HTTPStatus.BAD_REQUEST) from error
