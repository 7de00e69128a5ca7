"""Corrections and renewals: one badge in the place of another, in one step."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from issuer import (
    CORRECTED_REASON,
    BadgeEdit,
    Replacement,
    Roster,
    RowFate,
    SuccessorKind,
    correct_roster,
    plan_correction,
    plan_renewal,
    plan_roster,
    plan_roster_corrections,
    replace_badge,
)
from schemas import LedgerError
from tests.doubles.ledgers import FORKLIFT, SetClock, find_faults, issue, make_issuer, make_roster, open_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from issuer import IssuedCredential, IssuerProfile, Ledger


class Shop:
    """A ledger with one class of three who have a badge each."""

    def __init__(self, folder: Path) -> None:
        self.clock = SetClock()
        self.ledger: Ledger = open_ledger(folder, self.clock)
        self.issuer: IssuerProfile = make_issuer(self.ledger)
        self.roster = make_roster(3)
        self.job = issue(self.ledger, self.issuer, self.roster)
        self.badges: tuple[IssuedCredential, ...] = self.ledger.list_issued(self.job.job_id)

    def correct(self, place: int = 0, **edit: object) -> str:
        planned = plan_correction(self.ledger, self.badges[place].slug, BadgeEdit(**edit))  # type: ignore[arg-type]
        assert planned.problems == ()
        return replace_badge(self.ledger, planned.replacement, by="desk")

    def find(self, slug: str) -> IssuedCredential:
        found = self.ledger.find_published(slug)
        assert found is not None
        return found

    def fates(self, roster: Roster) -> list[RowFate]:
        rows = plan_roster(self.ledger, roster, FORKLIFT, issuer_slug=self.issuer.slug)
        return [row.fate for row in rows]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path)
    yield made
    made.ledger.database.close()


def test_corrected_name_stands_in_the_new_badge_and_the_old_one_is_revoked(shop: Shop) -> None:
    """One step issues the right badge, revokes the wrong one with its reason, and links the two."""
    newer = shop.correct(name="Persona Número Cero")
    old, new = shop.find(shop.badges[0].slug), shop.find(newer)
    assert (old.revoked, old.reason, old.original) == (True, CORRECTED_REASON, shop.badges[0].original)
    assert (new.revoked, new.recipient_name) == (False, "Persona Número Cero")
    link = shop.ledger.find_newer(old.slug)
    assert link is not None
    assert (link.newest_slug, link.kind) == (newer, SuccessorKind.CORRECTED)
    assert find_faults(shop.ledger) == set()


def test_corrected_badge_keeps_person_day_and_end(shop: Shop) -> None:
    """A correction a year later does not make the badge hold longer, and tells of the same subject."""
    shop.clock.advance(timedelta(days=365))
    new = shop.find(shop.correct(email="right@example.org"))
    assert new.valid_until == shop.badges[0].valid_until
    old_subject, new_subject = (
        json.loads(badge.json_bytes)["credentialSubject"]["id"] for badge in (shop.badges[0], new)
    )
    assert new_subject == old_subject


def test_list_as_it_was_issues_nothing_again_after_a_corrected_address(shop: Shop) -> None:
    """The wrong list is known as taken back, the right one as issued: nobody gets a second badge."""
    shop.correct(email="right@example.org")
    right = replace(shop.roster.rows[0], email="right@example.org")
    assert shop.fates(shop.roster)[0] is RowFate.REVOKED
    assert shop.fates(Roster(rows=(right,), problems=())) == [RowFate.ALREADY_ISSUED]


def test_badge_is_corrected_once(shop: Shop) -> None:
    """The second correction of the same badge is refused and names the newest."""
    newer = shop.correct(name="Right Name")
    with pytest.raises(LedgerError) as caught:
        shop.correct(name="Other Name")
    assert caught.value.code == "correction.has_newer"
    assert caught.value.detail["newest"] == newer


def test_chain_of_corrections_leads_to_its_end(shop: Shop) -> None:
    """After two corrections, back to the first words, both older badges lead to the third."""
    second = shop.correct(email="b@example.org")
    planned = plan_correction(shop.ledger, second, BadgeEdit(email="person0@example.org"))
    third = replace_badge(shop.ledger, planned.replacement, by="desk")
    newest = [shop.ledger.find_newer(slug) for slug in (shop.badges[0].slug, second, third)]
    assert [link and link.newest_slug for link in newest] == [third, third, None]
    assert find_faults(shop.ledger) == set()


def test_correction_to_somebody_elses_address_is_refused(shop: Shop) -> None:
    """Two badges in force for one person and day never come about."""
    with pytest.raises(LedgerError) as caught:
        shop.correct(email="person1@example.org")
    assert caught.value.code == "correction.person_has_badge"
    assert not shop.find(shop.badges[0].slug).revoked


def test_correction_without_a_change_is_refused(shop: Shop) -> None:
    """Nothing is issued or revoked when the words are the same."""
    with pytest.raises(LedgerError) as caught:
        shop.correct(name=shop.badges[0].recipient_name)
    assert caught.value.code == "correction.same"
    assert shop.ledger.count_issued() == 3


@pytest.mark.parametrize(("change", "code"), [("revoke", "correction.revoked"), ("suspend", "correction.suspended")])
def test_badge_out_of_force_is_not_corrected(shop: Shop, change: str, code: str) -> None:
    """A correction would bring into force what was taken back."""
    getattr(shop.ledger, change)(shop.badges[0].id, reason="A test.", by="desk")
    with pytest.raises(LedgerError) as caught:
        shop.correct(name="Right Name")
    assert caught.value.code == code


def test_wrong_words_are_problems_and_nothing_else(shop: Shop) -> None:
    """An address that is none is named with its code; nothing is planned with it."""
    planned = plan_correction(shop.ledger, shop.badges[0].slug, BadgeEdit(email="no address", name=" "))
    assert [problem.code for problem in planned.problems] == ["roster.name_missing", "roster.email_invalid"]
    assert planned.changes == ()


def test_changes_are_named_before_they_are_made(shop: Shop) -> None:
    """The plan tells what stands there now and what would, and issues nothing."""
    planned = plan_correction(
        shop.ledger, shop.badges[0].slug, BadgeEdit(name="Right Name", awarded_on=date(2026, 11, 3))
    )
    assert [(change.part, change.before, change.after) for change in planned.changes] == [
        ("name", "Person Number 0", "Right Name"),
        ("awarded_on", "", "2026-11-03"),
    ]
    assert shop.ledger.count_issued() == 3


def test_bundle_of_the_class_has_the_corrected_badge(shop: Shop) -> None:
    """Whoever asks for the badges of a class gets the right one in the place of the wrong one."""
    newer = shop.correct(1, name="Right Name")
    slugs = [badge.slug for badge in shop.ledger.list_issued(shop.job.job_id)]
    assert slugs == [shop.badges[0].slug, newer, shop.badges[2].slug]


def test_list_with_other_details_is_corrected_row_by_row(shop: Shop) -> None:
    """Of a list that is sent again only those who differ get another badge; sent once more it changes nothing."""
    rows = (replace(shop.roster.rows[0], name="Right Zero"), shop.roster.rows[1], shop.roster.rows[2])
    roster = Roster(rows=rows, problems=())
    assert len(plan_roster_corrections(shop.ledger, roster, FORKLIFT, issuer_slug=shop.issuer.slug)) == 1
    after = correct_roster(shop.ledger, roster, FORKLIFT, issuer_slug=shop.issuer.slug, by="desk")
    assert {row.fate for row in after} == {RowFate.ALREADY_ISSUED}
    assert shop.ledger.count_issued() == 4
    correct_roster(shop.ledger, roster, FORKLIFT, issuer_slug=shop.issuer.slug, by="desk")
    assert shop.ledger.count_issued() == 4
    assert find_faults(shop.ledger) == set()


def test_renewal_leaves_the_older_badge_as_it_is(shop: Shop) -> None:
    """The same person and course with a new day and end; the older badge holds on and points to the newer one."""
    shop.clock.advance(timedelta(days=1_000))
    old = shop.badges[0]
    planned = plan_renewal(shop.ledger, old.slug, BadgeEdit(), today=shop.clock().date())
    new = shop.find(replace_badge(shop.ledger, planned.replacement, by="desk"))
    assert not shop.find(old.slug).revoked
    assert old.valid_until is not None
    assert new.valid_until is not None
    assert new.valid_until - old.valid_until > timedelta(days=990)
    link = shop.ledger.find_newer(old.slug)
    assert link is not None
    assert (link.newest_slug, link.kind) == (new.slug, SuccessorKind.RENEWED)
    assert find_faults(shop.ledger) == set()


def test_renewal_for_the_day_of_a_badge_that_is_there_is_refused(shop: Shop) -> None:
    """Two renewals of one day would be two badges for one award."""
    today = shop.clock().date()
    slug = shop.badges[0].slug
    first = replace_badge(shop.ledger, plan_renewal(shop.ledger, slug, BadgeEdit(), today=today).replacement, by="desk")
    again = plan_renewal(shop.ledger, first, BadgeEdit(), today=today).replacement
    with pytest.raises(LedgerError) as caught:
        replace_badge(shop.ledger, again, by="desk")
    assert caught.value.code == "correction.person_has_badge"


def test_two_corrections_at_once_make_one_badge(shop: Shop) -> None:
    """Of two desks that correct the same badge at the same moment one is told that there is a newer one."""
    planned = [
        plan_correction(shop.ledger, shop.badges[0].slug, BadgeEdit(name=name)).replacement for name in ("One", "Other")
    ]
    codes: list[str] = []

    def run(replacement: Replacement) -> None:
        try:
            replace_badge(shop.ledger, replacement, by="desk")
        except LedgerError as error:
            codes.append(error.code)

    threads = [threading.Thread(target=run, args=(replacement,)) for replacement in planned]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == ["correction.has_newer"]
    assert shop.ledger.count_issued() == 4
    assert find_faults(shop.ledger) == set()
