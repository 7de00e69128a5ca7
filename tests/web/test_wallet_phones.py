"""A telephone number opens a wallet by a code of six digits: once, for ten minutes, and nobody learns who has one."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from issuer.phone_store import save_phones
from skillmark.settings import load_link_secret
from skillmark.text_settings import UNLISTED_TEXTS_PER_DAY
from storage import MessageChannel, OutboxMessage
from tests.web.wallet_visits import ask_for_link, get, link_of, messages, send, sign_in
from tests.web.workshop import BASE_URL
from wallet.code_store import CodeRow, insert_code
from wallet.phones import (
    MAX_CLIENT_OPEN_CODES,
    MAX_CODES_PER_DAY,
    MAX_OPEN_CODES,
    make_phone_code,
)

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.web.workshop import Workshop

DANA, STRANGER = "+15745550100", "+15745550199"


@pytest.fixture
def shop(fresh_shop: Workshop) -> Workshop:
    """A site whose class list has a telephone number for the first person."""
    with fresh_shop.database.write() as connection:
        save_phones(connection, {fresh_shop.slugs[0]: DANA})
    return fresh_shop


def texts(shop: Workshop) -> list[OutboxMessage]:
    """Return the texts, newest first."""
    return [message for message in messages(shop) if message.channel is MessageChannel.TEXT]


def ticket_of(page: TestResponse) -> str:
    found = re.search(r'name="ticket" value="([0-9a-f]{32})"', page.text)
    assert found is not None
    return found[1]


def ask(browser: FlaskClient, number: str = DANA) -> str:
    """Ask for a code at the door; return the ticket of the form."""
    page = send(browser, "/wallet/phone", "/wallet/phone", phone=number)
    assert page.status_code == 200
    return ticket_of(page)


def code_of(shop: Workshop, ticket: str) -> str:
    return make_phone_code(load_link_secret(shop.home), ticket)


def type_code(browser: FlaskClient, ticket: str, code: str, **more: str) -> TestResponse:
    return send(browser, "/wallet/phone/code", "/wallet/phone", ticket=ticket, code=code, **more)


def client_at(shop: Workshop, address: str) -> FlaskClient:
    """Return a browser at another address."""
    browser = shop.client()
    browser.environ_base["REMOTE_ADDR"] = address
    return browser


def open_by_phone(shop: Workshop, number: str = DANA) -> FlaskClient:
    browser = shop.client()
    ticket = ask(browser, number)
    assert type_code(browser, ticket, code_of(shop, ticket)).status_code == 303
    return browser


def add_phone(shop: Workshop, browser: FlaskClient, number: str) -> TestResponse:
    page = send(browser, "/wallet/account/phones", "/wallet/account", phone=number)
    ticket = ticket_of(page)
    return type_code(browser, ticket, code_of(shop, ticket), adds="1")


def test_text_opens_the_wallet(shop: Workshop) -> None:
    """The digits of the text open a wallet in which the badge of the class list was found, and can be taken."""
    browser = shop.client()
    ticket = ask(browser, "(574) 555-0100")
    (message,) = texts(shop)
    assert (message.recipient, message.template) == (DANA, "wallet-phone-code")
    shop.app.extensions["skillmark.mailing"].run()
    (written,) = (shop.home / "outbox").glob("*.txt")
    digits = re.search(r"\b[0-9]{6}\b", written.read_text("utf-8"))
    assert digits is not None
    assert type_code(browser, ticket, f" {digits[0][:3]} {digits[0][3:]} ").status_code == 303
    assert "Found for you" in get(browser, "/wallet").text
    assert send(browser, f"/wallet/found/{shop.slugs[0]}", "/wallet").status_code == 303
    assert "+1 574 555 0100" in get(browser, "/wallet/account").text


def test_answer_says_nothing_of_the_number(shop: Workshop) -> None:
    """Known, unknown and asked too often: the same page; a number that nobody knows is sent nothing."""
    pages = [send(shop.client(), "/wallet/phone", "/wallet/phone", phone=n).text for n in (DANA, STRANGER, *[DANA] * 5)]
    assert len({re.sub(r'value="[^"]+"', "", page) for page in pages}) == 1
    assert {message.recipient for message in texts(shop)} == {DANA}
    assert len(texts(shop)) == MAX_OPEN_CODES


def test_code_of_an_unknown_number_opens_nothing(shop: Workshop) -> None:
    """Not even the right digits: nothing was sent, so nobody can have read them."""
    browser = shop.client()
    ticket = ask(browser, STRANGER)
    assert type_code(browser, ticket, code_of(shop, ticket)).status_code == 400


def test_code_works_once_and_for_ten_minutes(shop: Workshop) -> None:
    """A used code and an old one are refused in the same words as a wrong one."""
    browser = shop.client()
    used, late = ask(browser), ask(browser)
    assert type_code(browser, used, code_of(shop, used)).status_code == 303
    answers = [type_code(shop.client(), used, code_of(shop, used)), type_code(shop.client(), used, "000000")]
    shop.clock.move(minutes=10)
    answers.append(type_code(shop.client(), late, code_of(shop, late)))
    assert {answer.status_code for answer in answers} == {400}
    assert all("That code does not work." in answer.text for answer in answers)


def test_five_wrong_tries_end_a_code(shop: Workshop) -> None:
    """Each wrong try counts, from whatever address; after five the right digits open nothing."""
    ticket = ask(shop.client())
    right = code_of(shop, ticket)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert type_code(shop.client(), ticket, wrong).status_code == 400
    assert type_code(shop.client(), ticket, right).status_code == 400


def test_codes_of_one_number_in_one_day(shop: Workshop) -> None:
    """Who asks all day long gets no more codes than ten, so no more guesses than fifty."""
    for _ in range(3 * MAX_CODES_PER_DAY):
        ask(shop.client())  # each at a place of its own
        shop.clock.move(minutes=11)
    assert len(texts(shop)) == MAX_CODES_PER_DAY
    shop.clock.move(days=1)
    ask(shop.client())
    assert len(texts(shop)) == MAX_CODES_PER_DAY + 1


def test_one_place_asks_for_less_than_a_number_may_have(shop: Workshop) -> None:
    """Whoever asks from one place, or the many addresses of one subscriber, leaves a code to the person."""
    for address in ("2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4"):
        ask(client_at(shop, address))
    assert len(texts(shop)) == MAX_CLIENT_OPEN_CODES
    assert open_by_phone(shop).get("/wallet", base_url=BASE_URL).status_code == 200


def test_code_in_hand_stays_good_when_others_ask(shop: Workshop) -> None:
    """Every code of the day is asked for by somebody else: the one that the person has still opens the wallet."""
    browser = shop.client()
    ticket = ask(browser)
    for _ in range(2 * MAX_CODES_PER_DAY):
        ask(shop.client())  # each at a place of its own
    assert len(texts(shop)) == MAX_OPEN_CODES
    assert type_code(browser, ticket, code_of(shop, ticket)).status_code == 303


def test_whoever_gets_no_text_sees_other_ways_in(shop: Workshop) -> None:
    """The page about the code leads to the e-mail link and to the code on paper, in each case."""
    for number in (DANA, STRANGER):
        page = send(shop.client(), "/wallet/phone", "/wallet/phone", phone=number).text
        ways = page[page.index('id="none"') :]
        assert 'href="/wallet/sign-in"' in ways
        assert 'href="/claim"' in ways


def test_texts_to_unlisted_numbers_have_an_end(shop: Workshop, caplog: pytest.LogCaptureFixture) -> None:
    """A day's texts to numbers of no class list are used up: nobody reads that on a page, and the class is texted."""
    for number in range(UNLISTED_TEXTS_PER_DAY):
        with shop.database.write() as connection:
            row = CodeRow(id=f"{number:032x}", holder_id=None, value=f"+1574555{number:04}", created=shop.clock())
            insert_code(connection, replace(row, is_unlisted=True))
    browser = sign_in(shop)
    refused = send(browser, "/wallet/account/phones", "/wallet/account", phone=STRANGER)
    assert texts(shop) == []
    assert [record.getMessage() for record in caplog.records if record.name == "wallet.phones"] == [
        "texts to numbers of no class list: the day's 200, or one place's part of them, are used up"
    ]
    listed = send(browser, "/wallet/account/phones", "/wallet/account", phone=DANA)
    assert {re.sub(r'value="[^"]+"', "", page.text) for page in (refused, listed)} == {
        re.sub(r'value="[^"]+"', "", refused.text)
    }
    assert open_by_phone(shop).get("/wallet", base_url=BASE_URL).status_code == 200
    assert [message.recipient for message in texts(shop)] == [DANA, DANA]
    shop.clock.move(days=1, minutes=1)
    send(browser, "/wallet/account/phones", "/wallet/account", phone=STRANGER)
    assert STRANGER in {message.recipient for message in texts(shop)}


