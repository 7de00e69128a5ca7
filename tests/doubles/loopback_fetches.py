"""Guarded fetches that end at a TLS server on this machine, whatever the name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from keys import GuardedFetcher
from schemas import BadgeError
from tests.doubles.loopback_hosts import PUBLIC_ADDRESS, LoopbackHost, TestAuthority

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
URL = "https://issuer.example.org/issuers/weld"
HOST = "issuer.example.org"


def fetcher_to(host: LoopbackHost, authority: TestAuthority, *addresses: str) -> GuardedFetcher:
    """Return a fetcher whose names resolve to `addresses` and whose connections end at `host`."""
    return GuardedFetcher(
        clock=lambda: NOW,
        resolver=lambda _host, _port: addresses or (PUBLIC_ADDRESS,),
        dial=host.dial,
        tls=authority.trust(),
    )


def code_of(
    script: Callable[[socket.socket], None], authority: TestAuthority, *, url: str = URL, max_bytes: int = 1_000
) -> str:
    """Return the code with which the fetch of such an answer ends."""
    with LoopbackHost(script, tls=authority.serve_as(HOST)) as host, pytest.raises(BadgeError) as caught:
        fetcher_to(host, authority).fetch(url, max_bytes=max_bytes, accept="application/json")
    return caught.value.code
