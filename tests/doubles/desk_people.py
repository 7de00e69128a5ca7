"""People of the desk for tests: members with any role, and the links that they would get by mail."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from issuer import HOME, Role, invitation_path
from issuer.people_store import change_person, insert_membership, insert_organisation, insert_person
from keys import PasskeyOwner
from pages import hash_password
from storage import PasskeyStore, list_messages

if TYPE_CHECKING:
    from issuer import Ledger
    from keys import LinkSecret
    from storage import OutboxMessage

HARBOUR = "b" * 32
PASSWORD = "blue crane over water"


@lru_cache(maxsize=8)
def hash_of(password: str) -> str:
    """Return the hash of a test password; argon2 is slow on purpose."""
    return hash_password(password)


def add_organisation(ledger: Ledger, organisation_id: str = HARBOUR, name: str = "Harbour Works") -> str:
    """Add another organisation, without people."""
    with ledger.database.write() as connection:
        insert_organisation(connection, organisation_id, name, now=ledger.clock())
    return organisation_id


def add_person(
    ledger: Ledger,
    email: str,
    role: Role = Role.OWNER,
    *,
    organisation_id: str = HOME,
    name: str = "",
    password: str = PASSWORD,
) -> str:
    """Add a person with a password to an organisation; return their id."""
    with ledger.database.write() as connection:
        person_id = insert_person(connection, name=name, email=email, now=ledger.clock())
        if password:
            change_person(connection, person_id, password_hash=hash_of(password))
        insert_membership(connection, person_id, organisation_id, role.value, now=ledger.clock())
    return person_id


def join(ledger: Ledger, person_id: str, organisation_id: str, role: Role) -> None:
    """Let a person who is there belong to another organisation too."""
    with ledger.database.write() as connection:
        insert_membership(connection, person_id, organisation_id, role.value, now=ledger.clock())


def invitation_token(links: LinkSecret, invitation_id: str) -> str:
    """Return the token that stands in the mail of an invitation."""
    return invitation_path(links, invitation_id).rpartition("/")[2]


def messages_to(ledger: Ledger, email: str) -> list[OutboxMessage]:
    """Return what the outbox holds for an address, oldest first."""
    with ledger.database.read() as connection:
        found = list_messages(connection, limit=100)
    return [message for message in reversed(found) if message.recipient == email]


def add_passkey(ledger: Ledger, person_id: str) -> None:
    """Give a person a passkey that nobody can use."""
    PasskeyStore(ledger.database, PasskeyOwner.PERSON.value).add(
        person_id,
        credential_id=b"credential",
        user_handle=b"handle",
        public_key=b"key",
        sign_count=0,
        is_synced=False,
        name="my phone",
        now=ledger.clock(),
        max_passkeys=5,
    )


def count_passkeys(ledger: Ledger, person_id: str) -> int:
    """Return how many passkeys a person has."""
    return len(PasskeyStore(ledger.database, PasskeyOwner.PERSON.value).list_passkeys(person_id))
