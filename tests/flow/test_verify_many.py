"""A folder, a zip and a list of badges through the program: same findings as one by one, in the order of the input."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from credentials import bake_png, bake_svg
from schemas import encode_json, read_datetime
from skillmark.cli import main
from skillmark.settings import create_home
from tests.architecture.source import ROOT
from tests.doubles.issuer_simulator import (
    IssuerIdKind,
    IssuerSimulator,
    SimulatedIssuer,
    compose_achievement,
    compose_status_entry,
    compose_subject,
)
from tests.doubles.zips import Entry, compose_zip, honest_zip
from tests.pictures import png
from verifier import ContextStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Run = Callable[..., Result]

PLAIN_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>'
AT = "2026-11-22T09:00:00Z"
EXPECTED = {
    "01-genuine.json": "genuine",
    "02-genuine.jwt": "genuine",
    "03-baked.png": "genuine",
    "04-baked.svg": "genuine",
    "05-expired.json": "expired",
    "06-changed.json": "not_genuine",
    "07-letter.txt": "not_a_badge",
    "08-status.json": "could_not_check",
    "more/09-genuine.json": "genuine",
}


@pytest.fixture(scope="module")
def college() -> SimulatedIssuer:
    return IssuerSimulator().add_issuer(IssuerIdKind.DID_KEY)


@pytest.fixture(scope="module")
def files(college: SimulatedIssuer) -> dict[str, bytes]:
    """What nine applicants sent."""
    badge = college.issue()
    formula = compose_subject(achievement=compose_achievement(name='=HYPERLINK("https://evil.example","CNC")'))
    return {
        "01-genuine.json": badge,
        "02-genuine.jwt": college.issue_jwt(),
        "03-baked.png": bake_png(png(), badge),
        "04-baked.svg": bake_svg(PLAIN_SVG, badge),
        "05-expired.json": college.issue(validUntil="2026-11-20T09:00:00Z"),
        "06-changed.json": badge.replace(b"Mill Operator", b"Lathe Master!"),
        "07-letter.txt": b"Dear all, my badges are attached. Regards",
        "08-status.json": college.issue(credentialStatus=compose_status_entry()),
        "more/09-genuine.json": college.issue(credentialSubject=formula),
    }


@pytest.fixture
def folder(tmp_path: Path, files: dict[str, bytes]) -> Path:
    """The same, in a folder."""
    for name, data in files.items():
        path = tmp_path / "sent" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "sent"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the program with an empty data folder."""

    def run_program(*arguments: str | Path) -> Result:
        home = ["--home", str(tmp_path / "home"), "verify", "--offline", "--at", AT]
        return CliRunner().invoke(main, [*home, *map(str, arguments)])

    return run_program


def _read_lines(path: Path) -> dict[str, str]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return {row["file"]: row["result"] for row in rows}


def test_a_folder_of_everything(run: Run, folder: Path, tmp_path: Path) -> None:
    """Every form in a folder and below it is found, in order, and the worst decides the exit code."""
    done = run(folder, "--out", tmp_path / "report.jsonl", "--progress")
    assert done.exit_code == 1, done.output
    assert list(_read_lines(tmp_path / "report.jsonl").items()) == list(EXPECTED.items())
    assert "Checked: 9" in done.stdout
    assert "5  Genuine\n" in done.stdout
    assert "06-changed.json: Not genuine" in done.stdout
    assert "9 checked" in done.stderr


def test_a_zip_says_the_same(run: Run, files: dict[str, bytes], tmp_path: Path) -> None:
    """The same files in a zip have the same findings, whatever number of processes looks at them."""
    (tmp_path / "sent.zip").write_bytes(honest_zip(files))
    for jobs in ("1", "3"):
        run(tmp_path / "sent.zip", "--jobs", jobs, "--out", tmp_path / f"{jobs}.csv")
    one, three = (tmp_path / "1.csv").read_bytes(), (tmp_path / "3.csv").read_bytes()
    assert one == three
    rows = list(csv.DictReader(one.decode("utf-8-sig").splitlines()))
    assert [row["File"] for row in rows] == list(EXPECTED)
    assert [row["Result"] for row in rows].count("Genuine") == 5


