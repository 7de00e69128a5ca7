"""Handing out the badges of a class: by e-mail or on paper, once each, and what became of every one.

Whatever a kill leaves undone is done by the next call: a badge has one claim, a claim has one message.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from issuer import claim_store, delivery_store
from issuer.cells import fold
from issuer.claim_messages import (
    NOT_NEEDED,
    find_answering_contact,
    find_contact,
    is_contact_of,
    send_by_text_instead,
    send_claim,
)
from issuer.claims import CLAIM_LIFE, CLASS_CODE_LETTERS, CLASS_PURPOSE, lock_word
from issuer.delivery_store import DeliveryWay, SecondStep
from issuer.job_store import get_job
from issuer.slot_store import REVOCATION, SUSPENSION
from issuer.successors import find_corrected
from schemas import LedgerError
from storage import MessageState, find_message, find_messages, requeue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from issuer.claim_store import ClaimRow
    from issuer.claims import Claims
    from issuer.delivery_store import ClassDelivery
    from storage import OutboxMessage

NUDGE_TEMPLATE = "claim-nudge"
CLASS_CODE_LIFE = timedelta(hours=12)
MIN_WORD_CHARS = 3
_CHUNK = 200  # badges in one transaction
_CODE_ATTEMPTS = 5


class DeliveryState(enum.Enum):
    """How far a badge has come on its way to its person."""

    WAITING = "waiting"  # on paper, or nothing was sent
    QUEUED = "queued"
    SENT = "sent"
    BOUNCED = "bounced"
    OPENED = "opened"
    CLAIMED = "claimed"
    SUSPENDED = "suspended"  # paused: it waits, and nobody is told of it
    REVOKED = "revoked"  # taken back for good, whatever its person did before


_IDLE_STATES: Mapping[str, DeliveryState] = MappingProxyType(
    {REVOCATION: DeliveryState.REVOKED, SUSPENSION: DeliveryState.SUSPENDED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The way of one badge so far.

    Args:
        slug: Which badge.
        state: How far it is.
        at: When it came there; None while it waits.
        failure: Code of what the mail server said last; empty when it took everything.
        code: What stands on the person's hand-out; empty once it is claimed, and while the badge is not in force.
        contact: Address or number that the link goes to; empty without either, and while the badge is not in force.
        channel: Value of the `MessageChannel` of the contact; empty without one.
    """

    slug: str
    state: DeliveryState
    at: datetime | None
    failure: str
    code: str
    contact: str = ""
    channel: str = ""


def choose_delivery(claims: Claims, job_id: str, *, way: DeliveryWay, second_step: SecondStep, word: str = "") -> None:
    """Keep how the badges of a class are handed out; `deliver_class` does it as soon as they are issued.

    Args:
        claims: The rules of claiming.
        job_id: Which class.
        way: By e-mail now, or on paper only.
        second_step: What people need beside link, code or name.
        word: The class word; empty keeps the one that was chosen before.

    Raises:
        LedgerError: `job.unknown`, or `claim.word_missing` when a class word is wanted and there is none.
    """
    now = claims.ledger.clock()
    with claims.ledger.transaction() as connection:
        get_job(connection, job_id)
        old = delivery_store.find_delivery(connection, job_id)
        is_word_wanted = second_step is SecondStep.CLASS_WORD and (bool(word) or old is None or not old.word_lock)
        if is_word_wanted and len(fold(word)) < MIN_WORD_CHARS:
            raise LedgerError("claim.word_missing")
        lock = lock_word(claims.links, job_id, word) if is_word_wanted else None
        delivery_store.save_choice(connection, job_id, way=way, second_step=second_step, word_lock=lock, now=now)
        claims.ledger.record(connection, "delivery.chosen", job_id, way=way.value, secondStep=second_step.value)


def deliver_waiting(claims: Claims) -> int:
    """Hand out every class whose badges are issued and that somebody chose a way for; return how many classes."""
    with claims.ledger.database.read() as connection:
        waiting = delivery_store.list_waiting(connection)
    for job_id in waiting:
        deliver_class(claims, job_id)
    return len(waiting)


