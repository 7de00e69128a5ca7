"""Transaction 1 of issuing: all that is random or timed about a badge is fixed, with the composed document."""

from __future__ import annotations

import secrets
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from issuer.compose import compose_credential
from issuer.credential_store import PlannedRow, find_known_rows, insert_planned
from issuer.frozen import encode_object
from issuer.issuer_store import current_key
from issuer.job_store import set_issued, set_planned, set_rejected
from issuer.model import PlannedCredential, RosterProblem, RowFate, StatusSlot
from issuer.planning import decide_fate
from issuer.release import check_composed
from issuer.slot_store import find_open_pool, insert_slot, list_numbers, open_pool, pick_free_slots
from issuer.status import list_url
from schemas import BadgeError
from storage import check_clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from issuer.credential_store import KnownRow
    from issuer.issuer_store import SigningKey
    from issuer.job_store import Job, PendingRow
    from issuer.ledger import Ledger
    from issuer.model import Achievement, IssuerProfile

SLUG_BYTES = 16  # 128 random bits: nobody finds a badge page by guessing
SALT_BYTES = 16
_RESERVE_ATTEMPTS = 10
_MONTHS_PER_YEAR = 12
# A class in Auckland ends while it is still the day before in UTC.
_FUTURE_TOLERANCE = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueContext:
    """What all rows of one job have in common."""

    job: Job
    profile: IssuerProfile
    achievement: Achievement
    key: SigningKey


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slot:
    """One free place, with the lists of its pool by purpose."""

    pool: int
    lists: dict[str, int]
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """One row, with its plan and place or with the problem that stops it."""

    row: PendingRow
    slot: _Slot
    planned: PlannedRow | None
    problem: RosterProblem | None


def reserve(ledger: Ledger, context: IssueContext, rows: Sequence[PendingRow]) -> None:
    """Plan the rows that have no plan yet: each gets one, or leaves pending.

    Raises:
        LedgerError: `clock.backwards`, or a fault of the store; nothing of this chunk is fixed then.
    """
    # Of rows with the same key only the first gets a plan now; the next round compares the others with it.
    rows = list({row.row_key: row for row in reversed(rows) if row.slug is None}.values())[::-1]
    for attempt in range(_RESERVE_ATTEMPTS if rows else 0):
        try:
            _reserve_once(ledger, context, rows)
        except sa.exc.IntegrityError:
            # Another job took one of the places, or planned one of the people, since we looked: look again.
            if attempt + 1 == _RESERVE_ATTEMPTS:
                raise
        else:
            return


def _reserve_once(ledger: Ledger, context: IssueContext, rows: Sequence[PendingRow]) -> None:
    job = context.job
    with ledger.database.read() as connection:
        known = find_known_rows(connection, job.issuer_slug, job.achievement_slug, [row.row_key for row in rows])
    drafts = _draft(ledger, context, [row for row in rows if row.row_key not in known])
    with ledger.transaction() as connection:
        check_clock(connection, now=ledger.clock())
        if current_key(connection, job.issuer_slug).method.id != context.key.method.id:
            return  # retired since we looked: a badge must not be younger than the end of its key
        for row in rows:
            if row.row_key in known:
                _settle_known(connection, job, row, known[row.row_key])
        for draft in drafts:
            _insert(connection, job, draft)


def _settle_known(connection: Connection, job: Job, row: PendingRow, known: KnownRow) -> None:
    outcome = decide_fate(row.row.number, row.row.name, row.fingerprint, known)
    if outcome.fate is RowFate.NEW:
        set_planned(connection, job.id, row.position, outcome.slug)
    elif outcome.fate is RowFate.ALREADY_ISSUED:
        set_issued(connection, job.id, row.position, outcome.slug, outcome.fate)
    else:
        set_rejected(connection, job.id, row.position, fate=outcome.fate, slug=outcome.slug, problems=outcome.problems)


