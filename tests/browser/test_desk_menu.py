"""The menu of the desk on a phone: every place in it is seen and reached without scrolling sideways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.visits import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.web.workshop import Workshop

pytestmark = pytest.mark.browser
_MIN_TARGET_PIXELS = 44
_BOXES = """
[...document.querySelectorAll(".site-nav--places a, .site-nav--places button")].map((place) => {
  const box = place.getBoundingClientRect();
  return {words: place.innerText, left: box.left, right: box.right, height: box.height};
})
"""


@pytest.mark.parametrize("width", [320, 360])
@pytest.mark.parametrize("language", ["en", "es"])
def test_menu_fits(browser: Browser, live_shop: Workshop, language: str, width: int) -> None:
    """All seven places of an owner lie on the screen, each as tall as a thumb needs, without any script."""
    assert live_shop.slugs
    context = browser.new_context(viewport={"width": width, "height": 780}, java_script_enabled=False)
    visit = Visit(context)
    visit.sign_in()
    places = visit.open(f"/desk?lang={language}").evaluate(_BOXES)
    context.close()
    assert len(places) == 7
    assert [place for place in places if place["left"] < 0 or place["right"] > width] == []
    assert [place for place in places if place["height"] < _MIN_TARGET_PIXELS] == []


def test_menu_names_this_page(browser: Browser, live_shop: Workshop) -> None:
    """The page that is open is marked in the menu, also for those who do not see it."""
    assert live_shop.slugs
    context = browser.new_context(viewport={"width": 360, "height": 780})
    visit = Visit(context)
    visit.sign_in()
    marked = visit.open("/desk/badges?lang=en").locator(".site-nav--places [aria-current=page]").all_inner_texts()
    context.close()
    assert marked == ["Badges"]
