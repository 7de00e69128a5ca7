"""Draws curves on two logarithmic axes as SVG: no library, readable on a light page and on a dark one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, PANEL_HEIGHT = 760, 300
LEFT, RIGHT, TOP, BOTTOM = 74, 196, 44, 46
# Told apart without colour too, by their marks; 3:1 and more against white and against #0d1117.
COLOURS = ("#1f77b4", "#c2571a", "#2e8b57", "#9467bd", "#8c8c00")
_MARKS = ("circle", "square", "triangle", "diamond", "ring")
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1f2328}.title{font-weight:600;font-size:15px}"
    ".axis{stroke:#59636e;stroke-width:1;fill:none}.grid{stroke:#59636e;stroke-opacity:.25;stroke-width:1}"
    "rect.page{fill:#ffffff}@media(prefers-color-scheme:dark){text{fill:#e6edf3}rect.page{fill:#0d1117}"
    ".axis{stroke:#9198a1}.grid{stroke:#9198a1}}"
)


@dataclass(frozen=True, slots=True)
class Curve:
    """One line: its name and its points, all above zero."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """Curves that share their axes."""

    title: str
    across: str
    up: str
    curves: tuple[Curve, ...]


class _Axis:
    """Values to positions, by their logarithm."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self.low = math.floor(math.log10(min(values)) + 1e-9)
        self.high = max(self.low + 1, math.ceil(math.log10(max(values)) - 1e-9))
        self._start, self._end = start, end

    def place(self, value: float) -> float:
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return round(self._start + share * (self._end - self._start), 1)

    def decades(self) -> list[float]:
        return [10.0**power for power in range(self.low, self.high + 1)]


def _tick(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:.6f}".rstrip("0")


def _mark(kind: str, x: float, y: float, colour: str) -> str:
    if kind == "circle":
        return f'<circle cx="{x}" cy="{y}" r="4" fill="{colour}"/>'
    if kind == "ring":
        return f'<circle cx="{x}" cy="{y}" r="4" fill="none" stroke="{colour}" stroke-width="2"/>'
    corners = {
        "square": ((-4, -4), (4, -4), (4, 4), (-4, 4)),
        "triangle": ((0, -5), (5, 4), (-5, 4)),
        "diamond": ((0, -5), (5, 0), (0, 5), (-5, 0)),
    }[kind]
    return f'<polygon points="{" ".join(f"{x + right},{y + down}" for right, down in corners)}" fill="{colour}"/>'


def _draw_curve(curve: Curve, across: _Axis, up: _Axis, number: int) -> list[str]:
    colour, kind = COLOURS[number % len(COLOURS)], _MARKS[number % len(_MARKS)]
    places = [(across.place(x), up.place(y)) for x, y in curve.points]
    path = " ".join(f"{x},{y}" for x, y in places)
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *(_mark(kind, x, y, colour) for x, y in places),
    ]


def _draw_panel(panel: Panel, top: float) -> list[str]:
    points = [point for curve in panel.curves for point in curve.points]
    bottom, left, right = top + PANEL_HEIGHT - BOTTOM, LEFT, WIDTH - RIGHT
    across = _Axis([x for x, _ in points], left, right)
    up = _Axis([y for _, y in points], bottom, top + TOP)
    lines = [f'<text class="title" x="{left}" y="{top + 22}">{escape(panel.title)}</text>']
    for value in across.decades():
        x = across.place(value)
        lines.append(f'<line class="grid" x1="{x}" y1="{top + TOP}" x2="{x}" y2="{bottom}"/>')
        lines.append(f'<text x="{x}" y="{bottom + 18}" text-anchor="middle">{_tick(value)}</text>')
    for value in up.decades():
        y = up.place(value)
        lines.append(f'<line class="grid" x1="{left}" y1="{y}" x2="{right}" y2="{y}"/>')
        lines.append(f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{_tick(value)}</text>')
    lines.append(f'<polyline class="axis" points="{left},{top + TOP} {left},{bottom} {right},{bottom}"/>')
    lines.append(f'<text x="{(left + right) / 2}" y="{bottom + 38}" text-anchor="middle">{escape(panel.across)}</text>')
    lines.append(f'<text x="{left}" y="{top + TOP - 8}">{escape(panel.up)}</text>')
    for number, curve in enumerate(panel.curves):
        lines += _draw_curve(curve, across, up, number)
        y = top + TOP + 10 + 22 * number
        lines.append(_mark(_MARKS[number % len(_MARKS)], right + 20, y, COLOURS[number % len(COLOURS)]))
        lines.append(f'<text x="{right + 32}" y="{y + 4}">{escape(curve.name)}</text>')
    return lines


def draw(panels: Sequence[Panel], *, title: str, description: str) -> str:
    """Return an SVG with one panel below the other.

    Args:
        panels: From the top.
        title: What the picture is, for those who do not see it.
        description: What it shows, for those who do not see it.
    """
    height = PANEL_HEIGHT * len(panels)
    body = [line for number, panel in enumerate(panels) for line in _draw_panel(panel, PANEL_HEIGHT * number)]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-labelledby="title description">'
    )
    words = f'<title id="title">{escape(title)}</title><desc id="description">{escape(description)}</desc>'
    page = f'<rect class="page" width="{WIDTH}" height="{height}"/>'
    return "\n".join([head, words, f"<style>{_STYLE}</style>", page, *body, "</svg>", ""])
