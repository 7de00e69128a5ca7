"""Kills a small job before its n-th statement or commit, for every n, and lets it go on each time.

The job issues badges to new people, or (`replacement`) in place of badges that were revoked.
Runs as a program of its own, so that it may fork: a child is ready at once, without loading everything anew.
"""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from issuer import diagnose, run_job, unfinished_jobs
from keys import system_clock
from tests.doubles.ledgers import issue, make_issuer, make_roster, open_ledger, start
from tests.flow.killing import is_killed_before

ROWS = 3
MAX_STATEMENTS = 400


def _run_job(folder: Path) -> None:
    ledger = open_ledger(folder, system_clock)
    for job in unfinished_jobs(ledger):
        run_job(ledger, job.job_id)
    ledger.database.close()


def _read_planned(folder: Path) -> dict[str, bytes]:
    ledger = open_ledger(folder, system_clock)
    with ledger.database.read() as connection:
        planned = {
            row.slug: row.unsecured for row in connection.execute(sa.text("SELECT slug, unsecured FROM planned"))
        }
    ledger.database.close()
    return planned


def _find_faults(folder: Path, planned: dict[str, bytes], *, expected: int) -> list[str]:
    """Go on with the job; return what is lost, doubled or changed."""
    _run_job(folder)
    ledger = open_ledger(folder, system_clock)
    badges = ledger.list_issued()
    issued = {badge.slug: json.loads(badge.json_bytes) for badge in badges}
    in_force = [badge.recipient_email for badge in badges if not badge.revoked]
    faults = [finding.describe() for finding in diagnose(ledger) if not finding.ok]
    ledger.database.close()
    if len(issued) != expected or sorted(in_force) != [f"person{row}@example.org" for row in range(ROWS)]:
        faults.append(f"{len(issued)} badges, {len(in_force)} people with one in force")
    for slug, unsecured in planned.items():
        document = issued.get(slug, {})
        document.pop("proof", None)
        if document != json.loads(unsecured):
            faults.append("a planned badge came out otherwise")
    return faults


def _prepare(folder: Path, scenario: str) -> int:
    """Make the ledger with a job that waits; return how many badges there are in the end, revoked ones too."""
    folder.mkdir()
    ledger = open_ledger(folder, system_clock)
    profile = make_issuer(ledger)
    roster = make_roster(ROWS)
    is_replacement = scenario == "replacement"
    if is_replacement:
        issue(ledger, profile, roster, key="first")
        for badge in ledger.list_issued():
            ledger.revoke(badge.id, reason="The name of the test was wrong.", by="desk")
        roster = replace(roster, rows=tuple(replace(row, evidence_note="Driven again.") for row in roster.rows))
    start(ledger, profile, roster)
    ledger.database.close()
    return 2 * ROWS if is_replacement else ROWS


def main(folder: Path, scenario: str, part: int, parts: int) -> None:
    """Print what was found by the kills of one part: before statement `part`, `part + parts` and so on."""
    first = folder / "first"
    expected = _prepare(first, scenario)
    already_planned = len(_read_planned(first))
    kills = recovered = after_the_plan = 0
    faults: list[str] = []
    for statement in range(part, MAX_STATEMENTS, parts):
        copy = folder / str(statement)
        shutil.copytree(first, copy)
        if not is_killed_before(statement, partial(_run_job, copy)):
            break
        kills += 1
        planned = _read_planned(copy)
        after_the_plan += len(planned) > already_planned
        found = _find_faults(copy, planned, expected=expected)
        recovered += not found
        faults += [f"statement {statement}: {fault}" for fault in found]
        shutil.rmtree(copy)
    sys.stdout.write(
        json.dumps({"kills": kills, "recovered": recovered, "kills_after_the_plan": after_the_plan, "faults": faults})
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
