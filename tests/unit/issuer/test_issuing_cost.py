"""What a class list costs: most of it are two signatures and their verification, not what the badges share."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from issuer import Roster, RosterRow, run_job
from tests.doubles.cost import within_cost
from tests.doubles.ledgers import start

if TYPE_CHECKING:
    from issuer import IssuerProfile, Ledger

ROWS = 100
MAX_YARDSTICKS = 25.0  # it costs about seven


def test_class_list_costs_little(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A hundred people get badges, checked and recorded, at a cost that does not creep up unseen."""
    batches = count()

    def issue() -> int:
        batch = next(batches)
        people = tuple(
            RosterRow(number=place + 2, name=f"Person {place}", email=f"person{batch}-{place}@example.org")
            for place in range(ROWS)
        )
        job = start(ledger, issuer, Roster(rows=people, problems=()), key=str(batch))
        return run_job(ledger, job.job_id).issued

    issue()
    assert within_cost(MAX_YARDSTICKS, issue) == ROWS
