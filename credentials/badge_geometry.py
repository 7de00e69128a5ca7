"""Shapes of a badge as plain figures, on a square of 600 units; drawn the same as SVG and as pixels."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass
from typing import TypeAlias

CANVAS = 600  # side of the square, in units
Point: TypeAlias = tuple[float, float]
_SEGMENTS = 8  # straight pieces in a rounded corner


@dataclass(frozen=True, slots=True)
class Fill:
    """A filled polygon."""

    points: tuple[Point, ...]
    colour: str


@dataclass(frozen=True, slots=True)
class Disc:
    """A filled circle."""

    centre: Point
    radius: float
    colour: str


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line with round ends and corners."""

    points: tuple[Point, ...]
    width: float
    colour: str


@dataclass(frozen=True, slots=True)
class Label:
    """One line of bold text, centred on `x`; `width` is what it may take, `size` the font size, all in units."""

    text: str
    x: float
    baseline: float
    size: float
    width: float
    colour: str


Figure: TypeAlias = Fill | Disc | Stroke | Label


class Outline(enum.Enum):
    """The silhouettes."""

    HEXAGON = "hexagon"
    SHIELD = "shield"
    CIRCLE = "circle"
    ROSETTE = "rosette"
    OCTAGON = "octagon"
    SQUARE = "square"
    COG = "cog"


def outline_points(outline: Outline, *, centre: Point, radius: float) -> tuple[Point, ...]:
    """Return the closed outline; `radius` reaches to its farthest corner."""
    if outline is Outline.CIRCLE:
        return circle_points(centre, radius * 0.97, count=180)
    if outline is Outline.ROSETTE:
        return _rosette(centre, radius, lobes=20)
    if outline is Outline.SHIELD:
        return _shield(centre, radius)
    if outline is Outline.COG:
        return _cog(centre, radius, teeth=16)
    if outline is Outline.SQUARE:
        side = radius * 0.88
        square = tuple((centre[0] + x * side, centre[1] + y * side) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1)))
        return round_corners(square, radius * 0.24)
    corners, turn = (6, 0.0) if outline is Outline.HEXAGON else (8, math.pi / 8)
    ring = tuple(
        _on_circle(centre, radius, turn - math.pi / 2 + 2 * math.pi * corner / corners) for corner in range(corners)
    )
    return round_corners(ring, radius * 0.11)


def circle_points(
    centre: Point, radius: float, *, count: int = 72, start: float = 0.0, end: float = 2 * math.pi
) -> tuple[Point, ...]:
    """Return `count` points on an arc from `start` to `end` (radians, clockwise from the right)."""
    steps = count if end - start >= 2 * math.pi else count - 1
    return tuple(_on_circle(centre, radius, start + (end - start) * step / steps) for step in range(count))


def star_points(centre: Point, radius: float) -> tuple[Point, ...]:
    """Return a star of five points that stands on two of them."""
    return tuple(
        _on_circle(centre, radius if turn % 2 == 0 else radius * 0.42, -math.pi / 2 + math.pi * turn / 5)
        for turn in range(10)
    )


def round_corners(corners: tuple[Point, ...], radius: float) -> tuple[Point, ...]:
    """Return the polygon with every corner replaced by a curve that starts `radius` before it."""
    rounded: list[Point] = []
    for index, corner in enumerate(corners):
        before, after = corners[index - 1], corners[(index + 1) % len(corners)]
        rounded += bezier(_towards(corner, before, radius), corner, corner, _towards(corner, after, radius))
    return tuple(rounded)


def bezier(start: Point, control_1: Point, control_2: Point, end: Point) -> tuple[Point, ...]:
    """Return points on a cubic curve, both ends included."""
    points = []
    for step in range(_SEGMENTS + 1):
        t = step / _SEGMENTS
        a, b, c, d = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t * t, t**3
        points.append(
            (
                a * start[0] + b * control_1[0] + c * control_2[0] + d * end[0],
                a * start[1] + b * control_1[1] + c * control_2[1] + d * end[1],
            )
        )
    return tuple(points)


def left_half(points: tuple[Point, ...], x: float) -> tuple[Point, ...]:
    """Return the part of a polygon that lies left of the vertical line at `x`."""
    kept: list[Point] = []
    for index, point in enumerate(points):
        before = points[index - 1]
        if (before[0] < x) != (point[0] < x):
            share = (x - before[0]) / (point[0] - before[0])
            kept.append((x, before[1] + share * (point[1] - before[1])))
        if point[0] < x:
            kept.append(point)
    return tuple(kept)


def _on_circle(centre: Point, radius: float, angle: float) -> Point:
    return centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)


def _towards(start: Point, target: Point, length: float) -> Point:
    distance = math.dist(start, target)
    share = min(0.5, length / distance)
    return start[0] + (target[0] - start[0]) * share, start[1] + (target[1] - start[1]) * share


def _cog(centre: Point, radius: float, *, teeth: int) -> tuple[Point, ...]:
    points = []
    for tooth in range(teeth):
        for offset, share in ((-0.32, 0.92), (-0.2, 1.0), (0.2, 1.0), (0.32, 0.92)):
            points.append(_on_circle(centre, radius * share, 2 * math.pi * (tooth + offset) / teeth - math.pi / 2))
    return tuple(points)


def _rosette(centre: Point, radius: float, *, lobes: int) -> tuple[Point, ...]:
    steps = lobes * 12
    return tuple(
        _on_circle(
            centre,
            radius * (0.965 + 0.035 * math.cos(lobes * 2 * math.pi * step / steps)),
            2 * math.pi * step / steps - math.pi / 2,
        )
        for step in range(steps)
    )


def _shield(centre: Point, radius: float) -> tuple[Point, ...]:
    x, y = centre
    side, top, shoulder = radius * 0.88, y - radius * 0.94, y + radius * 0.28
    tip = (x, y + radius * 1.0)
    corners = ((x - side, top + radius * 0.06), (x, top - radius * 0.05), (x + side, top + radius * 0.06))
    walls = ((x - side, shoulder), *corners, (x + side, shoulder))
    head = round_corners(walls, radius * 0.1)[_SEGMENTS + 1 : -_SEGMENTS - 1]
    right = bezier((x + side, shoulder), (x + side, y + radius * 0.62), (x + radius * 0.42, y + radius * 0.86), tip)
    left = bezier(tip, (x - radius * 0.42, y + radius * 0.86), (x - side, y + radius * 0.62), (x - side, shoulder))
    return head + right + left[1:]
