"""What a message says of a badge that ends, to its holder and to whoever else is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pages import write_date
from wallet.text_folding import one_line

if TYPE_CHECKING:
    from datetime import datetime

    from wallet.model import Holding


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingWords:
    """A badge and its end, in words.

    Args:
        title: Name of the badge, in one line.
        issuer: Who issued it, in one line.
        ends: When it ends.
        days: From the day on which the message was put into the outbox, at least one.
    """

    title: str
    issuer: str
    ends: datetime
    days: int

    @property
    def day_en(self) -> str:
        """The day of its end, in English."""
        return write_date(self.ends, "en")

    @property
    def day_es(self) -> str:
        """The day of its end, in Spanish."""
        return write_date(self.ends, "es")

    @property
    def left_en(self) -> str:
        """How long that is, as a sentence in English."""
        return "That is in one day." if self.days == 1 else f"That is in {self.days} days."

    @property
    def left_es(self) -> str:
        """How long that is, as a sentence in Spanish."""
        return "Falta un día." if self.days == 1 else f"Faltan {self.days} días."


def word_ending(holding: Holding, written: datetime) -> EndingWords:
    """Return the words for a badge with an end.

    Args:
        holding: The badge.
        written: When the message was put into the outbox: a second copy says the same.
    """
    ends = holding.card.valid_until
    assert ends is not None
    return EndingWords(
        title=one_line(holding.card.title),
        issuer=one_line(holding.card.issuer),
        ends=ends,
        days=max(1, (ends - written).days),
    )
