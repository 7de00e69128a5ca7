"""The wallet opens by a link to an address, once, and nobody learns who has one (T-53, T-60)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.web.wallet_visits import ANA, ask_for_link, claim, get, hand_out, link_of, messages, send, sign_in
from tests.web.workshop import BASE_URL, open_workshop

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop


def ask_to_add(shop: Workshop, browser: FlaskClient, address: str) -> str:
    """Ask for the link that adds an address, and return its path."""
    assert send(browser, "/wallet/account/addresses", "/wallet/account", email=address).status_code == 303
    (message,) = [message for message in messages(shop) if message.template == "wallet-add-address"]
    return link_of(shop, message)


def test_link_opens_the_wallet(fresh_shop: Workshop) -> None:
    """Whoever reads the mail of an address opens its wallet, and finds the badges that were issued to it."""
    browser = sign_in(fresh_shop)
    page = get(browser, "/wallet")
    assert page.status_code == 200
    assert "Found for you" in page.text
    assert "CMM Operator" in page.text


def test_found_badge_is_taken(fresh_shop: Workshop) -> None:
    """A badge that was found goes into the wallet; one that was issued to somebody else does not."""
    browser = sign_in(fresh_shop)
    assert send(browser, f"/wallet/found/{fresh_shop.slugs[1]}", "/wallet").status_code == 404
    assert send(browser, f"/wallet/found/{fresh_shop.slugs[0]}", "/wallet").status_code == 303
    page = get(browser, "/wallet").text
    assert "1 badge" in page
    assert "Found for you" not in page


def test_link_works_once(fresh_shop: Workshop) -> None:
    """The second use of a link is answered as one that never was; looking at it spends nothing."""
    browser = fresh_shop.client()
    path = ask_for_link(fresh_shop, browser, ANA)
    assert {get(browser, path).status_code for _ in range(9)} == {200}
    assert send(browser, path, path).status_code == 303
    assert send(fresh_shop.client(), path).status_code == 404
    assert get(fresh_shop.client(), path).status_code == 404


def test_link_ends_after_fifteen_minutes(fresh_shop: Workshop) -> None:
    """An old mail in a post box opens nothing."""
    path = ask_for_link(fresh_shop, fresh_shop.client(), ANA)
    fresh_shop.clock.move(minutes=15)
    assert get(fresh_shop.client(), path).status_code == 404


def test_answer_says_nothing_of_the_address(fresh_shop: Workshop) -> None:
    """A known, an unknown and an address that asked too often get the same page, and each known one a mail."""
    sign_in(fresh_shop)
    pages = [
        send(fresh_shop.client(), "/wallet/sign-in", email=address).text
        for address in (ANA, "nobody@example.org", *[ANA] * 4)
    ]
    assert len(set(pages)) == 1
    assert len([message for message in messages(fresh_shop) if message.recipient == ANA]) == 4


def test_tables_hold_no_token(fresh_shop: Workshop) -> None:
    """Neither the link nor the cookie stands in the database file."""
    browser = fresh_shop.client()
    path = ask_for_link(fresh_shop, browser, ANA)
    assert send(browser, path, path).status_code == 303
    cookie = browser.get_cookie("wallet", domain="127.0.0.1")
    assert cookie is not None
    with fresh_shop.database.read() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert path.rsplit("/", 1)[1] not in dump
    assert cookie.value not in dump


def test_cookie_is_kept_from_scripts_and_strangers(fresh_shop: Workshop) -> None:
    """The cookie is HttpOnly and SameSite=Lax, for thirty days."""
    browser = fresh_shop.client()
    path = ask_for_link(fresh_shop, browser, ANA)
    header = next(value for value in send(browser, path, path).headers.getlist("Set-Cookie") if "wallet=" in value)
    assert {"HttpOnly", "SameSite=Lax", "Max-Age=2592000"} <= {part.strip() for part in header.split(";")}


def test_cookie_of_a_public_site_is_secure(tmp_path: Path) -> None:
    """On https the cookie never travels in the clear."""
    shop = open_workshop(tmp_path, base_url="https://badges.example.edu")
    browser = shop.client()
    page = browser.get("/wallet/sign-in", base_url="https://badges.example.edu")
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    fields = {"csrf_token": token, "email": ANA}
    browser.post("/wallet/sign-in", data=fields, base_url="https://badges.example.edu")
    answer = browser.post(
        link_of(shop, messages(shop)[0]), data={"csrf_token": token}, base_url="https://badges.example.edu"
    )
    (header,) = [value for value in answer.headers.getlist("Set-Cookie") if value.startswith("wallet=")]
    shop.database.close()
    assert "Secure" in header


@pytest.mark.parametrize(("days", "status"), [(29, 200), (30, 303)])
def test_session_lasts_thirty_days_without_use(days: int, status: int, fresh_shop: Workshop) -> None:
    """On the thirtieth day after its last use a wallet is closed."""
    browser = sign_in(fresh_shop)
    fresh_shop.clock.move(days=days)
    assert get(browser, "/wallet").status_code == status


def test_used_session_lasts_on(fresh_shop: Workshop) -> None:
    """Each use gives it thirty days more, and the browser a fresh cookie."""
    browser = sign_in(fresh_shop)
    for _ in range(3):
        fresh_shop.clock.now += timedelta(days=20)
        assert any("wallet=" in value for value in get(browser, "/wallet").headers.getlist("Set-Cookie"))


def test_signing_out_wipes(fresh_shop: Workshop) -> None:
    """The cookie is worth nothing afterwards, and the browser is told to forget what it kept."""
    browser = sign_in(fresh_shop)
    cookie = browser.get_cookie("wallet", domain="127.0.0.1")
    assert cookie is not None
    answer = send(browser, "/wallet/sign-out", "/wallet/account")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    browser.set_cookie("wallet", cookie.value, domain="127.0.0.1")
    assert get(browser, "/wallet").status_code == 303


def test_signing_out_everywhere(fresh_shop: Workshop) -> None:
    """A lost phone is closed from another one."""
    lost, phone = sign_in(fresh_shop), sign_in(fresh_shop)
    assert "2 browsers" in get(phone, "/wallet/account").text
    assert send(phone, "/wallet/account/sign-out-everywhere", "/wallet/account").status_code == 303
    assert [get(browser, "/wallet").status_code for browser in (lost, phone)] == [303, 303]


def test_address_is_added_by_link(fresh_shop: Workshop) -> None:
    """A claimed badge and a second address, later signed in with: one wallet."""
    browser, _ = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    path = ask_to_add(fresh_shop, browser, "dana.private@example.com")
    assert send(browser, path, path).status_code == 303
    other = sign_in(fresh_shop, "dana.private@example.com")
    assert "1 badge" in get(other, "/wallet").text


def test_address_is_not_added_from_another_browser(fresh_shop: Workshop) -> None:
    """A link that somebody else asked for takes nothing from whoever presses it: badges and address stay theirs."""
    victim = sign_in(fresh_shop)
    send(victim, f"/wallet/found/{fresh_shop.slugs[0]}", "/wallet")
    attacker = sign_in(fresh_shop, "attacker@example.com")
    path = ask_to_add(fresh_shop, attacker, ANA)
    assert send(victim, path, path).status_code == 409
    assert send(fresh_shop.client(), path, path).status_code == 409
    assert "1 badge" in get(victim, "/wallet").text
    assert "Nothing here yet" in get(attacker, "/wallet").text


def test_two_wallets_become_one(fresh_shop: Workshop) -> None:
    """Adding an address that has a wallet joins them: each badge once, and the old session sees all of it."""
    claims = hand_out(fresh_shop)
    old = sign_in(fresh_shop)
    send(old, f"/wallet/found/{fresh_shop.slugs[0]}", "/wallet")
    new, _ = claim(fresh_shop, claims, fresh_shop.slugs[1])
    path = ask_to_add(fresh_shop, new, ANA)
    assert "has a wallet already" in get(new, path).text
    assert send(new, path, path).status_code == 303
    assert "2 badges" in get(new, "/wallet").text
    assert "2 badges" in get(old, "/wallet").text


def test_last_address_stays(fresh_shop: Workshop) -> None:
    """An only address cannot be removed; of two one can, and it opens the wallet no more."""
    browser = sign_in(fresh_shop)
    path = ask_to_add(fresh_shop, browser, "second@example.com")
    assert send(browser, path, path).status_code == 303
    ids = [part.split("/remove")[0] for part in get(browser, "/wallet/account").text.split("/addresses/")[1:]]
    assert send(browser, f"/wallet/account/addresses/{ids[0]}/remove", "/wallet/account").status_code == 303
    refused = send(browser, f"/wallet/account/addresses/{ids[1]}/remove", "/wallet/account")
    assert refused.status_code == 400
    assert "only address or number" in refused.text


@pytest.mark.parametrize(
    "typed",
    ["", "nobody", "a@b", "a b@example.org", "a@example.org\r\nBcc: b@example.org", "a@example..org", "<a@b.cc>"],
)
def test_what_is_no_address_is_refused(typed: str, fresh_shop: Workshop) -> None:
    """Nothing is sent to what is no address, and nothing in it ends a line of a mail (T-61)."""
    assert send(fresh_shop.client(), "/wallet/sign-in", email=typed).status_code == 400
    assert messages(fresh_shop) == ()


def test_mail_carries_the_link(fresh_shop: Workshop) -> None:
    """The site's own sender writes the mail in two languages, with the link of this site."""
    path = ask_for_link(fresh_shop, fresh_shop.client(), ANA)
    assert fresh_shop.app.extensions["skillmark.mailing"].run()["sent"] == 1
    (mail,) = (fresh_shop.home / "outbox").glob("*.eml")
    text = mail.read_bytes().replace(b"=\r\n", b"").replace(b"=\n", b"")
    assert f"{BASE_URL}{path}".encode() in text
    assert b"Open my wallet" in text
    assert b"Abrir mi cartera" in text
