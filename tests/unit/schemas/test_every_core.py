"""A thread that keeps to one core may leave it for a while, and is back on it afterwards."""

from __future__ import annotations

import os

import pytest

from pages import hash_password, is_right_password
from schemas import on_every_core
from tests.doubles.one_core import every_core, in_thread, needs_affinity, on_one_core

NO_SUCH_CORES = 4_094, 4_095


def _mask_inside_and_after() -> tuple[set[int], set[int]]:
    with on_every_core():
        inside = os.sched_getaffinity(0)
    return inside, os.sched_getaffinity(0)


@needs_affinity
def test_every_core_inside_and_one_afterwards() -> None:
    """Inside, the thread may run wherever the process may; then on its own core again."""
    assert on_one_core(_mask_inside_and_after) == (every_core(), {min(every_core())})


@needs_affinity
def test_back_on_its_core_after_an_error() -> None:
    """What goes wrong inside does not leave the thread on every core."""

    def fail() -> set[int]:
        with pytest.raises(ZeroDivisionError), on_every_core():
            raise ZeroDivisionError
        return os.sched_getaffinity(0)

    assert on_one_core(fail) == {min(every_core())}


@needs_affinity
def test_one_inside_another() -> None:
    """The inner end does not narrow what the outer one has widened."""

    def twice() -> set[int]:
        with on_every_core():
            with on_every_core():
                pass
            return os.sched_getaffinity(0)

    assert on_one_core(twice) == every_core()


@needs_affinity
def test_thread_on_every_core_stays_so() -> None:
    """A thread that keeps to nothing is not narrowed by it."""
    assert in_thread(_mask_inside_and_after) == (every_core(), every_core())


@needs_affinity
def test_cores_that_only_the_thread_has_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of others may give its threads cores that its first thread has not: they are not taken away."""
    asked: list[set[int]] = []
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {process and 1})
    monkeypatch.setattr(os, "sched_setaffinity", lambda _, cores: asked.append(cores))
    with on_every_core():
        pass
    assert asked == [{0, 1}, {0}]


@needs_affinity
def test_refusal_of_the_kernel_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the kernel refuses, the work is done where the thread is."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {NO_SUCH_CORES[bool(process)]})
    with pytest.raises(OSError, match="Invalid argument"):
        os.sched_setaffinity(0, set(NO_SUCH_CORES))
    with on_every_core():
        done = True
    assert done


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
        return right, wrong, os.sched_getaffinity(0)

    assert on_one_core(check) == (True, False, {min(every_core())})
