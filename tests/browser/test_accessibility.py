"""Every page against axe (WCAG 2.2 A and AA), with keyboard and thumb."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import ORIGIN
from tests.browser.visits import Visit, open_badge, when_loaded

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.web.workshop import Workshop

pytestmark = pytest.mark.browser

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
STATES = ("genuine", "issuer-not-known", "name-taken", "revoked", "not-genuine", "could-not-check")
PAGES = ("/", "/worker", "/verify", "/achievements/cmm-operator", "/issuers/lakeshore-technical-college", "/nothing")
MIN_TARGET_PX = 44


def find_violations(page: Page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - only this target installs it

    results = Axe().run(when_loaded(page), options=RULES)
    return [
        f"{violation['id']} ({violation['impact']}): {node['html'][:160]}"
        for violation in results.response["violations"]
        for node in violation["nodes"]
    ]


def find_small_targets(page: Page) -> list[str]:
    """Return controls that a thumb may miss; links inside a sentence are exempt (WCAG 2.2 §2.5.8)."""
    found: list[str] = when_loaded(page).evaluate(
        """(least) => [...document.querySelectorAll(
                'button, summary, .button, .site-nav a, .site-foot a, input, textarea')]
            .filter((element) => element.type !== 'hidden' && element.checkVisibility())
            .filter((element) => {
                const target = element.closest('label') || element;
                return target.getBoundingClientRect().height < least - 0.5;
            })
            .map((element) => element.outerHTML.slice(0, 120))""",
        MIN_TARGET_PX,
    )
    return found


def open_details(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((element) => { element.open = true; })")


@pytest.mark.parametrize("state", STATES)
def test_badge_page_is_accessible(state: str, phone: BrowserContext, live_shop: Workshop, far_shop: Workshop) -> None:
    """No axe finding on the badge page in any state, folded parts open."""
    page = open_badge(Visit(phone), state, live=live_shop, far=far_shop)
    open_details(page)
    assert find_violations(page) == []
    assert find_small_targets(page) == []


def test_code_on_the_whole_screen_is_accessible(phone: BrowserContext, live_shop: Workshop) -> None:
    """The code that a link opens, and the way back."""
    page = Visit(phone).open(f"/b/{live_shop.slugs[0]}#code")
    assert page.locator(".show-code").is_visible()
    assert find_violations(page) == []
    page.get_by_role("link", name="Close").click()
    assert not page.locator(".show-code").is_visible()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.usefixtures("live_shop")
def test_public_page_is_accessible(path: str, language: str, phone: BrowserContext) -> None:
    """No axe finding on the public pages in either language."""
    page = Visit(phone).open(f"{path}?lang={language}")
    open_details(page)
    assert find_violations(page) == []
    assert find_small_targets(page) == []
    assert when_loaded(page).evaluate("document.documentElement.scrollWidth") <= 360


def test_desk_is_accessible(phone: BrowserContext, live_shop: Workshop) -> None:
    """No axe finding from sign-in to revocation."""
    visit = Visit(phone)
    page = visit.open("/desk")
    assert find_violations(page) == []
    visit.sign_in()
    for path in (
        "/desk",
        "/desk/courses/cmm-operator",
        "/desk/badges",
        f"/desk/badges/{live_shop.slugs[0]}",
        f"/desk/badges/{live_shop.slugs[0]}/revoke",
        f"/desk/badges/{live_shop.slugs[0]}/correct",
        f"/desk/badges/{live_shop.slugs[0]}/renew",
        "/desk/courses/cmm-operator/counts",
        "/desk/log",
    ):
        page = visit.open(path)
        open_details(page)
        assert find_violations(page) == [], path
        assert find_small_targets(page) == [], path
        assert when_loaded(page).evaluate("document.documentElement.scrollWidth") <= 360, path


def test_first_tab_leads_to_the_content(phone: BrowserContext, live_shop: Workshop) -> None:
    """The skip link is the first stop of the keyboard and can be seen."""
    page = Visit(phone).open(f"/b/{live_shop.slugs[0]}")
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert focused.inner_text() == "Skip to the content"
    box = focused.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_page_does_not_jump(phone: BrowserContext, live_shop: Workshop) -> None:
    """Nothing moves after the first paint: the layout shift is zero."""
    page = phone.new_page()
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => { for (const entry of list.getEntries()) "
        "window.shift += entry.value; }).observe({ type: 'layout-shift', buffered: true });"
    )
    page.goto(f"{ORIGIN}/b/{live_shop.slugs[0]}")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.shift") < 0.01