def test_asking_has_a_limit_for_each_client(shop: Workshop) -> None:
    """The sixth question in a minute from one address is turned away."""
    browser = shop.client()
    answers = [send(browser, "/wallet/phone", "/wallet/phone", phone=DANA).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]


def test_number_is_added_changed_and_removed(shop: Workshop) -> None:
    """A wallet that was opened by mail gets a number, another one, and loses the first."""
    browser = sign_in(shop)
    assert add_phone(shop, browser, STRANGER).status_code == 303
    assert add_phone(shop, browser, "+52 55 1234 5678").status_code == 303
    with shop.database.read() as connection:
        query = "SELECT id FROM wallet_identifiers WHERE value = ?"
        old = connection.exec_driver_sql(query, (STRANGER,)).scalar()
    assert send(browser, f"/wallet/account/addresses/{old}/remove", "/wallet/account").status_code == 303
    account = get(browser, "/wallet/account").text
    assert "+52 55 1234 5678" in account
    assert "0199" not in account
    by_new = open_by_phone(shop, "+525512345678")
    assert "dana@example.org" in get(by_new, "/wallet/account").text


def test_two_wallets_become_one(shop: Workshop) -> None:
    """A number that has a wallet is added to another: what was in the two is in one."""
    by_phone = open_by_phone(shop)
    assert send(by_phone, f"/wallet/found/{shop.slugs[0]}", "/wallet").status_code == 303
    by_mail = sign_in(shop, "other@example.com")
    assert add_phone(shop, by_mail, DANA).status_code == 303
    assert "CMM Operator" in get(by_mail, "/wallet").text
    assert "other@example.com" in get(by_phone, "/wallet/account").text


