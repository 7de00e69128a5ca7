"""Organisations, people and roles: what a role covers, and what a change of one does and does not."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from issuer import DESK_PERSON, HOME, Actor, Role, create_organisation, list_organisations, list_people, remove_person
from issuer.oidc import OidcIdentity
from issuer.oidc_store import bind_person
from issuer.people import find_membership, find_person, fold_email, list_memberships, organisation_issuer_slugs
from issuer.people_changes import (
    MAX_NAME_CHARS,
    change_role,
    read_name,
    rename_organisation,
    rename_person,
    restore_desk_owner,
)
from issuer.people_invitations import LinkWay, accept_invitation, invite, list_invitations
from issuer.people_passwords import request_password_link
from keys import KeyType
from schemas import LedgerError, OrganizationKind
from storage import AuditFilter, list_audit
from tests.doubles.classes import LINKS
from tests.doubles.desk_people import (
    HARBOUR,
    PASSWORD,
    add_organisation,
    add_passkey,
    add_person,
    invitation_token,
    join,
)

if TYPE_CHECKING:
    from issuer import IssuerProfile, Ledger

COMMAND_LINE = Actor(organisation_id=HOME)
EMAIL = "rosa@example.org"


def role_of(ledger: Ledger, person_id: str, organisation_id: str = HOME) -> Role | None:
    with ledger.database.read() as connection:
        membership = find_membership(connection, person_id, organisation_id)
    return membership.role if membership else None


def told(ledger: Ledger) -> list[tuple[str, str]]:
    """Return events and subjects of the audit chain, oldest first."""
    with ledger.database.read() as connection:
        entries = list_audit(connection, AuditFilter(), limit=100)
    return [(entry.event, entry.subject) for entry in reversed(entries)]


@pytest.mark.parametrize(
    ("role", "covered"),
    [
        (Role.VIEWER, {Role.VIEWER}),
        (Role.TRAINER, {Role.VIEWER, Role.TRAINER}),
        (Role.OWNER, {Role.VIEWER, Role.TRAINER, Role.OWNER}),
    ],
)
def test_role_covers_those_below_it(role: Role, covered: set[Role]) -> None:
    """An owner may do all, a trainer what a viewer may, a viewer only that."""
    assert {other for other in Role if role.covers(other)} == covered


def test_new_installation_has_one_organisation_with_one_owner(ledger: Ledger) -> None:
    """Whoever knows the password of the desk is the first owner of “home”."""
    with ledger.database.read() as connection:
        (organisation,) = list_organisations(connection)
    assert organisation.id == HOME
    ((person, role),) = [(member.person.id, member.role) for member in list_people(ledger.database, HOME)]
    assert (person, role) == (DESK_PERSON, Role.OWNER)


def test_organisation_without_a_name_has_that_of_its_first_issuer(ledger: Ledger, issuer: IssuerProfile) -> None:
    """The first organisation is called as its first issuer until somebody names it."""
    with ledger.database.read() as connection:
        assert [entry.name for entry in list_organisations(connection)] == [issuer.name]
    rename_organisation(ledger, COMMAND_LINE, "  North   Campus ")
    with ledger.database.read() as connection:
        assert [entry.name for entry in list_organisations(connection)] == ["North Campus"]


def test_issuer_belongs_to_one_organisation(ledger: Ledger, issuer: IssuerProfile) -> None:
    """An issuer is of the first organisation unless another one is named."""
    add_organisation(ledger)
    other = ledger.create_issuer(
        name="Harbour", kind=OrganizationKind.EMPLOYER, key_type=KeyType.ED25519, organisation_id=HARBOUR
    )
    with ledger.database.read() as connection:
        assert organisation_issuer_slugs(connection, HOME) == {issuer.slug}
        assert organisation_issuer_slugs(connection, HARBOUR) == {other.slug}


def test_changed_role_is_written_and_told(ledger: Ledger) -> None:
    """A change of role stands in the audit chain under the organisation, without name or address."""
    person_id = add_person(ledger, EMAIL, Role.VIEWER, name="Rosa Vale")
    change_role(ledger, COMMAND_LINE, person_id, Role.TRAINER)
    assert role_of(ledger, person_id) is Role.TRAINER
    with ledger.database.read() as connection:
        (entry,) = list_audit(connection, AuditFilter(event="person.role_changed"), limit=10)
    assert entry.subject == HOME
    assert entry.facts == {"person": person_id, "role": "trainer", "before": "viewer", "by": "command line"}
    assert "rosa" not in json.dumps(entry.facts).lower()


def test_same_role_again_is_no_change(ledger: Ledger) -> None:
    """Whoever saves the role that somebody has already writes nothing."""
    person_id = add_person(ledger, EMAIL, Role.VIEWER)
    before = told(ledger)
    change_role(ledger, COMMAND_LINE, person_id, Role.VIEWER)
    assert told(ledger) == before


@pytest.mark.parametrize("role", [Role.VIEWER, Role.TRAINER])
def test_last_owner_keeps_their_role(ledger: Ledger, role: Role) -> None:
    """The only owner is neither demoted nor removed."""
    with pytest.raises(LedgerError, match=r"people\.last_owner"):
        change_role(ledger, COMMAND_LINE, DESK_PERSON, role)
    with pytest.raises(LedgerError, match=r"people\.last_owner"):
        remove_person(ledger, COMMAND_LINE, DESK_PERSON)
    assert role_of(ledger, DESK_PERSON) is Role.OWNER


def test_one_of_two_owners_can_go(ledger: Ledger) -> None:
    """With a second owner the password of the desk can be closed, and opened again by whoever runs the site."""
    add_person(ledger, EMAIL)
    remove_person(ledger, COMMAND_LINE, DESK_PERSON)
    assert role_of(ledger, DESK_PERSON) is None
    restore_desk_owner(ledger)
    assert role_of(ledger, DESK_PERSON) is Role.OWNER
    assert told(ledger)[-1] == ("person.joined", HOME)


def test_setting_the_password_changes_nobody_else(ledger: Ledger) -> None:
    """Where the password of the desk is an owner already, nothing is written."""
    before = told(ledger)
    restore_desk_owner(ledger)
    assert told(ledger) == before


def test_removed_person_is_forgotten(ledger: Ledger) -> None:
    """Of somebody who is in no organisation any more neither name nor address, password or way in stays anywhere."""
    token = invitation_token(LINKS, invite(ledger, LINKS, COMMAND_LINE, EMAIL, Role.TRAINER).id)
    person_id = accept_invitation(ledger, token, name="Rosa Vale", password=PASSWORD, way=LinkWay.MAILED).person_id
    request_password_link(ledger, LINKS, EMAIL)
    identity = OidcIdentity(issuer="https://id.example.org", subject="subject-77", email=EMAIL, shown_name="Rosa Vale")
    with ledger.database.write() as connection:
        bind_person(connection, identity, person_id, now=ledger.clock())
    add_passkey(ledger, person_id)
    assert {trace.lower() for trace in traces(ledger)} == {"rosa", "subject-77", "my phone"}
    remove_person(ledger, COMMAND_LINE, person_id)
    assert traces(ledger) == []
    with ledger.database.read() as connection:
        person = find_person(connection, person_id)
    assert person is not None
    assert (person.name, person.email, person.password_hash, person.signed_in_on) == ("", "", "", None)


def traces(ledger: Ledger) -> list[str]:
    """Return what every table still says of Rosa, in text or in bytes."""
    with ledger.database.read() as connection:
        driver = connection.connection.driver_connection
        dumped = "\n".join(driver.iterdump())  # type: ignore[union-attr]
    return re.findall(f"rosa|subject-77|my phone|{b'rosa'.hex()}", dumped, re.IGNORECASE)


def test_removed_here_stays_there(ledger: Ledger) -> None:
    """Somebody of two organisations who is removed from one stays in the other, with name and password."""
    add_organisation(ledger)
    person_id = add_person(ledger, EMAIL, Role.TRAINER, name="Rosa Vale")
    join(ledger, person_id, HARBOUR, Role.OWNER)
    remove_person(ledger, COMMAND_LINE, person_id)
    with ledger.database.read() as connection:
        assert [(place.id, role) for place, role in list_memberships(connection, person_id)] == [(HARBOUR, Role.OWNER)]
        person = find_person(connection, person_id)
    assert person is not None
    assert person.name == "Rosa Vale"
    assert person.password_hash


def test_person_of_another_organisation_is_unknown(ledger: Ledger) -> None:
    """Who works elsewhere cannot be changed from here, not even by somebody who runs the site."""
    add_organisation(ledger)
    person_id = add_person(ledger, EMAIL, Role.TRAINER, organisation_id=HARBOUR)
    with pytest.raises(LedgerError, match=r"people\.unknown"):
        change_role(ledger, COMMAND_LINE, person_id, Role.OWNER)
    with pytest.raises(LedgerError, match=r"people\.unknown"):
        remove_person(ledger, COMMAND_LINE, person_id)
    assert role_of(ledger, person_id, HARBOUR) is Role.TRAINER


@pytest.mark.parametrize("role", [Role.VIEWER, Role.TRAINER])
def test_only_an_owner_changes_people(ledger: Ledger, role: Role) -> None:
    """Whoever asks is looked up in the same transaction: a trainer changes nothing, whatever page they were shown."""
    other = add_person(ledger, EMAIL, Role.VIEWER)
    actor = Actor(organisation_id=HOME, person_id=add_person(ledger, "other@example.org", role))
    for change in (
        lambda: change_role(ledger, actor, other, Role.OWNER),
        lambda: change_role(ledger, actor, actor.person_id, Role.OWNER),
        lambda: remove_person(ledger, actor, other),
        lambda: rename_organisation(ledger, actor, "Mine"),
        lambda: invite(ledger, LINKS, actor, "friend@example.org", Role.OWNER),
    ):
        with pytest.raises(LedgerError, match=r"people\.not_owner"):
            change()
    assert told(ledger) == []


def test_owner_of_one_is_no_owner_of_another(ledger: Ledger) -> None:
    """Being an owner counts where one is one."""
    add_organisation(ledger)
    owner = add_person(ledger, EMAIL, Role.OWNER)
    actor = Actor(organisation_id=HARBOUR, person_id=owner)
    with pytest.raises(LedgerError, match=r"people\.not_owner"):
        invite(ledger, LINKS, actor, "friend@example.org", Role.OWNER)


@pytest.mark.parametrize("way", ["demoted", "removed"])
def test_invitations_of_a_former_owner_are_withdrawn(ledger: Ledger, way: str) -> None:
    """Somebody who is no owner any more left no door open for themselves."""
    owner = add_person(ledger, EMAIL)
    invite(ledger, LINKS, Actor(organisation_id=HOME, person_id=owner), "second-self@example.org", Role.OWNER)
    invite(ledger, LINKS, COMMAND_LINE, "colleague@example.org", Role.TRAINER)
    if way == "demoted":
        change_role(ledger, COMMAND_LINE, owner, Role.TRAINER)
    else:
        remove_person(ledger, COMMAND_LINE, owner)
    assert [entry.email for entry in list_invitations(ledger, HOME)] == ["colleague@example.org"]


@pytest.mark.parametrize(
    ("typed", "code"), [("", "name_missing"), (" \t\n", "name_missing"), ("x" * (MAX_NAME_CHARS + 1), "name_too_long")]
)
def test_name_that_is_none(ledger: Ledger, typed: str, code: str) -> None:
    """An empty name and one without end are refused."""
    with pytest.raises(LedgerError, match=rf"people\.{code}"):
        rename_person(ledger, DESK_PERSON, typed)


def test_name_has_no_signs_that_hide() -> None:
    """Line breaks and signs that turn the direction of writing leave a name."""
    assert read_name("Ana\r\nBcc: x\u202eevil") == "Ana Bcc: x evil"


def test_two_organisations_have_two_names(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A name that is taken, in letters of either case, is refused; also that of an issuer that stands for one."""
    first = create_organisation(ledger, "Harbour Works")
    add_person(ledger, EMAIL, organisation_id=first.id)
    for taken in ("harbour WORKS", issuer.name.upper()):
        with pytest.raises(LedgerError, match=r"people\.organisation_taken"):
            create_organisation(ledger, taken)


def test_half_made_organisation_is_taken_up(ledger: Ledger) -> None:
    """What a kill left without people and issuers is made whole by the same command."""
    assert create_organisation(ledger, "Harbour Works").id == create_organisation(ledger, "Harbour Works").id


@pytest.mark.parametrize(("typed", "folded"), [(" Rosa@Example.ORG ", EMAIL), ("ROSA@EXAMPLE.ORG", EMAIL), ("", "")])
def test_address_is_known_in_letters_of_either_case(typed: str, folded: str) -> None:
    """People type their address as it comes."""
    assert fold_email(typed) == folded
