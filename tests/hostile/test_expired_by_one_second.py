"""A badge whose time has run out, to the second; the clocks may differ by 120 seconds and no more."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.doubles.issuer_simulator import NOW, IssuerSimulator, format_moment
from tests.doubles.proofs import compose_proof_options, sign_with_options
from tests.doubles.tokens import compose_claims, forge_token
from verifier import CheckName, Headline

UNTIL = datetime.fromisoformat("2026-11-20T09:00:00+00:00")


@pytest.mark.parametrize("form", ["embedded", "token"])
@pytest.mark.parametrize(
    ("seconds_after_the_end", "code"), [(-1, "validity.passed"), (120, "validity.passed"), (121, "validity.expired")]
)
def test_end_is_judged_by_the_clock(form: str, seconds_after_the_end: int, code: str) -> None:
    """One second beyond the allowance the badge has expired, and is still called genuine."""
    world = IssuerSimulator()
    issuer = world.add_issuer()
    issue = issuer.issue if form == "embedded" else issuer.issue_jwt
    badge = issue(validUntil=format_moment(UNTIL))
    report = world.verify(badge, now=UNTIL + timedelta(seconds=seconds_after_the_end))
    assert report.check(CheckName.VALIDITY_PERIOD).code == code
    assert report.headline is (Headline.GENUINE if code == "validity.passed" else Headline.GENUINE_BUT)


def test_the_report_names_the_allowance() -> None:
    """What was compared stands in the report."""
    world = IssuerSimulator()
    badge = world.add_issuer().issue(validUntil=format_moment(UNTIL))
    assert dict(world.verify(badge).check(CheckName.VALIDITY_PERIOD).detail) == {
        "validFrom": "2026-11-01T09:00:00Z",
        "validUntil": "2026-11-20T09:00:00Z",
        "checkedAt": "2026-11-22T09:00:00Z",
        "skewSeconds": 120,
    }


def test_token_that_ends_before_its_credential() -> None:
    """Corpus B 42: `exp` has passed, `validUntil` has not."""
    world = IssuerSimulator()
    issuer = world.add_issuer()
    document = issuer.compose_badge(validUntil=format_moment(NOW + timedelta(days=90)))
    claims = compose_claims(document) | {"exp": int((NOW - timedelta(days=1)).timestamp())}
    token = forge_token({"alg": "EdDSA", "kid": issuer.method_id}, claims, signer=issuer.signer)
    assert world.verify(token).check(CheckName.VALIDITY_PERIOD).code == "validity.expired"


@pytest.mark.parametrize("until", [None, format_moment(NOW + timedelta(days=90))])
def test_page_shows_the_end_of_the_token(until: str | None) -> None:
    """`exp` alone, or before `validUntil`, is the date that the page shows."""
    world = IssuerSimulator()
    issuer = world.add_issuer()
    claims = compose_claims(issuer.compose_badge(validUntil=until))
    token = forge_token(
        {"alg": "EdDSA", "kid": issuer.method_id},
        claims | {"exp": int((NOW + timedelta(days=1)).timestamp())},
        signer=issuer.signer,
    )
    credential = world.verify(token).credential
    assert credential is not None
    assert credential.valid_until == NOW + timedelta(days=1)


@pytest.mark.parametrize(("expires", "code"), [(NOW, "proof.expired"), (NOW + timedelta(seconds=1), "proof.passed")])
def test_embedded_proof_that_has_run_out(expires: datetime, code: str) -> None:
    """A proof with an end of its own is no proof from then on (VC-DATA-INTEGRITY 1.0 §2.1)."""
    world = IssuerSimulator()
    issuer = world.add_issuer()
    options = compose_proof_options(issuer.method_id, expires=format_moment(expires))
    badge = sign_with_options(issuer.compose_badge(), options, signer=issuer.signer)
    assert world.verify(badge).check(CheckName.PROOF).code == code
