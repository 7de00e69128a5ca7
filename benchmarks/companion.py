"""Keeps another core as busy as a client of the server does, which alone makes a loop on this one slower.

Cores share caches, memory and power. A request is measured while a client sends the next one; for what is measured in
this process, with nothing else to do on the machine, the companion does that much: it sends some kilobytes to itself,
again and again, until it is ended.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MESSAGE_BYTES = 8_000  # as the larger badge of `benchmarks.inputs`


@contextmanager
def companion() -> Iterator[None]:
    """Keep another core busy until the block ends."""
    command = [sys.executable, "-m", "benchmarks.companion"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            process.stdout.readline()  # it is at work
            yield
        finally:
            process.kill()


def _keep_busy() -> None:
    parent = os.getppid()
    here, there = socket.socketpair()
    message = bytes(MESSAGE_BYTES)
    print(flush=True)
    while os.getppid() == parent:  # ends when nobody is left who would end it
        here.sendall(message)
        received = 0
        while received < MESSAGE_BYTES:
            received += len(there.recv(MESSAGE_BYTES))


if __name__ == "__main__":
    _keep_busy()
