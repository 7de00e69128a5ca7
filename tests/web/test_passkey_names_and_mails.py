"""Passkeys of wallets and of people at the desk: another name for one, and a mail when one is made or removed."""

from __future__ import annotations

import email
import re
from email.policy import default
from typing import TYPE_CHECKING

import pytest

from issuer.people_changes import Actor, remove_person
from issuer.people_store import HOME, change_person, insert_membership, insert_person
from storage import MessageState
from tests.web.passkey_visits import DESK, PASSKEY_URL, WALLET, Ways, add_passkey, make_device, send_answer
from tests.web.wallet_visits import ANA, get, messages, send, sign_in
from tests.web.workshop import open_desk, open_workshop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from storage import OutboxMessage
    from tests.web.workshop import Workshop

KIM = "kim@example.edu"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """A site with a name, at which browsers take passkeys."""
    opened = open_workshop(tmp_path, base_url=PASSKEY_URL)
    yield opened
    opened.database.close()


@pytest.fixture
def kim(shop: Workshop) -> str:
    """A trainer of the home organisation."""
    with shop.database.write() as connection:
        person_id = insert_person(connection, name="Kim Doe", email=KIM, now=shop.clock())
        insert_membership(connection, person_id, HOME, "trainer", now=shop.clock())
    return person_id


@pytest.fixture(params=["wallet", "desk"])
def owner(request: pytest.FixtureRequest, shop: Workshop, kim: str) -> tuple[FlaskClient, Ways, str]:
    """A browser of somebody who may have passkeys, where they are, and the address of that person."""
    if request.param == "wallet":
        return sign_in(shop), WALLET, ANA
    return open_desk(shop, person_id=kim), DESK, KIM


def path_of(browser: FlaskClient, ways: Ways, act: str) -> str:
    """Return the address at which the only passkey is named or removed."""
    found = re.search(rf"{ways.page}/[0-9a-f]+/{act}", get(browser, ways.page).text)
    assert found is not None
    return found[0]


def mails_of(shop: Workshop) -> list[OutboxMessage]:
    """Return the mails about passkeys, oldest first."""
    return [message for message in reversed(messages(shop)) if message.template.endswith("-passkey")]


def read_mails(shop: Workshop) -> str:
    """Send what waits; return what the mails about passkeys say, in their order."""
    shop.app.extensions["skillmark.mailing"].run()
    said = []
    for message in mails_of(shop):
        mail = email.message_from_bytes((shop.home / "outbox" / f"{message.id}.eml").read_bytes(), policy=default)
        body = mail.get_body(("plain",))
        assert body is not None
        said.append(f"{mail['Subject']}\n{body.get_content()}")
    return "\n".join(said)


def test_passkey_gets_another_name(owner: tuple[FlaskClient, Ways, str]) -> None:
    """The new name takes the place of the old one, as text and in one line; nothing else changes, and no mail goes."""
    browser, ways, _ = owner
    add_passkey(browser, ways, make_device(), name="Blue phone")
    path = path_of(browser, ways, "name")
    assert send(browser, path, ways.page, name="  Old <b>  phone " + "x" * 100).status_code == 303
    page = get(browser, ways.page).text
    assert "The passkey has its new name." in page
    assert "<strong>Old &lt;b&gt; phone xxx" in page
    assert "Blue phone" not in page
    (shown,) = re.findall(r"<strong>(Old[^<]*)</strong>", page)
    assert len(shown.replace("&lt;", "<").replace("&gt;", ">")) == 60


def test_passkey_needs_a_name(owner: tuple[FlaskClient, Ways, str]) -> None:
    """Without one the old name stays, and the page says so."""
    browser, ways, _ = owner
    add_passkey(browser, ways, make_device(), name="Blue phone")
    answer = send(browser, path_of(browser, ways, "name"), ways.page, name="   ")
    assert answer.status_code == 400
    assert "The name of the passkey is missing." in answer.text
    assert "<strong>Blue phone</strong>" in answer.text


def test_nobody_names_the_passkey_of_somebody_else(owner: tuple[FlaskClient, Ways, str], shop: Workshop) -> None:
    """Another holder, and a colleague, are told that it is not there; a stranger has to sign in first."""
    browser, ways, _ = owner
    add_passkey(browser, ways, make_device(), name="Blue phone")
    path = path_of(browser, ways, "name")
    other = sign_in(shop, "other@example.com") if ways is WALLET else open_desk(shop)
    assert send(other, path, "/wallet/account" if ways is WALLET else "/desk/account", name="Mine").status_code == 404
    assert send(shop.client(), path, name="Mine").status_code == 401
    assert "<strong>Blue phone</strong>" in get(browser, ways.page).text


def test_one_mail_for_each_change(owner: tuple[FlaskClient, Ways, str], shop: Workshop) -> None:
    """Making and removing are told to the person, once each; what was refused is told to nobody."""
    browser, ways, address = owner
    device = make_device()
    add_passkey(browser, ways, device, name="Call +1 900 now")
    assert send_answer(browser, ways.page, ways.page, "{}", name="x").status_code == 400
    shop.clock.move(minutes=1)
    path = path_of(browser, ways, "remove")
    assert send(browser, path, path).status_code == 303
    assert send(browser, path, ways.page).status_code == 404
    assert [(mail.recipient, mail.facts["change"]) for mail in mails_of(shop)] == [
        (address, "added"),
        (address, "removed"),
    ]
    said = read_mails(shop)
    assert said.index("A new passkey") < said.index("A passkey was removed")
    assert "Si no fue usted" in said
    assert f"http://localhost:8000{ways.page}" in said
    for secret in ("+1 900", "csrf", device.credential_id.hex()):
        assert secret not in said
    assert set(re.findall(r"https?://\S+", said)) == {f"http://localhost:8000{ways.page}"}


def test_no_mail_to_an_address_that_was_given_up(shop: Workshop, kim: str) -> None:
    """Whoever has another address by the time of sending is not told at the old one."""
    browser = sign_in(shop)
    add_passkey(browser, WALLET, make_device())
    with shop.database.write() as connection:
        connection.exec_driver_sql("UPDATE wallet_identifiers SET value = 'new@example.org' WHERE value = ?", (ANA,))
    add_passkey(open_desk(shop, person_id=kim), DESK, make_device(credential_id=b"TEST ONLY desk"))
    with shop.database.write() as connection:
        change_person(connection, kim, email="kim.doe@example.edu")
    shop.app.extensions["skillmark.mailing"].run()
    assert {mail.state for mail in mails_of(shop)} == {MessageState.BOUNCED}
    assert list((shop.home / "outbox").glob("*.eml")) == []


def test_mail_goes_with_its_person(shop: Workshop, kim: str) -> None:
    """When a person leaves the desk, their address goes from the mail about their passkey, and so does its file."""
    add_passkey(open_desk(shop, person_id=kim), DESK, make_device())
    shop.app.extensions["skillmark.mailing"].run()
    (mail,) = mails_of(shop)
    assert (shop.home / "outbox" / f"{mail.id}.eml").exists()
    remove_person(shop.ledger, Actor(organisation_id=HOME), kim)
    assert [mail.recipient for mail in mails_of(shop)] == [""]
    shop.app.extensions["skillmark.mailing"].run()
    assert not (shop.home / "outbox" / f"{mail.id}.eml").exists()
