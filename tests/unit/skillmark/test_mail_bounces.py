"""Mails that came back: which reports are believed, of which message, and what they change (RFC 3464)."""

from __future__ import annotations

import mailbox
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from skillmark.mail_bounces import MAX_REPORT_BYTES, list_reports, note_bounces, read_bounce, split_reports
from storage import (
    MessageChannel,
    MessageState,
    NewMessage,
    enqueue,
    find_message,
    lease_due,
    note_sent,
    open_database,
    requeue,
)
from tests.doubles.bounced_mails import write_bounce
from tests.doubles.ledgers import SetClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storage import Database, OutboxMessage

ANA, BO = "ana@example.org", "bo@example.org"


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def database(tmp_path: Path, clock: SetClock) -> Iterator[Database]:
    """Mails to two people, and a text, that were sent."""
    opened = open_database(tmp_path / "ledger.sqlite3")
    channels = {ANA: MessageChannel.EMAIL, BO: MessageChannel.EMAIL, "+15745550100": MessageChannel.TEXT}
    with opened.write() as connection:
        for recipient, channel in channels.items():
            message = NewMessage(channel=channel, recipient=recipient, template="claim", facts={}, dedupe_key=recipient)
            enqueue(connection, message, now=clock())
    send_all(opened, clock)
    yield opened
    opened.close()


def send_all(database: Database, clock: SetClock) -> None:
    with database.write() as connection:
        for message in lease_due(connection, now=clock(), limit=10):
            note_sent(connection, message.id, now=clock())


def message_to(database: Database, recipient: str) -> OutboxMessage:
    with database.read() as connection:
        found = find_message(connection, recipient)
    assert found is not None
    return found


def states(database: Database) -> list[MessageState]:
    return [message_to(database, recipient).state for recipient in (ANA, BO, "+15745550100")]


UNTOUCHED = [MessageState.SENT] * 3


@pytest.mark.parametrize("original", ["text/rfc822-headers", "message/rfc822"])
def test_report_is_believed(database: Database, clock: SetClock, original: str) -> None:
    """The message whose id stands in the returned mail, to the address that failed, is noted; once."""
    report = write_bounce(message_to(database, ANA).id, ANA.upper(), clock(), original=original)
    assert note_bounces(database, [report, report], clock=clock) == {"noted": 1, "known": 1}
    found = message_to(database, ANA)
    assert (found.state, found.failure) == (MessageState.BOUNCED, "message.bounced")
    assert states(database)[1:] == UNTOUCHED[1:]


def test_report_without_the_mail_is_known_by_its_envelope(database: Database, clock: SetClock) -> None:
    """The id that the server was given beside the mail, or the tag of the address it came back to, is enough."""
    ana, bo = message_to(database, ANA).id, message_to(database, BO).id
    by_envelope = write_bounce("", ANA, clock(), original="", envelope_id=ana)
    by_tag = write_bounce("", BO, clock(), original="", to=f"bounces+{bo}@college.example")
    assert note_bounces(database, [by_envelope, by_tag], clock=clock) == {"noted": 2}
    assert states(database) == [MessageState.BOUNCED, MessageState.BOUNCED, MessageState.SENT]


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("delayed", "4.4.1"),
        ("delivered", "2.0.0"),
        ("relayed", "2.0.0"),
        ("failed", "4.2.2"),
        ("failed", "x"),
        ("", ""),
    ],
)
def test_only_a_failure_for_good_counts(database: Database, clock: SetClock, action: str, status: str) -> None:
    """A mail that is late, or was delivered, has not come back."""
    report = write_bounce(message_to(database, ANA).id, ANA, clock(), action=action, status=status)
    assert note_bounces(database, [report], clock=clock) == {"other": 1}
    assert states(database) == UNTOUCHED


def test_forged_reports_change_nothing(database: Database, clock: SetClock) -> None:
    """An unknown id, the id of somebody else's mail, a text's id, two ids at once: none is believed."""
    ana, bo = message_to(database, ANA).id, message_to(database, BO).id
    text = message_to(database, "+15745550100").id
    reports = [
        write_bounce("0" * 32, ANA, clock()),
        write_bounce(ana, BO, clock()),
        write_bounce(bo, "", clock()),
        write_bounce(text, "+15745550100", clock()),
        write_bounce(ana, ANA, clock(), envelope_id=bo),
        write_bounce(f"{ana[:31]}%", ANA, clock()),
        write_bounce("' OR 1=1 --", ANA, clock()),
    ]
    assert note_bounces(database, reports, clock=clock)["noted"] == 0
    assert states(database) == UNTOUCHED


