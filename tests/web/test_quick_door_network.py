"""The network of a request that goes past Flask: opened when something is fetched, in the name of who asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keys import OfflineFetcher
from pages import current_client
from skillmark.site import SiteSettings, create_site
from tests.web.two_ways import VERIFY, ask_way, compose_environ, find_door
from tests.web.workshop import BASE_URL, open_workshop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from keys import Fetcher
    from tests.web.workshop import Workshop

CLIENT = "198.51.100.7"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    workshop = open_workshop(tmp_path)
    yield workshop
    workshop.database.close()


@pytest.fixture
def askers() -> list[str]:
    """In whose name the network was opened."""
    return []


@pytest.fixture
def app(shop: Workshop, askers: list[str]) -> Flask:
    """A site on the same records whose network notes who asks, and reaches nothing."""

    def open_network() -> Fetcher:
        askers.append(current_client())
        return OfflineFetcher()

    return create_site(
        SiteSettings(
            base_url=BASE_URL,
            home=shop.home,
            session_secret="TEST ONLY session secret",
            desk_password_hash=str,
            ledger=shop.ledger,
            network=open_network,
            clock=shop.clock,
        )
    )


def verify(app: Flask, badge: bytes) -> tuple[str, bytes]:
    body = b'{"verifiableCredential":%b}' % badge
    status, _, told = ask_way(find_door(app), compose_environ(VERIFY, body, REMOTE_ADDR=CLIENT), body)
    return status, told


def test_key_of_a_stranger(shop: Workshop, app: Flask, askers: list[str]) -> None:
    """The host of an issuer elsewhere is asked once, in the name of the client."""
    (profile,) = shop.ledger.issuers()
    stranger = shop.badge().json_bytes.replace(profile.id.encode(), b"did:web:other.example.org")
    status, told = verify(app, stranger)
    assert status == "400 BAD REQUEST"
    assert told.startswith(b'{"verified":false')
    assert askers == [CLIENT]


def test_own_badge(shop: Workshop, app: Flask, askers: list[str]) -> None:
    """What the site knows itself, keys and status lists, opens no network."""
    status, _ = verify(app, shop.badge().json_bytes)
    assert status == "200 OK"
    assert askers == []
