"""Passkeys of holders and of people of the desk, and the questions that browsers still have to answer."""

from __future__ import annotations

import enum
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from schemas import format_datetime, read_datetime
from storage.tables import PASSKEY_QUESTIONS, PASSKEYS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

    from storage.database import Database

_ID_BYTES = 16


class PasskeyChange(enum.Enum):
    """What was done to the passkeys of somebody."""

    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPasskey:
    """One passkey on record.

    Args:
        id: Random; names it in the addresses of pages.
        owner_id: Whose it is.
        credential_id: Its name in the authenticator.
        user_handle: What its owner is called there.
        public_key: COSE_Key.
        sign_count: How often it had signed when it was last used.
        is_synced: It may be copied between devices.
        name: What its owner calls it.
        created: When it was made.
        last_used: When somebody signed in with it; None for never.
    """

    id: str
    owner_id: str
    credential_id: bytes
    user_handle: bytes
    public_key: bytes
    sign_count: int
    is_synced: bool
    name: str
    created: datetime
    last_used: datetime | None


class PasskeyStore:
    """The passkeys of one kind of owner. Safe to share between threads.

    Args:
        database: Where they are kept.
        owner_kind: `holder` or `person`.
        announce: Called with the owner in the transaction in which a passkey is made or removed.
    """

    def __init__(
        self,
        database: Database,
        owner_kind: str,
        *,
        announce: Callable[[Connection, str, PasskeyChange], None] | None = None,
    ) -> None:
        self._announce = announce
        self._database = database
        self._kind = owner_kind

    def keep_question(
        self, ticket_hash: bytes, *, purpose: str, owner_id: str, challenge: bytes, now: datetime, forget: datetime
    ) -> None:
        """Keep a question, and forget those that were asked before `forget`."""
        with self._database.write() as connection:
            connection.execute(
                sa.delete(PASSKEY_QUESTIONS).where(PASSKEY_QUESTIONS.c.created <= format_datetime(forget))
            )
            connection.execute(
                PASSKEY_QUESTIONS.insert().values(
                    ticket_sha256=ticket_hash,
                    owner_kind=self._kind,
                    owner_id=owner_id,
                    purpose=purpose,
                    challenge=challenge,
                    created=format_datetime(now),
                )
            )

    def take_question(self, ticket_hash: bytes, *, purpose: str, owner_id: str, after: datetime) -> bytes | None:
        """Return the challenge of a question that was asked after a moment, and forget it.

        A question that was asked for another purpose or person is forgotten too: whoever brings its ticket
        has used it up.
        """
        with self._database.write() as connection:
            row = (
                connection.execute(
                    sa.delete(PASSKEY_QUESTIONS)
                    .where(PASSKEY_QUESTIONS.c.ticket_sha256 == ticket_hash)
                    .returning(PASSKEY_QUESTIONS)
                )
                .mappings()
                .first()
            )
        if row is None or row["created"] <= format_datetime(after):
            return None
        is_meant = (row["owner_kind"], row["owner_id"], row["purpose"]) == (self._kind, owner_id, purpose)
        return bytes(row["challenge"]) if is_meant else None

    def add(
        self,
        owner_id: str,
        *,
        credential_id: bytes,
        user_handle: bytes,
        public_key: bytes,
        sign_count: int,
        is_synced: bool,
        name: str,
        now: datetime,
        max_passkeys: int,
    ) -> bool:
        """Keep a passkey; say False when its id is known, or the owner has so many already."""
        row = {
            "credential_id": credential_id,
            "id": secrets.token_hex(_ID_BYTES),
            "owner_kind": self._kind,
            "owner_id": owner_id,
            "user_handle": user_handle,
            "public_key": public_key,
            "sign_count": sign_count,
            "synced": int(is_synced),
            "name": name,
            "created": format_datetime(now),
        }
        with self._database.write() as connection:
            count = sa.select(sa.func.count()).select_from(PASSKEYS).where(*self._of(owner_id))
            if (connection.scalar(count) or 0) >= max_passkeys:
                return False
            statement = insert(PASSKEYS).values(row).on_conflict_do_nothing(index_elements=["credential_id"])
            is_kept = connection.execute(statement).rowcount == 1
            if is_kept and self._announce is not None:
                self._announce(connection, owner_id, PasskeyChange.ADDED)
            return is_kept

    def find(self, credential_id: bytes) -> StoredPasskey | None:
        """Return the passkey with this id, if it belongs to this kind of owner."""
        statement = sa.select(PASSKEYS).where(
            PASSKEYS.c.credential_id == credential_id, PASSKEYS.c.owner_kind == self._kind
        )
        with self._database.read() as connection:
            row = connection.execute(statement).mappings().first()
        return None if row is None else _read_row(row)

    def note_use(self, credential_id: bytes, *, count_before: int, sign_count: int, now: datetime) -> bool:
        """Note that a passkey was used; say False when it is gone or was used since its count was read."""
        statement = (
            sa.update(PASSKEYS)
            .where(
                PASSKEYS.c.credential_id == credential_id,
                PASSKEYS.c.owner_kind == self._kind,
                PASSKEYS.c.sign_count == count_before,
            )
            .values(sign_count=sign_count, last_used=format_datetime(now))
        )
        with self._database.write() as connection:
            return connection.execute(statement).rowcount == 1

    def list_passkeys(self, owner_id: str) -> tuple[StoredPasskey, ...]:
        """Return the passkeys of an owner, oldest first."""
        statement = sa.select(PASSKEYS).where(*self._of(owner_id)).order_by(PASSKEYS.c.created, PASSKEYS.c.id)
        with self._database.read() as connection:
            return tuple(_read_row(row) for row in connection.execute(statement).mappings())

    def list_credential_ids(self, owner_id: str) -> tuple[bytes, ...]:
        """Return the ids of the passkeys of an owner."""
        return tuple(passkey.credential_id for passkey in self.list_passkeys(owner_id))

    def find_own(self, owner_id: str, passkey_id: str) -> StoredPasskey | None:
        """Return a passkey of an owner by our own id."""
        return next((passkey for passkey in self.list_passkeys(owner_id) if passkey.id == passkey_id), None)

    def remove(self, owner_id: str, passkey_id: str) -> bool:
        """Forget a passkey of an owner; say whether there was one."""
        with self._database.write() as connection:
            statement = sa.delete(PASSKEYS).where(*self._of(owner_id), PASSKEYS.c.id == passkey_id)
            is_gone = connection.execute(statement).rowcount == 1
            if is_gone and self._announce is not None:
                self._announce(connection, owner_id, PasskeyChange.REMOVED)
            return is_gone

    def rename(self, owner_id: str, passkey_id: str, name: str) -> bool:
        """Change how an owner calls a passkey; say whether there was one."""
        with self._database.write() as connection:
            statement = sa.update(PASSKEYS).where(*self._of(owner_id), PASSKEYS.c.id == passkey_id)
            return connection.execute(statement.values(name=name)).rowcount == 1

    def _of(self, owner_id: str) -> tuple[sa.ColumnElement[bool], ...]:
        return (PASSKEYS.c.owner_kind == self._kind, PASSKEYS.c.owner_id == owner_id)


