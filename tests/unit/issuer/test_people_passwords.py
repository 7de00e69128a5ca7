"""Own passwords: set by a link to one's address, once, within an hour; changed by whoever knows the old one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from issuer import HOME, Actor, Role, remove_person
from issuer.claims import Claims
from issuer.people import find_person
from issuer.people_messages import people_renderers
from issuer.people_passwords import (
    MAX_OPEN_PASSWORD_LINKS,
    PASSWORD_LINK_LIFE,
    change_password,
    check_password,
    find_password_link,
    request_password_link,
    set_password_by_link,
)
from pages import is_right_password, render_mail_plain
from schemas import LedgerError
from storage import AuditFilter, list_audit
from tests.doubles.classes import LINKS
from tests.doubles.desk_people import HARBOUR, PASSWORD, add_organisation, add_person, join, messages_to

if TYPE_CHECKING:
    from issuer import Ledger
    from tests.doubles.ledgers import SetClock

EMAIL = "rosa@example.org"
NEW = "three quiet grey herons"


def ask(ledger: Ledger, email: str = EMAIL) -> list[str]:
    """Ask for a link; return the tokens of all mails to the address, oldest first."""
    request_password_link(ledger, LINKS, email)
    render = people_renderers(Claims(ledger, LINKS))
    texts = [render[message.template](message) for message in messages_to(ledger, email)]
    return [text.link.rpartition("/")[2] for text in texts if text is not None]


def password_of(ledger: Ledger, person_id: str) -> str:
    with ledger.database.read() as connection:
        person = find_person(connection, person_id)
    assert person is not None
    return person.password_hash


def test_link_sets_the_password(ledger: Ledger) -> None:
    """Whoever can read the mail sets the password."""
    person_id = add_person(ledger, EMAIL)
    (token,) = ask(ledger)
    assert set_password_by_link(ledger, token, NEW) == person_id
    assert is_right_password(NEW, hashed=password_of(ledger, person_id))


def test_link_works_once_and_ends_the_others(ledger: Ledger) -> None:
    """After one was used, neither it nor another one opens anything."""
    add_person(ledger, EMAIL)
    ask(ledger)
    first, second = ask(ledger)
    set_password_by_link(ledger, second, NEW)
    for token in (first, second):
        assert find_password_link(ledger, token) is None
        with pytest.raises(LedgerError, match=r"people\.link_unknown"):
            set_password_by_link(ledger, token, "of somebody who reads old mails")


@pytest.mark.parametrize(("late", "holds"), [(-1, True), (0, False)])
def test_link_ends_after_an_hour(ledger: Ledger, clock: SetClock, late: int, *, holds: bool) -> None:
    """To the second: one hour."""
    assert timedelta(hours=1) == PASSWORD_LINK_LIFE
    add_person(ledger, EMAIL)
    (token,) = ask(ledger)
    clock.advance(timedelta(hours=1, seconds=late))
    assert (find_password_link(ledger, token) is not None) is holds


def test_looking_uses_nothing_up(ledger: Ledger) -> None:
    """A mail scanner that opens the link leaves it as it is; so does a password that is too short."""
    person_id = add_person(ledger, EMAIL)
    (token,) = ask(ledger)
    for _ in range(10):
        assert find_password_link(ledger, token) is not None
    with pytest.raises(LedgerError, match=r"people\.password_short"):
        set_password_by_link(ledger, token, "short")
    assert set_password_by_link(ledger, token, NEW) == person_id


def test_stranger_gets_no_mail(ledger: Ledger) -> None:
    """An address that nobody has here is written to by nobody."""
    assert ask(ledger, "nobody@example.org") == []


def test_person_without_organisation_gets_no_mail(ledger: Ledger) -> None:
    """Somebody who was removed cannot come back by a new password."""
    add_person(ledger, "other@example.org")
    person_id = add_person(ledger, EMAIL)
    (token,) = ask(ledger)
    remove_person(ledger, Actor(organisation_id=HOME), person_id)
    with pytest.raises(LedgerError, match=r"people\.link_unknown"):
        set_password_by_link(ledger, token, NEW)
    assert ask(ledger) == []


def test_post_box_is_not_filled(ledger: Ledger, clock: SetClock) -> None:
    """However often somebody asks, three mails go out in an hour."""
    add_person(ledger, EMAIL)
    for _ in range(MAX_OPEN_PASSWORD_LINKS + 3):
        ask(ledger)
    assert len(messages_to(ledger, EMAIL)) == MAX_OPEN_PASSWORD_LINKS
    clock.advance(PASSWORD_LINK_LIFE)
    ask(ledger)
    assert len(messages_to(ledger, EMAIL)) == MAX_OPEN_PASSWORD_LINKS + 1


def test_mail_says_what_it_is_in_two_languages(ledger: Ledger) -> None:
    """English and Spanish, with the same link."""
    add_person(ledger, EMAIL)
    (token,) = ask(ledger)
    (message,) = messages_to(ledger, EMAIL)
    text = people_renderers(Claims(ledger, LINKS))[message.template](message)
    assert text is not None
    assert render_mail_plain(text).count(f"{ledger.base_url}/desk/password/{token}") == 2


def test_each_organisation_is_told(ledger: Ledger) -> None:
    """Every desk that the person can open has a line about the new password, and none of them an address."""
    add_organisation(ledger)
    person_id = add_person(ledger, EMAIL)
    join(ledger, person_id, HARBOUR, Role.VIEWER)
    set_password_by_link(ledger, ask(ledger)[0], NEW)
    with ledger.database.read() as connection:
        entries = list_audit(connection, AuditFilter(event="person.password_set"), limit=10)
    assert {entry.subject for entry in entries} == {HOME, HARBOUR}
    assert all(entry.facts == {"person": person_id} for entry in entries)


@pytest.mark.parametrize(
    "password",
    [
        "password12",
        "PASSWORD2026!",
        "1234567890",
        "aaaaaaaaaaaa",
        "qwertyuiop",
        "rosa2026!!!!",
        "rosa@example.org",
        "Contraseña1",
        "1111122222",
    ],
)
def test_first_guesses_are_refused(password: str) -> None:
    """What is tried first is no password: the usual ones with digits behind, and one's own address."""
    with pytest.raises(LedgerError, match=r"people\.password_guessed"):
        check_password(password, email=EMAIL)


