"""The `[text]` part of `skillmark.toml`: the gateway that takes text messages, by HTTPS.

[text]
url = "https://gateway.example/v1/messages"   # without it text messages are files in the data folder
form = "json"                # "json", or "form" for application/x-www-form-urlencoded
sender = "+15745550100"      # number or name that they come from; left out when empty
login = "bearer"             # "bearer", "basic", "header" or "none"; the secret stands in secrets/text-secret
user = ""                    # of "basic"
header = ""                  # of "header", such as "X-Api-Key"

[text.fields]                # what the gateway calls them
to = "to"
text = "text"
sender = "from"
id = ""                      # our id of the message; left out when empty

[text.more]                  # sent with each message as they stand here
channel = "sms"
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from schemas import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

UNLISTED_TEXTS_PER_DAY = 200  # codes of wallets to numbers that no class list has, by the whole site
MAX_UNLISTED_TEXTS_PER_DAY = 100_000
_DEFAULT_FIELDS = MappingProxyType({"to": "to", "text": "text", "sender": "from", "id": ""})
_KNOWN = frozenset({"url", "form", "sender", "login", "user", "header", "fields", "more"})
_LINE = re.compile(r"[ -~]{0,200}")
_URL = re.compile(r"[!-~]{1,2000}")
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]{1,60}")
_MAX_MORE = 20


class TextForm(enum.Enum):
    """How a message is written for the gateway."""

    JSON = "json"
    FORM = "form"


class TextLogin(enum.Enum):
    """How the gateway is told who we are."""

    BEARER = "bearer"
    BASIC = "basic"
    HEADER = "header"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSettings:
    """The gateway for text messages. The secret is not here."""

    url: str
    form: TextForm = TextForm.JSON
    sender: str = ""
    login: TextLogin = TextLogin.BEARER
    user: str = ""
    header: str = ""
    fields: Mapping[str, str] = field(default_factory=lambda: _DEFAULT_FIELDS)
    more: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def read_text_settings(table: object) -> TextSettings | None:
    """Return the settings of the `[text]` table; None when there is no table.

    Raises:
        ConfigurationError: `text.settings_invalid` with what is wrong.
    """
    if table is None:
        return None
    if not isinstance(table, dict) or not set(table) <= _KNOWN:
        raise ConfigurationError("text.settings_invalid", f"[text] knows {', '.join(sorted(_KNOWN))}")
    lines = _read_lines({key: table.get(key, "") for key in ("url", "form", "sender", "login", "user", "header")})
    parts = urlsplit(lines["url"])
    if not _URL.fullmatch(lines["url"]) or parts.scheme != "https" or not parts.hostname or "@" in parts.netloc:
        raise ConfigurationError("text.settings_invalid", "url is an https address")
    try:
        form = TextForm(lines["form"] or TextForm.JSON.value)
        login = TextLogin(lines["login"] or TextLogin.BEARER.value)
    except ValueError as error:
        raise ConfigurationError("text.settings_invalid", str(error)) from error
    if login is TextLogin.HEADER and not _HEADER_NAME.fullmatch(lines["header"]):
        raise ConfigurationError("text.settings_invalid", 'login "header" needs the name of a header')
    fields = {**_DEFAULT_FIELDS, **_read_table(table.get("fields", {}), known=frozenset(_DEFAULT_FIELDS))}
    if not fields["to"] or not fields["text"]:
        raise ConfigurationError("text.settings_invalid", "[text.fields] needs names for to and text")
    return TextSettings(
        url=lines["url"],
        form=form,
        sender=lines["sender"],
        login=login,
        user=lines["user"],
        header=lines["header"],
        fields=MappingProxyType(fields),
        more=MappingProxyType(_read_table(table.get("more", {}), known=None)),
    )


def _read_table(table: object, *, known: frozenset[str] | None) -> dict[str, str]:
    if not isinstance(table, dict) or len(table) > _MAX_MORE or (known is not None and not set(table) <= known):
        names = "any" if known is None else ", ".join(sorted(known))
        raise ConfigurationError("text.settings_invalid", f"a table of [text] holds texts under {names}")
    return _read_lines(table)


def _read_lines(table: dict[str, object]) -> dict[str, str]:
    lines = {}
    for key, text in table.items():
        if not isinstance(text, str) or (not _LINE.fullmatch(text) and key != "url"):
            raise ConfigurationError("text.settings_invalid", f"{key} is one line of plain text")
        lines[str(key)] = text
    return lines
