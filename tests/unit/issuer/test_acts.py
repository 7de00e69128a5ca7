"""Who acts stands in the audit record by an id, also where another process does the work for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from issuer import resume_job, run_job, stop_job
from issuer.desk import Desk
from issuer.desk_scope import DeskScope
from issuer.people import HOME
from issuer.skill_library import LibrarySkill
from storage import AuditFilter, list_audit, verify_audit_chain
from tests.doubles.classes import make_class
from tests.doubles.ledgers import make_roster, start

if TYPE_CHECKING:
    from issuer import IssuerProfile, Ledger

ROSA = "1" * 32
THEO = "2" * 32


def _actors(ledger: Ledger, event: str) -> list[tuple[object, object]]:
    """Return where and who of each record of an event, the newest first."""
    with ledger.database.read() as connection:
        entries = list_audit(connection, AuditFilter(event=event), limit=100)
    return [(entry.facts.get("by"), entry.facts.get("by_person")) for entry in entries]


def test_job_is_in_the_name_of_whoever_started_it(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Another process, which knows nobody, works on it: start, badges and end name the person."""
    job = start(ledger.acting_for(ROSA), issuer, make_roster(3))
    run_job(ledger, job.job_id)
    for event, times in (("job.started", 1), ("credential.issued", 3), ("job.finished", 1)):
        assert _actors(ledger, event) == [("desk", ROSA)] * times
    with ledger.database.read() as connection:
        assert verify_audit_chain(connection) == ()


def test_job_stays_in_the_name_of_whoever_started_it(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Somebody else who lets it go on has not given the badges."""
    job = start(ledger.acting_for(ROSA), issuer, make_roster(1))
    run_job(ledger.acting_for(THEO), job.job_id)
    assert _actors(ledger, "credential.issued") == [("desk", ROSA)]


def test_stop_and_going_on_name_whoever_wanted_it(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Each is told once, with its person; a second stop, and going on where nobody stopped, are no acts."""
    job = start(ledger.acting_for(ROSA), issuer, make_roster(1))
    resume_job(ledger.acting_for(ROSA), job.job_id)
    stop_job(ledger.acting_for(THEO), job.job_id)
    stop_job(ledger.acting_for(ROSA), job.job_id)
    assert _actors(ledger, "job.stopped") == [("desk", THEO)]
    start(ledger.acting_for(ROSA), issuer, make_roster(1))
    assert _actors(ledger, "job.resumed") == [("desk", ROSA)]
    assert _actors(ledger, "job.started") == [("desk", ROSA)]


def test_job_of_the_command_line_names_nobody(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Its records are as they were before people had names here, whoever runs it."""
    job = start(ledger, issuer, make_roster(1))
    run_job(ledger.acting_for(THEO), job.job_id)
    assert _actors(ledger, "job.started") == [(None, None)]
    assert _actors(ledger, "credential.issued") == [(None, None)]


def test_ledger_that_acts_for_somebody_changes_no_other(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Two people and the program at once: each record has its own author."""
    rosa, theo = ledger.acting_for(ROSA), ledger.acting_for(THEO)
    for acting in (rosa, ledger, theo):
        with acting.transaction() as connection:
            acting.record(connection, "achievement.saved", issuer.slug)
    assert _actors(ledger, "achievement.saved")[:3] == [("desk", THEO), (None, None), ("desk", ROSA)]


def test_desk_acts_for_its_visitor_in_everything(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Lists of skills, badges and classes: whatever a desk finds writes in the name of its visitor."""
    claims, job_id, (slug, *_) = make_class(ledger, issuer)
    scope = DeskScope(
        organisation_id=HOME,
        person_id=ROSA,
        issuer_slugs=frozenset({issuer.slug}),
        sees_codes=True,
        sees_installation=False,
    )
    desk = Desk(claims, scope)
    job, badge = desk.find_job(job_id), desk.find_badge(slug)
    assert job is not None
    assert badge is not None
    job.open_code()
    badge.revoke("A test.", by="desk")
    desk.skills.save_list("ropes", name="Ropes", skills=(LibrarySkill(key="1", name="Knots"),))
    desk.skills.remove_list("ropes")
    desk.skills.remove_list("ropes")
    for event in ("class_code.opened", "status.changed", "skill_list.saved", "skill_list.removed"):
        assert _actors(ledger, event) == [("desk", ROSA)]
