"""Invitations to the desk: one address, one role, once, for two weeks, until withdrawn."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from issuer import (
    HOME,
    Actor,
    Role,
    accept_invitations_of,
    invite,
    list_invitations,
    remove_person,
    withdraw_invitation,
)
from issuer.claims import Claims
from issuer.people import find_membership, find_person, find_person_by_email, list_memberships
from issuer.people_changes import change_role
from issuer.people_invitations import (
    INVITATION_LIFE,
    MAX_INVITATIONS_TO_ONE_A_DAY,
    MAX_OPEN_INVITATIONS,
    LinkWay,
    accept_invitation,
    find_invitation,
    read_invited_address,
)
from issuer.people_messages import people_renderers
from issuer.people_passwords import password_path, request_password_link, set_password_by_link
from pages import is_right_password, render_mail_html, render_mail_plain
from schemas import LedgerError
from tests.doubles.classes import LINKS
from tests.doubles.desk_people import (
    HARBOUR,
    PASSWORD,
    add_organisation,
    add_passkey,
    add_person,
    count_passkeys,
    invitation_token,
    join,
    messages_to,
)

if TYPE_CHECKING:
    from issuer import Invitation, IssuerProfile, Ledger
    from tests.doubles.ledgers import SetClock

EMAIL = "rosa@example.org"
ACTOR = Actor(organisation_id=HOME)


def ask(ledger: Ledger, role: Role = Role.TRAINER, email: str = EMAIL, organisation_id: str = HOME) -> Invitation:
    return invite(ledger, LINKS, Actor(organisation_id=organisation_id), email, role)


def accept(
    ledger: Ledger,
    invitation: Invitation,
    *,
    name: str = "Rosa Vale",
    password: str = PASSWORD,
    way: LinkWay = LinkWay.MAILED,
    signed_in_id: str = "",
) -> str:
    token = invitation_token(LINKS, invitation.id)
    accepted = accept_invitation(ledger, token, name=name, password=password, way=way, signed_in_id=signed_in_id)
    return accepted.person_id


def role_of(ledger: Ledger, person_id: str, organisation_id: str = HOME) -> Role | None:
    with ledger.database.read() as connection:
        membership = find_membership(connection, person_id, organisation_id)
    return membership.role if membership else None


@pytest.mark.parametrize("role", list(Role))
def test_accepted_invitation_gives_the_role_that_was_offered(ledger: Ledger, role: Role) -> None:
    """A new person has the name and the password that they set, and exactly the role of the invitation."""
    person_id = accept(ledger, ask(ledger, role))
    assert role_of(ledger, person_id) is role
    with ledger.database.read() as connection:
        person = find_person(connection, person_id)
    assert person is not None
    assert (person.name, person.email) == ("Rosa Vale", EMAIL)
    assert is_right_password(PASSWORD, hashed=person.password_hash)


def test_invitation_works_once(ledger: Ledger) -> None:
    """A second press, by anybody, finds an invitation that never was."""
    invitation = ask(ledger)
    accept(ledger, invitation)
    assert find_invitation(ledger, invitation_token(LINKS, invitation.id)) is None
    with pytest.raises(LedgerError, match=r"people\.invitation_unknown"):
        accept(ledger, invitation, name="Somebody Else", password="another long password")


@pytest.mark.parametrize(("late", "holds"), [(-1, True), (0, False), (1, False)])
def test_invitation_ends_after_two_weeks(ledger: Ledger, clock: SetClock, late: int, *, holds: bool) -> None:
    """To the second: 14 days."""
    assert timedelta(days=14) == INVITATION_LIFE
    invitation = ask(ledger)
    clock.advance(timedelta(days=14, seconds=late))
    assert (find_invitation(ledger, invitation_token(LINKS, invitation.id)) is not None) is holds
    assert bool(list_invitations(ledger, HOME)) is holds


def test_over_invitation_can_be_made_anew(ledger: Ledger, clock: SetClock) -> None:
    """An invitation that is over does not stand in the way of another one."""
    ask(ledger)
    clock.advance(timedelta(days=15))
    again = ask(ledger)
    assert [entry.id for entry in list_invitations(ledger, HOME)] == [again.id]


def test_withdrawn_invitation_opens_nothing(ledger: Ledger) -> None:
    """Withdrawn is as if it had never been, wherever the mail was forwarded to."""
    invitation = ask(ledger)
    withdraw_invitation(ledger, ACTOR, invitation.id)
    with pytest.raises(LedgerError, match=r"people\.invitation_unknown"):
        accept(ledger, invitation)
    with ledger.database.read() as connection:
        assert find_person_by_email(connection, EMAIL) is None


def test_second_invitation_ends_the_first(ledger: Ledger) -> None:
    """Of two invitations to one address the newer holds: an owner who chose the wrong role chooses again."""
    first, second = ask(ledger, Role.OWNER), ask(ledger, Role.VIEWER)
    with pytest.raises(LedgerError, match=r"people\.invitation_unknown"):
        accept(ledger, first)
    assert role_of(ledger, accept(ledger, second)) is Role.VIEWER


def test_known_person_joins_another_organisation(ledger: Ledger) -> None:
    """Name and password stay those that they have; what was typed into the form does not count."""
    add_organisation(ledger)
    person_id = add_person(ledger, EMAIL, Role.VIEWER, name="Rosa Vale")
    invitation = ask(ledger, Role.OWNER, organisation_id=HARBOUR)
    assert invitation.is_known
    typed = "set by somebody else"
    assert accept(ledger, invitation, name="Mallory", password=typed, signed_in_id=person_id) == person_id
    with ledger.database.read() as connection:
        person = find_person(connection, person_id)
        roles = {organisation.id: role for organisation, role in list_memberships(connection, person_id)}
    assert roles == {HOME: Role.VIEWER, HARBOUR: Role.OWNER}
    assert person is not None
    assert person.name == "Rosa Vale"
    assert is_right_password(PASSWORD, hashed=person.password_hash)


def test_member_meanwhile_keeps_the_role_they_have(ledger: Ledger) -> None:
    """An older invitation to more does not lift somebody whose role was set since."""
    add_organisation(ledger)
    person_id = add_person(ledger, EMAIL, Role.VIEWER, organisation_id=HARBOUR)
    invitation = ask(ledger, Role.OWNER)
    join(ledger, person_id, HOME, Role.VIEWER)
    assert accept(ledger, invitation, signed_in_id=person_id) == person_id
    assert role_of(ledger, person_id) is Role.VIEWER


def test_member_is_not_invited_again(ledger: Ledger) -> None:
    """Whoever is here already gets no invitation, in letters of either case."""
    add_person(ledger, EMAIL, Role.VIEWER)
    with pytest.raises(LedgerError, match=r"people\.already_member"):
        ask(ledger, Role.OWNER, "ROSA@Example.org")
    assert messages_to(ledger, EMAIL) == []


def test_removed_person_can_be_invited_anew(ledger: Ledger) -> None:
    """Somebody who comes back is a new person: their old password is forgotten."""
    old = accept(ledger, ask(ledger))
    remove_person(ledger, ACTOR, old)
    new = accept(ledger, ask(ledger), password="quite another password")
    assert new != old
    assert role_of(ledger, old) is None
    assert role_of(ledger, new) is Role.TRAINER


@pytest.mark.parametrize(
    ("name", "password", "code"),
    [
        ("", PASSWORD, "people.name_missing"),
        ("Rosa", "short", "people.password_short"),
        ("Rosa", "x" * 257, "people.password_long"),
    ],
)
def test_form_with_a_fault_uses_nothing_up(ledger: Ledger, name: str, password: str, code: str) -> None:
    """After a password that is too short the invitation still holds."""
    invitation = ask(ledger)
    with pytest.raises(LedgerError, match=code):
        accept(ledger, invitation, name=name, password=password)
    assert accept(ledger, invitation)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "rosa",
        "rosa@example",
        "r\u043esa@example.org",  # a Cyrillic o
        "rosa@ex\u0430mple.org",  # a Cyrillic a
        "\uff52osa@example.org",  # a full-width r
        "rosa@example\ufb01.org",
        "rosa@example.org\r\nBcc: all@example.org",
        "rosa@example.org, luis@example.org",
        "\u202erosa@example.org",
    ],
)
def test_address_that_only_looks_like_one(typed: str) -> None:
    """Plain letters only, so that no two addresses look the same; and one address, without a second header."""
    with pytest.raises(LedgerError, match=r"people\.email_invalid"):
        read_invited_address(typed)


def test_invitation_is_mailed_in_two_languages(ledger: Ledger, issuer: IssuerProfile) -> None:
    """The mail says who invites and holds the one link; the outbox itself holds no link."""
    invitation = ask(ledger)
    (message,) = messages_to(ledger, EMAIL)
    text = people_renderers(Claims(ledger, LINKS))[message.template](message)
    assert text is not None
    link = f"{ledger.base_url}/desk/invitation/{invitation_token(LINKS, invitation.id)}"
    plain, page = render_mail_plain(text), render_mail_html(text)
    assert plain.count(link) == 2  # one for each language
    assert link in page
    assert issuer.name in plain
    assert [part.language for part in text.parts] == ["en", "es"]
    with ledger.database.read() as connection:
        driver = connection.connection.driver_connection
        dumped = "\n".join(driver.iterdump())  # type: ignore[union-attr]
    assert invitation_token(LINKS, invitation.id) not in dumped


@pytest.mark.parametrize("end", ["accepted", "withdrawn", "over"])
def test_mail_that_nobody_needs_is_not_sent(ledger: Ledger, clock: SetClock, end: str) -> None:
    """A mail that waited until its invitation was no more is left out."""
    invitation = ask(ledger)
    (message,) = messages_to(ledger, EMAIL)
    if end == "accepted":
        accept(ledger, invitation)
    elif end == "withdrawn":
        withdraw_invitation(ledger, ACTOR, invitation.id)
    else:
        clock.advance(INVITATION_LIFE)
    assert people_renderers(Claims(ledger, LINKS))[message.template](message) is None


def test_open_invitations_are_limited(ledger: Ledger) -> None:
    """Nobody sends mails to the whole town from the desk; other organisations go on."""
    add_organisation(ledger)
    for number in range(MAX_OPEN_INVITATIONS):
        ask(ledger, email=f"p{number}@example.org")
    with pytest.raises(LedgerError, match=r"people\.too_many_invitations"):
        ask(ledger)
    assert messages_to(ledger, EMAIL) == []
    assert ask(ledger, organisation_id=HARBOUR).email == EMAIL


def test_one_address_is_not_mailed_again_and_again(ledger: Ledger, clock: SetClock) -> None:
    """Inviting and withdrawing in turn fills nobody's post box; the next day it goes on."""
    for _ in range(MAX_INVITATIONS_TO_ONE_A_DAY):
        withdraw_invitation(ledger, ACTOR, ask(ledger).id)
    with pytest.raises(LedgerError, match=r"people\.too_many_invitations"):
        ask(ledger)
    assert len(messages_to(ledger, EMAIL)) == MAX_INVITATIONS_TO_ONE_A_DAY
    clock.advance(timedelta(days=1))
    assert ask(ledger).email == EMAIL


