"""Processes that die, hang or are stopped in the middle of a bulk check; and what it takes of memory."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from schemas import CannotCheckError
from skillmark import bulk_pool
from skillmark.bulk_messages import NetworkUse, ReportForm, RunSettings
from skillmark.bulk_pool import BulkPool
from tests.architecture.source import ROOT
from tests.doubles.issuer_simulator import NOW, IssuerIdKind, IssuerSimulator, SimulatedIssuer
from verifier import BulkItem, Finding, SharedAnswers, SourceKind, TrustList, list_items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skillmark.bulk_messages import Checked

AT = "2026-11-22T09:00:00Z"


@pytest.fixture(scope="module")
def college() -> SimulatedIssuer:
    return IssuerSimulator().add_issuer(IssuerIdKind.DID_KEY)


def _read_lines(path: Path) -> dict[str, str]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return {row["file"]: row["result"] for row in rows}


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


def _kill_who_is_quiet(pool: BulkPool) -> bool:
    """End each process that has said nothing for a second."""
    for worker in pool._workers:
        if worker.is_ready and worker.tasks and time.monotonic() - worker.heard_at > 1.0:
            worker.process.kill()
    return False


@pytest.mark.parametrize(
    ("kind", "jobs", "most"),
    [(SourceKind.FILE, 1, 16), (SourceKind.ZIP, 1, 16), (SourceKind.LIST, 1, 128), (SourceKind.LIST, 64, 4)],
)
def test_files_are_handed_out_in_smaller_numbers_than_lines(kind: SourceKind, jobs: int, most: int) -> None:
    """A file may be a photo; and many processes share what may be asked for ahead."""
    pool = _pool(jobs)
    pool._handed_out = pool._given_back = 10_000  # a run that is well under way
    items = iter([BulkItem("a", kind, "a")] * 1_000)
    task = pool._compose_task(items)
    assert task is not None
    assert len(task.items) == most


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


def test_a_process_that_stops_in_the_middle_of_a_word_is_ended(
    college: SimulatedIssuer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half an answer keeps nobody waiting: the process is ended as one that says nothing."""
    monkeypatch.setattr(bulk_pool, "MAX_SILENT_SECONDS", 1.0)
    monkeypatch.setattr(bulk_pool, "_START", "tests.doubles.halting_workers:main")
    path = tmp_path / "badge.jsonl"
    path.write_bytes(college.issue() + b"\n")
    assert _labels(_pool(1).check(list_items([path]))) == [("line 1", Finding.COULD_NOT_CHECK)]


def test_a_process_killed_after_half_a_task_loses_nothing(
    college: SimulatedIssuer, tmp_path: Path, stuck: BulkItem
) -> None:
    """Of a task that was answered in part, only what was not answered is checked again; nothing comes twice."""
    path = tmp_path / "badges.jsonl"
    path.write_bytes((college.issue() + b"\n") * 400)
    items = list(list_items([path]))
    items.insert(390, stuck)
    pool = _pool(1)
    found = _labels(pool.check(iter(items), is_stopped=lambda: _kill_who_is_quiet(pool)))
    assert found == [(item.label, Finding.COULD_NOT_CHECK if item is stuck else Finding.GENUINE) for item in items]


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
    assert asked <= held


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
import contextlib, resource, sys
from skillmark.cli import main
if __name__ == "__main__":
    with contextlib.suppress(SystemExit):
        main(sys.argv[1:])
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
