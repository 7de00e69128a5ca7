"""A class list of 1,000 people: rows per second from the file to stored, recorded badges, everything durable."""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from issuer import Ledger, ProofChoice, read_achievement, read_roster, run_job, start_job
from keys import Keystore, KeyType
from schemas import OrganizationKind
from storage import open_database

ROWS = 1_000
NOW = datetime(2026, 11, 22, 9, 0, 0, tzinfo=UTC)
PASSPHRASE = b"TEST ONLY passphrase of the benchmarks"
COURSE = Path(__file__).resolve().parents[1] / "examples" / "achievements" / "forklift-operator.yaml"


def _class_list() -> bytes:
    lines = ["Name,E-mail,Date"]
    lines += [f"Person Number {number},person{number}@example.org,2026-05-01" for number in range(ROWS)]
    return "\n".join(lines).encode()


def rows_per_second() -> dict[str, float]:
    """Return rows per second of wall time for each kind of proof."""
    found: dict[str, float] = {}
    course = read_achievement(COURSE.read_bytes(), filename=COURSE.name, folder=COURSE.parent)
    course = replace(course, results=())
    for proof in (ProofChoice.DATA_INTEGRITY, ProofChoice.BOTH):
        with tempfile.TemporaryDirectory() as folder:
            database = open_database(Path(folder) / "ledger.sqlite3")
            keystore = Keystore(Path(folder) / "keys", PASSPHRASE)
            ledger = Ledger(database, keystore, clock=lambda: NOW, base_url="http://127.0.0.1:8000")
            issuer = ledger.create_issuer(name="Bench College", kind=OrganizationKind.COLLEGE, key_type=KeyType.ED25519)
            started = time.perf_counter()
            roster = read_roster(_class_list(), filename="class.csv", achievement=course)
            job = start_job(
                ledger,
                roster,
                course,
                issuer_slug=issuer.slug,
                proof=proof,
                awarded_on=None,
                idempotency_key=proof.value,
            )
            done = run_job(ledger, job.job_id)
            seconds = time.perf_counter() - started
            database.close()
        if done.issued != ROWS:
            raise RuntimeError(f"{done.issued} of {ROWS} rows were issued: {roster.problems[:3]}")
        found[proof.value] = ROWS / seconds
    return found
