"""Text that stands deep costs memory in proportion to its length, whoever sends it (G6)."""

from __future__ import annotations

import subprocess
import sys

import pytest

from schemas import MAX_JSON_DEPTH, DecodingError, read_json

_BODY_BYTES = 2 * 1024 * 1024  # what the VC-API takes
_MAX_EXTRA_MIB = 64
_MEASURE = """
import resource, sys
from contextlib import suppress
from schemas import DecodingError, read_json

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

data = sys.stdin.buffer.read()
before = peak()
with suppress(DecodingError):
    read_json(data, max_bytes=len(data))
print((peak() - before) // 1024)
"""


def _stack(depth: int) -> bytes:
    """Return as many short values as fit, all of them `depth` arrays deep."""
    values = b"1" + b",1" * ((_BODY_BYTES - 2 * depth) // 2 - 1)
    return b"[" * depth + values + b"]" * depth


@pytest.mark.parametrize("depth", [MAX_JSON_DEPTH, 240])
def test_short_values_that_stand_deep_take_little_memory(depth: int) -> None:
    """Two megabytes of ones, deep down, never become half a gigabyte of white space."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE], input=_stack(depth), stdout=subprocess.PIPE, check=True, timeout=60
    )
    assert int(done.stdout) < _MAX_EXTRA_MIB


def test_depth_of_long_text_is_still_seen() -> None:
    """A text too long to be indented is refused at the same depth as a short one."""
    assert read_json(_stack(MAX_JSON_DEPTH), max_bytes=_BODY_BYTES)
    with pytest.raises(DecodingError, match=r"decoding\.too_deep"):
        read_json(_stack(MAX_JSON_DEPTH + 1), max_bytes=_BODY_BYTES)
