"""How a person gets the badge that is theirs: by link, by the code on paper, by name in class, by a proven address.

Looking changes nothing. Whoever takes a badge takes it once; a link that is unknown, spent or over gets one and the
same answer. Only a true link that still waits tells that its badge was taken back or is paused.
Spec: security.md T-53, T-54.
"""

from __future__ import annotations

import copy
import re
import threading
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from issuer import claim_store, delivery_store
from issuer.achievement_store import find_achievement
from issuer.cells import fold
from issuer.claim_messages import find_answering_contact, find_contact
from issuer.delivery_store import SecondStep
from issuer.job_store import get_job
from issuer.slot_store import REVOCATION, SUSPENSION
from keys import is_same_secret, read_code
from schemas import LedgerError, hide_phone_number
from storage import MessageChannel, NewMessage, enqueue, find_message

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from issuer.claim_messages import Contact
    from issuer.claim_store import ClaimRow
    from issuer.delivery_store import ClassDelivery
    from issuer.ledger import Ledger
    from keys import LinkSecret

CLAIM_LIFE = timedelta(days=180)  # of a link, from the day it was made or sent again
SECOND_CODE_LIFE = timedelta(minutes=15)
SECOND_CODE_DIGITS = 6
MAX_TRIES = 5  # wrong second steps for one badge in `TRY_WINDOW`
TRY_WINDOW = timedelta(hours=1)
CLASS_CODE_LETTERS = 8
MAX_CLASS_TRIES = 60  # wrong names and codes of one class in `CLASS_TRY_WINDOW`, by everybody together
CLASS_TRY_WINDOW = timedelta(minutes=10)
MAX_TYPED_CHARS = 200
CLASS_PURPOSE = "class"
WORD_PURPOSE = "class-word"
SECOND_PURPOSE = "second-step"
CODE_TEMPLATE = "claim-code"
STATUS_REFUSALS = MappingProxyType({REVOCATION: "claim.revoked", SUSPENSION: "claim.suspended"})
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A badge that waits for its person.

    Args:
        slug: Which badge.
        second_step: What the page has to ask for.
        hint: The address or number a code is sent to, all but hidden, such as `d…@example.org`; empty without one.
    """

    slug: str
    second_step: SecondStep
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedBadge:
    """A badge that a holder has now."""

    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassClaim:
    """A class whose code is open."""

    job_id: str
    course_name: str
    second_step: SecondStep


class Claims:
    """The rules of claiming. Safe to share between threads.

    Args:
        ledger: Where badges and claims are kept.
        links: The secret that links and codes are made from.
    """

    def __init__(self, ledger: Ledger, links: LinkSecret) -> None:
        self.ledger = ledger
        self.links = links
        # A whole class claims in one minute: threads wait here in turn, not for the store's lock by chance.
        self._door = threading.Lock()

    def acting_for(self, person_id: str) -> Claims:
        """Return these rules for what one person of the desk does; see `Ledger.acting_for`."""
        other = copy.copy(self)
        other.ledger = self.ledger.acting_for(person_id)
        return other

    def find_claim(self, token: str) -> Claim | None:
        """Return what a link leads to; None when it is unknown, spent, over, or the badge is not in force."""
        with self.ledger.database.read() as connection:
            claim = self._find_open(connection, token)
            if claim is None:
                return None
            step = self._second_step(connection, claim)
            contact = self._find_contact(connection, claim)
        return Claim(slug=claim.slug, second_step=step, hint=hide_contact(contact))

    def find_by_code(self, typed: str) -> str | None:
        """Return the token of the claim that has this code on its hand-out; None when it is unknown, spent or over."""
        code = read_code(typed)
        if len(code) != claim_store.HAND_OUT_LETTERS:
            return None
        with self.ledger.database.read() as connection:
            claim = claim_store.find_by_hand_out_code(connection, self.links, code)
            is_true = claim is not None and self._find_refusal(connection, claim) != "claim.unknown"
            return self._token(claim) if claim is not None and is_true else None

    def explain_refusal(self, token: str) -> str:
        """Return why a link leads to no badge, as a code: `claim.revoked`, `claim.suspended`, else `claim.unknown`."""
        with self.ledger.database.read() as connection:
            claim = claim_store.find_by_token(connection, token) if _TOKEN.fullmatch(token) else None
            return (claim and self._find_refusal(connection, claim)) or "claim.unknown"

    def note_opened(self, token: str) -> None:
        """Note that a person, not a mail scanner, opened the page: at its first POST."""
        with self._door, self.ledger.database.write() as connection:
            claim = self._find_open(connection, token)
            if claim is not None:
                claim_store.note_opened(connection, claim.id, now=self.ledger.clock())

    def send_second_code(self, token: str) -> None:
        """Send six digits to the address or number on record; while they hold, no other ones.

        Raises:
            LedgerError: `claim.unknown`, also when no code is asked for.
        """
        now = self.ledger.clock()
        with self._door, self.ledger.database.write() as connection:
            claim = self._find_open(connection, token)
            if claim is None or self._second_step(connection, claim) is not SecondStep.EMAIL_CODE:
                raise LedgerError("claim.unknown")
            claim_store.note_opened(connection, claim.id, now=now)
            if claim.second_expires is not None and now < claim.second_expires:
                return
            contact = self._find_contact(connection, claim)
            assert contact is not None
            number = claim_store.begin_second_round(connection, claim, expires=now + SECOND_CODE_LIFE)
            message = NewMessage(
                channel=contact.channel,
                recipient=contact.address,
                template=CODE_TEMPLATE,
                facts={"claim": claim.id, "round": number},
                dedupe_key=f"{CODE_TEMPLATE}/{claim.id}/{number}",
            )
            enqueue(connection, message, now=now)

    def second_code(self, claim: ClaimRow) -> str:
        """Return the six digits that were sent last."""
        return self.links.make_digits(SECOND_PURPOSE, claim.id, claim.second_round, digits=SECOND_CODE_DIGITS)

    def consume_claim(self, token: str, *, holder_ref: str, answer: str = "") -> ClaimedBadge:
        """Give the badge of a link to a holder, once. The same holder may ask twice, as a double press does.

        Args:
            token: From the link.
            holder_ref: Names the holder in the wallet; says nothing about the person.
            answer: The digits or the class word, when a second step is asked for.

        Raises:
            LedgerError: `claim.unknown`, `claim.revoked`, `claim.suspended`, `claim.second_step_wrong` or
                `claim.too_many_tries`.
        """
        with self._door:
            with self.ledger.transaction() as connection:
                code, claim = self._consume(connection, token, holder_ref=holder_ref, answer=answer)
            # After the commit: a wrong answer has to stay counted.
            if claim is None:
                raise LedgerError(code)
        return ClaimedBadge(slug=claim.slug)

    def find_class(self, code: str) -> ClassClaim | None:
        """Return the class whose code this is, while the code is open."""
        with self.ledger.database.read() as connection:
            found = self._find_class(connection, code)
            if found is None:
                return None
            job = get_job(connection, found.job_id)
            course = find_achievement(connection, job.achievement_slug)
        name = course[1].name if course else job.achievement_slug
        return ClassClaim(job_id=found.job_id, course_name=name, second_step=found.second_step)

    def find_in_class(self, code: str, typed: str) -> str | None:
        """Return the token of the badge of whoever typed a name, or the code of their hand-out, in class.

        None when nobody or more than one has that name, when the badge is claimed already, when a name is not
        enough, and after too many wrong ones: nobody learns who is in a class.
        """
        now = self.ledger.clock()
        with self._door, self.ledger.database.write() as connection:
            found = self._find_class(connection, code)
            if found is None:
                return None
            tries, since = _count_tries(found.tries, found.tries_since, now=now, window=CLASS_TRY_WINDOW)
            if tries > MAX_CLASS_TRIES:
                return None
            claim = self._find_member(connection, found, typed[:MAX_TYPED_CHARS])
            if claim is None or not self._is_open(connection, claim):
                delivery_store.note_class_try(connection, found.job_id, since=since, tries=tries)
                return None
            return self._token(claim)

    def badges_for_identifier(self, kind: str, value: str) -> tuple[str, ...]:
        """Return the badges that were issued to an address that somebody proved to be theirs, newest first.

        Args:
            kind: `email` or `phone`; any other finds nothing.
            value: The address, in letters of either case, or the number in the form of E.164.
        """
        find = {"email": claim_store.find_slugs_by_email, "phone": claim_store.find_slugs_by_phone}.get(kind)
        if find is None or not value:
            return ()
        with self.ledger.database.read() as connection:
            return find(connection, value)

    def is_phone_known(self, phone: str) -> bool:
        """Whether a class list has this number."""
        with self.ledger.database.read() as connection:
            return claim_store.is_phone_known(connection, phone)

    def claim_found(self, slug: str, *, kind: str, value: str, holder_ref: str) -> ClaimedBadge:
        """Give a badge to whoever proved the address that it was issued to, also when a link took it before.

        Raises:
            LedgerError: `claim.unknown` when it was not issued to that address.
        """
        if slug not in self.badges_for_identifier(kind, value):
            raise LedgerError("claim.unknown")
        now = self.ledger.clock()
        with self._door, self.ledger.transaction() as connection:
            job_id = claim_store.home_job(connection, slug) or ""
            if slug not in claim_store.find_by_slugs(connection, [slug]):
                claim_store.insert_claims(
                    connection, self.links, [slug], job_id=job_id, now=now, expires=now + CLAIM_LIFE
                )
            claim = claim_store.find_by_slugs(connection, [slug])[slug]
            if claim_store.note_claimed(connection, claim.id, holder_ref=holder_ref, now=now):
                self.ledger.record(connection, "badge.claimed", slug, by="address")
        return ClaimedBadge(slug=slug)

    def _consume(
        self, connection: Connection, token: str, *, holder_ref: str, answer: str
    ) -> tuple[str, ClaimRow | None]:
        """Return why not, or the claim that was given to the holder."""
        now = self.ledger.clock()
        claim = claim_store.find_by_token(connection, token) if _TOKEN.fullmatch(token) else None
        if claim is None:
            return "claim.unknown", None
        if claim.claimed_at is not None and is_same_secret(claim.holder_ref, holder_ref):
            return "", claim
        if refusal := self._find_refusal(connection, claim):
            return refusal, None
        claim_store.note_opened(connection, claim.id, now=now)
        tries, since = _count_tries(claim.tries, claim.tries_since, now=now, window=TRY_WINDOW)
        step = self._second_step(connection, claim)
        if step is not SecondStep.NONE:
            if tries > MAX_TRIES:
                return "claim.too_many_tries", None
            if not self._is_answer_right(connection, claim, step, answer):
                claim_store.note_wrong_answer(connection, claim, since=since, tries=tries)
                return "claim.second_step_wrong", None
        if not claim_store.note_claimed(connection, claim.id, holder_ref=holder_ref, now=now):
            return "claim.unknown", None
        self.ledger.record(connection, "badge.claimed", claim.slug, by=f"link, {step.value}")
        return "", claim

    def _find_open(self, connection: Connection, token: str) -> ClaimRow | None:
        claim = claim_store.find_by_token(connection, token) if _TOKEN.fullmatch(token) else None
        return claim if claim is not None and self._is_open(connection, claim) else None

    def _is_open(self, connection: Connection, claim: ClaimRow) -> bool:
        return not self._find_refusal(connection, claim)

    def _find_refusal(self, connection: Connection, claim: ClaimRow) -> str:
        """Return why a badge cannot be taken, as a code; empty when it can."""
        if claim.claimed_at is not None or self.ledger.clock() >= claim.expires:
            return "claim.unknown"
        purpose = claim_store.find_out_of_force(connection, [claim.slug]).get(claim.slug)
        return STATUS_REFUSALS[purpose] if purpose else ""

    def _token(self, claim: ClaimRow) -> str:
        return claim_store.claim_token(self.links, claim.id, claim.generation)

    def _second_step(self, connection: Connection, claim: ClaimRow) -> SecondStep:
        """Return what is asked for. With neither address nor number the link or code on paper has to be enough."""
        chosen = delivery_store.find_delivery(connection, claim.job_id)
        if chosen is None or (chosen.second_step is SecondStep.EMAIL_CODE and find_contact(claim) is None):
            return SecondStep.NONE
        return chosen.second_step

    def _find_contact(self, connection: Connection, claim: ClaimRow) -> Contact | None:
        message = find_message(connection, claim.message_key) if claim.message_key else None
        return find_answering_contact(claim, message)

    def _is_answer_right(self, connection: Connection, claim: ClaimRow, step: SecondStep, answer: str) -> bool:
        answer = answer[:MAX_TYPED_CHARS]
        if step is SecondStep.EMAIL_CODE:
            is_alive = claim.second_expires is not None and self.ledger.clock() < claim.second_expires
            return is_alive and is_same_secret(self.second_code(claim), "".join(answer.split()))
        chosen = delivery_store.find_delivery(connection, claim.job_id)
        assert chosen is not None
        return is_same_secret(chosen.word_lock.hex(), lock_word(self.links, claim.job_id, answer).hex())

    def _find_class(self, connection: Connection, code: str) -> ClassDelivery | None:
        letters = read_code(code)
        if len(letters) != CLASS_CODE_LETTERS:
            return None
        found = delivery_store.find_delivery_by_code(connection, self.links.lock(CLASS_PURPOSE, letters))
        return found if found is not None and found.is_code_open(self.ledger.clock()) else None

    def _find_member(self, connection: Connection, found: ClassDelivery, typed: str) -> ClaimRow | None:
        members = delivery_store.list_members(connection, found.job_id)
        code = read_code(typed)
        if len(code) == claim_store.HAND_OUT_LETTERS and any(sign.isalpha() for sign in typed):
            claim = claim_store.find_by_hand_out_code(connection, self.links, code)
            if claim is not None:
                return claim if any(member.slug == claim.slug for member in members) else None
        wanted = _name_key(typed)
        named = [member for member in members if wanted and _name_key(member.name) == wanted]
        if len(named) != 1 or (found.second_step is SecondStep.EMAIL_CODE and not (named[0].email or named[0].phone)):
            return None
        return claim_store.find_by_slugs(connection, [named[0].slug]).get(named[0].slug)


def _count_tries(tries: int, since: datetime | None, *, now: datetime, window: timedelta) -> tuple[int, datetime]:
    """Return the number of this try, if it is a wrong one, and when its window began."""
    if since is None or now - since >= window:
        return 1, now
    return tries + 1, since


def _name_key(name: str) -> list[str]:
    """Return a name for comparing: no accents, no case, and the family name may come first."""
    return sorted(fold(name).split())


def lock_word(links: LinkSecret, job_id: str, word: str) -> bytes:
    """Return the keyed hash of a class word; case, accents and signs do not count."""
    return links.lock(WORD_PURPOSE, f"{job_id} {fold(word)}")


def hide_contact(contact: Contact | None) -> str:
    """Return a contact as its owner knows it and nobody else can tell."""
    if contact is None:
        return ""
    hide = hide_phone_number if contact.channel is MessageChannel.TEXT else hide_address
    return hide(contact.address)


def hide_address(address: str) -> str:
    """Return an address as its owner knows it and nobody else can tell: first letter and domain."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}" if at else ""
