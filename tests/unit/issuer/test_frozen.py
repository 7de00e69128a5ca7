"""Rows and plans in the ledger come back as they went in."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from issuer import PlannedCredential, ProofChoice, RosterProblem, RosterRow, RowResult, StatusSlot
from issuer.award_dates import add_months
from issuer.frozen import (
    encode_plan,
    encode_problems,
    encode_row,
    is_intact,
    load_plan,
    load_problems,
    load_row,
)

ROWS = [
    RosterRow(number=2, name="Ana Invented"),
    RosterRow(
        number=999,
        name='Zoë \u202e "quoted" 李 \U0001f600',
        email="a@example.org",
        person_id="00012",
        awarded_on=date(2026, 2, 28),
        results=(RowResult(description_key="score", value="91"), RowResult(description_key="r", level="solo")),
        evidence_url="https://example.org/?a=1&b=2",
        evidence_note="line\nbreak",
        license_number="=1",
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=["bare", "full"])
def test_row_comes_back_equal(row: RosterRow) -> None:
    """Nothing of a row is lost or changed."""
    assert load_row(encode_row(row)) == row


@pytest.mark.parametrize("valid_until", [None, datetime(2029, 1, 1, tzinfo=UTC)])
def test_plan_comes_back_equal(valid_until: datetime | None) -> None:
    """Nothing of a plan is lost or changed, so that a resumed row gives the same bytes."""
    plan = PlannedCredential(
        id="http://127.0.0.1:8000/b/s",
        slug="s",
        subject_id="urn:uuid:0",
        salt="salt",
        key_id="did:key:z#z",
        valid_from=datetime(2026, 11, 22, 9, 0, 0, tzinfo=UTC),
        valid_until=valid_until,
        awarded_on=valid_until,
        created=datetime(2026, 11, 22, 9, 0, 1, tzinfo=UTC),
        status_entries=(StatusSlot("revocation", "http://127.0.0.1:8000/status/1", 7),),
        proof=ProofChoice.BOTH,
    )
    assert load_plan(encode_plan(plan)) == plan


def test_problems_come_back_equal() -> None:
    """Nothing of a problem is lost or changed."""
    problems = (
        RosterProblem(row=3, column="Date", code="roster.date", value="32.13."),
        RosterProblem(row=3, column="", code="x"),
    )
    assert load_problems(encode_problems(problems)) == problems


def test_bytes_are_intact_only_with_their_digest() -> None:
    """Other bytes, a text, or no bytes at all are not intact."""
    digest = bytes.fromhex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")  # FIPS 180-2, "abc"
    assert is_intact(b"abc", digest)
    assert not any(is_intact(content, digest) for content in (b"abd", "abc", None))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 22), 36, date(2029, 11, 22)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_months_end_on_a_day_that_there_is(day: date, months: int, expected: date) -> None:
    """The same day of a later month, or the last one when the month is shorter."""
    assert add_months(day, months) == expected
