"""Transaction 1 of issuing: all that is random or timed about a badge is fixed, with the composed document."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

import sqlalchemy as sa

from issuer import phone_store
from issuer.award_dates import compute_valid_until, find_date_problem
from issuer.compose import compose_credential, compose_shared_parts
from issuer.credential_store import PlannedRow, insert_planned, load_planned
from issuer.issuer_store import current_key
from issuer.job_store import set_issued, set_planned, set_rejected
from issuer.known_rows import find_known_rows, find_namesakes, revise_key
from issuer.model import PlannedCredential, RosterProblem, RowFate, StatusSlot
from issuer.planning import decide_fate
from issuer.release import check_composed
from issuer.slot_store import find_open_pool, insert_slots, list_numbers, open_pool, pick_free_slots
from issuer.status import list_url
from schemas import BadgeError, encode_json
from storage import check_clock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import Connection

    from credentials import BulkSigner
    from issuer.compose import SharedParts
    from issuer.issuer_store import SigningKey
    from issuer.job_store import Job, PendingRow
    from issuer.ledger import Ledger
    from issuer.model import Achievement, IssuerProfile, RowOutcome
    from issuer.release import SigningMethods

SLUG_BYTES = 16  # 128 random bits: nobody finds a badge page by guessing
SALT_BYTES = 16
_RESERVE_ATTEMPTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueContext:
    """What all rows of one job have in common."""

    job: Job
    profile: IssuerProfile
    achievement: Achievement
    key: SigningKey
    methods: SigningMethods


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyRow:
    """One waiting row with the badge that it will get."""

    position: int
    planned: PlannedRow


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slot:
    """One free place, with the lists of its pool by purpose."""

    pool: int
    lists: dict[str, int]
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshRow:
    """One row that gets a badge; `revision` is above 1 when its key had one before.

    A badge in the place of another keeps its `subject_id`; where no day of the award is known, its end is
    counted from `counted_from`.
    """

    row: PendingRow
    revision: int
    subject_id: str = ""
    counted_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One row, with its plan and place or with the problem that stops it."""

    row: PendingRow
    slot: _Slot
    planned: PlannedRow | None
    problem: RosterProblem | None


def reserve(ledger: Ledger, context: IssueContext, rows: Sequence[PendingRow]) -> tuple[ReadyRow, ...]:
    """Plan the rows that have no plan yet: each gets one, or leaves pending.

    Returns:
        Those that can be signed now, in the order of the sheet, planned ones of an earlier run among them. A row
        that repeats another of `rows`, or whose key was retired meanwhile, waits for the next call.

    Raises:
        LedgerError: `clock.backwards`, or a fault of the store; nothing of this chunk is fixed then.
        KeystoreError: The signing key cannot be used; nothing of this chunk is fixed.
    """
    slugs = {row.position: row.slug for row in rows if row.slug is not None}
    fresh: dict[int, PlannedRow] = {}
    # Of rows with the same key only the first gets a plan now; the next round compares the others with it.
    rows = list({row.row_key: row for row in reversed(rows) if row.slug is None}.values())[::-1]
    for attempt in range(_RESERVE_ATTEMPTS if rows else 0):
        try:
            settled, fresh = _reserve_once(ledger, context, rows)
        except sa.exc.IntegrityError:
            # Another job took one of the places, or planned one of the people, since we looked: look again.
            if attempt + 1 == _RESERVE_ATTEMPTS:
                raise
        else:
            slugs |= settled
            break
    with ledger.database.read() as connection:
        known = {planned.plan.slug: planned for planned in load_planned(connection, set(slugs.values()))}
    ready = {**{position: known[slug] for position, slug in slugs.items()}, **fresh}
    return tuple(ReadyRow(position=position, planned=ready[position]) for position in sorted(ready))


