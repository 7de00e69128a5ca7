"""What the ledger knows of the people on a list: who has the badge, who had it, and who has it under other details.

A row key has one badge in force at most. When that badge was revoked, a mended row gets the next
revision of the key, `<row key>~2` and so on, so that the store still refuses two for one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from issuer.cells import fold
from issuer.delivery_tables import RECIPIENT_PHONES
from issuer.frozen import load_row
from issuer.row_identity import weaker_keys
from issuer.slot_store import REVOCATION
from issuer.status_store import read_states
from issuer.tables import ISSUED, JOB_ROWS, PLANNED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from issuer.model import Achievement, RosterRow

REVISION_MARK = "~"
_KEYS_AT_ONCE = 500  # SQLite takes 999 parameters at the least


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRow:
    """The newest badge of a row key. `revoked_fingerprints` are what its revoked badges said, the newest among them."""

    slug: str
    fingerprint: str
    is_issued: bool
    is_revoked: bool
    revision: int = 1
    revoked_fingerprints: frozenset[str] = frozenset()
    phone: str = ""


def revise_key(key: str, revision: int) -> str:
    """Return what the badge of this revision is stored under."""
    return key if revision == 1 else f"{key}{REVISION_MARK}{revision}"


def split_key(stored: str) -> tuple[str, int]:
    """Return the row key and the revision of what a badge is stored under."""
    key, _, revision = stored.partition(REVISION_MARK)
    return key, int(revision or 1)


def find_known_rows(
    connection: Connection, issuer_slug: str, achievement_slug: str, row_keys: Sequence[str]
) -> dict[str, KnownRow]:
    """Return what is known of each row key; keys that are new are left out."""
    known: dict[str, KnownRow] = {}
    course = sa.and_(PLANNED.c.issuer_slug == issuer_slug, PLANNED.c.achievement_slug == achievement_slug)
    for start in range(0, len(row_keys), _KEYS_AT_ONCE):
        condition = PLANNED.c.row_key.in_(row_keys[start : start + _KEYS_AT_ONCE])
        known.update(_read(connection, sa.and_(course, condition)))
    for key in [key for key, row in known.items() if row.is_revoked]:
        # Digits only stand between "~0" and "~:".
        later = PLANNED.c.row_key.between(f"{key}{REVISION_MARK}", f"{key}{REVISION_MARK}:")
        known[key] = _newest([known[key], *(row for _, row in _read(connection, sa.and_(course, later)))])
    return known


def find_namesakes(
    connection: Connection, issuer_slug: str, achievement: Achievement, rows: Sequence[RosterRow], *, but_job: str = ""
) -> dict[int, KnownRow]:
    """Return, by row number, the badge of the same name and day that tells more or less of the person than the row.

    One of the two lacks the e-mail address or the number, and nothing contradicts. A badge in force comes
    before a revoked one. Rows whose own key is known must not be among `rows`.

    Args:
        connection: From `Database.read`.
        issuer_slug: Who issues.
        achievement: What the badge is given for.
        rows: People whose row key is new.
        but_job: A job whose own badges do not count.
    """
    by_name: defaultdict[str, list[RosterRow]] = defaultdict(list)
    for row in rows:
        by_name[fold(row.name)].append(row)
    found: dict[int, KnownRow] = {}
    course = (
        PLANNED.c.issuer_slug == issuer_slug,
        PLANNED.c.achievement_slug == achievement.slug,
        PLANNED.c.job_id != but_job,
    )
    for condition in _likely(rows, achievement):
        near = connection.execute(sa.select(PLANNED.c.slug, PLANNED.c.recipient_name).where(*course, condition))
        slugs = [slug for slug, name in near if fold(name) in by_name]
        for start in range(0, len(slugs), _KEYS_AT_ONCE):
            some = slugs[start : start + _KEYS_AT_ONCE]
            details = _read_details(connection, some)
            for _, other in _read(connection, PLANNED.c.slug.in_(some)):
                _match(by_name, details[other.slug], other, found)
    return found


def _match(by_name: dict[str, list[RosterRow]], had: RosterRow, other: KnownRow, found: dict[int, KnownRow]) -> None:
    for row in by_name.get(fold(had.name), ()):
        before = found.get(row.number)
        if is_namesake(row, had) and (before is None or before.is_revoked):
            found[row.number] = other


def is_namesake(one: RosterRow, other: RosterRow) -> bool:
    """Tell whether two rows of one name and day may be one person of whom one row tells more."""
    ids = {one.person_id.casefold(), other.person_id.casefold()}
    emails = {one.email.lower(), other.email.lower()}
    if fold(one.name) != fold(other.name) or one.awarded_on != other.awarded_on:
        return False
    if len(ids - {""}) > 1 or len(emails - {""}) > 1:
        return False
    is_bare = any(not row.person_id and not row.email for row in (one, other))
    shares_one = "" not in ids or "" not in emails
    return is_bare or shares_one


def _likely(rows: Sequence[RosterRow], achievement: Achievement) -> Iterable[sa.ColumnElement[bool]]:
    """Yield conditions that find every badge that may match; only bare names need a look at all badges."""
    weaker = sorted({key for row in rows for key in weaker_keys(row, achievement)})
    emails = sorted({row.email for row in rows if row.email and not row.person_id})
    for values, column in ((weaker, PLANNED.c.row_key), (emails, PLANNED.c.recipient_email)):
        for start in range(0, len(values), _KEYS_AT_ONCE):
            yield column.in_(values[start : start + _KEYS_AT_ONCE])
    if any(not row.email and not row.person_id for row in rows):
        yield sa.true()


def _read(connection: Connection, condition: sa.ColumnElement[bool]) -> list[tuple[str, KnownRow]]:
    rows = connection.execute(
        sa.select(
            PLANNED.c.row_key,
            PLANNED.c.slug,
            PLANNED.c.fingerprint,
            ISSUED.c.slug.label("issued"),
            RECIPIENT_PHONES.c.phone,
        )
        .outerjoin(ISSUED)
        .outerjoin(RECIPIENT_PHONES, RECIPIENT_PHONES.c.slug == PLANNED.c.slug)
        .where(condition)
    ).all()
    states = read_states(connection, [row.slug for row in rows])
    found = []
    for row in rows:
        is_revoked = (row.slug, REVOCATION) in states
        known = KnownRow(
            slug=row.slug,
            fingerprint=row.fingerprint,
            is_issued=row.issued is not None,
            is_revoked=is_revoked,
            revision=split_key(row.row_key)[1],
            revoked_fingerprints=frozenset([row.fingerprint] if is_revoked else []),
            phone=row.phone or "",
        )
        found.append((row.row_key, known))
    return found


def _newest(rows: Sequence[KnownRow]) -> KnownRow:
    newest = max(rows, key=lambda row: row.revision)
    return KnownRow(
        slug=newest.slug,
        fingerprint=newest.fingerprint,
        is_issued=newest.is_issued,
        is_revoked=newest.is_revoked,
        revision=newest.revision,
        phone=newest.phone,
        revoked_fingerprints=frozenset[str]().union(*(row.revoked_fingerprints for row in rows)),
    )


def _read_details(connection: Connection, slugs: Sequence[str]) -> dict[str, RosterRow]:
    """Return the row that each badge was made from."""
    rows = connection.execute(
        sa.select(JOB_ROWS.c.slug, JOB_ROWS.c.row)
        .join(PLANNED, sa.and_(PLANNED.c.slug == JOB_ROWS.c.slug, PLANNED.c.job_id == JOB_ROWS.c.job_id))
        .where(PLANNED.c.slug.in_(slugs))
    )
    return {slug: load_row(row) for slug, row in rows}
