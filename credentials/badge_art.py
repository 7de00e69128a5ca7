"""The drawing that a badge gets when its achievement brings no picture."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from credentials.badge_geometry import (
    CANVAS,
    Disc,
    Fill,
    Label,
    Outline,
    Stroke,
    left_half,
    outline_points,
    star_points,
)
from credentials.badge_icons import BADGE_ICONS, draw_icon, icon_name
from credentials.badge_text import LINE_PITCH, WIDTH_ALLOWANCE, can_draw, fit_lines, printable, text_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from credentials.badge_geometry import Figure, Point

MAX_LEVEL = 5
WHITE = "#ffffff"
# White on each, and on its lightened half, has a contrast of at least 4.5 to 1 (WCAG 2.2 §1.4.3).
PALETTE = (
    "#1f4e79",
    "#0b5f66",
    "#2c5f34",
    "#5d2e6e",
    "#8c2434",
    "#8f3d12",
    "#3b4a57",
    "#3d3c86",
    "#0a5a86",
    "#525914",
    "#65421f",
    "#862561",
)
# The colours that a course can choose by name: those of the palette and a few more, under the same rule.
BADGE_COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "navy": "#1f4e79",
        "teal": "#0b5f66",
        "green": "#2c5f34",
        "purple": "#5d2e6e",
        "red": "#8c2434",
        "rust": "#8f3d12",
        "slate": "#3b4a57",
        "indigo": "#3d3c86",
        "blue": "#0a5a86",
        "olive": "#525914",
        "brown": "#65421f",
        "plum": "#862561",
        "black": "#1c2329",
        "steel": "#43586b",
        "wine": "#5e1224",
    }
)
BADGE_SHAPES = tuple(outline.value for outline in Outline)
LEAST_CONTRAST = 4.5  # WCAG 2.2 §1.4.3
_LIGHTENED = 0.07  # share of white in the left half of the face
_DARKER_STEP = 0.04
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_GOLD = "#f4b942"
_RIBBON = "#fff6e0"
_RIBBON_TAIL = "#d9c9a3"
_RIBBON_FOLD = "#a8946a"
_RIBBON_INK = "#2b2416"
_SHAPES = {
    "Assessment": Outline.OCTAGON,
    "Award": Outline.ROSETTE,
    "Achievement": Outline.CIRCLE,
    "Badge": Outline.CIRCLE,
    "Certification": Outline.SHIELD,
    "CertificateOfCompletion": Outline.HEXAGON,
    "Degree": Outline.ROSETTE,
    "Diploma": Outline.ROSETTE,
    "JourneymanCertificate": Outline.SHIELD,
    "License": Outline.SHIELD,
    "MasterCertificate": Outline.SHIELD,
    "QualityAssuranceCredential": Outline.OCTAGON,
}
_MIDDLE = (300.0, 292.0)
MAX_NAME_CHARS = 500  # of the title and each of the other words; what stands behind could never be drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeArt:
    """What a drawn badge shows.

    `slug` alone decides the colour, so that a corrected title keeps it; `topic` are further words (tags, field of
    study) for the choice of the drawing; `level` is a number of stars, 0 to `MAX_LEVEL`. `shape`, `chosen_colour`
    (a name of `BADGE_COLOURS` or `#rrggbb`, made darker until white can be read on it) and `icon` win over the type,
    the slug and the topic; an unknown word counts as none.
    """

    title: str
    issuer_name: str = ""
    slug: str = ""
    achievement_type: str = "Certificate"
    topic: str = ""
    level: int = 0
    shape: str = ""
    chosen_colour: str = ""
    icon: str = ""

    def __post_init__(self) -> None:
        for member in ("title", "issuer_name", "topic"):
            object.__setattr__(self, member, getattr(self, member)[:MAX_NAME_CHARS])

    @property
    def colour(self) -> str:
        """The main colour: the chosen one, or always the same for the same slug."""
        if self.chosen_colour in BADGE_COLOURS:
            return BADGE_COLOURS[self.chosen_colour]
        if is_hex_colour(self.chosen_colour):
            return darken_for_white(self.chosen_colour)
        digest = hashlib.sha256((self.slug or self.title).encode("utf-8")).digest()
        return PALETTE[digest[0] % len(PALETTE)]

    @property
    def outline(self) -> Outline:
        """The silhouette that was chosen, or that the achievement type asks for."""
        if self.shape in BADGE_SHAPES:
            return Outline(self.shape)
        return _SHAPES.get(self.achievement_type, Outline.HEXAGON)


def compose_badge(art: BadgeArt) -> tuple[Figure, ...]:
    """Return the figures of the badge from back to front, in units of `CANVAS`."""
    return (*_ground(art), *_front(art), *_words(art), *_ribbon(art.issuer_name))


def _ground(art: BadgeArt) -> Iterable[Figure]:
    dark, light = mix(art.colour, "#000000", 0.45), mix(art.colour, WHITE, _LIGHTENED)
    face = outline_points(art.outline, centre=_MIDDLE, radius=256)
    yield Fill(outline_points(art.outline, centre=_MIDDLE, radius=290), dark)
    yield Fill(outline_points(art.outline, centre=_MIDDLE, radius=278), _GOLD)
    yield Fill(outline_points(art.outline, centre=_MIDDLE, radius=270), dark)
    yield Fill(face, art.colour)
    yield Fill(left_half(face, _MIDDLE[0]), light)


def _front(art: BadgeArt) -> Iterable[Figure]:
    name = art.icon if art.icon in BADGE_ICONS else icon_name(f"{art.title} {art.topic}")
    centre, scale = ((300.0, 150.0), 1.5) if art.title else ((300.0, 270.0), 2.7)
    for figure in draw_icon(name, ink=WHITE, paper=art.colour):
        yield _place(figure, centre, scale)
    stars = max(0, min(art.level, MAX_LEVEL))
    for number in range(stars):
        yield Fill(star_points((300 + 46 * (number - (stars - 1) / 2), 419), 21), _GOLD)


def _words(art: BadgeArt) -> Iterable[Figure]:
    if not art.title.strip():
        return
    height = 158 if art.level > 0 else 190
    middle = 314 if art.level > 0 else 330
    lines, size = fit_lines(art.title, width=416, height=height, max_lines=3, largest=76, smallest=34)
    pitch = size * LINE_PITCH
    for number, line in enumerate(lines):
        baseline = middle + size * 0.36 + pitch * (number - (len(lines) - 1) / 2)
        yield Label(line, 300, baseline, size, text_width(line, size) * WIDTH_ALLOWANCE, WHITE)


def _ribbon(issuer_name: str) -> Iterable[Figure]:
    if not issuer_name.strip():
        return
    top, bottom, drop = 452.0, 516.0, 20.0
    swallow_tail = ((210, top + drop), (292, top + drop), (270, (top + bottom) / 2 + drop), (292, bottom + drop),
                    (210, bottom + drop))  # fmt: skip
    fold = ((210, bottom), (244, bottom), (210, bottom + drop))
    for side in (-1, 1):
        yield Fill(tuple((300 + side * x, y) for x, y in swallow_tail), _RIBBON_TAIL)
        yield Fill(tuple((300 + side * x, y) for x, y in fold), _RIBBON_FOLD)
    yield Fill(((56, top), (544, top), (544, bottom), (56, bottom)), _RIBBON)
    lines, size = fit_lines(issuer_name, width=460, height=46, max_lines=1, largest=38, smallest=24)
    baseline = (top + bottom) / 2 + size * 0.36
    for line in lines:
        yield Label(line, 300, baseline, size, text_width(line, size) * WIDTH_ALLOWANCE, _RIBBON_INK)


def _place(figure: Figure, centre: Point, scale: float) -> Figure:
    def move(point: Point) -> Point:
        return centre[0] + scale * point[0], centre[1] + scale * point[1]

    if isinstance(figure, Fill):
        return Fill(tuple(move(point) for point in figure.points), figure.colour)
    if isinstance(figure, Disc):
        return Disc(move(figure.centre), figure.radius * scale, figure.colour)
    if isinstance(figure, Stroke):
        return Stroke(tuple(move(point) for point in figure.points), figure.width * scale, figure.colour)
    raise TypeError("icons hold no words")


def mix(colour: str, other: str, share: float) -> str:
    """Return `colour` with `share` (0 to 1) of `other` in it, both as `#rrggbb`."""
    pairs = zip(bytes.fromhex(colour[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + bytes(round(a + (b - a) * share) for a, b in pairs).hex()


def is_hex_colour(text: str) -> bool:
    """Tell whether `text` is a colour as `#rrggbb`."""
    return _HEX.fullmatch(text) is not None


def contrast_with_white(colour: str) -> float:
    """Return the contrast of white on `colour` (`#rrggbb`), 1 to 21 (WCAG 2.2, contrast ratio)."""
    shares = [value / 255 for value in bytes.fromhex(colour[1:])]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)  # noqa: PLR2004 - sRGB
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def darken_for_white(colour: str) -> str:
    """Return `colour`, made darker until white on it and on its lightened half has `LEAST_CONTRAST`."""
    while contrast_with_white(mix(colour, WHITE, _LIGHTENED)) < LEAST_CONTRAST:
        colour = mix(colour, "#000000", _DARKER_STEP)
    return colour.lower()


def title_size_px(art: BadgeArt, *, side_px: int) -> float:
    """Return how large the letters of the title are, in pixels, when the badge is `side_px` wide; 0 without a title."""
    sizes = [figure.size for figure in _words(art) if isinstance(figure, Label)]
    return min(sizes, default=0.0) * side_px / CANVAS


def render_badge_svg(art: BadgeArt) -> bytes:
    """Return the badge as an SVG that is inert by `check_svg_inert`; same input, same bytes."""
    art = replace(art, title=printable(art.title), issuer_name=printable(art.issuer_name), slug=art.slug or art.title)
    body = "".join(_svg_figure(figure) for figure in compose_badge(art))
    label = quoteattr(f"{art.title} · {art.issuer_name}" if art.issuer_name else art.title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {CANVAS} {CANVAS}" width="{CANVAS}" height="{CANVAS}" '
        f'role="img" aria-label={label}>{body}</svg>'
    ).encode()


def _svg_figure(figure: Figure) -> str:
    if isinstance(figure, Fill):
        return f'<path fill="{figure.colour}" d="{_svg_path(figure.points)}z"/>'
    if isinstance(figure, Disc):
        x, y = figure.centre
        return f'<circle fill="{figure.colour}" cx="{_number(x)}" cy="{_number(y)}" r="{_number(figure.radius)}"/>'
    if isinstance(figure, Stroke):
        return (
            f'<path fill="none" stroke="{figure.colour}" stroke-width="{_number(figure.width)}" '
            f'stroke-linecap="round" stroke-linejoin="round" d="{_svg_path(figure.points)}"/>'
        )
    # A length makes every browser's own font fill the same space; without a likeness in our font we do not know it.
    length = f' textLength="{_number(figure.width)}" lengthAdjust="spacingAndGlyphs"' if can_draw(figure.text) else ""
    return (
        f'<text x="{_number(figure.x)}" y="{_number(figure.baseline)}" font-family="sans-serif" font-weight="bold" '
        f'font-size="{_number(figure.size)}" text-anchor="middle" fill="{figure.colour}"{length}>'
        f"{escape(figure.text)}</text>"
    )


def _svg_path(points: tuple[Point, ...]) -> str:
    return "M" + "L".join(f"{_number(x)} {_number(y)}" for x, y in points)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
