"""The report: every check once, a verdict that never guesses, a headline for people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from schemas import InvalidCredentialError
from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator
from verifier import (
    DEFAULT_REQUIRED,
    MUST_PASS,
    Check,
    CheckName,
    Headline,
    Outcome,
    Verdict,
    VerificationReport,
)
from verifier.steps import compose_not_run, compose_passed

NOW = datetime(2026, 11, 22, 9, 0, 0, tzinfo=UTC)
ALL_PASSED = tuple(
    {
        **{name: compose_passed(name) for name in CheckName},
        CheckName.REFRESH: Check(name=CheckName.REFRESH, outcome=Outcome.NOT_APPLICABLE, code="refresh.none"),
        CheckName.TRUST: Check(name=CheckName.TRUST, outcome=Outcome.PASSED, code="trust.listed"),
    }.values()
)


def make_report(*changed: Check, required: frozenset[CheckName] = DEFAULT_REQUIRED) -> VerificationReport:
    by_name = {check.name: check for check in ALL_PASSED} | {check.name: check for check in changed}
    return VerificationReport(checks=tuple(by_name.values()), required=required, verified_at=NOW)


def failed(name: CheckName, code: str) -> Check:
    return Check(name=name, outcome=Outcome.FAILED, code=code)


def unknown(name: CheckName, code: str) -> Check:
    return Check(name=name, outcome=Outcome.INDETERMINATE, code=code)


EXPIRED = failed(CheckName.VALIDITY_PERIOD, "validity.expired")
REVOKED = failed(CheckName.STATUS, "status.revoked")
CHANGED = failed(CheckName.PROOF, "proof.signature_mismatch")
OFFLINE = unknown(CheckName.STATUS, "status.offline")
UNPROVEN = unknown(CheckName.ISSUER, "issuer.unproven")


def test_all_passed_is_verified_and_true() -> None:
    """When every required check passed the report is true and genuine."""
    report = make_report()
    assert report
    assert report.verdict is Verdict.VERIFIED
    assert report.headline is Headline.GENUINE
    assert report.deciding_checks == ()


@pytest.mark.parametrize("name", [name for name in CheckName if name in DEFAULT_REQUIRED])
@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.INDETERMINATE, Outcome.NOT_RUN])
def test_one_required_check_that_does_not_hold_is_enough(name: CheckName, outcome: Outcome) -> None:
    """No single required check can be missing from a true report."""
    report = make_report(Check(name=name, outcome=outcome, code="proof.not_run"))
    assert not report
    assert report.verdict is (Verdict.REJECTED if outcome is Outcome.FAILED else Verdict.INCONCLUSIVE)


@pytest.mark.parametrize("name", [name for name in CheckName if name in MUST_PASS])
def test_the_core_checks_cannot_be_out_of_place(name: CheckName) -> None:
    """NOT_APPLICABLE is no pass for a check that must pass."""
    assert not make_report(Check(name=name, outcome=Outcome.NOT_APPLICABLE, code="status.none"))


def test_a_badge_without_status_is_verified() -> None:
    """NOT_APPLICABLE holds for the status: a badge need not name a list."""
    assert make_report(Check(name=CheckName.STATUS, outcome=Outcome.NOT_APPLICABLE, code="status.none"))


def test_a_report_of_nothing_run_is_false() -> None:
    """A report in which nothing ran is inconclusive, never true."""
    report = make_report(*(compose_not_run(name) for name in CheckName))
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.headline is Headline.COULD_NOT_CHECK


@pytest.mark.parametrize(
    ("checks", "headline"),
    [
        ([EXPIRED], Headline.GENUINE_BUT),
        ([REVOKED], Headline.GENUINE_BUT),
        ([EXPIRED, REVOKED], Headline.GENUINE_BUT),
        ([EXPIRED, OFFLINE], Headline.GENUINE_BUT),
        ([failed(CheckName.STATUS, "status.suspended")], Headline.GENUINE_BUT),
        ([failed(CheckName.VALIDITY_PERIOD, "validity.not_yet_valid")], Headline.GENUINE_BUT),
        ([EXPIRED, UNPROVEN], Headline.COULD_NOT_CHECK),
        ([REVOKED, UNPROVEN], Headline.COULD_NOT_CHECK),
        ([UNPROVEN], Headline.COULD_NOT_CHECK),
        ([OFFLINE], Headline.COULD_NOT_CHECK),
        ([CHANGED], Headline.NOT_GENUINE),
        ([CHANGED, EXPIRED], Headline.NOT_GENUINE),
        ([CHANGED, UNPROVEN], Headline.NOT_GENUINE),
        ([failed(CheckName.ISSUER, "issuer.controller_mismatch")], Headline.NOT_GENUINE),
        ([failed(CheckName.STATUS, "status.list_proof_invalid")], Headline.COULD_NOT_CHECK),
        ([EXPIRED, failed(CheckName.STATUS, "status.list_expired")], Headline.GENUINE_BUT),
        ([failed(CheckName.SCHEMA, "schema.violation")], Headline.COULD_NOT_CHECK),
        ([failed(CheckName.SCHEMA, "schema.violation"), EXPIRED], Headline.COULD_NOT_CHECK),
        ([failed(CheckName.SCHEMA, "schema.violation"), CHANGED], Headline.NOT_GENUINE),
        ([failed(CheckName.DECODING, "decoding.not_json")], Headline.COULD_NOT_CHECK),
        ([failed(CheckName.DECODING, "decoding.image_no_credential")], Headline.COULD_NOT_CHECK),
        ([unknown(CheckName.DECODING, "scan.no_code_in_photo")], Headline.COULD_NOT_CHECK),
    ],
)
def test_headline(checks: list[Check], headline: Headline) -> None:
    """Wrong is not "could not tell", and a badge that has lost its force is not a false one."""
    assert make_report(*checks).headline is headline


def test_a_failed_advisory_check_is_a_warning() -> None:
    """Trust and recipient do not change the verdict."""
    mismatch = failed(CheckName.RECIPIENT, "recipient.mismatch")
    report = make_report(mismatch, unknown(CheckName.TRUST, "trust.unknown"))
    assert report
    assert [check.code for check in report.warnings] == ["recipient.mismatch", "trust.unknown"]


def test_policy_can_require_more() -> None:
    """A required recipient that does not match rejects."""
    required = DEFAULT_REQUIRED | {CheckName.RECIPIENT}
    report = make_report(failed(CheckName.RECIPIENT, "recipient.mismatch"), required=required)
    assert report.verdict is Verdict.REJECTED
    assert report.warnings == ()


def test_policy_cannot_require_less() -> None:
    """The core checks cannot be taken away."""
    with pytest.raises(ValueError, match="never remove"):
        make_report(required=MUST_PASS - {CheckName.ISSUER})


def test_every_check_stands_exactly_once() -> None:
    """A report with a check missing or out of order cannot be made."""
    with pytest.raises(ValueError, match="exactly once"):
        VerificationReport(checks=ALL_PASSED[:-1], verified_at=NOW)
    with pytest.raises(ValueError, match="exactly once"):
        VerificationReport(checks=tuple(reversed(ALL_PASSED)), verified_at=NOW)


def test_failures_come_before_open_questions() -> None:
    """The first deciding check is a failure when there is one."""
    report = make_report(unknown(CheckName.SCHEMA, "data_model.context_unknown"), REVOKED, UNPROVEN)
    assert [check.code for check in report.deciding_checks] == [
        "status.revoked",
        "data_model.context_unknown",
        "issuer.unproven",
    ]


def test_raise_for_rejection_carries_the_deciding_code() -> None:
    """Raising on demand names the first deciding check, and a true report does not raise."""
    make_report().raise_for_rejection()
    with pytest.raises(InvalidCredentialError) as caught:
        make_report(EXPIRED).raise_for_rejection()
    assert caught.value.code == "validity.expired"


def test_notes_are_listed_once() -> None:
    """Remarks of all checks, each once."""
    noted = replace(ALL_PASSED[-1], notes=("trust.creator_not_issuer", "issuer.name_confusable"))
    again = replace(ALL_PASSED[0], notes=("issuer.name_confusable",))
    assert make_report(noted, again).notes == ("issuer.name_confusable", "trust.creator_not_issuer")


def test_machine_form() -> None:
    """The shape that `skillmark verify --json` prints."""
    report = make_report(EXPIRED)
    written = report.to_json()
    assert list(written) == [
        "verdict",
        "headline",
        "verifiedAt",
        "required",
        "checks",
        "credential",
        "endorsements",
        "accreditations",
    ]
    assert written["accreditations"] == []
    assert written["verdict"] == "rejected"
    assert written["headline"] == "genuine_but"
    assert written["verifiedAt"] == "2026-11-22T09:00:00Z"
    assert written["required"] == [
        "decoding",
        "data_model",
        "schema",
        "proof",
        "issuer",
        "validity_period",
        "status",
    ]
    assert written["credential"] is None
    check = report.check(CheckName.VALIDITY_PERIOD).to_json()
    assert list(check) == [
        "name",
        "outcome",
        "code",
        "explanation",
        "nextStep",
        "spec",
        "problemType",
        "detail",
        "notes",
    ]
    assert (check["name"], check["outcome"], check["code"]) == ("validity_period", "failed", "validity.expired")


def test_a_passed_check_names_no_problem() -> None:
    """Only a failure or an open question has a problem type."""
    passed = make_report().check(CheckName.PROOF).to_json()
    assert passed["problemType"] is None
    assert str(CHANGED.to_json()["problemType"]).startswith("https://www.w3.org/TR/vc-data-model#")


def test_detail_cannot_be_changed_later() -> None:
    """What a check found is frozen."""
    detail = compose_passed(CheckName.DECODING, {"kind": "json"}).detail
    with pytest.raises(TypeError):
        detail["kind"] = "png"  # type: ignore[index]  # the claim under test


def test_claims_cannot_be_shown_without_a_proof() -> None:
    """A report with a credential in it and without a passed proof cannot be made."""
    world = IssuerSimulator()
    good = world.verify(world.add_issuer(IssuerIdKind.DID_KEY).issue())
    assert good.credential is not None
    checks = tuple(CHANGED if check.name is CheckName.PROOF else check for check in good.checks)
    with pytest.raises(ValueError, match="proof passed"):
        replace(good, checks=checks)


def test_sentences_in_both_languages() -> None:
    """A check speaks English and Spanish."""
    assert CHANGED.explain("en") != CHANGED.explain("es")


def test_w3c_form_of_a_verified_badge() -> None:
    """VCDM 2.0 §7.1: true, the document that was signed, its media type and whose key it was."""
    issuer = IssuerSimulator().add_issuer(IssuerIdKind.DID_KEY)
    result = issuer.world.verify(issuer.issue()).to_w3c()
    assert (result["status"], result["mediaType"], result["controller"]) == (True, "application/vc", issuer.id)
    assert result["document"] == issuer.compose_badge()
    assert result["errors"] == []


def test_w3c_form_of_a_changed_badge() -> None:
    """What is wrong has the W3C's problem type (VCDM 2.0 §7.2); nothing unproven is given on."""
    issuer = IssuerSimulator().add_issuer(IssuerIdKind.DID_KEY)
    signed = issuer.sign(issuer.compose_badge())
    result = issuer.world.verify({**signed, "name": "Another name"}).to_w3c()
    errors = result["errors"]
    assert isinstance(errors, list)
    assert isinstance(errors[0], dict)
    assert (result["status"], result["document"], result["controller"]) == (False, None, None)
    assert errors[0]["type"] == "https://www.w3.org/TR/vc-data-model#CRYPTOGRAPHIC_SECURITY_ERROR"
    assert errors[0]["code"] == "proof.signature_mismatch"


def test_w3c_form_names_remarks_as_warnings() -> None:
    """What does not decide stands under `warnings`."""
    unlisted = unknown(CheckName.TRUST, "trust.unknown")
    result = make_report(unlisted).to_w3c()
    warnings = result["warnings"]
    assert isinstance(warnings, list)
    assert [warning["code"] for warning in warnings if isinstance(warning, dict)] == ["trust.unknown"]
