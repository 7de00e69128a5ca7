"""Lists of skills that an organisation brought, and skills of its own that have a page of this site."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from issuer.model import Skill
from issuer.people_tables import ORGANISATIONS
from issuer.skill_library import LibrarySkill
from issuer.tables import METADATA
from schemas import LedgerError, encode_json, format_datetime

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from schemas import JsonValue

MAX_LISTS = 20  # of one organisation
MAX_ALL_SKILLS = 40_000  # of all lists of one organisation

SKILL_LISTS = sa.Table(
    "skill_lists",
    METADATA,
    sa.Column("organisation_id", sa.Text, sa.ForeignKey(ORGANISATIONS.c.id), primary_key=True),
    sa.Column("slug", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("saved", sa.Text, nullable=False),
    sa.Column("skill_count", sa.Integer, nullable=False),
    sa.Column("document", sa.LargeBinary, nullable=False),
)

# Badges give the addresses of these pages for good: none is ever removed.
OWN_SKILLS = sa.Table(
    "own_skills",
    METADATA,
    sa.Column("issuer_slug", sa.Text, sa.ForeignKey("issuers.slug"), primary_key=True),
    sa.Column("slug", sa.Text, primary_key=True),
    *(
        sa.Column(name, sa.Text, nullable=False)
        for name in ("name", "name_es", "description", "can_do", "framework", "code", "saved")
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredList:
    """What a list is called, how many skills it has, and when it was saved (as `format_datetime` writes it)."""

    slug: str
    name: str
    saved: str
    skill_count: int


def save_skill_list(
    connection: Connection,
    organisation_id: str,
    *,
    slug: str,
    name: str,
    skills: Sequence[LibrarySkill],
    now: datetime,
) -> None:
    """Keep a list; one of the same slug is replaced. Courses that took skills from it have their own copy.

    Raises:
        LedgerError: `skills.too_many_lists`.
    """
    others = [one for one in list_skill_lists(connection, organisation_id) if one.slug != slug]
    if len(others) >= MAX_LISTS or sum(one.skill_count for one in others) + len(skills) > MAX_ALL_SKILLS:
        raise LedgerError("skills.too_many_lists", detail={"limit": MAX_LISTS})
    delete_skill_list(connection, organisation_id, slug)
    document = encode_json(cast("JsonValue", [asdict(skill) for skill in skills]))
    values: dict[str, object] = {
        "organisation_id": organisation_id,
        "slug": slug,
        "name": name,
        "saved": format_datetime(now),
        "skill_count": len(skills),
    }
    connection.execute(SKILL_LISTS.insert(), {**values, "document": document})


def delete_skill_list(connection: Connection, organisation_id: str, slug: str) -> bool:
    """Forget a list; say whether there was one."""
    return connection.execute(SKILL_LISTS.delete().where(_is_list(organisation_id, slug))).rowcount == 1


def _is_list(organisation_id: str, slug: str) -> sa.ColumnElement[bool]:
    return sa.and_(SKILL_LISTS.c.organisation_id == organisation_id, SKILL_LISTS.c.slug == slug)


def list_skill_lists(connection: Connection, organisation_id: str) -> tuple[StoredList, ...]:
    """Return the lists of an organisation by name, without their skills."""
    columns = (SKILL_LISTS.c.slug, SKILL_LISTS.c.name, SKILL_LISTS.c.saved, SKILL_LISTS.c.skill_count)
    query = sa.select(*columns).where(SKILL_LISTS.c.organisation_id == organisation_id).order_by(SKILL_LISTS.c.name)
    rows = connection.execute(query)
    return tuple(StoredList(slug=row.slug, name=row.name, saved=row.saved, skill_count=row.skill_count) for row in rows)


def load_skills(connection: Connection, organisation_id: str, slug: str) -> tuple[LibrarySkill, ...]:
    """Return the skills of a list; none when there is no such list."""
    document = connection.execute(sa.select(SKILL_LISTS.c.document).where(_is_list(organisation_id, slug))).scalar()
    if document is None:
        return ()
    entries = cast("list[dict[str, Any]]", json.loads(document))
    return tuple(
        LibrarySkill(**(entry | {"terms": tuple(Skill(**term) for term in entry["terms"])})) for entry in entries
    )
