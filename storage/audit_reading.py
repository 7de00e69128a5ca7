"""Reads the audit chain for people: the newest first, in pages, by event, subject and time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import sqlalchemy as sa

from schemas import encode_canonical_json, format_datetime, read_datetime
from storage.tables import AUDIT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from schemas import JsonObject

_KNOWN_APART = frozenset({"event", "subject", "time", "seq"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One record as it was hashed; `facts` is all that it says beside number, time, event and subject."""

    seq: int
    time: datetime
    event: str
    subject: str
    facts: JsonObject
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which records; what is empty or None leaves out none. `subjects` are whole; `until` itself is left out.

    `actor` is a name and the text that a record has under it, such as who did it. `is_within` makes a condition of
    the columns with the event and the subject: what somebody may see at all.
    """

    event: str = ""
    subjects: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    actor: tuple[str, str] | None = None
    is_within: Callable[[sa.ColumnElement[str], sa.ColumnElement[str]], sa.ColumnElement[bool]] | None = None


def list_audit(
    connection: Connection, wanted: AuditFilter, *, limit: int, before: int | None = None
) -> tuple[AuditEntry, ...]:
    """Return records, the newest first.

    Args:
        connection: From `Database.read`.
        wanted: Which records.
        limit: At most so many.
        before: Only records with a smaller number.
    """
    query = sa.select(AUDIT).order_by(AUDIT.c.seq.desc()).limit(limit)
    if wanted.event:
        query = query.where(AUDIT.c.event == wanted.event)
    if wanted.subjects:
        query = query.where(AUDIT.c.subject.in_(wanted.subjects))
    if wanted.since is not None:
        query = query.where(AUDIT.c.time >= format_datetime(wanted.since))
    if wanted.until is not None:
        query = query.where(AUDIT.c.time < format_datetime(wanted.until))
    if wanted.actor is not None:
        query = query.where(sa.func.instr(AUDIT.c.record, _encode_member(*wanted.actor)) > 0)
    if wanted.is_within is not None:
        query = query.where(wanted.is_within(AUDIT.c.event, AUDIT.c.subject))
    if before is not None:
        query = query.where(AUDIT.c.seq < before)
    return tuple(
        AuditEntry(
            seq=row.seq,
            time=read_datetime(row.time),
            event=row.event,
            subject=row.subject,
            facts=_read_facts(row.record),
            hash=row.hash,
        )
        for row in connection.execute(query)
    )


def list_audit_events(connection: Connection) -> tuple[str, ...]:
    """Return each event that ever happened, in the order of the alphabet."""
    return tuple(connection.scalars(sa.select(AUDIT.c.event).distinct().order_by(AUDIT.c.event)))


def _encode_member(name: str, text: str) -> bytes:
    """Return a member as it stands in a record, and cannot stand within a text, where quotes are escaped."""
    return encode_canonical_json({name: text})[1:-1]


def _read_facts(record: bytes) -> JsonObject:
    try:
        value = json.loads(record)
    except ValueError:
        return {}  # the doctor says that this record is damaged
    if not isinstance(value, dict):
        return {}
    return cast("JsonObject", {name: fact for name, fact in value.items() if name not in _KNOWN_APART})
