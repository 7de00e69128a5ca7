"""Holdings in the tables. Whoever asks for one names its holder: somebody else's does not exist."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from schemas import format_datetime, read_datetime
from wallet.cards import encode_card, load_card
from wallet.model import Holding, Origin
from wallet.tables import HOLDINGS, SHARE_ITEMS
from wallet.tokens import new_id

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping, Select

    from schemas import JsonObject
    from wallet.model import Card, NewHolding

_LIGHT = [column for column in HOLDINGS.c if column.name not in {"original", "report"}]


@dataclass(frozen=True, slots=True)
class OwnHolding:
    """A badge of this site in a wallet, with what its last check found to be out of force."""

    id: str
    slug: str
    lost: str


def insert_holding(connection: Connection, holder_id: str, new: NewHolding, *, now: datetime) -> str | None:
    """Put something into a wallet; return its id, or None when that badge is in it already."""
    holding_id = new_id()
    statement = insert(HOLDINGS).values(
        id=holding_id,
        holder_id=holder_id,
        origin=new.origin.value,
        slug=new.slug,
        badge_key=new.badge_key,
        original=new.original,
        sha256=hashlib.sha256(new.original).hexdigest(),
        media_type=new.media_type,
        added_at=format_datetime(now),
        headline=new.headline,
        lost=new.lost,
        card=json.dumps(encode_card(new.card)).encode(),
        report=json.dumps(new.report).encode(),
        checked_at=format_datetime(new.checked_at) if new.checked_at else None,
        ends=_write_end(new.card),
    )
    statement = statement.on_conflict_do_nothing(index_elements=["holder_id", "badge_key"])
    return holding_id if connection.execute(statement).rowcount == 1 else None


def find_id_by_key(connection: Connection, holder_id: str, badge_key: str) -> str | None:
    """Return the holding of a badge in one wallet."""
    statement = sa.select(HOLDINGS.c.id)
    return connection.scalar(statement.where(HOLDINGS.c.holder_id == holder_id, HOLDINGS.c.badge_key == badge_key))


def find_holding(connection: Connection, holder_id: str, holding_id: str) -> Holding | None:
    """Return one holding of a holder."""
    statement = sa.select(*_LIGHT).where(HOLDINGS.c.id == holding_id, HOLDINGS.c.holder_id == holder_id)
    row = connection.execute(statement).mappings().first()
    return _read(row) if row else None


def list_holdings(connection: Connection, holder_id: str) -> tuple[Holding, ...]:
    """Return everything in a wallet, what was added last first."""
    return _list(connection, sa.select(*_LIGHT).where(HOLDINGS.c.holder_id == holder_id))


def list_some(connection: Connection, holder_id: str, holding_ids: Iterable[str]) -> tuple[Holding, ...]:
    """Return those of the ids that are of this holder, in their order, each once."""
    wanted = tuple(dict.fromkeys(holding_ids))
    found = {
        holding.id: holding
        for holding in _list(
            connection, sa.select(*_LIGHT).where(HOLDINGS.c.holder_id == holder_id, HOLDINGS.c.id.in_(wanted))
        )
    }
    return tuple(found[holding_id] for holding_id in wanted if holding_id in found)


def list_shared(connection: Connection, share_id: str) -> tuple[Holding, ...]:
    """Return the holdings that a share shows, in its order."""
    statement = sa.select(*_LIGHT).join(SHARE_ITEMS, SHARE_ITEMS.c.holding_id == HOLDINGS.c.id)
    statement = statement.where(SHARE_ITEMS.c.share_id == share_id).order_by(SHARE_ITEMS.c.position)
    return tuple(_read(row) for row in connection.execute(statement).mappings())


def load_original(connection: Connection, holder_id: str, holding_id: str) -> bytes | None:
    """Return the bytes of one holding of a holder."""
    statement = sa.select(HOLDINGS.c.original)
    return connection.scalar(statement.where(HOLDINGS.c.id == holding_id, HOLDINGS.c.holder_id == holder_id))


def load_report(connection: Connection, holder_id: str, holding_id: str) -> JsonObject:
    """Return the kept report of one holding; empty when there is none."""
    statement = sa.select(HOLDINGS.c.report)
    stored = connection.scalar(statement.where(HOLDINGS.c.id == holding_id, HOLDINGS.c.holder_id == holder_id))
    report: JsonObject = json.loads(stored) if stored else {}
    return report


def load_shared_original(connection: Connection, share_id: str, holding_id: str) -> bytes | None:
    """Return the bytes of one holding that a share shows."""
    statement = sa.select(HOLDINGS.c.original).join(SHARE_ITEMS, SHARE_ITEMS.c.holding_id == HOLDINGS.c.id)
    return connection.scalar(statement.where(SHARE_ITEMS.c.share_id == share_id, HOLDINGS.c.id == holding_id))


def update_check(
    connection: Connection,
    holder_id: str,
    holding_id: str,
    *,
    headline: str,
    lost: str,
    card: Card | None,
    report: JsonObject,
    checked_at: datetime,
) -> None:
    """Keep what the newest check found; without a card, what the last one proved stays."""
    values: dict[str, object] = {
        "headline": headline,
        "lost": lost,
        "report": json.dumps(report).encode(),
        "checked_at": format_datetime(checked_at),
    }
    if card is not None:
        values["card"] = json.dumps(encode_card(card)).encode()
        values["ends"] = _write_end(card)
    statement = sa.update(HOLDINGS).where(HOLDINGS.c.id == holding_id, HOLDINGS.c.holder_id == holder_id)
    connection.execute(statement.values(**values))


def note_slug(connection: Connection, holder_id: str, holding_id: str, slug: str) -> None:
    """Note that a badge which was added as a file is one of this site; nothing happens when that is known, or none."""
    statement = sa.update(HOLDINGS).where(
        HOLDINGS.c.id == holding_id, HOLDINGS.c.holder_id == holder_id, HOLDINGS.c.slug == ""
    )
    connection.execute(statement.values(slug=slug))


def replace_badge(connection: Connection, holder_id: str, holding_id: str, new: NewHolding, *, instead_of: str) -> None:
    """Put a badge in the place of the one that it corrects or renews, and take it from beside it; links show it.

    Nothing happens when another badge than that of the slug `instead_of` stands there meanwhile.
    """
    query = sa.select(HOLDINGS.c.slug).where(HOLDINGS.c.id == holding_id, HOLDINGS.c.holder_id == holder_id)
    if connection.scalar(query) != instead_of:
        return
    twin = find_id_by_key(connection, holder_id, new.badge_key)
    if twin is not None and twin != holding_id:
        _move_shares(connection, twin, holding_id)
        delete_holding(connection, holder_id, twin)
    statement = sa.update(HOLDINGS).where(HOLDINGS.c.id == holding_id, HOLDINGS.c.holder_id == holder_id)
    connection.execute(
        statement.values(
            slug=new.slug,
            badge_key=new.badge_key,
            original=new.original,
            sha256=hashlib.sha256(new.original).hexdigest(),
            media_type=new.media_type,
            headline=new.headline,
            lost=new.lost,
            card=json.dumps(encode_card(new.card)).encode(),
            report=json.dumps(new.report).encode(),
            checked_at=format_datetime(new.checked_at) if new.checked_at else None,
            ends=_write_end(new.card),
        )
    )


def _move_shares(connection: Connection, twin: str, holding_id: str) -> None:
    """Let the links that show one holding show another; none shows it twice."""
    has_both = sa.select(SHARE_ITEMS.c.share_id).where(SHARE_ITEMS.c.holding_id == holding_id)
    moved = SHARE_ITEMS.update().where(SHARE_ITEMS.c.holding_id == twin, SHARE_ITEMS.c.share_id.not_in(has_both))
    connection.execute(moved.values(holding_id=holding_id))


def list_own_slugs(connection: Connection, holder_id: str, holding_id: str = "") -> dict[str, str]:
    """Return the slugs of the badges of this site in a wallet, or of one of them, by the ids of the holdings."""
    statement = sa.select(HOLDINGS.c.id, HOLDINGS.c.slug).where(
        HOLDINGS.c.holder_id == holder_id, HOLDINGS.c.slug != ""
    )
    if holding_id:
        statement = statement.where(HOLDINGS.c.id == holding_id)
    return {str(known_id): str(slug) for known_id, slug in connection.execute(statement)}


def list_own(connection: Connection, holder_id: str, holding_ids: Iterable[str]) -> tuple[OwnHolding, ...]:
    """Return badges of this site in a wallet, without what they say."""
    statement = sa.select(HOLDINGS.c.id, HOLDINGS.c.slug, HOLDINGS.c.lost)
    statement = statement.where(HOLDINGS.c.holder_id == holder_id, HOLDINGS.c.id.in_(tuple(holding_ids)))
    return tuple(OwnHolding(*row) for row in connection.execute(statement.order_by(HOLDINGS.c.id)))


def list_slugs(connection: Connection, holder_id: str) -> frozenset[str]:
    """Return the badges of this site that are in a wallet."""
    statement = sa.select(HOLDINGS.c.slug).where(HOLDINGS.c.holder_id == holder_id, HOLDINGS.c.slug != "")
    return frozenset(connection.scalars(statement))


def keep_own(connection: Connection, holder_id: str, holding_ids: Iterable[str]) -> tuple[str, ...]:
    """Return those of the ids that are of this holder, in their order, each once."""
    wanted = tuple(dict.fromkeys(holding_ids))
    statement = sa.select(HOLDINGS.c.id).where(HOLDINGS.c.holder_id == holder_id, HOLDINGS.c.id.in_(wanted))
    own = frozenset(connection.scalars(statement))
    return tuple(holding_id for holding_id in wanted if holding_id in own)


def count_holdings(connection: Connection, holder_id: str) -> int:
    """Return how much is in a wallet."""
    statement = sa.select(sa.func.count()).select_from(HOLDINGS).where(HOLDINGS.c.holder_id == holder_id)
    return connection.scalar(statement) or 0


def delete_holding(connection: Connection, holder_id: str, holding_id: str) -> bool:
    """Take one thing out of a wallet, and out of what it was shared in; return whether it was there."""
    if find_holding(connection, holder_id, holding_id) is None:
        return False
    connection.execute(sa.delete(SHARE_ITEMS).where(SHARE_ITEMS.c.holding_id == holding_id))
    connection.execute(sa.delete(HOLDINGS).where(HOLDINGS.c.id == holding_id, HOLDINGS.c.holder_id == holder_id))
    return True


def _write_end(card: Card) -> str | None:
    return format_datetime(card.valid_until) if card.valid_until else None


def _list(connection: Connection, statement: Select[tuple[object, ...]]) -> tuple[Holding, ...]:
    ordered = statement.order_by(HOLDINGS.c.added_at.desc(), HOLDINGS.c.id)
    return tuple(_read(row) for row in connection.execute(ordered).mappings())


def _read(row: RowMapping) -> Holding:
    return Holding(
        id=row["id"],
        origin=Origin(row["origin"]),
        slug=row["slug"],
        sha256=row["sha256"],
        media_type=row["media_type"],
        added_at=read_datetime(row["added_at"]),
        headline=row["headline"],
        lost=row["lost"],
        card=load_card(json.loads(row["card"])),
        checked_at=read_datetime(row["checked_at"]) if row["checked_at"] else None,
    )
