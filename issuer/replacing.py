"""One badge in the place of another, in one step: a correction, or a renewal.

The new badge is composed, signed and checked in memory. One transaction then records it, revokes the
older one when it was wrong, and notes which stands in whose place. Killed before its commit nothing has
happened, and nobody has seen the bytes; killed after it all of it has.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from issuer import claim_store, job_store
from issuer.badge_rows import check_newest, load_badge_row
from issuer.contact_changes import follow_contact
from issuer.credential_store import insert_issued
from issuer.issuer_store import current_key, get_issuer
from issuer.known_rows import find_known_rows, split_key
from issuer.model import RowFate
from issuer.release import SigningMethods, check_proof_choice, secure, verify_release
from issuer.reserving import FreshRow, IssueContext, draft_rows, insert_drafts
from issuer.row_identity import row_fingerprint, row_key
from issuer.slot_store import REVOCATION
from issuer.status_store import insert_change
from issuer.successors import SuccessorKind, insert_successor
from schemas import LedgerError
from storage import check_clock, pseudonym

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Connection

    from issuer.badge_rows import BadgeRow
    from issuer.credential_store import PlannedRow, SecuredBytes
    from issuer.ledger import Ledger
    from issuer.model import Achievement, RosterRow
    from issuer.reserving import Draft
    from keys import LinkSecret

# What whoever checks the older badge reads as the reason.
CORRECTED_REASON = "Replaced by a corrected badge."
_JOB_ID_BYTES = 12
_ATTEMPTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """What stands in the place of a badge.

    Args:
        slug: The older badge.
        row: The person as the new badge tells of them.
        awarded_on: Day of the award when the row names none.
        course: What the new badge is given for; None for the text that the older one was issued under.
        kind: Whether the older one was wrong.
    """

    slug: str
    row: RosterRow
    awarded_on: date | None
    course: Achievement | None
    kind: SuccessorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """A signed badge that nobody has seen yet."""

    context: IssueContext
    draft: Draft
    planned: PlannedRow
    secured: SecuredBytes


def replace_badge(ledger: Ledger, replacement: Replacement, *, by: str, links: LinkSecret | None = None) -> str:
    """Issue a badge in the place of another, and revoke that one if it was wrong, all at once.

    Args:
        ledger: Where badges are kept.
        replacement: What stands in whose place.
        by: A role such as `desk`, never a person.
        links: What claim links are made from. The claim of a corrected badge leads to the new one, but a link that
            went to a wrong address and was not used yet ends; without this secret no new one is made for it.

    Returns:
        The slug of the new badge.

    Raises:
        LedgerError: `correction.from_program`, `correction.has_newer`, `correction.revoked`,
            `correction.suspended`, `correction.same`, `correction.person_has_badge`,
            `job.awarded_in_future`, `job.already_expired`, `job.document_invalid`, `job.proof_key_mismatch`,
            `ledger.credential_unknown`, `ledger.achievement_taken`, `clock.backwards`, `audit.truncated`,
            `audit.chain_broken`, `job.own_output_invalid`, or a fault of the store.
        KeystoreError: The signing key cannot be used.
    """
    ledger.check_ready_to_issue()
    for attempt in range(_ATTEMPTS):
        with ledger.database.read() as connection:
            badge = load_badge_row(connection, replacement.slug)
            check_newest(connection, badge)
        ready = _sign(ledger, badge, replacement)
        try:
            is_done = _record(ledger, badge, replacement, ready, by=by, links=links)
        except sa.exc.IntegrityError as error:
            # Somebody took the place or the row key, or was first to replace this badge: look again.
            if attempt + 1 == _ATTEMPTS:
                raise LedgerError("store.busy") from error
            continue
        if is_done:
            ledger.witness.append(ledger.database, now=ledger.clock())
            return ready.planned.plan.slug
    raise LedgerError("store.busy")


def _sign(ledger: Ledger, badge: BadgeRow, replacement: Replacement) -> _Ready:
    """Compose, sign and check outside any lock."""
    course = replacement.course or badge.course
    revision = badge.planned.achievement_revision
    if course != badge.course:
        with ledger.transaction() as connection:
            revision = ledger.store_achievement(connection, badge.planned.issuer_slug, course)
    with ledger.database.read() as connection:
        key = current_key(connection, badge.planned.issuer_slug)
        profile = get_issuer(connection, badge.planned.issuer_slug)
        fresh = _number(connection, badge, replacement, course)
    check_proof_choice(badge.planned.plan.proof, key.method.public_key)
    job_id = secrets.token_urlsafe(_JOB_ID_BYTES)
    name = f"{job_store.REPLACEMENT_KEY_START}{job_id}"
    job = job_store.Job(
        id=job_id,
        idempotency_key=name,
        body_sha256=hashlib.sha256(name.encode("ascii")).digest(),
        issuer_slug=badge.planned.issuer_slug,
        achievement_slug=badge.planned.achievement_slug,
        achievement_revision=revision,
        proof=badge.planned.plan.proof,
        awarded_on=replacement.awarded_on,
        total=1,
        created=ledger.clock(),
        by_person=ledger.person_id,
    )
    methods = SigningMethods(ledger.keystore)
    context = IssueContext(job=job, profile=profile, achievement=course, key=key, methods=methods)
    (draft,) = draft_rows(ledger, context, [fresh])
    if draft.planned is None:
        assert draft.problem is not None
        raise LedgerError(draft.problem.code, draft.problem.value)
    secured = secure(draft.planned, methods.load(key))
    verify_release(
        secured,
        unsecured=draft.planned.unsecured,
        method_id=draft.planned.plan.key_id,
        public_key=key.method.public_key,
    )
    return _Ready(context=context, draft=draft, planned=draft.planned, secured=secured)


def _number(connection: Connection, badge: BadgeRow, replacement: Replacement, course: Achievement) -> FreshRow:
    """Return the row under a key that nobody has a badge in force for, but for the one that is revoked with it."""
    key, fingerprint = row_key(replacement.row, course), row_fingerprint(replacement.row)
    is_correction = replacement.kind is SuccessorKind.CORRECTED
    is_same_day = replacement.awarded_on == badge.awarded_on or replacement.row.awarded_on is not None
    if is_correction and fingerprint == badge.planned.fingerprint and is_same_day and course == badge.course:
        raise LedgerError("correction.same")
    known = find_known_rows(connection, badge.planned.issuer_slug, badge.planned.achievement_slug, [key]).get(key)
    is_own = is_correction and key == split_key(badge.planned.row_key)[0]
    if known is not None and not known.is_revoked and not is_own:
        raise LedgerError("correction.person_has_badge", detail={"slug": known.slug})
    row = job_store.PendingRow(position=0, row=replacement.row, row_key=key, fingerprint=fingerprint, slug=None)
    return FreshRow(
        row=row,
        revision=1 if known is None else known.revision + 1,
        subject_id=badge.planned.plan.subject_id,
        counted_from=badge.planned.plan.valid_from.date() if is_correction else None,
    )


def _record(
    ledger: Ledger, badge: BadgeRow, replacement: Replacement, ready: _Ready, *, by: str, links: LinkSecret | None
) -> bool:
    """Record everything at once; False when the key was retired meanwhile."""
    job, plan, now = ready.context.job, ready.planned.plan, ledger.clock()
    with ledger.transaction() as connection:
        check_clock(connection, now=now)
        if current_key(connection, job.issuer_slug).method.id != plan.key_id:
            return False
        check_newest(connection, load_badge_row(connection, replacement.slug))
        row = ready.draft.row
        waiting = job_store.NewJobRow(
            number=row.row.number, name=row.row.name, row=row.row, row_key=row.row_key, fingerprint=row.fingerprint
        )
        job_store.insert_job(connection, job, [waiting])
        ledger.record(connection, "job.started", job.id, rows=1, achievement=job.achievement_slug)
        insert_drafts(connection, job, [ready.draft])
        insert_issued(connection, ready.secured, now=now)
        _record_issue(ledger, connection, ready)
        job_store.set_issued(connection, job.id, {0: plan.slug}, RowFate.NEW)
        job_store.set_finished(connection, job.id, now=now)
        ledger.record(connection, "job.finished", job.id, issued=1, rejected=0)
        old_page = f"{ledger.base_url}/b/{badge.issued.slug}"
        if replacement.kind is SuccessorKind.CORRECTED:
            insert_change(
                connection, badge.issued.slug, REVOCATION, value=True, reason=CORRECTED_REASON, by_role=by, now=now
            )
            ledger.record(connection, "status.changed", old_page, purpose=REVOCATION, value=True, by=by)
            _follow(connection, badge, ready.planned, links, now=now)
        insert_successor(connection, badge.issued.slug, plan.slug, kind=replacement.kind, by_role=by, now=now)
        ledger.record(connection, f"credential.{replacement.kind.value}", old_page, newer=plan.id, by=by)
    return True


def _follow(
    connection: Connection, badge: BadgeRow, newer: PlannedRow, links: LinkSecret | None, *, now: datetime
) -> None:
    """Let the claim of a corrected badge lead to the new one, but for a link that a stranger may have.

    Whoever has another address or number now is sent the link in the same transaction, unless the class is on paper.
    """
    claim = claim_store.find_by_slugs(connection, [badge.issued.slug]).get(badge.issued.slug)
    if claim is None:
        return
    before, after = (badge.planned.recipient_email, badge.row.phone), (newer.recipient_email, newer.recipient_phone)
    is_moved = claim.claimed_at is None and after != before
    if is_moved and links is None:
        return  # it goes on leading to the badge that was revoked
    claim_store.move_claim(connection, badge.issued.slug, newer.plan.slug)
    if is_moved and links is not None:
        follow_contact(connection, links, newer.plan.slug, now=now)


def _record_issue(ledger: Ledger, connection: Connection, ready: _Ready) -> None:
    ledger.record(
        connection,
        "credential.issued",
        ready.planned.plan.id,
        sha256=hashlib.sha256(ready.secured.json_bytes).hexdigest(),
        jwtSha256=hashlib.sha256(ready.secured.jwt).hexdigest(),
        key=ready.planned.plan.key_id,
        job=ready.context.job.id,
        recipient=pseudonym(connection, ready.planned.recipient_email or ready.planned.recipient_name),
    )
