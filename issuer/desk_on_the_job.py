"""Badges that are given on the job, at the desk of an organisation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from issuer import achievement_store, claim_store, credential_store, job_store, on_the_job_store
from issuer.delivery import choose_delivery, deliver_class
from issuer.delivery_messages import claim_link
from issuer.delivery_store import DeliveryWay, SecondStep
from issuer.desk_badges import DeskBadge
from issuer.desk_jobs import DeskJob
from issuer.on_the_job import KEY_START, start_of_keys
from issuer.successors import find_corrected
from schemas import LedgerError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from issuer.claims import Claims
    from issuer.desk_scope import DeskScope
    from issuer.model import Achievement


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenBadge:
    """A badge that was given on the job.

    Args:
        job: The class list of one that it came from.
        badge: The badge; None while it is being made.
        has_claim: Whether it was handed out.
        is_claimed: Whether the person has it.
        link: What their phone scans; empty when the badge is claimed, taken back or not ready.
        code: The same, to type.
    """

    job: DeskJob
    badge: DeskBadge | None
    has_claim: bool
    is_claimed: bool
    link: str = ""
    code: str = ""


class DeskOnTheJob:
    """What an organisation gives on the job."""

    def __init__(self, claims: Claims, scope: DeskScope) -> None:
        self._claims = claims
        self._scope = scope
        self._ledger = claims.ledger

    def list_courses(self) -> tuple[Achievement, ...]:
        """Return the courses of the organisation that can be given on the job, by name."""
        with self._ledger.database.read() as connection:
            offered = on_the_job_store.list_offered(connection)
            found = achievement_store.list_achievements(connection, issuer_slugs=self._scope.issuer_slugs)
        return tuple(course for _, course in found if course.slug in offered)

    def is_offered(self, course: Achievement) -> bool:
        """Say whether a course can be given on the job."""
        with self._ledger.database.read() as connection:
            return course.slug in on_the_job_store.list_offered(connection)

    def offer(self, course: Achievement, *, by: str) -> None:
        """Let a course of the organisation be given on the job."""
        with self._ledger.transaction() as connection:
            self._check_own(connection, course)
            if on_the_job_store.insert_offer(connection, course.slug):
                self._ledger.record(connection, "achievement.offered_on_the_job", course.slug, by=by)

    def withdraw(self, course: Achievement, *, by: str) -> None:
        """No longer let a course of the organisation be given on the job."""
        with self._ledger.transaction() as connection:
            self._check_own(connection, course)
            if on_the_job_store.delete_offer(connection, course.slug):
                self._ledger.record(connection, "achievement.withdrawn_on_the_job", course.slug, by=by)

    def find_last_course(self, person_id: str) -> str:
        """Return the course that a person gave last, if it can still be given; else nothing."""
        with self._ledger.database.read() as connection:
            last = on_the_job_store.find_newest_job(connection, start_of_keys(person_id))
        return last if last in {course.slug for course in self.list_courses()} and last else ""

    def find_by_key(self, key: str) -> DeskJob | None:
        """Return what came of a form that was sent before."""
        with self._ledger.database.read() as connection:
            job = job_store.find_job_by_key(connection, key)
            if job is None or job.issuer_slug not in self._scope.issuer_slugs:
                return None
            return DeskJob(self._claims, self._scope, job_store.read_progress(connection, job.id))

    def find(self, job_id: str) -> GivenBadge | None:
        """Return what was given on the job by a job of that id."""
        with self._ledger.database.read() as connection:
            job = job_store.find_class_job(connection, job_id)
            if job is None or job.issuer_slug not in self._scope.issuer_slugs:
                return None
            if not job.idempotency_key.startswith(KEY_START):
                return None
            progress = job_store.read_progress(connection, job_id)
            slug = next((outcome.slug for outcome in job_store.read_outcomes(connection, job_id)), "") or ""
            slug = find_corrected(connection, [slug]).get(slug, slug)
            issued = credential_store.find_issued(connection, slug=slug) if slug else None
            claim = claim_store.find_by_slugs(connection, [slug]).get(slug) if issued is not None else None
        given = GivenBadge(
            job=DeskJob(self._claims, self._scope, progress),
            badge=DeskBadge(self._claims, issued) if issued is not None else None,
            has_claim=claim is not None,
            is_claimed=claim is not None and claim.claimed_at is not None,
        )
        if issued is None or claim is None or given.is_claimed or issued.revoked or not self._scope.sees_codes:
            return given
        code = claim_store.hand_out_code(self._claims.links, claim.id, claim.generation)
        return replace(given, link=claim_link(self._claims, claim), code=code)

    def choose_delivery(self, job: DeskJob, *, way: DeliveryWay) -> None:
        """Keep how the person gets the link, before the badge is made."""
        choose_delivery(self._claims, job.id, way=way, second_step=SecondStep.NONE)

    def hand_out(self, job: DeskJob) -> None:
        """Give the badge its claim, if it is made; the rest is done by the outbox."""
        if job.progress.finished_at is not None:
            deliver_class(self._claims, job.id)

    def _check_own(self, connection: Connection, course: Achievement) -> None:
        found = achievement_store.find_achievement(connection, course.slug)
        if found is None or found[0] not in self._scope.issuer_slugs:
            raise LedgerError("ledger.achievement_taken", course.slug)