def test_each_is_judged_as_if_it_had_come_alone(run: Run, folder: Path) -> None:
    """The whole report of each file of a folder equals that of the file by itself."""
    many = [json.loads(line) for line in run(folder, "--json").stdout.splitlines()]
    assert [one["file"] for one in many] == list(EXPECTED)
    for one in many:
        assert one["report"] == json.loads(run(folder / one["file"], "--json").stdout)


def test_a_bad_line_spares_the_others(run: Run, college: SimulatedIssuer, tmp_path: Path) -> None:
    """Half a credential, a blank line and a token among whole ones: each line has its own finding."""
    path = tmp_path / "badges.jsonl"
    path.write_bytes(b"\n".join([college.issue(), b'{"half":', b"", college.issue_jwt(), b"[1]", b"{}"]))
    run(path, "--out", tmp_path / "r.jsonl")
    assert _read_lines(tmp_path / "r.jsonl") == {
        "line 1": "genuine",
        "line 2": "not_a_badge",
        "line 4": "genuine",
        "line 5": "not_a_badge",
        "line 6": "not_a_badge",
    }


@pytest.mark.parametrize(
    ("names", "exit_code"),
    [
        (["01-genuine.json", "02-genuine.jwt"], 0),
        (["01-genuine.json", "08-status.json"], 3),
        (["08-status.json", "06-changed.json"], 1),
    ],
)
def test_several_files_end_with_the_worst(run: Run, folder: Path, names: list[str], exit_code: int) -> None:
    """0 when all hold, 3 when one could not be checked, 1 when one is rejected."""
    assert run(*(folder / name for name in names)).exit_code == exit_code


def test_a_recipient_is_asked_of_each(run: Run, folder: Path, tmp_path: Path) -> None:
    """`--recipient` holds for every badge of the run."""
    done = run(folder, "--recipient", "Alex Invented", "--out", tmp_path / "r.jsonl")
    assert done.exit_code == 1
    assert _read_lines(tmp_path / "r.jsonl")["01-genuine.json"] == "someone_elses"


def test_a_list_of_known_issuers(run: Run, folder: Path, college: SimulatedIssuer, tmp_path: Path) -> None:
    """`--trust` names the issuer as the reader does."""
    trust = tmp_path / "trust.json"
    trust.write_bytes(encode_json({"issuers": [{"id": college.id, "name": "Our college"}]}))
    done = run(folder, "--trust", trust)
    assert "7  Our college: 5 genuine, on your list" in done.stdout


def test_spanish(run: Run, folder: Path, tmp_path: Path) -> None:
    """Headings, findings and reasons speak Spanish when asked."""
    done = run(folder, "--language", "es", "--out", tmp_path / "r.csv")
    assert "Auténtica, pero vencida" in done.stdout
    (row,) = [row for row in csv.reader((tmp_path / "r.csv").read_text("utf-8-sig").splitlines()) if "06" in row[0]]
    assert row[2] == "No es auténtica"
    assert row[9].startswith("La insignia")


def test_one_badge_in_spanish(run: Run, folder: Path) -> None:
    """The report of one badge speaks Spanish too."""
    said = run(folder / "05-expired.json", "--language", "es").stdout.splitlines()
    assert said[0] == "Auténtica, pero vencida"
    assert "otorgada a Robin Exampleson" in said[2]


def test_no_cell_is_a_formula(run: Run, folder: Path, tmp_path: Path) -> None:
    """A signed name that begins like a formula is text in CSV and in a workbook (T-48)."""
    name = '=HYPERLINK("https://evil.example","CNC")'
    run(folder, "--out", tmp_path / "r.csv")
    run(folder, "--out", tmp_path / "r.xlsx")
    cells = [row[3] for row in csv.reader((tmp_path / "r.csv").read_text("utf-8-sig").splitlines())]
    assert cells[-1] == f"'{name}"
    sheet = CalamineWorkbook.from_path(tmp_path / "r.xlsx").get_sheet_by_name("Badges").to_python()
    assert sheet[-1][3] == name


