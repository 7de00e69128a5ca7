"""A thread that keeps to one core, as those of the server do."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import pytest

from schemas import every_core as product
from schemas import keep_to_core

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Result = TypeVar("Result")
needs_affinity = pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="this system does not keep threads to cores"
)


def every_core() -> set[int]:
    """Return the cores that this process may use; its first thread is never set by a test."""
    return os.sched_getaffinity(os.getpid())


@contextmanager
def forgotten() -> Iterator[None]:
    """Let this process keep to nothing again afterwards."""
    try:
        yield
    finally:
        product._narrowing.given, product._narrowing.kept = set(), set()


def in_thread(work: Callable[[], Result]) -> Result:
    """Return what a new thread found."""
    with forgotten(), ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(work).result()


def on_one_core(work: Callable[[], Result]) -> Result:
    """Return what a new thread found that keeps to one core."""

    def narrow() -> Result:
        keep_to_core(min(every_core()))
        return work()

    return in_thread(narrow)
