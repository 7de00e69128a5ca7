"""The server keeps to one core, and gives children every core."""

from __future__ import annotations

import json
import os
from pathlib import Path

from credentials import OwnOutputChecker, run_limited
from skillmark.bulk_messages import NetworkUse, RunSettings
from skillmark.bulk_pool import BulkPool
from skillmark.settings import create_home
from tests.doubles.issuer_simulator import NOW, IssuerIdKind, IssuerSimulator
from tests.doubles.one_core import every_core, needs_affinity, on_one_core
from tests.doubles.running_server import free_port, get, running
from verifier import BulkItem, SharedAnswers, SourceKind, TrustList

pytestmark = needs_affinity


def tell_cores(_: bytes) -> bytes:
    """Return the cores that this process may use; runs in the child."""
    return json.dumps(sorted(os.sched_getaffinity(0))).encode()


def test_child_that_reads_a_file_has_every_core() -> None:
    """A child of the sandbox that a request starts may use what the process may."""
    told = on_one_core(lambda: run_limited(f"{__name__}:tell_cores", b"", code="request.resource_limit"))
    assert set(json.loads(told)) == every_core()


def test_child_that_checks_finished_badges_has_every_core() -> None:
    """So may the process that looks through what is about to be issued."""

    def cores() -> set[int]:
        with OwnOutputChecker(batches_apart=True) as checker:
            assert checker._child is not None
            return os.sched_getaffinity(checker._child.pid)

    assert on_one_core(cores) == every_core()


def test_processes_of_a_bulk_run_have_every_core(tmp_path: Path) -> None:
    """So may the processes that check many badges."""
    badge = tmp_path / "badge.json"
    badge.write_bytes(IssuerSimulator().add_issuer(IssuerIdKind.DID_KEY).issue())
    item = BulkItem("badge", SourceKind.FILE, str(badge), 0, badge.stat().st_size)
    pool = BulkPool(
        RunSettings(now=NOW, trust_list=TrustList(), network=NetworkUse.NONE),
        jobs=1,
        answers=SharedAnswers(lambda _: None),
    )

    def cores() -> list[set[int]]:
        return [os.sched_getaffinity(pool._workers[0].process.pid) for _ in pool.check(iter([item]))]

    assert on_one_core(cores) == [every_core()]


def _descendants(process: int) -> list[int]:
    found = []
    for children in Path("/proc", str(process), "task").glob("*/children"):
        for child in map(int, children.read_text("ascii").split()):
            found += [child, *_descendants(child)]
    return found


def _cores_of_threads(process: int) -> list[set[int]]:
    return [os.sched_getaffinity(int(entry.name)) for entry in Path("/proc", str(process), "task").iterdir()]


def test_process_that_answers_keeps_to_one_core(tmp_path: Path) -> None:
    """All threads of the worker share one core, the network's too; the process that started it has every core."""
    port = free_port()
    create_home(tmp_path / "home", base_url=f"http://127.0.0.1:{port}")
    with running(["serve"], home=tmp_path / "home", port=port):
        assert get(port, "/verify")[0] == 200
        found = [_cores_of_threads(process) for process in _descendants(os.getpid())]
    workers = [threads for threads in found if len(threads[0]) == 1 and len(threads) > 1]
    assert [core for threads in workers for core in threads] == [workers[0][0]] * sum(map(len, workers))
    assert workers[0][0] <= every_core()
    assert all(cores == every_core() for threads in found if threads not in workers for cores in threads)
