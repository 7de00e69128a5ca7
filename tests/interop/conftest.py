"""A class list, issued, for other people's software to read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from issuer import IssuedCredential, ProofChoice, read_achievement, read_roster, run_job, start_job
from tests.architecture.source import ROOT
from tests.doubles.ledgers import SetClock, make_issuer, open_ledger

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from keys import KeyType

    IssueExample = Callable[[KeyType, ProofChoice], IssuedCredential]


@pytest.fixture
def issue_example(tmp_path: Path) -> IssueExample:
    """Issue the example class list and return the first badge. It never expires: peers read the real clock."""

    def issue(key_type: KeyType, proof: ProofChoice) -> IssuedCredential:
        course_file = ROOT / "examples" / "achievements" / "cmm-operator.yaml"
        roster_file = ROOT / "examples" / "rosters" / "cmm-spring.csv"
        course = read_achievement(course_file.read_bytes(), filename=course_file.name, folder=course_file.parent)
        course = replace(course, valid_months=0)
        roster = read_roster(roster_file.read_bytes(), filename=roster_file.name, achievement=course)
        ledger = open_ledger(tmp_path, SetClock())
        try:
            issuer = make_issuer(ledger, key_type=key_type)
            job = start_job(
                ledger, roster, course, issuer_slug=issuer.slug, proof=proof, awarded_on=None, idempotency_key="interop"
            )
            run_job(ledger, job.job_id)
            return ledger.list_issued(job.job_id)[0]
        finally:
            ledger.database.close()

    return issue
