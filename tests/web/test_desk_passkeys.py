"""People of the desk sign in with a passkey of their own; the shared password of the desk has none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from issuer.people_changes import Actor, remove_person
from issuer.people_store import HOME, insert_membership, insert_person
from storage import AuditFilter, PasskeyStore, list_audit
from tests.web.desk_visits import get, post
from tests.web.passkey_visits import DESK, PASSKEY_URL, WALLET, add_passkey, ask, make_device, send_answer, use_passkey
from tests.web.wallet_visits import sign_in as open_wallet_of
from tests.web.workshop import BASE_URL, open_desk, open_workshop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """A site with a name, at which browsers take passkeys."""
    opened = open_workshop(tmp_path, base_url=PASSKEY_URL)
    yield opened
    opened.database.close()


def _add_person(shop: Workshop, email: str, role: str = "trainer") -> str:
    with shop.database.write() as connection:
        person_id = insert_person(connection, name="Kim Doe", email=email, now=shop.clock())
        insert_membership(connection, person_id, HOME, role, now=shop.clock())
    return person_id


@pytest.fixture
def kim(shop: Workshop) -> str:
    """A trainer without a password."""
    return _add_person(shop, "kim@example.edu")


def _remove_path(browser: FlaskClient) -> str:
    found = re.search(r"/desk/account/passkeys/[0-9a-f]+/remove", get(browser, DESK.page).text)
    assert found is not None
    return found[0]


def test_passkey_opens_the_desk(shop: Workshop, kim: str) -> None:
    """A person makes a passkey and signs in with it elsewhere, as themselves, to the page that they asked for."""
    device = make_device()
    assert add_passkey(open_desk(shop, person_id=kim), DESK, device).status_code == 303
    browser = shop.client()
    options = ask(browser, DESK.sign_in_question, DESK.sign_in_page)
    answer = send_answer(browser, DESK.sign_in, DESK.sign_in_page, device.get(options), next="/desk/log")
    assert (answer.status_code, answer.location) == (303, "/desk/log")
    assert "kim@example.edu" in get(browser, "/desk/account").text


def test_the_way_on_is_a_page_of_the_desk(shop: Workshop, kim: str) -> None:
    """A foreign address to go to is refused before anything else is looked at."""
    device = make_device()
    add_passkey(open_desk(shop, person_id=kim), DESK, device)
    browser = shop.client()
    options = ask(browser, DESK.sign_in_question, DESK.sign_in_page)
    answer = send_answer(browser, DESK.sign_in, DESK.sign_in_page, device.get(options), next="https://evil.example.org")
    assert answer.status_code == 400
    assert get(browser, "/desk/account").status_code == 303


def test_shared_password_has_no_passkey(shop: Workshop) -> None:
    """Whoever signed in with the password of the desk is offered no passkey and can make none."""
    browser = open_desk(shop)
    assert "passkey" not in get(browser, "/desk/account").text.lower()
    assert get(browser, DESK.page).status_code == 404
    assert post(browser, DESK.add_question, "/desk/account").status_code == 404
    assert post(browser, DESK.page, "/desk/account", answer="{}", name="x").status_code == 404


def test_removed_person_signs_in_no_more(shop: Workshop, kim: str) -> None:
    """With a person their passkeys go; the passkey is answered like one that never was."""
    device = make_device()
    add_passkey(open_desk(shop, person_id=kim), DESK, device)
    remove_person(shop.ledger, Actor(organisation_id=HOME), kim)
    assert PasskeyStore(shop.database, "person").list_passkeys(kim) == ()
    answer = use_passkey(shop.client(), DESK, device)
    assert answer.status_code == 401
    assert "This passkey does not work here." in answer.text


def test_removing_asks_and_removes(shop: Workshop, kim: str) -> None:
    """The page asks first; then the passkey opens nothing."""
    device = make_device()
    browser = open_desk(shop, person_id=kim)
    add_passkey(browser, DESK, device)
    path = _remove_path(browser)
    assert "Remove this passkey?" in get(browser, path).text
    assert post(browser, path, path).status_code == 303
    assert use_passkey(shop.client(), DESK, device).status_code == 401


def test_passkey_of_a_colleague_is_not_there(shop: Workshop, kim: str) -> None:
    """Not even an owner of the same organisation sees or removes somebody else's passkey."""
    device = make_device()
    mine = open_desk(shop, person_id=kim)
    add_passkey(mine, DESK, device)
    path = _remove_path(mine)
    owner = open_desk(shop, person_id=_add_person(shop, "owner@example.edu", "owner"))
    assert get(owner, path).status_code == 404
    assert post(owner, path, "/desk/account").status_code == 404
    assert use_passkey(shop.client(), DESK, device).status_code == 303


