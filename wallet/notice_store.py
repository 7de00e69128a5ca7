"""What holders want to be told, in the tables, and whom there is something to tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from schemas import format_datetime
from wallet import holder_store
from wallet.model import EMAIL, PHONE, Origin
from wallet.tables import HOLDERS, HOLDINGS
from wallet.tokens import hash_secret, make_stop_token

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from keys import LinkSecret
    from wallet.model import Identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a holder wants to be told.

    Args:
        remind: Before a badge ends.
        monthly: Each month what they earned.
    """

    remind: bool
    monthly: bool


def load_choices(connection: Connection, holder_id: str) -> Choices:
    """Return what a holder chose; one who is not there wants nothing."""
    row = connection.execute(sa.select(HOLDERS.c.remind, HOLDERS.c.monthly).where(HOLDERS.c.id == holder_id)).first()
    return Choices(remind=False, monthly=False) if row is None else Choices(remind=row[0] == 1, monthly=row[1] == 1)


def save_choices(connection: Connection, holder_id: str, choices: Choices) -> None:
    """Keep what a holder chose."""
    statement = sa.update(HOLDERS).where(HOLDERS.c.id == holder_id)
    connection.execute(statement.values(remind=int(choices.remind), monthly=int(choices.monthly)))


def find_contact(connection: Connection, holder_id: str) -> Identifier | None:
    """Return where messages to a holder go: what they chose, else their oldest e-mail address, else oldest number.

    None when they have neither.
    """
    known = holder_store.list_identifiers(connection, holder_id)
    chosen = connection.scalar(sa.select(HOLDERS.c.notice_identifier).where(HOLDERS.c.id == holder_id))
    by_choice = [one for one in known if one.id == chosen]
    by_kind = [one for kind in (EMAIL, PHONE) for one in known if one.kind == kind]
    return next(iter((*by_choice, *by_kind)), None)


def save_contact(connection: Connection, holder_id: str, identifier_id: str) -> None:
    """Keep where messages to a holder go; empty for the usual."""
    connection.execute(sa.update(HOLDERS).where(HOLDERS.c.id == holder_id).values(notice_identifier=identifier_id))


def keep_stop(connection: Connection, links: LinkSecret, holder_id: str) -> None:
    """Let the link that ends the messages to a holder work from now on."""
    token_hash = hash_secret(make_stop_token(links, holder_id))
    statement = sa.update(HOLDERS).where(HOLDERS.c.id == holder_id, HOLDERS.c.stop_hash != token_hash)
    connection.execute(statement.values(stop_hash=token_hash))


def find_by_stop(connection: Connection, token_hash: str) -> str:
    """Return whose messages a link ends; empty when it is no such link."""
    return connection.scalar(sa.select(HOLDERS.c.id).where(HOLDERS.c.stop_hash == token_hash)) or ""


def count_calendars(connection: Connection, holder_id: str) -> int:
    """Return how often the link of a holder's calendar was made."""
    return connection.scalar(sa.select(HOLDERS.c.calendar_generation).where(HOLDERS.c.id == holder_id)) or 0


def has_calendar(connection: Connection, holder_id: str) -> bool:
    """Say whether the newest link of a holder's calendar works."""
    return bool(connection.scalar(sa.select(HOLDERS.c.calendar_hash).where(HOLDERS.c.id == holder_id)))


def save_calendar(connection: Connection, holder_id: str, generation: int, *, token_hash: str) -> None:
    """Keep the link of a holder's calendar; an empty hash for none."""
    statement = sa.update(HOLDERS).where(HOLDERS.c.id == holder_id)
    connection.execute(statement.values(calendar_generation=generation, calendar_hash=token_hash))


def find_by_calendar(connection: Connection, token_hash: str) -> str:
    """Return whose calendar a link leads to; empty when it leads to none."""
    return connection.scalar(sa.select(HOLDERS.c.id).where(HOLDERS.c.calendar_hash == token_hash)) or ""


def find_holder(connection: Connection, holding_id: str) -> str:
    """Return whose wallet something is in; empty when it is in none."""
    return connection.scalar(sa.select(HOLDINGS.c.holder_id).where(HOLDINGS.c.id == holding_id)) or ""


def list_with_endings(
    connection: Connection, *, begin: datetime, end: datetime, after: str, limit: int
) -> tuple[str, ...]:
    """Return holders who want reminders and have a badge that ends in a time, by their ids, those after one of them."""
    statement = (
        sa.select(HOLDERS.c.id)
        .join(HOLDINGS, HOLDINGS.c.holder_id == HOLDERS.c.id)
        .where(HOLDERS.c.remind == 1, HOLDERS.c.id > after)
        .where(HOLDINGS.c.ends > format_datetime(begin), HOLDINGS.c.ends <= format_datetime(end))
        .distinct()
    )
    return tuple(connection.scalars(statement.order_by(HOLDERS.c.id).limit(limit)))


def list_with_new(connection: Connection, *, begin: datetime, end: datetime, after: str, limit: int) -> tuple[str, ...]:
    """Return holders who want to be told each month and whose wallet got a badge in a time; paged as the others."""
    statement = (
        sa.select(HOLDERS.c.id)
        .join(HOLDINGS, HOLDINGS.c.holder_id == HOLDERS.c.id)
        .where(HOLDERS.c.monthly == 1, HOLDERS.c.id > after, HOLDINGS.c.origin != Origin.SELF_RECORDED.value)
        .where(HOLDINGS.c.added_at >= format_datetime(begin), HOLDINGS.c.added_at < format_datetime(end))
        .distinct()
    )
    return tuple(connection.scalars(statement.order_by(HOLDERS.c.id).limit(limit)))