def deliver_class(claims: Claims, job_id: str) -> None:
    """Give each badge of a class its claim, and put its message into the outbox unless paper was chosen.

    Calling it again does nothing again; badges that were issued in the meantime are handed out too.

    Raises:
        LedgerError: `claim.class_not_ready` when nobody chose a way yet.
    """
    now, database = claims.ledger.clock(), claims.ledger.database
    with database.read() as connection:
        chosen = _get_delivery(connection, job_id)
        members = delivery_store.list_members(connection, job_id)
    for start in range(0, len(members), _CHUNK):
        slugs = [member.slug for member in members[start : start + _CHUNK]]
        with database.write() as connection:
            claim_store.insert_claims(connection, claims.links, slugs, job_id=job_id, now=now, expires=now + CLAIM_LIFE)
            if chosen.way is DeliveryWay.EMAIL:
                idle = claim_store.find_out_of_force(connection, slugs)
                for claim in claim_store.find_by_slugs(connection, slugs).values():
                    if claim.slug not in idle:
                        send_claim(connection, claims.links, claim, now=now)
    with database.write() as connection:
        delivery_store.note_delivered(connection, job_id, now=now)


def send_again(claims: Claims, slug: str) -> bool:
    """Send a person the same link again, and let it hold from today on.

    Returns:
        False when there is nothing to send: the badge was claimed, was never handed out, is not in force, or its
        person has neither address nor number.
    """
    now = claims.ledger.clock()
    with claims.ledger.transaction() as connection:
        claim = claim_store.find_by_slugs(connection, [slug]).get(slug)
        if claim is None or claim.claimed_at is not None or find_contact(claim) is None:
            return False
        if claim_store.find_out_of_force(connection, [slug]):
            return False
        claim_store.extend_claim(connection, claim.id, expires=now + CLAIM_LIFE)
        _send_again(connection, claims, claim, now=now)
        claims.ledger.record(connection, "delivery.repeated", slug)
    return True


def _send_again(connection: Connection, claims: Claims, claim: ClaimRow, *, now: datetime) -> None:
    message = find_message(connection, claim.message_key) if claim.message_key else None
    if message is None or not is_contact_of(claim, message.recipient):
        send_claim(connection, claims.links, claim, now=now)
    elif not send_by_text_instead(connection, claim, message, now=now):
        requeue(connection, message.dedupe_key, now=now)


def read_class_delivery(claims: Claims, job_id: str) -> ClassDelivery | None:
    """Return what was chosen for a class; None when nothing was."""
    with claims.ledger.database.read() as connection:
        return delivery_store.find_delivery(connection, job_id)


def open_class_code(claims: Claims, job_id: str) -> str:
    """Open a class under a new code for `CLASS_CODE_LIFE` and return the code; an older one ends.

    Raises:
        LedgerError: `claim.class_not_ready`.
    """
    now = claims.ledger.clock()
    with claims.ledger.transaction() as connection:
        chosen = _get_delivery(connection, job_id)
        for generation in range(chosen.code_generation + 1, chosen.code_generation + 1 + _CODE_ATTEMPTS):
            code = _class_code(claims, job_id, generation)
            lock = claims.links.lock(CLASS_PURPOSE, code)
            try:
                with connection.begin_nested():
                    delivery_store.open_code(
                        connection, job_id, generation=generation, code_lock=lock, expires=now + CLASS_CODE_LIFE
                    )
            except IntegrityError:
                continue  # another class has this code: one chance in 25 thousand million for each
            claims.ledger.record(connection, "class_code.opened", job_id)
            return code
    raise LedgerError("store.busy")


def close_class_code(claims: Claims, job_id: str) -> None:
    """End a class code now."""
    with claims.ledger.transaction() as connection:
        delivery_store.close_code(connection, job_id)
        claims.ledger.record(connection, "class_code.closed", job_id)


