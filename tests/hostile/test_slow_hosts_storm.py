"""T-67: sixteen badges whose hosts never answer, at once; others are served meanwhile by a real granian."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode, urlsplit

import pytest

from keys import system_clock
from schemas import format_datetime
from skillmark.server import BACKLOG, BLOCKING_THREADS
from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator
from tests.doubles.loopback_hosts import LoopbackHost
from tests.doubles.running_server import free_port

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from pathlib import Path

HOSTILE_AT_ONCE = 16
GOOD_ONES = 40
# The hosts are silent for as long as the fetcher waits.
HOSTILE_SECONDS = 10.0


class Answer(NamedTuple):
    """What a visitor got, and how long it took."""

    status: int
    text: str
    seconds: float


class Visitor:
    """A browser with an address and a session of its own."""

    def __init__(self, base_url: str, number: int) -> None:
        self._authority = urlsplit(base_url).netloc
        self._address = f"198.51.100.{number % 250 + 1}"
        self._cookie = ""
        form = self._send("GET", "/verify", "")
        token = re.search(r'name="csrf_token" value="([^"]+)"', form.text)
        assert token is not None
        self._token = token[1]

    def check(self, badge: bytes) -> Answer:
        """Paste a badge into the form."""
        return self._send("POST", "/verify", urlencode({"csrf_token": self._token, "text": badge.decode()}))

    def _send(self, method: str, path: str, body: str) -> Answer:
        start = time.monotonic()
        connection = http.client.HTTPConnection(self._authority, timeout=3 * HOSTILE_SECONDS)
        headers = {
            "X-Forwarded-For": self._address,
            "Cookie": self._cookie,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        text = response.read().decode()
        self._cookie = (response.getheader("Set-Cookie") or self._cookie).partition(";")[0]
        connection.close()
        return Answer(response.status, text, time.monotonic() - start)


def _wait_for(base_url: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            Visitor(base_url, 0)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the site does not answer")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """A site under granian, set up as `skillmark serve` does, in a world of silent hosts."""
    base_url = f"http://127.0.0.1:{free_port()}"
    silence = threading.Event()

    def say_nothing(_: socket.socket) -> None:
        silence.wait(2 * HOSTILE_SECONDS)

    with LoopbackHost(say_nothing, tls=None) as host:
        environment = os.environ | {
            "TEST_HOME": str(tmp_path),
            "TEST_BASE_URL": base_url,
            "TEST_SILENT_PORT": str(host.port),
        }
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--workers", "1"]
        command += ["--blocking-threads", str(BLOCKING_THREADS), "--backlog", str(BACKLOG), "--no-ws"]
        command += ["--host", "127.0.0.1", "--port", str(urlsplit(base_url).port), "--log-level", "error"]
        command += ["tests.hostile.slow_world:create_application"]
        with subprocess.Popen(command, env=environment) as server:
            try:
                _wait_for(base_url)
                yield base_url
            finally:
                silence.set()
                server.terminate()
                server.wait(30)


def _issue(kind: IssuerIdKind, host: str) -> bytes:
    now = system_clock()
    world = IssuerSimulator(now=now)
    issuer = world.add_issuer(kind, host=host)
    return issuer.issue(validFrom=format_datetime(now - timedelta(days=30)))


def test_slow_hosts_do_not_keep_others_waiting(site: str) -> None:
    """Good badges are verified while all sixteen hostile ones wait, each right, and none after such a wait."""
    hostile_badges = [_issue(IssuerIdKind.DID_WEB, f"slow{number}.example.org") for number in range(HOSTILE_AT_ONCE)]
    good_badge = _issue(IssuerIdKind.DID_KEY, "offline.example.org")
    attackers = [Visitor(site, number) for number in range(HOSTILE_AT_ONCE)]
    visitors = [Visitor(site, 100 + number) for number in range(GOOD_ONES // 10)]
    visitors[0].check(good_badge)  # what is read from disk at the first badge is read now
    with ThreadPoolExecutor(HOSTILE_AT_ONCE) as crowd:
        storm = [crowd.submit(one.check, badge) for one, badge in zip(attackers, hostile_badges, strict=True)]
        time.sleep(1.0)
        good = [visitors[number % len(visitors)].check(good_badge) for number in range(GOOD_ONES)]
        still_waiting = sum(not answer.done() for answer in storm)
        hostile = [answer.result() for answer in storm]
    assert still_waiting > 0
    assert [answer.status for answer in good] == [200] * GOOD_ONES
    assert all('<h1 id="verdict">Genuine, issuer not known</h1>' in answer.text for answer in good)
    assert all('<h1 id="verdict">Could not check</h1>' in answer.text for answer in hostile)
    turned_away = [answer for answer in hostile if "Many badges are being checked just now" in answer.text]
    waited = [answer for answer in hostile if answer not in turned_away]
    assert turned_away
    assert waited
    # Nobody else waited for a silent host: not those who were turned away, and not the good ones.
    assert max(answer.seconds for answer in (*turned_away, *good)) < min(answer.seconds for answer in waited)
