"""Passkeys in a real Chromium with an authenticator of its own (CDP domain WebAuthn), in wallet and desk."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.serving import make_server

from issuer.people_store import HOME, change_person, insert_membership, insert_person
from keys import OfflineFetcher
from skillmark.site import SiteSettings, create_site
from tests.browser.test_accessibility import find_small_targets, find_violations
from tests.browser.visits import when_loaded
from tests.doubles.oidc_provider import ISSUER, OidcProviderDouble
from tests.doubles.running_server import free_port
from tests.web.oidc_visits import provider_settings
from tests.web.wallet_visits import ANA, link_of, messages
from tests.web.workshop import PASSWORD, open_workshop, password_hash

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Route

    from tests.web.workshop import Workshop

pytestmark = pytest.mark.browser

PORT = free_port()
ORIGIN = f"http://localhost:{PORT}"
KIM = "kim@example.edu"
WIDTH = 360


@pytest.fixture(scope="module")
def named_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """A site that answers under a name, at which browsers take passkeys."""
    shop = open_workshop(tmp_path_factory.mktemp("named"), base_url=ORIGIN)
    with shop.database.write() as connection:
        person_id = insert_person(connection, name="Kim Doe", email=KIM, now=shop.clock())
        insert_membership(connection, person_id, HOME, "trainer", now=shop.clock())
        change_person(connection, person_id, password_hash=password_hash())
    provider = OidcProviderDouble(clock=shop.clock)
    app = create_site(
        SiteSettings(
            base_url=ORIGIN,
            home=shop.home,
            session_secret="TEST ONLY session secret",
            desk_password_hash=password_hash,
            ledger=shop.ledger,
            network=OfflineFetcher,
            clock=shop.clock,
            oidc=(provider_settings(),),
            oidc_network=lambda: provider,
        )
    )
    server = make_server("localhost", PORT, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield shop
    server.shutdown()
    thread.join(10)
    server.server_close()
    shop.database.close()


@pytest.fixture
def phone(browser: Browser, language: str) -> Iterator[BrowserContext]:
    """A phone with scripts."""
    context = browser.new_context(viewport={"width": WIDTH, "height": 780}, locale=language)
    context.set_default_timeout(60_000)  # a slow machine is no error
    yield context
    context.close()


class Device:
    """The authenticator of a browser: it holds passkeys and knows its owner by their finger."""

    def __init__(self, page: Page) -> None:
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._session.send("WebAuthn.enable")
        made: Any = self._session.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )
        self._id = made["authenticatorId"]

    def passkeys(self) -> list[dict[str, Any]]:
        """Return what it holds."""
        found: Any = self._session.send("WebAuthn.getCredentials", {"authenticatorId": self._id})
        return list(found["credentials"])

    def know_owner(self, *, is_known: bool) -> None:
        """Let the finger be the owner's, or somebody else's."""
        self._session.send("WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": is_known})


def _press(page: Page, selector: str) -> None:
    """Press a button that leads to another page, at once or after a question, and wait until that is loaded."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def _look(page: Page) -> None:
    """Find nothing wrong with a page: width, axe, targets for a thumb."""
    assert when_loaded(page).evaluate("document.documentElement.scrollWidth") <= WIDTH
    assert find_violations(page) == []
    assert find_small_targets(page) == []


def test_wallet(named_shop: Workshop, phone: BrowserContext) -> None:
    """Made after signing in by a link, used without a name typed, refused to a foreign finger, and removed."""
    page = phone.new_page()
    device = Device(page)
    page.goto(f"{ORIGIN}/wallet/sign-in")
    _look(page)
    page.fill("#email", ANA)
    known = {message.id for message in messages(named_shop)}
    _press(page, "form[action='/wallet/sign-in'] button")
    (message,) = [message for message in messages(named_shop) if message.id not in known]
    page.goto(f"{ORIGIN}{link_of(named_shop, message)}")
    _press(page, "form[action^='/wallet/link/'] button")
    page.goto(f"{ORIGIN}/wallet/account")
    _press(page, "a[href='/wallet/account/passkeys']")
    _look(page)
    page.fill("#name", "Blue phone")
    _press(page, "form[data-passkey=create] button")
    assert page.get_by_text("Blue phone", exact=True).is_visible()
    _look(page)
    (held,) = device.passkeys()
    assert (held["rpId"], held["isResidentCredential"]) == ("localhost", True)

    page.goto(f"{ORIGIN}/wallet/account")
    _press(page, "form[action='/wallet/sign-out'] button")
    page.goto(f"{ORIGIN}/wallet")
    assert page.url.startswith(f"{ORIGIN}/wallet/sign-in")
    device.know_owner(is_known=False)
    page.locator("form[data-passkey=get] button").click()
    page.locator("[data-passkey-status]:not(:empty)").wait_for()
    assert page.url.startswith(f"{ORIGIN}/wallet/sign-in")
    device.know_owner(is_known=True)
    page.locator("form[data-passkey=get] button").click()
    page.wait_for_url(f"{ORIGIN}/wallet")

    page.goto(f"{ORIGIN}/wallet/account/passkeys")
    _press(page, "a[href$='/remove']")
    _look(page)
    _press(page, "form[action$='/remove'] button")
    page.wait_for_url(f"{ORIGIN}/wallet/account/passkeys")
    page.goto(f"{ORIGIN}/wallet/sign-in")
    _press(page, "form[data-passkey=get] button")
    assert page.url == f"{ORIGIN}/wallet/passkey"
    assert page.locator(".error-note").is_visible()


