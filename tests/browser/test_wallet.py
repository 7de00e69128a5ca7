"""A worker's way through the wallet on a phone, in both languages, without JavaScript; kept in docs/screenshots."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import ORIGIN
from tests.browser.test_accessibility import find_small_targets, find_violations
from tests.browser.test_screenshots import save_picture
from tests.browser.visits import when_loaded
from tests.web.wallet_visits import claim_token_of, hand_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.web.workshop import Workshop

pytestmark = pytest.mark.browser

WIDTH = 360
BADGES = {"en": 0, "es": 2}
KEPT = ("claim", "earned", "list", "badge", "code", "shared")  # in docs/worker.md
WORDS = {
    "en": {
        "take": "Take my badge",
        "earned": "You earned it!",
        "show": "Show my code",
        "bright": "Make your screen bright",
        "make": "Make the link",
        "open": "See what others see",
        "genuine": "All are genuine",
        "out": "Sign out",
    },
    "es": {
        "take": "Tomar mi insignia",
        "earned": "¡Se la ganó!",
        "show": "Mostrar mi código",
        "bright": "Suba el brillo de la pantalla",
        "make": "Hacer el enlace",
        "open": "Ver lo que ven los demás",
        "genuine": "Todas son auténticas",
        "out": "Salir",
    },
}


@pytest.fixture
def plain_phone(browser: Browser, language: str) -> Iterator[BrowserContext]:
    """A phone whose browser runs no script."""
    context = browser.new_context(viewport={"width": WIDTH, "height": 780}, locale=language, java_script_enabled=False)
    yield context
    context.close()


class Walk:
    """A worker on a phone without scripts; each page is also looked at by axe, in a browser that shares the cookies."""

    def __init__(self, phone: BrowserContext, browser: Browser, language: str) -> None:
        self.language = language
        self.page: Page = phone.new_page()
        self._phone = phone
        self._browser = browser
        self.foreign: list[str] = []
        self.page.on("request", self._note)

    def _note(self, request: object) -> None:
        url = getattr(request, "url", "")
        if not url.startswith((ORIGIN, "data:")):
            self.foreign.append(url)

    def look(self, name: str) -> None:
        """Keep a picture, and find nothing wrong: width, axe, targets for a thumb."""
        assert self.page.locator("body").bounding_box() is not None
        if name in KEPT:
            save_picture(when_loaded(self.page).screenshot(full_page=True), f"wallet-{name}-360-{self.language}.png")
        checker = self._browser.new_context(
            viewport={"width": WIDTH, "height": 780}, locale=self.language, storage_state=self._phone.storage_state()
        )
        page = checker.new_page()
        page.goto(self.page.url)
        assert when_loaded(page).evaluate("document.documentElement.scrollWidth") <= WIDTH, name
        assert find_violations(page) == [], name
        assert find_small_targets(page) == [], name
        checker.close()


def test_way_of_a_worker(language: str, plain_phone: BrowserContext, browser: Browser, live_shop: Workshop) -> None:
    """Claim by link, see what it is worth, show the code, share it, sign out: no script, no other host, quiet axe."""
    words, claims = WORDS[language], hand_out(live_shop)
    walk = Walk(plain_phone, browser, language)
    page = walk.page
    page.goto(f"{ORIGIN}/claim/{claim_token_of(claims, live_shop.slugs[BADGES[language]])}")
    walk.look("claim")
    page.get_by_role("button", name=words["take"]).click()
    assert page.locator("h1").inner_text() == words["earned"]
    walk.look("earned")
    page.get_by_role("link", name=words["show"]).click()
    assert words["bright"] in page.locator("main").inner_text()
    walk.look("code")
    page.goto(f"{ORIGIN}/wallet/add")
    page.fill("#title", "Crane safety")
    page.fill("#place", "Old mill")
    page.locator("form[action$='training'] button").click()
    page.goto(f"{ORIGIN}/wallet")
    walk.look("list")
    page.locator("a.held").first.click()
    walk.look("badge")
    page.goto(f"{ORIGIN}/wallet/share")
    page.locator("input[name=badge]").first.check()
    page.get_by_role("button", name=words["make"]).click()
    walk.look("link")
    assert page.locator("button[data-copy]").is_hidden()
    page.get_by_role("link", name=words["open"]).click()
    assert re.search(r"/s/[A-Za-z0-9_-]{43}$", page.url)
    walk.look("shared")
    for path in ("add", "share", "account", "account/delete"):
        page.goto(f"{ORIGIN}/wallet/{path}")
        walk.look(path.replace("/", "-"))
    page.goto(f"{ORIGIN}/wallet/account")
    page.get_by_role("button", name=words["out"], exact=True).click()
    walk.look("leave")  # no way back into this wallet: that is asked first
    page.locator("form:has(input[name=lose]) button").click()
    page.goto(f"{ORIGIN}/wallet")
    assert page.url == f"{ORIGIN}/wallet/sign-in"
    walk.look("sign-in")
    assert walk.foreign == []
