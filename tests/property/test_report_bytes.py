"""A report is written as bytes in one way only: what `to_json` gives, as the writer of JSON writes it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import OfflineFetcher
from schemas import all_codes, encode_json
from tests.doubles import sample_badges
from tests.property.test_plain_json import LEAVES, NAMES
from tests.web.showroom import EXHIBITS, open_showroom
from verifier import (
    MUST_PASS,
    Check,
    CheckName,
    Outcome,
    VerificationContext,
    VerificationReport,
    verify_presented,
    write_report,
)

if TYPE_CHECKING:
    from pathlib import Path

    from schemas import JsonObject

CODES = st.sampled_from(sorted(all_codes()))
DETAILS: st.SearchStrategy[JsonObject] = st.just({}) | st.dictionaries(
    NAMES, LEAVES | st.lists(LEAVES, max_size=2), max_size=3
)


@st.composite
def reports(draw: st.DrawFn) -> VerificationReport:
    """Any outcome of any check, with any words of ours and any facts of a badge."""
    said = draw(
        st.lists(
            st.tuples(st.sampled_from(Outcome), CODES, DETAILS, st.lists(CODES, max_size=2)), min_size=1, max_size=3
        )
    )
    checks = []
    for place, name in enumerate(CheckName):
        outcome, code, detail, notes = said[place % len(said)]
        checks.append(Check(name=name, outcome=outcome, code=code, detail=detail, notes=tuple(notes)))
    required = MUST_PASS | draw(st.frozensets(st.sampled_from(CheckName)))
    return VerificationReport(checks=tuple(checks), required=required, verified_at=datetime(2026, 11, 22, tzinfo=UTC))


@given(reports())
def test_any_report(report: VerificationReport) -> None:
    """Whatever the checks say."""
    assert write_report(report) == encode_json(report.to_json())


@given(DETAILS, DETAILS)
def test_facts_of_one_badge_do_not_stay(first: JsonObject, second: JsonObject) -> None:
    """What is kept of a check holds nothing that a badge said."""
    for detail in (first, second):
        checks = tuple(
            Check(name=name, outcome=Outcome.FAILED, code="proof.signature_mismatch", detail=detail)
            for name in CheckName
        )
        report = VerificationReport(checks=checks, verified_at=datetime(2026, 11, 22, tzinfo=UTC))
        assert write_report(report) == encode_json(report.to_json())


@pytest.mark.parametrize(
    "text", ["3", "0.5", "1e-5", "1e-05", "0.00001", "1E-5", "0.0", "-0.0", "1e2", "2.5e-6", "1e15"]
)
def test_numbers_are_spelled_in_one_way(text: str) -> None:
    """A badge that holds may spell a number as it likes; the report spells it as the writer of JSON does."""
    badge = sample_badges.small_badge()
    subject = badge["credentialSubject"]
    assert isinstance(subject, dict)
    achievement = subject["achievement"]
    assert isinstance(achievement, dict)
    number = json.loads(text)
    achievement["creditsAvailable"] = number
    member = b'"creditsAvailable":%b'
    signed = sample_badges.sign(badge).original.replace(member % encode_json(number), member % text.encode())
    context = VerificationContext(now=datetime(2026, 12, 1, tzinfo=UTC), fetcher=OfflineFetcher())
    report = verify_presented(signed, context=context)
    assert report
    assert member % json.dumps(number).encode() in write_report(report)
    assert write_report(report) == encode_json(report.to_json())


@pytest.mark.parametrize("name", EXHIBITS)
def test_reports_on_badges(tmp_path: Path, name: str) -> None:
    """With the badge, its endorsements and its accreditations in it."""
    room = open_showroom(tmp_path)
    context = VerificationContext(now=room.clock.now, fetcher=room.world)
    report = verify_presented(EXHIBITS[name](room), context=context)
    room.database.close()
    assert write_report(report) == encode_json(report.to_json())