def has_passkeys(connection: Connection, owner_kind: str, owner_id: str) -> bool:
    """Whether somebody can come in with a passkey."""
    mine = (PASSKEYS.c.owner_kind == owner_kind, PASSKEYS.c.owner_id == owner_id)
    return connection.scalar(sa.select(PASSKEYS.c.owner_id).where(*mine).limit(1)) is not None


def move_passkeys(connection: Connection, owner_kind: str, *, source: str, target: str) -> None:
    """Give the passkeys of one owner to another: the two are one person."""
    of_source = (PASSKEYS.c.owner_kind == owner_kind, PASSKEYS.c.owner_id == source)
    connection.execute(sa.update(PASSKEYS).where(*of_source).values(owner_id=target))


def delete_passkeys(connection: Connection, owner_kind: str, owner_id: str) -> None:
    """Forget all passkeys of an owner, and what their browsers were asked."""
    for table in (PASSKEYS, PASSKEY_QUESTIONS):
        connection.execute(sa.delete(table).where(table.c.owner_kind == owner_kind, table.c.owner_id == owner_id))


def _read_row(row: RowMapping) -> StoredPasskey:
    return StoredPasskey(
        id=row["id"],
        owner_id=row["owner_id"],
        credential_id=bytes(row["credential_id"]),
        user_handle=bytes(row["user_handle"]),
        public_key=bytes(row["public_key"]),
        sign_count=row["sign_count"],
        is_synced=bool(row["synced"]),
        name=row["name"],
        created=read_datetime(row["created"]),
        last_used=read_datetime(row["last_used"]) if row["last_used"] else None,
    )
