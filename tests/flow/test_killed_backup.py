"""A backup or a restore that is killed at any moment leaves a whole one, or none."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("scenario", ["backup", "restore"])
def test_kill_at_every_file(scenario: str, tmp_path: Path) -> None:
    """Killed before each file that it opens, moves or removes, it leaves no half a backup and no half a folder.

    Done again afterwards it succeeds, and the badge is there.
    """
    run = subprocess.run(
        [sys.executable, "-m", "tests.flow.backup_killer", str(tmp_path), scenario],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr[-2_000:]
    outcome = json.loads(run.stdout)
    assert outcome["faults"] == []
    assert outcome["kills"] > 15
