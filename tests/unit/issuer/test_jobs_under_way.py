"""Jobs that are started twice, stopped, taken over or beaten by another: no row is lost, none is done twice."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from issuer import (
    JobProgress,
    ProofChoice,
    Roster,
    RowFate,
    job_progress,
    list_jobs,
    plan_roster,
    run_job,
    unfinished_jobs,
)
from schemas import LedgerError, read_json_object
from tests.doubles.ledgers import FORKLIFT, counts_of, issue, make_roster, start

if TYPE_CHECKING:
    from issuer import IssuerProfile, Ledger
    from tests.doubles.ledgers import SetClock


def test_same_key_and_list_is_the_same_job(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A repeated request is answered with the first job, also after it is done."""
    first = start(ledger, issuer, make_roster(2))
    second = start(ledger, issuer, make_roster(2))
    done = run_job(ledger, first.job_id)
    third = start(ledger, issuer, make_roster(2))
    assert second == first
    assert third == done
    assert [job.job_id for job in list_jobs(ledger)] == [first.job_id]


@pytest.mark.parametrize(
    "changes", [{"proof": ProofChoice.BOTH}, {"awarded_on": date(2026, 1, 1)}], ids=["proof", "date"]
)
def test_same_key_for_another_request_is_refused(
    ledger: Ledger, issuer: IssuerProfile, changes: dict[str, object]
) -> None:
    """A key that was used for other rows, another proof or another date names no second job."""
    start(ledger, issuer, make_roster(2))
    for roster, options in ((make_roster(3), {}), (make_roster(2), changes)):
        with pytest.raises(LedgerError) as caught:
            start(ledger, issuer, roster, key="key", **options)  # type: ignore[arg-type]
        assert caught.value.code == "job.key_conflict"


def test_two_clerks_with_the_same_list_share_a_job(ledger: Ledger, issuer: IssuerProfile) -> None:
    """While a job is not done, the same list under another key gives its number."""
    first = start(ledger, issuer, make_roster(2), key="clerk one")
    second = start(ledger, issuer, make_roster(2), key="clerk two")
    assert second.job_id == first.job_id
    assert [job.job_id for job in unfinished_jobs(ledger)] == [first.job_id]
    run_job(ledger, first.job_id)
    assert unfinished_jobs(ledger) == ()


@pytest.mark.parametrize("key", ["clerk one", "clerk two"])
def test_corrected_course_is_not_dropped_for_a_job_under_way(ledger: Ledger, issuer: IssuerProfile, key: str) -> None:
    """The same list with a changed course is no twin: whoever corrected it is told, and afterwards it is used."""
    corrected = replace(FORKLIFT, criteria="Drive the test course twice without touching a cone.")
    first = start(ledger, issuer, make_roster(2), key="clerk one")
    with pytest.raises(LedgerError) as caught:
        start(ledger, issuer, make_roster(2), key=key, achievement=corrected)
    assert (caught.value.code, caught.value.detail) == ("job.course_changed", {"job": first.job_id})
    assert [job.job_id for job in list_jobs(ledger)] == [first.job_id]
    run_job(ledger, first.job_id)
    later = run_job(ledger, start(ledger, issuer, make_roster(3), key="clerk three", achievement=corrected).job_id)
    newest = read_json_object(ledger.list_issued(later.job_id)[-1].json_bytes)
    assert newest["credentialSubject"]["achievement"]["criteria"]["narrative"] == corrected.criteria  # type: ignore[index,call-overload]


