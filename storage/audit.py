"""The audit chain: h_n = SHA-256(h_(n-1) ‖ JCS(record)), written in the transaction that it tells of.

h_0 is 32 zero bytes. A record holds its own `seq`, `time` and `event`, so the hash covers them.
Personal data enters only as `pseudonym`: whoever erases a person keeps the chain whole.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from schemas import LedgerError, encode_canonical_json, format_datetime, read_datetime
from storage.tables import AUDIT, META

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection, RowMapping

    from schemas import JsonObject

GENESIS_HASH = bytes(32)
CLOCK_TOLERANCE = timedelta(seconds=120)
CLOCK_ACCEPTED = "clock.accepted"  # event: an administrator said that the clock is right now
_PSEUDONYM_KEY = "audit.pseudonym_key"
_PSEUDONYM_KEY_BYTES = 32
_VERIFY_BATCH_ROWS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditHead:
    """The newest record: how many there are, the chain's hash, and when it was written."""

    count: int
    hash: bytes
    time: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFinding:
    """One fault of the chain, at record `seq`."""

    code: str
    seq: int
    detail: str = ""


def read_audit_head(connection: Connection) -> AuditHead:
    """Return the newest record's place in the chain."""
    row = connection.execute(sa.select(AUDIT.c.seq, AUDIT.c.hash, AUDIT.c.time).order_by(AUDIT.c.seq.desc())).first()
    if row is None:
        return AuditHead(count=0, hash=GENESIS_HASH, time=None)
    return AuditHead(count=row.seq, hash=row.hash, time=read_datetime(row.time))


def check_clock(connection: Connection, *, now: datetime) -> None:
    """Refuse to go on when the clock stands more than 120 s before the latest time in the audit chain.

    Records before a `clock.accepted` do not count: they tell of a time when the clock ran ahead.

    Raises:
        LedgerError: `clock.backwards`.
    """
    accepted = connection.scalar(sa.select(sa.func.max(AUDIT.c.seq)).where(AUDIT.c.event == CLOCK_ACCEPTED)) or 0
    # The latest, not the newest: a revocation is let pass while the clock is wrong, and must not hide that it is.
    latest = connection.scalar(sa.select(sa.func.max(AUDIT.c.time)).where(AUDIT.c.seq >= accepted))
    if latest is not None and now < read_datetime(latest) - CLOCK_TOLERANCE:
        raise LedgerError("clock.backwards", detail={"now": format_datetime(now), "last": latest})


def append_audit(connection: Connection, record: JsonObject, *, now: datetime) -> int:
    """Append one record in the caller's write transaction.

    Args:
        connection: From `Database.write`.
        record: At least `event` and `subject` (text). No personal data but pseudonyms.
        now: Aware UTC.

    Returns:
        The record's number, 1-based and without gaps.
    """
    return append_audits(connection, [record], now=now)


def append_audits(connection: Connection, records: Sequence[JsonObject], *, now: datetime) -> int:
    """Append records in their order; arguments as `append_audit`.

    Returns:
        The number of the last one.
    """
    head = read_audit_head(connection)
    count, digest, time = head.count, head.hash, format_datetime(now)
    rows = []
    for record in records:
        count += 1
        encoded = encode_canonical_json({**record, "seq": count, "time": time})
        digest = _next_hash(digest, encoded)
        rows.append(
            {
                "seq": count,
                "time": time,
                "event": record["event"],
                "subject": record["subject"],
                "record": encoded,
                "hash": digest,
            }
        )
    if rows:
        connection.execute(AUDIT.insert(), rows)
    return count


def verify_audit_chain(connection: Connection) -> tuple[AuditFinding, ...]:
    """Recompute every link; report gaps, edits and columns that differ from what was hashed."""
    findings: list[AuditFinding] = []
    previous, expected_seq = GENESIS_HASH, 1
    rows = connection.execution_options(yield_per=_VERIFY_BATCH_ROWS).execute(sa.select(AUDIT).order_by(AUDIT.c.seq))
    for row in rows.mappings():
        seq: int = row["seq"]
        if seq != expected_seq:
            findings.append(AuditFinding(code="audit.chain_broken", seq=seq, detail=f"expected {expected_seq}"))
        if not _is_next(previous, row["record"], row["hash"]):
            findings.append(AuditFinding(code="audit.chain_broken", seq=seq, detail="hash"))
        elif not _columns_agree(row):
            findings.append(AuditFinding(code="audit.chain_broken", seq=seq, detail="columns"))
        previous, expected_seq = bytes(row["hash"]) if isinstance(row["hash"], bytes) else b"", seq + 1
    return tuple(findings)


def pseudonym(connection: Connection, value: str) -> str:
    """Return a stable name for a person's e-mail or name that only this database's key gives (HMAC-SHA-256).

    The key is made at first use, so the first call needs a write transaction.
    """
    (name,) = pseudonyms(connection, [value])
    return name


def pseudonyms(connection: Connection, values: Iterable[str]) -> list[str]:
    """Return the `pseudonym` of each value."""
    key = connection.scalar(sa.select(META.c.value).where(META.c.name == _PSEUDONYM_KEY))
    if key is None:
        key = secrets.token_bytes(_PSEUDONYM_KEY_BYTES)
        connection.execute(META.insert(), {"name": _PSEUDONYM_KEY, "value": key})
    return [hmac.new(key, value.encode(), hashlib.sha256).hexdigest() for value in values]


def _next_hash(previous: bytes, encoded: bytes) -> bytes:
    return hashlib.sha256(previous + encoded).digest()


def _is_next(previous: bytes, encoded: object, expected: object) -> bool:
    # SQLite keeps any type in any column: whoever edits the file may leave text where bytes were.
    return isinstance(encoded, bytes) and _next_hash(previous, encoded) == expected


def _columns_agree(row: RowMapping) -> bool:
    encoded = row["record"]
    assert isinstance(encoded, bytes)
    try:
        record = json.loads(encoded)
    except ValueError:
        return False
    return isinstance(record, dict) and all(
        record.get(name) == row[name] for name in ("seq", "time", "event", "subject")
    )
