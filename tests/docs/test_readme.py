"""The commands of the README work as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.architecture.source import ROOT

README = (ROOT / "README.md").read_text("utf-8")
COMMAND_SECONDS = 120


def _commands_under(heading: str) -> list[str]:
    section = README.split(f"## {heading}\n", maxsplit=1)[1].split("\n## ", maxsplit=1)[0]
    block = re.search(r"```console\n(.*?)```", section, re.DOTALL)
    assert block is not None
    return block[1].splitlines()


def test_command_line_section_runs(tmp_path: Path) -> None:
    """Each command, in order, in a fresh folder with the examples in it, ends well."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    program = str(Path(sys.executable).parent)
    environment = {**os.environ, "SKILLMARK_HOME": str(tmp_path / "home"), "PATH": f"{program}:{os.environ['PATH']}"}
    for command in _commands_under("From the command line"):
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def test_two_commands_do_the_set_up() -> None:
    """The section that promises two commands has two, and both are make targets."""
    assert _commands_under("Two commands") == ["make run", "make test"]
