"""The other side of `sandbox.run_limited`: a script that answers one call and ends.

Runs as a plain file under `python -I -S -B`, so it may import nothing but the standard
library before its limits stand. Input: one line of JSON, then the payload. Output: one
letter (R result, E error of ours, L limit reached, X bug) and the body.
"""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import sys
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_HEADER_BYTES = 1 << 20
_MAX_OPEN_FILES = 32
_BASE_FIELDS = frozenset({"code", "message", "pointer", "detail"})


def _set_limits(memory_bytes: int, cpu_seconds: int) -> None:
    # macOS refuses RLIMIT_AS; there the parent's wall clock still holds.
    with suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MAX_OPEN_FILES, _MAX_OPEN_FILES))


def _find_function(target: str) -> Callable[[bytes], bytes]:
    """Import the module without running the `__init__` of our packages, which would load every library we have."""
    package = importlib.util.find_spec("schemas")
    assert package is not None
    assert package.submodule_search_locations
    script = os.path.join(package.submodule_search_locations[0], "lazy_facades.py")  # noqa: PTH118 - pathlib costs start-up time
    spec = importlib.util.spec_from_file_location("lazy_facades", script)
    assert spec is not None
    assert spec.loader is not None
    lazy_facades = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(lazy_facades)
    function: Callable[[bytes], bytes] = lazy_facades.find_function(target)
    return function


def _describe_error(error: BaseException) -> tuple[bytes, dict[str, Any]]:
    errors = sys.modules.get("schemas.errors")
    if errors is not None and isinstance(error, errors.BadgeError):
        fields = vars(error)
        return b"E", {
            "class": type(error).__name__,
            "code": fields["code"],
            "message": fields["message"],
            "pointer": fields["pointer"],
            "detail": dict(fields["detail"]),
            "extra": {name: value for name, value in fields.items() if name not in _BASE_FIELDS},
        }
    if isinstance(error, (MemoryError, RecursionError)):
        return b"L", {"limit": "memory" if isinstance(error, MemoryError) else "depth"}
    # The message of a library may quote the stranger's data: only type and place leave this process.
    place = traceback.extract_tb(error.__traceback__)[-1]
    return b"X", {"type": type(error).__name__, "where": f"{os.path.basename(place.filename)}:{place.lineno}"}  # noqa: PTH119 - pathlib costs start-up time


def _send(out: int, kind: bytes, body: bytes) -> None:
    with open(out, "wb") as stream:
        stream.write(kind + body)


def main() -> None:
    """Answer the call that stands on standard input; what it raises is reported and ends the process with status 1."""
    out = os.dup(1)
    os.dup2(2, 1)  # what a library prints must not mix with the answer
    stdin = sys.stdin.buffer
    header = json.loads(stdin.readline(_MAX_HEADER_BYTES))
    sys.path[:] = header["path"]
    _set_limits(header["memory_bytes"], header["cpu_seconds"])

    def report(_type: type[BaseException], error: BaseException, _traceback: object) -> None:
        kind, facts = _describe_error(error)
        _send(out, kind, json.dumps(facts).encode("ascii"))

    sys.excepthook = report
    result = _find_function(header["target"])(stdin.read())
    if len(result) > header["max_output_bytes"]:
        _send(out, b"L", b'{"limit": "output"}')
        sys.exit(1)
    _send(out, b"R", result)


if __name__ == "__main__":
    main()
