"""A wallet opens with a passkey; its holder makes, names and removes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from storage.tables import PASSKEY_QUESTIONS, PASSKEYS
from tests.web.passkey_visits import PASSKEY_URL, WALLET, add_passkey, ask, make_device, send_answer, use_passkey
from tests.web.wallet_visits import ANA, ask_for_link, claim, get, hand_out, send, sign_in
from tests.web.workshop import open_workshop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop

OTHER = "other@example.com"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """A site with a name, at which browsers take passkeys."""
    opened = open_workshop(tmp_path, base_url=PASSKEY_URL)
    yield opened
    opened.database.close()


def _remove_path(browser: FlaskClient) -> str:
    page = get(browser, WALLET.page).text
    start = page.index("/wallet/account/passkeys/")
    while not page[start:].split('"', 1)[0].endswith("/remove"):
        start = page.index("/wallet/account/passkeys/", start + 1)
    return page[start:].split('"', 1)[0]


def test_passkey_opens_the_wallet(shop: Workshop) -> None:
    """Made after signing in by a link; then another browser opens the same wallet with it, without an address."""
    device = make_device()
    browser = sign_in(shop)
    assert add_passkey(browser, WALLET, device).status_code == 303
    other = shop.client()
    answer = use_passkey(other, WALLET, device)
    assert (answer.status_code, answer.location) == (303, "/wallet")
    assert ANA in get(other, "/wallet/account").text


def test_passkey_of_another_wallet_asks_first(shop: Workshop) -> None:
    """A wallet without a way back in keeps its place until its person says that it may be lost."""
    device = make_device()
    assert add_passkey(sign_in(shop), WALLET, device).status_code == 303
    browser, badge = claim(shop, hand_out(shop), shop.slugs[0])
    answer = use_passkey(browser, WALLET, device)
    assert (answer.status_code, answer.location) == (303, "/wallet/sign-out")
    assert "Add an e-mail address or a phone number first." in get(browser, "/wallet/sign-out").text
    assert get(browser, badge).status_code == 200
    assert send(browser, "/wallet/sign-out", "/wallet/sign-out", lose="yes").location == "/"
    assert use_passkey(browser, WALLET, device).location == "/wallet"


def test_list_says_which_and_when(shop: Workshop) -> None:
    """The page names each passkey as its holder called it, and says when it was made and last used."""
    device = make_device()
    browser = sign_in(shop)
    add_passkey(browser, WALLET, device, name="  Blue   phone ")
    page = get(browser, WALLET.page).text
    assert "<strong>Blue phone</strong>" in page
    assert "not used yet" in page
    shop.clock.move(days=3)
    assert use_passkey(shop.client(), WALLET, device).status_code == 303
    assert "last used on May 17, 2026" in get(browser, WALLET.page).text


def test_name_is_text(shop: Workshop) -> None:
    """A name with markup in it is shown as it was typed."""
    browser = sign_in(shop)
    add_passkey(browser, WALLET, make_device(), name="<b>phone</b>")
    assert "&lt;b&gt;phone&lt;/b&gt;" in get(browser, WALLET.page).text


def test_removing_asks_and_removes(shop: Workshop) -> None:
    """The first page only asks; after the second the passkey opens nothing, and the open wallet stays open."""
    device = make_device()
    browser = sign_in(shop)
    add_passkey(browser, WALLET, device)
    path = _remove_path(browser)
    assert "Remove this passkey?" in get(browser, path).text
    assert use_passkey(shop.client(), WALLET, device).status_code == 303
    assert send(browser, path, path).status_code == 303
    assert use_passkey(shop.client(), WALLET, device).status_code == 401
    assert get(browser, "/wallet").status_code == 200


def test_passkey_of_somebody_else_is_not_there(shop: Workshop) -> None:
    """Another holder can neither look at a passkey nor remove it."""
    device = make_device()
    owner, other = sign_in(shop), sign_in(shop, OTHER)
    add_passkey(owner, WALLET, device)
    path = _remove_path(owner)
    assert get(other, path).status_code == 404
    assert send(other, path, "/wallet/account").status_code == 404
    assert use_passkey(shop.client(), WALLET, device).status_code == 303


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/wallet/account/passkeys", 303),
        ("POST", "/wallet/account/passkeys", 401),
        ("POST", "/wallet/account/passkeys/question", 401),
        ("GET", "/wallet/account/passkeys/0123/remove", 303),
        ("POST", "/wallet/account/passkeys/0123/remove", 401),
        ("POST", "/wallet/passkey", 401),
    ],
)
def test_strangers(shop: Workshop, method: str, path: str, status: int) -> None:
    """Without an open wallet only the two ways in answer, and an empty answer is refused."""
    browser = shop.client()
    answer = get(browser, path) if method == "GET" else send(browser, path)
    assert answer.status_code == status


@pytest.mark.parametrize("path", ["/wallet/passkey", "/wallet/passkey/question", "/wallet/account/passkeys"])
def test_form_of_another_site(shop: Workshop, path: str) -> None:
    """Without the token of our own page nothing is asked and nothing is taken."""
    browser = sign_in(shop)
    assert browser.post(path, data={"answer": "{}"}, base_url="http://127.0.0.1:8000").status_code == 400


def test_deleted_wallet_leaves_no_passkey(shop: Workshop) -> None:
    """Deleting the account deletes its passkeys, and the questions to its browser; the passkey opens nothing then."""
    device = make_device()
    browser = sign_in(shop)
    add_passkey(browser, WALLET, device)
    ask(browser, WALLET.add_question, WALLET.page)
    assert send(browser, "/wallet/account/delete", "/wallet/account/delete").status_code == 200
    with shop.database.read() as connection:
        for table in (PASSKEYS, PASSKEY_QUESTIONS):
            assert connection.scalar(sa.select(sa.func.count()).select_from(table)) == 0
    assert use_passkey(shop.client(), WALLET, device).status_code == 401


def test_two_wallets_that_become_one(shop: Workshop) -> None:
    """The passkey of the wallet that was taken in opens the one that is left."""
    device = make_device()
    add_passkey(sign_in(shop, OTHER), WALLET, device)
    browser = sign_in(shop)
    send(browser, "/wallet/account/addresses", "/wallet/account", email=OTHER)
    path = _link_to_add(shop)
    assert send(browser, path, path).status_code == 303
    other = shop.client()
    assert use_passkey(other, WALLET, device).status_code == 303
    assert ANA in get(other, "/wallet/account").text


def _link_to_add(shop: Workshop) -> str:
    from tests.web.wallet_visits import link_of, messages  # noqa: PLC0415 - one test needs them

    (message,) = [message for message in messages(shop) if message.template == "wallet-add-address"]
    return link_of(shop, message)


def test_eleventh_passkey(shop: Workshop) -> None:
    """One holder has at most ten."""
    browser = sign_in(shop)
    for number in range(10):
        shop.clock.move(minutes=2)
        device = make_device(credential_id=b"TEST ONLY %d" % number)
        assert add_passkey(browser, WALLET, device).status_code == 303
    token_page = get(browser, WALLET.page)
    assert token_page.text.count("/remove") == 10
    answer = send(browser, WALLET.add_question, WALLET.page)
    assert answer.status_code == 400
    assert "ten passkeys" in answer.text


def test_the_same_device_twice(shop: Workshop) -> None:
    """An id that is known already is refused, also to its own holder, and the old key stays."""
    device = make_device()
    browser = sign_in(shop)
    assert add_passkey(browser, WALLET, device).status_code == 303
    copy = make_device(credential_id=device.credential_id)
    assert add_passkey(browser, WALLET, copy).status_code == 400
    assert use_passkey(shop.client(), WALLET, device).status_code == 303


def test_passkey_without_a_name(shop: Workshop) -> None:
    """A name of nothing but blanks is said to be missing."""
    browser = sign_in(shop)
    answer = add_passkey(browser, WALLET, make_device(), name="   ")
    assert answer.status_code == 400
    assert "The name of the passkey is missing." in answer.text


def test_pages_say_that_it_needs_scripts(shop: Workshop) -> None:
    """Without scripts the form is hidden, the reason is there, and the e-mail form works as ever."""
    page = get(shop.client(), "/wallet/sign-in").text
    assert "This way needs JavaScript" in page
    assert 'data-passkey="get"' in page
    assert page.split('data-passkey="get"')[1].split(">")[0].rstrip().endswith("hidden")
    assert ask_for_link(shop, shop.client(), ANA).startswith("/wallet/link/")


def test_no_passkeys_at_a_numeric_address(fresh_shop: Workshop) -> None:
    """At an address without a name no browser takes a passkey, so no page speaks of them."""
    assert "passkey" not in get(fresh_shop.client(), "/wallet/sign-in").text.lower()
    browser = sign_in(fresh_shop)
    assert "passkey" not in get(browser, "/wallet/account").text.lower()
    assert get(browser, WALLET.page).status_code == 404


def test_spanish(shop: Workshop) -> None:
    """The pages speak Spanish."""
    browser = sign_in(shop)
    answer = browser.get(f"{WALLET.page}?lang=es", base_url="http://127.0.0.1:8000")
    assert "llave de acceso" in answer.text


def test_answer_goes_back_to_its_own_page(shop: Workshop) -> None:
    """A wrong answer shows the sign-in page again, with all ways in."""
    browser = shop.client()
    answer = send_answer(browser, WALLET.sign_in, WALLET.sign_in_page, "{}")
    assert answer.status_code == 401
    assert "This passkey does not work here." in answer.text
    assert "Send me a link" in answer.text
