"""Sites for the tests: one to read from, and a fresh one for each test that changes something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.conformance_server import open_conformance_server
from tests.web.record_visits import open_wallet
from tests.web.workshop import open_desk, open_workshop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from tests.web.conformance_server import ConformanceServer
    from tests.web.workshop import Workshop


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """A site that tests only read from."""
    workshop = open_workshop(tmp_path_factory.mktemp("shop"))
    yield workshop
    workshop.database.close()


@pytest.fixture
def fresh_shop(tmp_path: Path) -> Iterator[Workshop]:
    """A site of its own for a test that changes something."""
    workshop = open_workshop(tmp_path)
    yield workshop
    workshop.database.close()


@pytest.fixture
def wallet(fresh_shop: Workshop) -> tuple[FlaskClient, str, str]:
    """A browser with an open wallet, and the paths of a badge and a note in it."""
    return open_wallet(fresh_shop)


@pytest.fixture
def client(shop: Workshop) -> FlaskClient:
    """A stranger's browser."""
    return shop.client()


@pytest.fixture
def trainer(fresh_shop: Workshop) -> FlaskClient:
    """A browser that has signed in at the desk of the fresh site."""
    return open_desk(fresh_shop)


@pytest.fixture(scope="module")
def server() -> ConformanceServer:
    """A conformance server for the tests of one file; each credential is its own."""
    return open_conformance_server()
