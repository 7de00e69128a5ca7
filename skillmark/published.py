"""A badge of the ledger as the verifier's pages see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from issuer import CORRECTED_REASON, SuccessorKind, list_endings, render_rendition
from pages import N_, translate
from verifier.web import BadgeFile, NewerBadge

if TYPE_CHECKING:
    from datetime import datetime

    from issuer import IssuedCredential, Ledger

_CORRECTED = N_("Replaced by a corrected badge.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerBadge:
    """One published badge with its other forms."""

    ledger: Ledger
    issued: IssuedCredential

    @property
    def original(self) -> bytes:
        """The bytes to verify."""
        return self.issued.original

    @property
    def file_stem(self) -> str:
        """Course and day of issue."""
        return f"{self.issued.achievement_slug or 'badge'}-{self.issued.issued_at:%Y-%m-%d}"

    @property
    def status_reason(self) -> str:
        """Why it was revoked or suspended; empty while it is in force."""
        if not (self.issued.revoked or self.issued.suspended):
            return ""
        # Our own words, unlike those of a trainer, are known in both languages.
        return translate(_CORRECTED) if self.issued.reason == CORRECTED_REASON else self.issued.reason

    @property
    def status_changed_at(self) -> datetime | None:
        """When that happened."""
        return self.ledger.status_changed_at(self.issued.slug)

    @property
    def newer(self) -> NewerBadge | None:
        """The newest badge in the place of this one; None when this is the newest."""
        link = self.ledger.find_newer(self.issued.slug)
        if link is None:
            return None
        return NewerBadge(slug=link.newest_slug, is_correction=link.kind is SuccessorKind.CORRECTED, at=link.at)

    @property
    def endings(self) -> tuple[str, ...]:
        """The forms that exist."""
        return list_endings(self.issued)

    def note_view(self) -> None:
        """Count that its page was opened."""
        self.ledger.views.note(self.issued.slug, now=self.ledger.clock())

    def render(self, ending: str) -> BadgeFile:
        """Return one form."""
        rendition = render_rendition(self.ledger, self.issued, ending)
        return BadgeFile(body=rendition.body, media_type=rendition.media_type)


def find_published_badge(ledger: Ledger, slug: str) -> LedgerBadge | None:
    """Look a badge up by the slug of its page."""
    issued = ledger.find_published(slug)
    return LedgerBadge(ledger=ledger, issued=issued) if issued and issued.has_page else None
