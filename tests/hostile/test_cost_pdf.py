"""A PDF made to be slow to repair."""

from __future__ import annotations

import pytest

from credentials import extract_pdf
from schemas import DecodingError
from tests.doubles.cost import children_time, within_cost

MAX_COST = 160.0  # yardsticks, the start of the child process among them
MEBIBYTE = 1024 * 1024
HEAD = b"%PDF-1.7\n"
UNITS = (b"1 0 obj<<>>endobj\n", b"1 0 obj\n", b"obj ", b"\n1 0 obj<</Type/XRef>>", b"[", b"xref\n0 1\n", b"\n%%EOF")
TAIL = b"\nstartxref\n0\n%%EOF\n"


def refuse(data: bytes) -> None:
    with pytest.raises(DecodingError):
        extract_pdf(data)


@pytest.mark.parametrize("unit", UNITS)
def test_file_to_repair(unit: bytes) -> None:
    """A file of the largest size whose table is wrong is given up soon."""
    data = HEAD + unit * ((2 * MEBIBYTE - 100) // len(unit)) + TAIL
    within_cost(MAX_COST, lambda: refuse(data), meter=children_time)


@pytest.mark.parametrize("unit", UNITS)
def test_file_without_an_end(unit: bytes) -> None:
    """A file that does not say where its table is (ISO 32000-2 §7.5.5) costs no child process at all."""
    data = HEAD + unit * (MEBIBYTE // len(unit))
    before = children_time()
    refuse(data)
    assert children_time() == before


def test_file_that_is_too_large() -> None:
    """Eight megabytes are no certificate."""
    with pytest.raises(DecodingError) as caught:
        extract_pdf(HEAD + bytes(8 * MEBIBYTE) + TAIL)
    assert caught.value.code == "decoding.too_large"