def test_code_for_adding_works_in_its_own_wallet_only(shop: Workshop) -> None:
    """The right digits in another browser add the number to nobody: no wallet is joined to a stranger's."""
    thief = sign_in(shop, "thief@example.com")
    page = send(thief, "/wallet/account/phones", "/wallet/account", phone=DANA)
    ticket = ticket_of(page)
    for browser in (shop.client(), sign_in(shop)):
        assert type_code(browser, ticket, code_of(shop, ticket)).status_code == 400
    assert "0100" not in get(thief, "/wallet/account").text


def test_bad_number_is_explained(shop: Workshop) -> None:
    """Half a number asks for the rest, at the door and in the account."""
    assert (
        "That is not a complete phone number."
        in send(shop.client(), "/wallet/phone", "/wallet/phone", phone="555-0100").text
    )
    assert send(sign_in(shop), "/wallet/account/phones", "/wallet/account", phone="x").status_code == 400


def test_nothing_of_it_is_in_a_table_or_an_address(shop: Workshop) -> None:
    """The digits stand in no file of the database; number and digits stand in no address."""
    browser = shop.client()
    ticket = ask(browser)
    code = code_of(shop, ticket)
    answer = type_code(browser, ticket, code)
    assert (DANA[1:] in answer.location, code in answer.location) == (False, False)
    with shop.database.read() as connection:
        row = connection.exec_driver_sql("SELECT * FROM wallet_codes").one()
    assert code not in [str(value) for value in row]


def test_deleted_account_leaves_no_number(shop: Workshop) -> None:
    """The number goes from the wallet, from the codes and from what was sent."""
    browser = open_by_phone(shop)
    assert send(browser, "/wallet/account/delete", "/wallet/account/delete").status_code == 200
    with shop.database.read() as connection:
        for query in ("SELECT value FROM wallet_identifiers", "SELECT value FROM wallet_codes"):
            assert DANA not in connection.exec_driver_sql(query).scalars().all()
    assert DANA not in {message.recipient for message in messages(shop)}


def test_deleted_account_leaves_no_file_of_a_message(shop: Workshop) -> None:
    """What was written to files for its person goes, mails and texts, also one that was late; others keep theirs."""
    mailing, folder = shop.app.extensions["skillmark.mailing"], shop.home / "outbox"
    browser, other = shop.client(), shop.client()
    ticket, path = ask(browser), ask_for_link(shop, other, "other@example.com")
    mailing.run()
    assert type_code(browser, ticket, code_of(shop, ticket)).status_code == 303
    assert send(other, path, path).status_code == 303
    send(browser, "/wallet/account/addresses", "/wallet/account", email="dana@example.com")
    mailing.run()
    link = link_of(shop, next(message for message in messages(shop) if message.recipient == "dana@example.com"))
    assert send(browser, link, link).status_code == 303
    assert sorted(file.suffix for file in folder.iterdir()) == [".eml", ".eml", ".txt"]
    waiting = ask(shop.client())
    assert send(browser, "/wallet/account/delete", "/wallet/account/delete").status_code == 200
    mailing.run()
    (left,) = folder.iterdir()
    assert b"other@example.com" in left.read_bytes()
    assert type_code(shop.client(), waiting, code_of(shop, waiting)).status_code == 400
    assert send(other, "/wallet/account/delete", "/wallet/account/delete").status_code == 200
    mailing.run()
    assert list(folder.iterdir()) == []


def test_text_that_is_late_is_not_written(shop: Workshop) -> None:
    """A code that is over when the gateway is reached again is not sent."""
    ask(shop.client())
    shop.clock.now += timedelta(minutes=11)
    shop.app.extensions["skillmark.mailing"].run()
    assert list((shop.home / "outbox").glob("*.txt")) == []


def test_pages_work_in_spanish(shop: Workshop) -> None:
    """The two pages speak the reader's language."""
    browser = shop.client()
    page = browser.get("/wallet/phone", base_url=BASE_URL, headers={"Accept-Language": "es"}).text
    assert 'lang="es"' in page
    assert "Text me a code" not in page
