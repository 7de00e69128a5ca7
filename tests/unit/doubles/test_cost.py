"""The measure of cost fails what is slow, and not what a busy machine or the coverage meter makes slow."""

from __future__ import annotations

import gc
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.doubles import cost
from tests.doubles.cost import assert_linear, children_time, cost_of, thread_and_children_time, within_cost

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = 300


def compare_all_with_all(size: int) -> Callable[[], int]:
    """Return work that grows with the square of its input."""
    return lambda: sum(left == right for left in range(size) for right in range(size))


def read_once(size: int) -> Callable[[], int]:
    """Return work that grows with its input, and is as much as the other at size `SIZE`."""
    return lambda: sum(number == size for number in range(SIZE * size))


def test_quadratic_work_is_caught_by_its_growth() -> None:
    """Twice the input for four times the cost fails."""
    with pytest.raises(AssertionError, match="twice the input costs"):
        assert_linear(compare_all_with_all, size=SIZE)


def test_linear_work_grows_as_its_input() -> None:
    """Twice the input for twice the cost passes."""
    assert_linear(read_once, size=SIZE)


def test_quadratic_work_is_caught_by_its_cost() -> None:
    """A limit with room for four times the cost of an input stops quadratic work on one of ten times its size."""
    limit = 4 * max(cost_of(read_once(SIZE)), cost_of(compare_all_with_all(SIZE)))
    within_cost(limit, read_once(SIZE))
    with pytest.raises(AssertionError, match="may cost"):
        within_cost(limit, compare_all_with_all(10 * SIZE))


def test_what_is_far_too_slow_is_tried_once() -> None:
    """Nobody waits for five tries of something that no noise explains."""
    tries: list[None] = []

    def work() -> None:
        tries.append(None)
        compare_all_with_all(SIZE)()

    with pytest.raises(AssertionError, match="1 tries"):
        within_cost(0.001, work)
    assert len(tries) == 1


def test_one_good_try_is_enough() -> None:
    """What was slow by its neighbours' work is tried again."""
    sizes = iter((3_000, 3_000, 1))
    limit = cost_of(lambda: sum(range(3_000 * SIZE))) / 2
    assert within_cost(limit, lambda: sum(range(next(sizes) * SIZE))) == sum(range(SIZE))


def test_an_error_of_the_action_is_not_hidden() -> None:
    """What the action raises comes through, and collector and coverage meter are as before."""
    before = (gc.isenabled(), sys.gettrace())
    with pytest.raises(ZeroDivisionError):
        within_cost(1.0, lambda: 1 // 0)
    assert (gc.isenabled(), sys.gettrace()) == before


def test_coverage_meter_and_collector_are_off_meanwhile() -> None:
    """Neither is a part of what an action costs."""
    assert within_cost(1.0, lambda: (gc.isenabled(), sys.gettrace())) == (False, None)


def test_child_processes_are_not_this_thread() -> None:
    """A meter of children sees no work of ours, and that of both does."""
    work = compare_all_with_all(SIZE)
    assert cost_of(work, meter=children_time) == 0
    assert cost_of(work, meter=thread_and_children_time) > 0


def test_yardstick_is_measured_anew_after_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that has become slow has a slow yardstick too."""
    moments = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: moments[0])
    yardstick = cost._Yardstick()
    measured = []
    for moment in (0.0, 0.5, 2.0):
        moments[0] = moment
        measured.append(yardstick.seconds())
    assert measured[0] == measured[1]
    assert measured[1] != measured[2]
