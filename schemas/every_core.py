"""For work that may use every core, begun in a thread that keeps to one.

The threads that answer requests keep to one core (`skillmark.one_core`, docs/adr/0034), and what a thread starts, be it
a process or another thread, inherits that. A child process does its own work, with an interpreter of its own, and a
password is hashed without Python's lock: both gain by the other cores, and the requests by their own.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def on_every_core() -> Iterator[None]:
    """Let the calling thread, and what it starts meanwhile, run wherever this process may; then as before.

    Does nothing where threads cannot be kept to cores, or where the kernel refuses.
    """
    before = _widen()
    try:
        yield
    finally:
        if before:
            # Refused when the core was taken away meanwhile: then the thread may as well use those that are left.
            with suppress(OSError):
                os.sched_setaffinity(0, before)


def _widen() -> set[int]:
    """Return the cores that the thread kept to; none when nothing was changed."""
    if not hasattr(os, "sched_setaffinity"):
        return set()
    # The first thread answers no requests. Where it may run is where the process may, also after `taskset -p`.
    with suppress(OSError):
        before = os.sched_getaffinity(0)
        every = before | os.sched_getaffinity(os.getpid())
        if every != before:
            os.sched_setaffinity(0, every)
            return before
    return set()
