"""A moving window for each limited view."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from flask import Flask, Response

from pages.errors import TooManyRequestsError
from pages.rate_limits import Limiter

if TYPE_CHECKING:
    from collections.abc import Callable


class World:
    """Who asks."""

    def __init__(self) -> None:
        self.client = "a"
        self.limiter = Limiter(lambda: self.client)

    def asks(self, view: Callable[[], object]) -> bool:
        with Flask("test").test_request_context():
            try:
                view()
            except TooManyRequestsError:
                return False
            return True


def test_one_too_many_is_refused_and_told_how_long_to_wait() -> None:
    """Three an hour: the fourth is refused, and an hour later there is room for certain."""
    world = World()
    view = world.limiter.limit("3 per hour")(lambda: "x")
    assert [world.asks(view) for _ in range(3)] == [True] * 3
    with pytest.raises(TooManyRequestsError) as caught:
        view()
    assert caught.value.wait_seconds == 3600
    assert caught.value.status == 429


def test_window_moves_on() -> None:
    """After the time of a window one may ask again, also when asking went on meanwhile."""
    world = World()
    view = world.limiter.limit("1 per second")(lambda: "x")
    assert world.asks(view)
    deadline = time.monotonic() + 20
    while not world.asks(view):
        assert time.monotonic() < deadline
        time.sleep(0.05)


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


@pytest.mark.parametrize("rate", ["", "5", "5 per fortnight", "five per minute"])
def test_a_rate_that_is_none_fails_at_start(rate: str) -> None:
    """A limit that cannot be read never lets requests through."""
    with pytest.raises(ValueError, match="rate|granularity"):
        World().limiter.limit(rate)
