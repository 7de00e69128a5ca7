"""A thread that keeps to one core, as those of the server do that answer requests."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")
needs_affinity = pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="this system does not keep threads to cores"
)


def every_core() -> set[int]:
    """Return the cores that this process may use."""
    return os.sched_getaffinity(os.getpid())


def in_thread(work: Callable[[], Result]) -> Result:
    """Return what a new thread found."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(work).result()


def on_one_core(work: Callable[[], Result]) -> Result:
    """Return what a new thread found that keeps to one core."""

    def narrow() -> Result:
        os.sched_setaffinity(0, {min(every_core())})
        return work()

    return in_thread(narrow)
