"""What the server has to say reaches the log of `skillmark serve`, from a worker that is a process of its own."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from storage.sqlite_rules import is_safe_sqlite_version
from tests.doubles.running_server import free_port, get, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROXY_WARNING = "[WARNING] skillmark.site: a request came with X-Forwarded-For while proxy_hops is 0"
SQLITE_NOTICE = "[INFO] storage.database: writers take turns"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """A new installation that is served: its port, and the file with what it prints."""
    home = tmp_path_factory.mktemp("served") / "home"
    port = free_port()
    subprocess.run(
        [sys.executable, "-m", "skillmark", "init", "--name", "North Shop College"],
        env={**os.environ, "SKILLMARK_HOME": str(home)},
        check=True,
        capture_output=True,
    )
    with running(["serve"], home=home, port=port) as log:
        yield port, log


def test_proxy_that_nobody_told_of_is_in_the_log_once(served: tuple[int, Path]) -> None:
    """Two requests through a proxy that `proxy_hops` does not count: one warning, with its time and its origin."""
    port, log = served
    assert PROXY_WARNING not in log.read_text("utf-8")
    for _ in range(2):
        assert get(port, "/", {"X-Forwarded-For": "198.51.100.7"})[0] < 500
    text = log.read_text("utf-8")
    assert text.count(PROXY_WARNING) == 1
    assert "198.51.100.7" not in text


def test_unsafe_sqlite_is_in_the_log(served: tuple[int, Path]) -> None:
    """The notice stands there when this machine's SQLite needs the fallback, and only then."""
    _, log = served
    is_unsafe = not is_safe_sqlite_version(sqlite3.sqlite_version_info)
    assert (SQLITE_NOTICE in log.read_text("utf-8")) is is_unsafe
