"""The people of the desk: organisations, who belongs to them, and what each may do there."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from issuer import people_store
from issuer.people_store import DESK_PERSON, HOME

if TYPE_CHECKING:
    from sqlalchemy import Connection, RowMapping

    from storage import Database

__all__ = [
    "DESK_PERSON",
    "HOME",
    "Member",
    "Membership",
    "Organisation",
    "Person",
    "Role",
    "find_membership",
    "find_person",
    "find_person_by_email",
    "fold_email",
    "list_memberships",
    "list_organisations",
    "list_people",
    "note_sign_in",
    "organisation_issuer_slugs",
    "read_role",
]


class Role(enum.Enum):
    """What somebody may do in an organisation; each role may all that the ones before it may."""

    VIEWER = "viewer"  # reads; sees no mail and no code with which a badge can be fetched
    TRAINER = "trainer"  # courses, class lists, handing out, corrections, status
    OWNER = "owner"  # people, invitations, the organisation itself

    def covers(self, other: Role) -> bool:
        """Say whether whoever has this role may do what needs the other."""
        order = list(Role)
        return order.index(self) >= order.index(other)


def read_role(text: str) -> Role | None:
    """Return the role of this name, or None."""
    return next((role for role in Role if role.value == text), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """A place that gives badges; everything at the desk belongs to one.

    Args:
        id: Random, or `HOME` for the one that an installation begins with.
        name: As people know it.
    """

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who signs in at the desk.

    Args:
        id: Random, or `DESK_PERSON` for whoever knows the password of the desk.
        name: As the others know them; may be empty.
        email: In small letters; empty for `DESK_PERSON`.
        password_hash: argon2; empty while none is set. That of `DESK_PERSON` stands in the data folder, not here.
        signed_in_on: The last day; None for never.
    """

    id: str
    name: str
    email: str
    password_hash: str
    signed_in_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """What one person is in one organisation."""

    person_id: str
    organisation_id: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person with their role in the organisation that was asked about."""

    person: Person
    role: Role


def find_person(connection: Connection, person_id: str) -> Person | None:
    """Return one person."""
    row = people_store.find_person(connection, person_id=person_id)
    return None if row is None else _person(row)


def find_person_by_email(connection: Connection, email: str) -> Person | None:
    """Return the person with this address, in small letters."""
    row = people_store.find_person(connection, email=email)
    return None if row is None else _person(row)


def fold_email(text: str) -> str:
    """Return an address as people of the desk are known by: without spaces around it, in small letters.

    One with letters beyond ASCII is nobody's and stays as it is: some of them become plain letters when made small.
    """
    address = text.strip()
    return address.lower() if address.isascii() else address


def find_membership(connection: Connection, person_id: str, organisation_id: str) -> Membership | None:
    """Return what a person is in an organisation; None when they do not belong to it."""
    role = people_store.find_role(connection, person_id, organisation_id)
    if role is None:
        return None
    return Membership(person_id=person_id, organisation_id=organisation_id, role=Role(role))


def list_memberships(connection: Connection, person_id: str) -> tuple[tuple[Organisation, Role], ...]:
    """Return the organisations of a person with the role in each, by name."""
    rows = people_store.list_organisations(connection, person_id=person_id)
    return tuple((Organisation(id=row["id"], name=row["shown"]), Role(row["role"])) for row in rows)


def list_organisations(connection: Connection) -> tuple[Organisation, ...]:
    """Return every organisation of this installation, by name."""
    rows = people_store.list_organisations(connection)
    return tuple(Organisation(id=row["id"], name=row["shown"]) for row in rows)


def list_people(database: Database, organisation_id: str) -> tuple[Member, ...]:
    """Return the people of an organisation, by name and address."""
    with database.read() as connection:
        rows = people_store.list_members(connection, organisation_id)
    return tuple(Member(person=_person(row), role=Role(row["role"])) for row in rows)


def organisation_issuer_slugs(connection: Connection, organisation_id: str) -> frozenset[str]:
    """Return the issuers that belong to an organisation."""
    return people_store.list_issuer_slugs(connection, organisation_id)


def _person(row: RowMapping) -> Person:
    day = row["signed_in_on"]
    return Person(
        id=row["id"],
        name=row["name"],
        email=row["email"] or "",
        password_hash=row["password_hash"],
        signed_in_on=date.fromisoformat(day) if day else None,
    )


def note_sign_in(connection: Connection, person_id: str, *, day: date) -> None:
    """Note the day on which a person signed in."""
    people_store.change_person(connection, person_id, signed_in_on=day.isoformat())
