"""What a request costs the server that `make run` starts: a bare answer, and the verification of a badge.

CPU time of the server's processes, divided by the requests they answered. Every fifty requests come in the name of
another client, through a proxy that the site was told of, since one client may ask only sixty times a minute.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

START_SECONDS = 60
SECONDS_PER_ROUND = 1.0
ROUNDS = 5
REQUESTS_OF_ONE_CLIENT = 50
VERIFY_PATH = "/api/vc/credentials/verify"
HELLO_PATH = "/hello"
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 0
_STAT_USER_TIME = 11  # proc(5): fields after the name of the command, from 0
_STAT_PARENT = 1


@dataclass(frozen=True, slots=True)
class RequestCost:
    """CPU time of the server for one request, and how many it answered for it."""

    microseconds: float
    requests: int


def can_measure() -> bool:
    """Whether this system tells what CPU time another process took."""
    return Path("/proc/self/stat").exists()


def _stat(process: str) -> list[str]:
    return Path("/proc", process, "stat").read_text("ascii", "replace").rpartition(")")[2].split()


def _cpu_seconds(root: int) -> float:
    """Return the CPU time of a process and of all below it."""
    stats: dict[int, list[str]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stats[int(entry.name)] = _stat(entry.name)
            except OSError:
                continue  # it ended in between
    family = {root}
    while found := {number for number, stat in stats.items() if int(stat[_STAT_PARENT]) in family} - family:
        family |= found
    ticks = sum(
        int(stats[number][_STAT_USER_TIME]) + int(stats[number][_STAT_USER_TIME + 1])
        for number in family & stats.keys()
    )
    return ticks / _TICKS_PER_SECOND


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class RunningServer:
    """One server of ours.

    Args:
        process: Its first process.
        port: Where it listens.
    """

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process = process
        self._port = port
        self._asked = 0
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def ask(self, path: str, body: bytes | None = None) -> int:
        """Send one request and return the status of the answer."""
        self._asked += 1
        number = self._asked // REQUESTS_OF_ONE_CLIENT
        headers = {"X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        self._connection.request("GET" if body is None else "POST", path, body, headers)
        response = self._connection.getresponse()
        response.read()
        return response.status

    def wait(self) -> None:
        """Return as soon as it answers.

        Raises:
            TimeoutError: It does not.
        """
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                self.ask(HELLO_PATH)
            except (OSError, http.client.HTTPException):
                self._connection.close()
                time.sleep(0.1)
            else:
                return
        raise TimeoutError("the server does not answer")

    def cost(self, path: str, body: bytes | None = None) -> RequestCost:
        """Ask for a while and return what one request cost the server.

        Raises:
            RuntimeError: An answer was not 200.
        """
        before, count, end = _cpu_seconds(self._process.pid), 0, time.monotonic() + SECONDS_PER_ROUND
        while time.monotonic() < end:
            status = self.ask(path, body)
            if status != http.client.OK:
                raise RuntimeError(f"{path} answers {status}")
            count += 1
        return RequestCost((_cpu_seconds(self._process.pid) - before) / count * 1e6, count)


@contextmanager
def _serve(target: str, home: Path) -> Iterator[RunningServer]:
    port = _free_port()
    command = [sys.executable, "-m", "benchmarks.http_targets", target, str(home), str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            server = RunningServer(process, port)
            server.wait()
            yield server
        finally:
            process.terminate()


def request_costs(badges: dict[str, bytes]) -> dict[str, RequestCost]:
    """Return what requests cost: `hello` of the bare server, `page` of the site, and verifying each badge.

    Args:
        badges: Signed badges that verify without a network, by name.
    """
    bodies = {name: json.dumps({"verifiableCredential": json.loads(badge)}).encode() for name, badge in badges.items()}
    found: dict[str, list[RequestCost]] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        _serve("hello", Path(folder)) as hello,
        _serve("site", Path(folder)) as site,
    ):
        for _ in range(ROUNDS):
            found.setdefault("hello", []).append(hello.cost(HELLO_PATH))
            for name, body in bodies.items():
                found.setdefault(name, []).append(site.cost(VERIFY_PATH, body))
    return {name: sorted(costs, key=lambda cost: cost.microseconds)[ROUNDS // 2] for name, costs in found.items()}
