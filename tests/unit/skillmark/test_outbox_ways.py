"""The two ways of the sender beside each other, and the address that a mail comes back to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillmark.mail import MailError
from skillmark.mail_settings import MailSecurity, SmtpSettings
from skillmark.mail_transports import MessageFolder, SmtpServer
from skillmark.outbox_sender import OutboxSender
from storage import MessageChannel, MessageState, NewMessage, enqueue
from tests.doubles.smtp_server import scripted_server
from tests.unit.skillmark.test_outbox_sender import IDENTITY, clock, database, put, render, sender, state_of

if TYPE_CHECKING:
    from pathlib import Path

    from storage import Database
    from tests.doubles.ledgers import SetClock

__all__ = ["clock", "database"]


def test_gateway_that_is_down_holds_no_mail_up(database: Database, clock: SetClock, tmp_path: Path) -> None:
    """Text messages that cannot go out wait; the mails among them are sent in the same turn."""

    class DownGateway:
        def send_text(self, *_: object, **__: object) -> None:
            raise MailError("message.gateway_unavailable", is_for_all=True)

    put(database, clock, 3, text=True)
    with database.write() as connection:
        for number in range(30):
            mail = NewMessage(
                channel=MessageChannel.EMAIL,
                recipient=f"m{number}@example.org",
                template="claim",
                facts={"n": number},
                dedupe_key=f"mail{number}",
            )
            enqueue(connection, mail, now=clock())
    folder = MessageFolder(tmp_path / "out")
    both = OutboxSender(
        database, clock=clock, renderers={"claim": render}, identity=IDENTITY, mail=folder, texts=DownGateway()
    )
    assert both.send_due() == {"failed": 1, "sent": 30}
    assert state_of(database, 0)[0] is MessageState.QUEUED


def test_mail_comes_back_to_a_tagged_address(database: Database, clock: SetClock, tmp_path: Path) -> None:
    """The envelope names a return address of its own for each mail; the sender in the mail stays."""
    put(database, clock)
    with scripted_server() as server:
        settings = SmtpSettings(
            host="127.0.0.1", port=server.port, security=MailSecurity.NONE, bounce_to="bounces@college.example"
        )
        sender(database, clock, SmtpServer(settings, password=str, timeout_seconds=5.0), tmp_path / "out").send_due()
        commands = list(server.commands)
    (mail,) = server.taken
    tag = str(mail["Message-ID"])[1:33]
    assert any(command.upper().startswith(f"MAIL FROM:<BOUNCES+{tag.upper()}@COLLEGE.EXAMPLE>") for command in commands)
    assert "badges@college.example" in str(mail["From"])


def test_folder_deletes_the_files_of_one_message_only(tmp_path: Path) -> None:
    """A message's files go, those of another stay, and no other name is ever touched."""
    folder, ids = MessageFolder(tmp_path / "out"), ("a" * 32, "b" * 32)
    assert folder.list_ids() == ()
    for message_id in ids:
        folder.send_text("+15745550100", "123456", message_id=message_id)
    (tmp_path / "out" / "note.txt").write_text("ours")
    assert folder.list_ids() == ids
    folder.remove(ids[0])
    folder.remove(ids[0])
    folder.remove("note")
    folder.remove("../out/note")
    assert folder.list_ids() == ids[1:]
    assert (tmp_path / "out" / "note.txt").exists()
