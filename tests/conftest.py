"""What every test shares: nothing may reach the network, and the names of cases do not depend on random keys."""

from __future__ import annotations

import hashlib
import socket
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from werkzeug.routing import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_ID_CHARS = 40
# They lead many changed documents along lines that other tests have led one along, or never run the product at all:
# counting the lines costs more there than the tests themselves, and finds none that was not counted elsewhere.
UNCOUNTED = tuple(Path(__file__).parent / name for name in ("architecture", "property"))
# The same examples in every run, however slow the machine: a red run is a fault of the change and comes again.
# `--hypothesis-profile=explore` looks for new ones.
settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("same")
_LOOPBACK = ("127.", "localhost", "::1", "0.0.0.0")  # noqa: S104 - a place to listen in tests of our own servers


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name a case after its argument when its value is long: it may hold a key that was made for one run."""
    if isinstance(val, str | bytes) and len(val) > MAX_ID_CHARS:
        return argname
    return None


def pytest_itemcollected(item: pytest.Item) -> None:
    """Leave some tests out of the coverage; they run all the same."""
    if item.path.parent in UNCOUNTED:
        item.add_marker("no_cover")


@pytest.fixture(scope="session", autouse=True)
def _each_passphrase_is_stretched_once() -> Iterator[None]:
    """Remember what scrypt gave: a key file that is copied for many tests need not cost each of them 0.1 s."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashlib, "scrypt", lru_cache(maxsize=64)(hashlib.scrypt))
        yield


@pytest.fixture(scope="session", autouse=True)
def _each_address_is_compiled_once() -> Iterator[None]:
    """Remember the function that writes an address of a site: making all of them is most of the cost of a new site."""
    compiled: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}
    compile_one = Rule._compile_builder

    def compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002
        if rule.defaults:
            return compile_one(rule, append_unknown)
        # All that the function is made of; the converters it asks the rule for that it is bound to.
        key = (rule.rule, tuple(rule._trace), append_unknown)
        if key not in compiled:
            compiled[key] = compile_one(rule, append_unknown)
        return compiled[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", compile_once)
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
