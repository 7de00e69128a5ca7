"""Codes that were texted to a telephone, in the tables. The digits stand nowhere: they are made from the id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from schemas import format_datetime, read_datetime
from storage import pseudonym
from wallet.tables import CODES

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime, timedelta

    from sqlalchemy import Connection

UNLISTED_PARTS = 4  # of the day's texts to numbers of no class list, one place asks for one part of so many


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRow:
    """A code that somebody asked for.

    Args:
        id: Random; whoever asked has it in their form.
        holder_id: Whose wallet the number is added to; None when the code opens the wallet of the number.
        value: The number.
        created: When it was asked for.
        client: Where it was asked for; kept as a name that nobody can turn back.
        is_unlisted: Its text went to a number that no class list has.
        tries: Wrong ones so far.
        is_spent: It was used, or nothing was ever sent.
    """

    id: str
    holder_id: str | None
    value: str
    created: datetime
    client: str = ""
    is_unlisted: bool = False
    tries: int = 0
    is_spent: bool = False


@dataclass(frozen=True, slots=True)
class CodeLimit:
    """How many codes may be asked for one number.

    Args:
        span: Within this time.
        count: So many.
        is_of_client: From one place; else from anywhere.
    """

    span: timedelta
    count: int
    is_of_client: bool = False


def has_room(connection: Connection, row: CodeRow, limits: Sequence[CodeLimit]) -> bool:
    """Say whether a code may be asked for beside those that were; in a transaction that writes."""
    return all(
        count_codes(
            connection,
            after=row.created - limit.span,
            value=row.value,
            client=row.client if limit.is_of_client else "",
        )
        < limit.count
        for limit in limits
    )


def insert_code(connection: Connection, row: CodeRow) -> None:
    """Note that a code was asked for."""
    connection.execute(
        CODES.insert().values(
            id=row.id,
            holder_id=row.holder_id,
            value=row.value,
            created=format_datetime(row.created),
            tries=row.tries,
            spent=int(row.is_spent),
            client=pseudonym(connection, row.client) if row.client else "",
            unlisted=int(row.is_unlisted),
        )
    )


def find_code(connection: Connection, code_id: str, *, after: datetime) -> CodeRow | None:
    """Return a code that was asked for after a moment."""
    statement = sa.select(CODES).where(CODES.c.id == code_id, CODES.c.created > format_datetime(after))
    row = connection.execute(statement).mappings().first()
    if row is None:
        return None
    return CodeRow(
        id=row["id"],
        holder_id=row["holder_id"],
        value=row["value"],
        created=read_datetime(row["created"]),
        client=row["client"],
        is_unlisted=row["unlisted"] == 1,
        tries=row["tries"],
        is_spent=row["spent"] == 1,
    )


def note_wrong_code(connection: Connection, code_id: str) -> None:
    """Count one more wrong try."""
    connection.execute(sa.update(CODES).where(CODES.c.id == code_id).values(tries=CODES.c.tries + 1))


def spend_code(connection: Connection, code_id: str) -> bool:
    """Use a code up; return whether it was still good."""
    statement = sa.update(CODES).where(CODES.c.id == code_id, CODES.c.spent == 0).values(spent=1)
    return connection.execute(statement).rowcount == 1


def count_codes(
    connection: Connection, *, after: datetime, value: str = "", client: str = "", holder_id: str = ""
) -> int:
    """Return how many codes were asked for after a moment, for a number, from one place or by a holder.

    Args:
        connection: With a number or a place, of a transaction that writes.
        after: The moment.
        value: The number, also as `forget_codes` leaves it.
        client: The place.
        holder_id: The holder.
    """
    statement = sa.select(sa.func.count()).select_from(CODES).where(CODES.c.created > format_datetime(after))
    if value:
        statement = statement.where(CODES.c.value.in_((value, pseudonym(connection, value))))
    if client:
        statement = statement.where(CODES.c.client == pseudonym(connection, client))
    if holder_id:
        statement = statement.where(CODES.c.holder_id == holder_id)
    return connection.scalar(statement) or 0


def has_unlisted_texts(connection: Connection, per_day: int, *, client: str, after: datetime) -> bool:
    """Say whether a number that no class list has may be texted; in a transaction that writes.

    So many are in a day by all, and one part of `UNLISTED_PARTS` from one place.
    """
    unlisted = sa.select(sa.func.count()).select_from(CODES)
    unlisted = unlisted.where(CODES.c.unlisted == 1, CODES.c.created > format_datetime(after))
    of_all = connection.scalar(unlisted) or 0
    of_client = connection.scalar(unlisted.where(CODES.c.client == pseudonym(connection, client))) if client else 0
    return of_all < per_day and (of_client or 0) < max(1, per_day // UNLISTED_PARTS)


def forget_codes(connection: Connection, holder_id: str, numbers: Collection[str] = ()) -> None:
    """Make nobody's what a holder who leaves asked for, or had sent to their numbers.

    It stays counted until its day is over, and opens nothing. Else whoever deletes a wallet and makes another could
    guess at a number, and text to it, without an end.
    """
    is_theirs = (CODES.c.holder_id == holder_id) | CODES.c.value.in_(numbers)
    asked = sa.select(CODES.c.id, CODES.c.value).where(is_theirs)
    for row in connection.execute(asked).all():
        statement = sa.update(CODES).where(CODES.c.id == row.id)
        connection.execute(statement.values(holder_id=None, spent=1, value=pseudonym(connection, row.value)))


def delete_old_codes(connection: Connection, *, before: datetime) -> None:
    """Forget codes that count for nothing any more."""
    connection.execute(sa.delete(CODES).where(CODES.c.created <= format_datetime(before)))
