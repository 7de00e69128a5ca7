"""Draws the pictures under which the wallet stands on the screen of a phone: the mark of the site, large enough.

Run it after changing the mark: `python -m tools.draw_app_icons`. The pictures are kept in pages/static.
Spec: Web Application Manifest (W3C) §icons: of a maskable picture only the middle, four fifths of it, is sure to show.
"""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageDraw

STATIC = Path(__file__).resolve().parent.parent / "pages" / "static"
INK, PAPER = "#14202b", "#ffffff"
OVERSAMPLING = 4
GRID = 24  # the units of mark.svg
HEXAGON = ((12, 4), (19, 8), (19, 16), (12, 20), (5, 16), (5, 8))
TICK = ((8.9, 12.2), (11.1, 14.4), (15.2, 9.8))
STROKE = 1.8
CORNER = 5
MASKABLE_SCALE = 0.92  # the mark then ends within the middle four fifths
# File name, pixels on each side, and whether the phone cuts the corners itself.
PICTURES = (
    ("app-192.png", 192, False),
    ("app-512.png", 512, False),
    ("app-maskable-192.png", 192, True),
    ("app-maskable-512.png", 512, True),
    ("app-180.png", 180, True),
)


def draw_icon(size_px: int, *, is_maskable: bool) -> Image.Image:
    """Return the mark on its ground; a maskable one fills the square, another has round corners on nothing."""
    side = size_px * OVERSAMPLING
    unit = side / GRID
    picture = Image.new("RGBA", (side, side))
    pen = ImageDraw.Draw(picture)
    if is_maskable:
        pen.rectangle((0, 0, side, side), fill=INK)
    else:
        pen.rounded_rectangle((0, 0, side - 1, side - 1), radius=CORNER * unit, fill=INK)
    scale = MASKABLE_SCALE if is_maskable else 1.0
    for line in ((*HEXAGON, HEXAGON[0]), TICK):
        points = [tuple((GRID / 2 + (value - GRID / 2) * scale) * unit for value in point) for point in line]
        width = STROKE * scale * unit
        pen.line([value for point in points for value in point], fill=PAPER, width=round(width))
        for x, y in points:
            pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=PAPER)
    return picture.resize((size_px, size_px), Image.Resampling.BOX)


def encode_icon(size_px: int, *, is_maskable: bool) -> bytes:
    """Return the picture as a small PNG."""
    stream = io.BytesIO()
    draw_icon(size_px, is_maskable=is_maskable).quantize(colors=32).save(stream, "PNG", optimize=True)
    return stream.getvalue()


def main() -> None:
    """Write every picture."""
    for name, size_px, is_maskable in PICTURES:
        (STATIC / name).write_bytes(encode_icon(size_px, is_maskable=is_maskable))


if __name__ == "__main__":
    main()
