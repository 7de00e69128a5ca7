"""Ways to the desk: own password, invitation, forgotten password, and the account of whoever is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from issuer import DESK_PERSON, HOME, Actor, Role, remove_person
from tests.doubles.desk_people import HARBOUR, PASSWORD, add_organisation, add_person, messages_to
from tests.web.desk_visits import get, post
from tests.web.people_visits import (
    ask_for_password,
    make_invitation,
    password_path_of,
    sign_in_as,
    take_invitation,
)
from tests.web.workshop import BASE_URL, open_desk, read_token, sign_in

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop

EMAIL = "rosa@example.org"
NEW = "three quiet grey herons"


@pytest.mark.parametrize("typed", [EMAIL, " ROSA@example.org "])
def test_own_password_opens_the_desk(fresh_shop: Workshop, typed: str) -> None:
    """Address and own password sign in; letters of either case."""
    add_person(fresh_shop.ledger, EMAIL, Role.TRAINER)
    browser = fresh_shop.client()
    assert sign_in_as(browser, typed).headers["Location"] == "/desk"
    assert get(browser, "/desk/courses/new").status_code == 200


def test_password_of_the_desk_signs_in_the_first_owner(fresh_shop: Workshop) -> None:
    """Without an address it is the password of the desk, as before."""
    browser = fresh_shop.client()
    sign_in(browser)
    assert get(browser, "/desk/people").status_code == 200


def test_closed_password_of_the_desk(fresh_shop: Workshop) -> None:
    """When its entry was removed from the people, the password of the desk opens nothing."""
    add_person(fresh_shop.ledger, EMAIL, Role.OWNER)
    remove_person(fresh_shop.ledger, Actor(organisation_id=HOME), DESK_PERSON)
    answer = sign_in(fresh_shop.client())
    assert answer.status_code == 401
    assert "auth.no_password_set" in answer.text


def test_invitation_makes_a_person_who_is_signed_in(fresh_shop: Workshop) -> None:
    """Name and password, one press, and the desk is open in the role that was offered."""
    browser = fresh_shop.client()
    path = make_invitation(fresh_shop, EMAIL, Role.VIEWER)
    page = get(browser, path)
    assert "Lakeshore Technical College invites you" in page.text
    assert take_invitation(browser, path).headers["Location"] == "/desk"
    assert "Rosa Vale" in get(browser, "/desk/account").text
    assert get(browser, "/desk/courses/new").status_code == 403
    assert sign_in_as(fresh_shop.client(), EMAIL).status_code == 303


def test_known_person_takes_an_invitation_without_a_password(fresh_shop: Workshop) -> None:
    """Who has an account is not asked for another password; signed in already, they are there at once."""
    add_organisation(fresh_shop.ledger)
    person_id = add_person(fresh_shop.ledger, EMAIL, Role.VIEWER)
    browser = open_desk(fresh_shop, person_id=person_id)
    path = make_invitation(fresh_shop, EMAIL, Role.OWNER, organisation_id=HARBOUR)
    assert 'type="password"' not in get(browser, path).text
    assert take_invitation(browser, path).headers["Location"] == "/desk"
    assert get(browser, "/desk/people").status_code == 200


def test_known_person_who_is_not_signed_in_signs_in_first(fresh_shop: Workshop) -> None:
    """The link asks for the sign-in and leads back; before that it adds nothing."""
    add_organisation(fresh_shop.ledger)
    add_person(fresh_shop.ledger, EMAIL, Role.VIEWER)
    browser = fresh_shop.client()
    path = make_invitation(fresh_shop, EMAIL, Role.OWNER, organisation_id=HARBOUR)
    page = get(browser, path)
    assert f'href="/desk/login?next={path}"' in page.text
    assert "<form class=" not in page.text
    token = read_token(get(browser, "/desk/login"))
    answer = browser.post(path, data={"csrf_token": token}, base_url=BASE_URL)
    assert answer.status_code == 400
    assert "Sign in with it" in answer.text
    assert sign_in_as(browser, EMAIL, target=path).headers["Location"] == path
    assert take_invitation(browser, path).headers["Location"] == "/desk"
    assert get(browser, "/desk/people").status_code == 200


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"again": "another one altogether"}, "people.passwords_differ"),
        ({"password": "short", "again": "short"}, "people.password_short"),
        ({"name": " "}, "people.name_missing"),
    ],
)
def test_invitation_form_with_a_fault(fresh_shop: Workshop, fields: dict[str, str], code: str) -> None:
    """A fault is said on the same page, and the invitation still holds."""
    path = make_invitation(fresh_shop, EMAIL)
    answer = take_invitation(fresh_shop.client(), path, **fields)
    assert answer.status_code == 400
    assert code in answer.text
    assert take_invitation(fresh_shop.client(), path).status_code == 303


def test_forgotten_password(fresh_shop: Workshop) -> None:
    """A link by mail sets a new password and signs in; every other browser is signed out."""
    person_id = add_person(fresh_shop.ledger, EMAIL, Role.TRAINER)
    elsewhere, browser = open_desk(fresh_shop, person_id=person_id), fresh_shop.client()
    assert ask_for_password(browser, "Rosa@example.ORG").status_code == 200
    path = password_path_of(fresh_shop, EMAIL)
    assert EMAIL in get(browser, path).text
    answer = post(browser, path, path, password=NEW, again=NEW)
    assert answer.headers["Location"] == "/desk"
    assert get(browser, "/desk").status_code == 200
    assert get(elsewhere, "/desk").status_code == 303
    assert sign_in_as(fresh_shop.client(), EMAIL).status_code == 401
    assert sign_in_as(fresh_shop.client(), EMAIL, NEW).status_code == 303


@pytest.mark.parametrize("path", ["/desk/invitation", "/desk/password"])
@pytest.mark.parametrize("token", ["A" * 43, "short", "A" * 5_000, "%00", "..%2f.."])
def test_link_that_never_was(fresh_shop: Workshop, path: str, token: str) -> None:
    """A guess gets one answer, the same as a link that was used."""
    assert get(fresh_shop.client(), f"{path}/{token}").status_code == 404


def test_pages_with_a_link_stay_private(fresh_shop: Workshop) -> None:
    """Nobody else learns the link: no cache, no search engine, no referrer."""
    add_person(fresh_shop.ledger, EMAIL)
    ask_for_password(fresh_shop.client(), EMAIL)
    for path in (make_invitation(fresh_shop, "mei@example.org"), password_path_of(fresh_shop, EMAIL)):
        headers = get(fresh_shop.client(), path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert headers["Referrer-Policy"] == "no-referrer"


class TestAccount:
    """My account."""

    @pytest.fixture
    def person_id(self, fresh_shop: Workshop) -> str:
        return add_person(fresh_shop.ledger, EMAIL, Role.VIEWER, name="Rosa Vale")

    @pytest.fixture
    def browser(self, fresh_shop: Workshop, person_id: str) -> FlaskClient:
        return open_desk(fresh_shop, person_id=person_id)

    def test_name_is_changed(self, browser: FlaskClient) -> None:
        """A viewer changes their own name."""
        post(browser, "/desk/account/name", "/desk/account", name="Rosa Marsh")
        assert 'value="Rosa Marsh"' in get(browser, "/desk/account").text

    def test_password_is_changed(self, fresh_shop: Workshop, person_id: str, browser: FlaskClient) -> None:
        """This browser stays signed in, every other one is signed out."""
        elsewhere = open_desk(fresh_shop, person_id=person_id)
        fields = {"current": PASSWORD, "password": NEW, "again": NEW}
        answer = post(browser, "/desk/account/password", "/desk/account", **fields)
        assert answer.headers["Location"] == "/desk/account"
        assert get(browser, "/desk").status_code == 200
        assert get(elsewhere, "/desk").status_code == 303
        assert sign_in_as(fresh_shop.client(), EMAIL, NEW).status_code == 303

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"current": "guess", "password": NEW, "again": NEW}, "people.wrong_password"),
            ({"current": PASSWORD, "password": NEW, "again": "other"}, "people.passwords_differ"),
            ({"current": PASSWORD, "password": "short", "again": "short"}, "people.password_short"),
        ],
    )
    def test_fault_changes_no_password(
        self, fresh_shop: Workshop, browser: FlaskClient, fields: dict[str, str], code: str
    ) -> None:
        """A fault is said, and the old password holds."""
        answer = post(browser, "/desk/account/password", "/desk/account", **fields)
        assert answer.status_code == 400
        assert code in answer.text
        assert sign_in_as(fresh_shop.client(), EMAIL).status_code == 303

    def test_guesses_at_the_password_are_limited(self, browser: FlaskClient) -> None:
        """Whoever finds an open browser has five tries in a minute."""
        fields = {"current": "guess", "password": NEW, "again": NEW}
        answers = [post(browser, "/desk/account/password", "/desk/account", **fields).status_code for _ in range(6)]
        assert answers == [400] * 5 + [429]

    def test_sign_out_everywhere(self, fresh_shop: Workshop, person_id: str, browser: FlaskClient) -> None:
        """All browsers of this person are signed out, nobody else's."""
        elsewhere, other = open_desk(fresh_shop, person_id=person_id), open_desk(fresh_shop)
        post(browser, "/desk/account/sign-out-everywhere", "/desk/account")
        assert [get(each, "/desk").status_code for each in (browser, elsewhere, other)] == [303, 303, 200]

    def test_person_without_password_has_a_link_sent(self, fresh_shop: Workshop) -> None:
        """Who signs in another way can set a password by mail, to their own address only."""
        person_id = add_person(fresh_shop.ledger, "mei@example.org", Role.VIEWER, password="")
        browser = open_desk(fresh_shop, person_id=person_id)
        assert "/desk/account/password-link" in get(browser, "/desk/account").text
        post(browser, "/desk/account/password-link", "/desk/account")
        assert len(messages_to(fresh_shop.ledger, "mei@example.org")) == 1

    def test_shared_password_has_no_form(self, trainer: FlaskClient) -> None:
        """The password of the desk is set by whoever runs the site, and never in the page."""
        assert 'type="password"' not in get(trainer, "/desk/account").text
        fields = {"current": "correct horse battery staple", "password": NEW, "again": NEW}
        assert post(trainer, "/desk/account/password", "/desk/account", **fields).status_code == 400
