"""What one organisation reaches of the ledger. The pages of the desk get this, never the ledger itself.

Whatever is found here belongs to an issuer of the organisation; another organisation's object is not found, just as
one that never was. What can be done to an object is a method of the object that was found (`desk_jobs`,
`desk_badges`), so that no page can forget to ask whose it is (docs/adr/0027).
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import sqlalchemy as sa

from issuer import achievement_store, claim_store, credential_store, job_store
from issuer.course_counts import read_course_counts
from issuer.delivery_tables import CLAIMS
from issuer.desk_badges import DeskBadge
from issuer.desk_jobs import ClassList, DeskJob
from issuer.desk_log import reach_of_log, read_thing_names
from issuer.desk_on_the_job import DeskOnTheJob
from issuer.desk_skills import DeskSkills
from issuer.jobs import MAX_LISTED_JOBS
from issuer.nudges import list_to_call
from issuer.own_skills import add_words
from issuer.people import list_people
from issuer.tables import PLANNED
from schemas import LedgerError
from storage import find_message_by_id, list_audit, list_audit_events, list_messages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from issuer.claims import Claims
    from issuer.course_counts import CourseCounts
    from issuer.desk_scope import DeskScope
    from issuer.model import Achievement, IssuedCredential, IssuerProfile, JobProgress
    from issuer.nudges import PersonToCall
    from issuer.people import Member
    from storage import AuditEntry, AuditFilter, OutboxMessage

_MAX_SLUG_CHARS = 64
_SAVE_ATTEMPTS = 3


class Desk:
    """The desk of one organisation, for one request.

    Args:
        claims: The rules of claiming, with the ledger behind them.
        scope: Whose desk it is.
    """

    def __init__(self, claims: Claims, scope: DeskScope) -> None:
        self.scope = scope
        # From here on there is no ledger at the desk whose records would not say who did it.
        claims = claims.acting_for(scope.person_id)
        self.skills = DeskSkills(claims.ledger, scope)
        self.on_the_job = DeskOnTheJob(claims, scope)
        self._claims = claims
        self._ledger = claims.ledger

    @property
    def calling_code(self) -> str:
        """What telephone numbers of class lists begin with when they do not say so themselves."""
        return self._ledger.calling_code

    def list_issuers(self) -> tuple[IssuerProfile, ...]:
        """Return the issuers of the organisation, oldest first."""
        return tuple(issuer for issuer in self._ledger.issuers() if issuer.slug in self.scope.issuer_slugs)

    def find_issuer(self, slug: str) -> IssuerProfile | None:
        """Return one issuer of the organisation."""
        return self._ledger.find_issuer(slug) if slug in self.scope.issuer_slugs else None

    def list_courses(self) -> tuple[Achievement, ...]:
        """Return the courses of the organisation, by name."""
        with self._ledger.database.read() as connection:
            found = achievement_store.list_achievements(connection, issuer_slugs=self.scope.issuer_slugs)
        return tuple(course for _, course in found)

    def find_course(self, slug: str) -> Achievement | None:
        """Return one course of the organisation as it is now."""
        found = self._find_course(slug)
        return None if found is None else found[1]

    def find_course_issuer(self, slug: str) -> IssuerProfile | None:
        """Return the issuer of a course of the organisation."""
        found = self._find_course(slug)
        return None if found is None else self.find_issuer(found[0])

    def has_badges(self, course_slug: str) -> bool:
        """Say whether a badge of this course of the organisation was issued."""
        with self._ledger.database.read() as connection:
            return bool(
                credential_store.list_issued(
                    connection,
                    job_id=None,
                    achievement_slug=course_slug,
                    limit=1,
                    offset=0,
                    issuer_slugs=self.scope.issuer_slugs,
                )
            )

    def settle_slug(self, slug: str) -> str:
        """Return the short name under which the organisation has, or may have, what it calls `slug`.

        Short names stand in public addresses, so no two courses have the same one. That of another organisation's
        course is passed over without a word, and always by the same next one.
        """
        with self._ledger.database.read() as connection:
            for number in count(1):
                tried = slug if number == 1 else f"{slug[: _MAX_SLUG_CHARS - len(str(number)) - 1]}-{number}"
                found = achievement_store.find_achievement(connection, tried)
                if found is None or found[0] in self.scope.issuer_slugs:
                    return tried
        raise AssertionError

    def save_course(self, issuer_slug: str, course: Achievement) -> Achievement:
        """Store a course by an issuer of the organisation and return it as it was stored: its short name is settled.

        Raises:
            LedgerError: As `Ledger.save_achievement`; `ledger.issuer_unknown` for another organisation's issuer.
        """
        if issuer_slug not in self.scope.issuer_slugs:
            raise LedgerError("ledger.issuer_unknown")
        for attempt in count(1):
            settled = replace(course, slug=self.settle_slug(course.slug))
            try:
                self._ledger.save_achievement(issuer_slug, settled)
            except LedgerError as error:
                # Another organisation took the name a moment ago: the next try passes over it.
                is_own = self.find_course(settled.slug) is not None
                if error.code != "ledger.achievement_taken" or is_own or attempt == _SAVE_ATTEMPTS:
                    raise
            else:
                self._keep_words(issuer_slug, settled)
                return settled
        raise AssertionError

    def _keep_words(self, issuer_slug: str, course: Achievement) -> None:
        """Let the pages of own skills say what the lists of the organisation know of them."""
        found = {skill.name: self.skills.find_own(skill.name) for skill in course.skills if not skill.url}
        if any(found.values()):
            with self._ledger.database.write() as connection:
                for name, known in found.items():
                    if known is not None:
                        add_words(connection, issuer_slug, name, name_es=known.name_es, can_do=known.can_do)

    def read_counts(self, course_slug: str) -> CourseCounts | None:
        """Count the badges of a course of the organisation."""
        return None if self.find_course(course_slug) is None else read_course_counts(self._ledger, course_slug)

    def list_jobs(self) -> tuple[JobProgress, ...]:
        """Return the newest jobs of the organisation, newest first."""
        with self._ledger.database.read() as connection:
            ids = job_store.list_job_ids(
                connection, unfinished_only=False, limit=MAX_LISTED_JOBS, issuer_slugs=self.scope.issuer_slugs
            )
            return tuple(job_store.read_progress(connection, job_id) for job_id in ids)

    def find_job(self, job_id: str) -> DeskJob | None:
        """Return one job of the organisation."""
        with self._ledger.database.read() as connection:
            job = job_store.find_class_job(connection, job_id)
            if job is None or job.issuer_slug not in self.scope.issuer_slugs:
                return None
            return DeskJob(self._claims, self.scope, job_store.read_progress(connection, job_id))

    def open_class_list(self, course_slug: str, issuer_slug: str) -> ClassList | None:
        """Return what to plan and issue a class list with; None unless course and issuer are the organisation's."""
        course = self.find_course(course_slug)
        if course is None or issuer_slug not in self.scope.issuer_slugs:
            return None
        return ClassList(self._claims, self.scope, course, issuer_slug)

    def count_badges(self) -> int:
        """Return how many badges the organisation issued."""
        with self._ledger.database.read() as connection:
            return credential_store.count_issued(connection, issuer_slugs=self.scope.issuer_slugs)

    def list_badges(self, *, limit: int, offset: int) -> tuple[IssuedCredential, ...]:
        """Return badges of the organisation, the newest class first and by name within."""
        with self._ledger.database.read() as connection:
            return credential_store.list_issued(
                connection,
                job_id=None,
                achievement_slug=None,
                limit=limit,
                offset=offset,
                issuer_slugs=self.scope.issuer_slugs,
            )

    def search_badges(self, words: str, *, limit: int) -> tuple[IssuedCredential, ...]:
        """Return badges of the organisation by the holder's name or e-mail address; see `Ledger.search_issued`."""
        if not words.strip():
            return ()
        with self._ledger.database.read() as connection:
            return credential_store.search_issued(connection, words, limit=limit, issuer_slugs=self.scope.issuer_slugs)

    def find_badge(self, slug: str) -> DeskBadge | None:
        """Return one badge of the organisation, also when it is revoked."""
        with self._ledger.database.read() as connection:
            if not slug or credential_store.find_issuer_of(connection, slug) not in self.scope.issuer_slugs:
                return None
            issued = credential_store.find_issued(connection, slug=slug)
        return None if issued is None else DeskBadge(self._claims, issued)

    def list_to_call(self) -> tuple[PersonToCall, ...]:
        """Return those of the organisation's people who should be called."""
        return list_to_call(self._claims, issuer_slugs=self.scope.issuer_slugs)

    def list_messages(self, *, templates: Sequence[str], limit: int, offset: int) -> tuple[OutboxMessage, ...]:
        """Return messages about badges of the organisation, newest first."""
        own = sa.select(CLAIMS.c.id).join(PLANNED, PLANNED.c.slug == CLAIMS.c.slug)
        own = own.where(PLANNED.c.issuer_slug.in_(self.scope.issuer_slugs))
        with self._ledger.database.read() as connection:
            return list_messages(connection, templates=templates, claims=own, limit=limit, offset=offset)

    def find_message(self, message_id: str, *, templates: Sequence[str]) -> OutboxMessage | None:
        """Return one message of some templates about a badge of the organisation."""
        with self._ledger.database.read() as connection:
            message = find_message_by_id(connection, message_id)
            if message is None or message.template not in templates:
                return None
            claim = claim_store.find_claim_by_id(connection, str(message.facts.get("claim", "")))
            if claim is None:
                return None
            issuer = credential_store.find_issuer_of(connection, claim.slug)
        return message if issuer in self.scope.issuer_slugs else None

    def list_people(self) -> tuple[Member, ...]:
        """Return the people of the organisation."""
        return list_people(self._ledger.database, self.scope.organisation_id)

    def list_log(self, wanted: AuditFilter, *, limit: int, before: int | None = None) -> tuple[AuditEntry, ...]:
        """Return records of the audit chain about the organisation, the newest first; see `list_audit`."""
        within = replace(wanted, is_within=reach_of_log(self.scope))
        with self._ledger.database.read() as connection:
            return list_audit(connection, within, limit=limit, before=before)

    def read_thing_names(self, entries: Sequence[AuditEntry]) -> dict[str, str]:
        """Return what people call the badges, lists and courses that records are about, by subject."""
        with self._ledger.database.read() as connection:
            return read_thing_names(connection, self.scope, {entry.subject for entry in entries})

    def list_log_events(self) -> tuple[str, ...]:
        """Return the events of the installation for whoever may see all of it; else none."""
        if not self.scope.sees_installation:
            return ()
        with self._ledger.database.read() as connection:
            return list_audit_events(connection)

    def _find_course(self, slug: str) -> tuple[str, Achievement] | None:
        with self._ledger.database.read() as connection:
            found = achievement_store.find_achievement(connection, slug)
        return found if found is not None and found[0] in self.scope.issuer_slugs else None
