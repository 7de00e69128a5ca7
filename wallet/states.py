"""In what state a badge of the wallet is, from its last check and today's date."""

from __future__ import annotations

import enum
from datetime import timedelta
from typing import TYPE_CHECKING

from verifier import Headline
from wallet.model import Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from wallet.model import Holding

SOON = timedelta(days=90)
MAX_QUERY_CHARS = 200
MIN_STEM_CHARS = 4
MAX_ENDING_CHARS = 4  # -ing, -er, -ador, -ura and their like


class HoldingState(enum.Enum):
    """What the holder sees beside a badge."""

    IN_FORCE = "in_force"
    ENDS_SOON = "ends_soon"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    NOT_CHECKED = "not_checked"
    NOT_GENUINE = "not_genuine"  # it was genuine when it came in, and a later check found otherwise
    NOTE = "note"  # the holder wrote it down; no badge


_LOST = {
    "validity.expired": HoldingState.EXPIRED,
    "validity.not_yet_valid": HoldingState.NOT_YET_VALID,
    "status.suspended": HoldingState.SUSPENDED,
    "status.revoked": HoldingState.REVOKED,
}


def find_state(holding: Holding, now: datetime) -> HoldingState:
    """Return the state of a holding today. A badge may have expired since it was checked."""
    if holding.origin is Origin.SELF_RECORDED:
        return HoldingState.NOTE
    if holding.headline == Headline.NOT_GENUINE.value:
        return HoldingState.NOT_GENUINE
    if holding.headline == Headline.COULD_NOT_CHECK.value:
        return HoldingState.NOT_CHECKED
    end = holding.card.valid_until
    if holding.headline == Headline.GENUINE_BUT.value:
        return _LOST.get(holding.lost, HoldingState.NOT_CHECKED)
    if end is not None and end <= now:
        return HoldingState.EXPIRED
    return HoldingState.ENDS_SOON if end is not None and end - now <= SOON else HoldingState.IN_FORCE


def list_ending(holdings: Sequence[Holding], now: datetime) -> tuple[Holding, ...]:
    """Return the badges that end soon or have ended, by the day on which they do."""
    states = {HoldingState.ENDS_SOON, HoldingState.EXPIRED}
    ending = [
        (holding.card.valid_until, holding)
        for holding in holdings
        if holding.card.valid_until is not None and find_state(holding, now) in states
    ]
    return tuple(holding for _, holding in sorted(ending, key=lambda pair: (pair[0], pair[1].id)))


def is_match(holding: Holding, query: str, fold: Callable[[str], str]) -> bool:
    """Say whether every word of a question stands somewhere in what a badge says, or a word of the same stem does.

    Args:
        holding: What is looked at.
        query: What somebody typed.
        fold: Makes texts comparable: no case, no accents.
    """
    card = holding.card
    year = str(card.earned_on.year) if card.earned_on is not None else ""
    texts = (card.title, card.issuer, card.recipient, card.description, card.note, year, *card.skills, *card.can_do)
    said = fold("\n".join(texts))
    words = frozenset(said.split())
    return all(word in said or _has_stem(word, words) for word in fold(query[:MAX_QUERY_CHARS]).split())


def _has_stem(asked: str, words: frozenset[str]) -> bool:
    """Say whether a word begins as the asked one does: welding and welder, soldadura and soldador."""
    stem = asked[: max(MIN_STEM_CHARS, len(asked) - MAX_ENDING_CHARS)]
    if len(asked) <= MIN_STEM_CHARS:
        return False
    return any(word.startswith(stem) and len(word) - len(stem) <= MAX_ENDING_CHARS for word in words)


def sort_by_day(holdings: Sequence[Holding]) -> tuple[Holding, ...]:
    """Return badges with the one earned last first; those without a day at the end."""
    return tuple(
        sorted(
            holdings,
            key=lambda holding: (holding.card.earned_on is not None, holding.card.earned_on or holding.added_at.date()),
            reverse=True,
        )
    )
