"""A site that can be switched off, and a phone with a wallet on it, for the tests without a signal."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from werkzeug.serving import make_server

from tests.doubles.running_server import free_port
from tests.web.wallet_visits import claim_token_of, hand_out, link_of, messages
from tests.web.workshop import open_workshop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page
    from werkzeug.serving import BaseWSGIServer

    from issuer import Claims
    from tests.web.workshop import Workshop

VISIT = datetime(2026, 11, 22, 15, 4, tzinfo=UTC)
WAIT_SECONDS = 60.0  # a slow machine is no error
WIDTH = 360
TITLE, PERSON = "CMM Operator", "Dana Whitfield"
_PAGES_ON_PHONE = """async () => {
    for (const name of await caches.keys()) {
        if (!name.startsWith('wallet-kept-')) continue;
        const stored = await (await caches.open(name)).match('/wallet/kept', { ignoreVary: true });
        if (stored) return (await stored.json()).pages;
    }
    return {};
}"""
_ENTRIES = """async () => {
    const found = {};
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
            const answer = await cache.match(request, { ignoreVary: true });
            const heads = [...answer.headers].map(([key, value]) => `${key}: ${value}`).join('\\n');
            found[name + ' ' + request.url] = heads + '\\n\\n' + await answer.text();
        }
    }
    return found;
}"""


def _browser_error() -> type[Exception]:
    """Return what the driver of the browser raises."""
    from playwright.sync_api import Error  # noqa: PLC0415 - only this target installs it

    error: type[Exception] = Error
    return error


class Site:
    """A site on a port of its own that stops and starts again."""

    def __init__(self, home: Path) -> None:
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.shop: Workshop = open_workshop(home, base_url=self.origin)
        self.shop.clock.now = VISIT
        self.claims: Claims = hand_out(self.shop)
        self.bytes_sent = 0
        self.pause_seconds = 0.0
        self.hidden_headers: frozenset[str] = frozenset()  # as if the browser had never heard of them
        self.down_paths: frozenset[str] = frozenset()  # answered as by a gateway whose site is down
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Answer."""
        self._server = make_server("127.0.0.1", self.port, self._answer, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Answer nothing more: connections are refused."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()
        self._server = None

    def close(self) -> None:
        """End."""
        self.stop()
        self.shop.database.close()

    def claim_path(self, index: int) -> str:
        """Return the path of the claim link of a badge of the class."""
        return f"/claim/{claim_token_of(self.claims, self.shop.slugs[index])}"

    def _answer(self, environ: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
        time.sleep(self.pause_seconds)
        if environ["PATH_INFO"] in self.down_paths:
            start_response("503 Service Unavailable", [("Content-Type", "text/plain"), ("Cache-Control", "no-store")])
            return [b"down"]

        def start(status: str, headers: list[tuple[str, str]], *more: object) -> object:
            return start_response(status, [pair for pair in headers if pair[0] not in self.hidden_headers], *more)

        answer = self.shop.app(environ, start)  # type: ignore[arg-type]
        try:
            parts = list(answer)
        finally:
            getattr(answer, "close", list)()
        self.bytes_sent += sum(map(len, parts))
        return parts


class Phone:
    """A browser on a phone, 360 pixels wide, with one page open."""

    def __init__(self, context: BrowserContext, site: Site) -> None:
        self.context = context
        self.site = site
        self.problems: list[str] = []
        self.requests: list[str] = []
        self.page: Page = self._new_page()

    def _new_page(self) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        return page

    def open(self, path: str) -> Page:
        """Open a path of the site."""
        self.page.goto(self.site.origin + path)
        return self.page

    def claim(self, index: int) -> str:
        """Take a badge by its link; return the path of the badge."""
        self.open(self.site.claim_path(index))
        self.page.locator("form[action^='/claim/'] button").last.click()
        self.page.wait_for_url("**/earned")
        address: str = self.page.url
        return address.removeprefix(self.site.origin).removesuffix("/earned")

    def keep_a_way_in(self) -> None:
        """Let the wallet that was made last be opened by an address too, so that signing out loses nothing."""
        with self.site.shop.database.write() as connection:
            connection.exec_driver_sql(
                "INSERT INTO wallet_identifiers (id, holder_id, kind, value, verified_at)"
                " SELECT 'way-in-' || id, id, 'email', id || '@example.com', '2026-11-22T15:00:00Z'"
                " FROM wallet_holders ORDER BY rowid DESC LIMIT 1"
            )

    def sign_in(self, address: str) -> None:
        """Open the wallet of an address by the link in a mail."""
        self.open("/wallet/sign-in")
        self.page.fill("#email", address)
        self.page.locator("form:has(#email) button").click()
        self.page.wait_for_load_state()
        self.open(link_of(self.site.shop, messages(self.site.shop)[0]))
        self.page.locator("form[action^='/wallet/link/'] button").click()
        self.page.wait_for_url("**/wallet")

    def kept(self) -> dict[str, dict[str, object]]:
        """Return the pages that are on the phone, by path; asked on a page of the site."""
        pages: dict[str, dict[str, object]] = self.page.evaluate(_PAGES_ON_PHONE)
        return pages

    def entries(self) -> dict[str, str]:
        """Return everything in the caches of the phone, headers and body."""
        found: dict[str, str] = self.page.evaluate(_ENTRIES)
        return found

    def wait_until_kept(self, *paths: str) -> None:
        """Open the wallet, and wait until the phone has kept these pages."""
        self.open("/wallet")
        self.wait_until(lambda: set(paths) <= set(self.kept()))
        if not self._is_controlled():  # the way of the page began before the worker was ready
            self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
            self.open("/wallet")
        self.wait_until(self._is_controlled)

    def _is_controlled(self) -> bool:
        return bool(self.page.evaluate("navigator.serviceWorker.controller !== null"))

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Wait for something that happens beside the page."""
        end = time.monotonic() + WAIT_SECONDS
        found = self._look_whether(is_so)
        while found is not True:
            assert time.monotonic() < end, f"it did not happen: {found}"
            self.page.wait_for_timeout(100)
            found = self._look_whether(is_so)

    def _look_whether(self, is_so: Callable[[], bool]) -> bool | str:
        try:
            return is_so()
        except _browser_error() as error:
            return str(error)  # a page that loads itself again cannot be asked at that moment

    def cut(self) -> None:
        """No signal: the browser is told so, and the site is switched off as well."""
        self.context.set_offline(True)
        self.site.stop()

    def reconnect(self) -> None:
        """The signal is back, and the person opens another window; the old one may load itself again."""
        self.page = self._new_page()
        self.reconnect_here()

    def reconnect_here(self) -> None:
        """The signal is back while a page is open."""
        self.site.start()
        self.context.set_offline(False)

    def says(self) -> str:
        """Return what the page says."""
        words: str = self.page.locator("body").inner_text()
        return words

    def tries(self, path: str) -> str:
        """Open a path that may not open; return what the page says then, or why it did not."""
        try:
            self.open(path)
        except _browser_error() as error:
            return str(error)
        return self.says()

    def tries_back(self) -> str:
        """Press the back button; return what the page says then."""
        try:
            self.page.go_back()
        except _browser_error() as error:
            return str(error)
        return self.says()


def open_phone(browser: Browser, site: Site, language: str = "en") -> Phone:
    """Return a phone that speaks a language."""
    return Phone(browser.new_context(viewport={"width": WIDTH, "height": 780}, locale=language), site)
