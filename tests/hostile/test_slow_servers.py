"""Hosts that answer slowly or without end never hold a verification longer than its budget (T-31)."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from keys import FetchBudget, GuardedFetcher
from keys.fetch_budget import MAX_SECONDS_PER_FETCH, MAX_SECONDS_PER_VERIFICATION
from schemas import BadgeError
from tests.doubles.loopback_hosts import PUBLIC_ADDRESS, LoopbackHost, TestAuthority, read_request

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

HOST = "issuer.example.org"
URL = f"https://{HOST}/"
BUDGET_SECONDS = 0.7
SLACK_SECONDS = 5.0  # for a machine that does something else besides; a host that is waited for takes 15
MAX_BYTES = 100_000
PAUSE_SECONDS = 0.05
GIVE_UP_SECONDS = 15.0


def drip(connection: socket.socket, data: bytes) -> None:
    """Send one byte after the other until the peer hangs up."""
    end = time.monotonic() + GIVE_UP_SECONDS
    for byte in data:
        if time.monotonic() > end:
            return
        connection.sendall(bytes([byte]))
        time.sleep(PAUSE_SECONDS)


def flood(connection: socket.socket, data: bytes) -> None:
    """Send the same bytes again and again until the peer hangs up."""
    end = time.monotonic() + GIVE_UP_SECONDS
    while time.monotonic() < end:
        connection.sendall(data)


def silence(connection: socket.socket) -> None:
    """Say nothing until the peer hangs up."""
    connection.settimeout(GIVE_UP_SECONDS)
    while connection.recv(4_096):
        pass


def after(head: bytes, then: Callable[[socket.socket], None]) -> Callable[[socket.socket], None]:
    """Return a script that reads the request, sends `head`, and goes on with `then`."""

    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(head)
        then(connection)

    return script


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
LONG = b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n"
REDIRECT = b"HTTP/1.1 302 Found\r\nLocation: /again\r\n"
SCRIPTS: dict[str, tuple[Callable[[socket.socket], None], set[str]]] = {
    "silence after the request": (after(b"", silence), {"fetch.timeout"}),
    "status line drips": (after(b"", lambda c: drip(c, b"HTTP/1.1 200 " + b"O" * 1_000)), {"fetch.timeout"}),
    "header drips": (after(b"HTTP/1.1 200 OK\r\n", lambda c: drip(c, b"X-A: " + b"a" * 1_000)), {"fetch.timeout"}),
    "headers without end": (
        after(b"HTTP/1.1 200 OK\r\n", lambda c: flood(c, b"X-A: aaaaaaaaaa\r\n")),
        {"fetch.too_large"},
    ),
    "one header without end": (after(b"HTTP/1.1 200 OK\r\nX-A: ", lambda c: flood(c, b"a" * 100)), {"fetch.too_large"}),
    "100 Continue without end": (
        after(b"", lambda c: flood(c, b"HTTP/1.1 100 Continue\r\n\r\n")),
        {"fetch.too_large"},
    ),
    "body drips": (after(LONG, lambda c: drip(c, b"x" * 90_000)), {"fetch.timeout"}),
    "body stops": (after(LONG + b"x" * 100, silence), {"fetch.timeout"}),
    "body without length and end": (
        after(b"HTTP/1.1 200 OK\r\n\r\n", lambda c: flood(c, b"x" * 1_000)),
        {"fetch.too_large"},
    ),
    "chunk size drips": (after(CHUNKED, lambda c: drip(c, b"0" * 10_000)), {"fetch.timeout"}),
    "chunk size without end": (
        after(CHUNKED, lambda c: flood(c, b"0" * 100)),
        {"fetch.too_large", "fetch.malformed_answer"},
    ),
    "chunks of one byte without end": (after(CHUNKED, lambda c: flood(c, b"1\r\nx\r\n" * 50)), {"fetch.too_large"}),
    "trailers without end": (after(CHUNKED + b"0\r\n", lambda c: flood(c, b"X-A: a\r\n" * 50)), {"fetch.too_large"}),
    "body of a redirect without end": (
        after(REDIRECT + b"Content-Length: 999999999\r\n\r\n", lambda c: flood(c, b"x" * 1_000)),
        {"fetch.redirect_forbidden"},
    ),
    "redirects that drip": (after(REDIRECT, lambda c: drip(c, b"X: " + b"a" * 1_000)), {"fetch.timeout"}),
}


def code_and_seconds(fetcher: GuardedFetcher) -> tuple[str, float]:
    """Return how the fetch ends and how long it took."""
    before = time.monotonic()
    with pytest.raises(BadgeError) as caught:
        fetcher.fetch(URL, max_bytes=MAX_BYTES, accept="*/*")
    return caught.value.code, time.monotonic() - before


@pytest.mark.parametrize("name", SCRIPTS)
def test_slow_and_endless_answers(name: str, authority: TestAuthority) -> None:
    """Every way to be slow or endless ends within the budget, with its code."""
    script, codes = SCRIPTS[name]
    with LoopbackHost(script, tls=authority.serve_as(HOST)) as host:
        fetcher = GuardedFetcher(
            resolver=lambda _host, _port: (PUBLIC_ADDRESS,),
            dial=host.dial,
            tls=authority.trust(),
            budget=FetchBudget(max_seconds=BUDGET_SECONDS),
        )
        code, seconds = code_and_seconds(fetcher)
    assert code in codes
    assert seconds < BUDGET_SECONDS + SLACK_SECONDS


TLS_SCRIPTS: dict[str, tuple[Callable[[socket.socket], None], set[str]]] = {
    "no handshake": (silence, {"fetch.timeout"}),
    "handshake drips": (
        lambda c: drip(c, b"\x16\x03\x03\x40\x00" + b"\x02\x00\x3f\xfc\x03\x03" + bytes(16_000)),
        {"fetch.timeout"},
    ),
    "plain HTTP": (lambda c: c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), {"fetch.tls"}),
    "noise": (lambda c: flood(c, b"\xff" * 1_000), {"fetch.tls"}),
}


@pytest.mark.parametrize("name", TLS_SCRIPTS)
def test_slow_and_broken_handshakes(name: str, authority: TestAuthority) -> None:
    """A handshake that never comes, drips or is none ends within the budget."""
    script, codes = TLS_SCRIPTS[name]
    with LoopbackHost(script, tls=None) as host:
        fetcher = GuardedFetcher(
            resolver=lambda _host, _port: (PUBLIC_ADDRESS,),
            dial=host.dial,
            tls=authority.trust(),
            budget=FetchBudget(max_seconds=BUDGET_SECONDS),
        )
        code, seconds = code_and_seconds(fetcher)
    assert code in codes
    assert seconds < BUDGET_SECONDS + SLACK_SECONDS


def test_a_name_server_that_is_silent() -> None:
    """A look-up that does not return is left behind when the time is over."""
    released = threading.Event()

    def resolver(_host: str, _port: int) -> tuple[str, ...]:
        released.wait(GIVE_UP_SECONDS)
        return (PUBLIC_ADDRESS,)

    fetcher = GuardedFetcher(resolver=resolver, budget=FetchBudget(max_seconds=BUDGET_SECONDS))
    code, seconds = code_and_seconds(fetcher)
    released.set()
    assert code == "fetch.timeout"
    assert seconds < BUDGET_SECONDS + SLACK_SECONDS


def test_many_silent_name_servers_do_not_pile_up() -> None:
    """At most sixteen look-ups wait at once; further ones time out in their own budget."""
    released = threading.Event()
    started: list[str] = []

    def resolver(host: str, _port: int) -> tuple[str, ...]:
        started.append(host)
        released.wait(GIVE_UP_SECONDS)
        return ()

    def fetch() -> None:
        with pytest.raises(BadgeError):
            GuardedFetcher(resolver=resolver, budget=FetchBudget(max_seconds=BUDGET_SECONDS)).fetch(
                URL, max_bytes=1, accept="*/*"
            )

    threads = [threading.Thread(target=fetch) for _ in range(24)]
    before = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - before
    waiting = len(started)
    released.set()
    assert waiting == 16
    assert seconds < 3 * (BUDGET_SECONDS + SLACK_SECONDS)


def test_the_limits_are_ten_seconds() -> None:
    """The figures of the security plan: ten seconds for a fetch and for a verification."""
    assert (MAX_SECONDS_PER_FETCH, MAX_SECONDS_PER_VERIFICATION) == (10.0, 10.0)
