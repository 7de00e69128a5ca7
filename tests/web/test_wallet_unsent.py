"""A site that sends nothing yet says so, wherever somebody would wait for a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from issuer import SecondStep
from skillmark.mail_settings import MailIdentity, MailSettings, SmtpSettings
from tests.web.wallet_visits import ANA, claim_token_of, get, hand_out, send, sign_in
from tests.web.workshop import open_workshop

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.workshop import Workshop

NO_MAIL = "This site does not send e-mail yet."
NO_TEXTS = "This site does not send text messages yet."
SERVER = MailSettings(
    identity=MailIdentity(address="badges@college.example"), smtp=SmtpSettings(host="smtp.college.example", port=587)
)


def test_sign_in_says_where_the_mail_is(fresh_shop: Workshop) -> None:
    """Nobody looks for a mail that never left, and the same is said to everybody."""
    for address in (ANA, "nobody@example.com"):
        page = send(fresh_shop.client(), "/wallet/sign-in", email=address).text
        assert NO_MAIL in page
        assert "outbox folder" in page


def test_texted_code_says_where_the_text_is(fresh_shop: Workshop) -> None:
    """The page for the code tells that no text comes."""
    assert NO_TEXTS in send(fresh_shop.client(), "/wallet/phone", "/wallet/phone", phone="+15745550100").text


def test_new_address_says_where_the_mail_is(fresh_shop: Workshop) -> None:
    """The account tells it after an address was added."""
    browser = sign_in(fresh_shop)
    send(browser, "/wallet/account/addresses", "/wallet/account", email="second@example.com")
    assert NO_MAIL in get(browser, "/wallet/account").text


@pytest.mark.parametrize(("mail", "is_told"), [(None, True), (SERVER, False)])
def test_second_step_says_where_the_mail_is(mail: MailSettings | None, *, is_told: bool, tmp_path: Path) -> None:
    """The claim tells it after the code was asked for; with a mail server nothing of the kind is said."""
    shop = open_workshop(tmp_path, mail=mail)
    token = claim_token_of(hand_out(shop, second_step=SecondStep.EMAIL_CODE), shop.slugs[0])
    browser = shop.client()
    send(browser, f"/claim/{token}/send-code", f"/claim/{token}")
    assert (NO_MAIL in get(browser, f"/claim/{token}").text) == is_told
    shop.database.close()


def test_site_with_a_server_says_nothing_of_it(tmp_path: Path) -> None:
    """Where mails leave the machine people look into their post box."""
    shop = open_workshop(tmp_path, mail=SERVER)
    page = send(shop.client(), "/wallet/sign-in", email=ANA).text
    assert "Look at your e-mail" in page
    assert NO_MAIL not in page
    shop.database.close()
