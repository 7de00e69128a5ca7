"""A moving window for each limited view, whose memory is bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Flask, Response

from pages.errors import TooManyRequestsError
from pages.rate_limits import MAX_CLIENTS, Limiter

if TYPE_CHECKING:
    from collections.abc import Callable


class World:
    """Who asks, and when."""

    def __init__(self) -> None:
        self.client = "a"
        self.now = 1_000.0
        self.limiter = Limiter(lambda: self.client, seconds=lambda: self.now)

    def asks(self, view: Callable[[], object]) -> bool:
        with Flask("test").test_request_context():
            try:
                view()
            except TooManyRequestsError:
                return False
            return True


def test_one_too_many_is_refused_until_the_oldest_is_old() -> None:
    """Three a minute: the fourth waits until a minute after the first, and says how long."""
    world = World()
    view = world.limiter.limit("3 per minute")(lambda: "x")
    for moment in (1_000.0, 1_010.0, 1_020.0):
        world.now = moment
        assert world.asks(view)
    world.now = 1_030.5
    with pytest.raises(TooManyRequestsError) as caught:
        view()
    assert caught.value.wait_seconds == 30
    assert caught.value.status == 429
    world.now = 1_060.0
    assert world.asks(view)
    assert not world.asks(view)


def test_refused_requests_do_not_count() -> None:
    """Asking on while one waits does not make the wait longer."""
    world = World()
    view = world.limiter.limit("1 per second")(lambda: "x")
    assert world.asks(view)
    assert not any(world.asks(view) for _ in range(50))
    world.now += 1
    assert world.asks(view)


def test_clients_and_views_have_counts_of_their_own() -> None:
    """Nobody waits for what another did, or for what was asked elsewhere."""
    world = World()
    first, second = (world.limiter.limit("1 per hour")(lambda: "x") for _ in range(2))
    assert world.asks(first)
    assert world.asks(second)
    world.client = "b"
    assert world.asks(first)
    assert not world.asks(first)


def test_only_chosen_answers_count() -> None:
    """With `deduct_when`, an answer that does not count leaves the count as it was."""
    world = World()
    answers = iter([200, 401, 200, 401])
    view = world.limiter.limit("2 per minute", deduct_when=lambda response: response.status_code == 401)(
        lambda: Response(status=next(answers))
    )
    assert [world.asks(view) for _ in range(5)] == [True, True, True, True, False]


def test_memory_is_bounded() -> None:
    """However many clients ask, only so many are remembered; the one that asked longest ago goes first."""
    world = World()
    view = world.limiter.limit("1 per hour")(lambda: "x")
    for number in range(MAX_CLIENTS + 1):
        world.client = str(number)
        assert world.asks(view)
    assert not world.asks(view)
    world.client = "1"
    assert not world.asks(view)
    world.client = "0"
    assert world.asks(view)


@pytest.mark.parametrize("rate", ["", "5", "five per minute"])
def test_a_rate_that_is_none_fails_at_start(rate: str) -> None:
    """A limit that cannot be read never lets requests through."""
    with pytest.raises(ValueError, match="parse"):
        World().limiter.limit(rate)
