"""Work that comes again and again: it outlives errors and bugs, and ends when it is told to."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

import pytest

from schemas import LedgerError
from skillmark.background import BackgroundWork

if TYPE_CHECKING:
    from collections.abc import Callable

WAIT_SECONDS = 10.0


def run_until(turns: int, work: Callable[[int], None], **options: frozenset[str]) -> int:
    """Do something so many times and return how many turns there were by then."""
    done, count = threading.Event(), 0

    def turn() -> None:
        nonlocal count
        count += 1
        if count >= turns:
            done.set()
        work(count)

    background = BackgroundWork("test", turn, every_seconds=0.01, **options)
    background.start()
    assert done.wait(WAIT_SECONDS)
    background.stop(timeout_seconds=WAIT_SECONDS)
    # A thread that a bug ended is still telling of it, while the next one works: it belongs to this test.
    for thread in threading.enumerate():
        if thread.name == "test":
            thread.join(WAIT_SECONDS)
    return count


def test_turns_come_again() -> None:
    """One turn follows the other."""
    assert run_until(3, lambda _: None) >= 3


def test_error_is_logged_and_the_next_turn_comes(caplog: pytest.LogCaptureFixture) -> None:
    """A store that is busy now may not be busy later; a code that is expected is worth no line."""

    def fail(turn: int) -> None:
        raise LedgerError("store.busy" if turn == 1 else "mail.sender_running")

    with caplog.at_level(logging.WARNING):
        assert run_until(3, fail, expected=frozenset({"mail.sender_running"})) >= 3
    assert [record.getMessage() for record in caplog.records] == ["test: store.busy"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_bug_ends_one_turn_only() -> None:
    """Even an error that nobody thought of does not end the mail of a site."""

    def stumble(turn: int) -> None:
        if turn == 1:
            raise ZeroDivisionError

    assert run_until(3, stumble) >= 3


def test_stopped_work_stays_stopped() -> None:
    """After the stop there is no turn any more."""
    turns: list[int] = []
    background = BackgroundWork("test", lambda: turns.append(1), every_seconds=0.01)
    background.start()
    background.stop(timeout_seconds=WAIT_SECONDS)
    count = len(turns)
    threading.Event().wait(0.05)
    assert len(turns) == count
