"""What the script of the page does with a passkey, in a browser without scripts: ask, and send the answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.doubles.authenticator import SoftAuthenticator
from tests.web.workshop import BASE_URL, read_token

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

# Browsers take no passkey at a numeric address.
PASSKEY_URL = "http://localhost:8000"
RP_ID = "localhost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Where the passkeys of the wallet or of the desk are asked for."""

    sign_in_page: str
    sign_in_question: str
    sign_in: str
    page: str
    add_question: str


WALLET = Ways(
    sign_in_page="/wallet/sign-in",
    sign_in_question="/wallet/passkey/question",
    sign_in="/wallet/passkey",
    page="/wallet/account/passkeys",
    add_question="/wallet/account/passkeys/question",
)
DESK = Ways(
    sign_in_page="/desk/login",
    sign_in_question="/desk/passkey/question",
    sign_in="/desk/passkey",
    page="/desk/account/passkeys",
    add_question="/desk/account/passkeys/question",
)


def make_device(**values: Any) -> SoftAuthenticator:  # noqa: ANN401 - fields of the double
    """Return a phone at this site."""
    return SoftAuthenticator(**{"origin": PASSKEY_URL, "rp_id": RP_ID, **values})


def ask(browser: FlaskClient, question: str, page: str) -> dict[str, Any]:
    """Return what the site asks a browser; `page` is any with a form."""
    token = read_token(browser.get(page, base_url=BASE_URL))
    answer = browser.post(question, base_url=BASE_URL, headers={"X-CSRFToken": token})
    assert answer.status_code == 200, answer.text
    found = answer.get_json()
    assert isinstance(found, dict)
    return found


def send_answer(browser: FlaskClient, path: str, page: str, answer: object, **fields: str) -> TestResponse:
    """Send what a phone answered; a text is sent as it is."""
    token = read_token(browser.get(page, base_url=BASE_URL))
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return browser.post(path, data={"csrf_token": token, "answer": text, **fields}, base_url=BASE_URL)


def add_passkey(browser: FlaskClient, ways: Ways, device: SoftAuthenticator, name: str = "My phone") -> TestResponse:
    """Make a passkey for whoever is signed in."""
    options = ask(browser, ways.add_question, ways.page)
    return send_answer(browser, ways.page, ways.page, device.create(options), name=name)


def use_passkey(browser: FlaskClient, ways: Ways, device: SoftAuthenticator) -> TestResponse:
    """Sign in with a passkey."""
    options = ask(browser, ways.sign_in_question, ways.sign_in_page)
    return send_answer(browser, ways.sign_in, ways.sign_in_page, device.get(options))
