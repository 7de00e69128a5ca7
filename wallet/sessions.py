"""Who is signed in: a random cookie, of which the tables hold the hash; thirty days from its last use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from wallet import session_store
from wallet.session_store import SESSION_LIFE
from wallet.tokens import hash_secret

if TYPE_CHECKING:
    from wallet.deps import WalletDeps

_NOTED_EVERY = timedelta(days=1)  # a write for each page would cost more than the page


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A session that holds.

    Args:
        holder_id: Whose.
        is_renewed: Its time was set anew just now, so the cookie is too.
    """

    holder_id: str
    is_renewed: bool


def find_session(deps: WalletDeps, cookie: str) -> OpenSession | None:
    """Return the session of a cookie while it holds."""
    hashed, now = hash_secret(cookie), deps.clock()
    if not hashed:
        return None
    with deps.database.read() as connection:
        row = session_store.find_session(connection, hashed)
    if row is None or now - row.seen >= SESSION_LIFE:
        return None
    is_old = now - row.seen >= _NOTED_EVERY
    if is_old:
        with deps.database.write() as connection:
            session_store.touch_session(connection, hashed, now=now)
    return OpenSession(holder_id=row.holder_id, is_renewed=is_old)


def end_session(deps: WalletDeps, cookie: str) -> None:
    """End the session of a cookie."""
    with deps.database.write() as connection:
        session_store.delete_session(connection, hash_secret(cookie))


def end_all_sessions(deps: WalletDeps, holder_id: str) -> None:
    """End every session of a holder, on every phone."""
    with deps.database.write() as connection:
        session_store.delete_sessions(connection, holder_id)


def count_open_sessions(deps: WalletDeps, holder_id: str) -> int:
    """Return on how many phones and computers a wallet is open."""
    with deps.database.read() as connection:
        return session_store.count_sessions(connection, holder_id, after=deps.clock() - SESSION_LIFE)
