"""The drawn badge as a PNG, from the same figures as the SVG."""

from __future__ import annotations

import io
from dataclasses import replace

from PIL import Image, ImageDraw

from credentials.badge_art import BadgeArt, compose_badge
from credentials.badge_geometry import CANVAS, Disc, Fill, Label, Stroke
from credentials.badge_text import can_draw, draw_line, printable

MIN_SIDE_PX, MAX_SIDE_PX = 16, 1024
_OVERSAMPLING = 4


def render_badge_png(art: BadgeArt, *, size_px: int = 600) -> bytes:
    """Return the badge as a PNG with `size_px` on each side and a transparent ground; same input, same bytes.

    A title or name in letters that the built-in font lacks is left out, and the drawing takes its place: the SVG
    shows it, since the reader's own fonts draw there.

    Raises:
        ValueError: `size_px` is not between `MIN_SIDE_PX` and `MAX_SIDE_PX`.
    """
    if not MIN_SIDE_PX <= size_px <= MAX_SIDE_PX:
        raise ValueError(f"a badge is {MIN_SIDE_PX} to {MAX_SIDE_PX} pixels wide")
    scale = size_px * _OVERSAMPLING / CANVAS
    picture = Image.new("RGBA", (size_px * _OVERSAMPLING, size_px * _OVERSAMPLING))
    pen = ImageDraw.Draw(picture)
    for figure in compose_badge(_drawable(art)):
        if isinstance(figure, Fill):
            pen.polygon([(x * scale, y * scale) for x, y in figure.points], fill=figure.colour)
        elif isinstance(figure, Disc):
            _draw_disc(pen, figure, scale)
        elif isinstance(figure, Stroke):
            _draw_stroke(pen, figure, scale)
        else:
            _draw_label(picture, figure, scale)
    stream = io.BytesIO()
    picture.resize((size_px, size_px), Image.Resampling.BOX).save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _drawable(art: BadgeArt) -> BadgeArt:
    title, issuer_name = (words if can_draw(words) else "" for words in map(printable, (art.title, art.issuer_name)))
    return replace(
        art, title=title, issuer_name=issuer_name, slug=art.slug or art.title, topic=f"{art.title} {art.topic}"
    )


def _draw_disc(pen: ImageDraw.ImageDraw, disc: Disc, scale: float) -> None:
    (x, y), radius = disc.centre, disc.radius * scale
    pen.ellipse((x * scale - radius, y * scale - radius, x * scale + radius, y * scale + radius), fill=disc.colour)


def _draw_stroke(pen: ImageDraw.ImageDraw, stroke: Stroke, scale: float) -> None:
    points = [(x * scale, y * scale) for x, y in stroke.points]
    pen.line(points, fill=stroke.colour, width=round(stroke.width * scale))
    for point in stroke.points:
        _draw_disc(pen, Disc(point, stroke.width / 2, stroke.colour), scale)


def _draw_label(picture: Image.Image, label: Label, scale: float) -> None:
    mask, baseline = draw_line(label.text, round(label.size * scale))
    ink = mask.getbbox() or (0, 0, 0, 0)
    left = round(label.x * scale - (ink[0] + ink[2]) / 2)
    picture.paste(label.colour, (left, round(label.baseline * scale) - baseline), mask)
