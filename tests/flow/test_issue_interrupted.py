"""Ctrl-C while a class list is issued: the program ends cleanly and goes on when it is called again."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import threading
import time
from typing import TYPE_CHECKING

from click.testing import CliRunner

from skillmark.cli import main
from tests.architecture.source import ROOT

if TYPE_CHECKING:
    from pathlib import Path

COURSE = str(ROOT / "examples" / "achievements" / "cmm-operator.yaml")
ROWS = 350
LONGEST_WAIT_SECONDS = 60


def _interrupt_once_badges_are_there(home: Path) -> None:
    """Press Ctrl-C when the first badges are recorded."""
    for _ in range(LONGEST_WAIT_SECONDS * 100):
        time.sleep(0.01)
        files = list(home.rglob("*.sqlite3"))
        if files:
            connection = sqlite3.connect(files[0])
            try:
                if connection.execute("SELECT count(*) FROM issued").fetchone()[0]:
                    os.kill(os.getpid(), signal.SIGINT)
                    return
            finally:
                connection.close()


def test_interrupted_list_goes_on(tmp_path: Path) -> None:
    """The first Ctrl-C ends with status 130 and whole badges only; the same command again issues the rest."""
    home = ["--home", str(tmp_path / "home")]
    sheet = tmp_path / "class.csv"
    people = [f"Person {number},person{number}@example.org,Works alone,92" for number in range(ROWS)]
    sheet.write_text("\n".join(["Name,E-mail,Practical test,Written test", *people]))
    assert CliRunner().invoke(main, [*home, "init", "--name", "Shop College"]).exit_code == 0
    issue = [*home, "issue", str(sheet), "--achievement", COURSE, "--yes", "--json", "--proof", "di"]

    threading.Thread(target=_interrupt_once_badges_are_there, args=[tmp_path / "home"], daemon=True).start()
    before = signal.getsignal(signal.SIGINT)
    stopped = CliRunner().invoke(main, issue)
    assert signal.getsignal(signal.SIGINT) is before
    assert (stopped.exit_code, stopped.exception is None or isinstance(stopped.exception, SystemExit)) == (130, True)
    assert "Stopped." in stopped.stderr
    assert "Run the same command again" in stopped.stderr

    done = CliRunner().invoke(main, issue)
    assert done.exit_code == 0, done.output
    job = json.loads(done.stdout[done.stdout.index("{") :])["job"]
    assert (job["issued"], job["pending"], job["alreadyIssued"]) == (ROWS, 0, 0)
    assert CliRunner().invoke(main, [*home, "doctor"]).exit_code == 0
