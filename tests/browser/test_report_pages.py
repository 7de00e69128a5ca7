"""The page of each kind of badge on a phone, 360 pixels wide; the English ones are kept in docs/screenshots."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from werkzeug.serving import make_server

from tests.browser.test_accessibility import find_small_targets, find_violations, open_details
from tests.browser.test_screenshots import save_picture
from tests.browser.visits import when_loaded
from tests.web.showroom import BASE_URL, EXHIBITS, open_showroom
from tests.web.test_reports import READINGS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.web.showroom import Showroom

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 360, 780
WATCH_FOR_SHIFTS = (
    "window.shift = 0; new PerformanceObserver((list) => { for (const entry of list.getEntries()) "
    "window.shift += entry.value; }).observe({ type: 'layout-shift', buffered: true });"
)


@contextmanager
def serve(room: Showroom) -> Iterator[None]:
    """Let the site answer on its port of this computer."""
    server = make_server("127.0.0.1", urlsplit(BASE_URL).port or 0, room.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


def show_badge(page: Page, badge: bytes, language: str) -> None:
    """Send a badge through the form, as a person does."""
    page.goto(f"{BASE_URL}/verify?lang={language}")
    page.set_input_files("#file", {"name": "badge.json", "mimeType": "application/json", "buffer": badge})
    page.locator("form:has(#file) button[type=submit]").click()
    page.wait_for_selector("#verdict")


@pytest.mark.parametrize("number", [0, 1], ids=["en", "es"])
@pytest.mark.parametrize("name", EXHIBITS)
def test_page_on_a_phone(name: str, number: int, browser: Browser, tmp_path: Path) -> None:
    """Headline, reason and next step stand on the first screen; nothing moves, is too wide, or fails axe."""
    room = open_showroom(tmp_path)
    badge, language = EXHIBITS[name](room), ("en", "es")[number]
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, locale=language)
    page = context.new_page()
    page.add_init_script(WATCH_FOR_SHIFTS)
    with serve(room):
        show_badge(page, badge, language)
        page.wait_for_load_state("networkidle")
        words = READINGS[name][number]
        assert page.locator("h1").inner_text() == words.headline
        next_step = page.locator(".verdict__next")
        assert next_step.inner_text() == words.next_step
        box = next_step.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= HEIGHT
        assert page.evaluate("window.shift") < 0.01
        assert when_loaded(page).evaluate("document.documentElement.scrollWidth") <= WIDTH
        if language == "en":
            save_picture(when_loaded(page).screenshot(full_page=True), f"report-{name}.png")
        open_details(page)
        assert find_violations(page) == []
        assert find_small_targets(page) == []
    context.close()
    room.database.close()
