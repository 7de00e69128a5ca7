"""Attacks on the people of the desk: sessions, roles, invitations, passwords (security.md T-53, T-58, T-59, T-60)."""

from __future__ import annotations

import re
import threading
import time
from typing import TYPE_CHECKING

import pytest

from issuer import DESK_PERSON, HOME, Actor, Role, list_invitations, list_people, remove_person, withdraw_invitation
from issuer.people_changes import change_role
from issuer.people_invitations import LinkWay, accept_invitation, invite
from issuer.people_passwords import set_password_by_link
from issuer.web.people_pages import INVITE_LIMIT
from issuer.web.way_in_pages import LINK_LIMIT
from schemas import LedgerError
from skillmark.settings import load_link_secret
from tests.doubles.cost import cost_of
from tests.doubles.desk_people import HARBOUR, PASSWORD, add_organisation, add_person, invitation_token, messages_to
from tests.doubles.ledgers import open_ledger
from tests.web.desk_visits import get, post
from tests.web.people_visits import (
    ask_for_password,
    make_invitation,
    password_path_of,
    sign_in_as,
    take_invitation,
)
from tests.web.workshop import BASE_URL, open_desk, open_workshop, read_token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from issuer import IssuerProfile, Ledger
    from tests.doubles.ledgers import SetClock
    from tests.web.workshop import Workshop

VICTIM, ATTACKER = "olga@example.org", "mallory@example.org"
ROUND = 8


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """A site of its own."""
    workshop = open_workshop(tmp_path)
    yield workshop
    workshop.database.close()


def session_cookie(browser: FlaskClient) -> str:
    cookie = browser.get_cookie("session", domain="127.0.0.1")
    assert cookie is not None
    return cookie.value


def with_cookie(shop: Workshop, cookie: str) -> FlaskClient:
    browser = shop.client()
    browser.set_cookie("session", cookie, domain="127.0.0.1")
    return browser


def dump(shop: Workshop) -> list[str]:
    with shop.database.read() as connection:
        driver = connection.connection.driver_connection
        return list(driver.iterdump())  # type: ignore[union-attr]