@pytest.mark.parametrize(
    "password",
    [PASSWORD, NEW, "ros 7391 8264", "Tr0ub4dor&3x", "пароль из слов", "日本語のパスワードです", "7391 8264 50"],
)
def test_other_passwords_are_taken(password: str) -> None:
    """Words, odd signs, other scripts and long numbers are free to choose."""
    check_password(password, email=EMAIL)


class TestChange:
    """By whoever knows the password that is set."""

    def test_right_password_sets_another(self, ledger: Ledger) -> None:
        """The new one holds, the old one does not."""
        person_id = add_person(ledger, EMAIL)
        with ledger.database.read() as connection:
            person = find_person(connection, person_id)
        assert person is not None
        change_password(ledger, person, current=PASSWORD, new=NEW)
        assert is_right_password(NEW, hashed=password_of(ledger, person_id))

    @pytest.mark.parametrize("current", ["", "guess", NEW])
    def test_wrong_password_changes_nothing(self, ledger: Ledger, current: str) -> None:
        """Whoever finds an open browser does not take it over."""
        person_id = add_person(ledger, EMAIL)
        before = password_of(ledger, person_id)
        with ledger.database.read() as connection:
            person = find_person(connection, person_id)
        assert person is not None
        with pytest.raises(LedgerError, match=r"people\.wrong_password"):
            change_password(ledger, person, current=current, new=NEW)
        assert password_of(ledger, person_id) == before

    def test_person_without_password_cannot_change_it_here(self, ledger: Ledger) -> None:
        """An empty hash fits no password."""
        person_id = add_person(ledger, EMAIL, password="")
        with ledger.database.read() as connection:
            person = find_person(connection, person_id)
        assert person is not None
        with pytest.raises(LedgerError, match=r"people\.wrong_password"):
            change_password(ledger, person, current="", new=NEW)

    def test_two_changes_at_once_are_one(self, ledger: Ledger) -> None:
        """The second of two changes that began with the same old password is refused."""
        person_id = add_person(ledger, EMAIL)
        with ledger.database.read() as connection:
            person = find_person(connection, person_id)
        assert person is not None
        change_password(ledger, person, current=PASSWORD, new=NEW)
        with pytest.raises(LedgerError, match=r"people\.wrong_password"):
            change_password(ledger, person, current=PASSWORD, new="another one altogether")
