"""Adding what a camera read: nothing unknown is opened unasked, and the camera is allowed where it is used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator
from tests.web.wallet_visits import claim_token_of, get, hand_out, send, sign_in
from tests.web.workshop import BASE_URL, NOON

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.web.workshop import Workshop


@pytest.fixture
def holder(fresh_shop: Workshop) -> FlaskClient:
    """A browser with an empty wallet."""
    return sign_in(fresh_shop, "keeper@example.com")


def scan(browser: FlaskClient, text: str) -> TestResponse:
    """Send what the camera of the page read."""
    return send(browser, "/wallet/add", "/wallet/add", text=text, scanned="1")


def test_camera_is_allowed_on_the_page_that_uses_it(holder: FlaskClient) -> None:
    """The page for adding may use it, also when it comes back with a problem; no other page of the wallet may."""
    assert "camera=(self)" in get(holder, "/wallet/add").headers["Permissions-Policy"]
    assert "camera=(self)" in scan(holder, "nothing").headers["Permissions-Policy"]
    for path in ("/wallet", "/wallet/account", "/wallet/share", "/wallet/sign-in"):
        assert "camera=()" in get(holder, path).headers["Permissions-Policy"]


@pytest.mark.parametrize("path", ["/wallet/add", "/verify"])
def test_photo_is_the_way_without_scripts(path: str, holder: FlaskClient) -> None:
    """The camera of the page is hidden until its script shows it; the photo is taken by the phone and read here."""
    page = get(holder, path).text
    assert re.search(r'<section class="card camera" id="camera"[^>]* hidden>', page)
    assert re.search(
        r'<input type="file" id="photo" name="file" required accept="image/\*" capture="environment"', page
    )


def test_scanned_page_of_this_site_is_added(holder: FlaskClient, fresh_shop: Workshop) -> None:
    """The code on a certificate of this site puts its badge into the wallet."""
    assert scan(holder, f"{BASE_URL}/b/{fresh_shop.slugs[0]}").status_code == 303
    assert "CMM Operator" in get(holder, "/wallet").text


def test_scanned_badge_is_really_checked(holder: FlaskClient) -> None:
    """A whole badge in a code is verified as any other; a changed one is refused."""
    badge = IssuerSimulator(now=NOON).add_issuer(IssuerIdKind.DID_KEY).issue().decode()
    changed = re.sub(r'("proofValue": ?"z)(.)', lambda found: found[1] + ("3" if found[2] == "2" else "2"), badge)
    assert changed != badge
    assert scan(holder, changed).status_code == 400
    assert scan(holder, badge).status_code == 303


def test_scanned_address_elsewhere_is_named_first(holder: FlaskClient) -> None:
    """Nobody has read what stands in a code: the host is shown, and nothing is fetched before the holder says so."""
    page = scan(holder, "https://elsewhere.example.net/badge/7")
    assert page.status_code == 200
    assert "This code leads to another site" in page.text
    assert "elsewhere.example.net" in page.text
    assert "Nothing here yet" in get(holder, "/wallet").text


@pytest.mark.parametrize(
    "scheme", ["javascript:alert(1)", "http://elsewhere.example.net/b", "openid-credential-offer://x"]
)
def test_scanned_address_of_another_kind_is_refused(scheme: str, holder: FlaskClient) -> None:
    """No link is made from it (T-51)."""
    page = scan(holder, scheme)
    assert page.status_code == 400
    assert f'href="{scheme}' not in page.text


@pytest.mark.parametrize("is_scanned", [True, False])
def test_claim_link_leads_to_the_badge_that_waits(
    is_scanned: bool,  # noqa: FBT001 - both ways of one form
    holder: FlaskClient,
    fresh_shop: Workshop,
) -> None:
    """The code of a hand-out opens its page, which asks before it gives; scanning alone takes nothing."""
    path = f"/claim/{claim_token_of(hand_out(fresh_shop), fresh_shop.slugs[0])}"
    fields = {"scanned": "1"} if is_scanned else {}
    answer = send(holder, "/wallet/add", "/wallet/add", text=f"{BASE_URL}{path}", **fields)
    assert (answer.status_code, answer.location) == (303, path)
    assert "Nothing here yet" in get(holder, "/wallet").text


@pytest.mark.parametrize(
    "text",
    ["/claim/x", "https://evil.example/claim/abc", f"{BASE_URL}/claim/../desk", f"{BASE_URL}/claim/a?next=//evil"],
)
def test_only_claim_links_of_this_site_are_followed(text: str, holder: FlaskClient) -> None:
    """No other address turns into a redirect."""
    assert scan(holder, text).status_code != 303
