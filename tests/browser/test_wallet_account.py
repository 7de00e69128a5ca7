"""The account of a wallet in use: addresses, reminders, calendar and links, on a phone, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.offline_visits import WIDTH, Phone, Site, open_phone
from tests.browser.test_accessibility import find_small_targets, find_violations
from tests.browser.test_screenshots import save_picture
from tests.browser.visits import when_loaded
from tests.web.wallet_visits import messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

WORDS = {
    "en": {
        "calendar": "Take the address back",
        "opened": "opened 0 times",
        "sent": "This site does not send e-mail yet",
        "saved": "Saved.",
    },
    "es": {
        "calendar": "Anular la dirección",
        "opened": "abierto 0 veces",
        "sent": "Este sitio todavía no envía correos",
        "saved": "Guardado.",
    },
}


@pytest.fixture
def phone(language: str, browser: Browser, site: Site) -> Iterator[Phone]:
    """The wallet of a person with an address and a badge."""
    phone = open_phone(browser, site, language)
    phone.sign_in("dana@example.org")
    phone.page.locator("form[action^='/wallet/found/'] button").click()
    phone.page.wait_for_url("**/wallet/badges/*")
    yield phone
    assert phone.problems == []
    phone.context.close()


def look(phone: Phone, name: str = "") -> None:
    """Find nothing wrong with the page: width, axe, targets for a thumb; keep a picture of those with a name."""
    if name:
        save_picture(when_loaded(phone.page).screenshot(full_page=True), name)
    assert when_loaded(phone.page).evaluate("document.documentElement.scrollWidth") <= WIDTH
    assert find_violations(phone.page) == []
    assert find_small_targets(phone.page) == []


def test_account_with_a_calendar(phone: Phone, language: str) -> None:
    """The address of the calendar is made, shown and taken back."""
    page = phone.open("/wallet/account")
    look(phone)
    page.locator("form[action='/wallet/account/calendar'] button").click()
    page.wait_for_selector(f"text={WORDS[language]['calendar']}")
    assert f"{phone.site.origin}/wallet/calendar/" in phone.says()
    look(phone, f"wallet-account-360-{language}.png")
    page.locator("form[action='/wallet/account/calendar/remove'] button").click()
    page.wait_for_load_state()
    assert "/wallet/calendar/" not in phone.says()


def test_account_with_another_address(phone: Phone, language: str) -> None:
    """A wrong address is explained where it was typed, a right one gets a link."""
    page = phone.open("/wallet/account")
    page.fill("#email", "nobody@localhost")
    page.locator("form:has(#email) button").click()
    page.wait_for_selector(".error-note")
    look(phone)
    page.fill("#email", "dana.private@example.com")
    page.locator("form:has(#email) button").click()
    page.wait_for_selector(f"text={WORDS[language]['sent']}")
    assert "dana.private@example.com" in {message.recipient for message in messages(phone.site.shop)}
    look(phone)


def test_reminders_are_chosen(phone: Phone, language: str) -> None:
    """What was switched off stays off when the page is opened again."""
    page = phone.open("/wallet/reminders")
    look(phone, f"wallet-reminders-360-{language}.png")
    box = page.locator("input[name=monthly]")
    assert box.is_checked()
    box.uncheck()
    page.locator("form:has(input[name=monthly]) button[type=submit]").click()
    page.wait_for_selector(f"text={WORDS[language]['saved']}")
    look(phone)
    phone.open("/wallet/reminders")
    assert not page.locator("input[name=monthly]").is_checked()
    assert page.locator("input[name=remind]").is_checked()


def test_links_are_made_named_and_taken_back(phone: Phone, language: str) -> None:
    """The page of a link with its code, and the list of links with how often each was opened."""
    page = phone.open("/wallet/share")
    look(phone)
    page.locator("input[name=badge]").first.check()
    page.fill("#name", "Job at the mill")
    page.locator("form[action='/wallet/share'] button[type=submit]").last.click()
    page.wait_for_url("**/wallet/share/*")
    copy = page.locator("button[data-copy]")
    copy.wait_for()
    assert copy.get_attribute("data-copy") == page.locator(".share-url").inner_text()
    look(phone, f"wallet-link-360-{language}.png")
    phone.open("/wallet/share")
    assert WORDS[language]["opened"] in phone.says()
    look(phone, f"wallet-links-360-{language}.png")
    page.locator("form[action$='/withdraw'] button").first.click()
    page.wait_for_selector("[role=status]")
    look(phone)
