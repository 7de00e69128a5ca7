"""One phone for several people, and what the phone keeps at all: in a real Chromium with the network cut."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from issuer.phone_store import save_phones
from skillmark.settings import load_link_secret
from tests.browser.offline_visits import PERSON, TITLE, Phone, Site, open_phone
from tests.web.wallet_visits import link_of, messages
from wallet.phones import make_phone_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

WIDTH = 360
SEND = """([path, fields]) => {
    const form = document.body.appendChild(document.createElement('form'));
    Object.assign(form, { method: 'post', action: path });
    for (const [name, value] of Object.entries(fields)) {
        form.appendChild(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
    }
    form.submit();
}"""
MAY_BE_KEPT = re.compile(
    r"/wallet(/badges/[0-9a-f]{32}(/show)?|/kept)?|/static/[a-z-]+\.(css|js|svg)|/wallet/offline/e[ns]/[a-z]+"
)


@pytest.fixture
def phone(browser: Browser, site: Site) -> Iterator[Phone]:
    """A phone that speaks English."""
    phone = open_phone(browser, site)
    yield phone
    phone.context.close()


def test_second_person_on_the_same_phone_sees_only_their_own(phone: Phone) -> None:
    """The first one forgot to sign out: when the second opens a wallet, nothing of the first is left."""
    badge = phone.claim(0)
    phone.keep_a_way_in()
    phone.wait_until_kept(badge)
    phone.sign_in("luis@example.org")
    phone.wait_until_kept("/wallet")
    phone.cut()
    phone.open("/wallet")
    assert "No signal" in phone.says()
    assert TITLE not in phone.says()
    assert "0 badges" in phone.says()
    phone.reconnect()
    nothing_of(phone, badge)


def test_other_session_wipes_without_being_told_to(phone: Phone) -> None:
    """The worker sees by the answer that another person's wallet is open, whatever the browser was told."""
    badge = phone.claim(0)
    phone.wait_until_kept(badge)
    cookies = phone.context.cookies()
    phone.context.clear_cookies()
    other = phone.context.browser
    assert other is not None
    second = open_phone(other, phone.site)
    second.claim(1)
    taken: Any = [cookie for cookie in second.context.cookies() if cookie["name"] == "wallet"]
    phone.context.add_cookies(taken)
    second.context.close()
    assert {cookie["name"] for cookie in cookies} >= {"wallet"}
    phone.open("/wallet")
    assert [text for text in phone.entries().values() if PERSON in text] == []
    nothing_of(phone, badge)


@pytest.mark.parametrize("way", ["link", "phone"])
def test_old_browser_with_a_weak_signal_shows_nothing_of_the_person_before(way: str, phone: Phone) -> None:
    """It has never heard of Clear-Site-Data, and the first page after the way in is not answered."""
    badge = phone.claim(0)
    phone.keep_a_way_in()
    phone.wait_until_kept(badge)
    page = phone.open("/wallet")
    assert TITLE in phone.says()
    phone.site.hidden_headers = frozenset({"Clear-Site-Data"})
    form = {"link": open_link, "phone": ask_for_text}[way](phone)
    phone.site.down_paths = frozenset({"/wallet"})
    with page.expect_navigation():
        page.locator(f"{form} button").click()
    assert page.url == f"{phone.site.origin}/wallet"
    assert phone.says() == "down"
    phone.open("/wallet")
    assert phone.says() == "down"
    phone.site.down_paths = frozenset()
    nothing_of(phone, badge)


def test_wrong_code_leaves_the_pages_on_the_phone(phone: Phone) -> None:
    """A way in that led nowhere takes nothing from the person whose wallet is open."""
    badge = phone.claim(0)
    phone.keep_a_way_in()
    phone.wait_until_kept(badge)
    page = phone.open("/wallet")
    form = ask_for_text(phone, code="000")
    with page.expect_navigation():
        page.locator(f"{form} button").click()
    assert "That code does not work." in phone.says()
    assert badge in phone.kept()


def test_claim_page_forgets_whoever_was_here_before(phone: Phone) -> None:
    """Their visit is over, the browser ignores Clear-Site-Data, and the new wallet's first page is not answered."""
    badge = phone.claim(0)
    phone.wait_until_kept(badge)
    with phone.site.shop.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM wallet_sessions")
    phone.site.hidden_headers = frozenset({"Clear-Site-Data"})
    page = phone.open(phone.site.claim_path(1))
    phone.wait_until(lambda: not any("wallet-kept" in name for name in phone.entries()))
    phone.site.down_paths = frozenset({"/wallet"})
    with page.expect_navigation():
        page.locator("#take button").click()
    phone.open("/wallet")
    assert phone.says() == "down"
    phone.site.down_paths = frozenset()
    nothing_of(phone, badge)


def open_link(phone: Phone) -> str:
    """Open the page of a link that a mail brought; return its form."""
    phone.open("/wallet/sign-in")
    phone.page.fill("#email", "luis@example.org")
    with phone.page.expect_navigation():
        phone.page.locator("form:has(#email) button").click()
    phone.open(link_of(phone.site.shop, messages(phone.site.shop)[0]))
    return "form[action^='/wallet/link/']"


def ask_for_text(phone: Phone, *, code: str = "") -> str:
    """Have a code texted and type it, or another one; return the form of the code."""
    shop, number = phone.site.shop, "+15745550100"
    with shop.database.write() as connection:
        save_phones(connection, {shop.slugs[1]: number})
    token = phone.open("/wallet/account").locator("input[name=csrf_token]").first.input_value()
    with phone.page.expect_navigation():
        phone.page.evaluate(SEND, ["/wallet/phone", {"csrf_token": token, "phone": number}])
    form = "form[action='/wallet/phone/code']"
    right = make_phone_code(load_link_secret(shop.home), phone.page.locator("[name=ticket]").first.input_value())
    phone.page.fill(f"{form} [name=code]", code or right)
    return form


def nothing_of(phone: Phone, badge: str) -> None:
    """The badge of the person who was here before opens neither without a signal nor with one."""
    phone.wait_until_kept("/wallet")
    assert badge not in phone.kept()
    assert [text for text in phone.entries().values() if PERSON in text] == []
    phone.cut()
    assert TITLE not in phone.tries(badge)
    assert TITLE not in phone.tries(f"{badge}/show")
    phone.reconnect()


def test_phone_keeps_the_pages_of_the_holder_only(phone: Phone) -> None:
    """After a walk through everything no form, token, link or other page is in the caches, and nobody's cookie."""
    badge = phone.claim(0)
    phone.keep_a_way_in()
    phone.wait_until_kept(badge, f"{badge}/show")
    site = phone.site
    for path in (
        "/", "/verify", f"/b/{site.shop.slugs[0]}", "/desk", "/wallet/add", "/wallet/share", "/wallet/account",
        "/wallet/nothing", f"{badge}/remove", site.claim_path(1), "/wallet?by=skill", "/wallet?page=2",
    ):  # fmt: skip
        phone.open(path)
    phone.sign_in("luis@example.org")
    phone.wait_until_kept("/wallet")
    secrets = [cookie["value"] for cookie in phone.context.cookies()]
    entries = phone.entries()
    assert [text for text in entries.values() if any(secret in text for secret in secrets)] == []
    for name, text in entries.items():
        path = re.sub(r"^[^ ]+ https?://[^/]+|\?.*$", "", name)
        assert MAY_BE_KEPT.fullmatch(path), name
        assert not re.search(r"csrf_token|/claim/[A-Za-z0-9_-]{20}|/wallet/link/|set-cookie", text, re.IGNORECASE), name


def test_public_and_desk_pages_never_come_out_of_the_phone(phone: Phone) -> None:
    """A report, a check or the desk without the site is no page at all: never an old answer."""
    badge = phone.claim(0)
    phone.wait_until_kept(badge)
    paths = (f"/b/{phone.site.shop.slugs[0]}", "/verify", "/desk", "/", "/claim")
    for path in paths:
        phone.open(path)
    phone.cut()
    for path in paths:
        assert "ERR_INTERNET_DISCONNECTED" in phone.tries(path), path


def test_new_worker_takes_the_place_of_the_old_one(phone: Phone) -> None:
    """After an update the new worker answers, the files of the old one are gone, and the badges still open."""
    badge = phone.claim(0)
    phone.wait_until_kept(badge)
    before = {name.split()[0] for name in phone.entries() if "assets" in name}
    known = phone.site.shop.app.extensions["wallet.worker"]
    first, _, rest = known["script"].partition(b"\n")
    settings = json.loads(first.removeprefix(b"const SETTINGS = ").removesuffix(b";"))
    settings["version"] = "0123456789abcdef"
    known["script"] = b"const SETTINGS = " + json.dumps(settings).encode() + b";\n" + rest
    phone.open("/wallet")
    phone.wait_until(
        lambda: {name.split()[0] for name in phone.entries() if "assets" in name} == {"wallet-assets-0123456789abcdef"}
    )
    assert before != {"wallet-assets-0123456789abcdef"}
    phone.cut()
    phone.open(badge)
    assert TITLE in phone.says()
    assert "No signal" in phone.says()
    assert phone.page.evaluate("getComputedStyle(document.querySelector('.site-head')).backgroundColor") == (
        "rgb(20, 32, 43)"
    )


def test_phone_keeps_no_more_than_its_share(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest go first, the page of one that is not there says so, and the sum stays under the limit."""
    monkeypatch.setattr("wallet.web.kept_pages.MAX_KEPT_BYTES", 16_000)
    newest, oldest = phone.claim(0), phone.claim(2)
    phone.wait_until_kept("/wallet")
    phone.wait_until(lambda: len(phone.kept()) > 1 and keeps_still(phone))
    kept = phone.kept()
    assert sum(int(str(page["bytes"])) for page in kept.values()) <= 16_000
    gone = [path for path in (newest, oldest) if path not in kept]
    assert len(gone) == 1
    phone.cut()
    phone.open(gone[0])
    assert phone.page.locator("h1").inner_text() == "This badge is not on this phone"


def keeps_still(phone: Phone) -> bool:
    """Whether a whole second brought no page and took none: pages come one after the other."""
    before = set(phone.kept())
    phone.page.wait_for_timeout(1_000)
    return set(phone.kept()) == before


def test_badge_that_ended_meanwhile_is_shown_as_ended(phone: Phone) -> None:
    """The kept page was made before the end; the phone's own clock tells that it is over."""
    badge = phone.claim(0)
    phone.wait_until_kept(badge, f"{badge}/show")
    phone.page.clock.set_fixed_time("2029-05-13T12:00:00Z")
    phone.cut()
    phone.open(badge)
    assert phone.page.locator("h1 + p").inner_text() == "In force"
    phone.page.clock.set_fixed_time("2029-05-15T12:00:00Z")
    for path in (badge, "/wallet", f"{badge}/show"):
        phone.open(path)
        assert "Expired" in phone.says(), path
        assert "In force" not in phone.says(), path


@pytest.mark.parametrize("way", ["no worker", "worker refused", "storage refused"])
def test_phone_that_keeps_nothing_works_with_a_signal(way: str, browser: Browser, site: Site) -> None:
    """Where the browser refuses to store anything, claiming, showing and signing out go on, and nothing fails."""
    refused: Any = "block" if way == "no worker" else "allow"
    context = browser.new_context(viewport={"width": WIDTH, "height": 780}, locale="en-US", service_workers=refused)
    if way == "worker refused":
        context.add_init_script("ServiceWorkerContainer.prototype.register = () => Promise.reject(new Error('no'));")
    if way == "storage refused":
        context.add_init_script("CacheStorage.prototype.keys = () => Promise.reject(new DOMException('no'));")
    phone = Phone(context, site)
    badge = phone.claim(0)
    phone.keep_a_way_in()
    page = phone.open(f"{badge}/show")
    assert page.locator("img").is_visible()
    page = phone.open("/wallet/account")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url(f"{site.origin}/")
    phone.open("/wallet")
    assert phone.page.url.endswith("/wallet/sign-in")
    assert phone.problems == []
    context.close()


def test_kept_pages_end_with_the_session(phone: Phone) -> None:
    """A phone that was not used with a signal for thirty days opens nothing any more."""
    badge = phone.claim(0)
    phone.wait_until_kept(badge)
    until = phone.page.evaluate(
        "async () => { for (const name of await caches.keys()) if (name.startsWith('wallet-kept-'))"
        " return (await (await (await caches.open(name)).match('/wallet/kept', { ignoreVary: true })).json()).until }"
    )
    assert until == "2026-12-22T15:04:00Z"
    # The worker's own clock cannot be moved from here: the index is changed as if it were a month old.
    phone.page.evaluate(
        "async (past) => { for (const name of await caches.keys()) if (name.startsWith('wallet-kept-')) {"
        " const cache = await caches.open(name); const index = await (await cache.match('/wallet/kept',"
        " { ignoreVary: true })).json(); index.until = past;"
        " await cache.put('/wallet/kept', new Response(JSON.stringify(index))); } }",
        "2020-01-01T00:00:00Z",
    )
    phone.cut()
    assert TITLE not in phone.tries(badge)
    assert phone.page.locator("h1").inner_text() == "No badges are on this phone"


def test_wallet_can_be_put_on_the_home_screen(phone: Phone) -> None:
    """Chromium finds nothing that keeps it from installing the wallet as an app."""
    phone.claim(0)
    phone.wait_until_kept("/wallet")
    tools = phone.context.new_cdp_session(phone.page)
    manifest = tools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert json.loads(manifest["data"])["start_url"] == "/wallet"
    problems = tools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A window of a test is private; Chromium installs nothing from one.
    assert [problem["errorId"] for problem in problems if problem["errorId"] != "in-incognito"] == []


def test_first_page_of_the_wallet_is_small(browser: Browser, site: Site) -> None:
    """All that a phone with nothing of ours on it is sent for its list, the worker and what it keeps too: 100 kB."""
    phone = Phone(browser.new_context(service_workers="block"), site)
    badge = phone.claim(0)
    cookies: Any = phone.context.cookies()
    phone.context.close()
    fresh = open_phone(browser, site)
    fresh.context.add_cookies(cookies)
    site.bytes_sent = 0
    fresh.wait_until_kept("/wallet", badge, f"{badge}/show")
    fresh.page.wait_for_load_state("networkidle")
    assert 0 < site.bytes_sent <= 100_000
    assert [url for url in fresh.requests if not url.startswith((site.origin, "data:"))] == []
    fresh.context.close()


def test_first_page_can_be_used_before_any_script_ran(phone: Phone) -> None:
    """With every script held back for ever the list, a badge and its code open."""
    badge = phone.claim(0)
    held: list[str] = []
    phone.context.route("**/*.js*", lambda route: held.append(route.request.url))
    page = phone.page
    page.goto(f"{phone.site.origin}/wallet", wait_until="commit")
    page.click("a.held")  # the press of a page does not wait for scripts, that of a locator does
    page.wait_for_url(f"**{badge}", wait_until="commit")
    page.click(f"a[href='{badge}/show']")
    page.wait_for_url("**/show", wait_until="commit")
    page.locator("img").wait_for()
    assert held
