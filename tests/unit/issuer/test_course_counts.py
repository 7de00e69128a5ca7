"""How a course goes: each number counts what it says, and nobody is followed."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from issuer import BadgeEdit, Ledger, plan_correction, plan_renewal, replace_badge
from issuer.course_counts import count_badge_views, read_course_counts
from tests.doubles.ledgers import FORKLIFT, SetClock, find_faults, issue, make_roster

if TYPE_CHECKING:
    from issuer import IssuerProfile

SLUG = FORKLIFT.slug


def _wait_for_writers() -> None:
    for thread in threading.enumerate():
        if thread.name == "badge-views":
            thread.join()


def test_badges_are_counted_once(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A corrected badge is one badge; revoked and suspended ones are among those that were issued."""
    issue(ledger, issuer, make_roster(4))
    badges = ledger.list_issued()
    planned = plan_correction(ledger, badges[0].slug, BadgeEdit(name="Right Name"))
    replace_badge(ledger, planned.replacement, by="desk")
    ledger.revoke(badges[1].id, "A test.", "desk")
    ledger.suspend(badges[2].id, "A test.", "desk")
    counts = read_course_counts(ledger, SLUG)
    assert (counts.issued, counts.revoked, counts.suspended) == (4, 1, 1)


def test_badges_that_end_within_90_days_are_listed(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """Those in force count; one that was renewed, revoked or has ended does not."""
    issue(ledger, issuer, make_roster(4))
    assert read_course_counts(ledger, SLUG).ending == ()
    badges = sorted(ledger.list_issued(), key=lambda badge: badge.recipient_name)
    assert badges[0].valid_until is not None
    clock.now = badges[0].valid_until - timedelta(days=89)
    ledger.revoke(badges[1].id, "A test.", "desk")
    renewal = plan_renewal(ledger, badges[2].slug, BadgeEdit(), today=clock().date())
    replace_badge(ledger, renewal.replacement, by="desk")
    counts = read_course_counts(ledger, SLUG)
    assert [badge.slug for badge in counts.ending] == [badges[0].slug, badges[3].slug]
    assert counts.ending_count == 2
    clock.advance(timedelta(days=90))
    assert read_course_counts(ledger, SLUG).ending == ()


def test_opened_pages_are_counted_by_day(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """Every look counts; those of more than 30 days ago count only in the whole."""
    issue(ledger, issuer, make_roster(2))
    one, other = ledger.list_issued()
    for slug in (one.slug, one.slug, other.slug):
        ledger.views.note(slug, now=clock())
    clock.advance(timedelta(days=40))
    ledger.views.note(one.slug, now=clock())
    _wait_for_writers()
    counts = read_course_counts(ledger, SLUG)
    assert (counts.opened, counts.opened_lately) == (4, 1)
    assert count_badge_views(ledger, one.slug) == 3
    assert find_faults(ledger) == set()


def test_nothing_but_badge_day_and_number_is_kept(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """No address, no browser, no hour."""
    issue(ledger, issuer, make_roster(1))
    (badge,) = ledger.list_issued()
    ledger.views.note(badge.slug, now=clock())
    _wait_for_writers()
    ledger.views.write()
    with ledger.database.read() as connection:
        rows = [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM badge_views")]
    assert rows == [(badge.slug, "2026-11-22", 1)]


def test_counts_wait_for_a_store_that_is_busy(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """What could not be written is written later; whoever opened the page did not wait for it."""
    issue(ledger, issuer, make_roster(1))
    (badge,) = ledger.list_issued()
    with ledger.database.write():
        ledger.views.note(badge.slug, now=clock())
        _wait_for_writers()
    assert count_badge_views(ledger, badge.slug) == 0
    ledger.views.write()
    assert count_badge_views(ledger, badge.slug) == 1
