"""A PDF made to be slow to repair."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

import pytest

from credentials import extract_pdf
from schemas import DecodingError

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_CPU_SECONDS = 1.2  # the child is stopped after one
MEBIBYTE = 1024 * 1024
HEAD = b"%PDF-1.7\n"
UNITS = (b"1 0 obj<<>>endobj\n", b"1 0 obj\n", b"obj ", b"\n1 0 obj<</Type/XRef>>", b"[", b"xref\n0 1\n", b"\n%%EOF")
TAIL = b"\nstartxref\n0\n%%EOF\n"


def measure(action: Callable[[], object]) -> float:
    """Return the CPU seconds of the children that ended meanwhile."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with pytest.raises(DecodingError):
        action()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.parametrize("unit", UNITS)
def test_file_to_repair(unit: bytes) -> None:
    """A file of the largest size whose table is wrong is given up soon."""
    data = HEAD + unit * ((2 * MEBIBYTE - 100) // len(unit)) + TAIL
    assert measure(lambda: extract_pdf(data)) <= MAX_CPU_SECONDS


@pytest.mark.parametrize("unit", UNITS)
def test_file_without_an_end(unit: bytes) -> None:
    """A file that does not say where its table is (ISO 32000-2 §7.5.5) costs no child process at all."""
    data = HEAD + unit * (MEBIBYTE // len(unit))
    assert measure(lambda: extract_pdf(data)) < 0.001


def test_file_that_is_too_large() -> None:
    """Eight megabytes are no certificate."""
    with pytest.raises(DecodingError) as caught:
        extract_pdf(HEAD + bytes(8 * MEBIBYTE) + TAIL)
    assert caught.value.code == "decoding.too_large"
