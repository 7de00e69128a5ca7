"""The camera in the page, with a made-up camera of Chromium that looks at a code: adding to a wallet, and checking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.offline_visits import TITLE, WIDTH, Phone, Site
from tests.browser.test_accessibility import find_small_targets, find_violations
from tests.browser.test_flows import write_camera_film
from tests.browser.test_screenshots import save_picture
from tests.browser.visits import when_loaded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Playwright

pytestmark = pytest.mark.browser

# Keeps each stream that a page opens where the test can look at it.
WATCH_STREAMS = """
window.streams = [];
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wish) => {
    window.wish = wish;
    const stream = await ask(wish);
    window.streams.push(stream);
    return stream;
};
"""
SEES_NOTHING = """
window.BarcodeDetector = class {
    static getSupportedFormats() { return Promise.resolve(['qr_code']); }
    async detect() { return []; }
};
"""
STATES = "() => window.streams.flatMap((stream) => stream.getTracks().map((track) => track.readyState))"


@pytest.fixture
def look_at(tmp_path: Path, playwright: Playwright, site: Site) -> Iterator[Callable[..., Phone]]:
    """Opens a phone whose camera looks at a code; with a script that runs before each page."""
    opened: list[Browser] = []

    def open_camera(text: str, *, language: str = "en", script: str = WATCH_STREAMS) -> Phone:
        film = tmp_path / f"code-{len(opened)}.y4m"
        write_camera_film(film, text)
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*ARGUMENTS, f"--use-file-for-fake-video-capture={film}"]
        )
        opened.append(chromium)
        context = chromium.new_context(
            viewport={"width": WIDTH, "height": 780}, permissions=["camera"], locale=language
        )
        context.add_init_script(script)
        return Phone(context, site)

    yield open_camera
    for chromium in opened:
        chromium.close()


@pytest.mark.parametrize("language", ["en", "es"])
def test_camera_adds_a_badge_to_the_wallet(language: str, look_at: Callable[..., Phone], site: Site) -> None:
    """Without a reader in the browser the site reads the pictures: the badge of the code is in the wallet."""
    phone = look_at(f"{site.origin}/b/{site.shop.slugs[1]}", language=language)
    phone.claim(0)
    page = phone.open("/wallet/add")
    assert page.evaluate("'BarcodeDetector' in window") is False
    with page.expect_request("**/verify/frame"):
        page.locator("[data-start]").click()
    page.wait_for_url("**/wallet/badges/*", timeout=30_000)
    assert page.locator("h1").inner_text() == TITLE
    assert "Luis Ortega" in phone.says()
    assert phone.problems == []


def test_camera_of_a_code_that_waits_opens_its_page(look_at: Callable[..., Phone], site: Site) -> None:
    """The code of a hand-out leads to the page that asks before it gives."""
    path = site.claim_path(1)
    phone = look_at(f"{site.origin}{path}")
    phone.claim(0)
    page = phone.open("/wallet/add")
    page.locator("[data-start]").click()
    page.wait_for_url(f"**{path}", timeout=30_000)
    assert page.locator("h1").inner_text() == "A badge waits for you"
    assert page.get_by_role("button", name="Take my badge").is_visible()


def test_reader_of_the_browser_is_used_where_it_is(look_at: Callable[..., Phone], site: Site) -> None:
    """A browser that reads codes by itself sends no picture; what it reads goes the same way."""
    reader = f"""
    window.BarcodeDetector = class {{
        static getSupportedFormats() {{ return Promise.resolve(['qr_code', 'ean_13']); }}
        async detect(source) {{
            return source.videoWidth ? [{{ rawValue: '{site.origin}/b/{site.shop.slugs[1]}' }}] : [];
        }}
    }};
    """
    phone = look_at("https://elsewhere.example.net/", script=reader)
    phone.claim(0)
    page = phone.open("/wallet/add")
    page.locator("[data-start]").click()
    page.wait_for_url("**/wallet/badges/*", timeout=30_000)
    assert "Luis Ortega" in phone.says()
    assert [url for url in phone.requests if url.endswith("/verify/frame")] == []


@pytest.mark.parametrize("path", ["/wallet/add", "/verify"])
def test_camera_stops_when_told_to_and_when_left(path: str, look_at: Callable[..., Phone]) -> None:
    """It asks for the camera at the back, has a button to stop it, and is off when the page is no longer looked at."""
    phone = look_at("nothing", script=WATCH_STREAMS + SEES_NOTHING)
    phone.claim(0)
    page = phone.open(path)
    page.locator("[data-start]").click()
    stop = page.locator("[data-stop]")
    stop.wait_for(state="visible")
    assert page.evaluate("window.wish.video.facingMode") == "environment"
    assert page.evaluate(STATES) == ["live"]
    assert find_violations(page) == []
    assert find_small_targets(page) == []
    stop.click()
    assert page.evaluate(STATES) == ["ended"]
    assert not page.locator("video").is_visible()
    page.locator("[data-start]").click()
    stop.wait_for(state="visible")
    page.evaluate(
        "() => { Object.defineProperty(document, 'hidden', { value: true });"
        " document.dispatchEvent(new Event('visibilitychange')); }"
    )
    assert page.evaluate(STATES) == ["ended", "ended"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("NotAllowedError", {"en": "The camera is switched off for this page.", "es": "La cámara está apagada"}),
        ("NotFoundError", {"en": "The camera is not available.", "es": "La cámara no está disponible."}),
    ],
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_camera_that_does_not_start_says_why(
    name: str, words: dict[str, str], language: str, look_at: Callable[..., Phone]
) -> None:
    """Refused and missing are two things; the photo stands below and is read all the same."""
    refuse = f"navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('x', '{name}'));"
    phone = look_at("nothing", language=language, script=refuse)
    phone.claim(0)
    page = phone.open("/wallet/add")
    page.locator("[data-start]").click()
    page.wait_for_selector(f"text={words[language]}")
    assert not page.locator("[data-start]").is_visible()
    assert page.locator("#photo").is_visible()
    assert find_violations(page) == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_page_for_adding_looks_right(language: str, browser: Browser, site: Site) -> None:
    """The camera, the photo, the file and the text, on a phone."""
    phone = Phone(browser.new_context(viewport={"width": WIDTH, "height": 780}, locale=language), site)
    phone.claim(0)
    page = phone.open("/wallet/add")
    page.locator("[data-start]").wait_for(state="visible")
    save_picture(when_loaded(page).screenshot(full_page=True), f"wallet-add-360-{language}.png")
    assert when_loaded(page).evaluate("document.documentElement.scrollWidth") <= WIDTH
    assert find_violations(page) == []
    assert find_small_targets(page) == []
    phone.context.close()
