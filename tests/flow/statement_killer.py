"""Kills a small job before its n-th statement or commit, for every n, and lets it go on each time.

Runs as a program of its own, so that it may fork: a child is ready at once, without loading everything anew.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path

import sqlalchemy as sa

from issuer import ProofChoice, diagnose, run_job, start_job, unfinished_jobs
from keys import system_clock
from tests.doubles.ledgers import FORKLIFT, make_issuer, make_roster, open_ledger

ROWS = 3
MAX_STATEMENTS = 400


def _run_job(folder: Path) -> None:
    ledger = open_ledger(folder, system_clock)
    for job in unfinished_jobs(ledger):
        run_job(ledger, job.job_id)
    ledger.database.close()


def _is_killed_at(folder: Path, statement: int) -> bool:
    child = os.fork()
    if child == 0:
        left = statement

        def count(*_: object) -> None:
            nonlocal left
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1

        sa.event.listen(sa.Engine, "before_cursor_execute", count)
        sa.event.listen(sa.Engine, "commit", count)
        _run_job(folder)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _read_planned(folder: Path) -> dict[str, bytes]:
    ledger = open_ledger(folder, system_clock)
    with ledger.database.read() as connection:
        planned = {
            row.slug: row.unsecured for row in connection.execute(sa.text("SELECT slug, unsecured FROM planned"))
        }
    ledger.database.close()
    return planned


def _find_faults(folder: Path, planned: dict[str, bytes]) -> list[str]:
    """Go on with the job; return what is lost, doubled or changed."""
    _run_job(folder)
    ledger = open_ledger(folder, system_clock)
    issued = {badge.slug: json.loads(badge.json_bytes) for badge in ledger.list_issued()}
    faults = [finding.describe() for finding in diagnose(ledger) if not finding.ok]
    ledger.database.close()
    if len(issued) != ROWS:
        faults.append(f"{len(issued)} badges")
    for slug, unsecured in planned.items():
        document = issued.get(slug, {})
        document.pop("proof", None)
        if document != json.loads(unsecured):
            faults.append("a planned badge came out otherwise")
    return faults


def main(folder: Path) -> None:
    """Print what was found."""
    first = folder / "first"
    first.mkdir()
    ledger = open_ledger(first, system_clock)
    profile = make_issuer(ledger)
    start_job(
        ledger,
        make_roster(ROWS),
        FORKLIFT,
        issuer_slug=profile.slug,
        proof=ProofChoice.DATA_INTEGRITY,
        awarded_on=None,
        idempotency_key="key",
    )
    ledger.database.close()
    kills = recovered = after_the_plan = 0
    faults: list[str] = []
    for statement in range(MAX_STATEMENTS):
        copy = folder / str(statement)
        shutil.copytree(first, copy)
        if not _is_killed_at(copy, statement):
            break
        kills += 1
        planned = _read_planned(copy)
        after_the_plan += bool(planned)
        found = _find_faults(copy, planned)
        recovered += not found
        faults += [f"statement {statement}: {fault}" for fault in found]
        shutil.rmtree(copy)
    sys.stdout.write(
        json.dumps({"kills": kills, "recovered": recovered, "kills_after_the_plan": after_the_plan, "faults": faults})
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
