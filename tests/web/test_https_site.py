"""A site at a public https address: proven domains, guarded cookies, forms without a Referer."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.web.workshop import open_workshop, read_token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.workshop import Workshop

ORIGIN = "https://badges.example.edu"


@pytest.fixture(scope="module")
def https_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """A site whose issuer is known by its own address (did:web), on nobody's list."""
    shop = open_workshop(tmp_path_factory.mktemp("https"), base_url=ORIGIN, is_known=False)
    yield shop
    shop.database.close()


def test_proven_domain_stands_beside_the_name(https_shop: Workshop) -> None:
    """The domain that the signature proves is on the page in full (T-26)."""
    text = https_shop.client().get(f"/b/{https_shop.slugs[0]}", base_url=ORIGIN).text
    assert '<h1 id="verdict">Genuine</h1>' in text
    assert '<span class="note domain">badges.example.edu</span>' in text
    assert "This issuer is not on the list of this site. That is neither good nor bad." in text
    assert "This name is not proven." not in text


def test_own_keys_are_published(https_shop: Workshop) -> None:
    """The DID document stands where did:web looks for it."""
    answer = https_shop.client().get(f"/issuers/{https_shop.issuer_slug}/did.json", base_url=ORIGIN)
    document = answer.json
    assert document is not None
    assert document["id"] == f"did:web:badges.example.edu:issuers:{https_shop.issuer_slug}"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_session_cookie_travels_only_over_https(https_shop: Workshop) -> None:
    """On an https site the cookie is Secure."""
    page = https_shop.client().get("/desk/login", base_url=ORIGIN)
    assert "Secure" in page.headers["Set-Cookie"]


def test_browsers_keep_to_https(https_shop: Workshop) -> None:
    """Once seen, the site is asked over https only."""
    page = https_shop.client().get("/", base_url=ORIGIN)
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_form_needs_no_referer(https_shop: Workshop) -> None:
    """Our pages send no Referer, and the forms work all the same."""
    browser = https_shop.client()
    token = read_token(browser.get("/verify", base_url=ORIGIN))
    answer = browser.post("/verify", data={"csrf_token": token, "text": https_shop.badge().jwt}, base_url=ORIGIN)
    assert '<h1 id="verdict">Genuine</h1>' in answer.text


@pytest.mark.parametrize("host", ["badges.example.edu:8000", "127.0.0.1", "localhost", "www.badges.example.edu"])
def test_only_the_public_host_is_answered(host: str, https_shop: Workshop) -> None:
    """A public site does not answer to the names of this computer."""
    assert https_shop.client().get("/", headers={"Host": host}, base_url=ORIGIN).status_code == 400


def test_linkedin_form_is_one_plain_link(https_shop: Workshop) -> None:
    """The worker's own click opens LinkedIn's form, filled in; the page itself asks nothing there."""
    text = https_shop.client().get(f"/b/{https_shop.slugs[0]}", base_url=ORIGIN).text
    links = re.findall(r'(\S+)="(https://www\.linkedin\.com[^"]*)"', text)
    assert [name for name, _ in links] == ["href"]
    address = urlsplit(html.unescape(links[0][1]))
    assert address.path == "/profile/add"
    assert parse_qs(address.query) == {
        "startTask": ["CERTIFICATION_NAME"],
        "name": ["CMM Operator"],
        "organizationName": ["Lakeshore Technical College"],
        "certUrl": [f"{ORIGIN}/b/{https_shop.slugs[0]}"],
        "certId": [https_shop.badge().id],
        "issueYear": ["2026"],
        "issueMonth": ["5"],
        "expirationYear": ["2029"],
        "expirationMonth": ["5"],
    }
