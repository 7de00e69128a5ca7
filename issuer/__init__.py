"""Issues badges: course files, class lists, the ledger of what was issued, certificates."""

from __future__ import annotations

from issuer.achievement_file import read_achievement
from issuer.achievement_json import achievement_from_json, achievement_to_json
from issuer.compose import achievement_id, compose_achievement, compose_credential, compose_profile
from issuer.model import (
    Achievement,
    IssuedCredential,
    IssuerKind,
    IssuerProfile,
    JobProgress,
    PlannedCredential,
    ProofChoice,
    ResultDescription,
    Roster,
    RosterProblem,
    RosterRow,
    RowFate,
    RowOutcome,
    RowResult,
    RubricLevel,
    Skill,
    StatusSlot,
)
from issuer.roster import read_roster
from issuer.row_identity import row_fingerprint, row_key
from issuer.sheet_rows import MAX_ROSTER_BYTES, MAX_ROSTER_ROWS

__all__ = [
    "MAX_ROSTER_BYTES",
    "MAX_ROSTER_ROWS",
    "Achievement",
    "IssuedCredential",
    "IssuerKind",
    "IssuerProfile",
    "JobProgress",
    "PlannedCredential",
    "ProofChoice",
    "ResultDescription",
    "Roster",
    "RosterProblem",
    "RosterRow",
    "RowFate",
    "RowOutcome",
    "RowResult",
    "RubricLevel",
    "Skill",
    "StatusSlot",
    "achievement_from_json",
    "achievement_id",
    "achievement_to_json",
    "compose_achievement",
    "compose_credential",
    "compose_profile",
    "read_achievement",
    "read_roster",
    "row_fingerprint",
    "row_key",
]
