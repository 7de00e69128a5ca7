"""Ids, cookies and the links with a secret in them.

A link is made again whenever it is needed (`keys.LinkSecret`), so a message can be written again with the same one. The
tables hold only hashes.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from keys import hash_token

if TYPE_CHECKING:
    from keys import LinkSecret

_ID_BYTES = 16
_COOKIE_BYTES = 32
_SIGN_IN = "wallet-sign-in"
_SHARE = "wallet-share"
_CALENDAR = "wallet-calendar"
_STOP = "wallet-stop"
_SUPERVISOR = "wallet-supervisor"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 bits in base64url


def make_sign_in_token(secret: LinkSecret, sign_in_id: str) -> str:
    """Return the token of the link that opens a wallet, or adds an address to one."""
    return secret.make_token(_SIGN_IN, sign_in_id, 1)


def make_share_token(secret: LinkSecret, share_id: str) -> str:
    """Return the token of the link that shows badges."""
    return secret.make_token(_SHARE, share_id, 1)


def make_calendar_token(secret: LinkSecret, holder_id: str, generation: int) -> str:
    """Return the token of the link to a holder's calendar."""
    return secret.make_token(_CALENDAR, holder_id, generation)


def make_stop_token(secret: LinkSecret, holder_id: str) -> str:
    """Return the token of the link that ends the reminders of a holder."""
    return secret.make_token(_STOP, holder_id, 1)


def make_supervisor_token(secret: LinkSecret, supervisor_id: str) -> str:
    """Return the token of the link by which somebody agrees to be told of a holder's badges, or ends that."""
    return secret.make_token(_SUPERVISOR, supervisor_id, 1)


def new_id() -> str:
    """Return a random id of 128 bits."""
    return secrets.token_hex(_ID_BYTES)


def new_cookie() -> str:
    """Return the random content of a session cookie, 256 bits."""
    return secrets.token_urlsafe(_COOKIE_BYTES)


def hash_secret(secret: str) -> str:
    """Return what the tables hold of a token or a cookie; empty, which matches nothing, for what can be neither."""
    return hash_token(secret).hex() if _TOKEN.fullmatch(secret) else ""