def _reserve_once(
    ledger: Ledger, context: IssueContext, rows: Sequence[PendingRow]
) -> tuple[dict[int, str], dict[int, PlannedRow]]:
    """Return, by position, the slugs of rows whose plan was there and the plans that are new."""
    job = context.job
    with ledger.database.read() as connection:
        known = find_known_rows(connection, job.issuer_slug, job.achievement_slug, [row.row_key for row in rows])
        strangers = [row.row for row in rows if row.row_key not in known]
        namesakes = find_namesakes(connection, job.issuer_slug, context.achievement, strangers, but_job=job.id)
    outcomes = {
        row.position: decide_fate(row.row, row.fingerprint, known.get(row.row_key), namesakes.get(row.row.number))
        for row in rows
    }
    fresh, settled = [], []
    for row in rows:
        had = known.get(row.row_key)
        if outcomes[row.position].fate is RowFate.NEW and (had is None or had.is_revoked):
            fresh.append(FreshRow(row=row, revision=1 if had is None else had.revision + 1))
        else:
            settled.append(row)
    drafts = draft_rows(ledger, context, fresh)
    planned_before: dict[int, str] = {}
    with ledger.transaction() as connection:
        check_clock(connection, now=ledger.clock())
        if current_key(connection, job.issuer_slug).method.id != context.key.method.id:
            return {}, {}  # retired since we looked: a badge must not be younger than the end of its key
        for row in settled:
            outcome = outcomes[row.position]
            _settle(connection, job, row, outcome)
            if outcome.fate is RowFate.NEW:
                planned_before[row.position] = outcome.slug
        insert_drafts(connection, job, drafts)
    return planned_before, {draft.row.position: draft.planned for draft in drafts if draft.planned is not None}


def _settle(connection: Connection, job: Job, row: PendingRow, outcome: RowOutcome) -> None:
    if outcome.fate is RowFate.NEW:
        set_planned(connection, job.id, {row.position: outcome.slug})
    elif outcome.fate is RowFate.ALREADY_ISSUED:
        set_issued(connection, job.id, {row.position: outcome.slug}, outcome.fate)
        if row.row.phone:  # no part of the badge: the list that was sent last is right
            phone_store.save_phones(connection, {outcome.slug: row.row.phone})
    else:
        set_rejected(connection, job.id, row.position, fate=outcome.fate, slug=outcome.slug, problems=outcome.problems)


def insert_drafts(connection: Connection, job: Job, drafts: Sequence[Draft]) -> None:
    """Fix what was drafted, in the caller's transaction.

    Raises:
        sqlalchemy.exc.IntegrityError: A place or a row key was taken meanwhile.
    """
    planned = {draft.row.position: (draft.planned, draft.slot) for draft in drafts if draft.planned is not None}
    insert_planned(connection, *(row for row, _ in planned.values()))
    for pool in {slot.pool for _, slot in planned.values()}:
        taken = {slot.index: row.plan.slug for row, slot in planned.values() if slot.pool == pool}
        insert_slots(connection, pool, taken)
    set_planned(connection, job.id, {position: row.plan.slug for position, (row, _) in planned.items()})
    for draft in drafts:
        if draft.problem is not None:
            set_rejected(
                connection, job.id, draft.row.position, fate=RowFate.PROBLEM, slug=None, problems=[draft.problem]
            )


def draft_rows(ledger: Ledger, context: IssueContext, rows: Sequence[FreshRow]) -> list[Draft]:
    """Compose outside any lock; what cannot be composed is rejected before it takes a place."""
    drafts: list[Draft] = []
    if not rows:
        return drafts
    bulk = context.methods.load(context.key).bulk
    shared = compose_shared_parts(context.achievement, context.profile, base_url=ledger.base_url)
    for fresh, slot in zip(rows, _pick_slots(ledger, context.job.issuer_slug, len(rows)), strict=True):
        row = fresh.row
        counted_from = _awarded_on(context, row) or fresh.counted_from
        wrong_day = find_date_problem(row.row, context.achievement, counted_from, now=ledger.clock())
        composed = wrong_day or _compose(
            ledger, context, fresh, _plan(ledger, context, fresh, slot), shared=shared, bulk=bulk
        )
        if isinstance(composed, RosterProblem):
            drafts.append(Draft(row=row, slot=slot, planned=None, problem=composed))
        else:
            drafts.append(Draft(row=row, slot=slot, planned=composed, problem=None))
    return drafts


