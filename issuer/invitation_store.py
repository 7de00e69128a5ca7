"""Invitations to the desk, and links with which a password is set, in the tables: only hashes of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from issuer.people_tables import INVITATIONS, PASSWORD_LINKS
from schemas import format_datetime

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

ACCEPTED: Final = "accepted"
WITHDRAWN: Final = "withdrawn"


def insert_invitation(
    connection: Connection,
    invitation_id: str,
    *,
    organisation_id: str,
    email: str,
    role: str,
    token_sha256: bytes,
    invited_by: str,
    now: datetime,
    expires: datetime,
) -> None:
    """Add an invitation; of one organisation to one address there is one open at most."""
    connection.execute(
        INVITATIONS.insert().values(
            id=invitation_id,
            organisation_id=organisation_id,
            email=email,
            role=role,
            token_sha256=token_sha256,
            created=format_datetime(now),
            expires=format_datetime(expires),
            invited_by=invited_by,
            closed=None,
            closed_at=None,
        )
    )


def find_open_invitation(
    connection: Connection, *, now: datetime, token_sha256: bytes | None = None, invitation_id: str = ""
) -> RowMapping | None:
    """Return an invitation that can be accepted now, by its link or else by its id."""
    wanted = (
        INVITATIONS.c.token_sha256 == token_sha256 if token_sha256 is not None else INVITATIONS.c.id == invitation_id
    )
    return connection.execute(sa.select(INVITATIONS).where(wanted, *_is_open(now))).mappings().first()


def list_open_invitations(connection: Connection, organisation_id: str, *, now: datetime) -> Sequence[RowMapping]:
    """Return the invitations of an organisation that can be accepted now, newest first."""
    query = sa.select(INVITATIONS).where(INVITATIONS.c.organisation_id == organisation_id, *_is_open(now))
    return connection.execute(query.order_by(INVITATIONS.c.created.desc(), INVITATIONS.c.id)).mappings().all()


def list_invited_organisations(connection: Connection, email: str, *, now: datetime) -> Sequence[RowMapping]:
    """Return the invitations to an address that can be accepted now."""
    return (
        connection.execute(sa.select(INVITATIONS).where(INVITATIONS.c.email == email, *_is_open(now))).mappings().all()
    )


def count_invitations(connection: Connection, organisation_id: str, *, after: datetime, email: str = "") -> int:
    """Return how many invitations an organisation made after a moment, to everybody or to one address."""
    query = sa.select(sa.func.count()).select_from(INVITATIONS)
    query = query.where(
        INVITATIONS.c.organisation_id == organisation_id, INVITATIONS.c.created > format_datetime(after)
    )
    if email:
        query = query.where(INVITATIONS.c.email == email)
    return connection.scalar(query) or 0


def close_invitation(connection: Connection, invitation_id: str, end: str, *, now: datetime) -> bool:
    """End an open invitation; return whether it was open."""
    statement = sa.update(INVITATIONS).where(INVITATIONS.c.id == invitation_id, INVITATIONS.c.closed.is_(None))
    return connection.execute(statement.values(closed=end, closed_at=format_datetime(now))).rowcount == 1


def withdraw_invitations_to(connection: Connection, organisation_id: str, email: str, *, now: datetime) -> None:
    """End the open invitation of an organisation to an address, also one that is over."""
    statement = sa.update(INVITATIONS).where(
        INVITATIONS.c.organisation_id == organisation_id, INVITATIONS.c.email == email, INVITATIONS.c.closed.is_(None)
    )
    connection.execute(statement.values(closed=WITHDRAWN, closed_at=format_datetime(now)))


def withdraw_invitations_of(
    connection: Connection, organisation_id: str, person_id: str, *, now: datetime
) -> tuple[str, ...]:
    """End the open invitations that a person made in an organisation; return their ids."""
    statement = sa.update(INVITATIONS).where(
        INVITATIONS.c.organisation_id == organisation_id,
        INVITATIONS.c.invited_by == person_id,
        INVITATIONS.c.closed.is_(None),
    )
    return tuple(
        connection.scalars(
            statement.values(closed=WITHDRAWN, closed_at=format_datetime(now)).returning(INVITATIONS.c.id)
        )
    )


def delete_closed_invitations(connection: Connection, email: str) -> tuple[str, ...]:
    """Forget the invitations to an address that were accepted or withdrawn; return their ids."""
    statement = sa.delete(INVITATIONS).where(INVITATIONS.c.email == email, INVITATIONS.c.closed.is_not(None))
    return tuple(connection.scalars(statement.returning(INVITATIONS.c.id)))


def delete_old_invitations(connection: Connection, *, before: datetime) -> None:
    """Forget the invitations that were over at a moment or before it."""
    connection.execute(sa.delete(INVITATIONS).where(INVITATIONS.c.expires <= format_datetime(before)))


def insert_password_link(
    connection: Connection, link_id: str, person_id: str | None, *, token_sha256: bytes, now: datetime
) -> None:
    """Add a link with which a person sets a password; without a person it opens nothing and only costs the same."""
    connection.execute(
        PASSWORD_LINKS.insert().values(
            id=link_id, person_id=person_id, token_sha256=token_sha256, created=format_datetime(now)
        )
    )


def find_password_link(
    connection: Connection, *, after: datetime, token_sha256: bytes | None = None, link_id: str = ""
) -> RowMapping | None:
    """Return a link of a person that was asked for after a moment, by its token or else by its id."""
    wanted = (
        PASSWORD_LINKS.c.token_sha256 == token_sha256 if token_sha256 is not None else PASSWORD_LINKS.c.id == link_id
    )
    query = sa.select(PASSWORD_LINKS).where(
        wanted, PASSWORD_LINKS.c.person_id.is_not(None), PASSWORD_LINKS.c.created > format_datetime(after)
    )
    return connection.execute(query).mappings().first()


def count_password_links(connection: Connection, person_id: str, *, after: datetime) -> int:
    """Return how many links of a person that were asked for after a moment nobody used."""
    query = sa.select(sa.func.count()).select_from(PASSWORD_LINKS)
    query = query.where(PASSWORD_LINKS.c.person_id == person_id, PASSWORD_LINKS.c.created > format_datetime(after))
    return connection.scalar(query) or 0


def delete_password_links(connection: Connection, person_id: str) -> None:
    """Spend every link of a person."""
    connection.execute(sa.delete(PASSWORD_LINKS).where(PASSWORD_LINKS.c.person_id == person_id))


def delete_old_password_links(connection: Connection, *, before: datetime) -> None:
    """Forget the links that were asked for at a moment or before it."""
    connection.execute(sa.delete(PASSWORD_LINKS).where(PASSWORD_LINKS.c.created <= format_datetime(before)))


def _is_open(now: datetime) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return INVITATIONS.c.closed.is_(None), INVITATIONS.c.expires > format_datetime(now)
