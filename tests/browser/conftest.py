"""One running site, one site out of reach, and one Chromium for all tests in it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from werkzeug.serving import make_server

from tests.browser.offline_visits import VISIT, Site
from tests.doubles.running_server import free_port
from tests.web.workshop import open_workshop

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page, Playwright

    from tests.web.workshop import Workshop

PORT = free_port()
ORIGIN = f"http://127.0.0.1:{PORT}"
CHROMIUM = "/usr/bin/chromium"
WORDS_MILLISECONDS = 5_000  # a page that is stuck says nothing
MAX_WORDS_CHARS = 3_000
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A made-up camera: the tests never touch a real one.
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say with a failure what stood on the open pages: nobody can look at them afterwards."""
    report = yield
    browser = getattr(item, "funcargs", {}).get("browser")
    if report.when == "call" and report.failed and browser is not None:
        pages = [page for context in browser.contexts for page in context.pages]
        report.sections += [(f"Open page {page.url}", _read_words(page)) for page in pages]
    return report


def _read_words(page: Page) -> str:
    from playwright.sync_api import Error  # noqa: PLC0415 - only this target installs it

    try:
        words: str = page.locator("body").inner_text(timeout=WORDS_MILLISECONDS)
    except Error as error:
        return f"cannot be read: {error}"
    return words[:MAX_WORDS_CHARS]


@pytest.fixture(scope="session")
def live_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """A site that answers on a port of this computer; the second badge is revoked."""
    shop = open_workshop(tmp_path_factory.mktemp("live"), base_url=ORIGIN)
    shop.clock.now = VISIT
    shop.ledger.revoke(shop.badge(1).id, reason="The practical test has to be repeated.", by="desk")
    server = make_server("127.0.0.1", PORT, shop.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield shop
    server.shutdown()
    thread.join(10)
    server.server_close()
    shop.database.close()


@pytest.fixture(scope="session")
def far_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """A site that issued badges and cannot be reached."""
    shop = open_workshop(tmp_path_factory.mktemp("far"), base_url="http://127.0.0.1:9")
    yield shop
    shop.database.close()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of the browsers."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only this target installs it

    with sync_playwright() as driver, pytest.MonkeyPatch.context() as patch:
        _let_presses_end_with_the_page(patch)
        yield driver


def _let_presses_end_with_the_page(patch: pytest.MonkeyPatch) -> None:
    """Let a press that leads to another page last until it is loaded; the driver waits for its first byte."""
    from playwright.sync_api import Locator  # noqa: PLC0415 - only this target installs it

    def press_and_wait(press: Callable[..., None]) -> Callable[..., None]:
        def and_wait(locator: Locator, *args: object, **options: object) -> None:
            press(locator, *args, **options)
            if not locator.page.is_closed():
                locator.page.wait_for_load_state("load")

        return and_wait

    for name in ("click", "press"):
        patch.setattr(Locator, name, press_and_wait(getattr(Locator, name)))


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A headless Chromium."""
    chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
    yield chromium
    chromium.close()


@pytest.fixture(params=["en", "es"])
def language(request: pytest.FixtureRequest) -> str:
    """Both languages."""
    return str(request.param)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site of its own that can be switched off."""
    site = Site(tmp_path / "site")
    site.start()
    yield site
    site.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A phone, 360 pixels wide, that speaks English."""
    context = browser.new_context(viewport={"width": 360, "height": 780}, locale="en-US")
    yield context
    context.close()
