"""Those who have not claimed their badge: reminded after 3, 10 and 30 days, then on a list to be called.

A reminder goes the way the link went: by e-mail, or as a text message.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from issuer import claim_store
from issuer.claim_messages import is_contact_of, send_by_text_instead
from issuer.delivery import NUDGE_TEMPLATE, DeliveryState, delivery_state
from storage import MessageState, NewMessage, enqueue, find_messages

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from datetime import datetime

    from issuer.claim_store import ClaimRow
    from issuer.claims import Claims
    from storage import OutboxMessage

NUDGE_DAYS = (3, 10, 30)
PHONE_AFTER_DAYS = NUDGE_DAYS[-1]
# Whoever was never written to, or whose mail came back, is called earlier: no reminder reaches them.
PHONE_UNREACHED_AFTER_DAYS = NUDGE_DAYS[0]
MAX_LISTED = 1_000
_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonToCall:
    """Somebody who has a badge and may not know."""

    slug: str
    name: str
    email: str
    phone: str
    achievement_slug: str
    job_id: str
    state: DeliveryState
    waits_since: datetime


def nudge_unclaimed(claims: Claims) -> int:
    """Put the reminders into the outbox whose time has come, and return how many people get one.

    A site that stood still for weeks sends one reminder to each person, not all that it missed.
    """
    now, count = claims.ledger.clock(), 0
    unreminded = partial(claim_store.list_unreminded, days=NUDGE_DAYS[-1])
    for page in _pages(claims, unreminded, before=now - timedelta(days=NUDGE_DAYS[0])):
        messages = _messages_of(claims, page)
        due = [
            (claim, days)
            for claim in page
            if (days := _due_days(claim, messages.get(claim.message_key), now=now)) > claim.nudged_days
        ]
        if not due:
            continue
        with claims.ledger.database.write() as connection:
            idle = claim_store.find_out_of_force(connection, [claim.slug for claim, _ in due])
            for claim, days in due:
                if claim.slug in idle:
                    continue
                message = NewMessage(
                    channel=messages[claim.message_key].channel,
                    recipient=messages[claim.message_key].recipient,
                    template=NUDGE_TEMPLATE,
                    facts={"claim": claim.id, "days": days},
                    dedupe_key=f"{NUDGE_TEMPLATE}/{claim.id}/{claim.generation}/{days}",
                )
                claim_store.note_nudged(connection, claim.id, days)
                count += enqueue(connection, message, now=now)
    return count


def text_unreached(claims: Claims) -> int:
    """Text the link to those whose e-mail came back and who have a telephone, once each; return how many."""
    now, count = claims.ledger.clock(), 0
    for page in _pages(claims, claim_store.list_reachable_twice, before=now):
        messages = _messages_of(claims, page)
        lost = [claim for claim in page if messages[claim.message_key].state is MessageState.BOUNCED]
        if not lost:
            continue
        with claims.ledger.database.write() as connection:
            idle = claim_store.find_out_of_force(connection, [claim.slug for claim in lost])
            for claim in lost:
                message = messages[claim.message_key]
                count += claim.slug not in idle and send_by_text_instead(connection, claim, message, now=now)
    return count


def list_to_call(claims: Claims, *, issuer_slugs: Collection[str] | None = None) -> tuple[PersonToCall, ...]:
    """Return those whom no mail has moved, or none has reached, the longest wait first; at most `MAX_LISTED`.

    With badges of some issuers, or of all.
    """
    now = claims.ledger.clock()
    found: list[PersonToCall] = []
    unclaimed = partial(claim_store.list_unclaimed, issuer_slugs=issuer_slugs)
    for page in _pages(claims, unclaimed, before=now - timedelta(days=PHONE_UNREACHED_AFTER_DAYS)):
        messages = _messages_of(claims, page)
        with claims.ledger.database.read() as connection:
            idle = claim_store.find_out_of_force(connection, [claim.slug for claim in page])
        for claim in page:
            state, _ = delivery_state(claim, messages.get(claim.message_key))
            is_reached = state in {DeliveryState.SENT, DeliveryState.OPENED, DeliveryState.QUEUED}
            days = PHONE_AFTER_DAYS if is_reached else PHONE_UNREACHED_AFTER_DAYS
            if now - claim.created < timedelta(days=days) or claim.slug in idle:
                continue
            found.append(
                PersonToCall(
                    slug=claim.slug,
                    name=claim.recipient_name,
                    email=claim.recipient_email,
                    phone=claim.recipient_phone,
                    achievement_slug=claim.achievement_slug,
                    job_id=claim.job_id,
                    state=state,
                    waits_since=claim.created,
                )
            )
    return tuple(sorted(found, key=lambda person: (person.waits_since, person.name))[:MAX_LISTED])


def _pages(
    claims: Claims, read: Callable[..., tuple[ClaimRow, ...]], *, before: datetime
) -> Iterator[tuple[ClaimRow, ...]]:
    after = ""
    while True:
        with claims.ledger.database.read() as connection:
            page = read(connection, created_before=before, after=after, limit=_PAGE)
        if not page:
            return
        yield page
        after = page[-1].id


def _messages_of(claims: Claims, page: tuple[ClaimRow, ...]) -> dict[str, OutboxMessage]:
    with claims.ledger.database.read() as connection:
        return find_messages(connection, [claim.message_key for claim in page if claim.message_key])


def _due_days(claim: ClaimRow, message: OutboxMessage | None, *, now: datetime) -> int:
    """Return the longest wait that is over since the mail went out; 0 when there is nothing to remind of."""
    if message is None or message.state is not MessageState.SENT or message.sent_at is None or claim.expires <= now:
        return 0
    if not is_contact_of(claim, message.recipient):
        return 0
    waited = (now - message.sent_at).days
    return max((days for days in NUDGE_DAYS if waited >= days), default=0)
