"""The guarded fetcher against real TLS servers on this machine."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from keys import ALTERNATE_HTTPS_PORT, GuardedFetcher
from schemas import BadgeError
from tests.doubles.loopback_fetches import HOST, NOW, URL, code_of, fetcher_to
from tests.doubles.loopback_hosts import PUBLIC_ADDRESS, LoopbackHost, TestAuthority, answer, read_request

if TYPE_CHECKING:
    import socket

PORTS = frozenset({443, ALTERNATE_HTTPS_PORT})


def test_a_document_is_fetched(authority: TestAuthority) -> None:
    """Body, media type, asked address and time come back."""
    script = answer("HTTP/1.1 200 OK\nContent-Type: Application/DID+json; charset=utf-8\nContent-Length: 2", b"{}")
    with LoopbackHost(script, tls=authority.serve_as(HOST)) as host:
        fetched = fetcher_to(host, authority).fetch(URL + "#key-1", max_bytes=2, accept="application/json")
    assert (fetched.body, fetched.media_type, fetched.fetched_at) == (b"{}", "application/did+json", NOW)
    assert fetched.url == URL + "#key-1"


@pytest.mark.parametrize(
    "head",
    [
        "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\n{}\n0\n",
        "HTTP/1.0 200 OK\n\n{}",
        "HTTP/1.1 200 OK\nContent-Encoding: identity\nContent-Length: 2\n\n{}",
        "HTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\nContent-Length: 2\n\n{}",
    ],
)
def test_plain_ways_to_answer(head: str, authority: TestAuthority) -> None:
    """Chunked, closed by the end, or after a `100 Continue`: the body is the same."""

    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(head.replace("\n", "\r\n").encode() + (b"\r\n" if "chunked" in head else b""))

    with LoopbackHost(script, tls=authority.serve_as(HOST)) as host:
        fetched = fetcher_to(host, authority).fetch(URL, max_bytes=1_000, accept="application/json")
    assert fetched.body == b"{}"


def test_the_request_gives_nothing_away(authority: TestAuthority) -> None:
    """The request has no cookie, no referrer, no compression and no fragment (T-42)."""
    requests: list[bytes] = []

    def script(connection: socket.socket) -> None:
        requests.append(read_request(connection))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with LoopbackHost(script, tls=authority.serve_as(HOST)) as host:
        fetcher_to(host, authority).fetch(URL + "?a=1#secret", max_bytes=1, accept="application/json")
    assert requests == [
        (
            b"GET /issuers/weld?a=1 HTTP/1.1\r\nHost: issuer.example.org\r\nAccept: application/json\r\n"
            b"Accept-Encoding: identity\r\nUser-Agent: Skillmark\r\nConnection: close\r\n\r\n"
        )
    ]


def test_the_checked_address_is_dialled(authority: TestAuthority) -> None:
    """The connection goes to the number that was checked, not to the name."""
    script = answer("HTTP/1.1 200 OK\nContent-Length: 0")
    with LoopbackHost(script, tls=authority.serve_as(HOST)) as host:
        fetcher_to(host, authority, "2606:2800:21f:cb07:6820:80da:af6b:8b2c").fetch(URL, max_bytes=1, accept="*/*")
    assert host.dialled == [("2606:2800:21f:cb07:6820:80da:af6b:8b2c", 443)]


def test_the_second_address_is_tried(authority: TestAuthority) -> None:
    """When the first address does not answer, the next is tried."""
    with LoopbackHost(answer("HTTP/1.1 200 OK\nContent-Length: 0"), tls=authority.serve_as(HOST)) as host:

        def dial(address: str, port: int, timeout_seconds: float) -> socket.socket:
            if address == "1.1.1.1":
                raise ConnectionRefusedError
            return host.dial(address, port, timeout_seconds)

        fetcher = GuardedFetcher(resolver=lambda _host, _port: ("1.1.1.1", "8.8.8.8"), dial=dial, tls=authority.trust())
        fetcher.fetch(URL, max_bytes=1, accept="*/*")
    assert host.dialled == [("8.8.8.8", 443)]


@pytest.mark.parametrize(
    ("head", "body", "code"),
    [
        ("HTTP/1.1 404 Not Found\nContent-Length: 0", b"", "fetch.http_status"),
        ("HTTP/1.1 500 Oops\nContent-Length: 0", b"", "fetch.http_status"),
        ("HTTP/1.1 204 No Content", b"", "fetch.http_status"),
        ("HTTP/1.1 206 Partial\nContent-Length: 1", b"x", "fetch.http_status"),
        ("HTTP/1.1 304 Not Modified", b"", "fetch.http_status"),
        ("HTTP/1.1 103 Early Hints", b"", "fetch.http_status"),
        ("HTTP/1.1 200 OK\nContent-Length: 1001", b"", "fetch.too_large"),
        ("HTTP/1.1 200 OK\nContent-Length: 1001", bytes(1_001), "fetch.too_large"),
        ("HTTP/1.1 200 OK", bytes(1_001), "fetch.too_large"),
        (
            "HTTP/1.1 200 OK\nTransfer-Encoding: chunked",
            b"3e9\r\n" + bytes(1_001) + b"\r\n0\r\n\r\n",
            "fetch.too_large",
        ),
        ("HTTP/1.1 200 OK\nX: " + "a" * 40_000, b"", "fetch.too_large"),
        ("HTTP/1.1 200 OK\n" + "X: a\n" * 200 + "Y: b", b"", "fetch.too_large"),
        ("HTTP/1.1 200 " + "O" * 40_000, b"", "fetch.too_large"),
        ("HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: 1", b"x", "fetch.encoding_forbidden"),
        ("HTTP/1.1 200 OK\nContent-Encoding: br\nContent-Length: 1", b"x", "fetch.encoding_forbidden"),
        ("HTTP/1.1 200 OK\nTransfer-Encoding: gzip, chunked", b"0\r\n\r\n", "fetch.encoding_forbidden"),
        ("HTTP/1.1 200 OK\nContent-Length: 10", b"short", "fetch.malformed_answer"),
        ("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", b"zz\r\n", "fetch.malformed_answer"),
        ("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", b"5\r\nab", "fetch.malformed_answer"),
        ("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", b"-5\r\nabcde\r\n0\r\n\r\n", "fetch.malformed_answer"),
        ("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", b"-1\r\nabcde\r\n0\r\n\r\n", "fetch.malformed_answer"),
        ("SSH-2.0-OpenSSH_9.2", b"", "fetch.malformed_answer"),
        ("HTTP/1.1 twohundred OK", b"", "fetch.malformed_answer"),
        ("HTTP/1.1 302 Found", b"", "fetch.malformed_answer"),
        ("", b"", "fetch.malformed_answer"),
    ],
)
def test_answers_that_are_not_taken(head: str, body: bytes, code: str, authority: TestAuthority) -> None:
    """Each answer that is too much, packed, cut, or no HTTP has its code."""
    assert code_of(answer(head, body), authority) == code


def test_exactly_the_limit_is_taken(authority: TestAuthority) -> None:
    """A body of exactly `max_bytes` is whole."""
    script = answer("HTTP/1.1 200 OK\nContent-Length: 1000", b"x" * 1_000)
    with LoopbackHost(script, tls=authority.serve_as(HOST)) as host:
        assert len(fetcher_to(host, authority).fetch(URL, max_bytes=1_000, accept="*/*").body) == 1_000


def test_a_host_that_hangs_up(authority: TestAuthority) -> None:
    """A connection that ends without an answer is `fetch.unreachable`."""

    def script(connection: socket.socket) -> None:
        read_request(connection)

    assert code_of(script, authority) == "fetch.unreachable"


@pytest.mark.parametrize("certificate", ["self-signed", "another name", "expired"])
def test_certificates_that_are_not_in_order(
    certificate: str, authority: TestAuthority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """An unknown authority, another host's certificate and an expired one are `fetch.tls`."""
    contexts = {
        "self-signed": lambda: TestAuthority(tmp_path_factory.mktemp("other")).serve_as(HOST),
        "another name": lambda: authority.serve_as("other.example.org"),
        "expired": lambda: authority.serve_as(HOST, not_after=datetime(2021, 1, 1, tzinfo=UTC)),
    }
    script = answer("HTTP/1.1 200 OK\nContent-Length: 0")
    with LoopbackHost(script, tls=contexts[certificate]()) as host, pytest.raises(BadgeError) as caught:
        fetcher_to(host, authority).fetch(URL, max_bytes=1, accept="*/*")
    assert caught.value.code == "fetch.tls"


