"""Status changes and the signed list documents made from them. Both only grow."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from issuer.frozen import is_intact
from issuer.tables import STATUS_CHANGES, STATUS_DOCUMENTS, STATUS_SLOTS
from schemas import LedgerError, format_datetime, read_datetime

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusDocument:
    """One signed status list. `changes` is the newest status change of its purpose and pool that is in it."""

    number: int
    sequence: int
    document: bytes
    changes: int
    valid_from: datetime
    valid_until: datetime


def read_states(connection: Connection, slugs: Sequence[str]) -> dict[tuple[str, str], str]:
    """Return the reason for each (slug, purpose) whose bit is set now."""
    found: dict[tuple[str, str], str] = {}
    for start in range(0, len(slugs), 500):
        rows = connection.execute(
            sa.select(STATUS_CHANGES)
            .where(STATUS_CHANGES.c.slug.in_(slugs[start : start + 500]))
            .order_by(STATUS_CHANGES.c.seq)
        )
        for row in rows:
            if row.value:
                found[row.slug, row.purpose] = row.reason
            else:
                found.pop((row.slug, row.purpose), None)
    return found


def list_changed(connection: Connection, slugs: Sequence[str]) -> frozenset[str]:
    """Return those of the badges whose status ever changed."""
    found: set[str] = set()
    for start in range(0, len(slugs), 500):
        query = sa.select(STATUS_CHANGES.c.slug).distinct()
        found.update(connection.scalars(query.where(STATUS_CHANGES.c.slug.in_(slugs[start : start + 500]))))
    return frozenset(found)


def read_changed_at(connection: Connection, slug: str) -> datetime | None:
    """Return when the status of a badge changed the last time; None when it never did."""
    at = connection.scalar(
        sa.select(STATUS_CHANGES.c.at)
        .where(STATUS_CHANGES.c.slug == slug)
        .order_by(STATUS_CHANGES.c.seq.desc())
        .limit(1)
    )
    return None if at is None else read_datetime(at)


def insert_change(
    connection: Connection, slug: str, purpose: str, *, value: bool, reason: str, by_role: str, now: datetime
) -> int:
    """Append one status change and return its number."""
    seq: int = (connection.scalar(sa.select(sa.func.max(STATUS_CHANGES.c.seq))) or 0) + 1
    connection.execute(
        STATUS_CHANGES.insert(),
        {
            "seq": seq,
            "slug": slug,
            "purpose": purpose,
            "value": int(value),
            "reason": reason,
            "by_role": by_role,
            "at": format_datetime(now),
        },
    )
    return seq


def newest_change(connection: Connection, pool: int, purpose: str) -> int:
    """Return the number of the newest change that one list must show; 0 when there is none."""
    return (
        connection.scalar(
            sa.select(sa.func.max(STATUS_CHANGES.c.seq))
            .join(STATUS_SLOTS, STATUS_SLOTS.c.slug == STATUS_CHANGES.c.slug)
            .where(STATUS_SLOTS.c.pool == pool, STATUS_CHANGES.c.purpose == purpose)
        )
        or 0
    )


def read_set_indexes(connection: Connection, pool: int, purpose: str, *, up_to: int) -> tuple[int, ...]:
    """Return the places whose bit is set after the change numbered `up_to`."""
    newest = (
        sa.select(STATUS_CHANGES.c.slug, sa.func.max(STATUS_CHANGES.c.seq).label("seq"))
        .where(STATUS_CHANGES.c.purpose == purpose, STATUS_CHANGES.c.seq <= up_to)
        .group_by(STATUS_CHANGES.c.slug)
        .subquery()
    )
    rows = connection.scalars(
        sa.select(STATUS_SLOTS.c.idx)
        .join(newest, newest.c.slug == STATUS_SLOTS.c.slug)
        .join(STATUS_CHANGES, STATUS_CHANGES.c.seq == newest.c.seq)
        .where(STATUS_SLOTS.c.pool == pool, STATUS_CHANGES.c.value == 1)
        .order_by(STATUS_SLOTS.c.idx)
    )
    return tuple(rows)


def newest_document(connection: Connection, number: int) -> StatusDocument | None:
    """Return the newest signed document of a list.

    Raises:
        LedgerError: `ledger.bytes_damaged`.
    """
    row = connection.execute(
        sa.select(STATUS_DOCUMENTS)
        .where(STATUS_DOCUMENTS.c.number == number)
        .order_by(STATUS_DOCUMENTS.c.sequence.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    if not is_intact(row.document, row.sha256):
        raise LedgerError("ledger.bytes_damaged", f"status list {number}")
    return StatusDocument(
        number=row.number,
        sequence=row.sequence,
        document=row.document,
        changes=row.changes,
        valid_from=read_datetime(row.valid_from),
        valid_until=read_datetime(row.valid_until),
    )


def insert_document(connection: Connection, document: StatusDocument) -> None:
    """Append a signed document.

    Raises:
        sqlalchemy.exc.IntegrityError: Another process published this sequence number first.
    """
    connection.execute(
        STATUS_DOCUMENTS.insert(),
        {
            "number": document.number,
            "sequence": document.sequence,
            "document": document.document,
            "sha256": hashlib.sha256(document.document).digest(),
            "changes": document.changes,
            "valid_from": format_datetime(document.valid_from),
            "valid_until": format_datetime(document.valid_until),
        },
    )
