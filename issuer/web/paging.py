"""Long lists in pages of a hundred."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from flask import request, url_for

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE_ROWS = 100
MAX_PAGE = 100_000

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Row]):
    """One page of a list; `previous_url` and `next_url` are empty at its ends."""

    rows: tuple[Row, ...]
    number: int
    previous_url: str
    next_url: str


def read_page() -> int:
    """Return the page number that was asked for, at least 1."""
    asked = request.args.get("page", "1")
    return min(int(asked), MAX_PAGE) if asked.isascii() and asked.isdigit() and asked.strip("0") else 1


def _url(number: int) -> str:
    assert request.endpoint is not None
    arguments = {**(request.view_args or {}), "page": number}
    return url_for(request.endpoint, **arguments)


def show_page(rows: Sequence[Row], number: int) -> Page[Row]:
    """Return a page from rows that begin where it begins; one row more than it holds says that another follows."""
    return Page(
        rows=tuple(rows[:PAGE_ROWS]),
        number=number,
        previous_url=_url(number - 1) if number > 1 else "",
        next_url=_url(number + 1) if len(rows) > PAGE_ROWS else "",
    )


def clamp_page(number: int, count: int) -> int:
    """Return the page that was asked for, or the last one of a list of `count` rows."""
    return max(1, min(number, -(-count // PAGE_ROWS)))


def cut_page(rows: Sequence[Row], number: int) -> Page[Row]:
    """Return a page of a list that is there as a whole; past its end, the last page."""
    number = clamp_page(number, len(rows))
    start = (number - 1) * PAGE_ROWS
    return show_page(rows[start : start + PAGE_ROWS + 1], number)
