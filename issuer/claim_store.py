"""Claims in the ledger: which badge can be fetched with which link, and whether somebody did.

A link is kept as its hash, a code as its keyed hash. What changes is one row, in one statement.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from issuer.delivery_tables import CLAIMS, RECIPIENT_PHONES
from issuer.frozen import load_time
from issuer.slot_store import REVOCATION
from issuer.status_store import read_states
from issuer.tables import ISSUED, PLANNED, PROGRAM_BADGES
from keys import hash_token
from schemas import format_datetime, read_datetime

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

    from keys import LinkSecret

LINK_PURPOSE = "claim"
HAND_OUT_PURPOSE = "hand-out"
HAND_OUT_LETTERS = 12  # 52 bits: typed by hand, and behind a rate limit
MAX_FOUND_BADGES = 1_000
_ID_BYTES = 16
_KEYS_AT_ONCE = 500  # SQLite takes 999 parameters at the least


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow:
    """One claim, with what is needed to decide about it."""

    id: str
    slug: str
    generation: int
    created: datetime
    expires: datetime
    opened_at: datetime | None
    claimed_at: datetime | None
    holder_ref: str
    message_key: str
    nudged_days: int
    second_round: int
    second_expires: datetime | None
    tries: int
    tries_since: datetime | None
    job_id: str
    achievement_slug: str
    recipient_name: str
    recipient_email: str
    recipient_phone: str  # beside the badge; empty when the list has none


_VIEW = (
    sa.select(
        CLAIMS,
        PLANNED.c.achievement_slug,
        PLANNED.c.recipient_name,
        PLANNED.c.recipient_email,
        sa.func.coalesce(RECIPIENT_PHONES.c.phone, "").label("recipient_phone"),
    )
    .select_from(CLAIMS)
    .join(PLANNED, PLANNED.c.slug == CLAIMS.c.slug)
    .outerjoin(RECIPIENT_PHONES, RECIPIENT_PHONES.c.slug == CLAIMS.c.slug)
)


def claim_token(links: LinkSecret, claim_id: str, generation: int) -> str:
    """Return the token of a claim's link."""
    return links.make_token(LINK_PURPOSE, claim_id, generation)


def hand_out_code(links: LinkSecret, claim_id: str, generation: int) -> str:
    """Return the code that stands on the hand-out beside the QR code."""
    return links.make_code(HAND_OUT_PURPOSE, claim_id, generation, letters=HAND_OUT_LETTERS)


def insert_claims(
    connection: Connection, links: LinkSecret, slugs: Sequence[str], *, job_id: str, now: datetime, expires: datetime
) -> None:
    """Open a claim for each badge that has none yet; those that wait belong to this class from now on."""
    for part in _parts(slugs):
        waiting = CLAIMS.update().where(CLAIMS.c.slug.in_(part), CLAIMS.c.claimed_at.is_(None))
        connection.execute(waiting, {"job_id": job_id})
    known = find_by_slugs(connection, slugs)
    missing = [slug for slug in slugs if slug not in known]
    if not missing:
        return
    rows = []
    for slug in missing:
        claim_id = secrets.token_hex(_ID_BYTES)
        rows.append(
            {
                "id": claim_id,
                "slug": slug,
                "job_id": job_id,
                **_locks(links, claim_id, 1),
                "created": format_datetime(now),
                "expires": format_datetime(expires),
                "opened_at": None,
                "claimed_at": None,
                "holder_ref": "",
                "message_key": "",
                "nudged_days": 0,
                "second_round": 0,
                "second_expires": None,
                "tries": 0,
                "tries_since": None,
            }
        )
    connection.execute(CLAIMS.insert(), rows)


def _locks(links: LinkSecret, claim_id: str, generation: int) -> dict[str, object]:
    return {
        "generation": generation,
        "token_sha256": hash_token(claim_token(links, claim_id, generation)),
        "code_lock": links.lock(HAND_OUT_PURPOSE, hand_out_code(links, claim_id, generation)),
    }


def find_by_token(connection: Connection, token: str) -> ClaimRow | None:
    """Return the claim behind a link, spent or not; None when there is none."""
    return _first(connection, CLAIMS.c.token_sha256 == hash_token(token))


def find_by_hand_out_code(connection: Connection, links: LinkSecret, code: str) -> ClaimRow | None:
    """Return the claim with this code on its hand-out, spent or not."""
    return _first(connection, CLAIMS.c.code_lock == links.lock(HAND_OUT_PURPOSE, code))


