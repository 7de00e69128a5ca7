"""What processes of a bulk run do in `tests/flow/test_bulk_copies.py`."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from pathlib import Path


def _open_end() -> socket.socket:
    return socket.socket(fileno=os.dup(0))


def tell() -> None:
    """Say what this process has of the one that started it."""
    found = {
        "descriptors": sorted(int(path.name) for path in Path("/proc/self/fd").iterdir()),
        "output": str(Path("/proc/self/fd/1").readlink()),
        "leads_session": os.getsid(0) == os.getpid(),
        "interrupt": signal.getsignal(signal.SIGINT) is signal.SIG_DFL,
        "parent": os.getppid(),
        "blocked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())),
    }
    _open_end().sendall(json.dumps(found).encode())


def wait_for_end() -> None:
    """Wait until nobody can speak to this process any more."""
    assert _open_end().recv(1) == b""


def fail() -> None:
    """Break off."""
    raise ValueError("as planned")


def sleep() -> None:
    """Do nothing for an hour."""
    time.sleep(3_600)
