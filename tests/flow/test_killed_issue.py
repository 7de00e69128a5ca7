"""A job that is killed at any moment loses nothing, doubles nothing and changes nothing."""

from __future__ import annotations

import hashlib
import json
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from issuer import ProofChoice, diagnose, job_progress, run_job, start_job, unfinished_jobs
from keys import system_clock
from tests.doubles.ledgers import FORKLIFT, make_issuer, make_roster, open_ledger

if TYPE_CHECKING:
    from issuer import Ledger

ROOT = Path(__file__).resolve().parents[2]
ROWS = 2_500
KILLS = 20
LONGEST_LIFE_MILLISECONDS = 400
# The statements of a job are dealt out to so many tests, each of which has its own time limit.
PARTS = 3


def _start(folder: Path, rows: int, proof: ProofChoice) -> str:
    ledger = open_ledger(folder, system_clock)
    profile = make_issuer(ledger)
    job = start_job(
        ledger,
        make_roster(rows),
        FORKLIFT,
        issuer_slug=profile.slug,
        proof=proof,
        awarded_on=None,
        idempotency_key="class of spring",
    )
    ledger.database.close()
    return job.job_id


def _run_and_kill(folder: Path) -> list[tuple[str, str]]:
    """Let the worker live for a random moment after it is ready; return what it had told by then."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.flow.issue_worker", str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    time.sleep(secrets.randbelow(LONGEST_LIFE_MILLISECONDS) / 1_000)
    worker.send_signal(signal.SIGKILL)
    told = worker.stdout.read()
    worker.stdout.close()
    assert worker.wait() == -signal.SIGKILL
    return [(slug, digest) for slug, digest in (line.split() for line in told.splitlines() if line.count(" ") == 1)]


def _faults(ledger: Ledger) -> list[str]:
    return [f"{finding.invariant} {finding.describe()}" for finding in diagnose(ledger) if not finding.ok]


def test_many_rows_survive_twenty_kills(tmp_path: Path) -> None:
    """2,500 rows killed 20 times at random moments: each person has one badge, and each told badge is unchanged."""
    job_id = _start(tmp_path, ROWS, ProofChoice.DATA_INTEGRITY)
    told: dict[str, str] = {}
    counts = []
    for _ in range(KILLS):
        for slug, digest in _run_and_kill(tmp_path):
            assert told.setdefault(slug, digest) == digest
        ledger = open_ledger(tmp_path, system_clock)
        counts.append(job_progress(ledger, job_id).pending)
        ledger.database.close()
    assert counts == sorted(counts, reverse=True)
    assert counts[KILLS * 3 // 4] > 0, "the job ended long before its last kill: give it more rows"

    ledger = open_ledger(tmp_path, system_clock)
    progress = run_job(ledger, job_id)
    issued = ledger.list_issued(job_id, limit=2 * ROWS)
    assert (progress.issued, progress.pending, progress.rejected, progress.already_issued) == (ROWS, 0, 0, 0)
    assert {badge.recipient_email for badge in issued} == {f"person{place}@example.org" for place in range(ROWS)}
    assert len(issued) == ROWS
    assert len(ledger.list_issued(limit=2 * ROWS)) == ROWS
    assert told.items() <= {badge.slug: hashlib.sha256(badge.original).hexdigest() for badge in issued}.items()
    assert _faults(ledger) == []
    ledger.database.close()


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("scenario", ["new people", "replacement"])
def test_kill_at_every_statement(scenario: str, part: int, tmp_path: Path) -> None:
    """Killed before each statement and commit in turn, the job ends with the planned bytes and one badge in force each.

    In the second scenario each person's first badge was revoked, and the job brings out the one in its place.
    """
    run = subprocess.run(
        [sys.executable, "-m", "tests.flow.statement_killer", str(tmp_path), scenario, str(part), str(PARTS)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr[-2_000:]
    outcome = json.loads(run.stdout)
    assert outcome["faults"] == []
    assert outcome["kills"] > 60 // PARTS
    assert outcome["kills"] == outcome["recovered"]
    assert 0 < outcome["kills_after_the_plan"] < outcome["kills"]


@pytest.mark.parametrize("proof", [ProofChoice.BOTH])
def test_two_runners_share_one_job(tmp_path: Path, proof: ProofChoice) -> None:
    """Four processes that run the same job at once issue every row once; those that come late are told so."""
    _start(tmp_path, 60, proof)
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.flow.issue_worker", str(tmp_path)],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    ends = [(worker.communicate()[1], worker.returncode) for worker in workers]
    refused = [error for error, code in ends if code]
    assert len(refused) < 4
    assert all("job.running" in error for error in refused)
    ledger = open_ledger(tmp_path, system_clock)
    assert unfinished_jobs(ledger) == ()
    assert len(ledger.list_issued()) == 60
    assert _faults(ledger) == []
    ledger.database.close()