def find_claim_by_id(connection: Connection, claim_id: str) -> ClaimRow | None:
    """Return a claim by its id."""
    return _first(connection, CLAIMS.c.id == claim_id)


def find_by_slugs(connection: Connection, slugs: Sequence[str]) -> dict[str, ClaimRow]:
    """Return the claims of these badges, by slug; a badge that was never handed out has none."""
    found = {}
    for part in _parts(slugs):
        for row in connection.execute(_VIEW.where(CLAIMS.c.slug.in_(part))).mappings():
            found[row["slug"]] = _read(row)
    return found


def note_opened(connection: Connection, claim_id: str, *, now: datetime) -> None:
    """Note that the person opened the page of the claim; only the first time counts."""
    connection.execute(
        CLAIMS.update().where(CLAIMS.c.id == claim_id, CLAIMS.c.opened_at.is_(None)),
        {"opened_at": format_datetime(now)},
    )


def note_claimed(connection: Connection, claim_id: str, *, holder_ref: str, now: datetime) -> bool:
    """Give a badge to a holder; False when somebody has it already."""
    note_opened(connection, claim_id, now=now)
    statement = CLAIMS.update().where(CLAIMS.c.id == claim_id, CLAIMS.c.claimed_at.is_(None))
    result = connection.execute(statement, {"claimed_at": format_datetime(now), "holder_ref": holder_ref})
    return result.rowcount == 1


def note_wrong_answer(connection: Connection, claim: ClaimRow, *, since: datetime, tries: int) -> None:
    """Count one more wrong second step."""
    _change(connection, claim.id, tries=tries, tries_since=format_datetime(since))


def begin_second_round(connection: Connection, claim: ClaimRow, *, expires: datetime) -> int:
    """Begin a new code of the second step and return its number."""
    _change(connection, claim.id, second_round=claim.second_round + 1, second_expires=format_datetime(expires))
    return claim.second_round + 1


def note_message(connection: Connection, claim_id: str, message_key: str) -> None:
    """Note under which key the newest message with the link stands in the outbox."""
    _change(connection, claim_id, message_key=message_key)


def extend_claim(connection: Connection, claim_id: str, *, expires: datetime) -> None:
    """Let the same link hold until a later day."""
    _change(connection, claim_id, expires=format_datetime(expires))


def wait_anew(connection: Connection, claim_id: str, *, now: datetime, expires: datetime) -> None:
    """Let a claim wait for its person as if it were handed out now."""
    _change(connection, claim_id, created=format_datetime(now), expires=format_datetime(expires))


def note_nudged(connection: Connection, claim_id: str, days: int) -> None:
    """Note after how many days the person was reminded."""
    _change(connection, claim_id, nudged_days=days)


def move_claim(connection: Connection, old_slug: str, new_slug: str) -> None:
    """Let the claim of a corrected badge lead to the new one: its link, its code and its holder stay."""
    connection.execute(CLAIMS.update().where(CLAIMS.c.slug == old_slug), {"slug": new_slug})


def end_link(connection: Connection, links: LinkSecret, slug: str) -> None:
    """Make link and hand-out code of a badge worthless, such as those that went to a wrong address.

    The badge waits for its person again, under a new link; nothing was sent for that one yet.
    """
    claim = find_by_slugs(connection, [slug]).get(slug)
    if claim is None:
        return
    _change(
        connection,
        claim.id,
        **_locks(links, claim.id, claim.generation + 1),
        opened_at=None,
        claimed_at=None,
        holder_ref="",
        message_key="",
        nudged_days=0,
    )


def list_unclaimed(
    connection: Connection,
    *,
    created_before: datetime,
    after: str,
    limit: int,
    issuer_slugs: Collection[str] | None = None,
) -> tuple[ClaimRow, ...]:
    """Return claims that wait, by id, from the one after `after` on: of badges of some issuers, or of all."""
    query = _waiting(created_before, after)
    if issuer_slugs is not None:
        query = query.where(PLANNED.c.issuer_slug.in_(issuer_slugs))
    return _read_waiting(connection, query, limit=limit)


def list_unreminded(
    connection: Connection, *, days: int, created_before: datetime, after: str, limit: int
) -> tuple[ClaimRow, ...]:
    """Return those of `list_unclaimed` that somebody was written to about, and not reminded of after `days` yet."""
    query = _waiting(created_before, after).where(CLAIMS.c.message_key != "", CLAIMS.c.nudged_days < days)
    return _read_waiting(connection, query, limit=limit)


