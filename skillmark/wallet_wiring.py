"""Puts the wallet beside the issuer: the wallet asks for badges, and only this file knows who has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from issuer import (
    RecordOrder,
    find_record_issuer,
    read_standings,
    sign_learner_record,
    take_back_record,
)
from skillmark.published import find_published_badge
from skillmark.text_settings import UNLISTED_TEXTS_PER_DAY
from verifier import fetch_presented, verify_any
from wallet import (
    ClaimOffer,
    ClassOffer,
    SecondStep,
    Standing,
    WalletDeps,
    forget_what_is_over,
    notice_renderers,
    remind_of_endings,
    tell_last_month,
    wallet_renderers,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from issuer import Claims, Ledger
    from pages import MailText
    from skillmark.published import LedgerBadge
    from storage import OutboxMessage
    from verifier import AnyReport, VerificationContext
    from wallet import RecordWish


@dataclass(frozen=True, slots=True)
class LedgerClaims:
    """The claims of a ledger as the wallet sees them (`wallet.ClaimDesk`)."""

    claims: Claims

    def find_claim(self, token: str) -> ClaimOffer | None:
        """Return what a link leads to."""
        found = self.claims.find_claim(token)
        if found is None:
            return None
        return ClaimOffer(slug=found.slug, second_step=SecondStep[found.second_step.name], hint=found.hint)

    def explain_refusal(self, token: str) -> str:
        """Return why a link leads to no badge."""
        return self.claims.explain_refusal(token)

    def find_by_code(self, typed: str) -> str | None:
        """Return the token of the badge with this code on its hand-out."""
        return self.claims.find_by_code(typed)

    def send_second_code(self, token: str) -> None:
        """Send a code to the address on record."""
        self.claims.send_second_code(token)

    def consume_claim(self, token: str, *, holder_ref: str, answer: str) -> str:
        """Give the badge of a link to a holder, once."""
        return self.claims.consume_claim(token, holder_ref=holder_ref, answer=answer).slug

    def find_class(self, code: str) -> ClassOffer | None:
        """Return the class with this code."""
        found = self.claims.find_class(code)
        return None if found is None else ClassOffer(course_name=found.course_name)

    def find_in_class(self, code: str, typed: str) -> str | None:
        """Return the token of the badge of whoever typed a name or a code in class."""
        return self.claims.find_in_class(code, typed)

    def badges_for_identifier(self, kind: str, value: str) -> tuple[str, ...]:
        """Return the badges that were issued to a proven address."""
        return self.claims.badges_for_identifier(kind, value)

    def is_phone_known(self, phone: str) -> bool:
        """Whether a class list has a telephone number."""
        return self.claims.is_phone_known(phone)

    def claim_found(self, slug: str, *, kind: str, value: str, holder_ref: str) -> None:
        """Give a badge to whoever proved its address."""
        self.claims.claim_found(slug, kind=kind, value=value, holder_ref=holder_ref)


@dataclass(frozen=True, slots=True)
class WalletBadge:
    """A badge of the ledger as the wallet sees it (`wallet.OwnBadge`)."""

    badge: LedgerBadge

    @property
    def original(self) -> bytes:
        """The signed bytes."""
        return self.badge.original

    @property
    def endings(self) -> tuple[str, ...]:
        """The forms that exist."""
        return self.badge.endings

    @property
    def newest_slug(self) -> str:
        """The badge that stands in the place of this one; empty when this is the newest."""
        newer = self.badge.newer
        return newer.slug if newer is not None else ""


@dataclass(frozen=True, slots=True)
class LedgerRecords:
    """The home organisation's issuer as who signs records (`wallet.RecordDesk`)."""

    ledger: Ledger

    def signer_name(self) -> str:
        """Return the name of who signs."""
        profile = find_record_issuer(self.ledger)
        return profile.name if profile is not None else ""

    def sign(self, wish: RecordWish) -> bytes:
        """Return the signed record."""
        order = RecordOrder(
            id=wish.record_id,
            subject_id=wish.subject_id,
            emails=wish.emails,
            salt=wish.salt,
            made_at=wish.made_at,
            valid_until=wish.valid_until,
            badges=wish.badges,
        )
        return sign_learner_record(self.ledger, order)

    def take_back(self, record_id: str) -> None:
        """Take a record back for good."""
        take_back_record(self.ledger, record_id)


