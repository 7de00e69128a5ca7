"""Room for fetches that wait: so many in all, so many for one host, and some that strangers cannot fill."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from credentials.sandbox import MAX_CHILDREN
from keys import NetworkShare, SharedFetcher
from keys.network_share import (
    MAX_KNOWN_AT_ONCE,
    MAX_PER_ASKER_AT_ONCE,
    MAX_PER_HOST_AT_ONCE,
    MAX_STRANGERS_AT_ONCE,
)
from schemas import FetchError
from skillmark.server import BLOCKING_THREADS
from tests.doubles.issuer_simulator import IssuerSimulator

if TYPE_CHECKING:
    from collections.abc import Iterator

KNOWN = "college.example.edu"


@pytest.fixture
def share() -> NetworkShare:
    return NetworkShare(is_known=lambda host: host == KNOWN, max_wait_seconds=0.0)


@pytest.fixture
def full_of_strangers(share: NetworkShare) -> Iterator[NetworkShare]:
    """As many strangers' hosts as there is room for, each slow."""
    with ExitStack() as stack:
        for number in range(MAX_STRANGERS_AT_ONCE):
            stack.enter_context(share.hold(f"https://slow{number}.example.org/"))
        yield share


def is_refused(share: NetworkShare, url: str) -> bool:
    try:
        with share.hold(url):
            return False
    except FetchError as error:
        return error.code == "fetch.busy"


def test_slow_hosts_never_hold_every_thread() -> None:
    """All room taken, every child that reads files, and as many uploads that wait for one: threads are left."""
    assert MAX_STRANGERS_AT_ONCE + MAX_KNOWN_AT_ONCE + 2 * MAX_CHILDREN < BLOCKING_THREADS


def test_one_stranger_too_many(full_of_strangers: NetworkShare) -> None:
    """Who finds no room is told so."""
    assert is_refused(full_of_strangers, "https://other.example.org/")


def test_known_host_beside_many_strangers(full_of_strangers: NetworkShare) -> None:
    """A host on the reader's own list has room of its own."""
    assert not is_refused(full_of_strangers, f"https://{KNOWN}/did.json")


def test_one_slow_host(share: NetworkShare) -> None:
    """A host that holds its share is not asked again, others are."""
    with ExitStack() as stack:
        for _ in range(MAX_PER_HOST_AT_ONCE):
            stack.enter_context(share.hold("https://slow.example.org/a"))
        assert is_refused(share, "https://SLOW.example.org/b")
        assert not is_refused(share, "https://quick.example.org/")


def test_room_is_given_back(share: NetworkShare) -> None:
    """Room that was used, also by a fetch that failed, is free again."""
    world = IssuerSimulator()
    fetcher = SharedFetcher(world, share=share)
    for _ in range(MAX_STRANGERS_AT_ONCE + 1):
        with pytest.raises(FetchError, match="404"):
            fetcher.fetch("https://gone.example.org/", max_bytes=10, accept="*/*")
    assert len(world.asked) == MAX_STRANGERS_AT_ONCE + 1


def test_a_rush_of_quick_fetches_waits_its_turn() -> None:
    """Room that comes free within the wait is taken."""
    share = NetworkShare(max_wait_seconds=5.0)
    with ExitStack() as stack:
        for _ in range(MAX_PER_HOST_AT_ONCE):
            stack.enter_context(share.hold("https://quick.example.org/"))
        released = stack.pop_all()
        threading.Timer(0.05, released.close).start()
        assert not is_refused(share, "https://quick.example.org/")


def test_address_without_a_host_is_left_to_the_fetcher(share: NetworkShare) -> None:
    """What is wrong with an address is said by the one who fetches it."""
    assert not is_refused(share, "https://[::1/")


def test_one_asker_leaves_room_for_others(share: NetworkShare) -> None:
    """Whose hosts, of any name, are slow holds a part of the room; known hosts are asked for everybody."""
    with ExitStack() as stack:
        for number in range(MAX_PER_ASKER_AT_ONCE):
            stack.enter_context(share.hold(f"https://slow{number}.example.org/", asker="198.51.100.7"))
        with pytest.raises(FetchError, match="busy"), share.hold("https://more.example.org/", asker="198.51.100.7"):
            pass
        with share.hold(f"https://{KNOWN}/did.json", asker="198.51.100.7"):
            pass
        with share.hold("https://other.example.org/", asker="198.51.100.8"):
            pass
    with share.hold("https://more.example.org/", asker="198.51.100.7"):
        pass
