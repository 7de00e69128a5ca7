"""Names, addresses and time: what the guarded fetcher does before and beside the exchange."""

from __future__ import annotations

import queue
import socket
import threading
from datetime import timedelta

import pytest

from keys import FetchBudget, GuardedFetcher
from keys.fetch_budget import Deadline
from keys.guarded_fetcher import dial_address, system_resolver
from schemas import BadgeError
from tests.doubles.loopback_fetches import HOST, NOW, URL
from tests.doubles.loopback_hosts import PUBLIC_ADDRESS, LoopbackHost, TestAuthority, answer


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