def test_invitations_of_others_cannot_be_withdrawn(ledger: Ledger) -> None:
    """Another organisation's invitation is as one that never was."""
    add_organisation(ledger)
    invitation = ask(ledger, organisation_id=HARBOUR)
    for known in (invitation.id, "f" * 32):
        with pytest.raises(LedgerError, match=r"people\.invitation_unknown"):
            withdraw_invitation(ledger, ACTOR, known)
    assert len(list_invitations(ledger, HARBOUR)) == 1


class TestAccountInSomebodyElsesName:
    """An owner saw the link of an invitation and used it themselves, with a password of their own."""

    @pytest.fixture
    def victim(self, ledger: Ledger) -> str:
        add_organisation(ledger)
        return accept(ledger, ask(ledger, Role.VIEWER), name="Mallory", way=LinkWay.HANDED_OVER)

    def test_does_not_get_what_the_person_is_invited_to(self, ledger: Ledger, victim: str) -> None:
        """Another organisation's invitation is taken only by whoever signs in to that account."""
        invitation = ask(ledger, Role.OWNER, organisation_id=HARBOUR)
        for signed_in_id in ("", "f" * 32):
            with pytest.raises(LedgerError, match=r"people\.sign_in_first"):
                accept(ledger, invitation, signed_in_id=signed_in_id)
        assert role_of(ledger, victim, HARBOUR) is None
        assert len(list_invitations(ledger, HARBOUR)) == 1

    def test_ends_when_the_person_proves_their_address(self, ledger: Ledger, victim: str) -> None:
        """Signing in through another site takes password and passkeys from whoever set them before."""
        add_passkey(ledger, victim)
        ask(ledger, Role.OWNER, organisation_id=HARBOUR)
        assert accept_invitations_of(ledger, EMAIL, name="Rosa Vale") == victim
        with ledger.database.read() as connection:
            person = find_person(connection, victim)
        assert person is not None
        assert person.password_hash == ""
        assert count_passkeys(ledger, victim) == 0

    def test_ends_with_a_password_by_mail(self, ledger: Ledger, victim: str) -> None:
        """So does a new password by a link of a mail; only the new one holds."""
        add_passkey(ledger, victim)
        set_password_by_mail(ledger, EMAIL)
        assert count_passkeys(ledger, victim) == 0

    def test_proven_person_keeps_their_passkeys(self, ledger: Ledger) -> None:
        """Who has read the mail of their invitation and forgets their password loses nothing but that."""
        person_id = accept(ledger, ask(ledger))
        add_passkey(ledger, person_id)
        set_password_by_mail(ledger, EMAIL)
        assert accept_invitations_of(ledger, EMAIL, name="") == person_id
        assert count_passkeys(ledger, person_id) == 1


