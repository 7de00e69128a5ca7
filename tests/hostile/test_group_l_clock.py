"""Group L: the clock of the machine goes back, or ran ahead. No badge gets a time before another's."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from issuer import Ledger, job_progress, run_job
from issuer.job_run import CHUNK_ROWS
from schemas import LedgerError
from tests.doubles.ledgers import (
    SetClock,
    issue,
    make_roster,
    start,
)

if TYPE_CHECKING:
    from issuer import IssuerProfile


def test_clock_that_went_back_stops_issuing_not_reading(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """An hour back: `clock.backwards`, nothing issued, badges still shown; set right, the job goes on."""
    issue(ledger, issuer, make_roster(2), key="first")
    job_id = start(ledger, issuer, make_roster(3), key="second").job_id
    clock.advance(timedelta(hours=-1))
    with pytest.raises(LedgerError) as caught:
        run_job(ledger, job_id)
    assert caught.value.code == "clock.backwards"
    assert len(ledger.list_issued()) == 2
    assert ledger.status_list(1) is not None
    clock.advance(timedelta(hours=1))
    assert run_job(ledger, job_id).issued == 3


def test_badge_can_be_revoked_while_the_clock_is_wrong(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """A revocation does not wait for a clock; issuing still does, until the clock is right."""
    issue(ledger, issuer, make_roster(1), key="first")
    clock.advance(timedelta(hours=-1))
    (issued,) = ledger.list_issued()
    ledger.revoke(issued.id, reason="test", by="desk")
    with pytest.raises(LedgerError) as caught:
        issue(ledger, issuer, make_roster(2), key="second")
    assert caught.value.code == "clock.backwards"
    clock.advance(timedelta(hours=1))
    assert issue(ledger, issuer, make_roster(2), key="second").issued == 1


def test_clock_that_ran_ahead_can_be_accepted(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """After a day with the clock a year ahead, an administrator lets issuing go on."""
    clock.advance(timedelta(days=365))
    issue(ledger, issuer, make_roster(1), key="first")
    clock.advance(timedelta(days=-365))
    with pytest.raises(LedgerError):
        issue(ledger, issuer, make_roster(2), key="second")
    ledger.accept_clock(by="command line")
    assert issue(ledger, issuer, make_roster(2), key="second").issued == 2


def test_clock_that_goes_back_in_mid_job_stops_it(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """The clock is looked at before each chunk, not only at the start; while one is checked the next has begun."""
    job_id = start(ledger, issuer, make_roster(2 * CHUNK_ROWS + 1)).job_id
    with pytest.raises(LedgerError) as caught:
        run_job(ledger, job_id, on_progress=lambda _: clock.advance(timedelta(hours=-1)))
    assert caught.value.code == "clock.backwards"
    assert job_progress(ledger, job_id).issued == CHUNK_ROWS