def test_old_report_says_nothing_of_what_was_sent_again(database: Database, clock: SetClock) -> None:
    """The post box is read again after the trainer sent the link anew: the new mail is on its way."""
    report = write_bounce(message_to(database, ANA).id, ANA, clock())
    assert note_bounces(database, [report], clock=clock)["noted"] == 1
    clock.advance(timedelta(hours=2))
    with database.write() as connection:
        assert requeue(connection, ANA, now=clock())
    send_all(database, clock)
    older = write_bounce(message_to(database, ANA).id, ANA, clock() - timedelta(hours=2))
    assert note_bounces(database, [report, older], clock=clock) == {"known": 2}
    assert states(database) == UNTOUCHED


def test_report_from_the_last_day_of_the_calendar_stops_nothing(database: Database, clock: SetClock) -> None:
    """A stranger's report with a date after which there is none does not keep the next one from being read."""
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=clock().tzinfo)
    reports = [write_bounce(message_to(database, one).id, one, at) for one, at in ((ANA, last), (BO, clock()))]
    assert note_bounces(database, reports, clock=clock) == {"noted": 2}


@pytest.mark.parametrize(
    "mail",
    [
        b"",
        b"\x00\xff" * 1_000,
        b"Content-Type: multipart/report; report-type=delivery-status\n\n",
        b"From: a@example.org\nSubject: out of office\n\nI am away.",
        b'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\n\n--b--\n',
        b"Content-Type: message/delivery-status\n\nAction: failed\nStatus: 5.1.1\n",
    ],
    ids=["empty", "noise", "no parts", "answer", "receipt", "bare status"],
)
def test_other_mail_is_left_alone(mail: bytes) -> None:
    """Whatever else lies in the post box is no report."""
    assert read_bounce(mail) is None


def test_report_in_a_returned_mail_is_not_looked_at(database: Database, clock: SetClock) -> None:
    """A report that stands inside the mail that came back was written by its author: nothing in it counts."""
    inner = write_bounce(message_to(database, ANA).id, ANA, clock()).decode()
    outer = (
        'Content-Type: multipart/report; report-type=delivery-status; boundary="o"\n\n'
        "--o\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
        "Final-Recipient: rfc822; nobody@example.org\nAction: failed\nStatus: 5.0.0\n\n"
        f"--o\nContent-Type: message/rfc822\n\n{inner}\n--o--\n"
    )
    assert note_bounces(database, [outer.encode()], clock=clock) == {"other": 1}
    assert states(database) == UNTOUCHED


def test_huge_and_nested_reports_end_soon(database: Database, clock: SetClock) -> None:
    """Too many bytes, parts, addresses, or parts in parts in parts: nothing is noted and nothing breaks."""
    good = write_bounce(message_to(database, ANA).id, ANA, clock())
    head = 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
    nested = head + "".join(f'--b{n}\nContent-Type: multipart/mixed; boundary="b{n + 1}"\n\n' for n in range(5_000))
    many_parts = head + "--b\nContent-Type: text/plain\n\nx\n" * 20_000
    many_people = (
        head
        + "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
        + ("Final-Recipient: rfc822; ana@example.org\nAction: failed\nStatus: 5.1.1\n\n" * 20_000)
    )
    reports = [good + b"x" * MAX_REPORT_BYTES, nested.encode(), many_parts.encode(), many_people.encode()]
    assert note_bounces(database, reports, clock=clock) == {"other": 4}
    assert states(database) == UNTOUCHED


def test_folder_maildir_mbox_and_pipe_hold_the_same(tmp_path: Path, database: Database, clock: SetClock) -> None:
    """However the post box is kept, each report in it is read."""
    report = write_bounce(message_to(database, ANA).id, ANA, datetime.fromisoformat("2026-05-14T09:00:00+00:00"))
    other = EmailMessage()
    other.set_content("Hello\nFrom here on")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "1.eml").write_bytes(report)
    (folder / "2.eml").write_bytes(other.as_bytes())
    maildir = mailbox.Maildir(tmp_path / "maildir")
    box = mailbox.mbox(tmp_path / "box")
    for kept in (maildir, box):
        kept.add(report)
        kept.add(other)
        kept.close()
    expected = read_bounce(report)
    assert expected is not None
    piped = (tmp_path / "box").read_bytes()
    for reports in (
        list_reports(folder),
        list_reports(tmp_path / "maildir"),
        list_reports(tmp_path / "box"),
        list_reports(folder / "1.eml"),
        split_reports(piped),
        split_reports(report),
    ):
        assert [found for mail in reports if (found := read_bounce(mail)) is not None] == [expected]
