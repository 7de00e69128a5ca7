"""Jobs: what they issue, what they reject, and what is kept of them."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from issuer import (
    ProofChoice,
    Roster,
    RosterProblem,
    RosterRow,
    RowFate,
    job_outcomes,
    job_progress,
    plan_roster,
    read_roster,
    run_job,
)
from keys import KeyType
from schemas import BadgeError, LedgerError
from storage import AUDIT
from tests.doubles.ledgers import FORKLIFT, NOW, counts_of, issue, make_issuer, make_roster, start

if TYPE_CHECKING:
    from issuer import IssuerProfile, Ledger

PROBLEM = RosterProblem(row=9, column="date", code="roster.no_rows", value="32.13.")


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
    assert counts_of(progress) == (4, 3, 1, 0)
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


def test_empty_list_is_refused(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A list without a row is no job."""
    with pytest.raises(LedgerError) as caught:
        start(ledger, issuer, make_roster(0))
    assert caught.value.code == "job.roster_empty"


@pytest.mark.parametrize("key_type", [KeyType.P256, KeyType.P384])
def test_ecdsa_issuer_signs_both_ways(ledger: Ledger, key_type: KeyType) -> None:
    """An issuer with a P-256 or P-384 key embeds ecdsa-rdfc-2019, and wraps it in a JWT."""
    profile = make_issuer(ledger, "ECDSA shop", key_type)
    assert ledger.default_proof(profile.slug) is ProofChoice.BOTH
    job = run_job(ledger, start(ledger, profile, make_roster(1), proof=ProofChoice.BOTH).job_id)
    (issued,) = ledger.list_issued(job.job_id)
    proof = json.loads(issued.json_bytes)["proof"]
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
    assert counts_of(progress) == (2, 1, 1, 0)
    (problem,) = job_outcomes(ledger, progress.job_id)[0].problems
    assert (problem.code, problem.column, problem.value) == (code, "", day.isoformat())
    with ledger.database.read() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM status_slots")) == 1


def test_row_that_makes_no_valid_badge_is_rejected(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Evidence at an address that is no address stops its row, with a code, before it takes a place."""
    roster = make_roster(2)
    roster = replace(roster, rows=(replace(roster.rows[0], evidence_url="not an address"), roster.rows[1]))
    progress = issue(ledger, issuer, roster)
    assert counts_of(progress) == (2, 1, 1, 0)
    (problem,) = job_outcomes(ledger, progress.job_id)[0].problems
    assert BadgeError(problem.code).explain()


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


def test_rsa_issuer_on_this_machine_signs_jwts(ledger: Ledger) -> None:
    """An RSA key has no did:key; its issuer is a did:jwk, and its badges are JWTs with RS256."""
    profile = make_issuer(ledger, "RSA shop", KeyType.RSA)
    assert profile.id.startswith("did:jwk:")
    assert ledger.default_proof(profile.slug) is ProofChoice.VC_JWT
    job = run_job(ledger, start(ledger, profile, make_roster(1), proof=ProofChoice.VC_JWT).job_id)
    (issued,) = ledger.list_issued(job.job_id)
    assert json.loads(base64.urlsafe_b64decode(issued.jwt.split(".")[0] + "=="))["alg"] == "RS256"
