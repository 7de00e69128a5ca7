"""Every command starts in a process of its own, and loads what it needs and no more."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
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


_CHECK_MANY = """
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from keys import OfflineFetcher
from skillmark.bulk_messages import NetworkUse, RunSettings
from skillmark.bulk_worker import BulkChecker
from verifier import Finding, TrustList, list_items

class Desk:
    def ask(self, question):
        return None
    def tell(self, question, answer, *, seconds):
        pass

now = datetime(2026, 11, 22, 9, tzinfo=UTC)
checker = BulkChecker(RunSettings(now=now, trust_list=TrustList(), network=NetworkUse.NONE), Desk())
for item in list_items([Path(sys.argv[1])]):
    (row,) = checker.check(item).rows
    assert row.finding is Finding.GENUINE, row
print(*sys.modules)
"""


def test_checking_many_loads_only_the_straight_way(tmp_path: Path) -> None:
    """A process of a bulk run over usual badges loads neither the thorough way nor pictures, COSE or SD-JWT."""
    badges = tmp_path / "badges.jsonl"
    badges.write_bytes(IssuerSimulator().add_issuer(IssuerIdKind.DID_KEY).issue() + b"\n")
    light = "import sys; sys.path.insert(0, {0!r}); from lazy_facades import install_lazy_facades; del sys.path[0]; "
    start = light.format(str(ROOT / "schemas")) + "install_lazy_facades()\n"
    done = subprocess.run(
        [sys.executable, "-c", start + _CHECK_MANY, str(badges)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    loaded = set(done.stdout.split())
    assert {"verifier.plain_badge", "skillmark.bulk_worker"} <= loaded
    unused = {"verifier.verify", "verifier.ob2_check", "credentials.svg_xml", "credentials.model_parts", "cbor2"}
    unused |= {"credentials.selective_disclosure", "credentials.sd_jwt", "credentials.sandbox", "subprocess"}
    assert loaded.isdisjoint(unused | {"cryptography.hazmat.primitives.serialization"})


def test_feeding_many_loads_what_its_copies_need_and_no_more(tmp_path: Path) -> None:
    """The process that shares out the items of a run loads the straight way once for all; it checks nothing itself."""
    badges = tmp_path / "badges.jsonl"
    badges.write_bytes(IssuerSimulator().add_issuer(IssuerIdKind.DID_KEY).issue() + b"\n")
    command = [sys.executable, "-c", _LOADED, "--home", str(tmp_path / "home"), "verify", str(badges), "--offline"]
    done = subprocess.run(
        [*command, "--at", "2026-11-22T09:00:00Z"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert "1  Genuine" in done.stdout
    loaded = set(done.stderr.split())
    assert {"skillmark.bulk_pool", "verifier.plain_badge"} <= loaded
    unused = {"verifier.verify", "verifier.ob2_check", "credentials.svg_xml", "credentials.model_parts", "cbor2"}
    assert loaded.isdisjoint(unused | {"jsonschema_rs", "verifier.high_water", "skillmark.bulk_sheet"})


def test_program_begins_with_nothing_loaded() -> None:
    """At its start the program has loaded no reader of JSON, no hashes and no schemas; what is asked for comes then."""
    code = (
        "from skillmark.start import load_lazily; load_lazily(); import sys; from schemas import DecodingError; "
        "print(*sys.modules); from schemas import read_json_object; assert read_json_object(b'{}') == {}; load_lazily()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(done.stdout.split())
    assert "schemas.errors" in loaded
    assert loaded.isdisjoint(
        {"orjson", "jsonschema_rs", "hashlib", "schemas.contexts", "schemas.plain_json", "keys.jwk"}
    )


def test_installed_program_is_there() -> None:
    """What an installation puts under the name of the program can be called."""
    target = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]["skillmark"]
    module, _, name = target.partition(":")
    code = f"import sys; sys.argv = ['skillmark', '--version']; from {module} import {name}; {name}()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.startswith("skillmark, version ")