def test_a_context_that_trusts_everybody_is_refused() -> None:
    """A fetcher cannot be made without verification of certificates."""
    lax = ssl.create_default_context()
    lax.check_hostname = False
    with pytest.raises(ValueError, match="always verified"):
        GuardedFetcher(tls=lax)


def test_a_port_cannot_be_opened() -> None:
    """Only 443 and 8443 can be allowed."""
    with pytest.raises(ValueError, match="443 and 8443"):
        GuardedFetcher(ports=frozenset({443, 22}))


def test_8443_is_open_only_when_allowed(authority: TestAuthority) -> None:
    """Port 8443 is `fetch.port_forbidden` until the operator opens it."""
    url = "https://issuer.example.org:8443/"
    with LoopbackHost(answer("HTTP/1.1 200 OK\nContent-Length: 0"), tls=authority.serve_as(HOST)) as host:
        with pytest.raises(BadgeError) as caught:
            fetcher_to(host, authority).fetch(url, max_bytes=1, accept="*/*")
        opened = GuardedFetcher(
            resolver=lambda _host, _port: (PUBLIC_ADDRESS,), dial=host.dial, tls=authority.trust(), ports=PORTS
        )
        opened.fetch(url, max_bytes=1, accept="*/*")
    assert caught.value.code == "fetch.port_forbidden"
    assert host.dialled == [(PUBLIC_ADDRESS, 8_443)]


def test_a_verification_makes_eight_requests(authority: TestAuthority) -> None:
    """The ninth request of one verification is `fetch.budget_exhausted` (T-32)."""
    with LoopbackHost(answer("HTTP/1.1 200 OK\nContent-Length: 0"), tls=authority.serve_as(HOST)) as host:
        fetcher = fetcher_to(host, authority).for_verification()
        for number in range(8):
            fetcher.fetch(f"https://issuer.example.org/{number}", max_bytes=1, accept="*/*")
        with pytest.raises(BadgeError) as caught:
            fetcher.fetch(URL, max_bytes=1, accept="*/*")
    assert (caught.value.code, len(host.dialled)) == ("fetch.budget_exhausted", 8)


def test_the_next_verification_has_its_own_budget(authority: TestAuthority) -> None:
    """A spent budget does not hurt anybody else."""
    with LoopbackHost(answer("HTTP/1.1 200 OK\nContent-Length: 0"), tls=authority.serve_as(HOST)) as host:
        shared = fetcher_to(host, authority)
        for _ in range(2):
            fetcher = shared.for_verification()
            for _ in range(8):
                fetcher.fetch(URL, max_bytes=1, accept="*/*")
    assert len(host.dialled) == 16
