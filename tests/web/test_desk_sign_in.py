"""Signing in to the trainer's desk, and out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.desk_visits import get, post
from tests.web.workshop import BASE_URL, PASSWORD, read_token, sign_in

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop


def test_wrong_password_is_refused_without_detail(fresh_shop: Workshop) -> None:
    """The answer to a wrong password says nothing but that."""
    page = sign_in(fresh_shop.client(), password="guess")
    assert page.status_code == 401
    assert "auth.wrong_password" in page.text


def test_right_password_opens_the_desk(fresh_shop: Workshop) -> None:
    """The right password leads to the desk; the session lasts."""
    browser = fresh_shop.client()
    assert sign_in(browser).headers["Location"] == "/desk"
    assert "CMM Operator" in get(browser, "/desk").text


def test_tries_are_limited(fresh_shop: Workshop) -> None:
    """After five tries in a minute even the right password waits (T-60)."""
    browser = fresh_shop.client()
    for _ in range(5):
        assert sign_in(browser, password="guess").status_code == 401
    page = sign_in(browser)
    assert page.status_code == 429
    assert "request.too_many" in page.text
    assert int(page.headers["Retry-After"]) > 0


def test_signing_out_closes_the_desk(trainer: FlaskClient) -> None:
    """After signing out the desk asks for the password again."""
    post(trainer, "/desk/logout", "/desk")
    assert get(trainer, "/desk").status_code == 303


def test_new_password_signs_everybody_out(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """A session belongs to the password it was opened with."""
    with trainer.session_transaction(base_url=BASE_URL) as session:
        session["desk"] = "fingerprint of an older password"
    assert get(trainer, "/desk").status_code == 303


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://evil.example/desk",
        "/desk//evil.example",
        "/desk/%0d%0aSet-Cookie:x=1",
        "/desk/\r\nSet-Cookie: x=1",
        "javascript:alert(1)",
        "/verify",
        "/desk/../verify",
        "/desk/nothing/here",
    ],
)
def test_sign_in_leads_only_to_the_desk(target: str, fresh_shop: Workshop) -> None:
    """`next` to another place is refused before and after the password (§6 K 152)."""
    browser = fresh_shop.client()
    page = browser.get("/desk/login", query_string={"next": target}, base_url=BASE_URL)
    assert page.status_code == 400
    assert "auth.redirect_forbidden" in page.text
    token = read_token(get(browser, "/desk/login"))
    data = {"csrf_token": token, "password": PASSWORD, "next": target}
    assert browser.post("/desk/login", data=data, base_url=BASE_URL).status_code == 400


def test_sign_in_goes_on_where_one_wanted_to_go(fresh_shop: Workshop) -> None:
    """A page of the desk that was asked for comes after the sign-in."""
    browser = fresh_shop.client()
    form = browser.get("/desk/badges", base_url=BASE_URL)
    page = get(browser, form.headers["Location"])
    data = {"csrf_token": read_token(page), "password": PASSWORD, "next": "/desk/badges"}
    assert browser.post("/desk/login", data=data, base_url=BASE_URL).headers["Location"] == "/desk/badges"
