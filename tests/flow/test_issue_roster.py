"""From a course file and a class list to files that a stranger's verifier takes, and back to the desk."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from credentials import extract_pdf, extract_png, extract_svg
from issuer import (
    ProofChoice,
    RowFate,
    compose_credential,
    diagnose,
    job_outcomes,
    plan_roster,
    read_achievement,
    read_roster,
    run_job,
    start_job,
    write_bundle,
)
from keys import FirstPartyFetcher, KeyType, OfflineFetcher
from skillmark.wiring import own_documents
from tests.doubles.ledgers import PUBLIC_URL, SetClock, make_issuer, open_ledger
from verifier import CheckName, Headline, VerificationContext, verify_presented

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credentials import UnsecuredDocument
    from issuer import Achievement, IssuerProfile, JobProgress, Ledger, PlannedCredential, Roster, RosterRow
    from issuer.compose import SharedParts
    from verifier import VerificationReport

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture
def clock() -> SetClock:
    """A clock that a test sets."""
    return SetClock()


@pytest.fixture
def ledger(tmp_path: Path, clock: SetClock) -> Iterator[Ledger]:
    """A fresh ledger on a public address, so that its issuer is a did:web."""
    opened = open_ledger(tmp_path, clock, base_url=PUBLIC_URL)
    yield opened
    opened.database.close()


@pytest.fixture
def issuer(ledger: Ledger) -> IssuerProfile:
    """An issuer with an Ed25519 key."""
    return make_issuer(ledger)


@pytest.fixture(scope="module")
def course() -> Achievement:
    """The CMM course of the examples."""
    path = EXAMPLES / "achievements" / "cmm-operator.yaml"
    return read_achievement(path.read_bytes(), filename=path.name, folder=path.parent)


@pytest.fixture(scope="module")
def people(course: Achievement) -> Roster:
    """The spring class of the examples."""
    path = EXAMPLES / "rosters" / "cmm-spring.csv"
    return read_roster(path.read_bytes(), filename=path.name, achievement=course)


def _issue(
    ledger: Ledger, issuer: IssuerProfile, people: Roster, course: Achievement, proof: ProofChoice = ProofChoice.BOTH
) -> JobProgress:
    job = start_job(
        ledger, people, course, issuer_slug=issuer.slug, proof=proof, awarded_on=None, idempotency_key=people.sha256
    )
    return run_job(ledger, job.job_id)


def _verify(ledger: Ledger, data: bytes) -> VerificationReport:
    fetcher = FirstPartyFetcher(own_documents(ledger), OfflineFetcher())
    return verify_presented(data, context=VerificationContext(now=ledger.clock(), fetcher=fetcher))


def _headline(ledger: Ledger, data: bytes) -> Headline:
    return _verify(ledger, data).headline


def test_every_form_of_every_badge_is_genuine(
    ledger: Ledger, issuer: IssuerProfile, people: Roster, course: Achievement
) -> None:
    """Each file of the zip, JSON, JWT, PNG, SVG and PDF, verifies with keys and lists that we publish."""
    progress = _issue(ledger, issuer, people, course)
    assert (progress.issued, progress.pending) == (len(people.rows), 0)
    stream = io.BytesIO()
    write_bundle(ledger, progress.job_id, stream)
    with zipfile.ZipFile(stream) as bundle:
        assert bundle.testzip() is None
        names = bundle.namelist()
        assert len(names) == 5 * len(people.rows) + 1
        first = [name for name in names if name.startswith("001 ")]
        assert {name.rpartition(".")[2] for name in first} == {"json", "jwt", "pdf", "png", "svg"}
        for name in first:
            assert _headline(ledger, bundle.read(name)) is Headline.GENUINE, name
        every_json = [bundle.read(name) for name in names if name.endswith("badge.json")]
    assert all(_headline(ledger, data) is Headline.GENUINE for data in every_json)
    assert [finding for finding in diagnose(ledger) if not finding.ok] == []


def test_pictures_and_certificate_carry_the_stored_bytes(
    ledger: Ledger, issuer: IssuerProfile, people: Roster, course: Achievement
) -> None:
    """What is baked into the PNG and SVG and attached to the PDF is byte for byte what the ledger keeps."""
    progress = _issue(ledger, issuer, people, course)
    stream = io.BytesIO()
    write_bundle(ledger, progress.job_id, stream)
    issued = ledger.list_issued(progress.job_id)[0]
    with zipfile.ZipFile(stream) as bundle:
        folder = next(name for name in bundle.namelist() if name.startswith("001 ")).partition("/")[0]
        files = {
            ending: bundle.read(f"{folder}/{folder[4:]} badge.{ending}")
            for ending in ("json", "jwt", "png", "svg", "pdf")
        }
    assert files["json"] == issued.json_bytes
    assert files["jwt"] == issued.jwt.encode()
    assert extract_png(files["png"]) == extract_svg(files["svg"]) == extract_pdf(files["pdf"]) == issued.json_bytes


def test_revoked_badge_shows_at_the_next_look(
    ledger: Ledger, issuer: IssuerProfile, people: Roster, course: Achievement
) -> None:
    """A copy that the worker has kept says revoked as soon as the desk revoked it; the class mate's stays genuine."""
    _issue(ledger, issuer, people, course)
    first, second, *_ = ledger.list_issued()
    ledger.revoke(first.id, reason="given to the wrong person", by="desk")
    report = _verify(ledger, first.original)
    assert report.headline is Headline.GENUINE_BUT
    assert report.check(CheckName.STATUS).code == "status.revoked"
    assert _headline(ledger, second.original) is Headline.GENUINE


