"""One core for what takes turns, every core for what does not (docs/adr/0034).

The server keeps to one core, and what a thread starts, be it a process or another thread, inherits that. A child
process does its own work, with an interpreter of its own, and a password is hashed without Python's lock: both gain by
the other cores, and the requests by their own.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True)
class _Narrowing:
    """What this process was given, and what it keeps to; both empty in a process that keeps to nothing."""

    given: set[int]
    kept: set[int]


_narrowing = _Narrowing(set(), set())


def keep_to_core(core: int) -> None:
    """Let the calling thread, and every thread that it starts from now on, run on one core only.

    Raises:
        OSError: The kernel refuses: nothing has changed.
    """
    given = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    _narrowing.given, _narrowing.kept = given, {core}


@contextmanager
def on_every_core() -> Iterator[None]:
    """Let the calling thread, and what it starts meanwhile, run wherever this process may; then as before.

    Does nothing in a thread that does not keep to the one core, and where the kernel refuses.
    """
    is_wide = _widen()
    try:
        yield
    finally:
        if is_wide:
            # Refused when the core was taken away meanwhile: then the thread may as well use those that are left.
            with suppress(OSError):
                os.sched_setaffinity(0, _narrowing.kept)


def _widen() -> bool:
    """Whether the thread kept to the one core, and may now use all."""
    # Whom somebody else set to other cores, as an administrator may, stays there.
    with suppress(OSError):
        if _narrowing.kept and os.sched_getaffinity(0) == _narrowing.kept:
            os.sched_setaffinity(0, _narrowing.given)
            return True
    return False
