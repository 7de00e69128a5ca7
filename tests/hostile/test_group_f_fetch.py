"""Hostile addresses to fetch (security plan §6 F): each URL gives its code, and nothing is dialled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keys import GuardedFetcher, OfflineFetcher
from schemas import BadgeError, FetchError

if TYPE_CHECKING:
    import socket


def code_of(url: str) -> str:
    """Return the code of the refusal; a look-up or a connection fails the test."""

    def resolver(host: str, _port: int) -> tuple[str, ...]:
        raise AssertionError(f"looked up {host}")

    def dial(address: str, _port: int, _timeout: float) -> socket.socket:
        raise AssertionError(f"dialled {address}")

    with pytest.raises(BadgeError) as caught:
        GuardedFetcher(resolver=resolver, dial=dial).fetch(url, max_bytes=1, accept="*/*")
    assert isinstance(caught.value, FetchError)
    return caught.value.code


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://issuer.example.org/", "fetch.scheme_forbidden"),
        ("HTTP://issuer.example.org/", "fetch.scheme_forbidden"),
        ("ftp://issuer.example.org/", "fetch.scheme_forbidden"),
        ("file:///etc/passwd", "fetch.scheme_forbidden"),
        ("file://localhost/etc/passwd", "fetch.scheme_forbidden"),
        ("gopher://issuer.example.org/_x", "fetch.scheme_forbidden"),
        ("data:application/json,{}", "fetch.scheme_forbidden"),
        ("javascript:alert(1)", "fetch.scheme_forbidden"),
        ("ws://issuer.example.org/", "fetch.scheme_forbidden"),
        ("urn:uuid:00000000-0000-4000-8000-000000000000", "fetch.scheme_forbidden"),
        ("did:web:issuer.example.org", "fetch.scheme_forbidden"),
        ("//issuer.example.org/", "fetch.scheme_forbidden"),
        ("issuer.example.org", "fetch.scheme_forbidden"),
        ("https:issuer.example.org", "fetch.scheme_forbidden"),
        ("https:/issuer.example.org", "fetch.scheme_forbidden"),
        ("https:///issuer.example.org", "fetch.scheme_forbidden"),
        ("https:\\\\issuer.example.org", "fetch.scheme_forbidden"),
        ("https://good.example\\@evil.example/", "fetch.scheme_forbidden"),
        ("https://issuer.example.org\\evil", "fetch.scheme_forbidden"),
        ("", "fetch.url_malformed"),
        ("https://issuer.example.org/ ", "fetch.url_malformed"),
        (" https://issuer.example.org/", "fetch.url_malformed"),
        ("https://issuer.example.org/\r\nHost: evil", "fetch.url_malformed"),
        ("https://issuer.exam\tple.org/", "fetch.url_malformed"),
        ("https://issuer.example.org/\x00", "fetch.url_malformed"),
        ("https://issuer.example.org/é", "fetch.url_malformed"),
        ("https://issuer.example.org/?q=é", "fetch.url_malformed"),
        ("https://issuer.example.org:https/", "fetch.url_malformed"),
        ("https://issuer.example.org:65536/", "fetch.url_malformed"),
        ("https://issuer.example.org:-1/", "fetch.url_malformed"),
        ("https://[::1/", "fetch.url_malformed"),
        ("https://issuer..example.org/", "fetch.url_malformed"),
        ("https://.example.org/", "fetch.url_malformed"),
        ("https://-issuer.example.org/", "fetch.url_malformed"),
        ("https://issuer!.example.org/", "fetch.url_malformed"),
        ("https://issuer.example.org;evil/", "fetch.url_malformed"),
        ("https://" + "a" * 64 + ".example.org/", "fetch.url_malformed"),
        ("https://" + "a." * 130 + "org/", "fetch.url_malformed"),
        ("https://issuer.example.org/" + "a" * 2_048, "fetch.url_malformed"),
        ("https://xn--\u00fc.example.org/", "fetch.url_malformed"),
        ("https://user@issuer.example.org/", "fetch.userinfo_forbidden"),
        ("https://good.example:x@evil.example/", "fetch.userinfo_forbidden"),
        ("https://@issuer.example.org/", "fetch.userinfo_forbidden"),
        ("https://issuer.example.org:22/", "fetch.port_forbidden"),
        ("https://issuer.example.org:25/", "fetch.port_forbidden"),
        ("https://issuer.example.org:80/", "fetch.port_forbidden"),
        ("https://issuer.example.org:6379/", "fetch.port_forbidden"),
        ("https://issuer.example.org:8443/", "fetch.port_forbidden"),
        ("https://issuer.example.org:0/", "fetch.port_forbidden"),
    ],
)
def test_addresses_that_are_not_fetched(url: str, code: str) -> None:
    """Other schemes, user names, ports and malformed text are refused before any look-up."""
    assert code_of(url) == code


def test_offline_fetches_nothing() -> None:
    """Without a network every address is `fetch.offline`."""
    with pytest.raises(FetchError) as caught:
        OfflineFetcher().fetch("https://issuer.example.org/", max_bytes=1, accept="*/*")
    assert caught.value.code == "fetch.offline"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://issuer.example.org/", "issuer.example.org"),
        ("HTTPS://Issuer.Example.ORG/", "issuer.example.org"),
        ("https://issuer.example.org./", "issuer.example.org"),
        ("https://issuer.example.org:443/", "issuer.example.org"),
        ("https://issuer.example.org", "issuer.example.org"),
        ("https://m\u00fcnchen.example.org/", "xn--mnchen-3ya.example.org"),
        ("https://xn--mnchen-3ya.example.org/", "xn--mnchen-3ya.example.org"),
        ("https://a_b.example.org/", "a_b.example.org"),
    ],
)
def test_good_names_are_looked_up(url: str, host: str) -> None:
    """Good addresses get as far as the look-up, under their plain name."""
    asked: list[str] = []

    def resolver(name: str, _port: int) -> tuple[str, ...]:
        asked.append(name)
        return ()

    with pytest.raises(FetchError) as caught:
        GuardedFetcher(resolver=resolver).fetch(url, max_bytes=1, accept="*/*")
    assert (asked, caught.value.code) == ([host], "fetch.host_unknown")
