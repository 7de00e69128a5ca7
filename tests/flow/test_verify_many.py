"""A folder, a zip and a list of badges through the program: same findings as one by one, in the order of the input."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from credentials import bake_png, bake_svg
from schemas import CannotCheckError, encode_json
from skillmark import bulk_pool
from skillmark.bulk_pool import BulkPool
from skillmark.bulk_worker import NetworkUse, ReportForm, RunSettings
from skillmark.cli import main
from tests.architecture.source import ROOT
from tests.doubles.issuer_simulator import (
    NOW,
    IssuerIdKind,
    IssuerSimulator,
    SimulatedIssuer,
    compose_achievement,
    compose_status_entry,
    compose_subject,
)
from tests.doubles.zips import Entry, compose_zip, honest_zip
from tests.pictures import png
from verifier import BulkItem, Finding, SharedAnswers, SourceKind, TrustList, list_items

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result

    from skillmark.bulk_worker import Checked

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


def _pool(jobs: int = 2, *, form: ReportForm = ReportForm.ROWS) -> BulkPool:
    settings = RunSettings(now=NOW, trust_list=TrustList(), network=NetworkUse.NONE, form=form)
    return BulkPool(settings, jobs=jobs, answers=SharedAnswers(lambda _: None))


def _count_children() -> int:
    return len(Path("/proc/self/task", str(os.getpid()), "children").read_text("ascii").split())


def _labels(found: Iterator[list[Checked]]) -> list[tuple[str, Finding]]:
    return [(row.label, row.finding) for checked in found for one in checked for row in one.rows]


@pytest.fixture
def stuck(tmp_path: Path) -> BulkItem:
    """An item that keeps a process for ever: a list that is a pipe to which nobody writes."""
    os.mkfifo(tmp_path / "pipe")
    return BulkItem("stuck", SourceKind.LIST, str(tmp_path / "pipe"), 0, 1)


def _kill_who_is_stuck(pool: BulkPool) -> bool:
    for worker in pool._workers:
        if worker.is_ready and worker.tasks and worker.tasks[0].items[0].label == "stuck":
            worker.process.kill()
    return False


def test_a_process_that_dies_twice_names_the_item(college: SimulatedIssuer, tmp_path: Path, stuck: BulkItem) -> None:
    """The item at which a process was killed is said to be unknown; all others are checked, in order."""
    path = tmp_path / "badges.jsonl"
    path.write_bytes((college.issue() + b"\n") * 60)
    items = list(list_items([path]))
    items.insert(7, stuck)
    pool, before = _pool(), _count_children()
    found = _labels(pool.check(iter(items), is_stopped=lambda: _kill_who_is_stuck(pool)))
    assert found == [(item.label, Finding.COULD_NOT_CHECK if item is stuck else Finding.GENUINE) for item in items]
    assert _count_children() == before


def test_a_process_that_says_nothing_is_ended(
    college: SimulatedIssuer, tmp_path: Path, stuck: BulkItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An item that would keep a process for ever is given up after a while, and the others are checked."""
    monkeypatch.setattr(bulk_pool, "MAX_SILENT_SECONDS", 5.0)
    path = tmp_path / "badges.jsonl"
    path.write_bytes(college.issue() + b"\n")
    found = _labels(_pool(1).check(iter([stuck, *list_items([path])])))
    assert found == [("stuck", Finding.COULD_NOT_CHECK), ("line 1", Finding.GENUINE)]


def test_a_process_killed_once_loses_nothing(college: SimulatedIssuer, tmp_path: Path) -> None:
    """What a killed process had in hand is checked by another one."""
    path = tmp_path / "badges.jsonl"
    path.write_bytes((college.issue() + b"\n") * 200)
    pool = _pool()
    killed: list[int] = []

    def kill_one() -> bool:
        ready = [worker for worker in pool._workers if worker.is_ready and worker.tasks]
        if ready and not killed:
            killed.append(ready[0].process.pid)
            ready[0].process.kill()
        return False

    found = _labels(pool.check(list_items([path]), is_stopped=kill_one))
    assert killed
    assert found == [(f"line {number}", Finding.GENUINE) for number in range(1, 201)]


