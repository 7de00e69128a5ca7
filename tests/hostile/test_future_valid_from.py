"""A badge that starts to count later; the clocks may differ by 120 seconds and no more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.doubles.issuer_simulator import NOW, IssuerSimulator, format_moment
from tests.doubles.tokens import forge_token
from verifier import CheckName, Headline


@pytest.mark.parametrize("form", ["embedded", "token"])
@pytest.mark.parametrize(
    ("seconds_ahead", "code"),
    [(0, "validity.passed"), (120, "validity.passed"), (121, "validity.not_yet_valid")],
)
def test_start_is_judged_by_the_clock(form: str, seconds_ahead: int, code: str) -> None:
    """A badge from the future is genuine but not in force."""
    world = IssuerSimulator()
    issuer = world.add_issuer()
    issue = issuer.issue if form == "embedded" else issuer.issue_jwt
    report = world.verify(issue(validFrom=format_moment(NOW + timedelta(seconds=seconds_ahead))))
    assert report.check(CheckName.VALIDITY_PERIOD).code == code
    assert report.headline is (Headline.GENUINE if code == "validity.passed" else Headline.GENUINE_BUT)


@pytest.mark.parametrize(
    ("claim", "seconds", "code"),
    [
        ("nbf", 120, "validity.passed"),
        ("nbf", 121, "validity.not_yet_valid"),
        ("exp", -120, "validity.passed"),
        ("exp", -121, "validity.expired"),
    ],
)
def test_token_with_dates_of_its_own(claim: str, seconds: int, code: str) -> None:
    """VC-JOSE-COSE 1.0 §3.1.3: `nbf` and `exp` of a vc+jwt narrow the dates of the badge, and need not repeat them."""
    world = IssuerSimulator()
    issuer = world.add_issuer()
    header = {"alg": "EdDSA", "kid": issuer.method_id, "typ": "vc+jwt"}
    payload = {**issuer.compose_badge(), claim: int(NOW.timestamp()) + seconds}
    report = world.verify(forge_token(header, payload, signer=issuer.signer))
    assert report.check(CheckName.PROOF).code == "proof.passed"
    assert report.check(CheckName.VALIDITY_PERIOD).code == code
