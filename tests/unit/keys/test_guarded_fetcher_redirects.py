"""Redirects that the guarded fetcher follows, and those that it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keys import GuardedFetcher
from schemas import BadgeError
from tests.doubles.loopback_fetches import HOST, URL, code_of, fetcher_to
from tests.doubles.loopback_hosts import PUBLIC_ADDRESS, LoopbackHost, TestAuthority, read_request

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable


def redirecting(*locations: str) -> Callable[[socket.socket], None]:
    """Return a script that redirects to each location in turn, and then answers."""
    left = list(locations)

    def script(connection: socket.socket) -> None:
        read_request(connection)
        if left:
            connection.sendall(f"HTTP/1.1 302 Found\r\nLocation: {left.pop(0)}\r\n\r\n".encode("latin-1"))
        else:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    return script


@pytest.mark.parametrize(
    "locations", [("/b",), ("/b", "c"), ("https://issuer.example.org/x",), ("//issuer.example.org/x",)]
)
def test_two_redirects_are_followed(locations: tuple[str, ...], authority: TestAuthority) -> None:
    """Relative and absolute redirects are followed, and the document keeps the address that was asked for."""
    with LoopbackHost(redirecting(*locations), tls=authority.serve_as(HOST)) as host:
        fetched = fetcher_to(host, authority).fetch(URL, max_bytes=2, accept="*/*")
    assert (fetched.url, fetched.body, len(host.dialled)) == (URL, b"{}", len(locations) + 1)


@pytest.mark.parametrize(
    ("locations", "answered_by"),
    [
        ((), URL),
        (("/b",), "https://issuer.example.org/b"),
        (("/b/c", "d"), "https://issuer.example.org/b/d"),
    ],
)
def test_the_address_that_answered_is_told(
    locations: tuple[str, ...], answered_by: str, authority: TestAuthority
) -> None:
    """A reader can tell a site that speaks for itself from one that sends its readers on."""
    with LoopbackHost(redirecting(*locations), tls=authority.serve_as(HOST)) as host:
        fetched = fetcher_to(host, authority).fetch(URL, max_bytes=2, accept="*/*")
    assert fetched.answered_by == answered_by


@pytest.mark.parametrize(
    ("locations", "code"),
    [
        (("/1", "/2", "/3"), "fetch.redirect_forbidden"),
        (("http://issuer.example.org/",), "fetch.redirect_forbidden"),
        (("https://127.0.0.1/",), "fetch.redirect_forbidden"),
        (("https://[::1]/",), "fetch.redirect_forbidden"),
        (("https://localhost/",), "fetch.redirect_forbidden"),
        (("https://issuer.example.org:22/",), "fetch.redirect_forbidden"),
        (("file:///etc/passwd",), "fetch.redirect_forbidden"),
        (("gopher://issuer.example.org/",), "fetch.redirect_forbidden"),
        (("https:\\\\evil.example/",), "fetch.redirect_forbidden"),
        (("/\x7f",), "fetch.redirect_forbidden"),
        (("/é",), "fetch.redirect_forbidden"),
        (("/" + "a" * 3_000,), "fetch.redirect_forbidden"),
        (("https://good@evil.example/",), "fetch.redirect_forbidden"),
        (("https://other.example.org/",), "fetch.redirect_forbidden"),
        (("https://sub.issuer.example.org/",), "fetch.redirect_forbidden"),
        (("//other.example.org/",), "fetch.redirect_forbidden"),
        (("/ok", "https://other.example.org/"), "fetch.redirect_forbidden"),
        (("https://[",), "fetch.redirect_forbidden"),
        (("//[::1/",), "fetch.redirect_forbidden"),
        (("/ok", "https://10.0.0.1/"), "fetch.redirect_forbidden"),
    ],
)
def test_redirects_that_lead_astray(locations: tuple[str, ...], code: str, authority: TestAuthority) -> None:
    """The third hop, another scheme, host or port, a private address, no address at all: not followed."""
    assert code_of(redirecting(*locations), authority) == code


def test_a_redirect_to_a_name_inside(authority: TestAuthority) -> None:
    """A redirect whose host resolves to a private address is not followed."""
    addresses = {"issuer.example.org": (PUBLIC_ADDRESS,), "inside.example.org": ("10.0.0.7",)}
    script = redirecting("https://inside.example.org/")
    with LoopbackHost(script, tls=authority.serve_as(HOST)) as host, pytest.raises(BadgeError) as caught:
        GuardedFetcher(resolver=lambda name, _port: addresses[name], dial=host.dial, tls=authority.trust()).fetch(
            URL, max_bytes=2, accept="*/*"
        )
    assert caught.value.code == "fetch.redirect_forbidden"
    assert host.dialled == [(PUBLIC_ADDRESS, 443)]
