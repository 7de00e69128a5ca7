"""Every child process of the sandbox taken, for exactly as long as a test wants it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from credentials import ChildLimits, run_limited
from credentials.sandbox import MAX_CHILDREN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TARGET: Final = "tests.doubles.taken_children:hold"
_LEAVE: Final = "leave"
_PAUSE_SECONDS: Final = 0.02
_PATIENCE: Final = ChildLimits(wall_seconds=120.0)  # a slow machine is no error


def hold(payload: bytes) -> bytes:
    """Say by an empty folder that this child runs, and run until it is told to leave; runs in the child."""
    import os  # noqa: PLC0415 - the child loads them only here
    from pathlib import Path  # noqa: PLC0415

    folder = Path(payload.decode())
    (folder / str(os.getpid())).mkdir()
    while not (folder / _LEAVE).exists():
        time.sleep(_PAUSE_SECONDS)
    return b"left"


@contextmanager
def all_children_taken(folder: Path) -> Iterator[None]:
    """Take every child process until the block ends.

    Args:
        folder: An empty one, where the children and the test talk to each other.
    """
    payload = str(folder).encode()
    with ThreadPoolExecutor(max_workers=MAX_CHILDREN) as pool:
        holders = [
            pool.submit(run_limited, _TARGET, payload, code="request.resource_limit", limits=_PATIENCE)
            for _ in range(MAX_CHILDREN)
        ]
        try:
            while len(list(folder.iterdir())) < MAX_CHILDREN:
                assert not any(holder.done() for holder in holders), "a child did not stay"
                time.sleep(_PAUSE_SECONDS)
            yield
            # Nobody has left: whatever the block met, it met with every child taken.
            assert not any(holder.done() for holder in holders), "a child did not stay"
        finally:
            (folder / _LEAVE).mkdir()
        assert [holder.result() for holder in holders] == [b"left"] * MAX_CHILDREN
