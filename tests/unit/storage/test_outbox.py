"""The outbox: every message once, none lost, none secret."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from storage import (
    Database,
    MessageChannel,
    MessageState,
    NewMessage,
    OutboxMessage,
    count_messages,
    enqueue,
    find_message,
    forget_recipient,
    lease_due,
    list_messages,
    note_failure,
    note_refusal,
    note_sent,
    requeue,
)
from storage.outbox import LEASE, MAX_AGE
from tests.unit.storage.conftest import NOW

if TYPE_CHECKING:
    from datetime import datetime

MESSAGE = NewMessage(
    channel=MessageChannel.EMAIL,
    recipient="worker@example.org",
    template="claim",
    facts={"badge": "abc"},
    dedupe_key="claim/abc",
)


def put(database: Database, message: NewMessage = MESSAGE) -> bool:
    with database.write() as connection:
        return enqueue(connection, message, now=NOW)


def lease(database: Database, now: datetime = NOW) -> tuple[OutboxMessage, ...]:
    with database.write() as connection:
        return lease_due(connection, now=now, limit=10)


def test_message_is_due_at_once(database: Database) -> None:
    """A message that was put in is the next to be sent, with its facts."""
    put(database)
    (message,) = lease(database)
    assert (message.recipient, message.facts, message.attempts) == ("worker@example.org", {"badge": "abc"}, 0)


def test_same_key_is_one_message(database: Database) -> None:
    """Whoever puts the same message in again sends nothing twice."""
    assert put(database)
    assert not put(database, replace(MESSAGE, facts={"badge": "other"}))
    assert [message.facts for message in lease(database)] == [{"badge": "abc"}]


def test_message_waits_for_its_time(database: Database) -> None:
    """A message with a time is not due before it."""
    put(database, replace(MESSAGE, not_before=NOW + timedelta(days=3)))
    assert lease(database, NOW + timedelta(days=3, seconds=-1)) == ()
    assert len(lease(database, NOW + timedelta(days=3))) == 1


def test_leased_message_is_kept_from_others(database: Database) -> None:
    """Two senders never hold the same message."""
    put(database)
    assert len(lease(database)) == 1
    assert lease(database) == ()


def test_message_of_a_killed_sender_is_due_again(database: Database) -> None:
    """A sender that was killed loses nothing: its message is due again after the lease."""
    put(database)
    (first,) = lease(database)
    (second,) = lease(database, NOW + LEASE)
    assert (second.id, second.attempts) == (first.id, 1)


def test_sent_message_is_never_due_again(database: Database) -> None:
    """A message that was sent stays sent."""
    put(database)
    with database.write() as connection:
        note_sent(connection, lease_due(connection, now=NOW, limit=1)[0].id, now=NOW)
    assert lease(database, NOW + timedelta(days=365)) == ()


def test_failed_message_is_tried_again_until_it_is_too_old(database: Database) -> None:
    """A mail server that is down delays a message for up to seven days; then the message bounces."""
    put(database)
    state, now, tries = MessageState.QUEUED, NOW, 0
    while state is MessageState.QUEUED:
        ((message,), tries) = (lease(database, now), tries + 1)
        with database.write() as connection:
            state = note_failure(connection, message, "message.server_unavailable", now=now)
            kept = find_message(connection, MESSAGE.dedupe_key)
        assert kept is not None
        assert kept.failure == "message.server_unavailable"
        now = max(now, kept.next_at)
    assert NOW + MAX_AGE - timedelta(days=1) <= now <= NOW + MAX_AGE
    assert tries < 20


def test_refused_message_is_not_tried_again(database: Database) -> None:
    """An address that does not exist is not asked again."""
    put(database)
    with database.write() as connection:
        note_refusal(connection, lease_due(connection, now=NOW, limit=1)[0].id, "message.refused")
    assert lease(database, NOW + LEASE) == ()


def test_message_is_sent_again_on_request(database: Database) -> None:
    """A bounced message can be sent again; one that was never written cannot."""
    put(database)
    with database.write() as connection:
        note_refusal(connection, lease_due(connection, now=NOW, limit=1)[0].id, "message.refused")
        assert requeue(connection, MESSAGE.dedupe_key, now=NOW)
        assert not requeue(connection, "claim/unknown", now=NOW)
    assert [message.failure for message in lease(database)] == [""]


def test_erased_person_leaves_nothing(database: Database) -> None:
    """Neither address nor facts of an erased person stay, and what waited for them is not sent."""
    put(database)
    with database.write() as connection:
        forget_recipient(connection, MESSAGE.recipient)
        (message,) = list_messages(connection, limit=10)
    assert (message.recipient, message.facts, message.state) == ("", {}, MessageState.BOUNCED)
    assert lease(database) == ()


def test_erased_person_is_found_in_capitals(database: Database) -> None:
    """A class list may have the address in other letters than the person."""
    put(database, replace(MESSAGE, recipient="Ana@Example.ORG"))
    with database.write() as connection:
        forget_recipient(connection, "ana@example.org")
        (message,) = list_messages(connection, limit=10)
    assert message.recipient == ""


def test_list_and_count(database: Database) -> None:
    """The outbox can be looked through by state."""
    put(database)
    put(database, replace(MESSAGE, dedupe_key="claim/def"))
    with database.write() as connection:
        note_sent(connection, lease_due(connection, now=NOW, limit=1)[0].id, now=NOW)
        counts = count_messages(connection)
        queued = list_messages(connection, state=MessageState.QUEUED, limit=10)
        everything = list_messages(connection, limit=1, offset=1)
    assert counts == {MessageState.QUEUED: 1, MessageState.SENT: 1, MessageState.BOUNCED: 0}
    assert len(queued) == len(everything) == 1


def test_message_with_its_transaction(database: Database) -> None:
    """A transaction that fails takes its messages with it."""

    def fail() -> None:
        with database.write() as connection:
            enqueue(connection, MESSAGE, now=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert lease(database) == ()
