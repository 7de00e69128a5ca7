"""Somebody who is signed in joins an account of another site to themselves, and takes it off again."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from issuer.people_changes import Actor, remove_person
from issuer.people_store import HOME
from issuer.web import DeskSessions
from tests.doubles.oidc_provider import Account
from tests.web.oidc_visits import KIM, begin, come_back, open_oidc_shop, sign_in, who_is
from tests.web.workshop import BASE_URL, password_hash, read_token

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.web.oidc_visits import OidcShop

SITES = "/desk/account/sites"
# A provider that checks no address, as some never do.
UNCHECKED = Account(email="k.doe@login.example", is_email_checked=None)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[OidcShop]:
    """A site with one provider."""
    opened = open_oidc_shop(tmp_path)
    yield opened
    opened.shop.database.close()


@pytest.fixture
def kim(site: OidcShop) -> str:
    """A member."""
    return site.add_person()


def _open(site: OidcShop, person_id: str) -> FlaskClient:
    browser = site.client()
    with browser.session_transaction(base_url=BASE_URL) as session:
        sessions = DeskSessions(site.shop.database, clock=site.shop.clock, desk_password_hash=password_hash)
        person = sessions.read_person(person_id)
        assert person is not None
        session["desk"] = sessions.open(person, HOME)
    return browser


def _post(browser: FlaskClient, path: str) -> TestResponse:
    token = read_token(browser.get("/desk/account", base_url=BASE_URL))
    return browser.post(path, data={"csrf_token": token}, base_url=BASE_URL)


def _way_there(browser: FlaskClient) -> str:
    """Press the button of the account page; return the address on the next page."""
    answer = _post(browser, f"{SITES}/college")
    assert answer.status_code == 200, answer.text
    found = re.search(r'href="(https://login\.college\.example/authorize[^"]+)"', answer.text)
    assert found is not None
    return unescape(found[1])


def test_account_without_a_checked_address(site: OidcShop, kim: str) -> None:
    """Joined by its owner once, an account signs them in, though the provider never checked any address."""
    assert sign_in(site, UNCHECKED).status_code == 403
    browser = _open(site, kim)
    answer = come_back(browser, site.provider.sign_in(_way_there(browser), UNCHECKED))
    assert (answer.status_code, answer.location) == (303, SITES)
    assert "Your account there signs you in here." in browser.get(SITES, base_url=BASE_URL).text
    other = site.client()
    assert sign_in(site, UNCHECKED, browser=other).status_code == 303
    assert KIM in who_is(other)


def test_taking_it_off(site: OidcShop, kim: str) -> None:
    """The page asks first; then the account signs nobody in, and another one may be joined."""
    browser = _open(site, kim)
    come_back(browser, site.provider.sign_in(_way_there(browser), UNCHECKED))
    assert "Take this account off?" in browser.get(f"{SITES}/college/remove", base_url=BASE_URL).text
    assert _post(browser, f"{SITES}/college/remove").status_code == 303
    assert sign_in(site, UNCHECKED).status_code == 403
    assert browser.get(f"{SITES}/college/remove", base_url=BASE_URL).status_code == 404
    come_back(browser, site.provider.sign_in(_way_there(browser), Account(subject="new", is_email_checked=None)))
    assert "Your account there signs you in here." in browser.get(SITES, base_url=BASE_URL).text


def test_foreign_page_joins_nothing(site: OidcShop, kim: str) -> None:
    """A browser that a foreign page sends through the sign-in joins no account to whoever works in it."""
    browser = _open(site, kim)
    answer = come_back(browser, site.provider.sign_in(begin(browser), UNCHECKED))
    assert answer.status_code == 403
    assert KIM in who_is(browser)
    assert sign_in(site, UNCHECKED).status_code == 403
    assert browser.post(f"{SITES}/college", base_url=BASE_URL).status_code == 400


def test_sign_in_that_begins_in_between(site: OidcShop, kim: str) -> None:
    """A sign-in that begins after the joining did joins nothing either."""
    browser = _open(site, kim)
    _way_there(browser)
    assert come_back(browser, site.provider.sign_in(begin(browser), UNCHECKED)).status_code == 403
    assert sign_in(site, UNCHECKED).status_code == 403


def test_somebody_else_signed_in_meanwhile(site: OidcShop, kim: str) -> None:
    """The account is joined to whoever asked for it, or to nobody."""
    lee = site.add_person("lee@example.edu")
    browser = _open(site, kim)
    url = _way_there(browser)
    with browser.session_transaction(base_url=BASE_URL) as session:
        sessions = DeskSessions(site.shop.database, clock=site.shop.clock, desk_password_hash=password_hash)
        person = sessions.read_person(lee)
        assert person is not None
        session["desk"] = sessions.open(person, HOME)
    assert come_back(browser, site.provider.sign_in(url, UNCHECKED)).status_code == 400
    assert sign_in(site, UNCHECKED).status_code == 403


def test_signed_out_meanwhile(site: OidcShop, kim: str) -> None:
    """Whoever was removed on the way gets nothing joined, and is not signed in."""
    browser = _open(site, kim)
    url = _way_there(browser)
    remove_person(site.shop.ledger, Actor(organisation_id=HOME), kim)
    assert come_back(browser, site.provider.sign_in(url, UNCHECKED)).status_code == 400
    assert who_is(browser) == ""


def test_account_of_a_colleague(site: OidcShop, kim: str) -> None:
    """An account that is somebody's cannot be joined to somebody else."""
    browser = _open(site, kim)
    come_back(browser, site.provider.sign_in(_way_there(browser), UNCHECKED))
    thief = _open(site, site.add_person("lee@example.edu"))
    answer = come_back(thief, site.provider.sign_in(_way_there(thief), UNCHECKED))
    assert answer.status_code == 403
    assert "belongs to somebody else" in answer.text


def test_second_account_of_one_site(site: OidcShop, kim: str) -> None:
    """A person has one account of a site at a time."""
    browser = _open(site, kim)
    come_back(browser, site.provider.sign_in(_way_there(browser), UNCHECKED))
    answer = come_back(browser, site.provider.sign_in(_way_there(browser), Account(subject="second")))
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", SITES, 303), ("POST", f"{SITES}/college", 401), ("GET", f"{SITES}/college/remove", 303)],
)
def test_strangers(site: OidcShop, method: str, path: str, status: int) -> None:
    """Without a session none of these pages answers."""
    browser = site.client()
    token = read_token(browser.get("/desk/login", base_url=BASE_URL))
    answer = browser.open(path, method=method, data={"csrf_token": token}, base_url=BASE_URL)
    assert answer.status_code == status


def test_shared_password_joins_nothing(site: OidcShop) -> None:
    """The person behind the password of the desk has no account of another site."""
    browser = _open(site, "desk")
    assert browser.get(SITES, base_url=BASE_URL).status_code == 404
    assert _post(browser, f"{SITES}/college").status_code == 404


def test_unknown_site(site: OidcShop, kim: str) -> None:
    """A site that is not in the settings is not found."""
    assert _post(_open(site, kim), f"{SITES}/other").status_code == 404