def test_too_many_dead_processes_end_the_run(stuck: BulkItem, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run in which process after process dies is ended, not gone on with for ever."""
    monkeypatch.setattr(bulk_pool, "MAX_STOPS", 2)
    pool = _pool(1)
    with pytest.raises(CannotCheckError) as caught:
        list(pool.check(iter([stuck] * 3), is_stopped=lambda: _kill_who_is_stuck(pool)))
    assert caught.value.code == "bulk.stopped_too_often"


def test_a_stop_gives_back_what_is_finished(college: SimulatedIssuer, tmp_path: Path, stuck: BulkItem) -> None:
    """Whoever stops a run while one item takes long keeps all that was finished, in order, and no process stays."""
    path = tmp_path / "badges.jsonl"
    path.write_bytes((college.issue() + b"\n") * 40)
    items = list(list_items([path]))
    items.insert(2, stuck)
    pool, before = _pool(), _count_children()
    found = _labels(pool.check(iter(items), is_stopped=lambda: sum(map(len, pool._finished.values())) >= 20))
    numbers = [int(label.split()[1]) for label, _ in found]
    assert len(numbers) >= 20
    assert numbers == sorted(set(numbers))
    assert _count_children() == before


def test_what_is_held_ahead_is_bounded(college: SimulatedIssuer, stuck: BulkItem, tmp_path: Path) -> None:
    """While one item takes for ever, no more than a thousand others are asked for."""
    path = tmp_path / "bad.jsonl"
    path.write_bytes(b"{}\n" * 3_000)
    asked = 0

    def count() -> Iterator[BulkItem]:
        nonlocal asked
        for item in [stuck, *list_items([path])]:
            asked += 1
            yield item

    pool = _pool()
    held = bulk_pool.MAX_ITEMS_AHEAD
    found = _labels(pool.check(count(), is_stopped=lambda: sum(map(len, pool._finished.values())) >= held - 2 * 16))
    assert len(found) >= held - 2 * 16
    assert asked <= held + bulk_pool.MAX_TASK_ITEMS


def test_ctrl_c_ends_cleanly(college: SimulatedIssuer, tmp_path: Path) -> None:
    """Ctrl-C: exit code 130, no traceback, a whole report of what was checked until then, and no process left."""
    path = tmp_path / "badges.jsonl"
    path.write_bytes((college.issue() + b"\n") * 40_000)
    command = [sys.executable, "-m", "skillmark", "--home", str(tmp_path / "home"), "verify", str(path), "--offline"]
    command += ["--at", AT, "--progress", "--out", str(tmp_path / "r.jsonl"), "--jobs", "2"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as program:
        assert program.stderr is not None
        assert "checked" in program.stderr.readline()
        os.killpg(program.pid, signal.SIGINT)  # as a terminal does: to every process of the run
        out, err = program.communicate(timeout=60)
    assert program.returncode == 130, err
    assert "Traceback" not in err
    assert "Stopped." in err
    rows = _read_lines(tmp_path / "r.jsonl")
    assert 0 < len(rows) < 40_000
    assert set(rows.values()) == {"genuine"}
    numbers = [int(label.split()[1]) for label in rows]
    assert numbers == sorted(numbers)
    assert f"Checked: {len(rows):,}" in out
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


_PEAKS = """
import resource, sys
from skillmark.cli import main
if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except SystemExit:
        pass
    peaks = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(*peaks, file=sys.stderr)
"""


def test_ten_times_as_many_take_no_more_memory(college: SimulatedIssuer, tmp_path: Path) -> None:
    """The peak of the program and of its processes grows by less than an eighth from 500 badges to 5,000."""
    script = tmp_path / "peaks.py"
    script.write_text(_PEAKS, "utf-8")
    small = college.issue() + b"\n"

    def peaks(count: int) -> list[int]:
        path = tmp_path / f"{count}.jsonl"
        path.write_bytes(small * count)
        out = tmp_path / f"{count}.xlsx"
        command = [sys.executable, str(script), "--home", str(tmp_path / "home"), "verify", str(path), "--offline"]
        done = subprocess.run(
            [*command, "--at", AT, "--jobs", "1", "--out", str(out)],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
        )
        assert f"{count:,}  Genuine" in done.stdout
        return [int(word) for word in done.stderr.split()]

    for few, many in zip(peaks(500), peaks(5_000), strict=True):
        assert many < 1.125 * few
