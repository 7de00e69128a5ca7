"""The audit witness: a file beside, or far from, the database that remembers how long the chain was.

One line is one checkpoint: `{"n": …, "hash": …, "time": …, "pool": …}`. `pool` is the newest status pool,
so that a restored backup never gives a slot again. A line with `restored` says that a backup of length
`restored` was accepted; older lines beyond it count no more.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from schemas import LedgerError, format_datetime
from storage.audit import GENESIS_HASH, AuditFinding
from storage.faults import store_faults
from storage.tables import AUDIT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection

    from schemas import JsonObject
    from storage.audit import AuditHead


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What the witness saw."""

    count: int
    hash: bytes
    time: str
    pool: int


def append_checkpoint(
    path: Path, head: AuditHead, *, pool: int, now: datetime, restored_from: int | None = None
) -> None:
    """Append one checkpoint and wait until the disk has it.

    Args:
        path: The witness file.
        head: Read after the transaction was committed.
        pool: Number of the newest status pool.
        now: Aware UTC.
        restored_from: Length of an accepted backup, if this line accepts one.

    Raises:
        LedgerError: `store.full` or `store.unavailable`.
    """
    line: JsonObject = {"n": head.count, "hash": head.hash.hex(), "time": format_datetime(now), "pool": pool}
    if restored_from is not None:
        line["restored"] = restored_from
    with store_faults():
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise LedgerError("store.unavailable", path.name) from error
        try:
            # A killed writer may have left half a line: start on a fresh one. Empty lines are skipped.
            os.write(descriptor, b"\n" + json.dumps(line).encode("ascii") + b"\n")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def load_checkpoints(path: Path) -> tuple[Checkpoint, ...]:
    """Return the checkpoints that count, oldest first; none when there is no file."""
    if not path.exists():
        return ()
    found: list[Checkpoint] = []
    for line in path.read_text("ascii", "replace").splitlines():
        checkpoint, restored = _read_line(line)
        if checkpoint is None:
            continue
        if restored is not None:
            found = [earlier for earlier in found if earlier.count <= restored]
        found.append(checkpoint)
    return tuple(found)


def witnessed_pool(path: Path) -> int:
    """Return the highest status pool that any line names, also lines that count no more."""
    if not path.exists():
        return 0
    lines = path.read_text("ascii", "replace").splitlines()
    return max((checkpoint.pool for checkpoint, _ in map(_read_line, lines) if checkpoint), default=0)


def compare_with_witness(connection: Connection, checkpoints: Sequence[Checkpoint]) -> tuple[AuditFinding, ...]:
    """Compare count *and* hash of every checkpoint with the chain: a rewrite of the same length shows too."""
    findings = []
    for checkpoint in checkpoints:
        if checkpoint.count == 0:
            actual: bytes | None = GENESIS_HASH
        else:
            actual = connection.scalar(sa.select(AUDIT.c.hash).where(AUDIT.c.seq == checkpoint.count))
        if actual is None:
            findings.append(AuditFinding(code="audit.truncated", seq=checkpoint.count))
        elif actual != checkpoint.hash:
            findings.append(AuditFinding(code="audit.chain_broken", seq=checkpoint.count, detail="witness"))
    return tuple(findings)


def _read_line(line: str) -> tuple[Checkpoint | None, int | None]:
    """Return one line's checkpoint; None for the torn end of a killed write."""
    try:
        value = json.loads(line)
        checkpoint = Checkpoint(
            count=int(value["n"]), hash=bytes.fromhex(value["hash"]), time=str(value["time"]), pool=int(value["pool"])
        )
        restored = value.get("restored")
    except (ValueError, KeyError, TypeError):
        return None, None
    return checkpoint, restored if isinstance(restored, int) else None