def _insert(connection: Connection, job: Job, draft: _Draft) -> None:
    if draft.planned is not None:
        insert_planned(connection, draft.planned)
        insert_slot(connection, draft.slot.pool, draft.slot.index, draft.planned.plan.slug)
        set_planned(connection, job.id, draft.row.position, draft.planned.plan.slug)
    elif draft.problem is not None:
        set_rejected(connection, job.id, draft.row.position, fate=RowFate.PROBLEM, slug=None, problems=[draft.problem])


def _draft(ledger: Ledger, context: IssueContext, rows: Sequence[PendingRow]) -> list[_Draft]:
    """Compose outside any lock; what cannot be composed is rejected before it takes a place."""
    drafts = []
    for row, slot in zip(rows, _pick_slots(ledger, context.job.issuer_slug, len(rows)), strict=True):
        composed = _check_dates(ledger, context, row) or _compose(
            ledger, context, row, _plan(ledger, context, row, slot)
        )
        if isinstance(composed, RosterProblem):
            drafts.append(_Draft(row=row, slot=slot, planned=None, problem=composed))
        else:
            drafts.append(_Draft(row=row, slot=slot, planned=composed, problem=None))
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
    ledger: Ledger, context: IssueContext, row: PendingRow, plan: PlannedCredential
) -> PlannedRow | RosterProblem:
    try:
        document = compose_credential(
            row.row, context.achievement, context.profile, plan, base_url=ledger.base_url
        ).document
        violations = check_composed(document)
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
        row_key=row.row_key,
        fingerprint=row.fingerprint,
        recipient_name=row.row.name,
        recipient_email=row.row.email,
        unsecured=encode_object(document),
    )


def _plan(ledger: Ledger, context: IssueContext, row: PendingRow, slot: _Slot) -> PlannedCredential:
    now = ledger.clock().replace(microsecond=0)
    slug = secrets.token_urlsafe(SLUG_BYTES)
    awarded_on = _awarded_on(context, row)
    return PlannedCredential(
        id=f"{ledger.base_url}/b/{slug}",
        slug=slug,
        subject_id=f"urn:uuid:{_random_uuid()}",
        salt=secrets.token_urlsafe(SALT_BYTES),
        key_id=context.key.method.id,
        valid_from=now,
        valid_until=_valid_until(ledger, context, row),
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


def _valid_until(ledger: Ledger, context: IssueContext, row: PendingRow) -> datetime | None:
    months = context.achievement.valid_months
    if not months:
        return None
    now = ledger.clock()
    first_day = _awarded_on(context, row) or now.date()
    return datetime.combine(add_months(first_day, months), time(23, 59, 59), UTC)


def _check_dates(ledger: Ledger, context: IssueContext, row: PendingRow) -> RosterProblem | None:
    now = ledger.clock()
    awarded_on = _awarded_on(context, row)
    valid_until = _valid_until(ledger, context, row)
    code = ""
    if awarded_on is not None and awarded_on > (now + _FUTURE_TOLERANCE).date():
        code = "job.awarded_in_future"
    elif valid_until is not None and valid_until <= now:
        code = "job.already_expired"
    if not code:
        return None
    value = awarded_on.isoformat() if awarded_on is not None else ""
    return RosterProblem(row=row.row.number, column="awarded_on", code=code, value=value)


def add_months(day: date, months: int) -> date:
    """Return the same day of the month later, or the month's last day when it is shorter."""
    year, month = divmod(day.year * _MONTHS_PER_YEAR + day.month - 1 + months, _MONTHS_PER_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _random_uuid() -> str:
    """Return a version 4 UUID (RFC 9562 §5.4)."""
    value = secrets.token_hex(16)
    variant = "89ab"[int(value[16], 16) % 4]
    return f"{value[:8]}-{value[8:12]}-4{value[13:16]}-{variant}{value[17:20]}-{value[20:]}"
