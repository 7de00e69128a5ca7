"""Where messages go: files of the data folder, or a mail server. Spec: RFC 5321, RFC 8314."""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from schemas import write_private_file
from skillmark.mail import MailError
from skillmark.mail_settings import MailSecurity

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from skillmark.mail_settings import SmtpSettings

SMTP_TIMEOUT_SECONDS = 30.0  # for each answer of the server
_FIRST_FINAL_STATUS = 500
_ENDINGS = (".eml", ".txt")
_MESSAGE_ID = re.compile(r"[0-9a-f]{32}")


class MailTransport(Protocol):
    """Takes mails; used as a context manager around those of one go."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

    def send(self, mail: EmailMessage, *, message_id: str) -> None:
        """Hand a mail over.

        Raises:
            MailError: It was not taken.
        """


class TextSender(Protocol):
    """Takes text messages to telephones, such as a gateway."""

    def send_text(self, number: str, text: str, *, message_id: str) -> None:
        """Hand a text message over.

        Raises:
            MailError: It was not taken.
        """


class MessageFolder:
    """Writes each message to a file of its own that only this user may read; the same message to the same file.

    Args:
        folder: Made when the first message comes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object, /) -> None:
        """Nothing stays open."""

    def send(self, mail: EmailMessage, *, message_id: str) -> None:
        """Write a mail to an `.eml` file, which every mail program opens."""
        self._write(f"{message_id}.eml", mail.as_bytes())

    def send_text(self, number: str, text: str, *, message_id: str) -> None:
        """Write a text message to a `.txt` file, with the number in its first line."""
        self._write(f"{message_id}.txt", f"{number}\n\n{text}\n".encode())

    def read(self, message_id: str) -> bytes | None:
        """Return the mail or text message that was written for a message; None when there is none."""
        if not _MESSAGE_ID.fullmatch(message_id):
            return None
        paths = (self._folder / f"{message_id}{ending}" for ending in _ENDINGS)
        return next((path.read_bytes() for path in paths if path.exists()), None)

    def list_ids(self) -> tuple[str, ...]:
        """Return the messages of which there is a file."""
        if not self._folder.exists():
            return ()
        names = {path.stem for path in self._folder.iterdir() if path.suffix in _ENDINGS}
        return tuple(sorted(name for name in names if _MESSAGE_ID.fullmatch(name)))

    def remove(self, message_id: str) -> None:
        """Delete what was written for a message; nothing happens when there is nothing.

        Raises:
            OSError: It cannot be deleted.
        """
        if _MESSAGE_ID.fullmatch(message_id):
            for ending in _ENDINGS:
                (self._folder / f"{message_id}{ending}").unlink(missing_ok=True)

    def _write(self, name: str, body: bytes) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private_file(self._folder / name, body)
        except OSError as error:
            raise MailError("message.folder_unavailable", is_for_all=True) from error


class SmtpServer:
    """Hands mails to a server, all of one go over one connection. A login never travels in the clear.

    Args:
        settings: Which server.
        password: Returns the password of the login; asked only when there is a user.
        tls: Whom to believe; default: the authorities of this system.
        timeout_seconds: For each answer.
    """

    def __init__(
        self,
        settings: SmtpSettings,
        *,
        password: Callable[[], str],
        tls: ssl.SSLContext | None = None,
        timeout_seconds: float = SMTP_TIMEOUT_SECONDS,
    ) -> None:
        self._settings = settings
        self._password = password
        self._tls = tls or ssl.create_default_context()
        self._timeout = timeout_seconds
        self._client: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object, /) -> None:
        """Say goodbye to the server."""
        if self._client is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._client.quit()
        self._hang_up()

    def send(self, mail: EmailMessage, *, message_id: str) -> None:
        """Hand a mail over.

        Raises:
            MailError: `message.refused` for good; `message.server_unavailable`, `mail.sender_refused`,
                `mail.login_refused` or `mail.tls_missing` for now.
        """
        client = self._client or self._connect()
        try:
            client.ehlo_or_helo_if_needed()
            # The server repeats this id in its report when the mail comes back (RFC 3461 §4.4).
            options = [f"ENVID={message_id}", "RET=HDRS"] if client.has_extn("dsn") else []
            client.send_message(mail, from_addr=self._return_address(message_id), mail_options=options)
        except smtplib.SMTPRecipientsRefused as error:
            ((status, _),) = error.recipients.values()
            self._fail(status, "message.refused")
        except smtplib.SMTPSenderRefused as error:
            self._hang_up()
            code = "mail.sender_refused" if error.smtp_code >= _FIRST_FINAL_STATUS else "message.server_unavailable"
            raise MailError(code, is_for_all=True) from error
        except smtplib.SMTPDataError as error:
            self._fail(error.smtp_code, "message.refused")
        except smtplib.SMTPNotSupportedError as error:  # an address in letters that this server cannot take
            raise MailError("message.refused", is_final=True) from error
        except (smtplib.SMTPException, OSError) as error:
            # Perhaps taken, perhaps not: the next try brings the same mail under the same Message-ID.
            self._hang_up()
            raise MailError("message.server_unavailable", is_for_all=True) from error

    def _return_address(self, message_id: str) -> str | None:
        """Return where the mail goes when it comes back, tagged with its id; None for its sender."""
        if not self._settings.bounce_to:
            return None
        name, _, domain = self._settings.bounce_to.rpartition("@")
        return f"{name}+{message_id}@{domain}"

    def _fail(self, status: int, code: str) -> None:
        if status >= _FIRST_FINAL_STATUS:
            raise MailError(code, is_final=True)
        raise MailError("message.server_unavailable")

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        try:
            if settings.security is MailSecurity.TLS:
                self._client = smtplib.SMTP_SSL(settings.host, settings.port, timeout=self._timeout, context=self._tls)
            else:
                self._client = smtplib.SMTP(settings.host, settings.port, timeout=self._timeout)
            if settings.security is MailSecurity.STARTTLS:
                self._client.starttls(context=self._tls)
            if settings.user:
                self._client.login(settings.user, self._password())
        except smtplib.SMTPAuthenticationError as error:
            self._hang_up()
            raise MailError("mail.login_refused", is_for_all=True) from error
        except (smtplib.SMTPNotSupportedError, ssl.SSLError) as error:
            self._hang_up()
            raise MailError("mail.tls_missing", is_for_all=True) from error
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise MailError("message.server_unavailable", is_for_all=True) from error
        return self._client

    def _hang_up(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()
