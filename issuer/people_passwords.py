"""Own passwords at the desk: set by a link to one's address, or changed by whoever knows the one that is set."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from issuer import invitation_store, people_session_store, people_store
from issuer.people import find_person, find_person_by_email, list_memberships
from issuer.people_store import DESK_PERSON, PASSWORD_TEMPLATE
from keys import hash_token
from pages import MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, hash_password, is_right_password
from schemas import LedgerError
from storage import MessageChannel, NewMessage, enqueue

if TYPE_CHECKING:
    from sqlalchemy import Connection, RowMapping

    from issuer.ledger import Ledger
    from issuer.people import Person
    from keys import LinkSecret

PASSWORD_LINK_LIFE = timedelta(hours=1)
MAX_OPEN_PASSWORD_LINKS = 3  # of one person; nobody fills the post box of somebody else
MIN_DIFFERENT_SIGNS = 5
MIN_NAME_LETTERS = 4  # fewer stand in an address by chance
_PURPOSE = "desk-password"
# What is left of the usual passwords of ten signs and more without their digits, and rows of keys.
_FIRST_GUESSES = frozenset(
    {
        *("password", "passwordpassword", "passwort", "contraseña", "qwerty", "qwertyuiop", "qwertyuiopasdfghjkl"),
        *("qwertz", "azertyuiop", "asdfghjkl", "iloveyou", "letmein", "welcome", "bienvenido", "administrator"),
        *("admin", "trainer", "instructor", "skillmark", "abcdefghij", "abcdefghijklmnop", "changeme", "football"),
        *("superman", "princess", "sunshine", "qazwsxedc", "zaqwsxcde", "qweasdzxc", "1234567890", "0987654321"),
        *("0123456789", "12345678910", "123456789a", "a123456789", "1q2w3e4r5t", "1qaz2wsx3edc"),
    }
)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def check_password(password: str, *, email: str) -> None:
    """Refuse a password that is too short, too long, or among the first that somebody would try.

    Args:
        password: As it was typed.
        email: Of the person, in small letters.

    Raises:
        LedgerError: `people.password_short`, `people.password_long` or `people.password_guessed`.
    """
    if len(password) < MIN_PASSWORD_CHARS:
        raise LedgerError("people.password_short")
    if len(password) > MAX_PASSWORD_CHARS:
        raise LedgerError("people.password_long")
    folded = password.casefold()
    letters = "".join(letter for letter in folded if letter.isalpha())
    is_own_name = len(letters) >= MIN_NAME_LETTERS and letters in "".join(
        letter for letter in email if letter.isalpha()
    )
    if len(set(folded)) < MIN_DIFFERENT_SIGNS or letters in _FIRST_GUESSES or folded in _FIRST_GUESSES or is_own_name:
        raise LedgerError("people.password_guessed")


def password_path(links: LinkSecret, link_id: str) -> str:
    """Return the path of a link with which a password is set."""
    return f"/desk/password/{_token(links, link_id)}"


def request_password_link(ledger: Ledger, links: LinkSecret, email: str) -> None:
    """Send a link to the address of a person of the desk; for any other the work is the same, and nothing is sent.

    Args:
        ledger: Where people are.
        links: The secret that links are made from.
        email: In small letters.
    """
    now, link_id = ledger.clock(), people_store.new_id()
    with ledger.database.write() as connection:
        invitation_store.delete_old_password_links(connection, before=now - PASSWORD_LINK_LIFE)
        person = find_person_by_email(connection, email)
        if person is not None and not _may_have_link(ledger, connection, person):
            person = None
        invitation_store.insert_password_link(
            connection,
            link_id,
            person.id if person else None,
            token_sha256=hash_token(_token(links, link_id)),
            now=now,
        )
        if person is None:
            return
        message = NewMessage(
            channel=MessageChannel.EMAIL,
            recipient=person.email,
            template=PASSWORD_TEMPLATE,
            facts={"link": link_id},
            dedupe_key=f"{PASSWORD_TEMPLATE}/{person.id}/{link_id}",
        )
        enqueue(connection, message, now=now)


def find_password_link(ledger: Ledger, token: str) -> Person | None:
    """Return whose password a link sets, changing nothing; None when it is unknown, used or over."""
    with ledger.database.read() as connection:
        row = _find(ledger, connection, token)
        return None if row is None else find_person(connection, row["person_id"])


def is_password_link_open(ledger: Ledger, link_id: str) -> bool:
    """Say whether a link that was asked for can still be used."""
    with ledger.database.read() as connection:
        after = ledger.clock() - PASSWORD_LINK_LIFE
        return invitation_store.find_password_link(connection, after=after, link_id=link_id) is not None


def set_password_by_link(ledger: Ledger, token: str, password: str) -> str:
    """Use a link: set the password, end every session and every other link of the person; return whose it is.

    Raises:
        LedgerError: `people.link_unknown`, or as `check_password`.
    """
    person = find_password_link(ledger, token)
    if person is None:
        raise LedgerError("people.link_unknown")
    check_password(password, email=person.email)
    hashed = hash_password(password)
    with ledger.transaction() as connection:
        row = _find(ledger, connection, token)
        if row is None or not list_memberships(connection, row["person_id"]):
            raise LedgerError("people.link_unknown")
        person_id = str(row["person_id"])
        people_store.prove_address(connection, person_id)
        _set_password(ledger, connection, person_id, hashed)
    return person_id


def change_password(ledger: Ledger, person: Person, *, current: str, new: str) -> None:
    """Set another password; it ends every session of the person.

    Raises:
        LedgerError: `people.wrong_password`: the current one is not right, or none is set; as `check_password`.
    """
    if person.id == DESK_PERSON or not is_right_password(current, hashed=person.password_hash):
        raise LedgerError("people.wrong_password")
    check_password(new, email=person.email)
    hashed = hash_password(new)
    with ledger.transaction() as connection:
        found = find_person(connection, person.id)
        if found is None or found.password_hash != person.password_hash:
            raise LedgerError("people.wrong_password")
        _set_password(ledger, connection, person.id, hashed)


def _set_password(ledger: Ledger, connection: Connection, person_id: str, hashed: str) -> None:
    people_store.change_person(connection, person_id, password_hash=hashed)
    invitation_store.delete_password_links(connection, person_id)
    people_session_store.delete_sessions(connection, person_id)
    for organisation, _ in list_memberships(connection, person_id):
        ledger.record(connection, "person.password_set", organisation.id, person=person_id)


def _may_have_link(ledger: Ledger, connection: Connection, person: Person) -> bool:
    after = ledger.clock() - PASSWORD_LINK_LIFE
    open_links = invitation_store.count_password_links(connection, person.id, after=after)
    return open_links < MAX_OPEN_PASSWORD_LINKS and bool(list_memberships(connection, person.id))


def _find(ledger: Ledger, connection: Connection, token: str) -> RowMapping | None:
    if not _TOKEN.fullmatch(token):
        return None
    after = ledger.clock() - PASSWORD_LINK_LIFE
    return invitation_store.find_password_link(connection, after=after, token_sha256=hash_token(token))


def _token(links: LinkSecret, link_id: str) -> str:
    return links.make_token(_PURPOSE, link_id, 1)
