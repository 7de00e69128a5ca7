"""The threads that answer requests keep to one of the cores that the process was given."""

from __future__ import annotations

import os
import sysconfig
from typing import TYPE_CHECKING
from wsgiref.util import setup_testing_defaults

import pytest

from skillmark.one_core import PORT_VARIABLE, choose_core, keep_to_one_core
from tests.doubles.one_core import every_core, in_thread, needs_affinity

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

NO_SUCH_CORES = {4_094, 4_095}


def hello(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer with the path."""
    start_response("200 OK", [])
    return [environ["PATH_INFO"].encode()]


def ask(application: WSGIApplication, path: str = "/") -> bytes:
    """Return what the application answers."""
    environ: WSGIEnvironment = {"PATH_INFO": path}
    setup_testing_defaults(environ)
    statuses: list[str] = []
    body = b"".join(application(environ, lambda status, *_: statuses.append(status)))  # type: ignore[arg-type]
    assert statuses == ["200 OK"]
    return body


def _mask_after(application: WSGIApplication, *, requests: int) -> set[int]:
    def mask() -> set[int]:
        for _ in range(requests):
            ask(application)
        return os.sched_getaffinity(0)

    return in_thread(mask)


def _given(monkeypatch: pytest.MonkeyPatch, cores: set[int]) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: cores)


@needs_affinity
@pytest.mark.parametrize("requests", [1, 2])
def test_thread_keeps_to_one_core_from_its_first_request(requests: int) -> None:
    """After the first request, and after the next, a thread may run on one core, which is one of those given."""
    mask = _mask_after(keep_to_one_core(hello), requests=requests)
    assert len(mask) == 1
    assert mask <= every_core()


@needs_affinity
def test_threads_of_one_site_share_a_core() -> None:
    """All threads of an application take turns on one and the same core."""
    application = keep_to_one_core(hello)
    masks = [_mask_after(application, requests=1) for _ in range(3)]
    assert masks[0] == masks[1] == masks[2]


@needs_affinity
def test_thread_without_a_request_keeps_every_core() -> None:
    """Nothing is narrowed before a thread is asked."""
    assert _mask_after(keep_to_one_core(hello), requests=0) == every_core()


@needs_affinity
def test_first_thread_of_the_process_keeps_every_core() -> None:
    """From the first thread others learn where the process may run: it stays as it is, also when it is asked."""
    ask(keep_to_one_core(hello))
    assert os.sched_getaffinity(os.getpid()) == os.sched_getaffinity(0) == every_core()


@needs_affinity
def test_core_is_one_of_those_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the kernel is asked for is one of the cores that the administrator gave, by `taskset` or a cpuset."""
    asked: list[tuple[int, set[int]]] = []
    _given(monkeypatch, {5, 7})
    monkeypatch.setattr(os, "sched_setaffinity", lambda *arguments: asked.append(arguments))
    in_thread(lambda: ask(keep_to_one_core(hello)))
    assert asked in ([(0, {5})], [(0, {7})])


@needs_affinity
def test_neighbouring_port_is_another_core(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two sites on one machine, on ports side by side, each keeps to a core of its own."""
    asked: list[set[int]] = []
    _given(monkeypatch, {5, 7})
    monkeypatch.setattr(os, "sched_setaffinity", lambda _, cores: asked.append(cores))
    for port in ("8000", "8001"):
        monkeypatch.setenv(PORT_VARIABLE, port)
        in_thread(lambda: ask(keep_to_one_core(hello)))
    assert sorted(map(min, asked)) == [5, 7]


def test_hosts_of_one_port_differ() -> None:
    """Containers that all listen on one port do not all take one core."""
    hosts = [f"container-{number}" for number in range(50)]
    assert {choose_core({0, 1, 2, 3}, host_name=name, port=8000) for name in hosts} == {0, 1, 2, 3}


@needs_affinity
def test_one_core_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is nothing to choose, the application comes back as it is."""
    _given(monkeypatch, {3})
    assert keep_to_one_core(hello) is hello


def test_system_without_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """On macOS and Windows the application comes back as it is."""
    monkeypatch.delattr(os, "sched_setaffinity", raising=False)
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert keep_to_one_core(hello) is hello


@needs_affinity
def test_sandbox_that_does_not_tell_its_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a process may not even ask, the application comes back as it is."""

    def refuse(_: int) -> set[int]:
        raise PermissionError

    monkeypatch.setattr(os, "sched_getaffinity", refuse)
    assert keep_to_one_core(hello) is hello


@needs_affinity
def test_interpreter_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that run at once gain by every core: the application comes back as it is."""
    _given(monkeypatch, {0, 1})
    monkeypatch.setattr(sysconfig, "get_config_var", {"Py_GIL_DISABLED": 1}.get)
    assert keep_to_one_core(hello) is hello


@needs_affinity
def test_refusal_of_the_kernel_costs_no_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the cores of the start are gone, requests are answered wherever the thread is."""
    _given(monkeypatch, NO_SUCH_CORES)
    application = keep_to_one_core(hello)
    monkeypatch.undo()
    with pytest.raises(OSError, match="Invalid argument"):
        os.sched_setaffinity(0, NO_SUCH_CORES)
    assert in_thread(lambda: (ask(application, "/a"), ask(application, "/b"))) == (b"/a", b"/b")
    assert _mask_after(application, requests=1) == every_core()
