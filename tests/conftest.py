"""What every test shares: nothing may reach the network, and the names of cases do not depend on random keys."""

from __future__ import annotations

import hashlib
import socket
from functools import lru_cache
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_ID_CHARS = 40
_LOOPBACK = ("127.", "localhost", "::1", "0.0.0.0")  # noqa: S104 - a place to listen in tests of our own servers


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name a case after its argument when its value is long: it may hold a key that was made for one run."""
    if isinstance(val, str | bytes) and len(val) > MAX_ID_CHARS:
        return argname
    return None


@pytest.fixture(scope="session", autouse=True)
def _each_passphrase_is_stretched_once() -> Iterator[None]:
    """Remember what scrypt gave: a key file that is copied for many tests need not cost each of them 0.1 s."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashlib, "scrypt", lru_cache(maxsize=64)(hashlib.scrypt))
        yield


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Refuse every connection that leaves this machine."""
    if request.node.get_closest_marker("node"):
        yield  # npm installs its packages in a process of its own
        return
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else "127.0.0.1"
        assert str(host).startswith(_LOOPBACK), f"a test tried to reach {host}"
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
    yield
