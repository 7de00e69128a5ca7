"""What the wallet needs from the application around it. It knows nothing of how badges are issued."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from keys import Clock, LinkSecret
    from storage import Database
    from verifier import AnyReport


class SecondStep(enum.Enum):
    """What is asked for before a badge is handed over, beside the link."""

    NONE = "none"
    EMAIL_CODE = "email_code"
    CLASS_WORD = "class_word"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimOffer:
    """A badge of this site that waits for its person.

    Args:
        slug: Which badge.
        second_step: What the page has to ask for.
        hint: The address it was issued to, all but hidden, such as `d…@example.org`; empty without one.
    """

    slug: str
    second_step: SecondStep
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassOffer:
    """A class of this site whose code is open."""

    course_name: str


class ClaimDesk(Protocol):
    """How badges of this site find their person. What is unknown, spent or over gets one and the same answer."""

    def find_claim(self, token: str) -> ClaimOffer | None:
        """Return what a link leads to; changes nothing."""
        ...

    def find_by_code(self, typed: str) -> str | None:
        """Return the token of the badge with this code on its hand-out."""
        ...

    def send_second_code(self, token: str) -> None:
        """Send a code to the address on record.

        Raises:
            LedgerError: `claim.unknown`.
        """
        ...

    def consume_claim(self, token: str, *, holder_ref: str, answer: str) -> str:
        """Give the badge of a link to a holder, once; return its slug.

        Raises:
            LedgerError: `claim.unknown`, `claim.second_step_wrong` or `claim.too_many_tries`.
        """
        ...

    def find_class(self, code: str) -> ClassOffer | None:
        """Return the class with this code; changes nothing."""
        ...

    def find_in_class(self, code: str, typed: str) -> str | None:
        """Return the token of the badge of whoever typed a name, or the code of a hand-out, in class."""
        ...

    def badges_for_identifier(self, kind: str, value: str) -> tuple[str, ...]:
        """Return the badges that were issued to an address that somebody proved to be theirs."""
        ...

    def claim_found(self, slug: str, *, kind: str, value: str, holder_ref: str) -> None:
        """Give a badge to whoever proved the address that it was issued to.

        Raises:
            LedgerError: `claim.unknown` when it was not issued to that address.
        """
        ...


class OwnBadge(Protocol):
    """A badge that this site published."""

    @property
    def original(self) -> bytes:
        """The signed bytes."""
        ...

    @property
    def endings(self) -> tuple[str, ...]:
        """The forms that exist: `json`, `jwt`, `png`, `svg`, `pdf`."""
        ...

    @property
    def newest_slug(self) -> str:
        """The badge that stands in the place of this one, corrected or renewed; empty when this is the newest."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletDeps:
    """Wiring of the wallet.

    Args:
        base_url: Public address of this site, without a slash at its end.
        database: Where wallets are kept.
        clock: Aware UTC.
        links: The secret that links are made with.
        claims: How badges of this site find their person.
        find_own: Looks up a badge of this site by the slug of its page.
        verify: Verifies bytes, with our own published documents at hand; the name of the file may be empty.
        is_out_of_use: Says of a badge of this site, by its slug, whether it was revoked, suspended or replaced.
        fetch_badge: Fetches the badge at an https address through the guarded door; raises as `fetch_presented`.
    """

    base_url: str
    database: Database
    clock: Clock
    links: LinkSecret
    claims: ClaimDesk
    find_own: Callable[[str], OwnBadge | None]
    verify: Callable[[bytes, str], AnyReport]
    is_out_of_use: Callable[[str], bool]
    fetch_badge: Callable[[str], bytes]
