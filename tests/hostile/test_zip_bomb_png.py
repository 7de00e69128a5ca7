"""A few bytes in a picture must not become gigabytes in memory (T-45, corpus 115)."""

from __future__ import annotations

import resource
import zlib

import pytest

from credentials import extract_png
from schemas import DecodingError
from tests.doubles.cost import within_cost
from tests.pictures import JSON_BADGE, itxt, png, squeezed

_MAX_COST = 2.0  # yardsticks
_LIMIT = 256 * 1024


def _zeros(megabytes: int) -> bytes:
    stream = zlib.compressobj(9)
    return b"".join([*(stream.compress(bytes(1_000_000)) for _ in range(megabytes)), stream.flush()])


def _refuse(image: bytes) -> None:
    with pytest.raises(DecodingError) as caught:
        extract_png(image)
    assert caught.value.code == "decoding.inflate_limit"


def test_bomb_of_200_megabytes_is_refused_cheaply() -> None:
    """200 kB that unpack to 200 MB stop at the limit: little work, little memory."""
    bomb = png(itxt(_zeros(200), flags=b"\1\0"))
    assert len(bomb) < 250_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    within_cost(_MAX_COST, lambda: _refuse(bomb))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8 * 1024  # KiB on Linux


def test_many_bombs_in_one_picture_are_refused_at_the_first() -> None:
    """Each chunk stops on its own."""
    bombs = png(*[itxt(_zeros(2), flags=b"\1\0")] * 500)
    within_cost(_MAX_COST, lambda: _refuse(bombs))


def test_text_of_exactly_the_limit_passes() -> None:
    """256 KiB are allowed."""
    text = JSON_BADGE + b" " * (_LIMIT - len(JSON_BADGE))
    assert extract_png(png(squeezed(text))) == text


def test_one_byte_more_is_refused() -> None:
    """256 KiB and one byte are not."""
    with pytest.raises(DecodingError, match="inflate_limit"):
        extract_png(png(squeezed(b" " * (_LIMIT + 1))))


@pytest.mark.parametrize(
    "text",
    [zlib.compress(JSON_BADGE)[:-3], zlib.compress(JSON_BADGE) + b"x", zlib.compress(JSON_BADGE) * 2, b""],
    ids=["cut", "more after it", "two streams", "empty"],
)
def test_damaged_stream_is_malformed(text: bytes) -> None:
    """Only one whole zlib stream counts."""
    with pytest.raises(DecodingError, match="image_malformed"):
        extract_png(png(itxt(text, flags=b"\1\0")))
