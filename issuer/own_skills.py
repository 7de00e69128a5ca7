"""Skills of an issuer's own: what their pages say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from issuer.skill_address import own_skill_slug
from issuer.skill_store import OWN_SKILLS
from schemas import format_datetime

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from issuer.model import Skill


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSkill:
    """A skill that an issuer named itself; what is not known is empty."""

    issuer_slug: str
    slug: str
    name: str
    name_es: str
    description: str
    can_do: str
    framework: str
    code: str


def save_own_skills(connection: Connection, issuer_slug: str, skills: Iterable[Skill], *, now: datetime) -> None:
    """Keep a page for each skill without an address of its own; what a course says of it newly replaces the old."""
    for skill in skills:
        if skill.url:
            continue
        texts = {"description": skill.description, "framework": skill.framework, "code": skill.code}
        known = {name: text for name, text in texts.items() if text}
        statement = insert(OWN_SKILLS).values(
            issuer_slug=issuer_slug,
            slug=own_skill_slug(skill.name),
            name=skill.name,
            name_es="",
            can_do="",
            saved=format_datetime(now),
            **texts,
        )
        connection.execute(
            statement.on_conflict_do_update(index_elements=["issuer_slug", "slug"], set_={"name": skill.name, **known})
        )


def add_words(connection: Connection, issuer_slug: str, name: str, *, name_es: str, can_do: str) -> None:
    """Keep the Spanish name and the plain sentence that a list has for a skill of an issuer's own."""
    words = {column: text for column, text in (("name_es", name_es), ("can_do", can_do)) if text}
    if words:
        connection.execute(
            sa.update(OWN_SKILLS)
            .where(OWN_SKILLS.c.issuer_slug == issuer_slug, OWN_SKILLS.c.slug == own_skill_slug(name))
            .values(**words)
        )


def find_own_skill(connection: Connection, issuer_slug: str, slug: str) -> OwnSkill | None:
    """Return a skill of an issuer's own; None when no course of that issuer ever had it."""
    row = connection.execute(
        sa.select(OWN_SKILLS).where(OWN_SKILLS.c.issuer_slug == issuer_slug, OWN_SKILLS.c.slug == slug)
    ).first()
    if row is None:
        return None
    return OwnSkill(
        issuer_slug=row.issuer_slug,
        slug=row.slug,
        name=row.name,
        name_es=row.name_es,
        description=row.description,
        can_do=row.can_do,
        framework=row.framework,
        code=row.code,
    )
