"""Opening a wallet with a phone number, and choosing who is reminded, on a phone in both languages, without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from skillmark.settings import load_link_secret
from tests.browser.conftest import ORIGIN
from tests.browser.test_accessibility import find_small_targets, find_violations
from tests.browser.test_screenshots import save_picture
from tests.browser.visits import when_loaded
from tests.web.wallet_visits import messages
from wallet.phones import make_phone_code
from wallet.tokens import make_supervisor_token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.web.workshop import Workshop

pytestmark = pytest.mark.browser

WIDTH = 360
HEADER = "Name,Phone,Date,Practical test,Written test"
PEOPLE = {"en": ("Kim Novak", "+15745550110"), "es": ("Luz Peralta", "+525512345678")}
KEPT = ("phone-code", "reminders", "told")  # in docs/worker.md


@pytest.fixture
def plain_phone(browser: Browser, language: str) -> Iterator[BrowserContext]:
    """A phone whose browser runs no script of the site; axe still can."""
    context = browser.new_context(viewport={"width": WIDTH, "height": 780}, locale=language)
    context.route("**/*.js*", lambda route: route.abort())
    yield context
    context.close()


def look(page: Page, name: str, language: str) -> None:
    """Find nothing wrong: language, width, axe, targets for a thumb."""
    assert page.locator("html").get_attribute("lang") == language, name
    assert when_loaded(page).evaluate("document.documentElement.scrollWidth") <= WIDTH, name
    assert find_violations(page) == [], name
    assert find_small_targets(page) == [], name
    if name in KEPT:
        save_picture(when_loaded(page).screenshot(full_page=True), f"wallet-{name}-360-{language}.png")


def test_way_of_a_worker_without_mail(language: str, plain_phone: BrowserContext, live_shop: Workshop) -> None:
    """The number, the code, the badge that was found, reminders, and the supervisor who says yes and ends it."""
    name, number = PEOPLE[language]
    (slug,) = live_shop.issue(f"{HEADER}\n{name},{number},2026-05-14,Works alone,92\n")
    page = plain_phone.new_page()
    page.goto(f"{ORIGIN}/wallet/phone")
    look(page, "phone", language)
    page.fill("#phone", number)
    page.locator("form:has(#phone) button").click()
    look(page, "phone-code", language)
    ticket = page.locator("input[name=ticket]").get_attribute("value")
    page.fill("#code", "000000")
    page.locator("form:has(#code) button").click()
    assert page.locator("[role=alert]").count() == 1
    look(page, "wrong-code", language)
    page.fill("#code", make_phone_code(load_link_secret(live_shop.home), str(ticket)))
    page.locator("form:has(#code) button").click()
    assert page.url == f"{ORIGIN}/wallet"
    look(page, "found", language)
    page.locator(f"form[action$='/found/{slug}'] button").click()
    assert "/wallet/badges/" in page.url
    page.goto(f"{ORIGIN}/wallet/account")
    look(page, "account", language)
    page.goto(f"{ORIGIN}/wallet/reminders")
    look(page, "reminders", language)
    page.fill("#email", f"lead-{language}@example.org")
    page.fill("#name", "Dana Whitfield")
    page.check("input[name=agreed]")
    page.locator("form:has(#name) button").click()
    assert f"lead-{language}@example.org" in page.locator("main").inner_text()
    look(page, "asked", language)
    _look_as_supervisor(page, live_shop, language)


def _look_as_supervisor(page: Page, shop: Workshop, language: str) -> None:
    asked = next(message for message in messages(shop) if message.recipient == f"lead-{language}@example.org")
    token = make_supervisor_token(load_link_secret(shop.home), str(asked.facts["supervisor"]))
    page.context.clear_cookies()
    page.goto(f"{ORIGIN}/wallet/told/{token}?lang={language}")
    look(page, "told", language)
    page.locator("form[action$='yes'] button").click()
    look(page, "agreed", language)
    page.locator(f"form[action='/wallet/told/{token}'] button").click()
    look(page, "ended", language)
