"""What people do: scan with the camera, print, issue a class, and all of it without JavaScript."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from pypdf import PdfReader

from credentials import read_qr_photo, render_qr_png
from tests.browser.conftest import ARGUMENTS, CHROMIUM, ORIGIN
from tests.browser.visits import Visit, when_loaded

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Playwright

    from tests.web.workshop import Workshop

pytestmark = pytest.mark.browser

CLASS_LIST = "Name\tE-mail\tPractical test\tWritten test\nAna Núñez\tana@example.org\tWorks alone\t92\n"


def write_camera_film(path: Path, text: str) -> None:
    """Write what a camera would see when it looks at a QR code, as a Y4M film of one frame."""
    code = Image.open(io.BytesIO(render_qr_png(text))).convert("L").resize((400, 400), Image.Resampling.NEAREST)
    frame = Image.new("L", (640, 480), 200)
    frame.paste(code, (120, 40))
    chroma = b"\x80" * (320 * 240)
    path.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420\nFRAME\n" + frame.tobytes() + chroma + chroma)


def test_camera_scan_opens_the_badge(tmp_path: Path, playwright: Playwright, live_shop: Workshop) -> None:
    """The camera sees a code, the server reads the frame, and our page opens."""
    film = tmp_path / "code.y4m"
    write_camera_film(film, f"{ORIGIN}/b/{live_shop.slugs[0]}")
    chromium = playwright.chromium.launch(
        executable_path=CHROMIUM, args=[*ARGUMENTS, f"--use-file-for-fake-video-capture={film}"]
    )
    context = chromium.new_context(viewport={"width": 360, "height": 780}, permissions=["camera"], locale="en-US")
    visit = Visit(context)
    page = visit.open("/verify")
    page.locator("[data-start]").click()
    page.wait_for_url(f"**/b/{live_shop.slugs[0]}", timeout=30_000)
    assert page.locator("h1").inner_text() == "Genuine"
    assert visit.problems == []
    chromium.close()


def test_trainer_issues_a_class(phone: BrowserContext, live_shop: Workshop) -> None:
    """Paste a list, look, issue, watch, open the badge."""
    visit = Visit(phone)
    page = visit.sign_in()
    page.get_by_role("link", name=re.compile("Issue badges")).first.click()
    page.fill("#text", CLASS_LIST)
    page.locator("form:has(#text) button").click()
    page.wait_for_selector("text=Nothing is issued yet")
    page.get_by_role("button", name="Issue 1 badge").click()
    page.wait_for_selector("text=1 badge is ready", timeout=30_000)
    page.get_by_role("link", name=re.compile("Open the badge.*Ana Núñez")).click()
    assert page.locator("h1").inner_text() == "Genuine"
    assert visit.problems == []
    assert visit.foreign_requests() == []


def test_everything_works_without_scripts(browser: Browser, live_shop: Workshop) -> None:
    """With JavaScript off a badge can be checked, a language chosen and a class issued."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 780}, locale="en-US")
    visit = Visit(context)
    page = visit.open("/verify")
    page.fill("#text", live_shop.badge(0).jwt)
    page.locator("form:has(#text) button").click()
    page.wait_for_selector("#verdict")
    assert page.locator("h1").inner_text() == "Genuine"
    page = visit.sign_in()
    visit.open("/desk/courses/cmm-operator")
    page.fill("#text", CLASS_LIST.replace("Ana Núñez", "Eva Ríos").replace("ana@", "eva@"))
    page.locator("form:has(#text) button").click()
    page.get_by_role("button", name="Issue 1 badge").click()
    page.wait_for_selector("text=1 badge is ready", timeout=30_000)
    context.close()


def test_print_leaves_out_the_buttons(phone: BrowserContext, live_shop: Workshop) -> None:
    """On paper there is the verdict, the person and the code, and no navigation."""
    page = Visit(phone).open(f"/b/{live_shop.slugs[0]}")
    page.emulate_media(media="print")
    assert page.locator("#verdict").is_visible()
    assert page.locator(".qr").is_visible()
    assert not page.locator(".site-head").is_visible()
    assert not page.locator("[data-print]").first.is_visible()


def test_badge_prints_on_one_page(browser: Browser, live_shop: Workshop) -> None:
    """A sheet of paper in either of the usual sizes holds all of it."""
    context = browser.new_context(locale="en-US")
    page = Visit(context).open(f"/b/{live_shop.slugs[0]}")
    for size in ("Letter", "A4"):
        assert len(PdfReader(io.BytesIO(page.pdf(format=size))).pages) == 1
    context.close()


def test_worker_shows_the_code_without_scripts(browser: Browser, live_shop: Workshop) -> None:
    """One tap on the first card; the server reads the code from a picture of the phone's screen."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 780}, locale="en-US")
    page = Visit(context).open(f"/b/{live_shop.slugs[0]}")
    page.get_by_role("link", name="Show my code").click()
    assert read_qr_photo(when_loaded(page).screenshot()) == (f"{ORIGIN}/b/{live_shop.slugs[0]}",)
    context.close()


@pytest.mark.usefixtures("live_shop")
def test_camera_that_is_refused_makes_way_for_a_photo(browser: Browser) -> None:
    """After a failure the big button is gone and the page says what to do instead."""
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.add_init_script("navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('refused'));")
    page.goto(f"{ORIGIN}/verify")
    page.locator("[data-start]").click()
    page.wait_for_selector("text=The camera is not available.")
    assert not page.locator("[data-start]").is_visible()
    context.close()


def test_language_switch_stays_on_the_page(phone: BrowserContext, live_shop: Workshop) -> None:
    """One tap changes the language of this page and of the next."""
    visit = Visit(phone)
    page = visit.open(f"/b/{live_shop.slugs[0]}")
    page.get_by_role("link", name="Español").click()
    page.wait_for_selector("text=Lo que esta persona sabe hacer")
    visit.open("/")
    assert page.locator("html").get_attribute("lang") == "es"
