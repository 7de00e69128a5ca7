"""The result of several credentials: what keeps it from lying."""

from __future__ import annotations

import pytest

from schemas import InvalidCredentialError, encode_json
from tests.doubles.holders import CHALLENGE, Holder
from tests.doubles.issuer_simulator import NOW, IssuerSimulator, SimulatedIssuer
from tests.doubles.learner_records import issue_badges, issue_record
from verifier import (
    ContainerKind,
    CredentialSetReport,
    Headline,
    Outcome,
    PresentationCheck,
    PresentationCheckName,
    PresentationReport,
    ReportPart,
    Verdict,
    VerificationContext,
    VerificationReport,
    verify_any,
    verify_any_scanned,
    verify_presentation,
)


@pytest.fixture
def world() -> IssuerSimulator:
    return IssuerSimulator()


@pytest.fixture
def issuer(world: IssuerSimulator) -> SimulatedIssuer:
    return world.add_issuer()


@pytest.fixture
def context(world: IssuerSimulator) -> VerificationContext:
    return VerificationContext(now=NOW, fetcher=world)


def _checks(outcome: Outcome = Outcome.PASSED) -> tuple[PresentationCheck, ...]:
    return tuple(
        PresentationCheck(name=name, outcome=outcome, code="presentation.passed") for name in PresentationCheckName
    )


def _set(container: PresentationReport, *parts: VerificationReport) -> CredentialSetReport:
    return CredentialSetReport(
        kind=ContainerKind.PRESENTATION,
        container=container,
        parts=tuple(
            ReportPart(pointer=f"/verifiableCredential/{place}", report=part) for place, part in enumerate(parts)
        ),
    )


def test_every_check_exactly_once() -> None:
    """A report of a presentation cannot leave a check out."""
    with pytest.raises(ValueError, match="exactly once"):
        PresentationReport(checks=_checks()[1:], verified_at=NOW)


def test_holder_is_named_only_when_proven() -> None:
    """A name that nothing proves cannot get into a report."""
    with pytest.raises(ValueError, match="only when proven"):
        PresentationReport(checks=_checks(Outcome.NOT_RUN), verified_at=NOW, holder="did:example:robin")


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        (Outcome.PASSED, Verdict.VERIFIED),
        (Outcome.FAILED, Verdict.REJECTED),
        (Outcome.INDETERMINATE, Verdict.INCONCLUSIVE),
        (Outcome.NOT_APPLICABLE, Verdict.INCONCLUSIVE),
        (Outcome.NOT_RUN, Verdict.INCONCLUSIVE),
    ],
)
def test_verdict_of_the_showing(outcome: Outcome, verdict: Verdict) -> None:
    """A showing of which nothing ran, or nothing applied, is never verified."""
    report = PresentationReport(checks=_checks(outcome), verified_at=NOW)
    assert (report.verdict, bool(report)) == (verdict, verdict is Verdict.VERIFIED)


def test_set_of_nothing() -> None:
    """Good wrapping around nothing is no genuine badge."""
    empty = _set(PresentationReport(checks=_checks(), verified_at=NOW))
    assert (empty.verdict, empty.headline) == (Verdict.INCONCLUSIVE, Headline.COULD_NOT_CHECK)
    with pytest.raises(InvalidCredentialError, match="empty"):
        empty.raise_for_rejection()


def test_rejection_carries_the_first_code(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """The code is that of the first check that decided, the container's before the parts'."""
    expired = world.verify(issuer.issue(validUntil="2026-11-02T09:00:00Z"))
    found = _set(PresentationReport(checks=_checks(), verified_at=NOW), expired)
    with pytest.raises(InvalidCredentialError, match="expired"):
        found.raise_for_rejection()
    assert found.headline is Headline.GENUINE_BUT


def test_verified_set_raises_nothing(context: VerificationContext, issuer: SimulatedIssuer) -> None:
    """A good set passes."""
    report = verify_any(issue_record(issuer, issue_badges(issuer)), context=context)
    assert isinstance(report, CredentialSetReport)
    report.raise_for_rejection()
    assert report.verified_at == NOW


def test_address_of_a_record(world: IssuerSimulator, context: VerificationContext, issuer: SimulatedIssuer) -> None:
    """A record behind a link is verified like its file."""
    world.publish("https://college.example.edu/records/1", issue_record(issuer, issue_badges(issuer)))
    assert verify_any("https://college.example.edu/records/1", context=context).verdict is Verdict.VERIFIED


def test_address_out_of_reach(context: VerificationContext) -> None:
    """What cannot be opened gives the report of one badge."""
    report = verify_any("https://college.example.edu/records/2", context=context)
    assert isinstance(report, VerificationReport)
    assert report.deciding_checks[0].code == "fetch.http_status"


def test_scanned_address_of_a_stranger(context: VerificationContext) -> None:
    """A code that leads to a foreign host is not opened, with several badges behind it or one."""
    report = verify_any_scanned("https://forger.example.net/records/1", context=context)
    assert isinstance(report, VerificationReport)
    assert report.deciding_checks[0].code == "scan.foreign_host"


@pytest.mark.parametrize("kind", ["too many proofs", "two questions", "nameless key"])
def test_showing_that_cannot_be_read_in_one_way(
    context: VerificationContext, issuer: SimulatedIssuer, kind: str
) -> None:
    """What could be meant in two ways is refused, or left open."""
    holder = Holder()
    badge = holder.earn(issuer)
    shown = holder.show([badge])
    proofs = [holder.show([badge], challenge=f"{CHALLENGE}{number}")["proof"] for number in range(3)]
    if kind == "too many proofs":
        shown["proof"] = [proof[0] if isinstance(proof, list) else proof for proof in proofs]
    elif kind == "two questions":
        shown["proof"] = [proof[0] if isinstance(proof, list) else proof for proof in proofs[:2]]
    else:
        shown = holder.show([badge], holder="urn:uuid:0b9c1e52-7a53-4d6f-8f11-6f3d9b7a2c10", method_id="urn:x:key")
    report = verify_presentation(encode_json(shown), context=context, expected_challenge=CHALLENGE)
    assert report.verdict is not Verdict.VERIFIED
    assert not report.container
