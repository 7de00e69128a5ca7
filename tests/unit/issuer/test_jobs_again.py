"""A second list for the same people: who gets a badge again, and who does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from issuer import (
    Roster,
    RosterRow,
    RowFate,
    job_outcomes,
    plan_roster,
)
from tests.doubles.ledgers import FORKLIFT, counts_of, find_faults, issue, make_roster

if TYPE_CHECKING:
    from issuer import IssuerProfile, Ledger


def test_same_list_again_issues_nothing(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A second job for the same people points at the badges that they have."""
    issue(ledger, issuer, make_roster(3), key="first")
    before = ledger.list_issued()
    again = issue(ledger, issuer, make_roster(3), key="second")
    assert (counts_of(again), again.already_issued) == ((3, 3, 0, 0), 3)
    assert ledger.list_issued() == before
    assert ledger.list_issued(again.job_id) == tuple(sorted(before, key=lambda issued: issued.recipient_name))


def test_longer_list_issues_only_the_new_rows(ledger: Ledger, issuer: IssuerProfile) -> None:
    """People who were added to a list get their badge; the others keep theirs."""
    issue(ledger, issuer, make_roster(3), key="first")
    before = {issued.slug for issued in ledger.list_issued()}
    again = issue(ledger, issuer, make_roster(5), key="second")
    assert (counts_of(again), again.already_issued) == ((5, 5, 0, 0), 3)
    assert {issued.slug for issued in ledger.list_issued()} > before
    assert len(ledger.list_issued()) == 5


def test_changed_details_do_not_touch_the_badge(ledger: Ledger, issuer: IssuerProfile) -> None:
    """The same person with another name is reported, and the badge stays as it is."""
    roster = make_roster(2)
    issue(ledger, issuer, roster, key="first")
    before = ledger.list_issued()
    changed = replace(roster, rows=(replace(roster.rows[0], name="Other Name"), roster.rows[1]))
    again = issue(ledger, issuer, changed, key="second")
    first, second = job_outcomes(ledger, again.job_id)
    assert (first.fate, [problem.code for problem in first.problems]) == (RowFate.DIFFERS, ["job.person_differs"])
    assert second.fate is RowFate.ALREADY_ISSUED
    assert ledger.list_issued() == before


