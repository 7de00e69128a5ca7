"""Who is signed in at the desk: kept in our own database, so that a cookie is worth nothing after signing out."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from issuer import people, people_session_store
from issuer.web.visitor import compose_visitor

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from issuer.people import Person
    from issuer.web.visitor import Visitor
    from storage import Database

SESSION_LIFE = timedelta(hours=12)  # from signing in, however busy the desk is
MAX_SESSIONS = 200  # of one person; the oldest end first
_ID_BYTES = 32


class DeskSessions:
    """The open sessions: each belongs to a person, works in one organisation, and ends with the password it began with.

    What a person may do is read anew with each request, so a changed role or a removed person counts at once.

    Args:
        database: Where people and sessions are.
        clock: Aware UTC.
        desk_password_hash: Returns the argon2 hash of the desk password; empty when there is none.
    """

    def __init__(
        self, database: Database, *, clock: Callable[[], datetime], desk_password_hash: Callable[[], str]
    ) -> None:
        self._database = database
        self._clock = clock
        self._desk_password_hash = desk_password_hash

    def read_person(self, person_id: str) -> Person | None:
        """Return a person with the hash of the password that is set now."""
        with self._database.read() as connection:
            return self._read_person(connection, person_id)

    def open(self, person: Person, organisation_id: str) -> str:
        """Begin a session of a person who has shown who they are; return its id.

        Args:
            person: As they were when they showed it: with a password set since then the session does not hold.
            organisation_id: Where they work now.
        """
        session_id, now = secrets.token_urlsafe(_ID_BYTES), self._clock()
        with self._database.write() as connection:
            people_session_store.delete_old_sessions(connection, before=now - SESSION_LIFE)
            people_session_store.keep_newest_sessions(connection, person.id, MAX_SESSIONS - 1)
            people_session_store.insert_session(
                connection,
                _digest(session_id),
                person_id=person.id,
                organisation_id=organisation_id,
                lock=_lock(person),
                now=now,
            )
            people.note_sign_in(connection, person.id, day=now.date())
        return session_id

    def find(self, session_id: str) -> Visitor | None:
        """Return whose session this is, as they are now; None when it does not hold, or they no longer belong there."""
        with self._database.read() as connection:
            row = people_session_store.find_session(connection, _digest(session_id), after=self._clock() - SESSION_LIFE)
            person = self._read_person(connection, row["person_id"]) if row is not None else None
            if row is None or person is None or not secrets.compare_digest(row["lock"], _lock(person)):
                return None
            organisation_id = row["organisation_id"]
            found = {
                organisation.id: (organisation, role)
                for organisation, role in people.list_memberships(connection, person.id)
            }
            if organisation_id not in found:
                return None
            return compose_visitor(
                person, *found[organisation_id], people.organisation_issuer_slugs(connection, organisation_id)
            )

    def move(self, session_id: str, organisation_id: str) -> None:
        """Let a session work in another organisation; the next request asks whether its person belongs there."""
        with self._database.write() as connection:
            people_session_store.move_session(connection, _digest(session_id), organisation_id)

    def close(self, session_id: str) -> None:
        """End a session; one that is not open stays so."""
        with self._database.write() as connection:
            people_session_store.delete_session(connection, _digest(session_id))

    def close_all(self, person_id: str) -> None:
        """End every session of a person."""
        with self._database.write() as connection:
            people_session_store.delete_sessions(connection, person_id)

    def _read_person(self, connection: Connection, person_id: str) -> Person | None:
        person = people.find_person(connection, person_id)
        if person is None or person.id != people.DESK_PERSON:
            return person
        hashed = self._desk_password_hash()
        return replace(person, password_hash=hashed) if hashed else None


def _digest(session_id: str) -> bytes:
    return hashlib.sha256(session_id.encode("utf-8", "surrogatepass")).digest()


def _lock(person: Person) -> bytes:
    # A new password signs that person out everywhere.
    return hashlib.sha256(person.password_hash.encode()).digest()
