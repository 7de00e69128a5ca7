"""The sender: over a mail server that follows a script, and into files."""

from __future__ import annotations

import re
import smtplib
import stat
import threading
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pages import MailPart, MailText
from schemas import LedgerError
from skillmark.mail import MailError, compose_mail
from skillmark.mail_settings import MailIdentity, MailSecurity, SmtpSettings
from skillmark.mail_transports import MessageFolder, SmtpServer
from skillmark.outbox_sender import SENDER_LEASE, OutboxSender
from storage import (
    MessageChannel,
    MessageState,
    NewMessage,
    OutboxMessage,
    enqueue,
    find_message,
    open_database,
)
from storage.outbox import LEASE, MAX_AGE
from tests.doubles.ledgers import SetClock
from tests.doubles.smtp_server import Answer, scripted_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from skillmark.mail_transports import MailTransport
    from storage import Database
    from tests.doubles.loopback_hosts import TestAuthority
    from tests.doubles.smtp_server import ScriptedServer

IDENTITY = MailIdentity(address="badges@college.example", name="North Shop College")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(tmp_path / "ledger.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def render(message: OutboxMessage) -> MailText | None:
    """A mail whose link is made from the facts, as links of claims are."""
    if message.facts.get("moot"):
        return None
    part = MailPart(language="en", paragraphs=("Hello",), button="Get my badge")
    link = f"https://college.example/claim/{message.facts['n']}"
    return MailText(subject="Your badge", parts=(part,), link=link, short=f"Your badge: {link}")


def put(database: Database, clock: SetClock, count: int = 1, *, text: bool = False, **facts: bool) -> None:
    with database.write() as connection:
        for number in range(count):
            message = NewMessage(
                channel=MessageChannel.TEXT if text else MessageChannel.EMAIL,
                recipient="+15550100" if text else f"p{number}@example.org",
                template="claim",
                facts={"n": number, **facts},
                dedupe_key=f"k{number}",
            )
            enqueue(connection, message, now=clock())


def sender(database: Database, clock: SetClock, mail: MailTransport, folder: Path) -> OutboxSender:
    return OutboxSender(
        database,
        clock=clock,
        renderers={"claim": render},
        identity=IDENTITY,
        mail=mail,
        texts=MessageFolder(folder),
    )


def smtp(server: ScriptedServer, *, timeout_seconds: float = 5.0) -> SmtpServer:
    settings = SmtpSettings(host="127.0.0.1", port=server.port, security=MailSecurity.NONE)
    return SmtpServer(settings, password=str, timeout_seconds=timeout_seconds)


def state_of(database: Database, number: int = 0) -> tuple[MessageState, str]:
    with database.read() as connection:
        message = find_message(connection, f"k{number}")
    assert message is not None
    return message.state, message.failure


def links_of(server: ScriptedServer) -> dict[str, set[str]]:
    """Return for each recipient the links that were taken for them."""
    found: dict[str, set[str]] = {}
    for mail in server.taken:
        body = mail.get_body(("plain",))
        assert body is not None
        found.setdefault(str(mail["To"]), set()).update(re.findall(r"https://\S+", body.get_content()))
    return found


def test_mail_is_taken_and_noted(database: Database, clock: SetClock, tmp_path: Path) -> None:
    """What the server took is sent, in both forms, with the same link in each."""
    put(database, clock)
    with scripted_server() as server:
        assert sender(database, clock, smtp(server), tmp_path / "out").send_due() == {"sent": 1}
    (mail,) = server.taken
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "https://college.example/claim/0" in plain.get_content()
    assert "https://college.example/claim/0" in html.get_content()
    assert state_of(database) == (MessageState.SENT, "")


def test_one_connection_for_one_go(database: Database, clock: SetClock, tmp_path: Path) -> None:
    """A class of thirty is one visit to the server."""
    put(database, clock, 30)
    with scripted_server() as server:
        assert sender(database, clock, smtp(server), tmp_path / "out").send_due() == {"sent": 30}
    assert sum(command.upper().startswith("EHLO") for command in server.commands) == 1


@pytest.mark.parametrize(
    ("answer", "state", "failure"),
    [
        (Answer.LATER, MessageState.QUEUED, "message.server_unavailable"),
        (Answer.DROP, MessageState.QUEUED, "message.server_unavailable"),
        (Answer.HANG, MessageState.QUEUED, "message.server_unavailable"),
        (Answer.TAKE_AND_DROP, MessageState.QUEUED, "message.server_unavailable"),
        (Answer.NEVER, MessageState.BOUNCED, "message.refused"),
        (Answer.TEXT_NEVER, MessageState.BOUNCED, "message.refused"),
        (Answer.SENDER_NEVER, MessageState.QUEUED, "mail.sender_refused"),
    ],
    ids=lambda value: value.name if isinstance(value, Answer) else None,
)
def test_each_answer_of_a_server(
    *, database: Database, clock: SetClock, tmp_path: Path, answer: Answer, state: MessageState, failure: str
) -> None:
    """Put off, hung up, hanging: later again. An address or a text refused for good: bounced. Our fault: it waits."""
    put(database, clock)
    with scripted_server(answer) as server:
        sender(database, clock, smtp(server, timeout_seconds=0.5), tmp_path / "out").send_due()
    assert state_of(database) == (state, failure)


@pytest.mark.parametrize("answer", [Answer.LATER, Answer.DROP, Answer.HANG, Answer.TAKE_AND_DROP, Answer.SENDER_NEVER])
def test_everybody_gets_the_same_link_in_the_end(
    database: Database, clock: SetClock, tmp_path: Path, answer: Answer
) -> None:
    """After trouble with the second of five, all five have their mail, and nobody has two links."""
    put(database, clock, 5)
    with scripted_server(Answer.TAKE, answer) as server:
        works = sender(database, clock, smtp(server, timeout_seconds=0.5), tmp_path / "out")
        for _ in range(3):
            works.send_due()
            clock.advance(LEASE + timedelta(minutes=5))
    assert [state_of(database, number)[0] for number in range(5)] == [MessageState.SENT] * 5
    assert links_of(server) == {f"p{n}@example.org": {f"https://college.example/claim/{n}"} for n in range(5)}


def test_mail_taken_twice_is_one_mail(database: Database, clock: SetClock, tmp_path: Path) -> None:
    """When nobody knows whether the server took it, the second copy has the same Message-ID and the same bytes."""
    put(database, clock)
    with scripted_server(Answer.TAKE_AND_DROP) as server:
        works = sender(database, clock, smtp(server), tmp_path / "out")
        works.send_due()
        clock.advance(timedelta(minutes=5))
        works.send_due()
    first, second = server.taken
    assert first["Message-ID"] == second["Message-ID"]
    assert first.as_bytes() == second.as_bytes()


def test_server_that_is_away_is_asked_once_a_turn(database: Database, clock: SetClock, tmp_path: Path) -> None:
    """Nobody waits thirty times for a server that does not answer; every message still goes out later."""
    put(database, clock, 30)
    with scripted_server(Answer.HANG) as server:
        works = sender(database, clock, smtp(server, timeout_seconds=0.3), tmp_path / "out")
        assert works.send_due() == {"failed": 1}
        clock.advance(LEASE)
        assert works.send_due() == {"sent": 30}


def test_after_seven_days_a_message_bounces(database: Database, clock: SetClock, tmp_path: Path) -> None:
    """A server that is away for a week ends it, and the reason stands there."""
    put(database, clock)
    nowhere = SmtpServer(
        SmtpSettings(host="127.0.0.1", port=1, security=MailSecurity.NONE), password=str, timeout_seconds=0.5
    )
    works = sender(database, clock, nowhere, tmp_path / "out")
    for _ in range(20):
        works.send_due()
        clock.advance(timedelta(hours=12))
    assert clock() > SetClock().now + MAX_AGE
    assert state_of(database) == (MessageState.BOUNCED, "message.server_unavailable")


def test_two_senders_take_turns(database: Database, clock: SetClock, tmp_path: Path) -> None:
    """While one sends, another does not."""
    put(database, clock)
    works = sender(database, clock, MessageFolder(tmp_path / "out"), tmp_path / "out")
    with database.hold(SENDER_LEASE, code="mail.sender_running"), pytest.raises(LedgerError) as caught:
        works.send_due()
    assert caught.value.code == "mail.sender_running"


def test_message_nobody_needs_is_not_sent(database: Database, clock: SetClock, tmp_path: Path) -> None:
    """A badge that was claimed meanwhile needs no mail."""
    put(database, clock, moot=True)
    with scripted_server() as server:
        assert sender(database, clock, smtp(server), tmp_path / "out").send_due() == {"refused": 1}
    assert server.taken == []
    assert state_of(database) == (MessageState.BOUNCED, "message.not_needed")


def test_message_that_cannot_be_written_holds_nobody_up(database: Database, clock: SetClock, tmp_path: Path) -> None:
    """A fault with one of ten messages ends a turn; within half an hour the other nine are out."""
    put(database, clock, 10)
    works = OutboxSender(
        database,
        clock=clock,
        renderers={"claim": lambda message: render(message) if message.facts["n"] != 4 else 1 / 0},  # type: ignore[dict-item, return-value]
        identity=IDENTITY,
        mail=MessageFolder(tmp_path / "out"),
        texts=MessageFolder(tmp_path / "out"),
    )
    for _ in range(6):
        with suppress(ZeroDivisionError):
            works.send_due()
        clock.advance(LEASE)
    assert sum(state_of(database, number)[0] is MessageState.SENT for number in range(10)) == 9
    assert state_of(database, 4) == (MessageState.QUEUED, "message.not_written")


def test_files_are_for_one_pair_of_eyes(database: Database, clock: SetClock, tmp_path: Path) -> None:
    """Without a server each mail is a file that only this user may read."""
    put(database, clock)
    works = sender(database, clock, MessageFolder(tmp_path / "out"), tmp_path / "out")
    assert works.send_due() == {"sent": 1}
    (file,) = (tmp_path / "out").iterdir()
    assert file.suffix == ".eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700


def test_text_message_is_a_file_by_default(database: Database, clock: SetClock, tmp_path: Path) -> None:
    """A text message goes to the sender of texts: number first, then the words."""
    put(database, clock, text=True)
    sender(database, clock, MessageFolder(tmp_path / "out"), tmp_path / "out").send_due()
    (file,) = (tmp_path / "out").glob("*.txt")
    assert file.read_text("utf-8") == "+15550100\n\nYour badge: https://college.example/claim/0\n"


def test_folder_reads_no_other_file(tmp_path: Path) -> None:
    """A name that is no id of a message finds nothing."""
    (tmp_path / "secret.eml").write_bytes(b"x")
    assert MessageFolder(tmp_path / "out").read("../secret") is None


@pytest.mark.parametrize("security", [MailSecurity.TLS, MailSecurity.STARTTLS])
def test_login_travels_encrypted(
    database: Database, clock: SetClock, tmp_path: Path, authority: TestAuthority, security: MailSecurity
) -> None:
    """With TLS from the first byte, and with STARTTLS, the server gets login and mail."""
    put(database, clock)
    is_starttls = security is MailSecurity.STARTTLS
    with scripted_server(tls=authority.serve_as("localhost"), offers_starttls=is_starttls) as server:
        settings = SmtpSettings(host="localhost", port=server.port, security=security, user="badges")
        transport = SmtpServer(settings, password=lambda: "right", tls=authority.trust())
        assert sender(database, clock, transport, tmp_path / "out").send_due() == {"sent": 1}
    assert len(server.logins) == 1


def test_login_is_never_sent_in_the_clear(database: Database, clock: SetClock, tmp_path: Path) -> None:
    """A server that offers no STARTTLS, or a man in the middle who hides it, gets neither password nor mail."""
    put(database, clock)
    with scripted_server() as server:
        settings = SmtpSettings(host="127.0.0.1", port=server.port, security=MailSecurity.STARTTLS, user="badges")
        transport = SmtpServer(settings, password=lambda: "right")
        sender(database, clock, transport, tmp_path / "out").send_due()
    assert (server.logins, server.taken) == ([], [])
    assert state_of(database) == (MessageState.QUEUED, "mail.tls_missing")


def test_wrong_certificate_gets_nothing(
    database: Database, clock: SetClock, tmp_path: Path, authority: TestAuthority
) -> None:
    """A server whose certificate is for another name is not talked to."""
    put(database, clock)
    with scripted_server(tls=authority.serve_as("elsewhere.example.org")) as server:
        settings = SmtpSettings(host="localhost", port=server.port, security=MailSecurity.TLS, user="badges")
        transport = SmtpServer(settings, password=lambda: "right", tls=authority.trust())
        sender(database, clock, transport, tmp_path / "out").send_due()
    assert (server.logins, server.taken) == ([], [])
    assert state_of(database) == (MessageState.QUEUED, "mail.tls_missing")


def test_wrong_password_waits_for_the_right_one(
    database: Database, clock: SetClock, tmp_path: Path, authority: TestAuthority
) -> None:
    """A login that is refused bounces nobody's mail."""
    put(database, clock, 3)
    with scripted_server(tls=authority.serve_as("localhost")) as server:
        settings = SmtpSettings(host="localhost", port=server.port, security=MailSecurity.TLS, user="b")
        transport = SmtpServer(settings, password=lambda: "wrong", tls=authority.trust())
        assert sender(database, clock, transport, tmp_path / "out").send_due() == {"failed": 1}
    states = [state_of(database, number) for number in range(3)]
    assert {state for state, _ in states} == {MessageState.QUEUED}
    assert sorted(failure for _, failure in states) == ["", "", "mail.login_refused"]


def test_nothing_of_the_person_is_in_the_log(
    database: Database, clock: SetClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A mail that fails leaves an id and a code in the log, no address and no link."""
    put(database, clock)
    with caplog.at_level("DEBUG"), scripted_server(Answer.NEVER) as server:
        sender(database, clock, smtp(server), tmp_path / "out").send_due()
    assert "message.refused" in caplog.text
    assert "example.org" not in caplog.text
    assert "/claim/" not in caplog.text


def test_fake_server_speaks_as_real_clients_expect() -> None:
    """The scripted server is one to which the client of the standard library can talk by itself."""
    with scripted_server() as server, smtplib.SMTP("127.0.0.1", server.port, timeout=5) as client:
        assert client.ehlo()[0] == 250
    assert threading.active_count() >= 1


def test_mail_of_the_same_facts_has_the_same_bytes(clock: SetClock) -> None:
    """Nothing in a mail is drawn by lot."""
    text = MailText(subject="A", parts=(MailPart(language="es", paragraphs=("ñ",)),))
    mails = [
        compose_mail(text, identity=IDENTITY, recipient="p@example.org", message_id="0" * 32, created=clock())
        for _ in range(2)
    ]
    assert mails[0].as_bytes() == mails[1].as_bytes()
    assert mails[0]["Content-Language"] == "es"


def test_address_with_letters_of_other_scripts_keeps_its_name(clock: SetClock) -> None:
    """The domain goes out as mail servers write it (RFC 5890)."""
    text = MailText(subject="A", parts=(MailPart(language="en", paragraphs=("x",)),))
    mail = compose_mail(text, identity=IDENTITY, recipient="p@bücher.example", message_id="0" * 32, created=clock())
    assert mail["To"] == "p@xn--bcher-kva.example"


def test_mail_error_says_whether_it_is_for_good() -> None:
    """By default another try may help."""
    assert not MailError("message.refused").is_final
