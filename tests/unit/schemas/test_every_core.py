"""A thread that keeps to one core may leave it for a while, and is back on it afterwards."""

from __future__ import annotations

import os

import pytest

from pages import hash_password, is_right_password
from schemas import keep_to_core, on_every_core
from tests.doubles.one_core import every_core, in_thread, needs_affinity, on_one_core

NO_SUCH_CORE = 4_095


def _cores() -> set[int]:
    return os.sched_getaffinity(0)


def _cores_inside_and_after() -> tuple[set[int], set[int]]:
    with on_every_core():
        inside = _cores()
    return inside, _cores()


@needs_affinity
def test_every_core_inside_and_one_afterwards() -> None:
    """Inside, the thread may run wherever the process may; then on its own core again."""
    assert on_one_core(_cores_inside_and_after) == (every_core(), {min(every_core())})


@needs_affinity
def test_thread_that_it_starts_inherits_the_core_and_may_leave_it() -> None:
    """So may a thread that a request starts, as that of a job."""
    kept = on_one_core(lambda: in_thread(lambda: (_cores(), *_cores_inside_and_after())))
    assert kept == ({min(every_core())}, every_core(), {min(every_core())})


@needs_affinity
def test_back_on_its_core_after_an_error() -> None:
    """What goes wrong inside does not leave the thread on every core."""

    def fail() -> set[int]:
        with pytest.raises(ZeroDivisionError), on_every_core():
            raise ZeroDivisionError
        return _cores()

    assert on_one_core(fail) == {min(every_core())}


@needs_affinity
def test_one_inside_another() -> None:
    """The inner end does not narrow what the outer one has widened."""

    def twice() -> set[int]:
        with on_every_core():
            with on_every_core():
                pass
            return _cores()

    assert on_one_core(twice) == every_core()


@needs_affinity
def test_process_that_keeps_to_nothing_asks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of others, which sets its threads as it likes, is left alone."""
    asked: list[int] = []
    monkeypatch.setattr(os, "sched_getaffinity", asked.append)
    with on_every_core():
        done = True
    assert done
    assert asked == []


@needs_affinity
def test_thread_that_somebody_else_has_set_stays_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where an administrator, or a container that was given less, has moved the thread, it stays."""
    asked: list[set[int]] = []

    def moved() -> None:
        keep_to_core(min(every_core()))
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: {5, 7})
        monkeypatch.setattr(os, "sched_setaffinity", lambda _, cores: asked.append(cores))
        with on_every_core():
            pass

    in_thread(moved)
    assert asked == []


@needs_affinity
def test_refusal_of_the_kernel_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the kernel refuses more, the work is done where the thread is."""

    def refused() -> set[int]:
        core = min(every_core())
        with monkeypatch.context() as patch:
            patch.setattr(os, "sched_getaffinity", lambda _: {NO_SUCH_CORE})
            keep_to_core(core)
        with pytest.raises(OSError, match="Invalid argument"):
            os.sched_setaffinity(0, {NO_SUCH_CORE})
        return _cores_inside_and_after()[0]

    assert in_thread(refused) == {min(every_core())}


@needs_affinity
def test_core_that_is_not_there_is_refused() -> None:
    """A process that may not have the core keeps to nothing."""

    def refused() -> set[int]:
        with pytest.raises(OSError, match="Invalid argument"):
            keep_to_core(NO_SUCH_CORE)
        return _cores()

    assert in_thread(refused) == every_core()


def test_system_without_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where threads cannot be kept to cores there is nothing to leave."""
    monkeypatch.delattr(os, "sched_setaffinity", raising=False)
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    with on_every_core():
        done = True
    assert done


@needs_affinity
def test_thread_that_checks_passwords_keeps_its_core() -> None:
    """A password is right or wrong as ever, and the thread is back on its core."""

    def check() -> tuple[bool, bool, set[int]]:
        hashed = hash_password("a good long one")
        right, wrong = (is_right_password(text, hashed=hashed) for text in ("a good long one", "another"))
        return right, wrong, _cores()

    assert on_one_core(check) == (True, False, {min(every_core())})
