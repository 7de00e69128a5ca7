"""Invitations to the desk: a link to an address, for one role, once, for two weeks, until somebody withdraws it."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from issuer import invitation_store, people_store
from issuer.cells import read_email
from issuer.people import Role, find_person_by_email
from issuer.people_changes import Actor, check_is_owner, read_name
from issuer.people_passwords import check_password
from issuer.people_store import INVITATION_TEMPLATE
from keys import hash_token
from pages import hash_password
from schemas import LedgerError, RosterError, read_datetime
from storage import MessageChannel, NewMessage, enqueue

if TYPE_CHECKING:
    from sqlalchemy import Connection, RowMapping

    from issuer.ledger import Ledger
    from keys import LinkSecret

INVITATION_LIFE = timedelta(days=14)
KEPT_AFTER = timedelta(days=30)  # invitations that are over; the audit chain tells of them without address
MAX_OPEN_INVITATIONS = 50  # of one organisation
MAX_INVITATIONS_A_DAY = 100  # of one organisation, to whomever
MAX_INVITATIONS_TO_ONE_A_DAY = 3  # of one organisation to one address
_DAY = timedelta(days=1)
_PURPOSE = "desk-invitation"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """An invitation that can be accepted now.

    Args:
        id: Random.
        organisation_id: Who invites.
        organisation_name: As people know it.
        email: Whom.
        role: What they may do; never more than this.
        expires: From when on it cannot be accepted.
        is_known: Whether the address has a name and a password here already.
    """

    id: str
    organisation_id: str
    organisation_name: str
    email: str
    role: Role
    expires: datetime
    is_known: bool


class LinkWay(enum.Enum):
    """How the link of an invitation reaches its person."""

    MAILED = "mailed"  # whoever has it reads the mail of that address
    HANDED_OVER = "handed over"  # an owner has seen it, and may have used it in somebody else's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """An invitation that was accepted just now.

    Args:
        person_id: Whose membership it is.
        organisation_id: Where.
        is_new: Whether the person set name and password with it; else they sign in as before.
    """

    person_id: str
    organisation_id: str
    is_new: bool


def read_invited_address(typed: str) -> str:
    """Return an e-mail address in small letters: plain letters only, so that no two addresses look the same.

    Raises:
        LedgerError: `people.email_invalid`.
    """
    try:
        address = read_email(typed)
    except RosterError as error:
        raise LedgerError("people.email_invalid") from error
    if not address:
        raise LedgerError("people.email_invalid")
    return address


def invitation_path(links: LinkSecret, invitation_id: str) -> str:
    """Return the path of the link of an invitation."""
    return f"/desk/invitation/{_token(links, invitation_id)}"


def invite(ledger: Ledger, links: LinkSecret, actor: Actor, typed: str, role: Role) -> Invitation:
    """Invite an address to the organisation; an earlier invitation to the same address ends.

    Whether the address is known in another organisation makes no difference that anybody could see.

    Raises:
        LedgerError: `people.email_invalid`, `people.already_member`, `people.too_many_invitations` or
            `people.not_owner`.
    """
    email, now = read_invited_address(typed), ledger.clock()
    invitation_id, organisation_id = people_store.new_id(), actor.organisation_id
    with ledger.transaction() as connection:
        check_is_owner(connection, actor)
        person = find_person_by_email(connection, email)
        if person is not None and people_store.find_role(connection, person.id, organisation_id):
            raise LedgerError("people.already_member")
        _check_limits(connection, organisation_id, email, now=now)
        invitation_store.delete_old_invitations(connection, before=now - KEPT_AFTER)
        invitation_store.withdraw_invitations_to(connection, organisation_id, email, now=now)
        invitation_store.insert_invitation(
            connection,
            invitation_id,
            organisation_id=organisation_id,
            email=email,
            role=role.value,
            token_sha256=hash_token(_token(links, invitation_id)),
            invited_by=actor.person_id,
            now=now,
            expires=now + INVITATION_LIFE,
        )
        message = NewMessage(
            channel=MessageChannel.EMAIL,
            recipient=email,
            template=INVITATION_TEMPLATE,
            facts={"invitation": invitation_id},
            dedupe_key=f"{INVITATION_TEMPLATE}/{invitation_id}",
        )
        enqueue(connection, message, now=now)
        ledger.record(
            connection,
            "invitation.made",
            organisation_id,
            invitation=invitation_id,
            role=role.value,
            **actor.facts,
        )
        row = invitation_store.find_open_invitation(connection, now=now, invitation_id=invitation_id)
        assert row is not None
        return _invitation(connection, row)


def list_invitations(ledger: Ledger, organisation_id: str) -> tuple[Invitation, ...]:
    """Return the invitations of an organisation that can be accepted now, newest first."""
    with ledger.database.read() as connection:
        rows = invitation_store.list_open_invitations(connection, organisation_id, now=ledger.clock())
        return tuple(_invitation(connection, row) for row in rows)


def withdraw_invitation(ledger: Ledger, actor: Actor, invitation_id: str) -> None:
    """End an invitation of the organisation: its link is as if it had never been.

    Raises:
        LedgerError: `people.invitation_unknown` or `people.not_owner`.
    """
    now = ledger.clock()
    with ledger.transaction() as connection:
        check_is_owner(connection, actor)
        row = invitation_store.find_open_invitation(connection, now=now, invitation_id=invitation_id)
        if row is None or row["organisation_id"] != actor.organisation_id:
            raise LedgerError("people.invitation_unknown")
        invitation_store.close_invitation(connection, invitation_id, invitation_store.WITHDRAWN, now=now)
        ledger.record(
            connection, "invitation.withdrawn", actor.organisation_id, invitation=invitation_id, **actor.facts
        )


def find_invitation(ledger: Ledger, token: str) -> Invitation | None:
    """Return what a link invites to, changing nothing; None when it is unknown, used, over or withdrawn."""
    with ledger.database.read() as connection:
        row = _find(connection, token, now=ledger.clock())
        return None if row is None else _invitation(connection, row)


def find_invitation_by_id(ledger: Ledger, invitation_id: str) -> Invitation | None:
    """Return an invitation that can be accepted now."""
    with ledger.database.read() as connection:
        row = invitation_store.find_open_invitation(connection, now=ledger.clock(), invitation_id=invitation_id)
        return None if row is None else _invitation(connection, row)


def accept_invitation(
    ledger: Ledger, token: str, *, name: str, password: str, way: LinkWay, signed_in_id: str = ""
) -> Accepted:
    """Use an invitation, once: a new person gets name and password; a known one has to be signed in.

    Else somebody could have made an account in their name beforehand, and would get in with the password that they set.

    The role is the one that was offered. Whoever became a member in another way meanwhile keeps the role they have.

    Args:
        ledger: Where people are.
        token: Of the link.
        name: Of a new person.
        password: Of a new person.
        way: How links reach people here.
        signed_in_id: Of the person who is signed in; empty for nobody.

    Raises:
        LedgerError: `people.invitation_unknown`; `people.sign_in_first` when the address is known and somebody else, or
            nobody, is signed in; for a new person as `read_name` and `check_password`.
    """
    found = find_invitation(ledger, token)
    if found is None:
        raise LedgerError("people.invitation_unknown")
    shown, hashed = "", ""
    if not found.is_known:
        shown = read_name(name)
        check_password(password, email=found.email)
        hashed = hash_password(password)  # slow on purpose, so before the transaction
    now = ledger.clock()
    with ledger.transaction() as connection:
        row = _find(connection, token, now=now)
        if row is None:
            raise LedgerError("people.invitation_unknown")
        person = find_person_by_email(connection, row["email"])
        if person is None and not hashed:
            raise LedgerError("people.invitation_unknown")  # they were removed everywhere a moment ago
        if person is None:
            person_id = people_store.insert_person(connection, name=shown, email=row["email"], now=now)
            if way is LinkWay.MAILED:
                people_store.prove_address(connection, person_id)
            people_store.change_person(connection, person_id, password_hash=hashed)
        elif person.id == signed_in_id:
            person_id = person.id
        else:
            raise LedgerError("people.sign_in_first")
        _join(ledger, connection, row, person_id)
    return Accepted(person_id=person_id, organisation_id=row["organisation_id"], is_new=person is None)


def accept_invitations_of(ledger: Ledger, email: str, *, name: str) -> str | None:
    """Use every open invitation to an address that another site's sign-in has proven; return whose it is now.

    Args:
        ledger: Where people are.
        email: Proven, as `fold_email` returned it.
        name: Of a person who is new here; may be empty.

    Returns:
        The id of the person, or None when nobody of this address is known or invited.
    """
    now = ledger.clock()
    address = read_invited_address(email)
    if address != email:  # a list's spelling of an address is read generously; a proven address is what it says
        raise LedgerError("people.email_invalid")
    with ledger.transaction() as connection:
        rows = invitation_store.list_invited_organisations(connection, address, now=now)
        person = find_person_by_email(connection, address)
        if person is None and not rows:
            return None
        person_id = person.id if person else people_store.insert_person(connection, name=name, email=address, now=now)
        people_store.prove_address(connection, person_id)
        for row in rows:
            _join(ledger, connection, row, person_id)
    return person_id


def _join(ledger: Ledger, connection: Connection, row: RowMapping, person_id: str) -> None:
    now, organisation_id = ledger.clock(), row["organisation_id"]
    invitation_store.close_invitation(connection, row["id"], invitation_store.ACCEPTED, now=now)
    if people_store.find_role(connection, person_id, organisation_id) is not None:
        return
    people_store.insert_membership(connection, person_id, organisation_id, row["role"], now=now)
    ledger.record(
        connection, "person.joined", organisation_id, person=person_id, role=row["role"], invitation=row["id"]
    )


def _check_limits(connection: Connection, organisation_id: str, email: str, *, now: datetime) -> None:
    open_ones = invitation_store.list_open_invitations(connection, organisation_id, now=now)
    of_today = invitation_store.count_invitations(connection, organisation_id, after=now - _DAY)
    to_one = invitation_store.count_invitations(connection, organisation_id, after=now - _DAY, email=email)
    if (
        len(open_ones) >= MAX_OPEN_INVITATIONS
        or of_today >= MAX_INVITATIONS_A_DAY
        or to_one >= MAX_INVITATIONS_TO_ONE_A_DAY
    ):
        raise LedgerError("people.too_many_invitations")


def _find(connection: Connection, token: str, *, now: datetime) -> RowMapping | None:
    if not _TOKEN.fullmatch(token):
        return None
    return invitation_store.find_open_invitation(connection, now=now, token_sha256=hash_token(token))


def _token(links: LinkSecret, invitation_id: str) -> str:
    return links.make_token(_PURPOSE, invitation_id, 1)


def _invitation(connection: Connection, row: RowMapping) -> Invitation:
    names = {found["id"]: found["shown"] for found in people_store.list_organisations(connection)}
    return Invitation(
        id=row["id"],
        organisation_id=row["organisation_id"],
        organisation_name=names[row["organisation_id"]],
        email=row["email"],
        role=Role(row["role"]),
        expires=read_datetime(row["expires"]),
        is_known=people_store.find_person(connection, email=row["email"]) is not None,
    )
