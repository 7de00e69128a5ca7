"""What a request costs the server that `make run` starts, beside the same verification without a server.

CPU time of the server's processes, divided by the requests they answered, while `CONNECTIONS` connections keep it busy.
Whatever is measured is measured in turns, and of one and the same badge: a bare answer (`hello`), the verification of a
badge by the site, the verification alone in this process, and the verification in the place of a request: a bare server
that verifies a badge of its own and answers `hello`. In a loop that does nothing else a verification finds its code and
data in the caches of a core that it has for itself; the last of these tells what it costs where it does not. And the
loop is measured on an idle machine, a request beside a client that keeps another core busy: so the loop is measured
once more beside a companion that does as the client (`benchmarks.companion`).

Every fifty requests come in the name of another client, through a proxy that the site was told of, since one client may
ask only sixty times a minute.
"""

from __future__ import annotations

import http.client
import os
import re
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.bare_server import HELLO_PATH, HOST, verify_held, write_badge
from benchmarks.companion import companion
from benchmarks.measure import in_process

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

START_SECONDS = 60
CONNECTIONS = 16
SECONDS_PER_ROUND = 0.4
ROUNDS = 11
LOOPS_IN_PROCESS = 250
REQUESTS_OF_ONE_CLIENT = 50
VERIFY_PATH = "/api/vc/credentials/verify"
PORTS_TRIED = 1_000
RECEIVED_AT_ONCE = 256 * 1024  # bytes
_STAT_PARENT = 1  # proc(5): fields after the name of the command, from 0
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)\r\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpCosts:
    """CPU time in microseconds.

    Args:
        hello: A bare answer.
        site: One request to verify, by badge.
        in_place: One bare answer for which a badge was verified first, by badge.
        alone: One verification in a process that does nothing else, by badge.
        beside_client: The same while another process keeps another core busy, by badge.
    """

    hello: float
    site: Mapping[str, float]
    in_place: Mapping[str, float]
    alone: Mapping[str, float]
    beside_client: Mapping[str, float]


def can_measure() -> bool:
    """Whether this system tells what CPU time another process took."""
    return Path("/proc/self/schedstat").exists()


def _cpu_seconds(root: int) -> float:
    """Return the CPU time of a process and of all below it."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):  # it ended in between
                fields = (entry / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
                parents[int(entry.name)] = int(fields[_STAT_PARENT])
    family = {root}
    while found := {number for number, parent in parents.items() if parent in family} - family:
        family |= found
    threads = [thread for number in family for thread in Path("/proc", str(number), "task").iterdir()]
    return sum(int((thread / "schedstat").read_text("ascii").split()[0]) for thread in threads) / 1e9


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _free_port_beside(other: int | None) -> int:
    """Return a port for which a server keeps to the same core as for another one: what is compared shares it."""
    cores = len(os.sched_getaffinity(0))
    for _ in range(PORTS_TRIED):
        port = _free_port()
        if other is None or (port - other) % cores == 0:
            return port
    raise RuntimeError("no such port is free")


class _Connection:
    """One connection with one request under way at most."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port), timeout=START_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""

    def is_answered(self) -> bool:
        """Take in what came, and return whether that was the last of an answer.

        Raises:
            RuntimeError: The answer is not 200, or has no length.
        """
        self._received += self.socket.recv(RECEIVED_AT_ONCE)
        head, mark, body = self._received.partition(b"\r\n\r\n")
        if not mark:
            return False
        length = _LENGTH.search(head + b"\r\n")
        if not head.startswith(b"HTTP/1.1 200 ") or length is None:
            raise RuntimeError(f"the server answers {head[:80]!r}")
        if len(body) < int(length[1]):
            return False
        self._received = b""
        return True


class RunningServer:
    """One server of ours.

    Args:
        process: Its first process.
        port: Where it listens.
    """

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process = process
        self.port = port
        self._asked = 0
        self._connections: list[_Connection] = []

    def wait(self) -> None:
        """Return as soon as it answers, with connections to it.

        Raises:
            TimeoutError: It does not.
        """
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            asking = http.client.HTTPConnection(HOST, self.port, timeout=START_SECONDS)
            try:
                asking.request("GET", HELLO_PATH)
                asking.getresponse().read()
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
            else:
                self._connections = [_Connection(self.port) for _ in range(CONNECTIONS)]
                return
            finally:
                asking.close()
        raise TimeoutError("the server does not answer")

    def close(self) -> None:
        """Hang up."""
        for connection in self._connections:
            connection.socket.close()

    def cost(self, path: str, body: bytes | None = None) -> float:
        """Keep it busy for a while and return what one request cost it, in microseconds of CPU time."""
        before = _cpu_seconds(self._process.pid)
        count = self._keep_busy(path, body, until=time.monotonic() + SECONDS_PER_ROUND)
        return (_cpu_seconds(self._process.pid) - before) / count * 1e6

    def _keep_busy(self, path: str, body: bytes | None, *, until: float) -> int:
        """Return how many requests were answered; the last answer has come when this returns."""
        answered = 0
        with selectors.DefaultSelector() as selector:
            for connection in self._connections:
                connection.socket.sendall(self._compose(path, body))
                selector.register(connection.socket, selectors.EVENT_READ, connection)
            while selector.get_map():
                for key, _ in selector.select():
                    if key.data.is_answered():
                        answered += 1
                        if time.monotonic() < until:
                            key.data.socket.sendall(self._compose(path, body))
                        else:
                            selector.unregister(key.fileobj)
        return answered

    def _compose(self, path: str, body: bytes | None) -> bytes:
        self._asked += 1
        number = self._asked // REQUESTS_OF_ONE_CLIENT
        client = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        head = f" {path} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\nX-Forwarded-For: {client}\r\n"
        if body is None:
            return f"GET{head}\r\n".encode()
        return f"POST{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


@contextmanager
def _serve(target: str, home: Path, *, beside: RunningServer | None = None) -> Iterator[RunningServer]:
    port = _free_port_beside(beside.port if beside else None)
    command = [sys.executable, "-m", "benchmarks.http_targets", target, str(home), str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        server = RunningServer(process, port)
        try:
            server.wait()
            yield server
        finally:
            server.close()
            process.terminate()


def measure_http(badges: Mapping[str, bytes]) -> HttpCosts:
    """Return what requests cost, medians over the rounds.

    Args:
        badges: Signed badges that verify without a network, by name.
    """
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for name, badge in badges.items():
            write_badge(folder, name, badge)
        bare = stack.enter_context(_serve("bare", folder))
        site = stack.enter_context(_serve("site", folder / "site", beside=bare))
        for _ in range(ROUNDS + 1):
            found["hello", ""].append(bare.cost(HELLO_PATH))
            for name, badge in badges.items():
                found["in_place", name].append(bare.cost(f"/{name}"))
                found["site", name].append(site.cost(VERIFY_PATH, b'{"verifiableCredential":%b}' % badge))
                loop = in_process(lambda badge=badge: verify_held(badge))  # type: ignore[misc]
                found["alone", name].append(loop(LOOPS_IN_PROCESS) / LOOPS_IN_PROCESS * 1e6)
                with companion():
                    found["beside_client", name].append(loop(LOOPS_IN_PROCESS) / LOOPS_IN_PROCESS * 1e6)
    # The first round only warms up.
    costs = {place: statistics.median(values[1:]) for place, values in found.items()}
    kinds = ("site", "in_place", "alone", "beside_client")
    by_badge = {kind: {name: costs[kind, name] for name in badges} for kind in kinds}
    return HttpCosts(hello=costs["hello", ""], **by_badge)