def test_job_that_runs_is_not_run_twice(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Whoever runs a job that is running is told so."""
    job = start(ledger, issuer, make_roster(1))
    codes = []

    def run_again(_: JobProgress) -> None:
        with pytest.raises(LedgerError) as caught:
            run_job(ledger, job.job_id)
        codes.append(caught.value.code)

    run_job(ledger, job.job_id, on_progress=run_again)
    assert codes == ["job.running"]
    assert job_progress(ledger, job.job_id).failure == ""


def test_progress_is_told_after_each_chunk(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A list of 240 rows tells its progress three times, each time with counts that add up."""
    job = start(ledger, issuer, make_roster(240))
    seen: list[tuple[int, int, int, int]] = []
    run_job(ledger, job.job_id, on_progress=lambda progress: seen.append(counts_of(progress)))
    assert seen == [(240, 100, 0, 140), (240, 200, 0, 40), (240, 240, 0, 0)]


def test_stopped_job_goes_on_with_the_rest(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A job that stopped after its first chunk issues the others when it is run again, and nothing twice."""
    job = start(ledger, issuer, make_roster(110))

    def stop(_: JobProgress) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        run_job(ledger, job.job_id, on_progress=stop)
    first = {issued.slug: issued.json_bytes for issued in ledger.list_issued()}
    assert counts_of(job_progress(ledger, job.job_id)) == (110, 100, 0, 10)
    assert counts_of(run_job(ledger, job.job_id)) == (110, 110, 0, 0)
    after = {issued.slug: issued.json_bytes for issued in ledger.list_issued()}
    assert {slug: after[slug] for slug in first} == first
    assert len(after) == 110


def test_planned_row_comes_out_with_the_planned_bytes(
    ledger: Ledger, issuer: IssuerProfile, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped between plan and signature, the resumed row has the id, dates and place of its plan."""
    job = start(ledger, issuer, make_roster(3))

    def stop(*_: object, **__: object) -> None:
        raise InterruptedError

    with monkeypatch.context() as patch:
        patch.setattr("issuer.job_run.secure", stop)
        with pytest.raises(InterruptedError):
            run_job(ledger, job.job_id)
    with ledger.database.read() as connection:
        planned = {
            row.slug: row.unsecured for row in connection.execute(sa.text("SELECT slug, unsecured FROM planned"))
        }
    clock.advance(timedelta(hours=5))
    run_job(ledger, job.job_id)
    for issued in ledger.list_issued():
        document = json.loads(issued.json_bytes)
        assert document.pop("proof")["created"] == "2026-11-22T09:00:00Z"
        assert document == json.loads(planned[issued.slug])
    assert len(planned) == 3


def test_failure_is_kept_and_cleared(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """A stopped job says why; when it goes on the reason is gone."""
    job = start(ledger, issuer, make_roster(1))
    clock.advance(timedelta(hours=-1))
    with pytest.raises(LedgerError):
        run_job(ledger, job.job_id)
    assert job_progress(ledger, job.job_id).failure == "clock.backwards"
    clock.advance(timedelta(hours=1))
    assert run_job(ledger, job.job_id).failure == ""


def test_plan_of_a_stopped_job_is_taken_over(
    ledger: Ledger, issuer: IssuerProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When another list names people whom a stopped job has planned, they get the planned badge, and only that."""
    stopped = start(ledger, issuer, make_roster(3), key="first")

    def stop(*_: object, **__: object) -> None:
        raise InterruptedError

    with monkeypatch.context() as patch:
        patch.setattr("issuer.job_run.secure", stop)
        with pytest.raises(InterruptedError):
            run_job(ledger, stopped.job_id)
    with ledger.database.read() as connection:
        planned = set(connection.scalars(sa.text("SELECT slug FROM planned")))
    plan = plan_roster(ledger, make_roster(4), FORKLIFT, issuer_slug=issuer.slug)
    assert [row.fate for row in plan] == [RowFate.NEW] * 4
    longer = issue(ledger, issuer, make_roster(4), key="second")
    assert counts_of(longer) == (4, 4, 0, 0)
    assert planned < {issued.slug for issued in ledger.list_issued()}
    assert counts_of(run_job(ledger, stopped.job_id)) == (3, 3, 0, 0)
    assert len(ledger.list_issued()) == 4
    with ledger.database.read() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM audit WHERE event = 'credential.issued'")) == 4


def test_place_that_was_taken_meanwhile_is_picked_anew(
    ledger: Ledger, issuer: IssuerProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When another process takes a picked place first, the chunk looks again and goes on."""
    issue(ledger, issuer, make_roster(1), key="first")
    with ledger.database.read() as connection:
        taken = connection.scalar(sa.text("SELECT idx FROM status_slots"))
    picks = iter([[taken, 5], [6, 7]])
    monkeypatch.setattr("issuer.reserving.pick_free_slots", lambda *_: next(picks))
    rows = make_roster(3).rows[1:]
    assert issue(ledger, issuer, Roster(rows=rows, problems=()), key="second").issued == 2
    with ledger.database.read() as connection:
        assert set(connection.scalars(sa.text("SELECT idx FROM status_slots"))) == {taken, 6, 7}
