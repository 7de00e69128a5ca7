"""Presentations and learner records: whatever stands in them, there is a report and never an exception."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keys import OfflineFetcher
from schemas import encode_json
from tests.doubles.holders import CHALLENGE, DOMAIN, Holder
from tests.doubles.issuer_simulator import NOW, IssuerIdKind, IssuerSimulator
from tests.doubles.learner_records import compose_record, issue_badges
from verifier import CredentialSetReport, VerificationContext, verify_any, verify_presentation

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

CONTEXT = VerificationContext(now=NOW, fetcher=OfflineFetcher())
ISSUER = IssuerSimulator().add_issuer(IssuerIdKind.DID_KEY)
HOLDER = Holder()
SHOWN = HOLDER.show([HOLDER.earn(ISSUER)])
RECORD = ISSUER.sign(compose_record(ISSUER, issue_badges(ISSUER, 1)))
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from([HOLDER.id, "data:,x"])
WORDS = st.sampled_from(["id", "type", "proof", "verifiableCredential", "@context"]) | st.text(max_size=8)
VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3)
)
MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _verify_shown(document: JsonObject) -> CredentialSetReport:
    return verify_presentation(
        encode_json(document), context=CONTEXT, expected_challenge=CHALLENGE, expected_domain=DOMAIN
    )


def test_untouched_ones_hold() -> None:
    """The two that are changed below are good ones, so that a change is what makes them fail."""
    assert _verify_shown(SHOWN)
    assert verify_any(encode_json(RECORD), context=CONTEXT)


@MANY
@given(st.sampled_from(sorted(SHOWN)), VALUES)
def test_changed_presentation(member: str, value: JsonValue) -> None:
    """Another value for any member: a report, and never a good one."""
    report = _verify_shown(SHOWN | {member: value})
    json.dumps(report.to_json())
    assert not report or value == SHOWN[member]


@MANY
@given(st.sampled_from(sorted(RECORD)), VALUES)
def test_changed_record(member: str, value: JsonValue) -> None:
    """Another value for any member: a report, and never a good one."""
    report = verify_any(encode_json(RECORD | {member: value}), context=CONTEXT)
    json.dumps(report.to_json())
    assert not report or value == RECORD[member]


@MANY
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Random bytes, as a presentation and as anything."""
    assert not verify_presentation(data, context=CONTEXT)
    assert not verify_any(data, context=CONTEXT)
