"""Sessions of the desk in the tables: the ids themselves stand only in cookies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from issuer.people_tables import DESK_SESSIONS
from schemas import format_datetime

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping


def insert_session(
    connection: Connection, id_sha256: bytes, *, person_id: str, organisation_id: str, lock: bytes, now: datetime
) -> None:
    """Add a session."""
    connection.execute(
        DESK_SESSIONS.insert().values(
            id_sha256=id_sha256,
            person_id=person_id,
            organisation_id=organisation_id,
            lock=lock,
            began=format_datetime(now),
        )
    )


def find_session(connection: Connection, id_sha256: bytes, *, after: datetime) -> RowMapping | None:
    """Return a session that began after a moment."""
    query = sa.select(DESK_SESSIONS).where(
        DESK_SESSIONS.c.id_sha256 == id_sha256, DESK_SESSIONS.c.began > format_datetime(after)
    )
    return connection.execute(query).mappings().first()


def move_session(connection: Connection, id_sha256: bytes, organisation_id: str) -> None:
    """Let a session work in another organisation."""
    statement = sa.update(DESK_SESSIONS).where(DESK_SESSIONS.c.id_sha256 == id_sha256)
    connection.execute(statement.values(organisation_id=organisation_id))


def delete_session(connection: Connection, id_sha256: bytes) -> None:
    """End a session."""
    connection.execute(sa.delete(DESK_SESSIONS).where(DESK_SESSIONS.c.id_sha256 == id_sha256))


def delete_sessions(connection: Connection, person_id: str) -> None:
    """End all sessions of a person."""
    connection.execute(sa.delete(DESK_SESSIONS).where(DESK_SESSIONS.c.person_id == person_id))


def delete_old_sessions(connection: Connection, *, before: datetime) -> None:
    """Forget the sessions that began at a moment or before it."""
    connection.execute(sa.delete(DESK_SESSIONS).where(DESK_SESSIONS.c.began <= format_datetime(before)))


def keep_newest_sessions(connection: Connection, person_id: str, count: int) -> None:
    """End the sessions of a person but for the newest ones."""
    column = DESK_SESSIONS.c
    kept = sa.select(column.id_sha256).where(column.person_id == person_id)
    kept = kept.order_by(column.began.desc(), sa.text("rowid DESC")).limit(count)
    connection.execute(sa.delete(DESK_SESSIONS).where(column.person_id == person_id, column.id_sha256.not_in(kept)))


def delete_sessions_in(connection: Connection, person_id: str, organisation_id: str) -> None:
    """End the sessions of a person in one organisation."""
    connection.execute(
        sa.delete(DESK_SESSIONS).where(
            DESK_SESSIONS.c.person_id == person_id, DESK_SESSIONS.c.organisation_id == organisation_id
        )
    )