def _pick_slots(ledger: Ledger, issuer_slug: str, count: int) -> list[_Slot]:
    if not count:
        return []
    with ledger.database.read() as connection:
        pool = find_open_pool(connection, issuer_slug, needed=count)
    if pool is None:
        with ledger.database.write() as connection:
            pool = find_open_pool(connection, issuer_slug, needed=count)
            if pool is None:
                pool = open_pool(connection, issuer_slug, witnessed=ledger.witness.highest_pool, now=ledger.clock())
    with ledger.database.read() as connection:
        lists = list_numbers(connection, pool)
        return [_Slot(pool=pool, lists=lists, index=index) for index in pick_free_slots(connection, pool, count)]


def _compose(
    ledger: Ledger,
    context: IssueContext,
    fresh: FreshRow,
    plan: PlannedCredential,
    *,
    shared: SharedParts,
    bulk: BulkSigner | None,
) -> PlannedRow | RosterProblem:
    row = fresh.row
    try:
        document = compose_credential(
            row.row, context.achievement, context.profile, plan, base_url=ledger.base_url, shared=shared
        ).document
        encoded = encode_json(document)
        violations = check_composed(document, encoded=encoded, bulk=bulk)
    except BadgeError as error:
        return RosterProblem(row=row.row.number, column="", code=error.code)
    if violations:
        return RosterProblem(row=row.row.number, column="", code="job.document_invalid", value=violations[0].pointer)
    return PlannedRow(
        plan=plan,
        issuer_slug=context.job.issuer_slug,
        achievement_slug=context.job.achievement_slug,
        achievement_revision=context.job.achievement_revision,
        job_id=context.job.id,
        row_key=revise_key(row.row_key, fresh.revision),
        fingerprint=row.fingerprint,
        recipient_name=row.row.name,
        recipient_email=row.row.email,
        recipient_phone=row.row.phone,
        unsecured=encoded,
    )


def _plan(ledger: Ledger, context: IssueContext, fresh: FreshRow, slot: _Slot) -> PlannedCredential:
    now = ledger.clock().replace(microsecond=0)
    slug = secrets.token_urlsafe(SLUG_BYTES)
    awarded_on = _awarded_on(context, fresh.row)
    return PlannedCredential(
        id=f"{ledger.base_url}/b/{slug}",
        slug=slug,
        subject_id=fresh.subject_id or f"urn:uuid:{_random_uuid()}",
        salt=secrets.token_urlsafe(SALT_BYTES),
        key_id=context.key.method.id,
        valid_from=now,
        valid_until=compute_valid_until(context.achievement, awarded_on or fresh.counted_from, now=ledger.clock()),
        awarded_on=None if awarded_on is None else datetime.combine(awarded_on, time(), UTC),
        created=now,
        status_entries=tuple(
            StatusSlot(purpose=purpose, list_url=list_url(ledger.base_url, slot.lists[purpose]), index=slot.index)
            for purpose in ledger.status_purposes
        ),
        proof=context.job.proof,
    )


def _awarded_on(context: IssueContext, row: PendingRow) -> date | None:
    return row.row.awarded_on or context.job.awarded_on


def _random_uuid() -> str:
    """Return a version 4 UUID (RFC 9562 §5.4)."""
    value = secrets.token_hex(16)
    variant = "89ab"[int(value[16], 16) % 4]
    return f"{value[:8]}-{value[8:12]}-4{value[13:16]}-{variant}{value[17:20]}-{value[20:]}"
