"""From words to a mail: headers that nobody can add to, plain text and HTML. Spec: RFC 5322, RFC 3834, T-61."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime as format_mail_date
from typing import TYPE_CHECKING

from pages import render_mail_html, render_mail_plain
from schemas import BadgeError
from skillmark.mail_settings import has_control, is_mail_address

if TYPE_CHECKING:
    from datetime import datetime

    from pages import MailText
    from skillmark.mail_settings import MailIdentity

MAX_SUBJECT_CHARS = 200


class MailError(BadgeError):
    """A message cannot be sent: never, or not now.

    Args:
        code: Why.
        is_final: Whether another try is of no use.
        is_for_all: Whether every other message would fail too, such as without a server.
    """

    def __init__(self, code: str, *, is_final: bool = False, is_for_all: bool = False) -> None:
        super().__init__(code)
        self.is_final = is_final
        self.is_for_all = is_for_all


def compose_mail(
    text: MailText, *, identity: MailIdentity, recipient: str, message_id: str, created: datetime
) -> EmailMessage:
    """Return a mail, always the same bytes for the same arguments: a second copy of it is known as one.

    Args:
        text: What it says.
        identity: Who it comes from.
        recipient: One address.
        message_id: Names the message in the outbox.
        created: When it was written, aware.

    Raises:
        MailError: `mail.header_invalid` for a line break in subject, name or address, or what is no address.
    """
    if any(has_control(header) for header in (text.subject, text.stop, identity.name, message_id)):
        raise MailError("mail.header_invalid", is_final=True)
    if not all(is_mail_address(address) for address in (recipient, identity.address)):
        raise MailError("mail.header_invalid", is_final=True)
    domain = identity.address.rpartition("@")[2]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(display_name=identity.name, addr_spec=identity.address)
    mail["To"] = Address(addr_spec=_ascii_domain(recipient))
    if identity.reply_to:
        mail["Reply-To"] = Address(addr_spec=identity.reply_to)
    mail["Subject"] = text.subject[:MAX_SUBJECT_CHARS]
    mail["Date"] = format_mail_date(created)
    mail["Message-ID"] = f"<{message_id}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    if text.stop:
        mail["List-Unsubscribe"] = f"<{text.stop}>"
        if text.stop.startswith("https://"):  # RFC 8058 §3.1
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(render_mail_plain(text), cte="quoted-printable")
    mail.add_alternative(render_mail_html(text), subtype="html", cte="quoted-printable")
    mail["Content-Language"] = ", ".join(part.language for part in text.parts)
    # Else the boundary is drawn by lot.
    mail.set_boundary(f"=_{message_id}")
    return mail


def _ascii_domain(address: str) -> str:
    """Return an address with its domain as mail servers write it.

    Raises:
        MailError: `mail.header_invalid` when no domain comes out.
    """
    name, _, domain = address.rpartition("@")
    try:
        return f"{name}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError as error:
        raise MailError("mail.header_invalid", is_final=True) from error