def set_password_by_mail(ledger: Ledger, email: str) -> None:
    request_password_link(ledger, LINKS, email)
    (link_id,) = [str(message.facts["link"]) for message in messages_to(ledger, email) if "link" in message.facts]
    set_password_by_link(ledger, password_path(LINKS, link_id).rpartition("/")[2], "three quiet grey herons")


class TestProvenAddress:
    """Another site's sign-in has proven an address (OIDC)."""

    def test_uses_every_open_invitation(self, ledger: Ledger) -> None:
        """Whoever is invited twice belongs to both, each with the role that was offered."""
        add_organisation(ledger)
        ask(ledger, Role.VIEWER)
        ask(ledger, Role.OWNER, organisation_id=HARBOUR)
        person_id = accept_invitations_of(ledger, EMAIL, name="Rosa Vale")
        assert person_id is not None
        assert role_of(ledger, person_id) is Role.VIEWER
        assert role_of(ledger, person_id, HARBOUR) is Role.OWNER
        assert list_invitations(ledger, HOME) == ()

    def test_stranger_is_nobody(self, ledger: Ledger) -> None:
        """Nobody registers themselves."""
        assert accept_invitations_of(ledger, EMAIL, name="Rosa Vale") is None
        with ledger.database.read() as connection:
            assert find_person_by_email(connection, EMAIL) is None

    def test_withdrawn_invitation_lets_nobody_in(self, ledger: Ledger) -> None:
        """An invitation that was withdrawn makes no member."""
        withdraw_invitation(ledger, ACTOR, ask(ledger).id)
        assert accept_invitations_of(ledger, EMAIL, name="Rosa Vale") is None

    def test_changed_role_stays(self, ledger: Ledger) -> None:
        """Signing in again does not bring back a role that was taken."""
        ask(ledger, Role.OWNER)
        person_id = accept_invitations_of(ledger, EMAIL, name="")
        assert person_id is not None
        change_role(ledger, ACTOR, person_id, Role.VIEWER)
        assert accept_invitations_of(ledger, EMAIL, name="") == person_id
        assert role_of(ledger, person_id) is Role.VIEWER
