"""Starts the processes that check the badges of a bulk run.

The program has one thread, and there they are copies of it: what all of them need is loaded once, which is most of
what a short run costs. A process with more threads is not copied, for a copy would never be given a lock that another
thread had at that moment; there they are started afresh.
"""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn, Protocol

from schemas import compose_light_command, on_every_core

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

_LOOK_SECONDS = 0.01  # how soon it is seen that a copy has ended
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_FIRST_CLOSED = 3  # descriptor; those before it are input, output and errors


class Process(Protocol):
    """A process that was started, as `subprocess.Popen` is one."""

    pid: int

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end, and return how it ended: below zero for the signal that ended it.

        Args:
            timeout: Seconds.

        Raises:
            subprocess.TimeoutExpired: It goes on.
        """

    def terminate(self) -> None:
        """Ask it to end."""

    def kill(self) -> None:
        """End it."""


def start_process(target: str, end: socket.socket) -> Process:
    """Start a process that talks over one end of a pair of sockets, its standard input, and writes nothing else.

    A Ctrl-C in a terminal does not reach it, and of what this process has open it has nothing.

    Args:
        target: `package.module:function`, a constant of the caller; the function takes nothing.
        end: To be closed by the caller.
    """
    return _Copy(target, end) if _has_one_thread() else _start_afresh(target, end)


def _has_one_thread() -> bool:
    """Whether this is a process of Linux, the one system where copying is safe, and without threads of a library."""
    try:
        return len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208 - pathlib costs start-up time
    except OSError:
        return False


def _start_afresh(target: str, end: socket.socket) -> Process:
    with on_every_core():
        return subprocess.Popen(  # noqa: S603 - our interpreter, our function, no shell
            compose_light_command(target),
            stdin=end.fileno(),
            stdout=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(os.path.isabs, sys.path))},
            start_new_session=True,
        )


class _Copy:
    """A copy of this process that runs a function and then ends.

    Args:
        target: As for `start_process`; so is the other one.
    """

    def __init__(self, target: str, end: socket.socket) -> None:
        module_name, function_name = target.split(":")
        # Loaded before, so that the next copy finds it there.
        function = getattr(importlib.import_module(module_name), function_name)
        self._status: int | None = None
        # A second Ctrl-C would otherwise end the copy in the middle of the callers that it was copied from.
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            with on_every_core():
                self.pid = os.fork()
                if self.pid == 0:
                    _run_alone(function, end)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)

    def wait(self, timeout: float | None = None) -> int:
        """As `Process.wait`."""
        last = None if timeout is None else time.monotonic() + timeout
        while self._status is None:
            try:
                pid, status = os.waitpid(self.pid, 0 if last is None else os.WNOHANG)
            except ChildProcessError:
                # Whoever started the program has children of it forgotten at once (SIGCHLD ignored): as `Popen`.
                self._status = 0
                break
            if pid:
                self._status = os.waitstatus_to_exitcode(status)
            elif last is not None and time.monotonic() > last:
                raise subprocess.TimeoutExpired([], timeout or 0.0)
            else:
                time.sleep(_LOOK_SECONDS)
        return self._status

    def terminate(self) -> None:
        """As `Process.terminate`."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """As `Process.kill`."""
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        # Until it was waited for, its number is nobody else's.
        if self._status is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


def _close_the_rest() -> None:
    """Close what is open but input, output and errors; one by one, since the number of the last one may be huge.

    The other end of each socket too: else nobody would see that the run has ended. The objects to which all this
    belongs live on in the callers, to whom nothing returns, so none of them closes a descriptor a second time.
    """
    for number in map(int, os.listdir("/proc/self/fd")):  # noqa: PTH208 - pathlib costs start-up time
        if number >= _FIRST_CLOSED:
            with suppress(OSError):  # that of the list itself is closed by now
                os.close(number)


def _run_alone(function: Callable[[], None], end: socket.socket) -> NoReturn:
    """Run a function in a copy of a process, with nothing that is open there; never comes back."""
    status = 1
    try:
        os.setsid()
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        os.dup2(end.fileno(), 0)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        if sys.stderr is None:  # it was closed, and what has its number now is something else
            os.dup2(1, 2)
        _close_the_rest()
        function()
        status = 0
    finally:
        # Whatever was raised is said here, and ends here: not in the copied callers.
        try:
            if status:
                sys.excepthook(*sys.exc_info())
        finally:
            os._exit(status)
