"""Badges that programs had signed, in the ledger: what was asked for, and the job that they stand under."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from issuer.frozen import encode_object, load_pointers
from issuer.model import ProofChoice
from issuer.tables import ACHIEVEMENTS, ISSUED, JOBS, NO_COURSE, PLANNED, PROGRAM_BADGES
from schemas import format_datetime

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

_NO_DOCUMENT = b"{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramBadge:
    """What a program asked for.

    Args:
        slug: Names the plan.
        program: Id of its API key.
        suite: How the badge is signed.
        pointers: Mandatory pointers as they were asked for; None when the suite chooses.
        title: What the desk calls the badge.
        has_page: Whether everybody who knows the slug may see it.
        body_sha256: Of everything that was asked for.
        request_sha256: Of the name that the program gave to its request, if it gave one.
    """

    slug: str
    program: str
    suite: str
    pointers: tuple[str, ...] | None
    title: str
    has_page: bool
    body_sha256: bytes
    request_sha256: bytes | None = None


def standing_job_id(issuer_slug: str) -> str:
    """Return the id of the job that an issuer's badges of programs stand under."""
    return f"programs-{issuer_slug}"


def ensure_standing_job(connection: Connection, issuer_slug: str, *, now: datetime) -> str:
    """Make the standing job of an issuer when it is not there yet, and return its id.

    It has no rows and is finished from the start; with revision `NO_COURSE` no list of jobs or courses shows it.
    """
    job_id = standing_job_id(issuer_slug)
    if connection.scalar(sa.select(JOBS.c.id).where(JOBS.c.id == job_id)) is not None:
        return job_id
    made, course = format_datetime(now), f"~{issuer_slug}"  # no course file may name a "~"
    connection.execute(
        ACHIEVEMENTS.insert(),
        {
            "slug": course,
            "revision": NO_COURSE,
            "issuer_slug": issuer_slug,
            "document": _NO_DOCUMENT,
            "sha256": hashlib.sha256(_NO_DOCUMENT).digest(),
            "saved": made,
        },
    )
    connection.execute(
        JOBS.insert(),
        {
            "id": job_id,
            "idempotency_key": job_id,
            "body_sha256": hashlib.sha256(job_id.encode()).digest(),
            "issuer_slug": issuer_slug,
            "achievement_slug": course,
            "achievement_revision": NO_COURSE,
            "proof": ProofChoice.DATA_INTEGRITY.value,
            "awarded_on": None,
            "total": 0,
            "created": made,
            "finished": made,
            "failure": "",
        },
    )
    return job_id


def insert_program_badge(connection: Connection, badge: ProgramBadge) -> None:
    """Note what a program asked for, beside the plan.

    Raises:
        sqlalchemy.exc.IntegrityError: The program used the name of its request before.
    """
    connection.execute(
        PROGRAM_BADGES.insert(),
        {
            "slug": badge.slug,
            "program": badge.program,
            "suite": badge.suite,
            "pointers": encode_object(None if badge.pointers is None else [*badge.pointers]).decode(),
            "title": badge.title,
            "has_page": int(badge.has_page),
            "body_sha256": badge.body_sha256,
            "request_sha256": badge.request_sha256,
        },
    )


def find_by_slug(connection: Connection, slug: str) -> ProgramBadge | None:
    """Return what was asked for a badge; None for a badge of a class list."""
    return _first(connection, sa.select(PROGRAM_BADGES).where(PROGRAM_BADGES.c.slug == slug))


def find_by_request(connection: Connection, program: str, request_sha256: bytes) -> ProgramBadge | None:
    """Return what a program asked for under this name."""
    return _first(
        connection,
        sa.select(PROGRAM_BADGES).where(
            PROGRAM_BADGES.c.program == program, PROGRAM_BADGES.c.request_sha256 == request_sha256
        ),
    )


def is_id_taken(connection: Connection, credential_id: str) -> bool:
    """Whether any badge has this id, one of a class list that still waits for its signature included."""
    return connection.scalar(sa.select(PLANNED.c.slug).where(PLANNED.c.id == credential_id)) is not None


def list_signed_sha256(connection: Connection) -> frozenset[str]:
    """Return the SHA-256, in hex, of every badge that a program had signed."""
    query = sa.select(ISSUED.c.json_sha256).join(PROGRAM_BADGES, PROGRAM_BADGES.c.slug == ISSUED.c.slug)
    return frozenset(digest.hex() for digest in connection.scalars(query))


def _first(connection: Connection, query: sa.Select[tuple[object, ...]]) -> ProgramBadge | None:
    row = connection.execute(query).mappings().first()
    return None if row is None else _read(row)


def _read(row: RowMapping) -> ProgramBadge:
    return ProgramBadge(
        slug=row["slug"],
        program=row["program"],
        suite=row["suite"],
        pointers=load_pointers(row["pointers"]),
        title=row["title"],
        has_page=bool(row["has_page"]),
        body_sha256=row["body_sha256"],
        request_sha256=row["request_sha256"],
    )
