"""Opens the pages that the browser tests look at."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.browser.conftest import ORIGIN
from tests.browser.offline_visits import VISIT
from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator
from tests.web.workshop import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.web.workshop import Workshop

# Issuers that only their key tells apart; the list of the site names "Lakeshore".
STRANGERS = {"issuer-not-known": "Hillside Training Center", "name-taken": "Lakeshore Technical College"}


def when_loaded(page: Page) -> Page:
    """Wait for the style sheets and pictures of a page: a press of a button ends when its first words are there."""
    page.wait_for_load_state("load")
    return page


class Visit:
    """One page with a record of what it asked for and what went wrong."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.requests: list[str] = []
        self.problems: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("dialog", lambda dialog: self.problems.append(f"dialog: {dialog.message}"))
        self.page.on(
            "console",
            lambda message: self.problems.append(message.text) if message.type == "error" else None,
        )

    def open(self, path: str) -> Page:
        """Open a path of the site."""
        self.page.goto(ORIGIN + path)
        return self.page

    def foreign_requests(self) -> list[str]:
        """Return what the pages asked for elsewhere."""
        return [url for url in self.requests if not url.startswith((ORIGIN + "/", "data:", "blob:"))]

    def upload(self, data: bytes, *, name: str = "badge.json") -> Page:
        """Send a file through the verify page."""
        self.open("/verify")
        self.page.set_input_files("#file", {"name": name, "mimeType": "application/json", "buffer": data})
        self.page.locator("form:has(#file) button[type=submit]").click()
        self.page.wait_for_selector("#verdict")
        return when_loaded(self.page)

    def sign_in(self) -> Page:
        """Open the desk with its password."""
        self.open("/desk")
        self.page.fill("#password", PASSWORD)
        self.page.locator("form:has(#password) button").click()
        self.page.wait_for_url("**/desk")
        return self.page


def tamper(badge: bytes) -> bytes:
    """Return a badge with one changed word."""
    document = json.loads(badge)
    document["credentialSubject"]["achievement"]["name"] = "Master of everything"
    return json.dumps(document).encode()


def open_badge(visit: Visit, state: str, *, live: Workshop, far: Workshop) -> Page:
    """Open a badge in one of the states that a person can be told."""
    if state == "genuine":
        return visit.open(f"/b/{live.slugs[0]}")
    if state == "revoked":
        return visit.open(f"/b/{live.slugs[1]}")
    if state in STRANGERS:
        stranger = IssuerSimulator(now=VISIT).add_issuer(IssuerIdKind.DID_KEY, name=STRANGERS[state])
        return visit.upload(stranger.issue())
    if state == "not-genuine":
        return visit.upload(tamper(live.badge(0).json_bytes))
    assert state == "could-not-check"
    return visit.upload(far.badge(0).json_bytes)
