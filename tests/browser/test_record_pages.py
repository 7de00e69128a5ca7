"""A skills record on a phone, in both languages, without JavaScript; kept in docs/screenshots."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from credentials import read_qr_photo
from issuer import list_jobs
from tests.browser.conftest import ORIGIN
from tests.browser.test_screenshots import save_picture
from tests.browser.test_wallet import WIDTH, Walk
from tests.browser.visits import when_loaded
from tests.web.wallet_visits import claim_token_of, hand_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext

    from issuer import Claims
    from tests.web.workshop import Workshop

pytestmark = pytest.mark.browser

WORDS = {
    "en": {"take": "Take my badge", "make": "Make the record", "sign": "Have it signed", "back": "Take it back"},
    "es": {"take": "Tomar mi insignia", "make": "Hacer el registro", "sign": "Pedir la firma", "back": "Retirarlo"},
}


NAMES = {"en": "Nora Field", "es": "Óscar Vela"}


def hand_out_to(shop: Workshop, name: str) -> tuple[Claims, str]:
    """Give somebody a badge of their own, so that no other test needs it; return the claims and its slug."""
    (slug,) = shop.issue(f"Name,E-mail,Date,Practical test,Written test\n{name},,2026-11-20,Works alone,90\n")
    (job_id,) = [
        job.job_id
        for job in list_jobs(shop.ledger)
        if slug in {badge.slug for badge in shop.ledger.list_issued(job.job_id)}
    ]
    return hand_out(shop, job_id=job_id), slug


@pytest.fixture
def plain_phone(browser: Browser, language: str) -> Iterator[BrowserContext]:
    """A phone whose browser runs no script."""
    context = browser.new_context(viewport={"width": WIDTH, "height": 780}, locale=language, java_script_enabled=False)
    yield context
    context.close()


def test_way_of_a_record(language: str, plain_phone: BrowserContext, browser: Browser, live_shop: Workshop) -> None:
    """Choose, make, scan the code, have it signed, save it, take it back: no script, no other host, quiet axe."""
    words, (claims, slug) = WORDS[language], hand_out_to(live_shop, NAMES[language])
    walk = Walk(plain_phone, browser, language)
    page = walk.page
    page.goto(f"{ORIGIN}/claim/{claim_token_of(claims, slug)}")
    page.get_by_role("button", name=words["take"]).click()
    page.goto(f"{ORIGIN}/wallet/add")
    page.fill("#title", "Crane safety")
    page.locator("form[action$='training'] button").click()
    page.goto(f"{ORIGIN}/wallet/share")
    walk.look("share")
    page.locator("a[href='/wallet/record']").click()
    assert page.locator("#person").input_value()
    assert page.locator("input[name=badge]").is_checked()
    walk.look("record-form")
    save_picture(when_loaded(page).screenshot(full_page=True), f"wallet-record-form-360-{language}.png")
    page.get_by_role("button", name=words["make"]).click()
    walk.look("record")
    code = Image.open(io.BytesIO(page.locator("img.qr").screenshot()))
    large = io.BytesIO()
    code.resize((code.width * 3, code.height * 3)).save(large, "PNG")
    (url,) = read_qr_photo(large.getvalue())
    assert url.startswith(f"{ORIGIN}/s/")
    page.get_by_role("button", name=words["sign"]).click()
    walk.look("record-signed")
    save_picture(when_loaded(page).screenshot(full_page=True), f"wallet-record-360-{language}.png")
    with page.expect_download() as saved:
        page.locator("a[href$='record-letter.pdf']").click()
    assert saved.value.suggested_filename == "skills-record.pdf"
    page.get_by_role("button", name=words["back"]).click()
    walk.look("records")
    answer = page.goto(url)
    assert answer is not None
    assert answer.status == 404
    assert walk.foreign == []
