"""The wallet without a signal, in a real Chromium: the network is cut and the site is switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from credentials import read_qr_photo
from tests.browser.offline_visits import PERSON, TITLE, WIDTH, Phone, Site, open_phone
from tests.browser.test_accessibility import find_small_targets, find_violations
from tests.browser.test_screenshots import save_picture
from tests.browser.visits import when_loaded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

WORDS = {
    "en": {
        "list": "No signal. This is how it was on",
        "checked": "No signal. Last checked on",
        "day": "Nov 22, 2026, 15:04 UTC",
        "bright": "Make your screen bright",
        "needs": "This needs a signal",
        "left": "You are signed out on this phone",
        "nothing": "No badges are on this phone",
        "out": "Sign out on this phone",
        "expired": "Expired",
    },
    "es": {
        "list": "Sin señal. Así estaba todo",
        "checked": "Sin señal. Última comprobación",
        "day": "22 nov 2026, 15:04 UTC",
        "bright": "Suba el brillo de la pantalla",
        "needs": "Esto necesita señal",
        "left": "Ya salió en este teléfono",
        "nothing": "No hay insignias en este teléfono",
        "out": "Salir en este teléfono",
        "expired": "Vencida",
    },
}


@pytest.fixture
def phone(browser: Browser, site: Site) -> Iterator[Phone]:
    """A phone that speaks English."""
    phone = open_phone(browser, site)
    yield phone
    phone.context.close()


def look(phone: Phone, name: str) -> None:
    """Keep a picture, and find nothing wrong with the page: width, axe, targets for a thumb."""
    save_picture(when_loaded(phone.page).screenshot(full_page=True), name)
    assert when_loaded(phone.page).evaluate("document.documentElement.scrollWidth") <= WIDTH, name
    assert find_violations(phone.page) == [], name
    assert find_small_targets(phone.page) == [], name


def test_wallet_opens_with_the_network_cut(language: str, browser: Browser, site: Site) -> None:
    """List, badge, code and the day of the last check open; what needs a signal says so; back again, it is fresh."""
    words, phone = WORDS[language], open_phone(browser, site, language)
    badge = phone.claim(0)
    phone.wait_until_kept("/wallet", badge, f"{badge}/show")
    phone.cut()
    page = phone.open("/wallet")
    assert words["list"] in phone.says()
    assert words["day"] in phone.says()
    look(phone, f"wallet-offline-list-360-{language}.png")
    page.locator("a.held").first.click()
    page.wait_for_url(f"**{badge}")
    assert page.locator("h1").inner_text() == TITLE
    assert words["checked"] in phone.says()
    assert words["day"] in phone.says()
    assert PERSON in phone.says()
    look(phone, f"wallet-offline-badge-360-{language}.png")
    page.locator(f"a[href='{badge}/show']").click()
    page.wait_for_url("**/show")
    assert words["bright"] in phone.says()
    assert words["checked"] in phone.says()
    assert read_qr_photo(when_loaded(page).screenshot()) == (f"{site.origin}/b/{site.shop.slugs[0]}",)
    look(phone, f"wallet-offline-code-360-{language}.png")
    for path in ("/wallet/add", "/wallet/share", "/wallet/account", "/wallet/sign-in"):
        phone.open(path)
        assert page.locator("h1").inner_text() == words["needs"], path
    look(phone, f"wallet-offline-needs-signal-360-{language}.png")
    assert phone.problems == []
    phone.reconnect()
    phone.open("/wallet")
    assert words["list"] not in phone.says()
    assert phone.problems == []
    phone.context.close()


def test_page_is_fresh_as_soon_as_the_signal_is_back(phone: Phone) -> None:
    """The page that is open loads itself again, and a badge taken back meanwhile is shown as that after a check."""
    badge = phone.claim(0)
    phone.wait_until_kept(badge)
    phone.cut()
    page = phone.open(badge)
    assert "No signal" in phone.says()
    phone.site.shop.ledger.revoke(phone.site.shop.badge(0).id, reason="Test again.", by="desk")
    phone.reconnect_here()
    page.wait_for_selector("text=Check it again now")
    page.get_by_role("button", name="Check it again now").click()
    page.wait_for_selector("text=Checked just now.")
    phone.wait_until(lambda: "Taken back by the issuer" in "".join(phone.entries().values()))
    phone.cut()
    phone.open(badge)
    assert "Taken back by the issuer" in phone.says()


def test_site_that_is_down_or_slow_is_like_no_signal(phone: Phone) -> None:
    """With the browser online: a refused connection, and an answer that takes too long, open what is kept."""
    badge = phone.claim(0)
    phone.wait_until_kept(badge)
    phone.site.stop()
    phone.open(badge)
    assert "No signal" in phone.says()
    phone.site.start()
    phone.site.pause_seconds = 9
    phone.open(badge)
    assert "No signal" in phone.says()
    phone.site.pause_seconds = 0


def test_forms_without_a_signal_say_so(phone: Phone) -> None:
    """A form that was open when the signal went sends nothing, and the page says what to do."""
    badge = phone.claim(0)
    phone.wait_until_kept(badge)
    for path, form in (
        (badge, f"form[action='{badge}/check']"),
        (f"/wallet/share?badge={badge.rsplit('/')[-1]}", "form[action='/wallet/share']"),
        ("/wallet", "form[role=search]"),
    ):
        page = phone.open(path)
        phone.cut()
        page.locator(f"{form} button").click()
        page.wait_for_selector("text=This needs a signal")
        assert "nothing was changed" in phone.says()
        phone.reconnect()


def nothing_opens(phone: Phone, badge: str) -> None:
    """With the network cut, nothing of the person is on any page or in any cache."""
    phone.cut()
    for path in ("/wallet", badge, f"{badge}/show", f"{badge}/qr.svg", "/wallet/kept", "/wallet/kept/list"):
        said = phone.tries(path)
        assert TITLE not in said, path
        assert PERSON not in said, path
        assert phone.page.locator("img[alt^='QR']").count() == 0
    for _ in range(4):
        assert TITLE not in phone.tries_back()
    phone.reconnect()
    phone.open("/verify")  # any page of the site may look into its caches
    assert [name for name in phone.entries() if "wallet-kept" in name] == []


def test_nothing_opens_after_signing_out(phone: Phone) -> None:
    """The button of the account page wipes the phone."""
    badge = phone.claim(0)
    phone.keep_a_way_in()
    phone.wait_until_kept(badge, f"{badge}/show")
    page = phone.open("/wallet/account")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url(f"{phone.site.origin}/")
    nothing_opens(phone, badge)


def test_nothing_opens_after_signing_out_without_a_signal(phone: Phone) -> None:
    """The form was open when the signal went: the phone is wiped at once, and the site hears of it later."""
    badge = phone.claim(0)
    phone.keep_a_way_in()
    phone.wait_until_kept(badge)
    page = phone.open("/wallet/account")
    phone.cut()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_selector("text=You are signed out on this phone")
    look(phone, "wallet-offline-left-360-en.png")
    nothing_opens(phone, badge)
    phone.open("/wallet")
    assert phone.page.url.endswith("/wallet/sign-in")
    with phone.site.shop.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM wallet_sessions").scalar_one() == 0


def test_signing_out_on_a_kept_page(language: str, browser: Browser, site: Site) -> None:
    """A page that is open without a signal has the button too."""
    words, phone = WORDS[language], open_phone(browser, site, language)
    badge = phone.claim(0)
    phone.keep_a_way_in()
    phone.wait_until_kept(badge)
    phone.cut()
    page = phone.open("/wallet")
    page.get_by_role("button", name=words["out"]).click()
    page.wait_for_selector(f"text={words['nothing']}")
    look(phone, f"wallet-offline-nothing-360-{language}.png")
    nothing_opens(phone, badge)
    phone.open(site.claim_path(1))  # whoever takes the phone next has a wallet of their own
    assert phone.page.locator(".wallet-nav").count() == 0
    phone.context.close()


@pytest.mark.parametrize("way", ["sign-out-everywhere", "delete"])
def test_nothing_opens_after_leaving_for_good(way: str, phone: Phone) -> None:
    """Signing out everywhere, and deleting the account."""
    badge = phone.claim(0)
    phone.keep_a_way_in()
    phone.wait_until_kept(badge)
    page = phone.open("/wallet/account" if way == "sign-out-everywhere" else "/wallet/account/delete")
    page.locator(f"form[action='/wallet/account/{way}'] button").click()
    page.wait_for_load_state()
    nothing_opens(phone, badge)


def test_nothing_opens_after_the_session_was_withdrawn(phone: Phone) -> None:
    """A lost phone, signed out from another one, is empty after its next visit."""
    badge = phone.claim(0)
    phone.wait_until_kept(badge)
    shop = phone.site.shop
    with shop.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM wallet_sessions")
    page = phone.open("/wallet")
    assert page.url.endswith("/wallet/sign-in")
    nothing_opens(phone, badge)
