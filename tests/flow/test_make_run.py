"""What `make run` starts: the example, served by a real server, opened as the three people would."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.architecture.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START_SECONDS = 90


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _get(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode("utf-8", "replace")
    finally:
        connection.close()


def _wait_until_served(server: subprocess.Popen[str], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server stopped"
        try:
            _get(port, "/")
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"nothing answered within {START_SECONDS} s")


@contextmanager
def _running_demo(home: Path, port: int) -> Iterator[str]:
    log = home.parent / "server.log"
    command = [sys.executable, "-m", "skillmark", "demo", "--examples", str(ROOT / "examples"), "--port", str(port)]
    with (
        log.open("w") as output,
        subprocess.Popen(
            command, env={**os.environ, "SKILLMARK_HOME": str(home)}, stdout=output, stderr=output, text=True
        ) as server,
    ):
        try:
            _wait_until_served(server, port)
            yield log.read_text("utf-8")
        finally:
            server.terminate()


def test_newcomer_opens_a_verified_badge(tmp_path: Path) -> None:
    """The printed addresses answer: desk, verify page, a genuine, a suspended and a revoked badge."""
    port = _free_port()
    with _running_demo(tmp_path / "home", port) as printed:
        assert "as a trainer" in printed
        assert "as a hiring manager" in printed
        genuine, suspended, revoked = re.findall(r"/b/[\w-]{22}", printed)
        assert _get(port, "/verify")[0] == 200
        assert _get(port, "/desk")[0] == 303
        status, page = _get(port, genuine)
        assert status == 200
        assert "Genuine" in page
        assert "Genuine, but" not in page
        assert "What this person can do" in page
        assert "suspended" in _get(port, suspended)[1]
        assert "revoked" in _get(port, revoked)[1].lower()
        assert "Auténtica" in _get(port, f"{genuine}?lang=es")[1]
        assert _get(port, "/b/nothing-here")[0] == 404