def test_passkey_of_a_wallet_does_not_open_the_desk(shop: Workshop, kim: str) -> None:
    """A passkey of a wallet is nothing at the desk, and the other way round."""
    wallet_device, desk_device = make_device(), make_device(credential_id=b"TEST ONLY desk")
    add_passkey(open_wallet_of(shop), WALLET, wallet_device)
    add_passkey(open_desk(shop, person_id=kim), DESK, desk_device)
    assert use_passkey(shop.client(), DESK, wallet_device).status_code == 401
    assert use_passkey(shop.client(), WALLET, desk_device).status_code == 401


def test_question_of_a_colleague(shop: Workshop, kim: str) -> None:
    """The question that one person was asked makes no passkey for another in the same browser."""
    device = make_device()
    browser = open_desk(shop, person_id=kim)
    options = ask(browser, DESK.add_question, DESK.page)
    other = _add_person(shop, "lee@example.edu")
    with browser.session_transaction(base_url=BASE_URL) as session:
        ticket = session["desk-passkey"]
    thief = open_desk(shop, person_id=other)
    with thief.session_transaction(base_url=BASE_URL) as session:
        session["desk-passkey"] = ticket
    assert send_answer(thief, DESK.page, DESK.page, device.create(options), name="phone").status_code == 400
    assert PasskeyStore(shop.database, "person").list_passkeys(other) == ()


def test_wrong_answers_are_counted(shop: Workshop) -> None:
    """The sixth wrong answer in a minute waits, as with passwords."""
    browser = shop.client()
    statuses = [send_answer(browser, DESK.sign_in, DESK.sign_in_page, "{}").status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/desk/account/passkeys", 303),
        ("POST", "/desk/account/passkeys", 401),
        ("POST", "/desk/account/passkeys/question", 401),
        ("GET", "/desk/account/passkeys/0123/remove", 303),
        ("POST", "/desk/account/passkeys/0123/remove", 401),
        ("POST", "/desk/passkey", 401),
        ("POST", "/desk/passkey/question", 200),
    ],
)
def test_strangers(shop: Workshop, method: str, path: str, status: int) -> None:
    """Without a session only the ways in answer."""
    browser = shop.client()
    answer = get(browser, path) if method == "GET" else post(browser, path, "/desk/login")
    assert answer.status_code == status


def test_log_names_neither_person_nor_passkey(shop: Workshop, kim: str) -> None:
    """Making and removing stand in the audit log by the random id of the person, without address or name."""
    device = make_device()
    browser = open_desk(shop, person_id=kim)
    add_passkey(browser, DESK, device, name="Secret phone")
    path = _remove_path(browser)
    post(browser, path, path)
    with shop.database.read() as connection:
        entries = list_audit(connection, AuditFilter(), limit=10)
    found = [entry for entry in entries if entry.event.startswith("person.passkey")]
    assert sorted(entry.event for entry in found) == ["person.passkey_added", "person.passkey_removed"]
    assert all(entry.facts["person"] == kim for entry in found)
    assert "Secret" not in repr(found)
    assert "kim@" not in repr(found)
    page = get(open_desk(shop), "/desk/log").text
    assert "A passkey was made" in page