def test_a_workbook_has_rows_and_counts(run: Run, folder: Path, tmp_path: Path) -> None:
    """One row for each badge with real dates, and a sheet with what was counted."""
    run(folder, "--out", tmp_path / "r.xlsx")
    book = CalamineWorkbook.from_path(tmp_path / "r.xlsx")
    badges, summary = (book.get_sheet_by_name(name).to_python() for name in ("Badges", "Summary"))
    assert [row[0] for row in badges[1:]] == list(EXPECTED)
    assert str(badges[1][7]) == "2026-11-01"
    assert ["Genuine", 5.0] in [row[:2] for row in summary]


def test_nothing_about_the_holder_is_written(run: Run, folder: Path, tmp_path: Path) -> None:
    """Neither screen nor report names the person, only the file."""
    done = run(folder, "--out", tmp_path / "r.csv")
    assert "Robin" not in done.output + (tmp_path / "r.csv").read_text("utf-8-sig")


def test_the_report_may_stand_in_the_folder(run: Run, folder: Path) -> None:
    """A second run does not check the report of the first."""
    for _ in range(2):
        run(folder, "--out", folder / "report.csv")
    assert len((folder / "report.csv").read_text("utf-8-sig").splitlines()) == len(EXPECTED) + 1


@pytest.mark.parametrize(
    "arguments",
    [["nowhere"], ["https://a.example/b", "-"], ["--out", "report.docx", "."], ["--jobs", "0", "."], []],
)
def test_wrong_usage(run: Run, arguments: list[str]) -> None:
    """A file that is not there, an address among files, an unknown report form: exit code 2."""
    assert run(*arguments).exit_code == 2


def test_nothing_to_check(run: Run, tmp_path: Path) -> None:
    """An empty folder is said to be empty, and is not in order."""
    (tmp_path / "empty").mkdir()
    done = run(tmp_path / "empty")
    assert done.exit_code == 1
    assert "[bulk.nothing_found]" in done.stderr


def test_a_zip_that_breaks_off(run: Run, college: SimulatedIssuer, tmp_path: Path) -> None:
    """What stands before the damage is checked and written, and the damage is said."""
    entry = Entry(name=b"a.json", data=college.issue())
    (tmp_path / "s.zip").write_bytes(compose_zip(entry, entry_count=2))
    done = run(tmp_path / "s.zip", "--out", tmp_path / "r.jsonl")
    assert done.exit_code == 1
    assert "[bulk.zip_damaged]" in done.stdout
    assert _read_lines(tmp_path / "r.jsonl") == {"a.json": "genuine", "s.zip": "not_a_badge"}


def test_a_place_that_cannot_be_written_is_known_at_once(run: Run, folder: Path) -> None:
    """A report into a folder that is not there fails before anything is checked."""
    done = run(folder, "--out", folder / "nowhere" / "r.csv")
    assert done.exit_code == 1
    assert "[bulk.report_unwritable]" in done.stderr
    assert "Checked" not in done.stdout


def test_word_lists_that_others_may_change_are_said_before_anything_is_checked(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    """The run says what is wrong with them and where, and no process breaks off over it."""
    create_home(tmp_path / "home", base_url="https://college.example.edu")
    ContextStore(tmp_path / "home" / "contexts").pin(
        "https://vocabulary.example/v1",
        b'{"@context":{"zPressure":"https://vocabulary.example/pressure"}}',
        sha256="",
        pinned_by="Robin Exampleson",
        now=read_datetime(AT),
    )
    (tmp_path / "home" / "contexts").chmod(0o777)
    done = run(folder)
    assert done.exit_code == 1
    assert "[context.file_permissions]" in done.stderr
    assert "Checked" not in done.stdout


@pytest.mark.parametrize("closed", ["0<&-", "2>&-"])
def test_a_closed_stream_is_no_verdict(college: SimulatedIssuer, tmp_path: Path, closed: str) -> None:
    """Where a job of the night has closed a stream, genuine badges are still said to be genuine."""
    path = tmp_path / "badges.jsonl"
    path.write_bytes((college.issue() + b"\n") * 30)
    command = [sys.executable, "-P", "-m", "skillmark", "--home", str(tmp_path / "home"), "verify", str(path)]
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", *command, "--offline", "--at", AT, "--jobs", "2", "--progress"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    assert "30  Genuine" in done.stdout
