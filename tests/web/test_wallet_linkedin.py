"""The way from the wallet to LinkedIn's own form."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from tests.web.wallet_visits import claim_token_of, hand_out
from tests.web.workshop import open_workshop

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.workshop import Workshop


def test_linkedin_link_carries_the_badge_and_no_person(tmp_path: Path) -> None:
    """The link opens LinkedIn's form with what the badge is and no person; the page asks nothing there."""
    base = "https://badges.example.edu"
    shop = open_workshop(tmp_path, base_url=base)
    browser = shop.client()
    path = f"/claim/{_token(shop)}"
    token = browser.get(path, base_url=base).text.split('name="csrf_token" value="')[1].split('"')[0]
    badge = browser.post(path, data={"csrf_token": token}, base_url=base).location.removesuffix("/earned")
    page = browser.get(badge, base_url=base).text
    badge_id = shop.badge().id
    shop.database.close()
    (link,) = re.findall(r'<a class="tap" href="(https://www\.linkedin\.com[^"]*)" rel="([^"]*)"', page)
    assert parse_qs(urlsplit(html.unescape(link[0])).query) == {
        "startTask": ["CERTIFICATION_NAME"],
        "name": ["CMM Operator"],
        "organizationName": ["Lakeshore Technical College"],
        "certUrl": [f"{base}/b/{shop.slugs[0]}"],
        "certId": [badge_id],
        "issueYear": ["2026"],
        "issueMonth": ["5"],
        "expirationYear": ["2029"],
        "expirationMonth": ["5"],
    }
    assert page.count("linkedin.com") == 2  # the link, and where it leads in words
    assert "noreferrer" in link[1]


def _token(shop: Workshop) -> str:
    return claim_token_of(hand_out(shop), shop.slugs[0])
