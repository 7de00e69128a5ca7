"""Skills records in the tables. A record goes with a share; whoever asks for one names the holder of the share."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from schemas import format_datetime, read_datetime
from wallet.tables import RECORDS, SHARES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

_LIGHT = [column for column in RECORDS.c if column.name != "signed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is printed beside the badges of a share.

    Args:
        share_id: The link that its code leads to.
        person_name: As the holder wants it printed; it is never signed.
        notes: Holdings of self-recorded training that are printed, set apart.
        record_id: `urn:uuid:…`; the id of the signed file when there is one.
        subject_id: `urn:uuid:…`; names the holder within the signed file.
        signed_at: When it was signed; None when it was not.
    """

    share_id: str
    person_name: str
    notes: tuple[str, ...]
    record_id: str
    subject_id: str
    signed_at: datetime | None


def insert_record(connection: Connection, record: Record) -> None:
    """Make a record of a share."""
    connection.execute(
        RECORDS.insert().values(
            share_id=record.share_id,
            person_name=record.person_name,
            notes=json.dumps(record.notes),
            record_id=record.record_id,
            subject_id=record.subject_id,
        )
    )


def find_record(connection: Connection, holder_id: str, share_id: str) -> Record | None:
    """Return one record of a holder."""
    row = connection.execute(_of(holder_id).where(RECORDS.c.share_id == share_id)).mappings().first()
    return _read(row) if row else None


def list_records(connection: Connection, holder_id: str) -> tuple[Record, ...]:
    """Return the records of a holder, in no order."""
    return tuple(_read(row) for row in connection.execute(_of(holder_id)).mappings())


def load_signed(connection: Connection, holder_id: str, share_id: str) -> bytes | None:
    """Return the signed file of a record."""
    statement = sa.select(RECORDS.c.signed).join(SHARES, SHARES.c.id == RECORDS.c.share_id)
    return connection.scalar(statement.where(SHARES.c.holder_id == holder_id, RECORDS.c.share_id == share_id))


def keep_signed(connection: Connection, share_id: str, signed: bytes, *, now: datetime) -> bool:
    """Keep the signed file of a record; False when it has one, or when its share was withdrawn meanwhile."""
    open_shares = sa.select(SHARES.c.id).where(SHARES.c.withdrawn.is_(None))
    statement = sa.update(RECORDS).where(
        RECORDS.c.share_id == share_id, RECORDS.c.signed.is_(None), RECORDS.c.share_id.in_(open_shares)
    )
    return connection.execute(statement.values(signed=signed, signed_at=format_datetime(now))).rowcount == 1


def _of(holder_id: str) -> sa.Select[tuple[object, ...]]:
    return sa.select(*_LIGHT).join(SHARES, SHARES.c.id == RECORDS.c.share_id).where(SHARES.c.holder_id == holder_id)


def _read(row: RowMapping) -> Record:
    notes: Sequence[str] = json.loads(row["notes"])
    return Record(
        share_id=row["share_id"],
        person_name=row["person_name"],
        notes=tuple(notes),
        record_id=row["record_id"],
        subject_id=row["subject_id"],
        signed_at=read_datetime(row["signed_at"]) if row["signed_at"] else None,
    )
