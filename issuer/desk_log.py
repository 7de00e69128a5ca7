"""Which records of the audit chain an organisation sees: those about its own things.

A record names what it is about by event and subject. What is about the installation as a whole (a backup that was
brought back, the clock, a wallet) is shown to owners of the organisation that the installation began with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from issuer.achievement_store import list_achievements
from issuer.tables import ACHIEVEMENTS, ISSUERS, JOBS, PLANNED, SIGNING_KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sqlalchemy import Connection

    from issuer.desk_scope import DeskScope

INSTALLATION_EVENTS = ("clock", "store", "wallet")  # about nobody's things
# Their subject is the organisation.
ORGANISATION_EVENTS = ("invitation", "organisation", "person", "skill_list")
Column = sa.ColumnElement[str]
# What the first word of an event is about: the columns that its subject may stand in, and whose that is.
_THINGS: tuple[tuple[tuple[str, ...], tuple[sa.Column[str], ...], sa.Column[str]], ...] = (
    (("achievement",), (ACHIEVEMENTS.c.slug,), ACHIEVEMENTS.c.issuer_slug),
    (("issuer",), (ISSUERS.c.slug,), ISSUERS.c.slug),
    (("key",), (SIGNING_KEYS.c.method_id,), SIGNING_KEYS.c.issuer_slug),
    (("class_code", "delivery", "job"), (JOBS.c.id,), JOBS.c.issuer_slug),
    (
        ("badge", "contact", "credential", "delivery", "record", "status"),
        (PLANNED.c.id, PLANNED.c.slug),
        PLANNED.c.issuer_slug,
    ),
)

OWNED_EVENTS = frozenset(area for areas, _, _ in _THINGS for area in areas)


def reach_of_log(scope: DeskScope) -> Callable[[Column, Column], sa.ColumnElement[bool]]:
    """Return the condition of the records that may be seen; made from the columns of event and subject."""
    slugs = scope.issuer_slugs

    def is_within(event: Column, subject: Column) -> sa.ColumnElement[bool]:
        of_itself = sa.and_(_is_about(event, ORGANISATION_EVENTS), subject == scope.organisation_id)
        of_things = (_exists(event, subject, thing, owner=thing[2].in_(slugs)) for thing in _THINGS)
        of_installation = (_is_about(event, INSTALLATION_EVENTS),) if scope.sees_installation else ()
        return sa.or_(of_itself, *of_things, *of_installation)

    return is_within


def read_thing_names(connection: Connection, scope: DeskScope, subjects: Collection[str]) -> dict[str, str]:
    """Return what people call the badges, lists and courses that records are about; the records hold no names.

    Args:
        connection: To the ledger.
        scope: Whose desk it is; a thing of somebody else has no name here.
        subjects: Of records: ids of badges, lists and courses, and anything else, which is left out.
    """
    badges = connection.execute(
        sa.select(PLANNED.c.id, PLANNED.c.slug, PLANNED.c.recipient_name, PLANNED.c.achievement_slug).where(
            sa.or_(PLANNED.c.id.in_(subjects), PLANNED.c.slug.in_(subjects)),
            PLANNED.c.issuer_slug.in_(scope.issuer_slugs),
        )
    ).all()
    lists = connection.execute(
        sa.select(JOBS.c.id, JOBS.c.achievement_slug).where(
            JOBS.c.id.in_(subjects), JOBS.c.issuer_slug.in_(scope.issuer_slugs)
        )
    ).all()
    courses = {course.slug: course.name for _, course in list_achievements(connection, issuer_slugs=scope.issuer_slugs)}
    named = {row.id: _join(row.recipient_name, courses.get(row.achievement_slug, "")) for row in badges}
    listed = {row.id: courses.get(row.achievement_slug, "") for row in lists}
    return courses | named | {row.slug: named[row.id] for row in badges} | listed


def _join(*words: str) -> str:
    return ", ".join(word for word in words if word)


def _is_about(event: Column, areas: tuple[str, ...]) -> sa.ColumnElement[bool]:
    return sa.or_(*(event.startswith(f"{area}.") for area in areas))


def _exists(
    event: Column,
    subject: Column,
    thing: tuple[tuple[str, ...], tuple[sa.Column[str], ...], sa.Column[str]],
    *,
    owner: sa.ColumnElement[bool],
) -> sa.ColumnElement[bool]:
    areas, columns, _ = thing
    named = sa.or_(*(column == subject for column in columns))
    return sa.and_(_is_about(event, areas), sa.exists().where(named, owner))
