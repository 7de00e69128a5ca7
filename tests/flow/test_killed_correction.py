"""A correction or renewal that is killed at any moment has happened as a whole, or not at all."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("scenario", ["correction", "renewal"])
def test_kill_at_every_statement(scenario: str, tmp_path: Path) -> None:
    """Killed before each statement and commit in turn: never two badges in force for a corrected one, and never none.

    Made again, the step is done, or is told that it was done.
    """
    run = subprocess.run(
        [sys.executable, "-m", "tests.flow.correction_killer", str(tmp_path), scenario],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr[-2_000:]
    outcome = json.loads(run.stdout)
    assert outcome["faults"] == []
    assert outcome["kills"] > 40
    assert 0 < outcome["done_before_the_kill"] < outcome["kills"]
