"""The badge page in each state, on a phone and on a desk, in both languages; kept in docs/screenshots."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.browser.visits import Visit, open_badge, when_loaded

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.web.workshop import Workshop

pytestmark = pytest.mark.browser

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
COLOURS = 256
SIZES = {"360": (360, 780), "desktop": (1280, 900)}
HEADLINES = {
    "genuine": {"en": "Genuine", "es": "Auténtica"},
    "issuer-not-known": {"en": "Genuine, issuer not known", "es": "Auténtica, emisor no conocido"},
    "revoked": {"en": "Revoked (it was genuine)", "es": "Revocada (era auténtica)"},
    "not-genuine": {"en": "Not genuine", "es": "No es auténtica"},
    "could-not-check": {"en": "Could not check", "es": "No se pudo comprobar"},
}


def save_picture(screenshot: bytes, name: str) -> None:
    """Keep a screenshot with few colours: all of them stay below a megabyte or two."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    picture = Image.open(io.BytesIO(screenshot)).convert("RGB")
    picture.quantize(colors=COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        FOLDER / name, optimize=True
    )


@pytest.mark.parametrize("view", [(size, language) for size in SIZES for language in ("en", "es")])
@pytest.mark.parametrize("state", HEADLINES)
def test_badge_page_looks_right(
    state: str, view: tuple[str, str], browser: Browser, live_shop: Workshop, far_shop: Workshop
) -> None:
    """The headline is the first thing to see, nothing is wider than the screen, nothing goes wrong."""
    size, language = view
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, locale=language)
    visit = Visit(context)
    page = open_badge(visit, state, live=live_shop, far=far_shop)
    heading = page.locator("h1")
    assert heading.inner_text() == HEADLINES[state][language]
    box = heading.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < height / 2
    assert when_loaded(page).evaluate("document.documentElement.scrollWidth") <= width
    save_picture(when_loaded(page).screenshot(full_page=True), f"badge-{state}-{size}-{language}.png")
    assert visit.foreign_requests() == []
    assert visit.problems == []
    context.close()
