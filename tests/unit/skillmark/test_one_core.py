"""The server keeps to one of the cores that it was given."""

from __future__ import annotations

import os
import sysconfig

import pytest

from skillmark.one_core import PORT_VARIABLE, choose_core, keep_to_one_core
from tests.doubles.one_core import every_core, in_thread, needs_affinity

NO_SUCH_CORES = {4_094, 4_095}


@pytest.fixture(autouse=True)
def our_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be the worker process of a server of ours."""
    monkeypatch.setenv(PORT_VARIABLE, "8000")


def _cores_then() -> set[int]:
    def settle() -> set[int]:
        keep_to_one_core()
        return os.sched_getaffinity(0)

    return in_thread(settle)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[set[int]]:
    """What the kernel was asked for, in a process that was given the cores 5 and 7."""
    found: list[set[int]] = []
    if hasattr(os, "sched_setaffinity"):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: {5, 7})
        monkeypatch.setattr(os, "sched_setaffinity", lambda _, cores: found.append(cores))
    return found


@needs_affinity
def test_keeps_to_one_core_of_those_it_may_use() -> None:
    """The thread may run on one core, which is one of those before."""
    cores = _cores_then()
    assert len(cores) == 1
    assert cores <= every_core()


@needs_affinity
def test_thread_that_it_starts_is_on_the_same_core() -> None:
    """What the server starts afterwards is on the core too: threads for requests, and the one of the network."""

    def settle() -> tuple[set[int], set[int]]:
        keep_to_one_core()
        return os.sched_getaffinity(0), in_thread(lambda: os.sched_getaffinity(0))

    here, there = in_thread(settle)
    assert here == there
    assert len(there) == 1


@needs_affinity
def test_core_is_one_of_those_given(asked: list[set[int]]) -> None:
    """What the kernel is asked for is one of the cores that the administrator gave, by `taskset` or a cpuset."""
    in_thread(keep_to_one_core)
    assert asked in ([{5}], [{7}])


@needs_affinity
def test_neighbouring_port_is_another_core(asked: list[set[int]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two sites on one machine, on ports side by side, each keeps to a core of its own."""
    for port in ("8000", "8001"):
        monkeypatch.setenv(PORT_VARIABLE, port)
        in_thread(keep_to_one_core)
    assert sorted(map(min, asked)) == [5, 7]


def test_hosts_of_one_port_differ() -> None:
    """Containers that all listen on one port do not all take one core."""
    hosts = [f"container-{number}" for number in range(50)]
    assert {choose_core({0, 1, 2, 3}, host_name=name, port=8000) for name in hosts} == {0, 1, 2, 3}


@needs_affinity
def test_one_core_is_left_alone(asked: list[set[int]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one core was given there is nothing to choose."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3})
    in_thread(keep_to_one_core)
    assert asked == []


@needs_affinity
def test_server_that_is_not_ours(asked: list[set[int]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Another server may have many processes, which must not all take one core."""
    monkeypatch.delenv(PORT_VARIABLE)
    in_thread(keep_to_one_core)
    assert asked == []


@needs_affinity
def test_interpreter_without_the_lock(asked: list[set[int]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that run at once gain by every core."""
    monkeypatch.setattr(sysconfig, "get_config_var", {"Py_GIL_DISABLED": 1}.get)
    in_thread(keep_to_one_core)
    assert asked == []


def test_system_without_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """On macOS and Windows the server starts as ever."""
    before = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    with monkeypatch.context() as patch:
        patch.delattr(os, "sched_setaffinity", raising=False)
        patch.delattr(os, "sched_getaffinity", raising=False)
        keep_to_one_core()
    assert before == (os.sched_getaffinity(0) if before else set())


@needs_affinity
def test_sandbox_that_does_not_tell_its_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a process may not even ask, the server starts as ever."""

    def refuse(_: int) -> set[int]:
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr(os, "sched_getaffinity", refuse)
        in_thread(keep_to_one_core)
    assert os.sched_getaffinity(0) == every_core()


@needs_affinity
def test_refusal_of_the_kernel_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the core is refused, the server goes on where it is."""
    with pytest.raises(OSError, match="Invalid argument"):
        os.sched_setaffinity(0, NO_SUCH_CORES)

    def settle() -> set[int]:
        with monkeypatch.context() as patch:
            patch.setattr(os, "sched_getaffinity", lambda _: NO_SUCH_CORES)
            keep_to_one_core()
        return os.sched_getaffinity(0)

    assert in_thread(settle) == every_core()
