"""What the trainer chose for a class: by e-mail or on paper, with which second step, and its class code."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from issuer.delivery_tables import CLASS_DELIVERIES
from issuer.frozen import load_time
from issuer.phone_store import find_phones
from issuer.successors import find_corrected
from issuer.tables import JOB_ROWS, JOBS, PLANNED
from schemas import format_datetime

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping


class DeliveryWay(enum.Enum):
    """How the badges of a class reach their people at first."""

    EMAIL = "email"  # else by text; on paper for whoever has neither address nor number
    PAPER = "paper"


class SecondStep(enum.Enum):
    """What somebody needs beside the link, the code or the name."""

    NONE = "none"
    EMAIL_CODE = "email"
    CLASS_WORD = "word"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassDelivery:
    """What was chosen for a class. `has_code` says that the class code was not closed; it may be over all the same."""

    job_id: str
    way: DeliveryWay
    second_step: SecondStep
    word_lock: bytes
    delivered_at: datetime | None
    code_generation: int
    has_code: bool
    code_expires: datetime | None
    tries: int
    tries_since: datetime | None

    def is_code_open(self, now: datetime) -> bool:
        """Whether the class code lets people in now."""
        return self.has_code and self.code_expires is not None and now < self.code_expires


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassMember:
    """A person of a class who has a badge."""

    slug: str
    name: str
    email: str
    phone: str = ""


def save_choice(
    connection: Connection,
    job_id: str,
    *,
    way: DeliveryWay,
    second_step: SecondStep,
    word_lock: bytes | None,
    now: datetime,
) -> None:
    """Keep what the trainer chose. A class word that was set before stays when none is given now."""
    chosen: dict[str, object] = {
        "way": way.value,
        "second_step": second_step.value,
        "chosen_at": format_datetime(now),
        "delivered_at": None,
    }
    if word_lock is not None:
        chosen["word_lock"] = word_lock
    fresh = {
        "job_id": job_id,
        "word_lock": b"",
        "code_generation": 0,
        "code_lock": None,
        "code_expires": None,
        "tries": 0,
        "tries_since": None,
        **chosen,
    }
    statement = insert(CLASS_DELIVERIES).values(**fresh)
    connection.execute(statement.on_conflict_do_update(index_elements=["job_id"], set_=chosen))


def find_delivery(connection: Connection, job_id: str) -> ClassDelivery | None:
    """Return what was chosen for a class; None when nothing was."""
    return _first(connection, CLASS_DELIVERIES.c.job_id == job_id)


def find_delivery_by_code(connection: Connection, code_lock: bytes) -> ClassDelivery | None:
    """Return the class whose code has this keyed hash, over or not."""
    return _first(connection, CLASS_DELIVERIES.c.code_lock == code_lock)


def note_delivered(connection: Connection, job_id: str, *, now: datetime) -> None:
    """Note that every badge of a class has its claim, and its message if one was wanted."""
    _change(connection, job_id, delivered_at=format_datetime(now))


def list_waiting(connection: Connection) -> tuple[str, ...]:
    """Return finished jobs whose badges are still to be handed out as it was chosen."""
    query = (
        sa.select(CLASS_DELIVERIES.c.job_id)
        .join(JOBS, JOBS.c.id == CLASS_DELIVERIES.c.job_id)
        .where(CLASS_DELIVERIES.c.delivered_at.is_(None), JOBS.c.finished.is_not(None))
        .order_by(CLASS_DELIVERIES.c.chosen_at)
    )
    return tuple(connection.scalars(query))


def open_code(connection: Connection, job_id: str, *, generation: int, code_lock: bytes, expires: datetime) -> None:
    """Let people in with a new class code."""
    _change(
        connection,
        job_id,
        code_generation=generation,
        code_lock=code_lock,
        code_expires=format_datetime(expires),
        tries=0,
        tries_since=None,
    )


def close_code(connection: Connection, job_id: str) -> None:
    """End the class code now."""
    _change(connection, job_id, code_lock=None, code_expires=None)


def note_class_try(connection: Connection, job_id: str, *, since: datetime, tries: int) -> None:
    """Count one more wrong name or code of a class."""
    _change(connection, job_id, tries=tries, tries_since=format_datetime(since))


def list_members(connection: Connection, job_id: str) -> tuple[ClassMember, ...]:
    """Return everyone of a class who has a badge, in the order of the list; a badge that was corrected as it is now."""
    first_row = (
        sa.select(JOB_ROWS.c.slug, sa.func.min(JOB_ROWS.c.position).label("position"))
        .where(JOB_ROWS.c.job_id == job_id, JOB_ROWS.c.state == "issued")
        .group_by(JOB_ROWS.c.slug)
        .subquery()
    )
    query = (
        sa.select(PLANNED.c.slug, PLANNED.c.recipient_name, PLANNED.c.recipient_email)
        .join(first_row, first_row.c.slug == PLANNED.c.slug)
        .order_by(first_row.c.position)
    )
    members = {slug: ClassMember(slug=slug, name=name, email=email) for slug, name, email in connection.execute(query)}
    for first, newest in find_corrected(connection, list(members)).items():
        details = sa.select(PLANNED.c.recipient_name, PLANNED.c.recipient_email).where(PLANNED.c.slug == newest)
        name, email = connection.execute(details).one()
        members[first] = ClassMember(slug=newest, name=name, email=email)
    phones = find_phones(connection, [member.slug for member in members.values()])
    return tuple(replace(member, phone=phones.get(member.slug, "")) for member in members.values())


def _change(connection: Connection, job_id: str, **values: object) -> None:
    connection.execute(CLASS_DELIVERIES.update().where(CLASS_DELIVERIES.c.job_id == job_id).values(**values))


def _first(connection: Connection, condition: sa.ColumnElement[bool]) -> ClassDelivery | None:
    row = connection.execute(sa.select(CLASS_DELIVERIES).where(condition)).mappings().first()
    return None if row is None else _read(row)


def _read(row: RowMapping) -> ClassDelivery:
    return ClassDelivery(
        job_id=row["job_id"],
        way=DeliveryWay(row["way"]),
        second_step=SecondStep(row["second_step"]),
        word_lock=row["word_lock"],
        delivered_at=load_time(row["delivered_at"]),
        code_generation=row["code_generation"],
        has_code=row["code_lock"] is not None,
        code_expires=load_time(row["code_expires"]),
        tries=row["tries"],
        tries_since=load_time(row["tries_since"]),
    )
