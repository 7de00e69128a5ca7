"""A program's request that is killed at any moment loses nothing, doubles nothing and leaves nothing half done."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_kill_at_every_statement(tmp_path: Path) -> None:
    """Killed before each statement and each commit, the repeated request gets the one badge that there is."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.flow.program_killer", str(tmp_path)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr[-2_000:]
    outcome = json.loads(run.stdout)
    assert outcome["faults"] == []
    assert outcome["kills"] > 25
    assert outcome["kills"] == outcome["recovered"]
    assert 0 < outcome["kills_after_the_record"] < outcome["kills"]
