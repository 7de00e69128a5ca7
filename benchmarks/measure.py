"""Takes times so that ratios hold: interleaved rounds in one process, CPU time, medians."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Timed = Callable[[int], float]  # CPU seconds for so many repeats

ROUNDS = 7
SLOW_ROUNDS = 3
MIN_SECONDS_PER_ROUND = 0.15


@dataclass(frozen=True, slots=True)
class Rate:
    """Operations per second of CPU time: median over the rounds."""

    per_second: float

    @property
    def microseconds(self) -> float:
        """CPU time of one operation."""
        return 1e6 / self.per_second

    def ratio_to(self, other: Rate) -> float:
        """Return this rate as a share of `other`."""
        return self.per_second / other.per_second


def in_process(operation: Callable[[], object]) -> Timed:
    """Return how to time a function of this process."""

    def run(repeats: int) -> float:
        started = time.process_time()
        for _ in range(repeats):
            operation()
        return time.process_time() - started

    return run


def _repeats_for(timed: Timed) -> int:
    timed(1)
    return max(1, int(MIN_SECONDS_PER_ROUND / max(timed(1), 1e-6)))


def measure(operations: Mapping[str, Callable[[], object]]) -> dict[str, Rate]:
    """Return the rate of each function of this process."""
    return measure_timed({name: in_process(operation) for name, operation in operations.items()})


def measure_slow(operations: Mapping[str, Callable[[], object]]) -> dict[str, Rate]:
    """Return the rate of functions that take long enough to be timed one by one."""
    timed = {name: in_process(operation) for name, operation in operations.items()}
    return _measure(timed, dict.fromkeys(timed, 1), SLOW_ROUNDS)


def measure_timed(operations: Mapping[str, Timed]) -> dict[str, Rate]:
    """Return the rate of each operation, taken in turn so that a drifting clock hits all alike."""
    return _measure(operations, {name: _repeats_for(timed) for name, timed in operations.items()}, ROUNDS)


def _measure(operations: Mapping[str, Timed], repeats: Mapping[str, int], rounds: int) -> dict[str, Rate]:
    seconds: dict[str, list[float]] = {name: [] for name in operations}
    for _ in range(rounds):
        for name, timed in operations.items():
            seconds[name].append(timed(repeats[name]) / repeats[name])
    return {name: Rate(1 / max(statistics.median(values), 1e-9)) for name, values in seconds.items()}
