"""Floor 1: the database file, its migrations, and the audit chain with its witness."""

from storage.audit import (
    CLOCK_ACCEPTED,
    CLOCK_TOLERANCE,
    AuditFinding,
    AuditHead,
    append_audit,
    check_clock,
    pseudonym,
    read_audit_head,
    verify_audit_chain,
)
from storage.database import Database, open_database
from storage.tables import AUDIT
from storage.witness import Checkpoint, append_checkpoint, compare_with_witness, load_checkpoints, witnessed_pool

__all__ = [
    "AUDIT",
    "CLOCK_ACCEPTED",
    "CLOCK_TOLERANCE",
    "AuditFinding",
    "AuditHead",
    "Checkpoint",
    "Database",
    "append_audit",
    "append_checkpoint",
    "check_clock",
    "compare_with_witness",
    "load_checkpoints",
    "open_database",
    "pseudonym",
    "read_audit_head",
    "verify_audit_chain",
    "witnessed_pool",
]
