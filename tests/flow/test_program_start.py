"""Every command starts in a process of its own, and loads what it needs and no more."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest

from skillmark.cli import COMMANDS, main
from tests.architecture.source import ROOT
from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator

if TYPE_CHECKING:
    from pathlib import Path

ONE_OF_EACH_MODULE = {where.partition(":")[0]: name for name, where in COMMANDS.items()}
_LOADED = """
import contextlib, sys
from skillmark.cli import main
with contextlib.suppress(SystemExit):
    main(sys.argv[1:])
print(*sys.modules, file=sys.stderr)
"""


def test_every_command_is_under_its_own_name() -> None:
    """A command is found under the name by which it calls itself."""
    context = click.Context(main)
    commands = {name: main.get_command(context, name) for name in main.list_commands(context)}
    assert {name: command.name for name, command in commands.items() if command} == {name: name for name in COMMANDS}
    assert main.get_command(context, "no-such-command") is None


@pytest.mark.parametrize("name", ONE_OF_EACH_MODULE.values(), ids=ONE_OF_EACH_MODULE)
def test_command_starts_alone(name: str) -> None:
    """Each module of commands can be the first that is loaded: none relies on what another one has imported."""
    command = [sys.executable, "-m", "skillmark", name, "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Usage: python -m skillmark {name}" in done.stdout


def test_verifying_loads_nothing_of_the_issuer(tmp_path: Path) -> None:
    """A badge that fits is verified without the store, the web, the printer, and what explains a broken schema."""
    badge = tmp_path / "badge.json"
    badge.write_bytes(IssuerSimulator().add_issuer(IssuerIdKind.DID_KEY).issue())
    command = [sys.executable, "-c", _LOADED, "--home", str(tmp_path / "home"), "verify", str(badge), "--offline"]
    done = subprocess.run(
        [*command, "--at", "2026-11-22T09:00:00Z"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert done.stdout.startswith("Genuine")
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert "verifier" in loaded
    assert loaded.isdisjoint({"sqlalchemy", "flask", "fpdf", "PIL", "jsonschema", "pages", "wallet", "authlib"})
