"""From a signed badge to the report, in every form in which a worker can show it; all in memory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from credentials import bake_png, bake_svg, render_qr_png
from schemas import OrganizationKind
from tests.doubles.issuer_simulator import (
    IssuerIdKind,
    IssuerSimulator,
    SimulatedIssuer,
    compose_status_entry,
    compose_subject,
)
from verifier import CheckName, Headline, Outcome, TrustEntry, TrustList, Verdict

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"></svg>'
TRUST_LIST = TrustList(
    entries=(TrustEntry(name="Our college", domain="college.example.edu", kind=OrganizationKind.COLLEGE),)
)


@pytest.fixture
def issuer() -> SimulatedIssuer:
    issuer = IssuerSimulator().add_issuer()
    issuer.publish_status_list()
    return issuer


@pytest.mark.parametrize("secured", ["embedded", "token"])
@pytest.mark.parametrize("form", ["file", "text", "png", "svg", "svg_text", "qr_photo", "address"])
def test_every_form_shows_the_same_badge(issuer: SimulatedIssuer, form: str, secured: str) -> None:
    """What is shown comes from the signed bytes, whatever they were wrapped in."""
    issue = issuer.issue if secured == "embedded" else issuer.issue_jwt
    badge = issue(credentialStatus=compose_status_entry())
    address = "https://college.example.edu/b/abc.json"
    issuer.world.publish(address, badge)
    shown: dict[str, bytes | str] = {
        "file": badge,
        "text": f"\n  {badge.decode()}  \n",
        "png": bake_png(render_qr_png("https://college.example.edu/b/abc"), badge),
        "svg": bake_svg(SVG, badge),
        "svg_text": bake_svg(SVG, badge).decode(),
        "qr_photo": render_qr_png(badge.decode()),
        "address": address,
    }
    report = issuer.world.verify(shown[form], trust_list=TRUST_LIST)
    assert (report.verdict, report.headline) == (Verdict.VERIFIED, Headline.GENUINE)
    assert report.credential is not None
    assert report.credential.achievement.name == "CNC Mill Operator 1"
    assert [skill.name for skill in report.credential.skills] == ["Operation and Control"]
    assert [(check.name.value, check.code) for check in report.checks] == [
        ("decoding", "decoding.passed"),
        ("data_model", "data_model.passed"),
        ("schema", "schema.passed"),
        ("proof", "proof.passed"),
        ("issuer", "issuer.passed"),
        ("validity_period", "validity.passed"),
        ("status", "status.passed"),
        ("recipient", "recipient.not_asked"),
        ("refresh", "refresh.none"),
        ("endorsements", "endorsement.none"),
        ("trust", "trust.listed"),
    ]


def test_revoked_between_two_scans(issuer: SimulatedIssuer) -> None:
    """The same badge is genuine, then suspended, then genuine again, then revoked."""
    suspension_url = "https://college.example.edu/status/2"
    badge = issuer.issue(
        credentialStatus=[
            compose_status_entry(),
            compose_status_entry(url=suspension_url, purpose="suspension"),
        ]
    )
    codes = []
    for suspended, revoked in (((), ()), ((94567,), ()), ((), ()), ((), (94567,))):
        issuer.publish_status_list(url=suspension_url, purpose="suspension", set_indexes=suspended)
        issuer.publish_status_list(set_indexes=revoked)
        codes.append(issuer.world.verify(badge).check(CheckName.STATUS).code)
    assert codes == ["status.passed", "status.suspended", "status.passed", "status.revoked"]


def test_rotation_of_the_key_keeps_old_badges(issuer: SimulatedIssuer) -> None:
    """A badge outlives the key that signed it."""
    badge = issuer.issue()
    issuer.methods = [replace(issuer.method, expires=issuer.world.now)]
    issuer.publish_keys()
    assert issuer.world.verify(badge)


def test_claims_are_shown_only_from_under_the_signature(issuer: SimulatedIssuer) -> None:
    """When the signature does not hold, no claim reaches the report."""
    badge = issuer.issue().replace(b"CNC Mill Operator 1", b"Welding Engineer 99", 1)
    report = issuer.world.verify(badge)
    assert report.credential is None
    assert b"Welding" not in repr(report.to_json()).encode()


def test_a_name_alone_is_enough_for_the_subject() -> None:
    """A badge for somebody without e-mail or DID verifies (OB 3.0 App. B.1: id or identifier)."""
    issuer = IssuerSimulator().add_issuer(IssuerIdKind.DID_KEY)
    report = issuer.world.verify(issuer.issue(credentialSubject=compose_subject(id=None)), recipient="Robin Exampleson")
    assert report
    assert report.check(CheckName.RECIPIENT).outcome is Outcome.PASSED
