"""Jobs: what they issue, what they leave alone, and how they stop and go on."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from issuer import (
    JobProgress,
    ProofChoice,
    Roster,
    RosterProblem,
    RosterRow,
    RowFate,
    diagnose,
    job_outcomes,
    job_progress,
    list_jobs,
    plan_roster,
    read_roster,
    run_job,
    start_job,
    unfinished_jobs,
)
from keys import KeyType
from schemas import BadgeError, LedgerError, read_json_object
from storage import AUDIT
from tests.doubles.ledgers import FORKLIFT, NOW, issue, make_issuer, make_roster

if TYPE_CHECKING:
    from issuer import Achievement, IssuerProfile, Ledger
    from tests.doubles.ledgers import SetClock

PROBLEM = RosterProblem(row=9, column="date", code="roster.no_rows", value="32.13.")


def _start(
    ledger: Ledger,
    issuer: IssuerProfile,
    roster: Roster,
    key: str = "key",
    course: Achievement = FORKLIFT,
    **changes: object,
) -> JobProgress:
    options = {"proof": ProofChoice.DATA_INTEGRITY, "awarded_on": None, **changes}
    return start_job(ledger, roster, course, issuer_slug=issuer.slug, idempotency_key=key, **options)  # type: ignore[arg-type]


def _counts(progress: JobProgress) -> tuple[int, int, int, int]:
    return progress.total, progress.issued, progress.rejected, progress.pending


@pytest.mark.parametrize(
    ("proof", "forms"),
    [
        (ProofChoice.DATA_INTEGRITY, {"json"}),
        (ProofChoice.VC_JWT, {"jwt"}),
        (ProofChoice.BOTH, {"json", "jwt"}),
    ],
)
def test_proof_is_the_one_that_was_asked_for(
    ledger: Ledger, issuer: IssuerProfile, proof: ProofChoice, forms: set[str]
) -> None:
    """A badge has the embedded proof, the JWT, or both."""
    issue(ledger, issuer, make_roster(1), proof=proof)
    (issued,) = ledger.list_issued()
    assert {name for name, form in (("json", issued.json_bytes), ("jwt", issued.jwt)) if form} == forms


def test_every_good_row_is_issued_and_every_problem_rejected(ledger: Ledger, issuer: IssuerProfile) -> None:
    """The counts add up to the rows of the list."""
    progress = issue(ledger, issuer, make_roster(3, problems=(PROBLEM,)))
    assert _counts(progress) == (4, 3, 1, 0)
    assert progress.finished_at == NOW
    assert [(row.number, row.fate) for row in job_outcomes(ledger, progress.job_id)] == [
        (2, RowFate.NEW),
        (3, RowFate.NEW),
        (4, RowFate.NEW),
        (9, RowFate.PROBLEM),
    ]
    assert job_outcomes(ledger, progress.job_id)[3].problems == (PROBLEM,)


def test_badge_says_what_the_row_and_the_achievement_say(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Name, issuer, dates and addresses stand in the signed bytes."""
    row = RosterRow(number=2, name="Ana Invented", awarded_on=date(2026, 10, 31))
    issue(ledger, issuer, Roster(rows=(row,), problems=()))
    (issued,) = ledger.list_issued()
    document = json.loads(issued.json_bytes)
    assert document["id"] == issued.id == f"http://127.0.0.1:8000/b/{issued.slug}"
    assert document["issuer"]["id"] == issuer.id == issued.issuer_id
    assert document["validFrom"] == "2026-11-22T09:00:00Z"
    assert document["awardedDate"] == "2026-10-31T00:00:00Z"
    assert document["validUntil"] == "2029-10-31T23:59:59Z"
    assert issued.valid_until == datetime(2029, 10, 31, 23, 59, 59, tzinfo=UTC)
    assert [entry["statusPurpose"] for entry in document["credentialStatus"]] == ["revocation", "suspension"]
    assert len({entry["statusListIndex"] for entry in document["credentialStatus"]}) == 1
    assert len({entry["statusListCredential"] for entry in document["credentialStatus"]}) == 2