def read_class_code(claims: Claims, job_id: str) -> str:
    """Return the code of a class while it is open; else nothing."""
    chosen = read_class_delivery(claims, job_id)
    if chosen is None or not chosen.is_code_open(claims.ledger.clock()):
        return ""
    return _class_code(claims, job_id, chosen.code_generation)


def read_deliveries(claims: Claims, slugs: Sequence[str]) -> dict[str, Delivery]:
    """Return how far each badge is, by slug; a badge that was never handed out is not among them.

    What became of a corrected badge is what became of the right one.
    """
    with claims.ledger.database.read() as connection:
        found = _find_newest_claims(connection, slugs)
        messages = find_messages(connection, [claim.message_key for claim in found.values() if claim.message_key])
        idle = claim_store.find_out_of_force(connection, [claim.slug for claim in found.values()])
    return {slug: _read_delivery(claims, claim, messages, idle) for slug, claim in found.items()}


def read_delivery_states(connection: Connection, slugs: Sequence[str]) -> dict[str, DeliveryState]:
    """Return how far each badge is, as `read_deliveries` does, for whoever needs no codes."""
    found = _find_newest_claims(connection, slugs)
    messages = find_messages(connection, [claim.message_key for claim in found.values() if claim.message_key])
    idle = claim_store.find_out_of_force(connection, [claim.slug for claim in found.values()])
    return {
        slug: _IDLE_STATES[idle[claim.slug]]
        if claim.slug in idle
        else delivery_state(claim, messages.get(claim.message_key))[0]
        for slug, claim in found.items()
    }


def _find_newest_claims(connection: Connection, slugs: Sequence[str]) -> dict[str, ClaimRow]:
    newest = {slug: slug for slug in slugs} | find_corrected(connection, slugs)
    found = claim_store.find_by_slugs(connection, list(newest.values()))
    return {slug: found[newer] for slug, newer in newest.items() if newer in found}


def _read_delivery(
    claims: Claims, claim: ClaimRow, messages: Mapping[str, OutboxMessage], idle: Mapping[str, str]
) -> Delivery:
    if claim.slug in idle:
        return Delivery(slug=claim.slug, state=_IDLE_STATES[idle[claim.slug]], at=None, failure="", code="")
    message = messages.get(claim.message_key)
    state, at = delivery_state(claim, message)
    code = ""
    if state is not DeliveryState.CLAIMED:
        code = claim_store.hand_out_code(claims.links, claim.id, claim.generation)
    failure = message.failure if message is not None and message.failure != NOT_NEEDED else ""
    contact = find_answering_contact(claim, message)
    return Delivery(
        slug=claim.slug,
        state=state,
        at=at,
        failure=failure,
        code=code,
        contact=contact.address if contact is not None else "",
        channel=contact.channel.value if contact is not None else "",
    )


def delivery_state(claim: ClaimRow, message: OutboxMessage | None) -> tuple[DeliveryState, datetime | None]:
    """Return how far a badge is, and since when: what its person did counts more than what the mail server said."""
    if claim.claimed_at is not None:
        return DeliveryState.CLAIMED, claim.claimed_at
    if claim.opened_at is not None:
        return DeliveryState.OPENED, claim.opened_at
    if message is None or message.failure == NOT_NEEDED:
        return DeliveryState.WAITING, None
    if message.state is MessageState.SENT:
        return DeliveryState.SENT, message.sent_at
    if message.state is MessageState.BOUNCED:
        return DeliveryState.BOUNCED, message.next_at
    return DeliveryState.QUEUED, message.created


def _class_code(claims: Claims, job_id: str, generation: int) -> str:
    return claims.links.make_code(CLASS_PURPOSE, job_id, generation, letters=CLASS_CODE_LETTERS)


def _get_delivery(connection: Connection, job_id: str) -> ClassDelivery:
    chosen = delivery_store.find_delivery(connection, job_id)
    if chosen is None:
        raise LedgerError("claim.class_not_ready")
    return chosen
