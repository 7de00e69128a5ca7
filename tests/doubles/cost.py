"""What an action costs, as a multiple of a yardstick: a number that is the same on a slow machine and on a fast one.

No test asserts seconds of CPU: the same code takes three times as long on a shared machine as on a quiet one, and
longer again while its neighbour works. So each cost is a ratio to a fixed piece of work that is timed in the same
process, a moment before. What noise is left only ever adds to a cost, never takes from it: the smallest of some tries
is nearest to the truth, and a single try under the limit is proof enough.

An action must do its whole work each time it is called: what it remembers from the first try is free in the second.
"""

from __future__ import annotations

import gc
import hashlib
import json
import resource
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Meter = Callable[[], float]  # seconds, counted from any moment

T = TypeVar("T")

TRIES: Final = 5
# A neighbour slows an action by two or three times; what costs more than this many times its limit is not noise, and
# further tries of something that takes so long would only keep everybody waiting.
NOISE: Final = 6.0
# Twice the work costs twice as much, n log n little more, quadratic work four times as much.
MAX_GROWTH: Final = 3.0
YARDSTICK_RUNS: Final = 3  # the smallest of them counts
YARDSTICK_KEPT_SECONDS: Final = 1.0  # a neighbour that begins to work does so for longer than this
SHORTEST_SECONDS: Final = 0.004  # what takes less is done several times over when two costs are compared

_MEMBERS: Final = 700
_TEXT: Final = json.dumps({f"member{number}": [number, {"name": f"Skill {number}"}] for number in range(_MEMBERS)})


def children_time() -> float:
    """Return the CPU seconds of all child processes that have ended (a `Meter`)."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def thread_and_children_time() -> float:
    """Return the CPU seconds of this thread and of all child processes that have ended (a `Meter`)."""
    return time.thread_time() + children_time()


def cost_of(action: Callable[[], object], *, meter: Meter = time.thread_time) -> float:
    """Return what one call of `action` costs now, in yardsticks; noise is in it.

    Args:
        action: The whole work, and nothing that prepares it.
        meter: Whose CPU counts: this thread's, `children_time` or `thread_and_children_time`.
    """
    with _undisturbed():
        yardstick = _YARDSTICK.seconds()
        _, seconds = _timed(action, meter)
    return seconds / yardstick


def within_cost(limit: float, action: Callable[[], T], *, meter: Meter = time.thread_time) -> T:
    """Return what `action` returns, and fail when no try of it costs at most `limit` yardsticks.

    Args:
        limit: Three to four times what the action is seen to cost, at the least.
        action: The whole work, and nothing that prepares it; called up to `TRIES` times.
        meter: Whose CPU counts: this thread's, `children_time` or `thread_and_children_time`.

    Raises:
        AssertionError: every try costs more.
    """
    costs: list[float] = []
    while len(costs) < TRIES and (not costs or costs[-1] <= NOISE * limit):
        with _undisturbed():
            yardstick = _YARDSTICK.seconds()
            value, seconds = _timed(action, meter)
        costs.append(seconds / yardstick)
        if costs[-1] <= limit:
            return value
        _YARDSTICK.forget()
    raise AssertionError(f"costs {min(costs):.2f} yardsticks at the least of {len(costs)} tries, and may cost {limit}")


def assert_linear(build: Callable[[int], Callable[[], object]], *, size: int, limit: float = MAX_GROWTH) -> None:
    """Fail when twice the input costs more than `limit` times as much.

    Args:
        build: Makes the action for an input of a size; what it does itself is not counted.
        size: The smaller of the two inputs; large enough that what every call costs does not hide the growth.
        limit: Greatest growth that is allowed.

    Raises:
        AssertionError: every try grows more.
    """
    small, large = build(size), build(2 * size)
    growths: list[float] = []
    with _undisturbed():
        _, once = _timed(small, time.thread_time)
        repeats = max(1, round(SHORTEST_SECONDS / max(once, 1e-9)))
        while len(growths) < TRIES and (not growths or growths[-1] <= NOISE * limit):
            growths.append(_repeated(large, repeats) / _repeated(small, repeats))
            if growths[-1] <= limit:
                return
    raise AssertionError(f"twice the input costs {min(growths):.2f} times as much, and may cost {limit} times")


def yardsticks_to_seconds(cost: float) -> float:
    """Return the CPU seconds of a cost on this machine now: for a timer that stops what would never end."""
    with _undisturbed():
        return cost * _YARDSTICK.seconds()


class _Yardstick:
    """The time that a fixed piece of work takes: Python code, JSON and hashing, as in a verification."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._measured_at = float("-inf")

    def seconds(self) -> float:
        if time.monotonic() - self._measured_at > YARDSTICK_KEPT_SECONDS:
            self._seconds = min(_timed(_fixed_work, time.thread_time)[1] for _ in range(YARDSTICK_RUNS))
            self._measured_at = time.monotonic()
        return self._seconds

    def forget(self) -> None:
        self._measured_at = float("-inf")


_YARDSTICK = _Yardstick()


def _fixed_work() -> str:
    digest = hashlib.sha256()
    for turn in range(20):
        document = json.loads(_TEXT)
        lines = [f"{turn} {key} {value[1]['name'].lower()} {value[0] * 7 % 13}" for key, value in document.items()]
        for line in sorted(lines, key=lambda line: line[::-1]):
            digest.update(line.encode())
    return digest.hexdigest()


def _timed(action: Callable[[], T], meter: Meter) -> tuple[T, float]:
    start = meter()
    value = action()
    return value, meter() - start


def _repeated(action: Callable[[], object], repeats: int) -> float:
    start = time.thread_time()
    for _ in range(repeats):
        action()
    return time.thread_time() - start


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold off what is no part of the action: the coverage meter, and the collector's walks over the whole test run."""
    tracer, collects = sys.gettrace(), gc.isenabled()
    sys.settrace(None)
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
        sys.settrace(tracer)
