"""Reminders that are killed at any moment reach everybody once: by mail, by text, and the supervisor."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_kill_at_every_statement(tmp_path: Path) -> None:
    """Killed before each statement and commit in turn: nobody gets nothing, and nobody two different messages."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.flow.notice_killer", str(tmp_path)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr[-2_000:]
    outcome = json.loads(run.stdout)
    assert outcome["faults"] == []
    assert outcome["kills"] > 40
    assert 0 < outcome["sent_before_the_kill"] < outcome["kills"]
