"""Whoever presents a badge can spend our look-ups and our time; that is no outage of the issuer's host."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from keys import CachingFetcher, DocumentCache, FetchBudget, GuardedFetcher, resolve_controller_document
from schemas import FetchError
from tests.doubles.issuer_simulator import NOW, STATUS_URL, IssuerSimulator, compose_status_entry
from tests.doubles.loopback_hosts import PUBLIC_ADDRESS, LoopbackHost, TestAuthority, answer
from verifier import CheckName, StatusCache

if TYPE_CHECKING:
    import socket
    from pathlib import Path

MORNING = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
OTHER_HOST = "slow.example.net"
HOST = "college.example.edu"


class Ticking:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class Dialler:
    """Opens no connection; each attempt lasts as long as its host wastes."""

    def __init__(self, clock: Ticking, wasted_seconds: dict[str, float]) -> None:
        self.clock = clock
        self.wasted_seconds = wasted_seconds
        self.dialled: list[str] = []

    def __call__(self, address: str, _port: int, timeout_seconds: float) -> socket.socket:
        self.dialled.append(address)
        self.clock.seconds += min(timeout_seconds, self.wasted_seconds[address])
        raise TimeoutError


ADDRESSES = {OTHER_HOST: "8.8.8.8", HOST: "9.9.9.9"}


def fetcher_with(dial: Dialler) -> GuardedFetcher:
    """Return the fetcher of one verification, on the dialler's clock."""
    return GuardedFetcher(
        resolver=lambda host, _port: (ADDRESSES[host],),
        dial=dial,
        budget=FetchBudget(monotonic=dial.clock),
        monotonic=dial.clock,
    )


def code_of(fetcher: GuardedFetcher, host: str) -> str:
    """Return how a fetch from `host` ends."""
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(f"https://{host}/keys", max_bytes=1, accept="*/*")
    return caught.value.code


def test_time_that_another_host_used_up() -> None:
    """A host that got the rest of a second because another was slow is not called silent."""
    fetcher = fetcher_with(Dialler(Ticking(), {"8.8.8.8": 9.5, "9.9.9.9": 10.0}))
    assert [code_of(fetcher, OTHER_HOST), code_of(fetcher, HOST)] == ["fetch.timeout", "fetch.budget_exhausted"]


def test_host_that_was_silent_is_not_asked_again() -> None:
    """The second document of a silent host is its outage too, and costs nothing."""
    dial = Dialler(Ticking(), {"9.9.9.9": 10.0})
    fetcher = fetcher_with(dial)
    assert [code_of(fetcher, HOST), code_of(fetcher, HOST)] == ["fetch.timeout", "fetch.timeout"]
    assert dial.dialled == ["9.9.9.9"]


def test_spent_budget_lets_no_kept_keys_stand_in() -> None:
    """Keys of hours ago are not used because a badge asked for too much; they are still there for an outage."""
    world = IssuerSimulator()
    issuer = world.add_issuer()
    clock = [MORNING]
    fetcher = CachingFetcher(world, cache=DocumentCache(), clock=lambda: clock[0])
    world.now = MORNING
    resolve_controller_document(issuer.id, fetcher=fetcher)
    clock[0] += timedelta(hours=1)
    world.break_down(issuer.document_url, code="fetch.budget_exhausted")
    with pytest.raises(FetchError, match="budget_exhausted"):
        resolve_controller_document(issuer.id, fetcher=fetcher)
    world.break_down(issuer.document_url, code="fetch.unreachable")
    assert resolve_controller_document(issuer.id, fetcher=fetcher).id == issuer.id


def test_spent_budget_lets_no_kept_status_list_stand_in() -> None:
    """A badge revoked since does not come out good by spending the budget before its list is asked for."""
    issuer = IssuerSimulator().add_issuer()
    document = issuer.compose_status_list()
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    subject["ttl"] = 6 * 3_600_000
    issuer.world.publish(STATUS_URL, issuer.sign(document))
    cache = StatusCache()
    badge = issuer.issue(credentialStatus=compose_status_entry())
    assert issuer.world.verify(badge, status_cache=cache)
    issuer.world.break_down(STATUS_URL, code="fetch.budget_exhausted")
    report = issuer.world.verify(badge, status_cache=cache, now=NOW + timedelta(hours=1))
    assert report.check(CheckName.STATUS).code == "status.unavailable"


def test_spent_count_of_look_ups(tmp_path: Path) -> None:
    """The ninth look-up of one verification lets no kept keys stand in, though its host is up."""
    authority = TestAuthority(tmp_path)
    url = f"https://{HOST}/keys"
    accept = "application/jwk-set+json, application/json;q=0.9"
    clock = [MORNING]
    cache = DocumentCache()
    with LoopbackHost(answer("HTTP/1.1 200 OK\nContent-Length: 2", b"{}"), tls=authority.serve_as(HOST)) as host:
        guarded = GuardedFetcher(
            resolver=lambda _host, _port: (PUBLIC_ADDRESS,),
            dial=host.dial,
            tls=authority.trust(),
            clock=lambda: clock[0],
        )
        CachingFetcher(guarded, cache=cache, clock=lambda: clock[0]).fetch(url, max_bytes=10, accept=accept)
        clock[0] += timedelta(hours=1)
        fetcher = CachingFetcher(guarded.for_verification(), cache=cache, clock=lambda: clock[0])
        for number in range(8):
            fetcher.fetch(f"https://{HOST}/{number}", max_bytes=10, accept="*/*")
        with pytest.raises(FetchError, match="budget_exhausted"):
            fetcher.fetch(url, max_bytes=10, accept=accept)
