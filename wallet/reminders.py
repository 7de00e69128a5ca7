"""When somebody is told that a badge ends: rules without a store and without a clock of their own."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from verifier import Headline
from wallet.model import Origin
from wallet.states import HoldingState, find_state

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from wallet.model import Holding

MONTH_TOLD_DAYS = 7  # the first of each month
_JUST_BEFORE = timedelta(seconds=1)
REMIND_DAYS = (90, 60, 30, 7)  # before the end
# Of a badge whose status could not be read the end is still what its issuer signed.
_WORTH_IT = frozenset({HoldingState.IN_FORCE, HoldingState.ENDS_SOON, HoldingState.NOT_CHECKED})


def find_due_days(ends: datetime, now: datetime) -> int:
    """Return the reminder whose time it is, in days before the end; 0 when there is none.

    Each has its time until the next one: of those that were missed only the nearest to the end is left.
    """
    left = ends - now
    if left <= timedelta(0):
        return 0
    return min((days for days in REMIND_DAYS if left <= timedelta(days=days)), default=0)


def list_due(
    holdings: Sequence[Holding], now: datetime, *, is_out_of_use: Callable[[str], bool]
) -> tuple[tuple[Holding, int], ...]:
    """Return the badges of one wallet that its holder is to be reminded of, each with its `find_due_days`.

    Args:
        holdings: Everything in the wallet.
        now: Aware UTC.
        is_out_of_use: Says of a badge of this site, by its slug, whether it was revoked, suspended or replaced.
    """
    found = []
    for holding in holdings:
        ends = holding.card.valid_until
        days = find_due_days(ends, now) if ends is not None else 0
        if days and is_in_use(holding, now, is_out_of_use=is_out_of_use) and not _is_renewed(holding, holdings, now):
            found.append((holding, days))
    return tuple(found)


def list_lasting(
    holdings: Sequence[Holding], now: datetime, *, ended_after: datetime, is_out_of_use: Callable[[str], bool]
) -> tuple[Holding, ...]:
    """Return the badges of a wallet with an end after a time, in use until then and not renewed, the nearest first."""
    found = [
        (holding.card.valid_until, holding.id, holding)
        for holding in holdings
        if holding.card.valid_until is not None
        and holding.card.valid_until > ended_after
        # As of a day on which it had not ended yet: what has just ended stays.
        and is_in_use(holding, min(now, holding.card.valid_until - _JUST_BEFORE), is_out_of_use=is_out_of_use)
        and not _is_renewed(holding, holdings, now)
    ]
    return tuple(holding for *_, holding in sorted(found, key=lambda entry: entry[:2]))


def find_told_month(now: datetime) -> tuple[datetime, datetime] | None:
    """Return begin and end of the month that holders are told of now, the last one; None when it is too late for that.

    It is told in the first days of a month. A site that stood still then leaves it out.
    """
    if now.day > MONTH_TOLD_DAYS:
        return None
    end = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (end - timedelta(days=1)).replace(day=1), end


def list_earned(
    holdings: Sequence[Holding], begin: datetime, end: datetime, *, now: datetime, is_out_of_use: Callable[[str], bool]
) -> tuple[Holding, ...]:
    """Return the badges that came into a wallet in a time and are in use, in their order."""
    return tuple(
        holding
        for holding in sorted(holdings, key=lambda holding: (holding.added_at, holding.id))
        if begin <= holding.added_at < end and is_in_use(holding, now, is_out_of_use=is_out_of_use)
    )


def is_in_use(holding: Holding, now: datetime, *, is_out_of_use: Callable[[str], bool]) -> bool:
    """Say whether a badge is worth a word about it: genuine as far as known, and neither taken back nor replaced."""
    if holding.origin is Origin.SELF_RECORDED:
        return False
    if holding.slug:  # its issuer is here and knows more than the last check
        return holding.headline != Headline.NOT_GENUINE.value and not is_out_of_use(holding.slug)
    return find_state(holding, now) in _WORTH_IT


def _is_renewed(holding: Holding, holdings: Sequence[Holding], now: datetime) -> bool:
    """Say whether the same badge of the same issuer is in the wallet with a later end, or with none."""
    key = _same_badge(holding)
    return any(
        find_state(other, now) in _WORTH_IT and _ends_later(other, holding)
        for other in holdings
        if other.id != holding.id and other.origin is not Origin.SELF_RECORDED and _same_badge(other) == key
    )


def _same_badge(holding: Holding) -> tuple[str, ...]:
    card = holding.card
    return (card.title.casefold(), card.issuer.casefold(), card.issuer_domain, card.recipient.casefold())


def _ends_later(other: Holding, holding: Holding) -> bool:
    later, end = other.card.valid_until, holding.card.valid_until
    return end is not None and (later is None or later > end)
