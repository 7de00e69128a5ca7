"""A command that serves, started as a process of its own on this machine, with what it prints."""

from __future__ import annotations

import http.client
import itertools
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

START_SECONDS = 90
PAUSE_SECONDS = 0.2
# Below those that a system gives to outgoing connections by itself, so that none of them takes a port that was found
# free; above those that browsers refuse. Each worker of pytest-xdist has some of its own.
FIRST_PORT, PORTS_OF_A_WORKER, MOST_WORKERS = 10_100, 350, 64
_STEPS = itertools.count()


def free_port() -> int:
    """Return a port that nobody listens on, and that no other test of this run is told."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = FIRST_PORT + worker % MOST_WORKERS * PORTS_OF_A_WORKER
    for step in itertools.islice(_STEPS, PORTS_OF_A_WORKER):
        port = first + step % PORTS_OF_A_WORKER
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    pytest.fail("no port is free")


def get(port: int, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Return status and body of a page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers=dict(headers or {}))
        response = connection.getresponse()
        return response.status, response.read().decode("utf-8", "replace")
    finally:
        connection.close()


@contextmanager
def running(command: Sequence[str], *, home: Path, port: int) -> Iterator[Path]:
    """Run `skillmark` with these words until the block ends, and give the file with what it prints."""
    log = home.parent / "server.log"
    with (
        log.open("w") as output,
        subprocess.Popen(
            [sys.executable, "-m", "skillmark", *command, "--port", str(port)],
            env={**os.environ, "SKILLMARK_HOME": str(home)},
            stdout=output,
            stderr=output,
            text=True,
        ) as server,
    ):
        try:
            _wait_until_served(server, port)
            yield log
        finally:
            server.terminate()


def _wait_until_served(server: subprocess.Popen[str], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server stopped"
        try:
            get(port, "/")
        except OSError:
            time.sleep(PAUSE_SECONDS)
        else:
            return
    pytest.fail(f"nothing answered within {START_SECONDS} s")
