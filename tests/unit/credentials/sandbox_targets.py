"""Functions that the sandbox tests run in a child process."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import sys
import tempfile
from pathlib import Path

from schemas import DecodingError, RosterError


def echo(payload: bytes) -> bytes:
    return payload


def refuse(payload: bytes) -> bytes:
    raise DecodingError("decoding.image_malformed", "seen in the child", pointer="/a/b", detail={"size": len(payload)})


def refuse_row(payload: bytes) -> bytes:
    raise RosterError("roster.malformed", payload.decode(), row=7, column="Email")


def raise_bug(payload: bytes) -> bytes:
    raise KeyError(payload.decode())


def eat_memory(payload: bytes) -> bytes:
    return bytes(2**40)


def burn_cpu(payload: bytes) -> bytes:
    while True:
        pass


def sleep(payload: bytes) -> bytes:
    import time  # noqa: PLC0415 - the child loads it only here

    time.sleep(60)
    return payload


def write_much(payload: bytes) -> bytes:
    return bytes(int(payload))


def print_much(payload: bytes) -> bytes:
    os.write(1, b"noise of a library")
    print("more noise")  # noqa: T201 - the point of the test
    return payload


def crash(payload: bytes) -> bytes:
    ctypes.string_at(0)
    return payload


def recurse(payload: bytes) -> bytes:
    return recurse(payload)


def write_file(payload: bytes) -> bytes:
    try:
        with tempfile.NamedTemporaryFile() as stream:
            stream.write(payload)
            stream.flush()
    except OSError:
        return b"refused"
    return b"written"


def look_around(payload: bytes) -> bytes:
    facts = {
        "environment": dict(os.environ),
        "folder": str(Path.cwd()),
        "files": len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").is_dir() else 0,  # noqa: PTH208
        "modules": sorted(name.partition(".")[0] for name in sys.modules),
    }
    return json.dumps(facts).encode()


def flood(payload: bytes) -> bytes:
    """Write past the protocol, as a parser under an attacker's control would."""
    for descriptor in range(3, 8):
        with contextlib.suppress(OSError):
            while True:
                os.write(descriptor, b"R" + bytes(65_536))
    return payload
