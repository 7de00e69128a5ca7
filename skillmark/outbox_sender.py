"""Sends what waits in the outbox. One at a time in one data folder; killed anywhere, it leaves nobody out.

A message is noted as sent after it was taken. Whoever is killed in between sends it again: the same mail, with the
same link, under the same Message-ID.
"""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from schemas import ConfigurationError
from skillmark.mail import MailError, compose_mail
from storage import MessageChannel, lease_due, note_failure, note_refusal, note_sent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from keys import Clock
    from pages import MailText
    from skillmark.mail_settings import MailIdentity
    from skillmark.mail_transports import MailTransport, TextSender
    from storage import Database, OutboxMessage

_log = logging.getLogger(__name__)
SENDER_LEASE = "outbox-sender"
BATCH_MESSAGES = 20
# Returns what a message says, or None when nobody needs it any more.
Renderer: TypeAlias = "Callable[[OutboxMessage], MailText | None]"


class OutboxSender:
    """Sends messages by their channel.

    Args:
        database: Where the outbox is.
        clock: Aware UTC.
        renderers: For each template, who writes the text.
        identity: Who mails come from.
        mail: Takes mails.
        texts: Takes text messages.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        renderers: Mapping[str, Renderer],
        identity: MailIdentity,
        mail: MailTransport,
        texts: TextSender,
    ) -> None:
        self._database = database
        self._clock = clock
        self._renderers = renderers
        self._identity = identity
        self._mail = mail
        self._texts = texts

    def send_due(self) -> Counter[str]:
        """Send all whose time has come, and return how many were `sent`, `failed` and `refused`.

        When a server takes nothing, what is left for it waits for a later time.

        Raises:
            LedgerError: `mail.sender_running` when another thread or process sends; a fault of the store.
        """
        outcome: Counter[str] = Counter()
        open_channels = set(MessageChannel)
        with self._database.hold(SENDER_LEASE, code="mail.sender_running"), self._mail:
            while open_channels and (messages := self._lease(open_channels)):
                for message in messages:
                    if message.channel not in open_channels:
                        continue  # held until its lease ends
                    result, is_over = self._deliver(message)
                    outcome[result] += 1
                    if is_over:
                        open_channels.discard(message.channel)
        return outcome

    def _lease(self, channels: set[MessageChannel]) -> tuple[OutboxMessage, ...]:
        with self._database.write() as connection:
            return lease_due(connection, now=self._clock(), limit=BATCH_MESSAGES, channels=channels)

    def _deliver(self, message: OutboxMessage) -> tuple[str, bool]:
        """Send one message; return what became of it, and whether the others have to wait."""
        try:
            self._send(message)
        except MailError as error:
            with self._database.write() as connection:
                if error.is_final:
                    note_refusal(connection, message.id, error.code)
                else:
                    note_failure(connection, message, error.code, now=self._clock())
            _log.warning("message %s was not taken: %s", message.id, error.code)
            return "refused" if error.is_final else "failed", error.is_for_all
        except Exception:
            # A bug, or a badge that is damaged: this message steps back, so that those behind it are not held up.
            with self._database.write() as connection:
                note_failure(connection, message, "message.not_written", now=self._clock())
            raise
        with self._database.write() as connection:
            note_sent(connection, message.id, now=self._clock())
        return "sent", False

    def _send(self, message: OutboxMessage) -> None:
        render = self._renderers.get(message.template)
        if render is None:
            raise MailError("message.template_unknown")
        text = render(message)
        if text is None:
            raise MailError("message.not_needed", is_final=True)
        if message.channel is MessageChannel.TEXT:
            if not text.short:
                raise MailError("message.not_written", is_final=True)
            self._texts.send_text(message.recipient, text.short, message_id=message.id)
            return
        mail = compose_mail(
            text,
            identity=self._identity,
            recipient=message.recipient,
            message_id=message.id,
            created=message.created,
        )
        try:
            self._mail.send(mail, message_id=message.id)
        except ConfigurationError as error:  # the password cannot be read
            raise MailError(error.code, is_for_all=True) from error
