"""The audit witness remembers how long the chain was, and its hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemas import LedgerError
from storage import (
    append_audit,
    append_checkpoint,
    compare_with_witness,
    load_checkpoints,
    read_audit_head,
    witnessed_pool,
)
from storage.audit import AuditHead
from tests.unit.storage.conftest import NOW

if TYPE_CHECKING:
    from pathlib import Path

    from storage import Database


def _append(database: Database, subject: str) -> AuditHead:
    with database.write() as connection:
        append_audit(connection, {"event": "e", "subject": subject}, now=NOW)
    with database.read() as connection:
        return read_audit_head(connection)


def test_checkpoint_is_one_line_of_count_hash_and_time(database: Database) -> None:
    """The file says in plain JSON how long the chain was and what its hash was."""
    head = _append(database, "a")
    append_checkpoint(database.witness_path, head, pool=3, now=NOW)
    assert database.witness_path.read_text().split("\n") == [
        "",
        f'{{"n": 1, "hash": "{head.hash.hex()}", "time": "2026-11-22T09:00:00Z", "pool": 3}}',
        "",
    ]


def test_chain_that_grew_agrees_with_its_witness(database: Database) -> None:
    """Records after the last checkpoint are unanchored, not wrong."""
    append_checkpoint(database.witness_path, _append(database, "a"), pool=1, now=NOW)
    _append(database, "b")
    with database.read() as connection:
        assert compare_with_witness(connection, load_checkpoints(database.witness_path)) == ()


def test_shorter_chain_is_truncated(database: Database) -> None:
    """A checkpoint beyond the end of the chain says that the end is missing."""
    head = _append(database, "a")
    ahead = AuditHead(count=head.count + 1, hash=bytes(32), time=NOW)
    append_checkpoint(database.witness_path, ahead, pool=1, now=NOW)
    with database.read() as connection:
        findings = compare_with_witness(connection, load_checkpoints(database.witness_path))
    assert [finding.code for finding in findings] == ["audit.truncated"]


def test_rewrite_of_the_same_length_is_found(database: Database) -> None:
    """A chain of the same length with another hash was rewritten."""
    head = _append(database, "a")
    append_checkpoint(database.witness_path, AuditHead(count=head.count, hash=bytes(32), time=NOW), pool=1, now=NOW)
    with database.read() as connection:
        findings = compare_with_witness(connection, load_checkpoints(database.witness_path))
    assert [finding.code for finding in findings] == ["audit.chain_broken"]


def test_half_a_line_of_a_killed_writer_is_passed_over(database: Database) -> None:
    """A torn line spoils neither itself nor the next checkpoint."""
    head = _append(database, "a")
    append_checkpoint(database.witness_path, head, pool=1, now=NOW)
    with database.witness_path.open("ab") as file:
        file.write(b'{"n": 2, "ha')
    append_checkpoint(database.witness_path, head, pool=1, now=NOW)
    assert [checkpoint.count for checkpoint in load_checkpoints(database.witness_path)] == [1, 1]


def test_accepted_backup_retires_later_checkpoints_but_not_their_pool(tmp_path: Path) -> None:
    """After a restore was accepted, lost records count no more, yet their status pool is remembered."""
    path = tmp_path / "witness.jsonl"
    append_checkpoint(path, AuditHead(count=5, hash=b"5" * 32, time=NOW), pool=1, now=NOW)
    append_checkpoint(path, AuditHead(count=9, hash=b"9" * 32, time=NOW), pool=2, now=NOW)
    append_checkpoint(path, AuditHead(count=7, hash=b"7" * 32, time=NOW), pool=1, now=NOW, restored_from=6)
    assert [checkpoint.count for checkpoint in load_checkpoints(path)] == [5, 7]
    assert witnessed_pool(path) == 2


def test_missing_file_has_no_checkpoint(tmp_path: Path) -> None:
    """A new installation has no witness yet."""
    assert load_checkpoints(tmp_path / "none") == ()
    assert witnessed_pool(tmp_path / "none") == 0


def test_witness_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """A witness in a folder that is gone raises a code."""
    with pytest.raises(LedgerError) as caught:
        append_checkpoint(tmp_path / "gone" / "w", AuditHead(count=0, hash=bytes(32), time=None), pool=0, now=NOW)
    assert caught.value.code == "store.unavailable"
