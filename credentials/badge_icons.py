"""Small drawings that say what a badge is about; each fits a square from -50 to 50."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from credentials.badge_geometry import Disc, Fill, Stroke, bezier, circle_points, round_corners

if TYPE_CHECKING:
    from collections.abc import Callable

    from credentials.badge_geometry import Figure, Point

# Beginnings of words, English and Spanish, lower-case.
_TOPICS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("forklift", ("forklift", "lift truck", "industrial truck", "montacargas", "warehouse", "almacén", "logisti")),
    ("flame", ("weld", "soldad", "brazing", "torch", "heat treat", "flame", "gmaw", "gtaw", "smaw")),
    ("target", ("gd&t", "geometric dim", "toleranc", "blueprint", "print reading", "planos")),
    ("caliper", ("cmm", "metrolog", "caliper", "gauge", "gage", "measur", "medici", "inspec", "calibra",
                 "quality", "calidad")),
    ("hard_hat", ("osha", "safety", "segurid", "lockout", "hazard", "construc", "first aid")),
    ("robot", ("robot", "automat", "plc", "mechatron", "mecatr")),
    ("cube", ("cad", "solidworks", "3d", "design", "diseñ", "modeling", "additive", "inventor")),
    ("bolt", ("electr", "eléctr", "wiring", "voltage", "solder")),
    ("gear", ("machin", "cnc", "nims", "mill", "lathe", "mecaniz", "torno", "tool", "mainten", "manten", "mechanic",
              "manufactur", "production", "producc", "mssc", "assembly", "hydraul")),
)  # fmt: skip


def icon_name(topic: str) -> str:
    """Return the drawing for the word that comes first in `topic`; an open book when none is known."""
    words = topic.lower()
    places = [
        (found.start(), name)
        for name, stems in _TOPICS
        for stem in stems
        if (found := re.search(r"(?<!\w)" + re.escape(stem), words))
    ]
    return min(places)[1] if places else "book"


def draw_icon(name: str, *, ink: str, paper: str) -> tuple[Figure, ...]:
    """Return the figures of a drawing in two colours: `ink`, and `paper` for what is cut out of it."""
    return tuple(_ICONS[name](ink, paper))


def _box(left: float, top: float, right: float, bottom: float, *, corner: float = 2.0) -> tuple[Point, ...]:
    return round_corners(((left, top), (right, top), (right, bottom), (left, bottom)), corner)


def _caliper(ink: str, paper: str) -> list[Figure]:
    ticks: list[Figure] = [
        Stroke(((x, -22), (x, -17 if index % 2 else -13)), 2.4, paper) for index, x in enumerate((-20, -12, -4, 39, 45))
    ]
    return [
        Fill(_box(-50, -24, 50, -8), ink),
        Fill(((-50, -22), (-50, -46), (-36, -22)), ink),
        Fill(((-50, -10), (-31, -10), (-31, 46), (-37, 46), (-50, 18)), ink),
        *ticks,
        Fill(_box(2, -31, 36, -1), paper),
        Fill(_box(5, -28, 33, -4, corner=4), ink),
        Fill(((5, -26), (5, -46), (18, -26)), ink),
        Fill(((5, -6), (24, -6), (24, 18), (11, 46), (5, 46)), ink),
        Stroke(((14, -16), (26, -16)), 4, paper),
        Disc((-13, 24), 15, ink),
        Disc((-13, 24), 5, paper),
    ]


def _target(ink: str, paper: str) -> list[Figure]:
    return [
        Disc((0, 0), 33, ink),
        Disc((0, 0), 24.5, paper),
        Stroke(((-46, 0), (46, 0)), 7, ink),
        Stroke(((0, -46), (0, 46)), 7, ink),
    ]


def _flame(ink: str, paper: str) -> list[Figure]:
    outer = (
        bezier((4, -48), (10, -26), (36, -14), (32, 16))
        + bezier((32, 16), (30, 34), (16, 42), (0, 42))
        + bezier((0, 42), (-18, 42), (-32, 32), (-32, 12))
        + bezier((-32, 12), (-32, -2), (-24, -10), (-18, -22))
        + bezier((-18, -22), (-14, -12), (-12, -10), (-7, -8))
        + bezier((-7, -8), (-6, -24), (0, -34), (4, -48))
    )
    inner = (
        bezier((2, 2), (6, 12), (16, 16), (14, 28))
        + bezier((14, 28), (12, 36), (6, 38), (0, 38))
        + bezier((0, 38), (-8, 38), (-15, 34), (-14, 25))
        + bezier((-14, 25), (-12, 16), (-2, 12), (2, 2))
    )
    return [Fill(outer, ink), Fill(inner, paper), Stroke(((-40, 49), (40, 49)), 6, ink)]


def _hard_hat(ink: str, paper: str) -> list[Figure]:
    dome = (*circle_points((0, 16), 39, count=40, start=math.pi, end=2 * math.pi), (39, 18), (-39, 18))
    return [
        Fill(dome, ink),
        Fill(_box(-12, -34, 12, 0, corner=6), paper),
        Fill(_box(-8, -32, 8, 0, corner=5), ink),
        Stroke(((-22, 8), (-22, -8)), 3.6, paper),
        Stroke(((22, 8), (22, -8)), 3.6, paper),
        Fill(_box(-50, 15, 50, 21), paper),
        Fill(_box(-50, 20, 50, 33, corner=6), ink),
    ]


def _gear(ink: str, paper: str) -> list[Figure]:
    teeth, points = 9, []
    for tooth in range(teeth):
        for offset, radius in ((-0.30, 34.0), (-0.19, 47.0), (0.19, 47.0), (0.30, 34.0)):
            angle = 2 * math.pi * (tooth + offset) / teeth - math.pi / 2
            points.append((radius * math.cos(angle), radius * math.sin(angle)))
    return [Fill(round_corners(tuple(points), 3), ink), Disc((0, 0), 16, paper)]


def _forklift(ink: str, paper: str) -> list[Figure]:
    return [
        Stroke(((-32, 4), (-25, -38), (2, -38), (12, 4)), 6, ink),
        Fill(_box(-46, 0, 16, 30, corner=6), ink),
        Stroke(((23, -46), (23, 38)), 6, ink),
        Stroke(((23, 41), (49, 41)), 6, ink),
        Fill(_box(29, 8, 50, 34), ink),
        Disc((-30, 32), 16, paper),
        Disc((4, 32), 16, paper),
        Disc((-30, 32), 12, ink),
        Disc((4, 32), 12, ink),
        Disc((-30, 32), 4.5, paper),
        Disc((4, 32), 4.5, paper),
    ]


def _cube(ink: str, _paper: str) -> list[Figure]:
    half, up = 40.0, 23.0
    top = ((0.0, -2 * up), (half, -up), (0.0, 0.0), (-half, -up))
    outline = ((0.0, -2 * up), (half, -up), (half, up), (0.0, 2 * up), (-half, up), (-half, -up), (0.0, -2 * up))
    return [
        Fill(top, ink),
        Stroke(outline, 6.5, ink),
        Stroke(((-half, -up), (0, 0), (half, -up)), 6.5, ink),
        Stroke(((0, 0), (0, 2 * up)), 6.5, ink),
    ]


def _bolt(ink: str, _paper: str) -> list[Figure]:
    return [Fill(((10, -50), (-28, 8), (-4, 8), (-12, 50), (28, -10), (4, -10)), ink)]


def _robot(ink: str, paper: str) -> list[Figure]:
    return [
        Fill(_box(-46, 36, -2, 47), ink),
        Fill(((-36, 38), (-30, 14), (-18, 14), (-12, 38)), ink),
        Stroke(((-24, 14), (-14, -30)), 11, ink),
        Stroke(((-14, -30), (28, -20)), 10, ink),
        Stroke(((28, -20), (34, 2)), 7, ink),
        Stroke(((22, 22), (22, 10), (34, 3), (46, 10), (46, 22)), 5.5, ink),
        Disc((-24, 14), 12, ink),
        Disc((-14, -30), 12, ink),
        Disc((28, -20), 9, ink),
        Disc((-24, 14), 5, paper),
        Disc((-14, -30), 5, paper),
        Disc((28, -20), 3.6, paper),
    ]


def _book(ink: str, paper: str) -> list[Figure]:
    left = (
        *bezier((-3, -26), (-14, -38), (-32, -38), (-48, -34)),
        (-48, 32),
        *bezier((-48, 32), (-32, 28), (-14, 28), (-3, 40)),
    )
    right = tuple((-x, y) for x, y in left)
    lines: list[Figure] = []
    for side in (-1, 1):
        for row in range(3):
            top = -16 + 15 * row
            lines.append(Stroke(((side * 38, top), (side * 14, top + 4)), 4, paper))
    return [Fill(left, ink), Fill(right, ink), *lines]


def _people(ink: str, paper: str) -> list[Figure]:
    def person(x: float, y: float, scale: float, colour: str) -> list[Figure]:
        shoulders = circle_points((x, y + 34 * scale), 22 * scale, count=24, start=math.pi, end=2 * math.pi)
        return [Disc((x, y), 13 * scale, colour), Fill(shoulders, colour)]

    return [
        *person(-30, -10, 0.9, ink),
        *person(30, -10, 0.9, ink),
        *person(0, 4, 1.45, paper),
        *person(0, 4, 1.2, ink),
    ]


def _chart(ink: str, _paper: str) -> list[Figure]:
    bars: list[Figure] = [Fill(_box(left, top, left + 18, 34), ink) for left, top in ((-36, 10), (-10, -10), (16, -34))]
    return [*bars, Stroke(((-46, 43), (46, 43)), 6, ink)]


def _clipboard(ink: str, paper: str) -> list[Figure]:
    lines: list[Figure] = [Stroke(((-4, y), (20, y)), 5, paper) for y in (-12, 8, 28)]
    ticks: list[Figure] = [Stroke(((-24, y), (-19, y + 5), (-11, y - 5)), 4, paper) for y in (-12, 8, 28)]
    return [Fill(_box(-36, -38, 36, 48, corner=8), ink), *lines, *ticks, Fill(_box(-16, -48, 16, -26, corner=6), paper),
            Fill(_box(-13, -50, 13, -30, corner=5), ink)]  # fmt: skip


def _screen(ink: str, paper: str) -> list[Figure]:
    return [
        Fill(_box(-48, -38, 48, 26, corner=7), ink),
        Fill(_box(-40, -30, 40, 17, corner=3), paper),
        Stroke(((-26, -4), (-12, -16), (2, 2), (26, -20)), 5, ink),
        Fill(_box(-8, 26, 8, 40), ink),
        Fill(_box(-26, 38, 26, 47, corner=3), ink),
    ]


def _wrench(ink: str, paper: str) -> list[Figure]:
    return [
        Stroke(((-24, 32), (18, -14)), 17, ink),
        Disc((24, -22), 25, ink),
        Fill(((24, -22), (20, -52), (54, -50), (54, -20)), paper),
        Disc((-24, 32), 5, paper),
    ]


_ICONS: dict[str, Callable[[str, str], list[Figure]]] = {
    "bolt": _bolt,
    "book": _book,
    "caliper": _caliper,
    "chart": _chart,
    "clipboard": _clipboard,
    "cube": _cube,
    "flame": _flame,
    "forklift": _forklift,
    "gear": _gear,
    "hard_hat": _hard_hat,
    "people": _people,
    "robot": _robot,
    "screen": _screen,
    "target": _target,
    "wrench": _wrench,
}
BADGE_ICONS = tuple(_ICONS)
