"""A report is written as bytes in one way only: what `to_json` gives, as the writer of JSON writes it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import all_codes, encode_json
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


@pytest.mark.parametrize("name", EXHIBITS)
def test_reports_on_badges(tmp_path: Path, name: str) -> None:
    """With the badge, its endorsements and its accreditations in it."""
    room = open_showroom(tmp_path)
    context = VerificationContext(now=room.clock.now, fetcher=room.world)
    report = verify_presented(EXHIBITS[name](room), context=context)
    room.database.close()
    assert write_report(report) == encode_json(report.to_json())
