"""The outbox: messages that were promised in a transaction and are sent after it.

A message is facts and a template, not text: links with secrets in them are made when it is sent, so none
stands on disk. Whoever is killed between sending and noting it sends the same message again, never another one.
"""

from __future__ import annotations

import enum
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from schemas import format_datetime, read_datetime
from storage.tables import OUTBOX

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection, RowMapping

    from schemas import JsonObject

LEASE = timedelta(minutes=5)  # after that a sender that was killed no longer holds a message
RETRY_AFTER = (
    *(timedelta(minutes=minutes) for minutes in (1, 5, 30)),
    *(timedelta(hours=hours) for hours in (2, 6, 12, 24)),
)  # the last one again and again
MAX_AGE = timedelta(days=7)  # from the day it was written; then it bounces
_ID_BYTES = 16
_KEYS_AT_ONCE = 500  # SQLite takes 999 parameters at the least


class MessageChannel(enum.Enum):
    """How a message travels."""

    EMAIL = "email"
    TEXT = "text"


class MessageState(enum.Enum):
    """What became of a message."""

    QUEUED = "queued"
    SENT = "sent"
    BOUNCED = "bounced"  # refused for good, or given up after `MAX_AGE`


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message to be sent.

    Args:
        channel: E-mail or text message.
        recipient: Address or number.
        template: Name of the text; the sender knows it.
        facts: What the text needs; no secret and no link with one.
        dedupe_key: Says what this message is about; of two with the same key only the first is sent.
        not_before: Earliest time to send; None for at once.
    """

    channel: MessageChannel
    recipient: str
    template: str
    facts: JsonObject
    dedupe_key: str
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxMessage:
    """A message in the outbox."""

    id: str
    channel: MessageChannel
    recipient: str
    template: str
    facts: JsonObject
    dedupe_key: str
    state: MessageState
    attempts: int
    next_at: datetime
    created: datetime
    sent_at: datetime | None
    failure: str  # code of the last failure; empty when there was none


def enqueue(connection: Connection, message: NewMessage, *, now: datetime) -> bool:
    """Put a message into the outbox in the caller's transaction; return whether it is a new one."""
    statement = insert(OUTBOX).values(
        id=secrets.token_hex(_ID_BYTES),
        channel=message.channel.value,
        recipient=message.recipient,
        template=message.template,
        facts=json.dumps(message.facts).encode(),
        dedupe_key=message.dedupe_key,
        state=MessageState.QUEUED.value,
        attempts=0,
        next_at=format_datetime(message.not_before or now),
        created=format_datetime(now),
        sent_at=None,
        failure="",
    )
    return connection.execute(statement.on_conflict_do_nothing(index_elements=["dedupe_key"])).rowcount == 1


def lease_due(
    connection: Connection, *, now: datetime, limit: int, channels: Iterable[MessageChannel] = MessageChannel
) -> tuple[OutboxMessage, ...]:
    """Return messages whose time has come, oldest first, and keep them from other senders for `LEASE`."""
    due = (
        sa.select(OUTBOX)
        .where(OUTBOX.c.state == MessageState.QUEUED.value, OUTBOX.c.next_at <= format_datetime(now))
        .where(OUTBOX.c.channel.in_([channel.value for channel in channels]))
        .order_by(OUTBOX.c.next_at, OUTBOX.c.id)
        .limit(limit)
    )
    messages = tuple(_read(row) for row in connection.execute(due).mappings())
    for message in messages:
        _change(connection, message.id, next_at=format_datetime(now + LEASE), attempts=message.attempts + 1)
    return messages


def note_sent(connection: Connection, message_id: str, *, now: datetime) -> None:
    """Note that a message was taken by the next mail server, or written to its file."""
    _change(connection, message_id, state=MessageState.SENT.value, sent_at=format_datetime(now), failure="")


def note_failure(connection: Connection, message: OutboxMessage, code: str, *, now: datetime) -> MessageState:
    """Note that a message could not be sent now; it is tried again later, or given up after `MAX_AGE`.

    Args:
        connection: The caller's transaction.
        message: As `lease_due` returned it.
        code: Why, as a code.
        now: Aware UTC.
    """
    wait = RETRY_AFTER[min(message.attempts, len(RETRY_AFTER) - 1)]
    if now + wait > message.created + MAX_AGE:
        return note_refusal(connection, message.id, code)
    _change(connection, message.id, next_at=format_datetime(now + wait), failure=code)
    return MessageState.QUEUED


def note_refusal(connection: Connection, message_id: str, code: str) -> MessageState:
    """Note that a message will never be taken, such as one to an address that does not exist."""
    _change(connection, message_id, state=MessageState.BOUNCED.value, failure=code)
    return MessageState.BOUNCED


def note_bounce(connection: Connection, message_id: str, code: str, *, recipient: str, before: datetime) -> bool:
    """Note that a message which was taken came back later; return whether that is news.

    Args:
        connection: The caller's transaction.
        message_id: Which message.
        code: Why, as a code.
        recipient: Whom it was for, in letters of either case: of a message to somebody else nothing is believed.
        before: When it came back; what was sent again after that is on its way.
    """
    statement = sa.update(OUTBOX).where(
        OUTBOX.c.id == message_id,
        OUTBOX.c.state == MessageState.SENT.value,
        OUTBOX.c.channel == MessageChannel.EMAIL.value,
        sa.func.lower(OUTBOX.c.recipient) == recipient.lower(),
        OUTBOX.c.recipient != "",
        OUTBOX.c.created <= format_datetime(before),
    )
    bounced = statement.values(state=MessageState.BOUNCED.value, failure=code)
    return connection.execute(bounced).rowcount == 1