def test_same_list_again_issues_nothing(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A second job for the same people points at the badges that they have."""
    issue(ledger, issuer, make_roster(3), key="first")
    before = ledger.list_issued()
    again = issue(ledger, issuer, make_roster(3), key="second")
    assert (_counts(again), again.already_issued) == ((3, 3, 0, 0), 3)
    assert ledger.list_issued() == before
    assert ledger.list_issued(again.job_id) == tuple(sorted(before, key=lambda issued: issued.recipient_name))


def test_longer_list_issues_only_the_new_rows(ledger: Ledger, issuer: IssuerProfile) -> None:
    """People who were added to a list get their badge; the others keep theirs."""
    issue(ledger, issuer, make_roster(3), key="first")
    before = {issued.slug for issued in ledger.list_issued()}
    again = issue(ledger, issuer, make_roster(5), key="second")
    assert (_counts(again), again.already_issued) == ((5, 5, 0, 0), 3)
    assert {issued.slug for issued in ledger.list_issued()} > before
    assert len(ledger.list_issued()) == 5


def test_changed_details_do_not_touch_the_badge(ledger: Ledger, issuer: IssuerProfile) -> None:
    """The same person with another name is reported, and the badge stays as it is."""
    roster = make_roster(2)
    issue(ledger, issuer, roster, key="first")
    before = ledger.list_issued()
    changed = replace(roster, rows=(replace(roster.rows[0], name="Other Name"), roster.rows[1]))
    again = issue(ledger, issuer, changed, key="second")
    first, second = job_outcomes(ledger, again.job_id)
    assert (first.fate, [problem.code for problem in first.problems]) == (RowFate.DIFFERS, ["job.person_differs"])
    assert second.fate is RowFate.ALREADY_ISSUED
    assert ledger.list_issued() == before


def test_revoked_badge_is_not_issued_again_by_the_same_list(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A re-run does not undo a revocation."""
    issue(ledger, issuer, make_roster(1), key="first")
    ledger.revoke(ledger.list_issued()[0].id, reason="given to the wrong person", by="desk")
    again = issue(ledger, issuer, make_roster(1), key="second")
    (outcome,) = job_outcomes(ledger, again.job_id)
    assert (outcome.fate, [problem.code for problem in outcome.problems]) == (RowFate.REVOKED, ["job.person_revoked"])
    assert len(ledger.list_issued()) == 1


def test_mended_row_of_a_revoked_badge_gets_a_new_one(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Revoke, mend, issue again: one new badge; the old one stays revoked; every re-run adds nothing."""
    wrong = make_roster(2)
    issue(ledger, issuer, wrong, key="first")
    (old,) = [issued for issued in ledger.list_issued() if issued.recipient_name == wrong.rows[0].name]
    ledger.revoke(old.id, reason="The name was wrong.", by="desk")
    mended = replace(wrong, rows=(replace(wrong.rows[0], name="Right Name"), wrong.rows[1]))
    plan = plan_roster(ledger, mended, FORKLIFT, issuer_slug=issuer.slug)
    assert [(row.fate, [problem.code for problem in row.problems]) for row in plan] == [
        (RowFate.NEW, ["job.replaces_revoked"]),
        (RowFate.ALREADY_ISSUED, []),
    ]
    issue(ledger, issuer, mended, key="second")
    new = {issued.slug: issued for issued in ledger.list_issued()}
    assert sorted(issued.recipient_name for issued in new.values()) == [
        "Person Number 0", "Person Number 1", "Right Name",
    ]  # fmt: skip
    for key, roster, fates in (
        ("third", mended, [RowFate.ALREADY_ISSUED] * 2),
        ("fourth", wrong, [RowFate.DIFFERS, RowFate.ALREADY_ISSUED]),
    ):
        again = issue(ledger, issuer, roster, key=key)
        assert [row.fate for row in job_outcomes(ledger, again.job_id)] == fates
    assert {issued.slug for issued in ledger.list_issued()} == set(new)
    assert [issued.slug for issued in ledger.list_issued() if issued.revoked] == [old.slug]
    assert [finding.code for finding in diagnose(ledger) if not finding.ok] == []


def test_content_that_was_revoked_once_stays_revoked(ledger: Ledger, issuer: IssuerProfile) -> None:
    """After two revoked badges neither of the two lists comes back; a third wording does."""
    first = make_roster(1)
    rows = [replace(first.rows[0], name=name) for name in ("Ana One", "Ana Two", "Ana Three")]
    rosters = [replace(first, rows=(row,)) for row in rows]
    for roster in rosters[:2]:
        issue(ledger, issuer, roster, key=roster.rows[0].name)
        (badge,) = [issued for issued in ledger.list_issued() if not issued.revoked]
        ledger.revoke(badge.id, reason="wrong", by="desk")
    fates = [plan_roster(ledger, roster, FORKLIFT, issuer_slug=issuer.slug)[0].fate for roster in rosters]
    assert fates == [RowFate.REVOKED, RowFate.REVOKED, RowFate.NEW]
    issue(ledger, issuer, rosters[2], key="third")
    assert len(ledger.list_issued()) == 3
    assert [finding.code for finding in diagnose(ledger) if not finding.ok] == []


def test_doctor_finds_a_second_badge_beside_one_in_force(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A replacement whose forerunner is not revoked is a doubled badge."""
    roster = make_roster(1)
    issue(ledger, issuer, roster, key="first")
    ledger.revoke(ledger.list_issued()[0].id, reason="wrong", by="desk")
    issue(ledger, issuer, replace(roster, rows=(replace(roster.rows[0], name="Right Name"),)), key="second")
    with ledger.database.write() as connection:
        for name in connection.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(sa.text(f'DROP TRIGGER "{name}"'))
        connection.execute(sa.text("DELETE FROM status_changes"))
    assert ("I2", "doctor.badge_doubled") in [
        (finding.invariant, finding.code) for finding in diagnose(ledger) if not finding.ok
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"email": ""}, {"email": "ana@example.org"}),
        ({"email": "ana@example.org"}, {"email": ""}),
        ({"email": ""}, {"email": "", "person_id": "E-7"}),
        ({"email": "", "person_id": "E-7"}, {"email": ""}),
        ({"email": "ana@example.org"}, {"email": "ana@example.org", "person_id": "E-7"}),
        ({"email": "ana@example.org", "person_id": "E-7"}, {"email": "ana@example.org"}),
    ],
)
def test_person_told_of_in_more_detail_gets_no_second_badge(
    ledger: Ledger, issuer: IssuerProfile, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """The same name and day with an e-mail address or a number added or left out is the same award."""
    row = RosterRow(number=2, name="Ana Núñez", awarded_on=date(2026, 11, 20))
    issue(ledger, issuer, Roster(rows=(replace(row, **before),), problems=()), key="first")
    more = Roster(rows=(replace(row, name="ANA NUNEZ", **after),), problems=())
    assert plan_roster(ledger, more, FORKLIFT, issuer_slug=issuer.slug)[0].fate is RowFate.DIFFERS
    again = issue(ledger, issuer, more, key="second")
    assert [outcome.fate for outcome in job_outcomes(ledger, again.job_id)] == [RowFate.DIFFERS]
    assert len(ledger.list_issued()) == 1
    assert [finding.code for finding in diagnose(ledger) if not finding.ok] == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"email": "ana@example.org"}, {"email": "ana.n@example.com"}),
        ({"email": ""}, {"email": "ana@example.org", "awarded_on": date(2026, 11, 21)}),
        ({"person_id": "E-7"}, {"email": "ana@example.org"}),
    ],
)
def test_two_people_of_one_name_stay_two(
    ledger: Ledger, issuer: IssuerProfile, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """Other e-mail addresses, or another day, are another award."""
    row = RosterRow(number=2, name="Ana Núñez", awarded_on=date(2026, 11, 20))
    issue(ledger, issuer, Roster(rows=(replace(row, **before),), problems=()), key="first")
    issue(ledger, issuer, Roster(rows=(replace(row, **after),), problems=()), key="second")
    assert len(ledger.list_issued()) == 2


def test_dry_run_finds_impossible_days(ledger: Ledger, issuer: IssuerProfile) -> None:
    """What the job would refuse for its day, the dry run refuses, under the header that the trainer wrote."""
    rows = tuple(
        RosterRow(number=number, name=f"Person {number}", awarded_on=day)
        for number, day in enumerate((date(2026, 11, 24), date(2023, 11, 21), date(2026, 11, 22)), start=2)
    )
    roster = Roster(rows=rows, problems=(), columns=(("Name", "name"), ("Day done", "awarded_on")))
    plan = plan_roster(ledger, roster, FORKLIFT, issuer_slug=issuer.slug)
    assert [(row.fate, [(p.column, p.code) for p in row.problems]) for row in plan] == [
        (RowFate.PROBLEM, [("Day done", "job.awarded_in_future")]),
        (RowFate.PROBLEM, [("Day done", "job.already_expired")]),
        (RowFate.NEW, []),
    ]
    assert [row.fate for row in job_outcomes(ledger, issue(ledger, issuer, roster).job_id)] == [
        row.fate for row in plan
    ]


def test_rows_with_problems_name_the_person(ledger: Ledger, issuer: IssuerProfile) -> None:
    """The dry run and the job name the person of a row that cannot be used."""
    data = b"Name,E-mail\nAna Invented,ana@\nBob Invented,bob@example.org\n"
    roster = read_roster(data, filename="", achievement=FORKLIFT)
    plan = plan_roster(ledger, roster, FORKLIFT, issuer_slug=issuer.slug)
    done = job_outcomes(ledger, issue(ledger, issuer, roster).job_id)
    for outcomes in (plan, done):
        assert [(row.name, row.fate) for row in outcomes] == [
            ("Ana Invented", RowFate.PROBLEM), ("Bob Invented", RowFate.NEW),
        ]  # fmt: skip


def test_dry_run_says_what_the_job_then_does(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Every fate of the plan comes true in the job, and the plan writes nothing."""
    issue(ledger, issuer, make_roster(3), key="first")
    by_name = {issued.recipient_name: issued for issued in ledger.list_issued()}
    ledger.revoke(by_name["Person Number 1"].id, reason="error", by="desk")
    roster = make_roster(5, problems=(PROBLEM,))
    roster = replace(roster, rows=(replace(roster.rows[0], license_number="L-1"), *roster.rows[1:]))
    plan = plan_roster(ledger, roster, FORKLIFT, issuer_slug=issuer.slug)
    assert plan == plan_roster(ledger, roster, FORKLIFT, issuer_slug=issuer.slug)
    progress = issue(ledger, issuer, roster, key="second")
    assert [row.fate for row in plan] == [
        RowFate.DIFFERS,
        RowFate.REVOKED,
        RowFate.ALREADY_ISSUED,
        RowFate.NEW,
        RowFate.NEW,
        RowFate.PROBLEM,
    ]
    assert [row.fate for row in job_outcomes(ledger, progress.job_id)] == [row.fate for row in plan]


def test_two_rows_of_one_person_get_one_badge(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A person who stands twice in a list is issued once; with other details the second row is reported."""
    row = make_roster(1).rows[0]
    rows = (row, replace(row, number=3), replace(row, number=4, license_number="L-1"))
    progress = issue(ledger, issuer, Roster(rows=rows, problems=()))
    assert [outcome.fate for outcome in job_outcomes(ledger, progress.job_id)] == [
        RowFate.NEW,
        RowFate.ALREADY_ISSUED,
        RowFate.DIFFERS,
    ]
    assert len(ledger.list_issued()) == 1


def test_same_key_and_list_is_the_same_job(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A repeated request is answered with the first job, also after it is done."""
    first = _start(ledger, issuer, make_roster(2))
    second = _start(ledger, issuer, make_roster(2))
    done = run_job(ledger, first.job_id)
    third = _start(ledger, issuer, make_roster(2))
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
    _start(ledger, issuer, make_roster(2))
    for roster, options in ((make_roster(3), {}), (make_roster(2), changes)):
        with pytest.raises(LedgerError) as caught:
            _start(ledger, issuer, roster, "key", **options)  # type: ignore[arg-type]
        assert caught.value.code == "job.key_conflict"


def test_two_clerks_with_the_same_list_share_a_job(ledger: Ledger, issuer: IssuerProfile) -> None:
    """While a job is not done, the same list under another key gives its number."""
    first = _start(ledger, issuer, make_roster(2), "clerk one")
    second = _start(ledger, issuer, make_roster(2), "clerk two")
    assert second.job_id == first.job_id
    assert [job.job_id for job in unfinished_jobs(ledger)] == [first.job_id]
    run_job(ledger, first.job_id)
    assert unfinished_jobs(ledger) == ()


@pytest.mark.parametrize("key", ["clerk one", "clerk two"])
def test_corrected_course_is_not_dropped_for_a_job_under_way(ledger: Ledger, issuer: IssuerProfile, key: str) -> None:
    """The same list with a changed course is no twin: whoever corrected it is told, and afterwards it is used."""
    corrected = replace(FORKLIFT, criteria="Drive the test course twice without touching a cone.")
    first = _start(ledger, issuer, make_roster(2), "clerk one")
    with pytest.raises(LedgerError) as caught:
        _start(ledger, issuer, make_roster(2), key, course=corrected)
    assert (caught.value.code, caught.value.detail) == ("job.course_changed", {"job": first.job_id})
    assert [job.job_id for job in list_jobs(ledger)] == [first.job_id]
    run_job(ledger, first.job_id)
    later = run_job(ledger, _start(ledger, issuer, make_roster(3), "clerk three", course=corrected).job_id)
    newest = read_json_object(ledger.list_issued(later.job_id)[-1].json_bytes)
    assert newest["credentialSubject"]["achievement"]["criteria"]["narrative"] == corrected.criteria  # type: ignore[index,call-overload]


def test_job_that_runs_is_not_run_twice(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Whoever runs a job that is running is told so."""
    job = _start(ledger, issuer, make_roster(1))
    codes = []

    def run_again(_: JobProgress) -> None:
        with pytest.raises(LedgerError) as caught:
            run_job(ledger, job.job_id)
        codes.append(caught.value.code)

    run_job(ledger, job.job_id, on_progress=run_again)
    assert codes == ["job.running"]
    assert job_progress(ledger, job.job_id).failure == ""


def test_progress_is_told_after_each_chunk(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A list of 120 rows tells its progress three times, each time with counts that add up."""
    job = _start(ledger, issuer, make_roster(120))
    seen: list[tuple[int, int, int, int]] = []
    run_job(ledger, job.job_id, on_progress=lambda progress: seen.append(_counts(progress)))
    assert seen == [(120, 50, 0, 70), (120, 100, 0, 20), (120, 120, 0, 0)]


def test_stopped_job_goes_on_with_the_rest(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A job that stopped after its first chunk issues the others when it is run again, and nothing twice."""
    job = _start(ledger, issuer, make_roster(60))

    def stop(_: JobProgress) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        run_job(ledger, job.job_id, on_progress=stop)
    first = {issued.slug: issued.json_bytes for issued in ledger.list_issued()}
    assert _counts(job_progress(ledger, job.job_id)) == (60, 50, 0, 10)
    assert _counts(run_job(ledger, job.job_id)) == (60, 60, 0, 0)
    after = {issued.slug: issued.json_bytes for issued in ledger.list_issued()}
    assert {slug: after[slug] for slug in first} == first
    assert len(after) == 60


def test_planned_row_comes_out_with_the_planned_bytes(
    ledger: Ledger, issuer: IssuerProfile, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped between plan and signature, the resumed row has the id, dates and place of its plan."""
    job = _start(ledger, issuer, make_roster(3))

    def stop(*_: object, **__: object) -> None:
        raise InterruptedError

    with monkeypatch.context() as patch:
        patch.setattr("issuer.jobs.secure", stop)
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
        assert document.pop("proof")[0]["created"] == "2026-11-22T09:00:00Z"
        assert document == json.loads(planned[issued.slug])
    assert len(planned) == 3


def test_empty_list_is_refused(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A list without a row is no job."""
    with pytest.raises(LedgerError) as caught:
        _start(ledger, issuer, make_roster(0))
    assert caught.value.code == "job.roster_empty"


@pytest.mark.parametrize("key_type", [KeyType.P256, KeyType.P384])
def test_ecdsa_issuer_signs_both_ways(ledger: Ledger, key_type: KeyType) -> None:
    """An issuer with a P-256 or P-384 key embeds ecdsa-rdfc-2019, and wraps it in a JWT."""
    profile = make_issuer(ledger, "ECDSA shop", key_type)
    assert ledger.default_proof(profile.slug) is ProofChoice.BOTH
    job = run_job(ledger, _start(ledger, profile, make_roster(1), proof=ProofChoice.BOTH).job_id)
    (issued,) = ledger.list_issued(job.job_id)
    (proof,) = json.loads(issued.json_bytes)["proof"]
    assert proof["cryptosuite"] == "ecdsa-rdfc-2019"
    assert issued.jwt


def test_p256_issuer_signs_jwts(ledger: Ledger) -> None:
    """An issuer with a P-256 key issues VC-JWTs."""
    profile = make_issuer(ledger, "P-256 shop", KeyType.P256)
    issue(ledger, profile, make_roster(1), proof=ProofChoice.VC_JWT)
    assert ledger.list_issued()[0].jwt.count(".") == 2


def test_unknown_job_is_refused(ledger: Ledger) -> None:
    """A number that names no job is refused everywhere."""
    for call in (run_job, job_progress, job_outcomes):
        with pytest.raises(LedgerError) as caught:
            call(ledger, "none")
        assert caught.value.code == "job.unknown"


@pytest.mark.parametrize(
    ("day", "code"),
    [(date(2026, 11, 24), "job.awarded_in_future"), (date(2023, 11, 21), "job.already_expired")],
)
def test_impossible_date_rejects_its_row_only(ledger: Ledger, issuer: IssuerProfile, day: date, code: str) -> None:
    """A day to come, or a badge that would be out of date at once, stops its row before it takes a place."""
    roster = make_roster(2)
    roster = replace(roster, rows=(replace(roster.rows[0], awarded_on=day), roster.rows[1]))
    progress = issue(ledger, issuer, roster)
    assert _counts(progress) == (2, 1, 1, 0)
    (problem,) = job_outcomes(ledger, progress.job_id)[0].problems
    assert (problem.code, problem.column, problem.value) == (code, "", day.isoformat())
    with ledger.database.read() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM status_slots")) == 1


def test_row_that_makes_no_valid_badge_is_rejected(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Evidence at an address that is no address stops its row, with a code, before it takes a place."""
    roster = make_roster(2)
    roster = replace(roster, rows=(replace(roster.rows[0], evidence_url="not an address"), roster.rows[1]))
    progress = issue(ledger, issuer, roster)
    assert _counts(progress) == (2, 1, 1, 0)
    (problem,) = job_outcomes(ledger, progress.job_id)[0].problems
    assert BadgeError(problem.code).explain()


def test_failure_is_kept_and_cleared(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """A stopped job says why; when it goes on the reason is gone."""
    job = _start(ledger, issuer, make_roster(1))
    clock.advance(timedelta(hours=-1))
    with pytest.raises(LedgerError):
        run_job(ledger, job.job_id)
    assert job_progress(ledger, job.job_id).failure == "clock.backwards"
    clock.advance(timedelta(hours=1))
    assert run_job(ledger, job.job_id).failure == ""


def test_audit_names_no_person(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Neither names nor addresses of people stand in the audit chain; each badge has one record."""
    issue(ledger, issuer, make_roster(5))
    with ledger.database.read() as connection:
        records = connection.scalars(sa.select(AUDIT.c.record)).all()
    text = b"\n".join(records)
    assert text.count(b'"event":"credential.issued"') == 5
    assert b"Person" not in text
    assert b"example.org" not in text


def test_list_is_paged(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Pages follow each other without gap or overlap; an achievement that has no badge has no page."""
    issue(ledger, issuer, make_roster(5))
    pages = [ledger.list_issued(limit=2, offset=offset) for offset in (0, 2, 4)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert tuple(issued for page in pages for issued in page) == ledger.list_issued()
    assert ledger.list_issued(achievement_slug="other") == ()


def test_published_badge_is_found_by_slug_and_id(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Both names of a badge lead to it; unknown ones lead nowhere."""
    issue(ledger, issuer, make_roster(1))
    (issued,) = ledger.list_issued()
    assert ledger.find_published(issued.slug) == issued == ledger.find_by_id(issued.id)
    assert ledger.find_published("") is None
    assert ledger.find_published("x") is None
    assert ledger.find_by_id("") is None


def test_plan_of_a_stopped_job_is_taken_over(
    ledger: Ledger, issuer: IssuerProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When another list names people whom a stopped job has planned, they get the planned badge, and only that."""
    stopped = _start(ledger, issuer, make_roster(3), "first")

    def stop(*_: object, **__: object) -> None:
        raise InterruptedError

    with monkeypatch.context() as patch:
        patch.setattr("issuer.jobs.secure", stop)
        with pytest.raises(InterruptedError):
            run_job(ledger, stopped.job_id)
    with ledger.database.read() as connection:
        planned = set(connection.scalars(sa.text("SELECT slug FROM planned")))
    plan = plan_roster(ledger, make_roster(4), FORKLIFT, issuer_slug=issuer.slug)
    assert [row.fate for row in plan] == [RowFate.NEW] * 4
    longer = issue(ledger, issuer, make_roster(4), key="second")
    assert _counts(longer) == (4, 4, 0, 0)
    assert planned < {issued.slug for issued in ledger.list_issued()}
    assert _counts(run_job(ledger, stopped.job_id)) == (3, 3, 0, 0)
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


def test_rsa_issuer_on_this_machine_signs_jwts(ledger: Ledger) -> None:
    """An RSA key has no did:key; its issuer is a did:jwk, and its badges are JWTs with RS256."""
    profile = make_issuer(ledger, "RSA shop", KeyType.RSA)
    assert profile.id.startswith("did:jwk:")
    assert ledger.default_proof(profile.slug) is ProofChoice.VC_JWT
    job = run_job(ledger, _start(ledger, profile, make_roster(1), proof=ProofChoice.VC_JWT).job_id)
    (issued,) = ledger.list_issued(job.job_id)
    assert json.loads(base64.urlsafe_b64decode(issued.jwt.split(".")[0] + "=="))["alg"] == "RS256"