def compose_wallet_deps(
    claims: Claims,
    compose_context: Callable[[], VerificationContext],
    *,
    unlisted_texts_per_day: int = UNLISTED_TEXTS_PER_DAY,
    sends_mail: bool = False,
    sends_texts: bool = False,
) -> WalletDeps:
    """Return the wiring of the wallet of one site; what is named as in `WalletDeps`."""
    ledger = claims.ledger

    def verify(data: bytes, filename: str) -> AnyReport:
        return verify_any(data, context=compose_context(), filename=filename)

    def find_own(slug: str) -> WalletBadge | None:
        found = find_published_badge(ledger, slug)
        return WalletBadge(found) if found is not None else None

    def fetch_badge(url: str) -> bytes:
        return fetch_presented(url, fetcher=compose_context().fetcher).credential

    def list_trainers(slugs: Sequence[str]) -> tuple[tuple[str, str], ...]:
        courses = {found.achievement_slug for slug in slugs if (found := ledger.find_published(slug)) is not None}
        owners = [ledger.find_achievement_issuer(course) for course in sorted(courses)]
        return tuple(dict.fromkeys((owner.name, owner.email) for owner in owners if owner is not None and owner.email))

    def find_standings(slugs: Sequence[str]) -> dict[str, Standing]:
        return {
            slug: Standing(
                lost="status.revoked" if found.is_revoked else "status.suspended" if found.is_suspended else "",
                newest_slug=found.newest_slug,
            )
            for slug, found in read_standings(ledger, slugs).items()
        }

    return WalletDeps(
        base_url=ledger.base_url,
        database=ledger.database,
        clock=ledger.clock,
        time_zone=ledger.time_zone,
        links=claims.links,
        calling_code=ledger.calling_code,
        unlisted_texts_per_day=unlisted_texts_per_day,
        sends_mail=sends_mail,
        sends_texts=sends_texts,
        claims=LedgerClaims(claims),
        find_own=find_own,
        verify=verify,
        find_standings=find_standings,
        is_out_of_use=_find_out_of_use(ledger),
        list_trainers=list_trainers,
        fetch_badge=fetch_badge,
        records=LedgerRecords(ledger),
    )


def renderers_of_wallet(claims: Claims) -> Mapping[str, Callable[[OutboxMessage], MailText | None]]:
    """Return who writes the messages of the wallet, by template."""
    ledger = claims.ledger
    return {
        **wallet_renderers(ledger.database, claims.links, clock=ledger.clock, base_url=ledger.base_url),
        **notice_renderers(
            ledger.database,
            links=claims.links,
            clock=ledger.clock,
            base_url=ledger.base_url,
            is_out_of_use=_find_out_of_use(ledger),
        ),
    }


def remind_holders(claims: Claims) -> int:
    """Put into the outbox what holders are to be told now; return how many messages are new."""
    ledger, now = claims.ledger, claims.ledger.clock()
    count = remind_of_endings(ledger.database, links=claims.links, now=now, is_out_of_use=_find_out_of_use(ledger))
    return count + tell_last_month(ledger.database, links=claims.links, now=now)


def tidy_wallets(claims: Claims) -> None:
    """Forget what no wallet needs any more."""
    forget_what_is_over(claims.ledger.database, now=claims.ledger.clock())


def _find_out_of_use(ledger: Ledger) -> Callable[[str], bool]:
    def is_out_of_use(slug: str) -> bool:
        issued = ledger.find_published(slug)
        return issued is None or issued.revoked or issued.suspended or ledger.find_newer(slug) is not None

    return is_out_of_use
