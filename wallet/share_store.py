"""Share links in the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from schemas import format_datetime, read_datetime
from wallet.model import Share
from wallet.tables import RECORDS, SHARE_ITEMS, SHARES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping, Select

_IDS_AT_ONCE = 500  # SQLite takes 999 parameters at the least
_COUNT = (
    sa.select(sa.func.count())
    .select_from(SHARE_ITEMS)
    .where(SHARE_ITEMS.c.share_id == SHARES.c.id)
    .correlate(SHARES)
    .scalar_subquery()
    .label("count")
)


def insert_share(
    connection: Connection, holder_id: str, share: Share, holding_ids: Sequence[str], *, token_hash: str
) -> None:
    """Make a share of some holdings."""
    connection.execute(
        SHARES.insert().values(
            id=share.id,
            holder_id=holder_id,
            name=share.name,
            token_hash=token_hash,
            created=format_datetime(share.created),
            expires=format_datetime(share.expires) if share.expires else None,
            withdrawn=None,
            opened=0,
        )
    )
    items = [
        {"share_id": share.id, "position": place, "holding_id": holding_id}
        for place, holding_id in enumerate(holding_ids)
    ]
    connection.execute(SHARE_ITEMS.insert(), items)


def list_shares(connection: Connection, holder_id: str) -> tuple[Share, ...]:
    """Return the shares of a holder, newest first."""
    statement = _select().where(SHARES.c.holder_id == holder_id).order_by(SHARES.c.created.desc(), SHARES.c.id)
    return tuple(_read(row) for row in connection.execute(statement).mappings())


def find_share(connection: Connection, holder_id: str, share_id: str) -> Share | None:
    """Return one share of a holder."""
    statement = _select().where(SHARES.c.id == share_id, SHARES.c.holder_id == holder_id)
    row = connection.execute(statement).mappings().first()
    return _read(row) if row else None


def find_by_token(connection: Connection, token_hash: str) -> Share | None:
    """Return the share of a link, open or not."""
    row = connection.execute(_select().where(SHARES.c.token_hash == token_hash)).mappings().first()
    return _read(row) if row else None


def list_shares_of(connection: Connection, holder_id: str, holding_id: str) -> tuple[Share, ...]:
    """Return the shares that show this badge, newest first."""
    statement = _select().join(SHARE_ITEMS, SHARE_ITEMS.c.share_id == SHARES.c.id)
    statement = statement.where(SHARES.c.holder_id == holder_id, SHARE_ITEMS.c.holding_id == holding_id)
    rows = connection.execute(statement.order_by(SHARES.c.created.desc(), SHARES.c.id)).mappings()
    return tuple(_read(row) for row in rows)


def list_shares_of_one(connection: Connection, holder_id: str) -> tuple[tuple[str, Share], ...]:
    """Return each share of a holder that shows one badge alone, with that badge, newest first."""
    statement = _select().add_columns(SHARE_ITEMS.c.holding_id).join(SHARE_ITEMS, SHARE_ITEMS.c.share_id == SHARES.c.id)
    statement = statement.where(SHARES.c.holder_id == holder_id, SHARES.c.withdrawn.is_(None), _COUNT == 1)
    rows = connection.execute(statement.order_by(SHARES.c.created.desc(), SHARES.c.id)).mappings()
    return tuple((row["holding_id"], _read(row)) for row in rows)


def find_share_owner(connection: Connection, share_id: str) -> str | None:
    """Return whose share it is."""
    return connection.scalar(sa.select(SHARES.c.holder_id).where(SHARES.c.id == share_id))


def count_opening(connection: Connection, share_id: str) -> None:
    """Count one visit."""
    connection.execute(sa.update(SHARES).where(SHARES.c.id == share_id).values(opened=SHARES.c.opened + 1))


def withdraw_share(connection: Connection, holder_id: str, share_id: str, *, now: datetime) -> bool:
    """Take a share back; return whether it is one of this holder."""
    own = (SHARES.c.id == share_id, SHARES.c.holder_id == holder_id)
    connection.execute(
        sa.update(SHARES).where(*own, SHARES.c.withdrawn.is_(None)).values(withdrawn=format_datetime(now))
    )
    return connection.scalar(sa.select(SHARES.c.id).where(*own)) is not None


def delete_ended_shares(connection: Connection, *, before: datetime, holder_id: str = "") -> int:
    """Forget shares that were withdrawn, or came to their end, before a moment; return how many.

    What was signed for one of them ended with it, or was taken back. Of one holder, or of all when none is named.
    """
    end = format_datetime(before)
    ended = sa.select(SHARES.c.id).where((SHARES.c.withdrawn <= end) | (SHARES.c.expires <= end))
    if holder_id:
        ended = ended.where(SHARES.c.holder_id == holder_id)
    ids = list(connection.scalars(ended))
    for start in range(0, len(ids), _IDS_AT_ONCE):
        some = ids[start : start + _IDS_AT_ONCE]
        for table in (SHARE_ITEMS, RECORDS):
            connection.execute(sa.delete(table).where(table.c.share_id.in_(some)))
        connection.execute(sa.delete(SHARES).where(SHARES.c.id.in_(some)))
    return len(ids)


def count_shares(connection: Connection, holder_id: str) -> int:
    """Return how many shares a holder has, also those that ended and are not forgotten yet."""
    statement = sa.select(sa.func.count()).select_from(SHARES).where(SHARES.c.holder_id == holder_id)
    return connection.scalar(statement) or 0


def delete_share(connection: Connection, holder_id: str, share_id: str) -> bool:
    """Forget a share; return whether it was one of this holder."""
    if find_share(connection, holder_id, share_id) is None:
        return False
    for table in (SHARE_ITEMS, RECORDS):
        connection.execute(sa.delete(table).where(table.c.share_id == share_id))
    connection.execute(sa.delete(SHARES).where(SHARES.c.id == share_id, SHARES.c.holder_id == holder_id))
    return True


def _select() -> Select[tuple[object, ...]]:
    return sa.select(*SHARES.c, _COUNT)


def _read(row: RowMapping) -> Share:
    return Share(
        id=row["id"],
        name=row["name"],
        created=read_datetime(row["created"]),
        expires=read_datetime(row["expires"]) if row["expires"] else None,
        withdrawn=read_datetime(row["withdrawn"]) if row["withdrawn"] else None,
        opened=row["opened"],
        count=row["count"],
    )