def requeue(connection: Connection, dedupe_key: str, *, now: datetime) -> bool:
    """Send a message again, from the start; return False when there is none with that key."""
    statement = (
        sa.update(OUTBOX)
        .where(OUTBOX.c.dedupe_key == dedupe_key)
        .values(
            state=MessageState.QUEUED.value,
            attempts=0,
            next_at=format_datetime(now),
            created=format_datetime(now),
            sent_at=None,
            failure="",
        )
    )
    return connection.execute(statement).rowcount == 1


def forget_recipient(connection: Connection, recipient: str) -> None:
    """Erase a person's address and the facts of what they were sent; what waits for them is not sent."""
    # A class list may have the address in capitals.
    statement = sa.update(OUTBOX).where(sa.func.lower(OUTBOX.c.recipient) == recipient.lower())
    waiting = statement.where(OUTBOX.c.state == MessageState.QUEUED.value)
    connection.execute(waiting.values(state=MessageState.BOUNCED.value, failure="message.recipient_erased"))
    connection.execute(statement.values(recipient="", facts=b"{}"))


def forget_messages(connection: Connection, dedupe_start: str) -> None:
    """Erase recipients and facts of the messages whose keys begin so; what waits among them is not sent."""
    statement = sa.update(OUTBOX).where(OUTBOX.c.dedupe_key.startswith(dedupe_start, autoescape=True))
    waiting = statement.where(OUTBOX.c.state == MessageState.QUEUED.value)
    connection.execute(waiting.values(state=MessageState.BOUNCED.value, failure="message.recipient_erased"))
    connection.execute(statement.values(recipient="", facts=b"{}"))


def count_erased(connection: Connection) -> int:
    """Return how many messages were erased: their recipients are forgotten."""
    return connection.scalar(sa.select(sa.func.count()).select_from(OUTBOX).where(OUTBOX.c.recipient == "")) or 0


def list_erased(connection: Connection, message_ids: Sequence[str]) -> tuple[str, ...]:
    """Return those of some messages that were erased."""
    found: list[str] = []
    for start in range(0, len(message_ids), _KEYS_AT_ONCE):
        some = OUTBOX.c.id.in_(message_ids[start : start + _KEYS_AT_ONCE])
        found.extend(connection.scalars(sa.select(OUTBOX.c.id).where(some, OUTBOX.c.recipient == "")))
    return tuple(found)


def find_message(connection: Connection, dedupe_key: str) -> OutboxMessage | None:
    """Return the message with that key, or None."""
    row = connection.execute(sa.select(OUTBOX).where(OUTBOX.c.dedupe_key == dedupe_key)).mappings().first()
    return None if row is None else _read(row)


def find_message_by_id(connection: Connection, message_id: str) -> OutboxMessage | None:
    """Return the message with that id, or None."""
    row = connection.execute(sa.select(OUTBOX).where(OUTBOX.c.id == message_id)).mappings().first()
    return None if row is None else _read(row)


def find_messages(connection: Connection, dedupe_keys: Sequence[str]) -> dict[str, OutboxMessage]:
    """Return the messages with these keys, by key."""
    found = {}
    for start in range(0, len(dedupe_keys), _KEYS_AT_ONCE):
        some = sa.select(OUTBOX).where(OUTBOX.c.dedupe_key.in_(dedupe_keys[start : start + _KEYS_AT_ONCE]))
        found.update({row["dedupe_key"]: _read(row) for row in connection.execute(some).mappings()})
    return found


def list_messages(
    connection: Connection,
    *,
    state: MessageState | None = None,
    templates: Sequence[str] = (),
    claims: sa.Select[tuple[str]] | None = None,
    limit: int,
    offset: int = 0,
) -> tuple[OutboxMessage, ...]:
    """Return messages, newest first: all, or those in one state, of some templates, about the ids of some claims."""
    statement = sa.select(OUTBOX).order_by(OUTBOX.c.created.desc(), OUTBOX.c.id).limit(limit).offset(offset)
    if state is not None:
        statement = statement.where(OUTBOX.c.state == state.value)
    if templates:
        statement = statement.where(OUTBOX.c.template.in_(templates))
    if claims is not None:
        claim = sa.func.json_extract(sa.cast(OUTBOX.c.facts, sa.Text), "$.claim")
        statement = statement.where(claim.in_(claims))
    return tuple(_read(row) for row in connection.execute(statement).mappings())


def count_messages(connection: Connection) -> dict[MessageState, int]:
    """Return how many messages are in each state."""
    rows = connection.execute(sa.select(OUTBOX.c.state, sa.func.count()).group_by(OUTBOX.c.state)).all()
    found = {state: int(count) for state, count in rows}
    return {state: found.get(state.value, 0) for state in MessageState}


def _change(connection: Connection, message_id: str, **values: object) -> None:
    connection.execute(sa.update(OUTBOX).where(OUTBOX.c.id == message_id).values(**values))


def _read(row: RowMapping) -> OutboxMessage:
    return OutboxMessage(
        id=row["id"],
        channel=MessageChannel(row["channel"]),
        recipient=row["recipient"],
        template=row["template"],
        facts=json.loads(row["facts"]),
        dedupe_key=row["dedupe_key"],
        state=MessageState(row["state"]),
        attempts=row["attempts"],
        next_at=read_datetime(row["next_at"]),
        created=read_datetime(row["created"]),
        sent_at=read_datetime(row["sent_at"]) if row["sent_at"] else None,
        failure=row["failure"],
    )
