"""Changes of roles, people and organisations. Each is one transaction with its audit record, which names no address.

Whoever makes a change is asked for again in that transaction: an owner who was removed a moment ago changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from issuer import invitation_store, people_session_store, people_store
from issuer.acts import facts_of_desk
from issuer.people import Organisation, Role, find_membership, find_person
from issuer.people_store import DESK_PERSON, HOME, INVITATION_TEMPLATE, PASSKEY_TEMPLATE, PASSWORD_TEMPLATE
from schemas import LedgerError
from storage import forget_messages

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from issuer.ledger import Ledger
    from schemas import JsonValue

MAX_NAME_CHARS = 100
BY_COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who changes something, and in which organisation: what they change can only be there.

    Args:
        organisation_id: The only organisation that is touched.
        person_id: An owner of it; empty for the command line, which may change everything.
    """

    organisation_id: str
    person_id: str = ""

    @property
    def facts(self) -> dict[str, JsonValue]:
        """What an audit record says of them."""
        if not self.person_id:
            return {"by": BY_COMMAND_LINE}
        return facts_of_desk(self.person_id)


def check_is_owner(connection: Connection, actor: Actor) -> None:
    """Refuse somebody who is no owner now, whatever they were when their page was made.

    Raises:
        LedgerError: `people.not_owner`.
    """
    if not actor.person_id:
        return
    membership = find_membership(connection, actor.person_id, actor.organisation_id)
    if membership is None or membership.role is not Role.OWNER:
        raise LedgerError("people.not_owner")


def read_name(typed: str) -> str:
    """Return the name of a person or an organisation without needless blanks.

    Raises:
        LedgerError: `people.name_missing`, or `people.name_too_long`.
    """
    name = " ".join("".join(letter if letter.isprintable() else " " for letter in typed).split())
    if not name:
        raise LedgerError("people.name_missing")
    if len(name) > MAX_NAME_CHARS:
        raise LedgerError("people.name_too_long")
    return name


def change_role(ledger: Ledger, actor: Actor, person_id: str, role: Role) -> None:
    """Change what a person may do; it holds from their next request on.

    Raises:
        LedgerError: `people.unknown`, `people.last_owner` or `people.not_owner`.
    """
    with ledger.transaction() as connection:
        check_is_owner(connection, actor)
        old = _get_role(connection, actor, person_id)
        if old is role:
            return
        _check_owner_stays(connection, actor, old)
        people_store.change_role(connection, person_id, actor.organisation_id, role.value)
        _withdraw_invitations_of(ledger, connection, actor, person_id)
        ledger.record(
            connection,
            "person.role_changed",
            actor.organisation_id,
            person=person_id,
            role=role.value,
            before=old.value,
            **actor.facts,
        )


def remove_person(ledger: Ledger, actor: Actor, person_id: str) -> None:
    """Take a person out of the organisation; of one who is in no other, name, address and password are forgotten.

    Raises:
        LedgerError: `people.unknown`, `people.last_owner` or `people.not_owner`.
    """
    with ledger.transaction() as connection:
        check_is_owner(connection, actor)
        old = _get_role(connection, actor, person_id)
        _check_owner_stays(connection, actor, old)
        people_store.delete_membership(connection, person_id, actor.organisation_id)
        people_session_store.delete_sessions_in(connection, person_id, actor.organisation_id)
        _withdraw_invitations_of(ledger, connection, actor, person_id)
        ledger.record(
            connection, "person.removed", actor.organisation_id, person=person_id, role=old.value, **actor.facts
        )
        if person_id != DESK_PERSON and not people_store.list_organisations(connection, person_id=person_id):
            _forget(connection, person_id)


def rename_person(ledger: Ledger, person_id: str, typed: str) -> None:
    """Change the name of a person, as they themselves ask for.

    Raises:
        LedgerError: As `read_name`.
    """
    name = read_name(typed)
    with ledger.database.write() as connection:
        people_store.change_person(connection, person_id, name=name)


def rename_organisation(ledger: Ledger, actor: Actor, typed: str) -> None:
    """Change the name of the organisation; badges carry the name of their issuer, which stays.

    Raises:
        LedgerError: As `read_name`; `people.not_owner`.
    """
    name = read_name(typed)
    with ledger.transaction() as connection:
        check_is_owner(connection, actor)
        people_store.rename_organisation(connection, actor.organisation_id, name)
        ledger.record(connection, "organisation.renamed", actor.organisation_id, **actor.facts)


def create_organisation(ledger: Ledger, typed: str) -> Organisation:
    """Make an organisation without people and issuers; one that was left like that by a kill is taken up again.

    Raises:
        LedgerError: As `read_name`; `people.organisation_taken` when one has this name.
    """
    name = read_name(typed)
    organisation = Organisation(id=people_store.new_id(), name=name)
    with ledger.transaction() as connection:
        for row in people_store.list_organisations(connection):
            if row["shown"].casefold() != name.casefold():
                continue
            known = row["id"]
            if people_store.list_members(connection, known) or people_store.list_issuer_slugs(connection, known):
                raise LedgerError("people.organisation_taken")
            return Organisation(id=known, name=row["shown"])
        people_store.insert_organisation(connection, organisation.id, name, now=ledger.clock())
        ledger.record(connection, "organisation.created", organisation.id, by=BY_COMMAND_LINE)
    return organisation


def restore_desk_owner(ledger: Ledger) -> None:
    """Let whoever knows the desk password be an owner of the first organisation again, when somebody removed them."""
    with ledger.database.read() as connection:
        if people_store.find_role(connection, DESK_PERSON, HOME) == Role.OWNER.value:
            return
    with ledger.transaction() as connection:
        role = people_store.find_role(connection, DESK_PERSON, HOME)
        if role is None:
            people_store.insert_membership(connection, DESK_PERSON, HOME, Role.OWNER.value, now=ledger.clock())
        else:
            people_store.change_role(connection, DESK_PERSON, HOME, Role.OWNER.value)
        ledger.record(connection, "person.joined", HOME, person=DESK_PERSON, role=Role.OWNER.value, by=BY_COMMAND_LINE)


def _forget(connection: Connection, person_id: str) -> None:
    person = find_person(connection, person_id)
    people_store.forget_person(connection, person_id)
    for template in (PASSWORD_TEMPLATE, PASSKEY_TEMPLATE):
        forget_messages(connection, f"{template}/{person_id}/")
    if person is not None:
        for invitation_id in invitation_store.delete_closed_invitations(connection, person.email):
            forget_messages(connection, f"{INVITATION_TEMPLATE}/{invitation_id}")


def _get_role(connection: Connection, actor: Actor, person_id: str) -> Role:
    membership = find_membership(connection, person_id, actor.organisation_id)
    if membership is None:
        raise LedgerError("people.unknown")
    return membership.role


def _check_owner_stays(connection: Connection, actor: Actor, old: Role) -> None:
    if old is Role.OWNER and people_store.count_members(connection, actor.organisation_id, Role.OWNER.value) == 1:
        raise LedgerError("people.last_owner")


def _withdraw_invitations_of(ledger: Ledger, connection: Connection, actor: Actor, person_id: str) -> None:
    # Whoever is an owner no longer does not come back through a door that they left open.
    for invitation_id in invitation_store.withdraw_invitations_of(
        connection, actor.organisation_id, person_id, now=ledger.clock()
    ):
        ledger.record(
            connection, "invitation.withdrawn", actor.organisation_id, invitation=invitation_id, **actor.facts
        )
