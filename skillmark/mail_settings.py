"""The `[mail]` part of `skillmark.toml`: who the mails come from, and which server takes them.

    [mail]
    from = "badges@your-college.example"
    from_name = "Your College"
    reply_to = "office@your-college.example"
    bounce_to = "bounces@your-college.example"   # mails that come back go to bounces+ID@…; see `skillmark mail bounces`
    host = "smtp.your-college.example"      # without it mails are files in the data folder
    port = 587
    security = "starttls"                   # "starttls", "tls", or "none" for a server without login
    user = "badges"                         # its password stands in secrets/mail-password

Spec: RFC 8314 §3 (TLS for submission), security.md T-61.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, field

from schemas import ConfigurationError

DEFAULT_PORTS = {"starttls": 587, "tls": 465, "none": 25}
MAX_PORT = 65_535
# One address, with nothing around it that could end a header or a command.
_ADDRESS = re.compile(r"[^\s@<>\",;:\\()\[\]\x00-\x20\x7f]{1,64}@[^\s@<>\",;:\\()\[\]_\x00-\x20\x7f]{1,255}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")
_KNOWN = frozenset({"from", "from_name", "reply_to", "bounce_to", "host", "port", "security", "user"})


class MailSecurity(enum.Enum):
    """How the way to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailIdentity:
    """Who mails come from."""

    address: str
    name: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """The server that takes our mails. The password is not here."""

    host: str
    port: int
    security: MailSecurity = MailSecurity.STARTTLS
    user: str = ""
    bounce_to: str = ""  # whose post box takes tagged addresses; empty: mails come back to the sender


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """Who mails come from, and the server; without a server they are written to files."""

    identity: MailIdentity
    smtp: SmtpSettings | None = field(default=None)


def is_mail_address(text: str) -> bool:
    """Whether a text is one plain address that fits into a header and a command."""
    return _ADDRESS.fullmatch(text) is not None


def has_control(text: str) -> bool:
    """Whether a text has a line break or another sign that could begin a header of its own."""
    return _CONTROL.search(text) is not None


def default_identity(host: str) -> MailIdentity:
    """Return who mails come from when nothing is said: files show what would be sent."""
    return MailIdentity(address=f"badges@{host.strip('[]').replace(':', '.')}", name="Skillmark")


def read_mail_settings(table: object) -> MailSettings | None:
    """Return the settings of the `[mail]` table; None when there is no table.

    Raises:
        ConfigurationError: `mail.settings_invalid` with what is wrong; `mail.tls_required` when a login is to be
            sent without encryption.
    """
    if table is None:
        return None
    if not isinstance(table, dict) or not set(table) <= _KNOWN:
        raise ConfigurationError("mail.settings_invalid", f"[mail] knows {', '.join(sorted(_KNOWN))}")
    texts = {key: table.get(key, "") for key in _KNOWN - {"port"}}
    for key, text in texts.items():
        if not isinstance(text, str) or has_control(text):
            raise ConfigurationError("mail.settings_invalid", f"{key} is one line of text")
    if not is_mail_address(texts["from"]):
        raise ConfigurationError("mail.settings_invalid", "from is an e-mail address")
    if texts["reply_to"] and not is_mail_address(texts["reply_to"]):
        raise ConfigurationError("mail.settings_invalid", "reply_to is an e-mail address")
    if texts["bounce_to"] and not is_mail_address(texts["bounce_to"]):
        raise ConfigurationError("mail.settings_invalid", "bounce_to is an e-mail address")
    identity = MailIdentity(address=texts["from"], name=texts["from_name"], reply_to=texts["reply_to"])
    return MailSettings(identity=identity, smtp=_read_smtp(texts, table.get("port")) if texts["host"] else None)


def _read_smtp(texts: dict[str, str], port: object) -> SmtpSettings:
    try:
        security = MailSecurity(texts["security"] or MailSecurity.STARTTLS.value)
    except ValueError as error:
        raise ConfigurationError("mail.settings_invalid", 'security is "starttls", "tls" or "none"') from error
    if security is MailSecurity.NONE and texts["user"]:
        raise ConfigurationError("mail.tls_required")
    wanted = DEFAULT_PORTS[security.value] if port is None else port
    if not isinstance(wanted, int) or isinstance(wanted, bool) or not 0 < wanted <= MAX_PORT:
        raise ConfigurationError("mail.settings_invalid", "port is a number from 1 to 65535")
    return SmtpSettings(
        host=texts["host"], port=wanted, security=security, user=texts["user"], bounce_to=texts["bounce_to"]
    )
