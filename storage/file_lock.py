"""Locks between processes that the kernel frees when their holder dies."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from schemas import LedgerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_POLL_SECONDS = 0.002


@contextmanager
def file_lock(path: Path, *, wait_seconds: float, code: str) -> Iterator[None]:
    """Hold an exclusive lock on `path`, against other processes and other threads of this one.

    `flock` and not `lockf`: a POSIX lock would be lost when any other handle on the file closes.

    Raises:
        LedgerError: With `code`, when another holder keeps the lock for longer than `wait_seconds`.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() >= deadline:
                    raise LedgerError(code) from error
            time.sleep(_POLL_SECONDS)
        yield
    finally:
        os.close(descriptor)
