"""A class list of the organisation at the desk: before it is issued, and as the job that it becomes."""

from __future__ import annotations

from dataclasses import replace
from typing import IO, TYPE_CHECKING

from issuer import credential_store
from issuer.bundle import write_bundle
from issuer.class_codes_sheet import render_job_pdf
from issuer.corrections import correct_roster, plan_roster_corrections
from issuer.delivery import (
    choose_delivery,
    close_class_code,
    deliver_class,
    open_class_code,
    read_class_code,
    read_class_delivery,
    read_deliveries,
    send_again,
)
from issuer.hand_out import HandOutPeople, render_hand_out
from issuer.job_sheet import render_job_sheet
from issuer.jobs import job_outcomes, resume_job, start_job, stop_job
from issuer.new_links import give_link_anew
from issuer.planning import plan_roster
from schemas import LedgerError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from issuer.claims import Claims
    from issuer.corrections import PlannedReplacement
    from issuer.delivery import Delivery
    from issuer.delivery_store import ClassDelivery, DeliveryWay, SecondStep
    from issuer.desk_scope import DeskScope
    from issuer.model import Achievement, IssuedCredential, JobProgress, Roster, RowOutcome

MAX_CLASS_BADGES = 100_000


class DeskJob:
    """A job that `Desk.find_job` found; `progress` is where it stood then."""

    def __init__(self, claims: Claims, scope: DeskScope, progress: JobProgress) -> None:
        self.progress = progress
        self.id = progress.job_id
        self._claims = claims
        self._scope = scope
        self._ledger = claims.ledger

    def read_outcomes(self) -> tuple[RowOutcome, ...]:
        """Return the fate of every row, in the order of the sheet."""
        return job_outcomes(self._ledger, self.id)

    def list_badges(self) -> tuple[IssuedCredential, ...]:
        """Return the badges of the class as they are now."""
        return self._ledger.list_issued(self.id, limit=MAX_CLASS_BADGES)

    def stop(self) -> None:
        """Ask for the job to end after the badges that are being made now."""
        stop_job(self._ledger, self.id)

    def resume(self) -> None:
        """Let a stopped job go on."""
        resume_job(self._ledger, self.id)

    def write_bundle(self, stream: IO[bytes]) -> None:
        """Write everything that the class gets as a zip."""
        write_bundle(self._ledger, self.id, stream)

    def render_codes(self) -> bytes:
        """Return a PDF with the codes that lead to the badges."""
        return render_job_pdf(self._ledger, self.progress)

    def render_sheet(self) -> bytes:
        """Return the workbook of the job."""
        return render_job_sheet(self._ledger, self.id)

    def read_deliveries(self, slugs: Sequence[str]) -> dict[str, Delivery]:
        """Return how far each badge of the class is; the codes are empty for whoever may not see them."""
        with self._ledger.database.read() as connection:
            own = credential_store.list_own(connection, slugs, self._issuers)
        found = read_deliveries(self._claims, [slug for slug in slugs if slug in own])
        if self._scope.sees_codes:
            return found
        return {slug: replace(delivery, code="") for slug, delivery in found.items()}

    def read_choice(self) -> ClassDelivery | None:
        """Return how the class is handed out; None when nobody chose yet."""
        return read_class_delivery(self._claims, self.id)

    def choose(self, *, way: DeliveryWay, second_step: SecondStep, word: str = "") -> None:
        """Keep how the class is handed out, and hand out what is issued; errors as `choose_delivery`."""
        choose_delivery(self._claims, self.id, way=way, second_step=second_step, word=word)
        if self.progress.finished_at is not None:
            deliver_class(self._claims, self.id)

    def send_again(self, slug: str) -> bool:
        """Send the same link again to a person of this organisation.

        Raises:
            LedgerError: `ledger.credential_unknown`.
        """
        self._check_own(slug)
        return send_again(self._claims, slug)

    def give_link_anew(self, slug: str) -> None:
        """Let a claimed badge of this organisation be claimed once more.

        Raises:
            LedgerError: `ledger.credential_unknown`, or as `give_link_anew`.
        """
        self._check_own(slug)
        give_link_anew(self._claims, slug)

    def _check_own(self, slug: str) -> None:
        with self._ledger.database.read() as connection:
            if credential_store.find_issuer_of(connection, slug) not in self._issuers:
                raise LedgerError("ledger.credential_unknown")

    def render_hand_out(self, people: HandOutPeople) -> bytes:
        """Return the cards of the class as a PDF."""
        return render_hand_out(self._claims, self.progress, people=people)

    def open_code(self) -> str:
        """Open the class under a new code; errors as `open_class_code`."""
        return open_class_code(self._claims, self.id)

    def close_code(self) -> None:
        """End the class code now."""
        close_class_code(self._claims, self.id)

    def read_code(self) -> str:
        """Return the class code while it is open; empty for whoever may not see it."""
        return read_class_code(self._claims, self.id) if self._scope.sees_codes else ""

    @property
    def _issuers(self) -> frozenset[str]:
        return self._scope.issuer_slugs


class ClassList:
    """A class list for a course of the organisation, by one of its issuers; from `Desk.open_class_list`."""

    def __init__(self, claims: Claims, scope: DeskScope, course: Achievement, issuer_slug: str) -> None:
        self.course = course
        self.issuer_slug = issuer_slug
        self._claims = claims
        self._scope = scope
        self._ledger = claims.ledger

    def plan(self, roster: Roster, *, awarded_on: date | None = None) -> tuple[RowOutcome, ...]:
        """Say what a job would do with each row."""
        return plan_roster(self._ledger, roster, self.course, issuer_slug=self.issuer_slug, awarded_on=awarded_on)

    def plan_corrections(self, roster: Roster) -> tuple[PlannedReplacement, ...]:
        """Return what correcting the people who differ would change."""
        return plan_roster_corrections(self._ledger, roster, self.course, issuer_slug=self.issuer_slug)

    def correct(self, roster: Roster, *, by: str) -> tuple[RowOutcome, ...]:
        """Correct the badges of the people who differ; see `correct_roster`."""
        return correct_roster(
            self._ledger, roster, self.course, issuer_slug=self.issuer_slug, by=by, links=self._claims.links
        )

    def start(self, roster: Roster, *, awarded_on: date | None, idempotency_key: str) -> DeskJob:
        """Freeze the list as a job under the proof that the issuer's key makes; errors as `start_job`."""
        progress = start_job(
            self._ledger,
            roster,
            self.course,
            issuer_slug=self.issuer_slug,
            proof=self._ledger.default_proof(self.issuer_slug),
            awarded_on=awarded_on,
            idempotency_key=idempotency_key,
        )
        return DeskJob(self._claims, self._scope, progress)
