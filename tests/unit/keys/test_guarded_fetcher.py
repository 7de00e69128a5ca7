"""The guarded fetcher against real TLS servers on this machine."""

from __future__ import annotations

import queue
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from keys import ALTERNATE_HTTPS_PORT, FetchBudget, GuardedFetcher
from keys.fetch_budget import Deadline
from keys.guarded_fetcher import dial_address, system_resolver
from schemas import BadgeError
from tests.doubles.loopback_hosts import PUBLIC_ADDRESS, LoopbackHost, TestAuthority, answer, read_request

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
URL = "https://issuer.example.org/issuers/weld"
HOST = "issuer.example.org"
PORTS = frozenset({443, ALTERNATE_HTTPS_PORT})


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> TestAuthority:
    """An authority for this module."""
    return TestAuthority(tmp_path_factory.mktemp("tls"))


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


class Ticking:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_a_verification_has_ten_seconds() -> None:
    """Ten seconds after its first request a verification asks nothing more."""
    clock = Ticking()
    budget = FetchBudget(monotonic=clock)
    clock.seconds += 1_000  # work before the first request does not count
    assert budget.take() == 10.0
    clock.seconds += 9.0
    assert budget.take() == pytest.approx(1.0)
    clock.seconds += 1.0
    with pytest.raises(BadgeError) as caught:
        budget.take()
    assert caught.value.code == "fetch.budget_exhausted"


@pytest.mark.parametrize("failure", [OSError("unknown"), UnicodeError("label too long")])
def test_unknown_names(failure: Exception) -> None:
    """A name that does not resolve is `fetch.host_unknown`."""

    def resolver(_host: str, _port: int) -> tuple[str, ...]:
        raise failure

    with pytest.raises(BadgeError) as caught:
        GuardedFetcher(resolver=resolver).fetch(URL, max_bytes=1, accept="*/*")
    assert caught.value.code == "fetch.host_unknown"


def test_a_name_without_addresses() -> None:
    """A name with no address is `fetch.host_unknown`."""
    with pytest.raises(BadgeError) as caught:
        GuardedFetcher(resolver=lambda _host, _port: ()).fetch(URL, max_bytes=1, accept="*/*")
    assert caught.value.code == "fetch.host_unknown"


def test_a_bug_in_the_resolver_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that is not about names is a bug: its traceback is printed, and it is no answer about the badge."""
    printed: queue.SimpleQueue[object] = queue.SimpleQueue()
    monkeypatch.setattr(threading, "excepthook", lambda failure: printed.put(failure.exc_type))

    def resolver(_host: str, _port: int) -> tuple[str, ...]:
        raise KeyError("bug")

    with pytest.raises(RuntimeError):
        GuardedFetcher(resolver=resolver).fetch(URL, max_bytes=1, accept="*/*")
    assert printed.get(timeout=5) is KeyError


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (ConnectionRefusedError(), "fetch.unreachable"),
        (TimeoutError(), "fetch.timeout"),
        (OSError(), "fetch.unreachable"),
    ],
)
def test_hosts_that_do_not_answer(failure: OSError, code: str) -> None:
    """No connection is `fetch.unreachable`, or `fetch.timeout` when it took too long."""

    def dial(_address: str, _port: int, _timeout: float) -> socket.socket:
        raise failure

    with pytest.raises(BadgeError) as caught:
        GuardedFetcher(resolver=lambda _host, _port: (PUBLIC_ADDRESS,), dial=dial).fetch(URL, max_bytes=1, accept="*/*")
    assert caught.value.code == code


def test_the_clock_stamps_the_document(authority: TestAuthority) -> None:
    """`fetched_at` is the injected clock's time, not the machine's."""
    later = NOW + timedelta(days=400)
    with LoopbackHost(answer("HTTP/1.1 200 OK\nContent-Length: 0"), tls=authority.serve_as(HOST)) as host:
        fetcher = GuardedFetcher(
            clock=lambda: later,
            resolver=lambda _host, _port: (PUBLIC_ADDRESS,),
            dial=host.dial,
            tls=authority.trust(),
        )
        assert fetcher.fetch(URL, max_bytes=1, accept="*/*").fetched_at == later


def test_the_system_resolver_gives_numbers() -> None:
    """A numeric host resolves to itself, once."""
    assert system_resolver("127.0.0.1", 443) == ("127.0.0.1",)


def test_dialling_a_number_connects() -> None:
    """A listener on this machine is reached by its number."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address, port = listener.getsockname()
        with dial_address(address, port, 5.0) as connection:
            assert connection.getpeername() == (address, port)


def test_dialling_a_closed_port_fails() -> None:
    """Nobody listens: an OSError, which the fetcher turns into its code."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address, port = listener.getsockname()
    with pytest.raises(OSError, match="refused"):
        dial_address(address, port, 5.0)


def test_a_deadline_that_passed() -> None:
    """Once the time is over nothing is awaited any more."""
    clock = Ticking()
    deadline = Deadline(2.0, monotonic=clock)
    clock.seconds += 1.5
    assert deadline.remaining_seconds() == 0.5
    clock.seconds += 0.5
    with pytest.raises(BadgeError) as caught:
        deadline.remaining_seconds()
    assert caught.value.code == "fetch.timeout"


def test_time_spent_before_the_handshake_counts(authority: TestAuthority) -> None:
    """When opening the connection used up the time, no handshake begins and nothing stays open."""
    clock = Ticking()
    with LoopbackHost(answer("HTTP/1.1 200 OK"), tls=authority.serve_as(HOST)) as host:

        def dial(address: str, port: int, timeout_seconds: float) -> socket.socket:
            clock.seconds += 11.0
            return host.dial(address, port, timeout_seconds)

        fetcher = GuardedFetcher(
            resolver=lambda _host, _port: (PUBLIC_ADDRESS,), dial=dial, tls=authority.trust(), monotonic=clock
        )
        with pytest.raises(BadgeError) as caught:
            fetcher.fetch(URL, max_bytes=1, accept="*/*")
    assert caught.value.code == "fetch.timeout"
