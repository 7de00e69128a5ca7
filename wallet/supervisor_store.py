"""Supervisors and trainers who are told of a holder's badges, in the tables."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from schemas import format_datetime, read_datetime
from storage import forget_messages
from wallet.tables import SUPERVISORS

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping


ASK_TEMPLATE = "wallet-supervisor-ask"
SUPERVISOR_TEMPLATE = "wallet-supervisor-ending"


class SupervisorState(enum.Enum):
    """Whether somebody is told."""

    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"  # they said no, or ended it
    REMOVED = "removed"  # the holder ended it


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervisor:
    """Somebody whom a holder wants to be told.

    Args:
        id: Random.
        holder_id: Whose badges it is about.
        worker_name: How this person knows the holder; the holder wrote it.
        email: Where they are told.
        state: Whether they are.
        asked: When the holder named them.
    """

    id: str
    holder_id: str
    worker_name: str
    email: str
    state: SupervisorState
    asked: datetime


def insert_supervisor(connection: Connection, supervisor: Supervisor, *, token_hash: str) -> None:
    """Keep somebody who is to be asked."""
    connection.execute(
        SUPERVISORS.insert().values(
            id=supervisor.id,
            holder_id=supervisor.holder_id,
            worker_name=supervisor.worker_name,
            email=supervisor.email,
            state=supervisor.state.value,
            asked=format_datetime(supervisor.asked),
            token_hash=token_hash,
        )
    )


def list_supervisors(connection: Connection, holder_id: str) -> tuple[Supervisor, ...]:
    """Return everyone whom a holder ever named and who is still kept, oldest first."""
    statement = sa.select(SUPERVISORS).where(SUPERVISORS.c.holder_id == holder_id)
    rows = connection.execute(statement.order_by(SUPERVISORS.c.asked, SUPERVISORS.c.id)).mappings()
    return tuple(_read(row) for row in rows)


def find_supervisor(connection: Connection, supervisor_id: str) -> Supervisor | None:
    """Return one by their id."""
    row = connection.execute(sa.select(SUPERVISORS).where(SUPERVISORS.c.id == supervisor_id)).mappings().first()
    return None if row is None else _read(row)


def find_by_token(connection: Connection, token_hash: str) -> Supervisor | None:
    """Return whose link it is."""
    row = connection.execute(sa.select(SUPERVISORS).where(SUPERVISORS.c.token_hash == token_hash)).mappings().first()
    return None if row is None else _read(row)


def save_state(connection: Connection, supervisor_id: str, state: SupervisorState) -> None:
    """Keep what became of somebody."""
    connection.execute(sa.update(SUPERVISORS).where(SUPERVISORS.c.id == supervisor_id).values(state=state.value))


def save_answer(connection: Connection, supervisor_id: str, state: SupervisorState) -> bool:
    """Keep what somebody wants; False when the holder has taken them out since."""
    statement = sa.update(SUPERVISORS).where(
        SUPERVISORS.c.id == supervisor_id, SUPERVISORS.c.state != SupervisorState.REMOVED.value
    )
    return connection.execute(statement.values(state=state.value)).rowcount == 1


def list_told(connection: Connection, holder_id: str) -> tuple[Supervisor, ...]:
    """Return those who agreed to be told of a holder's badges."""
    return tuple(one for one in list_supervisors(connection, holder_id) if one.state is SupervisorState.AGREED)


def forget_supervisors(connection: Connection, holder_id: str) -> None:
    """Erase the addresses of supervisors from what was sent to them about a holder who leaves; nothing else."""
    for one in list_supervisors(connection, holder_id):
        for template in (ASK_TEMPLATE, SUPERVISOR_TEMPLATE):
            forget_messages(connection, f"{template}/{one.id}")


def delete_removed(connection: Connection, *, asked_before: datetime) -> None:
    """Forget those whom their holders took out long ago."""
    statement = sa.delete(SUPERVISORS).where(SUPERVISORS.c.state == SupervisorState.REMOVED.value)
    connection.execute(statement.where(SUPERVISORS.c.asked < format_datetime(asked_before)))


def _read(row: RowMapping) -> Supervisor:
    return Supervisor(
        id=row["id"],
        holder_id=row["holder_id"],
        worker_name=row["worker_name"],
        email=row["email"],
        state=SupervisorState(row["state"]),
        asked=read_datetime(row["asked"]),
    )
