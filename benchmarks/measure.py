"""Takes times so that ratios hold: interleaved rounds in one process, CPU time, medians."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROUNDS = 7
MIN_SECONDS_PER_ROUND = 0.25


@dataclass(frozen=True, slots=True)
class Rate:
    """Operations per second of CPU time: median over the rounds."""

    per_second: float

    def ratio_to(self, other: Rate) -> float:
        """Return this rate as a share of `other`."""
        return self.per_second / other.per_second


def _one_round(operation: Callable[[], object], repeats: int) -> float:
    started = time.process_time()
    for _ in range(repeats):
        operation()
    return (time.process_time() - started) / repeats


def _repeats_for(operation: Callable[[], object]) -> int:
    operation()
    seconds = max(_one_round(operation, 1), 1e-6)
    return max(1, int(MIN_SECONDS_PER_ROUND / seconds))


def measure(operations: Mapping[str, Callable[[], object]]) -> dict[str, Rate]:
    """Return the rate of each operation, taken in turn so that a drifting clock hits all alike."""
    repeats = {name: _repeats_for(operation) for name, operation in operations.items()}
    seconds: dict[str, list[float]] = {name: [] for name in operations}
    for _ in range(ROUNDS):
        for name, operation in operations.items():
            seconds[name].append(_one_round(operation, repeats[name]))
    return {name: Rate(1 / statistics.median(values)) for name, values in seconds.items()}
