"""A picture made to be slow to search for codes, and good codes in pictures of every kind."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from credentials import read_qr_frame, read_qr_photo, render_qr_png
from schemas import DecodingError
from tests.doubles.cost import children_time

if TYPE_CHECKING:
    from collections.abc import Callable

# The kernel stops a child after so many seconds of CPU, whatever the machine is worth.
FRAME_CPU_SECONDS = 1
PHOTO_CPU_SECONDS = 2
SLACK_SECONDS = 1.0  # it counts whole seconds, and looks at the clock now and then
ADDRESS = "https://example.org/b/abc"
# ISO/IEC 18004 §6.3.3: the mark in three corners of every QR code.
FINDER = ("1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111")


def save(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def draw_finders(side: int) -> bytes:
    """Return a picture full of corners of codes, and no code: a few kilobytes as PNG."""
    tile = Image.new("1", (8, 8), 1)
    for row, modules in enumerate(FINDER):
        for column, module in enumerate(modules):
            tile.putpixel((column, row), module == "0")
    page = Image.new("1", (side, side), 1)
    for top in range(0, side, 8):
        for left in range(0, side, 8):
            page.paste(tile, (left, top))
    return save(page)


def measure_child(action: Callable[[], object]) -> float:
    """Return the CPU seconds of the children that ended meanwhile."""
    before = children_time()
    action()
    return children_time() - before


@pytest.mark.parametrize("side", [1_000, 2_000, 4_000])
def test_frame_full_of_corners(side: int) -> None:
    """A frame of the camera gets one quick look, whatever it shows."""
    picture = draw_finders(side)
    assert measure_child(lambda: read_qr_frame(picture)) <= FRAME_CPU_SECONDS + SLACK_SECONDS


@pytest.mark.parametrize("side", [2_000, 4_000])
def test_photo_full_of_corners(side: int) -> None:
    """A photo that takes longer than a real one is given up."""

    def read() -> None:
        with suppress(DecodingError):
            read_qr_photo(picture)

    picture = draw_finders(side)
    assert measure_child(read) <= PHOTO_CPU_SECONDS + SLACK_SECONDS


@pytest.mark.parametrize("angle", [0, 20, 90, 200])
def test_code_in_a_frame(angle: int) -> None:
    """The quick look finds a real code, also one that is turned."""
    page = Image.new("L", (1_000, 800), 255)
    code = Image.open(io.BytesIO(render_qr_png(ADDRESS))).convert("L").resize((300, 300))
    page.paste(code.rotate(angle, expand=True, fillcolor=255), (200, 100))
    assert read_qr_frame(save(page)) == (ADDRESS,)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
@pytest.mark.parametrize("side", [1_900, 4_000])
def test_code_in_every_kind_of_png(mode: str, side: int) -> None:
    """A good code in a scan or a screenshot is found in whatever way the pixels are kept (PNG §11.2.1)."""
    page = Image.new("L", (side, side), 255)
    page.paste(Image.open(io.BytesIO(render_qr_png(ADDRESS))).convert("L").resize((1_500, 1_500), 0), (100, 100))
    deep = page.convert("I").point(lambda level: level * 257).convert("I;16") if mode == "I;16" else page.convert(mode)
    assert read_qr_photo(save(deep)) == (ADDRESS,)


def test_colour_that_is_transparent() -> None:
    """A palette with a transparent paper is read as on white."""
    code = Image.open(io.BytesIO(render_qr_png(ADDRESS))).convert("L").resize((600, 600), 0)
    layer = Image.new("RGBA", code.size, (0, 0, 0, 0))
    layer.paste((0, 0, 0, 255), mask=code.point(lambda level: 255 - level))
    assert read_qr_photo(save(layer.quantize(4))) == (ADDRESS,)
