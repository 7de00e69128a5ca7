"""Kills a correction, or a renewal, before its n-th statement or commit, for every n, and makes it again each time.

Runs as a program of its own, so that it may fork.
"""

from __future__ import annotations

import json
import shutil
import sys
from functools import partial
from pathlib import Path

from issuer import BadgeEdit, diagnose, plan_correction, plan_renewal, replace_badge
from keys import system_clock
from schemas import LedgerError
from tests.doubles.ledgers import issue, make_issuer, make_roster, open_ledger
from tests.flow.killing import is_killed_before

MAX_STATEMENTS = 400
CORRECTION = "correction"


def _replace(folder: Path, scenario: str, slug: str) -> str:
    """Correct or renew the badge; return an empty text, or the code of a refusal."""
    ledger = open_ledger(folder, system_clock)
    try:
        if scenario == CORRECTION:
            planned = plan_correction(ledger, slug, BadgeEdit(name="Right Name", email="right@example.org"))
        else:
            planned = plan_renewal(ledger, slug, BadgeEdit(), today=system_clock().date())
        replace_badge(ledger, planned.replacement, by="desk")
    except LedgerError as error:
        return error.code
    finally:
        ledger.database.close()
    return ""


def _find_faults(folder: Path, scenario: str, *, is_done: bool) -> list[str]:
    """Look at what the kill, or the step made again, left: all of the step or nothing of it."""
    ledger = open_ledger(folder, system_clock)
    badges = ledger.list_issued()
    in_force = [badge for badge in badges if not badge.revoked]
    links = [ledger.find_newer(badge.slug) for badge in badges]
    faults = [finding.describe() for finding in diagnose(ledger) if not finding.ok]
    ledger.database.close()
    expected = 2 if is_done and scenario != CORRECTION else 1
    if (len(badges), len(in_force)) != (2 if is_done else 1, expected):
        faults.append(f"{len(badges)} badges, {len(in_force)} in force")
    if sum(link is not None for link in links) != int(is_done):
        faults.append("the link between the two is lost")
    return faults


def _count_badges(folder: Path) -> int:
    ledger = open_ledger(folder, system_clock)
    count = ledger.count_issued()
    ledger.database.close()
    return count


def main(folder: Path, scenario: str) -> None:
    """Print what the kills left."""
    first = folder / "first"
    first.mkdir()
    ledger = open_ledger(first, system_clock)
    issue(ledger, make_issuer(ledger), make_roster(1))
    slug = ledger.list_issued()[0].slug
    ledger.database.close()
    kills = done_before_the_kill = 0
    faults: list[str] = []
    for statement in range(MAX_STATEMENTS):
        copy = folder / str(statement)
        shutil.copytree(first, copy)
        if not is_killed_before(statement, partial(_replace, copy, scenario, slug)):
            break
        kills += 1
        is_done = _count_badges(copy) > 1
        done_before_the_kill += is_done
        found = _find_faults(copy, scenario, is_done=is_done)
        if _replace(copy, scenario, slug) != ("correction.has_newer" if is_done else ""):
            found.append("the step made again ended otherwise")
        found += _find_faults(copy, scenario, is_done=True)
        faults += [f"statement {statement}: {fault}" for fault in found]
        shutil.rmtree(copy)
    sys.stdout.write(json.dumps({"kills": kills, "done_before_the_kill": done_before_the_kill, "faults": faults}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