def at_once(actions: list[Callable[[], object]]) -> list[str]:
    """Do all at the same moment; return `done` or the code of the refusal for each."""
    start, outcomes = threading.Barrier(len(actions)), []

    def run(action: Callable[[], object]) -> None:
        start.wait()
        try:
            action()
        except LedgerError as error:
            outcomes.append(error.code)
        else:
            outcomes.append("done")

    threads = [threading.Thread(target=run, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


class TestSessions:
    """What an open browser is worth."""

    def test_planted_session_does_not_become_the_victims(self, shop: Workshop) -> None:
        """Fixation: the cookie that stood in the victim's browser before signing in opens nothing afterwards."""
        add_person(shop.ledger, VICTIM, Role.OWNER)
        mallory = open_desk(shop, person_id=add_person(shop.ledger, ATTACKER, Role.VIEWER))
        planted = session_cookie(mallory)
        victim = with_cookie(shop, planted)
        sign_in_as(victim, VICTIM)
        assert session_cookie(victim) != planted
        assert get(victim, "/desk/people").status_code == 200
        assert get(with_cookie(shop, planted), "/desk").status_code == 303

    def test_cookie_of_a_stranger_does_not_live_on(self, shop: Workshop) -> None:
        """Fixation: the cookie with which a stranger opened the form is no session after somebody signed in with it."""
        add_person(shop.ledger, VICTIM, Role.OWNER)
        browser = shop.client()
        get(browser, "/desk/login")
        before = session_cookie(browser)
        sign_in_as(browser, VICTIM)
        assert get(with_cookie(shop, before), "/desk").status_code == 303

    def test_removed_person_is_out_at_once(self, shop: Workshop) -> None:
        """An open browser of somebody who was removed shows nothing more, and a form that is open changes nothing."""
        person_id = add_person(shop.ledger, ATTACKER, Role.OWNER)
        browser = open_desk(shop, person_id=person_id)
        token = read_token(get(browser, "/desk/people"))
        remove_person(shop.ledger, Actor(organisation_id=HOME), person_id)
        before = dump(shop)
        form = {"csrf_token": token, "email": "second-self@example.org", "role": "owner"}
        answer = browser.post("/desk/people/invitations", data=form, base_url=BASE_URL)
        assert answer.status_code == 401
        assert get(browser, "/desk").status_code == 303
        assert dump(shop) == before

    def test_demoted_person_keeps_no_form(self, shop: Workshop) -> None:
        """A form that was opened as an owner is refused once its sender is a trainer."""
        person_id = add_person(shop.ledger, ATTACKER, Role.OWNER)
        browser = open_desk(shop, person_id=person_id)
        token = read_token(get(browser, "/desk/people"))
        change_role(shop.ledger, Actor(organisation_id=HOME), person_id, Role.TRAINER)
        before = dump(shop)
        forms = {
            "/desk/people/invitations": {"email": "second-self@example.org", "role": "owner"},
            f"/desk/people/{person_id}/role": {"role": "owner"},
            f"/desk/people/{DESK_PERSON}/remove": {},
        }
        for path, fields in forms.items():
            answer = browser.post(path, data={"csrf_token": token, **fields}, base_url=BASE_URL)
            assert answer.status_code == 403
            assert "auth.role_too_low" in answer.text
        assert dump(shop) == before

    def test_session_does_not_move_where_its_person_is_not(self, shop: Workshop) -> None:
        """Another organisation is as one that never was for whoever does not belong to it."""
        add_organisation(shop.ledger)
        browser = open_desk(shop)
        for organisation_id in (HARBOUR, "f" * 32):
            answer = post(browser, f"/desk/organisations/{organisation_id}/work", "/desk/organisations")
            assert answer.status_code == 404
        assert get(browser, "/desk/people").status_code == 200

    def test_removed_from_one_of_two(self, shop: Workshop) -> None:
        """Removed here, a session that works here ends, even though its person belongs elsewhere too."""
        add_organisation(shop.ledger)
        person_id = add_person(shop.ledger, ATTACKER, Role.TRAINER)
        with shop.database.write() as connection:
            connection.exec_driver_sql(
                "INSERT INTO memberships VALUES (?, ?, 'owner', '2026-05-14T12:00:00Z')", (person_id, HARBOUR)
            )
        here = open_desk(shop, person_id=person_id)
        there = open_desk(shop, person_id=person_id, organisation_id=HARBOUR)
        remove_person(shop.ledger, Actor(organisation_id=HOME), person_id)
        assert get(here, "/desk").status_code == 303
        assert get(there, "/desk").status_code == 200


class TestForms:
    """What is sent without the page, or with more than the page has."""

    @pytest.mark.parametrize(
        "path",
        [
            "/desk/people/invitations",
            "/desk/people/invitations/{invitation}/withdraw",
            "/desk/people/{person}/role",
            "/desk/people/{person}/remove",
            "/desk/organisation",
            "/desk/account/name",
            "/desk/account/password",
            "/desk/account/sign-out-everywhere",
            "/desk/organisations/home/work",
            "/desk/password",
            "{link}",
            "{reset}",
        ],
    )
    def test_form_of_another_site_changes_nothing(self, shop: Workshop, path: str) -> None:
        """CSRF: without the token of our own form every change is refused."""
        person_id = add_person(shop.ledger, VICTIM, Role.TRAINER)
        link = make_invitation(shop, ATTACKER)
        ask_for_password(shop.client(), VICTIM)
        (invitation,) = list_invitations(shop.ledger, HOME)
        names = {"person": person_id, "invitation": invitation.id, "link": link}
        filled = path.format(**names, reset=password_path_of(shop, VICTIM))
        browser, before = open_desk(shop), dump(shop)
        before = dump(shop)
        fields = {"email": ATTACKER, "role": "owner", "name": "X", "password": PASSWORD, "again": PASSWORD}
        answer = browser.post(filled, data=fields, base_url=BASE_URL)
        assert answer.status_code == 400
        assert "auth.csrf" in answer.text
        assert dump(shop) == before

    def test_invited_person_does_not_choose_their_role(self, shop: Workshop) -> None:
        """More fields than the form has give nothing: the role and the address are those of the invitation."""
        path = make_invitation(shop, ATTACKER, Role.VIEWER)
        take_invitation(shop.client(), path, role="owner", email="boss@example.org", organisation_id=HARBOUR)
        members = {member.person.email: member.role for member in list_people(shop.database, HOME)}
        assert members == {"": Role.OWNER, ATTACKER: Role.VIEWER}

    def test_names_are_text(self, shop: Workshop) -> None:
        """A name with markup stands on every page as it was typed, and does nothing."""
        evil = "<script>alert(1)</script>"
        take_invitation(shop.client(), make_invitation(shop, ATTACKER), name=evil)
        browser = open_desk(shop)
        post(browser, "/desk/organisation", "/desk/people", name=evil)
        for path in ("/desk/people", "/desk/log", "/desk/organisations", "/desk/account"):
            assert evil not in get(browser, path).text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in get(browser, "/desk/people").text

    def test_invitations_in_a_loop_are_stopped(self, shop: Workshop) -> None:
        """An owner's browser that was taken over does not mail the whole town."""
        browser = open_desk(shop)
        token = read_token(get(browser, "/desk/people"))
        answers = []
        for number in range(int(INVITE_LIMIT.split()[0]) + 1):
            form = {"csrf_token": token, "email": f"p{number}@example.org", "role": "viewer"}
            answers.append(browser.post("/desk/people/invitations", data=form, base_url=BASE_URL).status_code)
        assert answers == [303] * (len(answers) - 1) + [429]


class TestLinks:
    """Invitations and password links in wrong hands."""

    @pytest.mark.parametrize("way", ["/desk/invitation", "/desk/password"])
    def test_guesses_are_limited(self, shop: Workshop, way: str) -> None:
        """256 bits, and ten tries in a minute; the right link of somebody else still works."""
        browser = shop.client()
        tries = int(LINK_LIMIT.split()[0])
        answers = [get(browser, f"{way}/{number:043d}").status_code for number in range(tries + 1)]
        assert answers == [404] * tries + [429]
        assert take_invitation(shop.client(), make_invitation(shop, ATTACKER)).status_code == 303

    def test_used_withdrawn_and_never_made_look_the_same(self, shop: Workshop) -> None:
        """Whoever holds an old mail learns nothing from the answer."""
        used, withdrawn = make_invitation(shop, VICTIM), make_invitation(shop, ATTACKER)
        take_invitation(shop.client(), used)
        (invitation,) = list_invitations(shop.ledger, HOME)
        withdraw_invitation(shop.ledger, Actor(organisation_id=HOME), invitation.id)
        pages = set()
        for path in (used, withdrawn, f"/desk/invitation/{'A' * 43}"):
            answer = get(shop.client(), path)
            assert answer.status_code == 404
            pages.add(answer.text.replace(path, ""))
        assert len(pages) == 1

    def test_scanner_that_opens_links_uses_nothing_up(self, shop: Workshop) -> None:
        """Mail scanners open links first: GET and HEAD leave every row as it is."""
        add_person(shop.ledger, VICTIM)
        ask_for_password(shop.client(), VICTIM)
        paths = (make_invitation(shop, ATTACKER), password_path_of(shop, VICTIM))
        before = dump(shop)
        for path in paths:
            for method in ("GET", "HEAD"):
                assert shop.client().open(path, method=method, base_url=BASE_URL).status_code == 200
        assert dump(shop) == before

    def test_open_form_of_a_withdrawn_invitation(self, shop: Workshop) -> None:
        """Forwarded, opened, then withdrawn: the button that is still on the screen does nothing."""
        path, browser = make_invitation(shop, ATTACKER, Role.OWNER), shop.client()
        token = read_token(get(browser, path))
        (invitation,) = list_invitations(shop.ledger, HOME)
        withdraw_invitation(shop.ledger, Actor(organisation_id=HOME), invitation.id)
        form = {"csrf_token": token, "name": "M", "password": PASSWORD, "again": PASSWORD}
        assert browser.post(path, data=form, base_url=BASE_URL).status_code == 404
        assert len(list_people(shop.database, HOME)) == 1


class TestWhoIsKnown:
    """Nobody learns from the desk who works there."""

    def test_stranger_and_wrong_password_get_one_answer(self, shop: Workshop) -> None:
        """An address that is known, one that is not, and one without a password: the same page."""
        add_person(shop.ledger, VICTIM)
        add_person(shop.ledger, "mei@example.org", password="")
        pages = set()
        for email in (VICTIM, "mei@example.org", "nobody@example.org", "no address at all"):
            answer = sign_in_as(shop.client(), email, "guess")
            assert answer.status_code == 401
            pages.add(re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text))
        assert len(pages) == 1

    def test_person_without_password_has_no_password(self, shop: Workshop) -> None:
        """Who signs in another way is let in by no password: not by none, nor by that of nobody."""
        add_person(shop.ledger, VICTIM, password="")
        for password in ("", "nobody has this password"):
            assert sign_in_as(shop.client(), VICTIM, password).status_code == 401

    @pytest.mark.parametrize("email", ["nobody@example.org", "mei@example.org"])
    def test_stranger_costs_as_much_as_a_wrong_password(self, shop: Workshop, email: str) -> None:
        """The time of the answer says nothing: the slow hash is computed for whoever is not known, too."""
        add_person(shop.ledger, VICTIM)
        add_person(shop.ledger, "mei@example.org", password="")
        sign_in_as(shop.client(), email, "guess")  # the hash of nobody is made once
        known = min(cost_of(lambda: sign_in_as(shop.client(), VICTIM, "guess"), meter=time.process_time) for _ in "12")
        strange = min(cost_of(lambda: sign_in_as(shop.client(), email, "guess"), meter=time.process_time) for _ in "12")
        assert 0.5 < strange / known < 2

    def test_forgotten_password_gets_one_answer(self, shop: Workshop) -> None:
        """Known or not: the same words, and a row in the same table; only the known address gets a mail."""
        add_person(shop.ledger, VICTIM)
        pages, rows = set(), []
        for email in (VICTIM, "nobody@example.org"):
            answer = ask_for_password(shop.client(), email)
            pages.add(answer.text)
            rows.append(sum(line.startswith('INSERT INTO "password_links"') for line in dump(shop)))
        assert len(pages) == 1
        assert rows == [1, 2]
        assert [len(messages_to(shop.ledger, email)) for email in (VICTIM, "nobody@example.org")] == [1, 0]

    def test_look_alike_addresses_are_other_people(self, shop: Workshop) -> None:
        """A letter that only looks like another one opens nobody's desk, and sends nobody's link elsewhere."""
        add_person(shop.ledger, "kim@example.org")
        for typed in ("\u212aim@example.org", "k\u0131m@example.org", "кim@example.org"):
            assert sign_in_as(shop.client(), typed).status_code == 401
            ask_for_password(shop.client(), typed)
        assert messages_to(shop.ledger, "kim@example.org") == []


class TestRaces:
    """Two at the same moment."""

    def test_two_owners_demote_each_other(self, ledger: Ledger, tmp_path: Path, clock: SetClock) -> None:
        """Of two demotions at once one is refused, over two processes: an owner stays."""
        first, second = add_person(ledger, VICTIM), add_person(ledger, ATTACKER)
        remove_person(ledger, Actor(organisation_id=HOME), DESK_PERSON)
        other = open_ledger(tmp_path, clock)
        outcomes = at_once(
            [
                lambda: change_role(ledger, Actor(organisation_id=HOME, person_id=first), second, Role.TRAINER),
                lambda: change_role(other, Actor(organisation_id=HOME, person_id=second), first, Role.TRAINER),
            ]
        )
        other.database.close()
        assert outcomes == ["done", "people.not_owner"]
        assert [member.role for member in list_people(ledger.database, HOME)].count(Role.OWNER) == 1

    def test_both_step_back_at_once(self, ledger: Ledger, tmp_path: Path, clock: SetClock) -> None:
        """Two owners who leave in the same moment: one of them is the last and stays."""
        first, second = add_person(ledger, VICTIM), add_person(ledger, ATTACKER)
        remove_person(ledger, Actor(organisation_id=HOME), DESK_PERSON)
        other = open_ledger(tmp_path, clock)
        outcomes = at_once(
            [
                lambda: remove_person(ledger, Actor(organisation_id=HOME, person_id=first), first),
                lambda: remove_person(other, Actor(organisation_id=HOME, person_id=second), second),
            ]
        )
        other.database.close()
        assert outcomes == ["done", "people.last_owner"]

    def test_invitation_is_taken_once(self, ledger: Ledger, issuer: IssuerProfile, tmp_path: Path) -> None:
        """Of eight presses at once one makes a person; seven find an invitation that never was."""
        links = load_link_secret(tmp_path)
        invitation = invite(ledger, links, Actor(organisation_id=HOME), VICTIM, Role.TRAINER)
        token = invitation_token(links, invitation.id)
        outcomes = at_once(
            [
                lambda: accept_invitation(ledger, token, name=issuer.name, password=PASSWORD, way=LinkWay.MAILED)
                for _ in range(ROUND)
            ]
        )
        assert outcomes == ["done", *["people.invitation_unknown"] * (ROUND - 1)]
        assert len(list_people(ledger.database, HOME)) == 2

    def test_password_link_is_used_once(self, shop: Workshop) -> None:
        """Of two who press at the same moment one sets the password."""
        add_person(shop.ledger, VICTIM)
        ask_for_password(shop.client(), VICTIM)
        token = password_path_of(shop, VICTIM).rpartition("/")[2]
        outcomes = at_once([lambda: set_password_by_link(shop.ledger, token, PASSWORD) for _ in range(2)])
        assert outcomes == ["done", "people.link_unknown"]
