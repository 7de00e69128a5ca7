"""Holders and their addresses in the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from schemas import format_datetime, read_datetime
from storage import delete_passkeys, has_passkeys, move_passkeys
from wallet.model import Identifier
from wallet.tables import (
    CODES,
    HOLDERS,
    HOLDINGS,
    IDENTIFIERS,
    RECORDS,
    SESSIONS,
    SHARE_ITEMS,
    SHARES,
    SIGN_INS,
    SUPERVISORS,
)
from wallet.tokens import new_id

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

_OWNER_KIND = "holder"  # of passkeys


def insert_holder(connection: Connection, holder_id: str, *, now: datetime) -> str:
    """Make a holder who has nothing; return the id."""
    connection.execute(HOLDERS.insert().values(id=holder_id, created=format_datetime(now)))
    return holder_id


def find_owner(connection: Connection, kind: str, value: str) -> str | None:
    """Return the holder who has shown that this address is theirs."""
    statement = sa.select(IDENTIFIERS.c.holder_id)
    return connection.scalar(statement.where(IDENTIFIERS.c.kind == kind, IDENTIFIERS.c.value == value))


def list_identifiers(connection: Connection, holder_id: str) -> tuple[Identifier, ...]:
    """Return the addresses of a holder, oldest first."""
    statement = sa.select(IDENTIFIERS).where(IDENTIFIERS.c.holder_id == holder_id)
    rows = connection.execute(statement.order_by(IDENTIFIERS.c.verified_at, IDENTIFIERS.c.id)).mappings()
    return tuple(
        Identifier(id=row["id"], kind=row["kind"], value=row["value"], verified_at=read_datetime(row["verified_at"]))
        for row in rows
    )


def list_addresses(connection: Connection, holder_id: str) -> frozenset[str]:
    """Return the addresses of a holder as bare texts."""
    return frozenset(identifier.value for identifier in list_identifiers(connection, holder_id))


def has_way_in(connection: Connection, holder_id: str) -> bool:
    """Whether the wallet can be opened in another browser: by an address, a number or a passkey."""
    return bool(list_identifiers(connection, holder_id)) or has_passkeys(connection, _OWNER_KIND, holder_id)


def insert_identifier(connection: Connection, holder_id: str, kind: str, value: str, *, now: datetime) -> None:
    """Note that a holder has shown an address to be theirs; nobody else may have it."""
    connection.execute(
        IDENTIFIERS.insert().values(
            id=new_id(), holder_id=holder_id, kind=kind, value=value, verified_at=format_datetime(now)
        )
    )


def delete_identifier(connection: Connection, holder_id: str, identifier_id: str) -> bool:
    """Take an address out of a wallet; return whether it was in it."""
    statement = sa.delete(IDENTIFIERS).where(IDENTIFIERS.c.id == identifier_id, IDENTIFIERS.c.holder_id == holder_id)
    return connection.execute(statement).rowcount == 1


def merge_holders(connection: Connection, source: str, target: str) -> None:
    """Move all that one holder has to another, and delete the first. What both have stays once.

    A share goes on showing the badge: what it showed of the source, it shows of the target.
    """
    theirs = HOLDINGS.alias()
    doubles = connection.execute(
        sa.select(HOLDINGS.c.id, theirs.c.id)
        .join(theirs, HOLDINGS.c.badge_key == theirs.c.badge_key)
        .where(HOLDINGS.c.holder_id == source, theirs.c.holder_id == target)
    ).all()
    for old, kept in doubles:
        connection.execute(sa.update(SHARE_ITEMS).where(SHARE_ITEMS.c.holding_id == old).values(holding_id=kept))
        connection.execute(sa.delete(HOLDINGS).where(HOLDINGS.c.id == old))
    for table in (HOLDINGS, IDENTIFIERS, SHARES, SESSIONS, SIGN_INS, CODES, SUPERVISORS):
        connection.execute(sa.update(table).where(table.c.holder_id == source).values(holder_id=target))
    move_passkeys(connection, _OWNER_KIND, source=source, target=target)
    connection.execute(sa.delete(HOLDERS).where(HOLDERS.c.id == source))


def delete_holder(connection: Connection, holder_id: str) -> None:
    """Delete a holder and every row that is theirs, after `code_store.forget_codes`: those go on counting."""
    addresses = sa.select(IDENTIFIERS.c.value).where(IDENTIFIERS.c.holder_id == holder_id)
    shares = sa.select(SHARES.c.id).where(SHARES.c.holder_id == holder_id)
    for table in (SHARE_ITEMS, RECORDS):
        connection.execute(sa.delete(table).where(table.c.share_id.in_(shares)))
    # Also links that were asked for from outside the wallet: they hold the address.
    connection.execute(sa.delete(SIGN_INS).where(SIGN_INS.c.value.in_(addresses)))
    for table in (SHARES, HOLDINGS, IDENTIFIERS, SESSIONS, SIGN_INS, SUPERVISORS):
        connection.execute(sa.delete(table).where(table.c.holder_id == holder_id))
    delete_passkeys(connection, _OWNER_KIND, holder_id)
    connection.execute(sa.delete(HOLDERS).where(HOLDERS.c.id == holder_id))
