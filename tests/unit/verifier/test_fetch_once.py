"""One verification's view of the network."""

from __future__ import annotations

import pytest

from schemas import FetchError
from tests.doubles.issuer_simulator import IssuerSimulator
from verifier.fetch_once import FetchOnce

URL = "https://college.example.edu/x"


def fetch(fetcher: FetchOnce, url: str = URL, *, max_bytes: int = 100) -> bytes:
    return fetcher.fetch(url, max_bytes=max_bytes, accept="*/*").body


def test_an_answer_is_remembered() -> None:
    """The second question is answered without asking."""
    world = IssuerSimulator()
    world.publish(URL, b"{}")
    fetcher = FetchOnce(world)
    assert [fetch(fetcher), fetch(fetcher)] == [b"{}", b"{}"]
    assert world.asked == [URL]


def test_a_failure_is_remembered() -> None:
    """A silent host is not asked twice."""
    world = IssuerSimulator()
    fetcher = FetchOnce(world)
    for _ in range(2):
        with pytest.raises(FetchError, match=r"fetch\.http_status"):
            fetch(fetcher)
    assert world.asked == [URL]


def test_budget() -> None:
    """After so many addresses no other is asked."""
    world = IssuerSimulator()
    world.publish(URL, b"{}")
    fetcher = FetchOnce(world, max_fetches=1)
    fetch(fetcher)
    with pytest.raises(FetchError, match=r"fetch\.budget_exhausted"):
        fetch(fetcher, "https://college.example.edu/y")
    assert fetch(fetcher) == b"{}"


def test_remembered_answer_keeps_to_the_smaller_limit() -> None:
    """Each question has its own size limit."""
    world = IssuerSimulator()
    world.publish(URL, b"0123456789")
    fetcher = FetchOnce(world)
    fetch(fetcher, max_bytes=10)
    with pytest.raises(FetchError, match=r"fetch\.too_large"):
        fetch(fetcher, max_bytes=9)


def test_what_is_at_hand_counts_as_asked() -> None:
    """An answer that the verification has seen is given again, and takes its place in the budget."""
    world = IssuerSimulator()
    world.publish(URL, b"{}")
    seen = world.fetch(URL, max_bytes=100, accept="*/*")
    world.asked.clear()
    fetcher = FetchOnce(world, max_fetches=1, at_hand=seen)
    assert fetch(fetcher) == b"{}"
    with pytest.raises(FetchError, match=r"fetch\.budget_exhausted"):
        fetch(fetcher, "https://college.example.edu/y")
    assert world.asked == []
