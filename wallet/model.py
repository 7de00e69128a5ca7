"""What a wallet holds, as plain values."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from schemas import JsonObject

MAX_HOLDINGS = 1_000  # of one holder
MAX_SHARES = 100
MAX_SHARED_BADGES = 30  # each is verified whenever somebody opens the link
MAX_IDENTIFIERS = 10
MAX_NAME_CHARS = 120
MAX_NOTE_CHARS = 1_000
EMAIL = "email"  # kinds of identifiers that can be verified
PHONE = "phone"  # in the form of E.164


class Origin(enum.Enum):
    """How something came into the wallet."""

    CLAIMED = "claimed"  # from a course on this site
    ADDED = "added"  # from elsewhere, verified here
    SELF_RECORDED = "self-recorded"  # written down by the holder; no badge


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """An address that the holder has shown to be theirs."""

    id: str
    kind: str
    value: str
    verified_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What the wallet shows of a badge: only what the signature covered when it was last checked.

    Of self-recorded training it is what the holder wrote.

    Args:
        title: Name of the achievement.
        issuer: Name of who issued it, or where the training was.
        issuer_domain: Address that the signature proves; empty when it proves none.
        recipient: Whom it was given to; empty when the badge does not say.
        kind: The standard's AchievementType.
        language: Language of these texts.
        description: Markdown.
        can_do: What the person can do, a sentence each.
        tested: How it was tested, else how it is earned, in plain text; empty when the badge does not say.
        skills: Names of the skills.
        earned_on: Day of the award, else of the issue.
        valid_until: End of its validity; None for no end.
        credential_id: Its own identifier.
        note: What the holder wrote; only of self-recorded training.
    """

    title: str
    issuer: str = ""
    issuer_domain: str = ""
    recipient: str = ""
    kind: str = ""
    language: str = "en"
    description: str = ""
    can_do: tuple[str, ...] = ()
    tested: str = ""
    skills: tuple[str, ...] = ()
    earned_on: date | None = None
    valid_until: datetime | None = None
    credential_id: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One badge, or one note of a training, in one wallet.

    Args:
        id: Random.
        origin: How it came here.
        slug: Of its page on this site; else empty.
        sha256: Of the bytes that came in, in hexadecimal.
        media_type: Of those bytes.
        added_at: When.
        headline: Value of the last `Headline`; empty for self-recorded training.
        lost: Why it is not in force, as a code; empty when it is, or when that is not known.
        card: What the wallet shows.
        checked_at: When it was last verified; None for self-recorded training.
    """

    id: str
    origin: Origin
    slug: str
    sha256: str
    media_type: str
    added_at: datetime
    headline: str
    lost: str
    card: Card
    checked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHolding:
    """What is put into a wallet.

    Args:
        origin: How it comes here.
        badge_key: Says which badge it is, in whatever form.
        original: The bytes that came in; empty for self-recorded training.
        media_type: Of those bytes.
        headline: Value of the `Headline`; empty for self-recorded training.
        card: What the wallet shows.
        report: The whole report, in its machine form without the credential.
        slug: Of its page on this site; else empty.
        lost: Why it is not in force, as a code.
        checked_at: When it was verified.
    """

    origin: Origin
    badge_key: str
    original: bytes
    media_type: str
    headline: str
    card: Card
    report: JsonObject
    slug: str = ""
    lost: str = ""
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A link that shows some badges to whoever has it.

    Args:
        id: Random.
        name: How the holder calls it.
        created: When it was made.
        expires: When it ends; None for no end.
        withdrawn: When the holder took it back; None when they did not.
        opened: How often it was opened by others. Nothing is kept about who they are.
        count: How many badges it shows.
    """

    id: str
    name: str
    created: datetime
    expires: datetime | None
    withdrawn: datetime | None
    opened: int
    count: int

    def is_open(self, now: datetime) -> bool:
        """Say whether the link shows anything now."""
        return self.withdrawn is None and (self.expires is None or now < self.expires)
