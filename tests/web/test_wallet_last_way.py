"""A wallet without a way back in is not lost by one tap; a trainer gives the badge of a lost one a new link."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from issuer import Claims
from skillmark.settings import load_link_secret
from tests.doubles.classes import paper_code_of
from tests.web.desk_visits import post
from tests.web.wallet_visits import (
    ANA,
    ask_for_link,
    claim,
    claim_token_of,
    get,
    hand_out,
    link_of,
    messages,
    send,
    sign_in,
)
from tests.web.workshop import BASE_URL, open_desk, read_token

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop

WORDS = {
    "en": ("There is no way back into this wallet.", "Sign out and lose the wallet on this phone"),
    "es": ("No hay manera de volver a esta cartera.", "Salir y perder la cartera de este teléfono"),
}
WAYS_OUT = ["/wallet/sign-out", "/wallet/account/sign-out-everywhere"]


def cookie_of(browser: FlaskClient) -> str:
    """Return the cookie of the open wallet; empty without one."""
    cookie = browser.get_cookie("wallet", domain="127.0.0.1")
    return cookie.value if cookie else ""


def count_sessions(shop: Workshop) -> int:
    with shop.database.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM wallet_sessions").scalar_one())


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("way", WAYS_OUT)
def test_wallet_without_a_way_in_is_asked_about(way: str, language: str, fresh_shop: Workshop) -> None:
    """The first press only asks, also when the page noted before that its person left; the second one signs out."""
    browser, badge = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    token = read_token(get(browser, "/wallet/account"))
    if way == "/wallet/sign-out":
        browser.set_cookie("wallet-left", "1", domain="127.0.0.1")
    asked = browser.post(way, data={"csrf_token": token}, base_url=BASE_URL)
    assert asked.status_code == 303
    assert browser.get_cookie("wallet-left", domain="127.0.0.1") is None
    page = get(browser, asked.location, **{"Accept-Language": language}).text
    assert all(words in page for words in WORDS[language])
    assert 'href="/wallet/account"' in page
    assert 'href="/wallet/export.zip"' in page
    assert f'action="{way}"' in page
    assert ("data-leave" in page) == (way == "/wallet/sign-out")  # with that mark no other form would be answered
    assert get(browser, badge).status_code == 200
    assert get(browser, "/wallet/export.zip").status_code == 200
    answer = browser.post(
        way, data={"csrf_token": read_token(get(browser, asked.location)), "lose": "yes"}, base_url=BASE_URL
    )
    assert (answer.status_code, answer.location) == (303, "/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert count_sessions(fresh_shop) == 0


def test_first_press_can_only_ask(fresh_shop: Workshop) -> None:
    """A phone that lost its signal answers signing out by itself: the button of such a wallet asks for a page."""
    browser, _ = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    page = get(browser, "/wallet/account").text
    forms = [form for form in re.findall(r"<form[^>]*>", page) if 'action="/wallet/sign-out"' in form]
    assert len(forms) == 1
    assert "method" not in forms[0]
    assert WORDS["en"][0] in get(browser, "/wallet/sign-out?").text


def test_another_wallet_takes_no_place_unasked(fresh_shop: Workshop) -> None:
    """A mailed link or a texted code of another wallet asks first where this one would be lost; the link stays good."""
    browser, badge = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    link = ask_for_link(fresh_shop, browser, ANA)
    for way, form in ((link, link), ("/wallet/phone/code", "/wallet/phone")):
        answer = send(browser, way, form)
        assert (answer.status_code, answer.location) == (303, "/wallet/sign-out"), way
    assert "Add an e-mail address or a phone number first." in get(browser, "/wallet/sign-out").text
    assert get(browser, badge).status_code == 200
    assert send(browser, "/wallet/sign-out", "/wallet/sign-out", lose="yes").location == "/"
    assert send(browser, link, link).location == "/wallet"


def test_first_address_is_added_without_a_question(fresh_shop: Workshop) -> None:
    """Where the link gives this wallet its way in, nothing is lost; another wallet may be opened after that."""
    browser, _ = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    assert send(browser, "/wallet/account/addresses", "/wallet/account", email="keeper@example.com").status_code == 303
    link = link_of(fresh_shop, messages(fresh_shop)[0])
    assert send(browser, link, link).location == "/wallet/account"
    other = ask_for_link(fresh_shop, browser, ANA)
    assert send(browser, other, other).location == "/wallet"


@pytest.mark.parametrize("way", WAYS_OUT)
def test_wallet_with_an_address_signs_out_at_once(way: str, fresh_shop: Workshop) -> None:
    """Who can come back by mail is not asked: the phone is a family's."""
    browser, _ = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0], sign_in(fresh_shop, ANA))
    assert send(browser, way, "/wallet/account").location == "/"
    assert count_sessions(fresh_shop) == 0


