"""Providers that publish lies about themselves, do not answer, or lead into our own network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from keys import GuardedFetcher
from tests.web.oidc_visits import open_oidc_shop, sign_in
from tests.web.workshop import BASE_URL

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from pathlib import Path

    from tests.doubles.oidc_provider import OidcProviderDouble
    from tests.web.oidc_visits import OidcShop


@pytest.fixture
def site(tmp_path: Path) -> Iterator[OidcShop]:
    """A site with one provider and one member."""
    opened = open_oidc_shop(tmp_path)
    opened.add_person()
    yield opened
    opened.shop.database.close()


LYING_METADATA: dict[str, dict[str, Any]] = {
    "document of another issuer": {"issuer": "https://login.evil.example"},
    "document without an issuer": {"issuer": None},
    "no page to sign in": {"authorization_endpoint": None},
    "page to sign in without encryption": {"authorization_endpoint": "http://login.college.example/authorize"},
    "page to sign in that is a script": {"authorization_endpoint": "javascript:alert(1)"},
    "page to sign in with a name before the host": {"authorization_endpoint": "https://a@evil.example/authorize"},
    "page to sign in with a line break": {"authorization_endpoint": "https://login.college.example/\r\nX: y"},
    "page to sign in that is a number": {"authorization_endpoint": 7},
    "no place for codes": {"token_endpoint": None},
    "place for codes without encryption": {"token_endpoint": "http://login.college.example/token"},
    "no keys": {"jwks_uri": None},
    "keys without encryption": {"jwks_uri": "http://login.college.example/keys"},
    "no answers that we know": {"response_types_supported": None},
    "methods that are text": {"token_endpoint_auth_methods_supported": "client_secret_basic"},
    "methods that we do not have": {"token_endpoint_auth_methods_supported": ["private_key_jwt"]},
}


@pytest.mark.parametrize("lie", LYING_METADATA)
def test_lying_documents(site: OidcShop, lie: str) -> None:
    """A provider whose document is wrong is not used: nobody is sent anywhere."""
    site.provider.metadata_members = LYING_METADATA[lie]
    answer = site.client().get("/desk/oidc/college", base_url=BASE_URL)
    assert answer.status_code == 502
    assert "The other site does not answer as it should." in answer.text
    assert "Location" not in answer.headers


def test_provider_that_is_down(site: OidcShop) -> None:
    """When the provider does not answer, the page with the other ways does."""
    site.provider.down = True
    answer = site.client().get("/desk/oidc/college", base_url=BASE_URL)
    assert answer.status_code == 502
    assert 'name="password"' in answer.text


class _Dialled(Exception):  # noqa: N818 - an end of the test, no error
    """A connection was about to be opened."""


def _never_dial(address: str, port: int, timeout_seconds: float) -> socket.socket:
    raise _Dialled(address, port, timeout_seconds)


@pytest.mark.parametrize("address", ["10.0.0.7", "127.0.0.1", "169.254.169.254", "fd00::1"])
def test_provider_inside_our_network(tmp_path: Path, address: str) -> None:
    """A provider whose name leads inside is not dialled: the real door is used, and it stays shut."""
    door = GuardedFetcher(resolver=lambda _host, _port: (address,), dial=_never_dial)
    site = open_oidc_shop(tmp_path, network=lambda: door)
    assert site.client().get("/desk/oidc/college", base_url=BASE_URL).status_code == 502
    site.shop.database.close()


class _HalfGuarded:
    """Documents from memory, codes through the real door."""

    def __init__(self, provider: OidcProviderDouble, door: GuardedFetcher) -> None:
        self.fetch = provider.fetch
        self.post = door.post


def test_place_for_codes_inside_our_network(tmp_path: Path) -> None:
    """A place for codes that leads inside is not dialled, so neither code nor secret goes there."""
    door = GuardedFetcher(resolver=lambda _host, _port: ("10.0.0.7",), dial=_never_dial)
    made: list[_HalfGuarded] = []
    site = open_oidc_shop(tmp_path, network=lambda: made[0])
    made.append(_HalfGuarded(site.provider, door))
    site.add_person()
    assert sign_in(site).status_code == 502
    site.shop.database.close()