def test_suspended_badge_comes_back(ledger: Ledger, issuer: IssuerProfile, people: Roster, course: Achievement) -> None:
    """Suspended, a badge says so; reinstated, it is genuine again."""
    _issue(ledger, issuer, people, course)
    issued = ledger.list_issued()[0]
    ledger.suspend(issued.id, reason="being looked into", by="desk")
    assert _verify(ledger, issued.original).check(CheckName.STATUS).code == "status.suspended"
    ledger.reinstate(issued.id, reason="all is well", by="desk")
    assert _headline(ledger, issued.original) is Headline.GENUINE


def test_old_badges_stay_genuine_after_a_rotation(
    ledger: Ledger, issuer: IssuerProfile, people: Roster, course: Achievement, clock: SetClock
) -> None:
    """A badge from before a change of the key verifies with the published old key."""
    _issue(ledger, issuer, people, course)
    issued = ledger.list_issued()[0]
    clock.advance(timedelta(days=1))
    ledger.rotate_key(issuer.slug)
    clock.advance(timedelta(days=1))
    assert _headline(ledger, issued.original) is Headline.GENUINE


def test_key_can_change_in_mid_job(
    ledger: Ledger, issuer: IssuerProfile, course: Achievement, people: Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that is retired while a chunk is composed signs none of it, and every badge is genuine (F11)."""
    rotations = iter([True])

    def compose(
        row: RosterRow,
        achievement: Achievement,
        profile: IssuerProfile,
        planned: PlannedCredential,
        *,
        base_url: str,
        shared: SharedParts | None = None,
    ) -> UnsecuredDocument:
        if next(rotations, False):
            ledger.rotate_key(issuer.slug)
        return compose_credential(row, achievement, profile, planned, base_url=base_url, shared=shared)

    monkeypatch.setattr("issuer.reserving.compose_credential", compose)
    progress = _issue(ledger, issuer, people, course)
    document = ledger.did_document(issuer.slug)
    assert document is not None
    methods = document["assertionMethod"]
    assert isinstance(methods, list)
    signers = {json.loads(issued.json_bytes)["proof"]["verificationMethod"] for issued in ledger.list_issued()}
    assert signers == {methods[1]}
    assert progress.issued == len(people.rows)
    assert _headline(ledger, ledger.list_issued()[0].original) is Headline.GENUINE


def test_badge_of_the_second_in_which_its_key_ended_is_genuine(
    ledger: Ledger, issuer: IssuerProfile, people: Roster, course: Achievement, clock: SetClock
) -> None:
    """A key that is changed right after a class was issued does not spoil that class."""
    _issue(ledger, issuer, people, course)
    issued = ledger.list_issued()[0]
    ledger.rotate_key(issuer.slug)
    clock.advance(timedelta(days=1))
    assert _headline(ledger, issued.original) is Headline.GENUINE


def test_messy_list_issues_its_good_rows(ledger: Ledger, issuer: IssuerProfile, course: Achievement) -> None:
    """The list that is messy on purpose: each row is issued or named with its problem, as the dry run said."""
    path = EXAMPLES / "rosters" / "cmm-autumn-messy.xlsx"
    messy = read_roster(path.read_bytes(), filename=path.name, achievement=course)
    plan = plan_roster(ledger, messy, course, issuer_slug=issuer.slug)
    progress = _issue(ledger, issuer, messy, course, ProofChoice.DATA_INTEGRITY)
    fates = [(row.number, row.fate) for row in job_outcomes(ledger, progress.job_id)]
    assert fates == [(row.number, row.fate) for row in plan]
    assert {fate for _, fate in fates} == {RowFate.NEW, RowFate.PROBLEM}
    assert progress.issued == len(messy.rows)
    assert progress.total == len({row for row, _ in fates})


@pytest.mark.parametrize("key_type", [KeyType.P256, KeyType.P384, KeyType.RSA])
def test_other_kinds_of_keys_issue_jwts(ledger: Ledger, people: Roster, course: Achievement, key_type: KeyType) -> None:
    """Issuers with P-256, P-384 and RSA keys issue VC-JWTs that verify, with signed status lists that are read."""
    profile = make_issuer(ledger, "Another college", key_type)
    _issue(ledger, profile, people, course, ProofChoice.VC_JWT)
    report = _verify(ledger, ledger.list_issued()[0].original)
    assert report.headline is Headline.GENUINE
    assert report.check(CheckName.STATUS).outcome.value == "passed"
