"""Open Badges 2.0: whatever stands in its documents, there is a report, and no changed copy is ever genuine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import encode_json
from tests.doubles.issuer_simulator import IssuerSimulator
from tests.doubles.old_badges import OldIssuer, sign_rs256
from verifier import CheckName, Outcome, Verdict

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue
    from verifier import VerificationReport

MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=20)
    | st.sampled_from(
        ["https://[", "https://badges.example.edu/issuers/7", "hosted", "Assertion", "2026-13-01", "did:x"]
    )
)
VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
PARTS = st.sampled_from(["hosted", "achievement", "profile", "key", "list"])
# What only the issuer's site can say, or what says nothing about the badge.
NOT_COMPARED = {"@context", "badge", "revoked"}


def _insist(report: VerificationReport) -> None:
    json.dumps(report.to_json())
    assert len(report.checks) == len(CheckName)
    assert (report.credential is not None) == (report.check(CheckName.PROOF).outcome is Outcome.PASSED)


@MANY
@given(PARTS, st.data(), VALUES)
def test_any_member_of_any_document(part: str, data: st.DataObject, value: JsonValue) -> None:
    """A site that serves anything in any place still gives a report, for hosted and signed badges."""
    world = IssuerSimulator()
    issuer = OldIssuer(world=world)
    document: JsonObject = getattr(issuer, f"compose_{part}")()
    address = str(document["id"])
    member = data.draw(st.sampled_from(sorted(document)))
    world.publish(address, document | {member: value})
    _insist(world.verify(encode_json(issuer.compose_hosted())))
    _insist(world.verify(issuer.issue_signed()))


@MANY
@given(st.data(), VALUES)
def test_changed_copy(data: st.DataObject, value: JsonValue) -> None:
    """A copy with another value for any member that is compared is never genuine."""
    world = IssuerSimulator()
    issuer = OldIssuer(world=world)
    document = json.loads(issuer.issue_hosted())
    member = data.draw(st.sampled_from(sorted(document.keys() - NOT_COMPARED)))
    report = world.verify(document | {member: value})
    _insist(report)
    assert report.verdict is not Verdict.VERIFIED or value == document[member]


@MANY
@given(VALUES)
def test_signed_anything(value: JsonValue) -> None:
    """Anything at all under a signature gives a report."""
    world = IssuerSimulator()
    OldIssuer(world=world)
    _insist(world.verify(sign_rs256({"@context": "https://w3id.org/openbadges/v2", "type": "Assertion", "id": value})))
    _insist(world.verify(sign_rs256(value)))
