"""The message that carries a claim's link: by e-mail to whoever has an address, else as a text to their telephone.

It is put into the outbox once for each link. Where the contact was corrected, the link that a stranger may have
ends, and the new one goes out by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from issuer import claim_store
from storage import MessageChannel, MessageState, NewMessage, enqueue, find_message

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from issuer.claim_store import ClaimRow
    from keys import LinkSecret
    from storage import OutboxMessage

CLAIM_TEMPLATE = "claim"
NOT_NEEDED = "message.not_needed"  # why a message was left out: the badge was claimed, or taken back, before


@dataclass(frozen=True, slots=True)
class Contact:
    """How somebody is reached."""

    channel: MessageChannel
    address: str  # e-mail address, or number in the form of E.164


def find_contact(claim: ClaimRow) -> Contact | None:
    """Return how the person of a badge is reached at first; None when the list has neither address nor number."""
    if claim.recipient_email:
        return Contact(MessageChannel.EMAIL, claim.recipient_email)
    return Contact(MessageChannel.TEXT, claim.recipient_phone) if claim.recipient_phone else None


def is_contact_of(claim: ClaimRow, address: str) -> bool:
    """Whether this is the address or the number that the person has now."""
    return bool(address) and address in {claim.recipient_email, claim.recipient_phone}


def find_answering_contact(claim: ClaimRow, message: OutboxMessage | None) -> Contact | None:
    """Return where the last message with the link went, if the person still has that; else `find_contact`."""
    if message is not None and is_contact_of(claim, message.recipient):
        return Contact(message.channel, message.recipient)
    return find_contact(claim)


def send_claim(connection: Connection, links: LinkSecret, claim: ClaimRow, *, now: datetime) -> bool:
    """Put the message with the link into the outbox, once; return whether it is new.

    Nothing is done for whoever claimed already, or has neither address nor number. A link that went to a contact
    which is not the person's any more ends, and the one that is sent is another.
    """
    if claim.claimed_at is not None or find_contact(claim) is None:
        return False
    current = end_stray_link(connection, links, claim)
    contact = find_contact(current)
    assert contact is not None
    return _enqueue(connection, current, contact, key=f"{CLAIM_TEMPLATE}/{current.id}/{current.generation}", now=now)


def end_stray_link(connection: Connection, links: LinkSecret, claim: ClaimRow) -> ClaimRow:
    """End the link of a badge that waits if its message went to a contact that is not the person's any more."""
    message = find_message(connection, claim.message_key) if claim.message_key else None
    is_stray = message is not None and message.recipient and not is_contact_of(claim, message.recipient)
    if claim.claimed_at is not None or not is_stray:
        return claim
    claim_store.end_link(connection, links, claim.slug)
    return claim_store.find_by_slugs(connection, [claim.slug])[claim.slug]


def send_by_text_instead(
    connection: Connection, claim: ClaimRow, message: OutboxMessage | None, *, now: datetime
) -> bool:
    """Text the same link to somebody whose e-mail came back and who has a telephone; return whether that is new."""
    if message is None or not claim.recipient_phone or claim.claimed_at is not None:
        return False
    is_lost = message.state is MessageState.BOUNCED and message.failure != NOT_NEEDED
    if message.channel is not MessageChannel.EMAIL or not is_lost or message.recipient != claim.recipient_email:
        return False
    key = f"{CLAIM_TEMPLATE}/{claim.id}/{claim.generation}/text"
    return _enqueue(connection, claim, Contact(MessageChannel.TEXT, claim.recipient_phone), key=key, now=now)


def _enqueue(connection: Connection, claim: ClaimRow, contact: Contact, *, key: str, now: datetime) -> bool:
    message = NewMessage(
        channel=contact.channel,
        recipient=contact.address,
        template=CLAIM_TEMPLATE,
        facts={"claim": claim.id},
        dedupe_key=key,
    )
    is_new = enqueue(connection, message, now=now)
    if is_new:
        claim_store.note_message(connection, claim.id, key)
    return is_new