def test_wallet_with_a_passkey_signs_out_at_once(fresh_shop: Workshop) -> None:
    """A passkey is a way back in too."""
    browser, _ = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    with fresh_shop.database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO passkeys"
            " (id, owner_kind, owner_id, credential_id, user_handle, public_key, sign_count, synced, name, created)"
            " SELECT 'one', 'holder', id, x'01', x'02', x'03', 0, 0, 'Phone', '2026-05-14T12:00:00Z'"
            " FROM wallet_holders"
        )
    assert send(browser, "/wallet/sign-out", "/wallet/account").location == "/"


def test_empty_wallet_signs_out_at_once(fresh_shop: Workshop) -> None:
    """Where there is nothing to lose nobody is asked."""
    browser, badge = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    assert send(browser, f"{badge}/remove", f"{badge}/remove").status_code == 303
    assert send(browser, "/wallet/sign-out", "/wallet/account").location == "/"


def test_phone_keeps_no_button_that_loses_the_wallet(fresh_shop: Workshop) -> None:
    """The page for a place without a signal has the button of signing out only where there is a way back in."""
    claims = hand_out(fresh_shop)
    browser, _ = claim(fresh_shop, claims, fresh_shop.slugs[0])
    page = get(browser, "/wallet/kept/list").text
    assert "data-leave" not in page
    assert WORDS["en"][0] in page
    assert "data-leave" not in get(browser, "/wallet/account").text
    safe, _ = claim(fresh_shop, claims, fresh_shop.slugs[1], sign_in(fresh_shop, ANA))
    assert "data-leave" in get(safe, "/wallet/kept/list").text
    assert "data-leave" in get(safe, "/wallet/account").text


def test_kept_list_changes_with_the_first_way_in(fresh_shop: Workshop) -> None:
    """A phone asks for its list anew as soon as there is a way back in."""
    browser, _ = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])

    def list_version() -> str:
        pages = get(browser, "/wallet/kept").get_json()["pages"]
        return str(next(page["version"] for page in pages if page["path"] == "/wallet"))

    before = list_version()
    with fresh_shop.database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO wallet_identifiers (id, holder_id, kind, value, verified_at)"
            " SELECT 'one', id, 'email', 'keeper@example.com', '2026-05-14T12:00:00Z' FROM wallet_holders"
        )
    assert list_version() != before


def delivery_of(shop: Workshop, trainer: FlaskClient) -> str:
    """Hand the class out on paper; return the page."""
    hand_out(shop)
    with shop.database.read() as connection:
        job = connection.exec_driver_sql("SELECT id FROM jobs").scalar_one()
    page = f"/desk/jobs/{job}/delivery"
    assert get(trainer, page).status_code == 200
    return page