def test_second_passkey_on_the_same_phone(named_shop: Workshop, phone: BrowserContext) -> None:
    """A phone that holds one already makes no second one, and the page says why."""
    page = phone.new_page()
    device = Device(page)
    page.goto(f"{ORIGIN}/desk/login")
    page.fill("#email", KIM)
    page.fill("#password", PASSWORD)
    _press(page, "form[action='/desk/login'] button")
    for _ in range(2):
        page.goto(f"{ORIGIN}/desk/account/passkeys")
        page.fill("#name", "Desk computer")
        page.locator("form[data-passkey=create] button").click()
        page.locator("[data-passkey-status]:not(:empty), .flash").first.wait_for()
    assert page.locator("[data-passkey-status]").inner_text()
    assert len(device.passkeys()) == 1
    _look(page)
    _press(page, "a[href$='/remove']")
    _press(page, "form[action$='/remove'] button")
    page.wait_for_url(f"{ORIGIN}/desk/account/passkeys")


def test_desk(named_shop: Workshop, phone: BrowserContext) -> None:
    """A person of the desk makes a passkey on their account and signs in with it to the page that they wanted."""
    page = phone.new_page()
    Device(page)
    page.goto(f"{ORIGIN}/desk/login")
    _look(page)
    page.fill("#email", KIM)
    page.fill("#password", PASSWORD)
    _press(page, "form[action='/desk/login'] button")
    page.goto(f"{ORIGIN}/desk/account")
    _press(page, "a[href='/desk/account/passkeys']")
    _look(page)
    page.fill("#name", "Desk computer")
    _press(page, "form[data-passkey=create] button")
    assert page.locator(".flash").is_visible()
    _press(page, "form[action='/desk/logout'] button")
    page.goto(f"{ORIGIN}/desk/log")
    assert "/desk/login" in page.url
    page.locator("form[data-passkey=get] button").click()
    page.wait_for_url(f"{ORIGIN}/desk/log")


def test_pages_of_other_sites(named_shop: Workshop, phone: BrowserContext) -> None:
    """The pages about accounts of other sites, and the way there: a link that the browser follows."""
    page = phone.new_page()
    page.goto(f"{ORIGIN}/desk/login")
    page.fill("#email", KIM)
    page.fill("#password", PASSWORD)
    _press(page, "form[action='/desk/login'] button")
    page.goto(f"{ORIGIN}/desk/account")
    _look(page)
    _press(page, "a[href='/desk/account/sites']")
    _look(page)
    _press(page, "form[action='/desk/account/sites/college'] button")
    _look(page)
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body="there")

    page.route(f"{ISSUER}/**", answer)
    page.locator("main a.button").first.click()
    page.get_by_text("there").wait_for()
    assert asked[0].startswith(f"{ISSUER}/authorize?")


def test_without_scripts(named_shop: Workshop, browser: Browser, language: str) -> None:
    """Without scripts the page says that this way needs them, shows no dead button, and the other ways are there."""
    context = browser.new_context(viewport={"width": WIDTH, "height": 780}, locale=language, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{ORIGIN}/wallet/sign-in")
    assert page.locator("[data-passkey-plain]").is_visible()
    assert not page.locator("form[data-passkey=get]").is_visible()
    assert page.locator("form[action='/wallet/sign-in'] button").is_visible()
    context.close()
