"""Organisations, people and memberships in the tables."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from issuer.oidc_tables import OIDC_IDENTITIES
from issuer.people_tables import (
    DESK_SESSIONS,
    MEMBERSHIPS,
    ORGANISATION_ISSUERS,
    ORGANISATIONS,
    PASSWORD_LINKS,
    PEOPLE,
)
from issuer.tables import ISSUERS
from keys import PasskeyOwner
from schemas import format_datetime
from storage import delete_passkeys

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

HOME: Final = "home"  # the organisation that every installation begins with
DESK_PERSON: Final = "desk"  # whoever knows the password of the desk
INVITATION_TEMPLATE: Final = "desk-invitation"  # of messages
PASSKEY_TEMPLATE: Final = "desk-passkey"
PASSWORD_TEMPLATE: Final = "desk-password"  # noqa: S105  the name of a message
_ID_BYTES = 16


def new_id() -> str:
    """Return a random id of 128 bits."""
    return secrets.token_hex(_ID_BYTES)


def insert_organisation(connection: Connection, organisation_id: str, name: str, *, now: datetime) -> None:
    """Add an organisation."""
    connection.execute(ORGANISATIONS.insert().values(id=organisation_id, name=name, created=format_datetime(now)))


def rename_organisation(connection: Connection, organisation_id: str, name: str) -> None:
    """Give an organisation another name."""
    connection.execute(sa.update(ORGANISATIONS).where(ORGANISATIONS.c.id == organisation_id).values(name=name))


def insert_organisation_issuer(connection: Connection, issuer_slug: str, organisation_id: str) -> None:
    """Give an issuer to an organisation, for good."""
    connection.execute(ORGANISATION_ISSUERS.insert().values(issuer_slug=issuer_slug, organisation_id=organisation_id))


def list_issuer_slugs(connection: Connection, organisation_id: str) -> frozenset[str]:
    """Return the issuers of an organisation."""
    column = ORGANISATION_ISSUERS.c
    return frozenset(connection.scalars(sa.select(column.issuer_slug).where(column.organisation_id == organisation_id)))


def list_organisations(connection: Connection, *, person_id: str | None = None) -> Sequence[RowMapping]:
    """Return organisations with `id`, `shown` (the name) and, for those of one person, `role`; by name."""
    first_issuer = (
        sa.select(ISSUERS.c.name)
        .join(ORGANISATION_ISSUERS, ORGANISATION_ISSUERS.c.issuer_slug == ISSUERS.c.slug)
        .where(ORGANISATION_ISSUERS.c.organisation_id == ORGANISATIONS.c.id)
        .order_by(ISSUERS.c.created, ISSUERS.c.slug)
        .limit(1)
        .scalar_subquery()
    )
    shown = sa.func.coalesce(sa.func.nullif(ORGANISATIONS.c.name, ""), first_issuer, "").label("shown")
    query = sa.select(ORGANISATIONS.c.id, shown)
    if person_id is not None:
        query = query.add_columns(MEMBERSHIPS.c.role).join(
            MEMBERSHIPS, MEMBERSHIPS.c.organisation_id == ORGANISATIONS.c.id
        )
        query = query.where(MEMBERSHIPS.c.person_id == person_id)
    return connection.execute(query.order_by(shown, ORGANISATIONS.c.id)).mappings().all()


def insert_person(connection: Connection, *, name: str, email: str, now: datetime) -> str:
    """Add a person without a password; return their id."""
    person_id = new_id()
    connection.execute(
        PEOPLE.insert().values(
            id=person_id, name=name, email=email, password_hash="", created=format_datetime(now), signed_in_on=""
        )
    )
    return person_id


def prove_address(connection: Connection, person_id: str) -> None:
    """Note that a person has just shown that their address is theirs.

    The first time, every way in that was set up before ends: whoever did that may have been somebody else.
    """
    statement = sa.update(PEOPLE).where(PEOPLE.c.id == person_id, PEOPLE.c.email_proven == 0)
    if connection.execute(statement.values(email_proven=1, password_hash="")).rowcount:
        _delete_ways_in(connection, person_id)


def find_person(connection: Connection, *, person_id: str = "", email: str = "") -> RowMapping | None:
    """Return one person, by id or else by address."""
    wanted = PEOPLE.c.id == person_id if person_id else PEOPLE.c.email == email
    return connection.execute(sa.select(PEOPLE).where(wanted)).mappings().first()


def list_members(connection: Connection, organisation_id: str) -> Sequence[RowMapping]:
    """Return the people of an organisation with their `role`, by name and address."""
    query = (
        sa.select(PEOPLE, MEMBERSHIPS.c.role)
        .join(MEMBERSHIPS, MEMBERSHIPS.c.person_id == PEOPLE.c.id)
        .where(MEMBERSHIPS.c.organisation_id == organisation_id)
        .order_by(sa.func.lower(PEOPLE.c.name), PEOPLE.c.email)
    )
    return connection.execute(query).mappings().all()


def find_role(connection: Connection, person_id: str, organisation_id: str) -> str | None:
    """Return the role of a person in an organisation; None when they do not belong to it."""
    return connection.scalar(sa.select(MEMBERSHIPS.c.role).where(*_membership(person_id, organisation_id)))


def insert_membership(
    connection: Connection, person_id: str, organisation_id: str, role: str, *, now: datetime
) -> None:
    """Take a person into an organisation."""
    connection.execute(
        MEMBERSHIPS.insert().values(
            person_id=person_id, organisation_id=organisation_id, role=role, since=format_datetime(now)
        )
    )


def change_role(connection: Connection, person_id: str, organisation_id: str, role: str) -> None:
    """Change what a person may do in an organisation."""
    connection.execute(sa.update(MEMBERSHIPS).where(*_membership(person_id, organisation_id)).values(role=role))


def delete_membership(connection: Connection, person_id: str, organisation_id: str) -> None:
    """Take a person out of an organisation."""
    connection.execute(sa.delete(MEMBERSHIPS).where(*_membership(person_id, organisation_id)))


def count_members(connection: Connection, organisation_id: str, role: str) -> int:
    """Return how many people of an organisation have exactly this role."""
    query = sa.select(sa.func.count()).select_from(MEMBERSHIPS)
    query = query.where(MEMBERSHIPS.c.organisation_id == organisation_id, MEMBERSHIPS.c.role == role)
    return connection.scalar(query) or 0


def change_person(connection: Connection, person_id: str, **values: str) -> None:
    """Change the name, the password's hash or the last day of a person."""
    connection.execute(sa.update(PEOPLE).where(PEOPLE.c.id == person_id).values(**values))


def _membership(person_id: str, organisation_id: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return MEMBERSHIPS.c.person_id == person_id, MEMBERSHIPS.c.organisation_id == organisation_id


def forget_person(connection: Connection, person_id: str) -> None:
    """Forget everything about a person but the random id, which audit records name."""
    _delete_ways_in(connection, person_id)
    erased = {"name": "", "email": None, "password_hash": "", "signed_in_on": ""}
    connection.execute(sa.update(PEOPLE).where(PEOPLE.c.id == person_id).values(**erased))


def _delete_ways_in(connection: Connection, person_id: str) -> None:
    for table in (PASSWORD_LINKS, DESK_SESSIONS, OIDC_IDENTITIES):
        connection.execute(sa.delete(table).where(table.c.person_id == person_id))
    delete_passkeys(connection, PasskeyOwner.PERSON.value, person_id)
