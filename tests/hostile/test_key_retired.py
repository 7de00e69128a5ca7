"""T-23: a key that the issuer has put away signs again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.doubles.issuer_simulator import NOW, IssuerSimulator, SimulatedIssuer, format_moment
from verifier import CheckName, Verdict

# The simulator's embedded proofs are made 20 days before NOW.
SIGNED_AT = NOW - timedelta(days=20)


@pytest.fixture
def issuer() -> SimulatedIssuer:
    return IssuerSimulator().add_issuer()


@pytest.mark.parametrize("member", ["expires", "revoked"])
@pytest.mark.parametrize(
    ("end", "verdict", "code"),
    [
        (SIGNED_AT + timedelta(seconds=1), Verdict.VERIFIED, "issuer.passed"),
        (SIGNED_AT, Verdict.REJECTED, "issuer.key_retired"),
        (SIGNED_AT - timedelta(days=300), Verdict.REJECTED, "issuer.key_retired"),
    ],
)
def test_embedded_proof(issuer: SimulatedIssuer, member: str, end: datetime, verdict: Verdict, code: str) -> None:
    """A badge signed before the end stays good; one signed at the end or later is not the issuer's."""
    ends = {"expires": None, "revoked": None} | {member: end}
    issuer.methods = [replace(issuer.method, expires=ends["expires"], revoked=ends["revoked"])]
    issuer.publish_keys()
    report = issuer.world.verify(issuer.issue())
    assert (report.verdict, report.check(CheckName.ISSUER).code) == (verdict, code)


def test_token_is_dated_by_its_start(issuer: SimulatedIssuer) -> None:
    """A token without `iat` counts as signed at `validFrom`, here 1 November."""
    end = NOW - timedelta(days=10)
    issuer.methods = [replace(issuer.method, expires=end)]
    issuer.publish_keys()
    assert issuer.world.verify(issuer.issue_jwt())
    late = issuer.issue_jwt(validFrom=format_moment(end + timedelta(hours=1)))
    assert issuer.world.verify(late).check(CheckName.ISSUER).code == "issuer.key_retired"


def test_new_key_beside_the_retired_one(issuer: SimulatedIssuer) -> None:
    """After a rotation the old badge and the new badge both verify."""
    old_badge = issuer.issue()
    successor = issuer.world.add_issuer(host="other.example.edu")
    new_method = replace(successor.method, id=f"{issuer.id}#key-2", controller=issuer.id)
    issuer.methods = [replace(issuer.method, expires=NOW - timedelta(days=1)), new_method]
    issuer.publish_keys()
    assert issuer.world.verify(old_badge)
    assert issuer.world.verify(issuer.issue(method_id=new_method.id, signer=successor.signer))
