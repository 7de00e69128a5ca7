"""The mail of one installation: what is due is put into the outbox, and the outbox is sent."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from issuer import claim_renderers, deliver_waiting, nudge_unclaimed, people_renderers, text_unreached
from issuer.web import DRAFTS_FOLDER, DraftStore
from keys import GuardedFetcher
from skillmark.mail_settings import default_identity
from skillmark.mail_transports import MessageFolder, SmtpServer
from skillmark.outbox_sender import OutboxSender
from skillmark.text_gateway import TextGateway
from skillmark.wallet_wiring import remind_holders, renderers_of_wallet, tidy_wallets
from storage import count_erased, list_erased

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from issuer import Claims
    from skillmark.mail_settings import MailSettings
    from skillmark.mail_transports import MailTransport, TextSender
    from skillmark.outbox_sender import Renderer
    from skillmark.text_settings import TextSettings

_log = logging.getLogger(__name__)
SEND_EVERY_SECONDS = 5.0
LOOK_FOR_REMINDERS_EVERY = timedelta(hours=1)
OUTBOX_FOLDER = "outbox"


def compose_mailing(
    claims: Claims,
    *,
    home: Path,
    mail: MailSettings | None,
    password: Callable[[], str],
    texts: TextSettings | None = None,
    text_secret: Callable[[], str] = str,
) -> Mailing:
    """Return the mail of an installation with all its parts: claims, wallet, reminders.

    `texts` names the gateway for text messages, `text_secret` returns what it knows us by; the rest as in `Mailing`.
    """
    gateway = None if texts is None else TextGateway(texts, secret=text_secret, network=GuardedFetcher())
    drafts = DraftStore(home / DRAFTS_FOLDER, clock=claims.ledger.clock)
    return Mailing(
        claims,
        home=home,
        mail=mail,
        password=password,
        texts=gateway,
        renderers=renderers_of_wallet(claims),
        reminders=(lambda: remind_holders(claims),),
        chores=(lambda: tidy_wallets(claims), drafts.forget_old),
    )


class Mailing:
    """Everything that one installation sends.

    Args:
        claims: The rules of claiming.
        home: Data folder; messages that no server takes are files in `outbox/` below it.
        mail: Who mails come from and the server; None writes files.
        password: Returns the password of the mail server.
        texts: Takes text messages; None writes files.
        renderers: Who writes the messages of other parts, by template.
        reminders: Put the reminders of other parts into the outbox, each once, and return how many.
        chores: What else is done whenever reminders are looked for.
    """

    def __init__(
        self,
        claims: Claims,
        *,
        home: Path,
        mail: MailSettings | None,
        password: Callable[[], str],
        renderers: Mapping[str, Renderer],
        texts: TextSender | None = None,
        reminders: Sequence[Callable[[], int]] = (),
        chores: Sequence[Callable[[], None]] = (),
    ) -> None:
        self._claims = claims
        self._reminders = (lambda: text_unreached(claims), lambda: nudge_unclaimed(claims), *reminders)
        self._chores = tuple(chores)
        self._reminded_at: datetime | None = None
        self._erased: int | None = None  # how many messages were, when their files were last deleted
        self.folder = MessageFolder(home / OUTBOX_FOLDER)
        self.has_server = mail is not None and mail.smtp is not None
        self.has_gateway = texts is not None
        transport: MailTransport = self.folder
        if mail is not None and mail.smtp is not None:
            transport = SmtpServer(mail.smtp, password=password)
        host = urlsplit(claims.ledger.base_url).hostname or "localhost"
        self._sender = OutboxSender(
            claims.ledger.database,
            clock=claims.ledger.clock,
            renderers={**claim_renderers(claims), **people_renderers(claims), **renderers},
            identity=mail.identity if mail is not None else default_identity(host),
            mail=transport,
            texts=texts or self.folder,
        )

    def remind(self) -> int:
        """Put the reminders into the outbox whose time it is, and do the chores; return how many are new."""
        count = sum(remind() for remind in self._reminders)
        for chore in self._chores:
            chore()
        self._reminded_at = self._claims.ledger.clock()
        return count

    def run(self) -> Counter[str]:
        """Hand out what waits, remind whoever is due, and send; return how many `sent`, `failed` and `refused`.

        The files of messages to people who were forgotten meanwhile are deleted.

        Raises:
            LedgerError: `mail.sender_running` when somebody else sends now; a fault of the store.
        """
        deliver_waiting(self._claims)
        now = self._claims.ledger.clock()
        if self._reminded_at is None or now - self._reminded_at >= LOOK_FOR_REMINDERS_EVERY:
            self.remind()
        try:
            return self._sender.send_due()
        finally:
            self._remove_erased()

    def _remove_erased(self) -> None:
        """Delete the files of messages whose recipient was forgotten, such as with their wallet."""
        database = self._claims.ledger.database
        with database.read() as connection:
            count = count_erased(connection)
            if count == self._erased:
                return
            erased = list_erased(connection, self.folder.list_ids())
        try:
            for message_id in erased:
                self.folder.remove(message_id)
        except OSError as error:
            _log.warning("files of erased messages cannot be deleted: %s", error.strerror)
            return
        self._erased = count