def list_reachable_twice(
    connection: Connection, *, created_before: datetime, after: str, limit: int
) -> tuple[ClaimRow, ...]:
    """Return those of `list_unclaimed` that somebody was written to about and who have address and number."""
    query = _waiting(created_before, after).where(
        CLAIMS.c.message_key != "", PLANNED.c.recipient_email != "", RECIPIENT_PHONES.c.phone.is_not(None)
    )
    return _read_waiting(connection, query, limit=limit)


def find_out_of_force(connection: Connection, slugs: Sequence[str]) -> dict[str, str]:
    """Return, for those of the badges that were taken back or are paused, the purpose that says so; revoked wins."""
    found: dict[str, str] = {}
    for slug, purpose in read_states(connection, slugs):
        if found.get(slug) != REVOCATION:
            found[slug] = purpose
    return found


def _waiting(created_before: datetime, after: str) -> sa.Select[tuple[object, ...]]:
    return _VIEW.where(
        CLAIMS.c.claimed_at.is_(None), CLAIMS.c.created <= format_datetime(created_before), CLAIMS.c.id > after
    )


def _read_waiting(connection: Connection, query: sa.Select[tuple[object, ...]], *, limit: int) -> tuple[ClaimRow, ...]:
    return tuple(_read(row) for row in connection.execute(query.order_by(CLAIMS.c.id).limit(limit)).mappings())


def home_job(connection: Connection, slug: str) -> str | None:
    """Return the job that issued a badge; None when no badge of that name was issued."""
    return connection.scalar(sa.select(PLANNED.c.job_id).join(ISSUED).where(PLANNED.c.slug == slug))


def find_slugs_by_email(connection: Connection, address: str) -> tuple[str, ...]:
    """Return badges that were issued to an address, in letters of either case, newest first; only in force."""
    return _find_slugs(connection, PLANNED.c.recipient_email.collate("NOCASE") == address)


def find_slugs_by_phone(connection: Connection, phone: str) -> tuple[str, ...]:
    """Return badges whose people have a telephone number, newest first; only those in force."""
    has_phone = sa.select(RECIPIENT_PHONES.c.slug).where(RECIPIENT_PHONES.c.phone == phone)
    return _find_slugs(connection, PLANNED.c.slug.in_(has_phone))


def is_phone_known(connection: Connection, phone: str) -> bool:
    """Whether a class list has this number."""
    query = sa.select(RECIPIENT_PHONES.c.slug).where(RECIPIENT_PHONES.c.phone == phone).limit(1)
    return connection.scalar(query) is not None


def _find_slugs(connection: Connection, condition: sa.ColumnElement[bool]) -> tuple[str, ...]:
    query = (
        sa.select(PLANNED.c.slug)
        .select_from(PLANNED)
        .join(ISSUED)
        .outerjoin(PROGRAM_BADGES, PROGRAM_BADGES.c.slug == PLANNED.c.slug)
        .where(
            condition,
            sa.func.coalesce(PROGRAM_BADGES.c.has_page, 1) == 1,
        )
        .order_by(ISSUED.c.issued_at.desc(), PLANNED.c.slug)
        .limit(MAX_FOUND_BADGES)
    )
    slugs = tuple(connection.scalars(query))
    idle = find_out_of_force(connection, slugs)
    return tuple(slug for slug in slugs if slug not in idle)


def _parts(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        yield keys[start : start + _KEYS_AT_ONCE]


def _first(connection: Connection, condition: sa.ColumnElement[bool]) -> ClaimRow | None:
    row = connection.execute(_VIEW.where(condition)).mappings().first()
    return None if row is None else _read(row)


def _change(connection: Connection, claim_id: str, **values: object) -> None:
    connection.execute(CLAIMS.update().where(CLAIMS.c.id == claim_id).values(**values))


def _read(row: RowMapping) -> ClaimRow:
    return ClaimRow(
        id=row["id"],
        slug=row["slug"],
        generation=row["generation"],
        created=read_datetime(row["created"]),
        expires=read_datetime(row["expires"]),
        opened_at=load_time(row["opened_at"]),
        claimed_at=load_time(row["claimed_at"]),
        holder_ref=row["holder_ref"],
        message_key=row["message_key"],
        nudged_days=row["nudged_days"],
        second_round=row["second_round"],
        second_expires=load_time(row["second_expires"]),
        tries=row["tries"],
        tries_since=load_time(row["tries_since"]),
        job_id=row["job_id"],
        achievement_slug=row["achievement_slug"],
        recipient_name=row["recipient_name"],
        recipient_email=row["recipient_email"],
        recipient_phone=row["recipient_phone"],
    )
