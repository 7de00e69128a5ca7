"""A site at whose desk people sign in through a provider in memory."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from issuer import OidcProvider
from issuer.people_changes import Actor
from issuer.people_invitations import invite
from issuer.people_store import HOME, insert_membership, insert_person
from keys import OfflineFetcher
from skillmark.settings import load_link_secret
from skillmark.site import SiteSettings, create_site
from tests.doubles.oidc_provider import CLIENT_ID, CLIENT_SECRET, ISSUER, Account, OidcProviderDouble
from tests.web.workshop import BASE_URL, open_workshop, password_hash

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from issuer import OidcNetwork
    from issuer.people import Role
    from tests.web.workshop import Workshop

KIM = "kim@example.edu"
RETURN = "/desk/oidc/college/return"
_ADDRESSES = itertools.count()


@dataclass(slots=True, kw_only=True)
class OidcShop:
    """A site with a provider."""

    shop: Workshop
    app: Flask
    provider: OidcProviderDouble

    def client(self) -> FlaskClient:
        """A browser at an address of its own."""
        browser = self.app.test_client()
        browser.environ_base["REMOTE_ADDR"] = f"198.51.100.{next(_ADDRESSES) % 250 + 1}"
        return browser

    def add_person(self, email: str = KIM, role: str = "trainer") -> str:
        """Make somebody a member of the home organisation."""
        with self.shop.database.write() as connection:
            person_id = insert_person(connection, name="Kim Doe", email=email, now=self.shop.clock())
            insert_membership(connection, person_id, HOME, role, now=self.shop.clock())
        return person_id

    def invite(self, email: str, role: Role, *, organisation_id: str = HOME) -> None:
        """Invite an address to an organisation."""
        actor = Actor(organisation_id=organisation_id)
        invite(self.shop.ledger, load_link_secret(self.shop.home), actor, email, role)


def provider_settings(**values: object) -> OidcProvider:
    """Return the settings of the provider."""
    known = {
        "name": "college",
        "label": "College account",
        "issuer": ISSUER,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }
    return OidcProvider(**{**known, **values})  # type: ignore[arg-type]


def open_oidc_shop(
    home: Path,
    *providers: OidcProvider,
    network: Callable[[], OidcNetwork] | None = None,
) -> OidcShop:
    """Open a site of its own; without settings it has the one provider that is in memory."""
    shop = open_workshop(home)
    double = OidcProviderDouble(clock=shop.clock)
    app = create_site(
        SiteSettings(
            base_url=BASE_URL,
            home=home,
            session_secret="TEST ONLY session secret",
            desk_password_hash=password_hash,
            ledger=shop.ledger,
            network=OfflineFetcher,
            clock=shop.clock,
            oidc=providers or (provider_settings(),),
            oidc_network=network or (lambda: double),
        )
    )
    app.testing = True
    return OidcShop(shop=shop, app=app, provider=double)


def begin(browser: FlaskClient, *, target: str = "") -> str:
    """Press the button; return where the browser is sent."""
    path = "/desk/oidc/college" + (f"?{urlencode({'next': target})}" if target else "")
    answer = browser.get(path, base_url=BASE_URL)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def come_back(browser: FlaskClient, answer: dict[str, str], path: str = RETURN) -> TestResponse:
    """Open the address that the provider sends the browser to."""
    return browser.get(f"{path}?{urlencode(answer)}", base_url=BASE_URL)


def sign_in(site: OidcShop, account: Account | None = None, *, browser: FlaskClient | None = None) -> TestResponse:
    """Go the whole way."""
    browser = browser or site.client()
    return come_back(browser, site.provider.sign_in(begin(browser), account or Account()))


def who_is(browser: FlaskClient) -> str:
    """Return the page of the account; empty for a stranger."""
    answer = browser.get("/desk/account", base_url=BASE_URL)
    return answer.text if answer.status_code == 200 else ""
