"""Checks what we are about to give out on a second core, in a process that has no private key.

The signing key stays where it is: what goes over is finished badges and public keys, and what comes back is a verdict.
A process that dies costs time, never a check.
"""

from __future__ import annotations

import fcntl
import json
import logging
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from credentials.own_output import OwnOutput, find_own_fault
from credentials.own_output_child import read_field, write_fields
from schemas import encode_json, on_every_core

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from keys import PublicKey

_log = logging.getLogger(__name__)
_PIPE_BYTES = 2**20  # the most that Linux allows everybody
MAX_ANSWER_SECONDS = 120.0  # for a batch that takes a fraction of a second
_CHILD_SCRIPT = Path(__file__).with_name("own_output_child.py")


class OwnFault(NamedTuple):
    """What is wrong with the output at which place of a batch."""

    place: int
    what: str


class OwnOutputChecker:
    """Checks batches, one after the other; the caller may work on while one is being checked.

    Args:
        batches_apart: Whether to do it in another process. Starting one costs about what 120 badges cost.
    """

    def __init__(self, *, batches_apart: bool) -> None:
        self._batch: Sequence[tuple[OwnOutput, PublicKey]] = ()
        self._clock: threading.Timer | None = None
        self._number = 0  # of the batch: an answer to another one is no answer
        self._child = _start_child() if batches_apart else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_child()

    def begin(self, batch: Sequence[tuple[OwnOutput, PublicKey]]) -> None:
        """Hand over a batch; the one before must be finished."""
        self._batch = batch
        self._number += 1
        if self._child is None or not batch:
            return
        assert self._child.stdin is not None
        fields = [b"%d" % self._number, b"%d" % len(batch)]
        for output, key in batch:
            fields += [
                output.json_bytes,
                output.jwt,
                output.unsecured,
                output.method_id.encode(),
                encode_json(key.jwk),
            ]
        # A process that stands still ends, and what it had is checked here.
        self._clock = threading.Timer(MAX_ANSWER_SECONDS, self._child.kill)
        self._clock.daemon = True
        self._clock.start()
        try:
            write_fields(self._child.stdin, fields)
        except OSError:
            self._lose_child()

    def finish(self) -> OwnFault | None:
        """Wait for the verdict on the batch: its first fault, or None when everything may leave."""
        batch, self._batch = self._batch, ()
        if self._child is not None and batch:
            assert self._child.stdout is not None
            number, at, found = (read_field(self._child.stdout) for _ in range(3))
            self._stop_clock()
            # A last field that is missing is half an answer; one that is empty says that everything may leave.
            if number == b"%d" % self._number and at is not None and found is not None:
                return OwnFault(int(at), found.decode()) if found else None
            self._lose_child()
        for place, (output, key) in enumerate(batch):
            if what := find_own_fault(output, key):
                return OwnFault(place, what)
        return None

    def _lose_child(self) -> None:
        _log.warning("the process that checks finished badges ended; they are checked here")
        self._end_child()

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _end_child(self) -> None:
        self._stop_clock()
        if self._child is None:
            return
        self._child.kill()
        for stream in (self._child.stdin, self._child.stdout):
            if stream is not None:
                with suppress(OSError):  # what was still to be written is of no use now
                    stream.close()
        self._child.wait()
        self._child = None


def _start_child() -> subprocess.Popen[bytes] | None:
    try:
        with on_every_core():
            child = subprocess.Popen(  # noqa: S603 - our interpreter, our script, no shell
                [sys.executable, "-I", "-S", "-B", str(_CHILD_SCRIPT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                start_new_session=True,  # Ctrl-C is for the one who issues, who then ends this one
            )
    except OSError as error:
        _log.warning("no process to check finished badges in: %s", type(error).__name__)
        return None
    assert child.stdin is not None
    if hasattr(fcntl, "F_SETPIPE_SZ"):  # Linux
        with suppress(OSError):
            # So that handing over a batch takes few turns; where it is refused it takes more.
            fcntl.fcntl(child.stdin, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    with suppress(OSError):
        child.stdin.write(json.dumps({"path": [entry for entry in sys.path if Path(entry).is_absolute()]}).encode())
        child.stdin.write(b"\n")
        child.stdin.flush()
    return child
