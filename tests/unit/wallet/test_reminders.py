"""The rules of reminders, without a store: which of the four times it is, and when a badge is renewed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from verifier import Headline
from wallet import Card, Holding, Origin
from wallet.reminders import find_due_days, find_told_month, list_due

NOW = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NEVER_OUT = frozenset[str]()


def holding(
    number: int,
    *,
    days_left: float | None,
    title: str = "MIG welding",
    issuer: str = "Guild",
    headline: Headline = Headline.GENUINE,
    lost: str = "",
) -> Holding:
    """A badge from elsewhere."""
    ends = None if days_left is None else NOW + timedelta(days=days_left)
    return Holding(
        id=f"{number:032x}",
        origin=Origin.ADDED,
        slug="",
        sha256="",
        media_type="image/png",
        added_at=NOW,
        headline=headline.value,
        lost=lost,
        card=Card(title=title, issuer=issuer, issuer_domain="guild.example.org", recipient="Kim", valid_until=ends),
        checked_at=NOW,
    )


def due(*holdings: Holding) -> list[tuple[int, int]]:
    """Return the number of each badge to be reminded of, and the days."""
    found = list_due(holdings, NOW, is_out_of_use=NEVER_OUT.__contains__)
    return [(int(entry.id, 16), days) for entry, days in found]


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (timedelta(days=90) + SECOND, 0),
        (timedelta(days=90), 90),
        (timedelta(days=60) + SECOND, 90),
        (timedelta(days=60), 60),
        (timedelta(days=30), 30),
        (timedelta(days=7) + SECOND, 30),
        (timedelta(days=7), 7),
        (SECOND, 7),
        (timedelta(0), 0),
        (-SECOND, 0),
    ],
)
def test_each_time_lasts_until_the_next(left: timedelta, expected: int) -> None:
    """The reminder of a moment is the nearest that has begun; before the first and after the end there is none."""
    assert find_due_days(NOW + left, NOW) == expected


@pytest.mark.parametrize("days_left", [400, None])
def test_badge_that_was_renewed_elsewhere(days_left: float | None) -> None:
    """The same badge with a later end, or with none, in the same wallet: the older one is not reminded of."""
    assert due(holding(1, days_left=20), holding(2, days_left=days_left)) == []


def test_two_copies_with_near_ends_remind_of_the_later() -> None:
    """Of two that both end soon only the later one counts."""
    assert due(holding(1, days_left=20), holding(2, days_left=50)) == [(2, 60)]


@pytest.mark.parametrize(
    "other",
    [
        holding(2, days_left=400, title="TIG welding"),
        holding(2, days_left=400, issuer="Another guild"),
        holding(2, days_left=400, headline=Headline.NOT_GENUINE),
        holding(2, days_left=400, headline=Headline.GENUINE_BUT, lost="status.revoked"),
        replace(holding(2, days_left=400), origin=Origin.SELF_RECORDED),
        holding(2, days_left=20),
    ],
)
def test_what_is_no_renewal(other: Holding) -> None:
    """Another badge, one that is false or revoked, a note, or one with the same end does not silence the reminder."""
    assert (1, 30) in due(holding(1, days_left=20), other)


@pytest.mark.parametrize(
    ("headline", "lost", "expected"),
    [
        (Headline.GENUINE, "", 1),
        (Headline.COULD_NOT_CHECK, "", 1),
        (Headline.NOT_GENUINE, "", 0),
        (Headline.GENUINE_BUT, "status.revoked", 0),
        (Headline.GENUINE_BUT, "status.suspended", 0),
    ],
)
def test_last_check_of_a_badge_from_elsewhere_decides(headline: Headline, lost: str, expected: int) -> None:
    """Out of use is not reminded of; what could only not be asked is: its end is signed."""
    assert len(due(holding(1, days_left=20, headline=headline, lost=lost))) == expected


def test_own_note_is_no_badge() -> None:
    """Training that somebody wrote down has no end that anybody vouches for."""
    assert due(replace(holding(1, days_left=20), origin=Origin.SELF_RECORDED)) == []


@pytest.mark.parametrize(
    ("now", "begin"),
    [
        (datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)),
        (datetime(2026, 1, 7, 23, 59, tzinfo=UTC), datetime(2025, 12, 1, tzinfo=UTC)),
        (datetime(2028, 3, 2, tzinfo=UTC), datetime(2028, 2, 1, tzinfo=UTC)),
        (datetime(2026, 6, 8, tzinfo=UTC), None),
    ],
)
def test_month_before(now: datetime, begin: datetime | None) -> None:
    """In its first seven days a month tells of the one before, over the turn of the year and after a leap day."""
    month = find_told_month(now)
    assert (month[0] if month else None) == begin
    assert month is None or month[1] == now.replace(day=1, hour=0, minute=0)