def test_trainer_gives_the_badge_of_a_lost_wallet_a_new_link(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Asked first, then once: the new link opens the badge in a new wallet, the old one stays spent."""
    page, slug = delivery_of(fresh_shop, trainer), fresh_shop.slugs[0]
    claims = Claims(fresh_shop.ledger, load_link_secret(fresh_shop.home))
    old_token, old_code = claim_token_of(claims, slug), paper_code_of(claims, slug)
    lost, badge = claim(fresh_shop, claims, slug)
    ask = page.replace("delivery", f"new-link/{slug}")
    assert f'href="{ask}"' in get(trainer, page).text
    question = get(trainer, ask).text
    assert "Make a new link?" in question
    assert "Dana Whitfield" in question
    assert claim_token_of(claims, slug) == old_token  # looking changes nothing
    fresh_shop.clock.move(days=400)  # longer than a link holds
    trainer = open_desk(fresh_shop)
    done = post(trainer, ask, ask)
    assert done.status_code == 303
    told = get(trainer, done.location).text
    assert "There is a new link." in told
    assert "Dana Whitfield" not in get(trainer, "/desk/to-call").text  # who waits since now, not since the first link
    new_token, new_code = claim_token_of(claims, slug), paper_code_of(claims, slug)
    assert old_token != new_token
    assert old_code != new_code
    stranger = fresh_shop.client()
    assert get(stranger, f"/claim/{old_token}").status_code == 404
    assert send(stranger, "/claim", "/claim", code=old_code).status_code == 404
    fresh, second = claim(fresh_shop, claims, slug)
    assert "CMM Operator" in get(fresh, second).text
    with fresh_shop.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM wallet_holdings").scalar_one() == 2
    assert cookie_of(lost) != cookie_of(fresh)
    assert badge != second
    assert "A new link was made for a claimed badge" in get(trainer, "/desk/log").text


def test_second_press_leaves_the_new_link_as_it_is(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """A card that was printed after the first press is not made worthless by a second one."""
    page, slug = delivery_of(fresh_shop, trainer), fresh_shop.slugs[0]
    claims = Claims(fresh_shop.ledger, load_link_secret(fresh_shop.home))
    claim(fresh_shop, claims, slug)
    ask = page.replace("delivery", f"new-link/{slug}")
    post(trainer, ask, ask)
    token = claim_token_of(claims, slug)
    again = post(trainer, ask, page)
    assert again.status_code == 303
    assert "Nobody has taken this badge yet." in get(trainer, again.location).text
    assert claim_token_of(claims, slug) == token


@pytest.mark.parametrize(("change", "said"), [("revoke", "took this badge back"), ("suspend", "has paused this badge")])
def test_badge_out_of_force_gets_no_new_link(
    change: str, said: str, fresh_shop: Workshop, trainer: FlaskClient
) -> None:
    """What was taken back or is paused is given to nobody anew."""
    page, slug = delivery_of(fresh_shop, trainer), fresh_shop.slugs[0]
    claims = Claims(fresh_shop.ledger, load_link_secret(fresh_shop.home))
    claim(fresh_shop, claims, slug)
    token = claim_token_of(claims, slug)
    getattr(fresh_shop.ledger, change)(fresh_shop.badge(0).id, "wrong person", "desk")
    ask = page.replace("delivery", f"new-link/{slug}")
    assert not re.search(re.escape(ask), get(trainer, page).text)
    answer = post(trainer, ask, page)
    assert said in get(trainer, answer.location).text
    assert claim_token_of(claims, slug) == token


def test_new_link_asks_for_the_second_step_of_the_class(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """The word that was chosen for the class is asked for again."""
    page, slug = delivery_of(fresh_shop, trainer), fresh_shop.slugs[0]
    post(trainer, page, page, way="paper", second_step="word", word="granite")
    claims = Claims(fresh_shop.ledger, load_link_secret(fresh_shop.home))
    path = f"/claim/{claim_token_of(claims, slug)}"
    assert send(fresh_shop.client(), path, path, answer="granite").status_code == 303
    ask = page.replace("delivery", f"new-link/{slug}")
    post(trainer, ask, ask)
    path, browser = f"/claim/{claim_token_of(claims, slug)}", fresh_shop.client()
    assert "Class word" in get(browser, path).text
    assert send(browser, path, path, answer="marble").status_code == 400
    assert send(browser, path, path, answer="granite").status_code == 303
