"""What the wallet needs from the application around it. It knows nothing of how badges are issued."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime, tzinfo

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
        hint: The address or number that a code goes to, all but hidden, such as `d…@example.org`; empty without one.
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

    def explain_refusal(self, token: str) -> str:
        """Return why a link leads to no badge, as a code: `claim.revoked`, `claim.suspended`, else `claim.unknown`."""
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
            LedgerError: `claim.unknown`, `claim.revoked`, `claim.suspended`, `claim.second_step_wrong` or
                `claim.too_many_tries`.
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

    def is_phone_known(self, phone: str) -> bool:
        """Whether a class list of this site has a telephone number."""
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
class Standing:
    """What became of a badge of this site.

    Args:
        lost: `status.revoked` or `status.suspended` while it is out of force; else empty.
        newest_slug: The badge that stands in its place, corrected or renewed; empty without any.
    """

    lost: str
    newest_slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWish:
    """What a holder wants to have signed as one record.

    Args:
        record_id: `urn:uuid:…`, random; the same wish under the same id is one record.
        subject_id: `urn:uuid:…`, random; names the holder within this record only.
        emails: Addresses that the holder proved to be theirs.
        salt: Random; the addresses stand in the record as hashes with it.
        made_at: When the holder put the record together, aware.
        valid_until: When it ends; None for no end.
        badges: The signed badges as they came, JSON or tokens.
    """

    record_id: str
    subject_id: str
    emails: tuple[str, ...]
    salt: str
    made_at: datetime
    valid_until: datetime | None
    badges: tuple[bytes, ...]


class RecordDesk(Protocol):
    """Who signs the records of holders. The signature vouches for the collection alone."""

    def signer_name(self) -> str:
        """Return the name of who signs; empty when nobody can."""
        ...

    def sign(self, wish: RecordWish) -> bytes:
        """Return the signed record, a CLR 2.0; nothing of it is kept where it is signed.

        Raises:
            BadgeError: It cannot be signed: `record.no_signer`, `record.too_large`, a fault of the store.
        """
        ...

    def take_back(self, record_id: str) -> None:
        """Take a record back for good; nothing happens when it was never signed, or is taken back already.

        Raises:
            LedgerError: A fault of the store.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletDeps:
    """Wiring of the wallet.

    Args:
        base_url: Public address of this site, without a slash at its end.
        database: Where wallets are kept.
        clock: Aware UTC.
        time_zone: In which people read days and times.
        links: The secret that links are made with.
        claims: How badges of this site find their person.
        find_own: Looks up a badge of this site by the slug of its page.
        verify: Verifies bytes, with our own published documents at hand; the name of the file may be empty.
        find_standings: Says what became of badges of this site, by their slugs; those that nothing became of are left
            out. One question to the ledger, however many there are.
        is_out_of_use: Says of a badge of this site, by its slug, whether it was revoked, suspended or replaced.
        calling_code: Of telephone numbers that are written without `+`.
        unlisted_texts_per_day: How many codes are texted in a day to numbers that no class list has.
        list_trainers: Returns, for badges of this site by their slugs, name and public e-mail address of who issued
            them; those without an address are left out.
        fetch_badge: Fetches the badge at an https address through the guarded door; raises as `fetch_presented`.
        records: Who signs a record of badges.
        sends_mail: Whether mails leave this machine; else they are files.
        sends_texts: Whether text messages do.
    """

    base_url: str
    database: Database
    clock: Clock
    time_zone: tzinfo
    links: LinkSecret
    calling_code: str
    unlisted_texts_per_day: int
    claims: ClaimDesk
    find_own: Callable[[str], OwnBadge | None]
    verify: Callable[[bytes, str], AnyReport]
    find_standings: Callable[[Sequence[str]], Mapping[str, Standing]]
    is_out_of_use: Callable[[str], bool]
    list_trainers: Callable[[Sequence[str]], tuple[tuple[str, str], ...]]
    fetch_badge: Callable[[str], bytes]
    records: RecordDesk
    sends_mail: bool = False
    sends_texts: bool = False
