"""A small real installation in a temporary folder, with a clock that a test sets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from issuer import (
    Achievement,
    Ledger,
    ProofChoice,
    Roster,
    RosterProblem,
    RosterRow,
    diagnose,
    run_job,
    start_job,
)
from issuer.slot_store import PURPOSES
from keys import Keystore, KeyType
from schemas import OrganizationKind
from storage import open_database

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from issuer import IssuerProfile, JobProgress
    from keys import Clock

NOW = datetime(2026, 11, 22, 9, 0, 0, tzinfo=UTC)
TRIAL_URL = "http://127.0.0.1:8000"
PUBLIC_URL = "https://badges.example.edu"
PASSPHRASE = b"TEST ONLY passphrase"

FORKLIFT = Achievement(
    slug="forklift",
    name="Forklift operator",
    description="Drives a counterbalance forklift.",
    criteria="Drive the test course without touching a cone.",
    valid_months=36,
)


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, step: timedelta) -> None:
        """Move the clock; a negative step turns it back."""
        self.now += step


def open_ledger(
    folder: Path, clock: Clock, *, base_url: str = TRIAL_URL, status_purposes: tuple[str, ...] = PURPOSES
) -> Ledger:
    """Open, or make, the ledger of a folder."""
    database = open_database(folder / "ledger.sqlite3")
    keystore = Keystore(folder / "keys", PASSPHRASE)
    return Ledger(database, keystore, clock=clock, base_url=base_url, status_purposes=status_purposes)


def make_issuer(ledger: Ledger, name: str = "North Shop College", key_type: KeyType = KeyType.ED25519) -> IssuerProfile:
    """Make an issuer."""
    return ledger.create_issuer(name=name, kind=OrganizationKind.COLLEGE, url="https://example.edu", key_type=key_type)


def make_roster(count: int, *, problems: tuple[RosterProblem, ...] = ()) -> Roster:
    """Make a class list of invented people; rows start at 2, below the header."""
    rows = tuple(
        RosterRow(number=place + 2, name=f"Person Number {place}", email=f"person{place}@example.org")
        for place in range(count)
    )
    return Roster(rows=rows, problems=problems)


def start(
    ledger: Ledger,
    issuer: IssuerProfile,
    roster: Roster,
    *,
    key: str = "key",
    proof: ProofChoice = ProofChoice.DATA_INTEGRITY,
    achievement: Achievement = FORKLIFT,
    awarded_on: date | None = None,
) -> JobProgress:
    """Start a job and leave it there."""
    return start_job(
        ledger, roster, achievement, issuer_slug=issuer.slug, proof=proof, awarded_on=awarded_on, idempotency_key=key
    )


def issue(
    ledger: Ledger,
    issuer: IssuerProfile,
    roster: Roster,
    *,
    key: str = "key",
    proof: ProofChoice = ProofChoice.DATA_INTEGRITY,
    achievement: Achievement = FORKLIFT,
) -> JobProgress:
    """Start a job and run it to its end."""
    job = start(ledger, issuer, roster, key=key, proof=proof, achievement=achievement)
    return run_job(ledger, job.job_id)


def find_faults(ledger: Ledger) -> set[tuple[str, str]]:
    """Return the invariants that the doctor finds broken, each with its code."""
    return {(finding.invariant, finding.code) for finding in diagnose(ledger) if not finding.ok}


def counts_of(progress: JobProgress) -> tuple[int, int, int, int]:
    """Return how many rows there are, are issued, are rejected and wait."""
    return progress.total, progress.issued, progress.rejected, progress.pending
