"""Run one parser on a stranger's bytes in a child process with hard limits.

Images, PDF files, workbooks and photos are read by large libraries that were not
written for enemies. Each such read happens in a fresh interpreter that has no
environment, no open files of ours, a cap on memory, CPU, file size and time, and
that ends after one answer. A crash in it costs one request (`security.md` F16).
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from schemas import BadgeError, CannotCheckError, DecodingError, on_every_core

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas import JsonObject, JsonValue

_CHILD_SCRIPT = Path(__file__).with_name("sandbox_child.py")
MAX_CHILDREN = 4  # at once in this process; more wait a moment for their turn
_ENVELOPE_BYTES = 4096  # room for an error that travels back
# How the child ends after each kind of answer; anything else is a crash or a kill.
_STATUS_OF = MappingProxyType({b"R": 0, b"E": 1, b"X": 1, b"L": 1})
_slots = threading.BoundedSemaphore(MAX_CHILDREN)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildLimits:
    """What one child may use. Every figure is a hard stop.

    `memory_bytes` is address space, which includes the interpreter and its libraries (about 60 MiB).
    `turn_seconds` is how long a call waits while every child is taken: a thread that waits answers nobody else.
    """

    memory_bytes: int = 256 * 1024 * 1024
    cpu_seconds: int = 5
    wall_seconds: float = 8.0
    max_output_bytes: int = 4 * 1024 * 1024
    turn_seconds: float = 0.5


DEFAULT_CHILD_LIMITS = ChildLimits()


class ChildBugError(RuntimeError):
    """The function in the child raised something that is no BadgeError: a bug of ours, never a verdict."""


def run_limited(
    target: str,
    payload: bytes,
    *,
    code: str,
    limits: ChildLimits = DEFAULT_CHILD_LIMITS,
    error: Callable[[str, str], BadgeError] = DecodingError,
) -> bytes:
    """Call `target(payload)` in a limited child process and return its bytes.

    A BadgeError that the function raises is raised here again, with class, code, pointer and detail.
    In the child the `__init__` of our packages does not run: a name imported from a façade loads only the module
    that defines it. The named module and its imports decide what a call costs.

    Args:
        target: `package.module:function`, a constant of the caller; the function takes and returns bytes.
        payload: The stranger's bytes.
        code: Code of the error raised when a limit is reached or the child dies.
        limits: See `ChildLimits`.
        error: Makes that error from code and message; a `DecodingError` by default.

    Raises:
        BadgeError: As the function raised it, or made by `error` when a limit was reached.
        CannotCheckError: `request.busy`: too many such calls at once; says nothing about the bytes.
        ChildBugError: The function raised anything else.
    """
    if not _slots.acquire(timeout=limits.turn_seconds):
        raise CannotCheckError("request.busy", "every child process is taken")
    try:
        output, exit_status = _converse(target, payload, limits)
    finally:
        _slots.release()
    return _read_answer(output, exit_status, limits=limits, code=code, error=error)


def _converse(target: str, payload: bytes, limits: ChildLimits) -> tuple[bytes, int]:
    """Start the child, feed it, and return what it wrote (capped) and how it ended."""
    header: JsonObject = {
        "target": target,
        "path": [entry for entry in sys.path if Path(entry).is_absolute()],
        "memory_bytes": limits.memory_bytes,
        "cpu_seconds": limits.cpu_seconds,
        "max_output_bytes": limits.max_output_bytes,
    }
    command = [sys.executable, "-I", "-S", "-B", str(_CHILD_SCRIPT)]
    with on_every_core():
        child = subprocess.Popen(  # noqa: S603 - our interpreter, our script, no shell, nothing of the stranger's in the arguments
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,
        )
    with child:
        assert child.stdin is not None
        assert child.stdout is not None
        clock = threading.Timer(limits.wall_seconds, child.kill)
        feeder = threading.Thread(target=_feed, args=(child, header, payload), daemon=True)
        clock.start()
        feeder.start()
        try:
            output = child.stdout.read(limits.max_output_bytes + _ENVELOPE_BYTES + 1)
            if len(output) > limits.max_output_bytes + _ENVELOPE_BYTES:
                child.kill()
            exit_status = child.wait()
        finally:
            clock.cancel()
            child.kill()
            feeder.join()
    return output, exit_status


def _feed(child: subprocess.Popen[bytes], header: JsonObject, payload: bytes) -> None:
    assert child.stdin is not None
    # A child that died has closed its end; its exit status tells the story.
    with suppress(BrokenPipeError, ConnectionResetError):
        child.stdin.write(json.dumps(header).encode("ascii") + b"\n")
        child.stdin.write(payload)
    with suppress(BrokenPipeError, ConnectionResetError):
        child.stdin.close()


def _read_answer(
    output: bytes, exit_status: int, *, limits: ChildLimits, code: str, error: Callable[[str, str], BadgeError]
) -> bytes:
    kind, body = output[:1], output[1:]
    if exit_status != _STATUS_OF.get(kind):
        raise error(code, f"the child process ended with status {exit_status}")
    if len(output) > limits.max_output_bytes + _ENVELOPE_BYTES:
        raise error(code, "the child process wrote too much")
    if kind == b"R":
        return body
    report = cast("JsonObject", json.loads(body))
    if kind == b"L":
        raise error(code, str(report["limit"]))
    if kind == b"X":
        raise ChildBugError(f"{report['type']} at {report['where']}")
    raise _rebuild_error(report)


def _rebuild_error(report: JsonObject) -> BadgeError:
    """Make the BadgeError again that the child raised, without running its own constructor."""
    classes = {found.__name__: found for found in _family(BadgeError)}
    made = BadgeError.__new__(classes[str(report["class"])])
    detail = cast("dict[str, JsonValue]", report["detail"])
    BadgeError.__init__(
        made, str(report["code"]), str(report["message"]), pointer=str(report["pointer"]), detail=detail
    )
    for name, value in cast("dict[str, JsonValue]", report["extra"]).items():
        setattr(made, name, value)
    return made


def _family(root: type[BadgeError]) -> list[type[BadgeError]]:
    return [root, *(found for child in root.__subclasses__() for found in _family(child))]
