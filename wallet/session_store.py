"""Sessions and the links that begin one, in the tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from schemas import format_datetime, read_datetime
from wallet.tables import SESSIONS, SIGN_INS
from wallet.tokens import hash_secret, new_cookie

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

SESSION_LIFE = timedelta(days=30)  # from its last use


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """Whose session it is, and when it was last used."""

    holder_id: str
    seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRow:
    """What a link is for.

    Args:
        id: Random.
        holder_id: Whose wallet the address is added to; None when the link opens the wallet of the address.
        kind: Of the identifier.
        value: The address.
        created: When it was asked for.
    """

    id: str
    holder_id: str | None
    kind: str
    value: str
    created: datetime


def begin_session(connection: Connection, holder_id: str, *, now: datetime) -> str:
    """Begin a session; return the content of its cookie."""
    delete_old_sessions(connection, before=now - SESSION_LIFE)
    cookie = new_cookie()
    insert_session(connection, hash_secret(cookie), holder_id, now=now)
    return cookie


def insert_session(connection: Connection, cookie_hash: str, holder_id: str, *, now: datetime) -> None:
    """Begin a session."""
    moment = format_datetime(now)
    connection.execute(SESSIONS.insert().values(hash=cookie_hash, holder_id=holder_id, began=moment, seen=moment))


def find_session(connection: Connection, cookie_hash: str) -> SessionRow | None:
    """Return the session of a cookie."""
    row = connection.execute(
        sa.select(SESSIONS.c.holder_id, SESSIONS.c.seen).where(SESSIONS.c.hash == cookie_hash)
    ).first()
    return SessionRow(holder_id=row.holder_id, seen=read_datetime(row.seen)) if row else None


def touch_session(connection: Connection, cookie_hash: str, *, now: datetime) -> None:
    """Note that a session was used."""
    connection.execute(sa.update(SESSIONS).where(SESSIONS.c.hash == cookie_hash).values(seen=format_datetime(now)))


def delete_session(connection: Connection, cookie_hash: str) -> None:
    """End one session."""
    connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.hash == cookie_hash))


def delete_sessions(connection: Connection, holder_id: str) -> None:
    """End all sessions of a holder."""
    connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.holder_id == holder_id))


def count_sessions(connection: Connection, holder_id: str, *, after: datetime) -> int:
    """Return how many sessions of a holder were used after a moment."""
    statement = sa.select(sa.func.count()).select_from(SESSIONS)
    statement = statement.where(SESSIONS.c.holder_id == holder_id, SESSIONS.c.seen > format_datetime(after))
    return connection.scalar(statement) or 0


def delete_old_sessions(connection: Connection, *, before: datetime) -> None:
    """Forget sessions that nobody used since a moment."""
    connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.seen <= format_datetime(before)))


def insert_sign_in(connection: Connection, row: SignInRow, *, token_hash: str) -> None:
    """Note that a link was asked for."""
    connection.execute(
        SIGN_INS.insert().values(
            id=row.id,
            holder_id=row.holder_id,
            kind=row.kind,
            value=row.value,
            token_hash=token_hash,
            created=format_datetime(row.created),
        )
    )


def find_sign_in(connection: Connection, token_hash: str, *, after: datetime) -> SignInRow | None:
    """Return what a link is for, when it was asked for after a moment."""
    statement = sa.select(SIGN_INS).where(
        SIGN_INS.c.token_hash == token_hash, SIGN_INS.c.created > format_datetime(after)
    )
    row = connection.execute(statement).mappings().first()
    if row is None:
        return None
    return SignInRow(
        id=row["id"],
        holder_id=row["holder_id"],
        kind=row["kind"],
        value=row["value"],
        created=read_datetime(row["created"]),
    )


def delete_sign_in(connection: Connection, sign_in_id: str) -> bool:
    """Spend a link; return whether it was there."""
    return connection.execute(sa.delete(SIGN_INS).where(SIGN_INS.c.id == sign_in_id)).rowcount == 1


def count_sign_ins(connection: Connection, kind: str, value: str, *, after: datetime) -> int:
    """Return how many links to an address were asked for after a moment and not used."""
    statement = sa.select(sa.func.count()).select_from(SIGN_INS)
    statement = statement.where(
        SIGN_INS.c.kind == kind, SIGN_INS.c.value == value, SIGN_INS.c.created > format_datetime(after)
    )
    return connection.scalar(statement) or 0


def delete_old_sign_ins(connection: Connection, *, before: datetime) -> None:
    """Forget links that are too old to be used."""
    connection.execute(sa.delete(SIGN_INS).where(SIGN_INS.c.created <= format_datetime(before)))
