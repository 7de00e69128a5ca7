"""What a stranger wrote never steers the terminal of the person who checks, and no file keeps the program waiting."""

from __future__ import annotations

import copy
import json
import os
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from skillmark.cli import main
from tests.architecture.source import ROOT
from tests.doubles import sample_badges
from verifier import MAX_PRESENTED_BYTES, SourceKind, count_items, find_source_kind, list_items

if TYPE_CHECKING:
    from click.testing import Result

COURSE = ROOT / "examples" / "achievements" / "cmm-operator.yaml"
CLASS_LIST = ROOT / "examples" / "rosters" / "cmm-spring.csv"
# Move up a line, clear it and write another headline; the same with one character of the C1 set; turn the direction.
STEERING = (
    "\x1b[1A\x1b[2K\rGenuine",
    "\x9b1A\x9b2KGenuine",
    "\n  ok  Everything is fine.",
    "\u202eeniuneG",
    "\x7f\x08",
)


def _verify(tmp_path: Path, badge: dict[str, Any]) -> Result:
    file = tmp_path / "badge.json"
    file.write_bytes(sample_badges.sign(badge).original)
    home = str(tmp_path / "home")
    return CliRunner().invoke(main, ["--home", home, "verify", "--offline", str(file)], color=True)


@pytest.mark.parametrize("steering", STEERING)
def test_names_in_a_badge_cannot_write_another_headline(tmp_path: Path, steering: str) -> None:
    """Escape sequences and line breaks in signed names are shown as what they are: signs that cannot be shown."""
    badge: dict[str, Any] = copy.deepcopy(dict(sample_badges.rich_badge()))
    badge["credentialSubject"]["achievement"]["name"] += steering
    badge["issuer"]["name"] += steering
    shown = _verify(tmp_path, badge).output
    assert badge["issuer"]["name"].removesuffix(steering) in shown, "the names are shown"
    assert steering not in shown
    assert not [sign for sign in shown if unicodedata.category(sign) == "Cc" and sign != "\n"]


@pytest.mark.parametrize("steering", STEERING)
@pytest.mark.parametrize("several", [False, True])
def test_json_for_programs_does_not_steer_either(tmp_path: Path, steering: str, *, several: bool) -> None:
    """The report as JSON has the name as it was signed, and none of its steering signs stands there as itself."""
    badge: dict[str, Any] = copy.deepcopy(dict(sample_badges.rich_badge()))
    badge["issuer"]["name"] += steering
    file = tmp_path / "badges" / "badge.json"
    file.parent.mkdir()
    file.write_bytes(sample_badges.sign(badge).original)
    arguments = ["--home", str(tmp_path / "home"), "verify", "--offline", "--json"]
    shown = CliRunner().invoke(main, [*arguments, str(file.parent if several else file)], color=True).stdout
    (line,) = shown.splitlines() if several else [shown]
    report = json.loads(line)["report"] if several else json.loads(line)
    assert report["credential"]["issuer"]["name"] == badge["issuer"]["name"]
    assert not [sign for sign in shown if unicodedata.category(sign) in {"Cc", "Cf"} and sign != "\n"]


@pytest.mark.parametrize("steering", [sign for sign in STEERING if "\n" not in sign])
def test_cells_of_a_class_list_cannot_write_another_plan(tmp_path: Path, steering: str) -> None:
    """What is wrong with a cell is told without letting the cell speak to the terminal."""
    home = ["--home", str(tmp_path / "home")]
    assert CliRunner().invoke(main, [*home, "init", "--name", "Shop College"]).exit_code == 0
    head, first, *_ = CLASS_LIST.read_text("utf-8").splitlines()
    sent = tmp_path / "sent.csv"
    name = first.split(",")[0]
    sent.write_text(f"{head}\n{first.replace(name, name + steering, 1)}\n", "utf-8", newline="")
    shown = CliRunner().invoke(main, [*home, "issue", str(sent), "--achievement", str(COURSE)], color=True).output
    assert name in shown, "the cell is told"
    assert not [sign for sign in shown if unicodedata.category(sign) == "Cc" and sign != "\n"]
    assert steering not in shown


def test_pipe_is_not_opened_to_see_what_it_holds(tmp_path: Path) -> None:
    """A pipe to which nobody writes is one file that cannot be read, whatever it is called."""
    for name in ("silent", "silent.jsonl", "silent.zip"):
        pipe = tmp_path / name
        os.mkfifo(pipe)
        assert find_source_kind(pipe) is SourceKind.FILE
        assert count_items(pipe) == 1
        assert [item.kind for item in list_items([pipe])] == [SourceKind.FILE]


def test_device_without_end_is_read_to_the_limit(tmp_path: Path) -> None:
    """Endless zeros are one byte too many, not all the memory there is."""
    home = str(tmp_path / "home")
    arguments = ["--home", home, "verify", "--offline", "--json", str(Path("/dev/zero"))]
    shown = CliRunner().invoke(main, arguments)
    assert shown.exit_code == 1
    assert "decoding.too_large" in shown.output
    assert str(MAX_PRESENTED_BYTES + 1) in shown.output