def test_revoked_badge_is_not_issued_again_by_the_same_list(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A re-run does not undo a revocation."""
    issue(ledger, issuer, make_roster(1), key="first")
    ledger.revoke(ledger.list_issued()[0].id, reason="given to the wrong person", by="desk")
    again = issue(ledger, issuer, make_roster(1), key="second")
    (outcome,) = job_outcomes(ledger, again.job_id)
    assert (outcome.fate, [problem.code for problem in outcome.problems]) == (RowFate.REVOKED, ["job.person_revoked"])
    assert len(ledger.list_issued()) == 1


def test_mended_row_of_a_revoked_badge_gets_a_new_one(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Revoke, mend, issue again: one new badge; the old one stays revoked; every re-run adds nothing."""
    wrong = make_roster(2)
    issue(ledger, issuer, wrong, key="first")
    (old,) = [issued for issued in ledger.list_issued() if issued.recipient_name == wrong.rows[0].name]
    ledger.revoke(old.id, reason="The name was wrong.", by="desk")
    mended = replace(wrong, rows=(replace(wrong.rows[0], name="Right Name"), wrong.rows[1]))
    plan = plan_roster(ledger, mended, FORKLIFT, issuer_slug=issuer.slug)
    assert [(row.fate, [problem.code for problem in row.problems]) for row in plan] == [
        (RowFate.NEW, ["job.replaces_revoked"]),
        (RowFate.ALREADY_ISSUED, []),
    ]
    issue(ledger, issuer, mended, key="second")
    new = {issued.slug: issued for issued in ledger.list_issued()}
    assert sorted(issued.recipient_name for issued in new.values()) == [
        "Person Number 0", "Person Number 1", "Right Name",
    ]  # fmt: skip
    for key, roster, fates in (
        ("third", mended, [RowFate.ALREADY_ISSUED] * 2),
        ("fourth", wrong, [RowFate.DIFFERS, RowFate.ALREADY_ISSUED]),
    ):
        again = issue(ledger, issuer, roster, key=key)
        assert [row.fate for row in job_outcomes(ledger, again.job_id)] == fates
    assert {issued.slug for issued in ledger.list_issued()} == set(new)
    assert [issued.slug for issued in ledger.list_issued() if issued.revoked] == [old.slug]
    assert find_faults(ledger) == set()


def test_content_that_was_revoked_once_stays_revoked(ledger: Ledger, issuer: IssuerProfile) -> None:
    """After two revoked badges neither of the two lists comes back; a third wording does."""
    first = make_roster(1)
    rows = [replace(first.rows[0], name=name) for name in ("Ana One", "Ana Two", "Ana Three")]
    rosters = [replace(first, rows=(row,)) for row in rows]
    for roster in rosters[:2]:
        issue(ledger, issuer, roster, key=roster.rows[0].name)
        (badge,) = [issued for issued in ledger.list_issued() if not issued.revoked]
        ledger.revoke(badge.id, reason="wrong", by="desk")
    fates = [plan_roster(ledger, roster, FORKLIFT, issuer_slug=issuer.slug)[0].fate for roster in rosters]
    assert fates == [RowFate.REVOKED, RowFate.REVOKED, RowFate.NEW]
    issue(ledger, issuer, rosters[2], key="third")
    assert len(ledger.list_issued()) == 3
    assert find_faults(ledger) == set()


def test_doctor_finds_a_second_badge_beside_one_in_force(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A replacement whose forerunner is not revoked is a doubled badge."""
    roster = make_roster(1)
    issue(ledger, issuer, roster, key="first")
    ledger.revoke(ledger.list_issued()[0].id, reason="wrong", by="desk")
    issue(ledger, issuer, replace(roster, rows=(replace(roster.rows[0], name="Right Name"),)), key="second")
    with ledger.database.write() as connection:
        for name in connection.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(sa.text(f'DROP TRIGGER "{name}"'))
        connection.execute(sa.text("DELETE FROM status_changes"))
    assert ("I2", "doctor.badge_doubled") in find_faults(ledger)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"email": ""}, {"email": "ana@example.org"}),
        ({"email": "ana@example.org"}, {"email": ""}),
        ({"email": ""}, {"email": "", "person_id": "E-7"}),
        ({"email": "", "person_id": "E-7"}, {"email": ""}),
        ({"email": "ana@example.org"}, {"email": "ana@example.org", "person_id": "E-7"}),
        ({"email": "ana@example.org", "person_id": "E-7"}, {"email": "ana@example.org"}),
    ],
)
def test_person_told_of_in_more_detail_gets_no_second_badge(
    ledger: Ledger, issuer: IssuerProfile, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """The same name and day with an e-mail address or a number added or left out is the same award."""
    row = RosterRow(number=2, name="Ana Núñez", awarded_on=date(2026, 11, 20))
    issue(ledger, issuer, Roster(rows=(replace(row, **before),), problems=()), key="first")
    more = Roster(rows=(replace(row, name="ANA NUNEZ", **after),), problems=())
    assert plan_roster(ledger, more, FORKLIFT, issuer_slug=issuer.slug)[0].fate is RowFate.DIFFERS
    again = issue(ledger, issuer, more, key="second")
    assert [outcome.fate for outcome in job_outcomes(ledger, again.job_id)] == [RowFate.DIFFERS]
    assert len(ledger.list_issued()) == 1
    assert find_faults(ledger) == set()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"email": "ana@example.org"}, {"email": "ana.n@example.com"}),
        ({"email": ""}, {"email": "ana@example.org", "awarded_on": date(2026, 11, 21)}),
        ({"person_id": "E-7"}, {"email": "ana@example.org"}),
    ],
)
def test_two_people_of_one_name_stay_two(
    ledger: Ledger, issuer: IssuerProfile, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """Other e-mail addresses, or another day, are another award."""
    row = RosterRow(number=2, name="Ana Núñez", awarded_on=date(2026, 11, 20))
    issue(ledger, issuer, Roster(rows=(replace(row, **before),), problems=()), key="first")
    issue(ledger, issuer, Roster(rows=(replace(row, **after),), problems=()), key="second")
    assert len(ledger.list_issued()) == 2


def test_two_rows_of_one_person_get_one_badge(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A person who stands twice in a list is issued once; with other details the second row is reported."""
    row = make_roster(1).rows[0]
    rows = (row, replace(row, number=3), replace(row, number=4, license_number="L-1"))
    progress = issue(ledger, issuer, Roster(rows=rows, problems=()))
    assert [outcome.fate for outcome in job_outcomes(ledger, progress.job_id)] == [
        RowFate.NEW,
        RowFate.ALREADY_ISSUED,
        RowFate.DIFFERS,
    ]
    assert len(ledger.list_issued()) == 1


def test_people_are_looked_for_by_their_address(ledger: Ledger) -> None:
    """Looking for somebody among the badges of a course reads no badge of anybody else."""
    query = (
        "EXPLAIN QUERY PLAN SELECT slug, recipient_name FROM planned WHERE issuer_slug = 'a' AND "
        "achievement_slug = 'b' AND job_id != 'c' AND recipient_email IN ('d', 'e')"
    )
    with ledger.database.read() as connection:
        (step,) = connection.exec_driver_sql(query)
    assert step.detail == (
        "SEARCH planned USING INDEX planned_by_email (issuer_slug=? AND achievement_slug=? AND recipient_email=?)"
    )
