"""What the pages of the verifier need from the application around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from pages import Limiter
    from verifier.report import VerificationReport
    from verifier.verify_any import AnyReport


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeFile:
    """One form of a badge as it is served."""

    body: bytes
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewerBadge:
    """The newest badge in the place of another, on this very site.

    Args:
        slug: Of its page.
        is_correction: Whether the older one was wrong and was revoked; else it was renewed.
        at: When.
    """

    slug: str
    is_correction: bool
    at: datetime


class PublishedBadge(Protocol):
    """A badge that this site published: its bytes, and its other forms by file ending."""

    @property
    def original(self) -> bytes:
        """The bytes to verify."""
        ...

    @property
    def file_stem(self) -> str:
        """Name of its files without the ending: the course and the day, nothing of the person; ASCII, no quotes."""
        ...

    @property
    def status_reason(self) -> str:
        """Why it was revoked or suspended, as the trainer wrote it; else empty."""
        ...

    @property
    def status_changed_at(self) -> datetime | None:
        """When that happened; None when nothing ever changed."""
        ...

    @property
    def newer(self) -> NewerBadge | None:
        """The newest badge in the place of this one; None when this is the newest."""
        ...

    @property
    def endings(self) -> tuple[str, ...]:
        """The forms that exist: `json`, `jwt`, `png`, `svg`, `pdf`."""
        ...

    def note_view(self) -> None:
        """Count that its page was opened; nothing of who opened it."""
        ...

    def render(self, ending: str) -> BadgeFile:
        """Return one form; `ending` is one of `endings`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierDeps:
    """Wiring of the verifier's pages.

    Args:
        base_url: Public address of this site, without a slash at its end.
        find_badge: Looks up a published badge by the slug of its page.
        verify: Verifies the bytes of one credential, with our own published documents at hand.
        verify_any: As `verify`, for one badge or several.
        verify_url: Fetches one https address through the guarded door and verifies what stands there.
        limiter: Counts requests per client.
    """

    base_url: str
    find_badge: Callable[[str], PublishedBadge | None]
    verify: Callable[[bytes], VerificationReport]
    verify_any: Callable[[bytes], AnyReport]
    verify_url: Callable[[str], AnyReport]
    limiter: Limiter
