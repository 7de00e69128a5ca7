"""A wallet with many badges on a phone: what was found and what can be shared, a page at a time, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.offline_visits import WIDTH, Phone, Site, open_phone
from tests.browser.test_accessibility import find_small_targets, find_violations
from tests.browser.visits import when_loaded
from tests.web.test_wallet_shelf import fill
from wallet import Card
from wallet.shelf import PAGE_HOLDINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

COUNT = PAGE_HOLDINGS + 5
OTHER = "Maximiliana Fernández-Echeverría"


@pytest.fixture
def phone(language: str, browser: Browser, site: Site) -> Iterator[Phone]:
    """The wallet of a person with an address and many badges, all of which name somebody else."""
    phone = open_phone(browser, site, language)
    phone.sign_in("keeper@example.com")
    fill(site.shop, COUNT, lambda place: Card(title=f"Welding {place}", issuer="Hillside", recipient=OTHER))
    yield phone
    assert phone.problems == []
    phone.context.close()


def look(phone: Phone) -> None:
    """Find nothing wrong with the page: width, axe, targets for a thumb."""
    page = when_loaded(phone.page)
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    assert find_violations(page) == []
    assert find_small_targets(page) == []


def test_search_goes_on_to_the_next_page(phone: Phone) -> None:
    """The question stays; each badge says whose it is."""
    page = phone.open("/wallet")
    page.fill("#q", "welding")
    with page.expect_navigation():
        page.locator("form[role=search] button").click()
    assert page.locator("a.held").count() == PAGE_HOLDINGS
    assert OTHER in page.locator("a.held").first.inner_text()
    look(phone)
    with page.expect_navigation():
        page.locator("button[name=page]").click()
    assert page.locator("a.held").count() == COUNT - PAGE_HOLDINGS
    assert page.locator("#q").input_value() == "welding"
    look(phone)


def test_link_shows_badges_chosen_on_two_pages(phone: Phone) -> None:
    """The next page keeps what was ticked and typed; Enter in the name makes the link and turns no page."""
    page = phone.open("/wallet/share")
    page.locator("input[type=checkbox][name=badge]").first.check()
    page.fill("#name", "Job at the mill")
    look(phone)
    with page.expect_navigation():
        page.locator("button[name=picks]").click()
    assert page.locator("input[type=checkbox][name=badge]").count() == COUNT - PAGE_HOLDINGS
    assert page.locator("#name").input_value() == "Job at the mill"
    look(phone)
    page.locator("input[type=checkbox][name=badge]").first.check()
    with page.expect_navigation():
        page.press("#name", "Enter")
    assert page.url.startswith(f"{phone.site.origin}/wallet/share/")
    assert page.locator("h1").inner_text() == "Job at the mill"
    with phone.site.shop.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM wallet_share_items").scalar() == 2
