"""Measure, wrap and draw words with the one font that every installation has.

Pillow carries a font of plain ASCII letters and little more. Accents are drawn here, over the
plain letter, so that a badge with a Spanish title looks right on a machine without any fonts.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from PIL import Image, ImageDraw, ImageFont

BOLD = 0.022  # outline added on each side, as a share of the font size
# Fonts in other programs run wider than ours: a line must still fit when it is this much longer.
WIDTH_ALLOWANCE = 1.06
LINE_PITCH = 1.12  # distance of baselines, as a multiple of the font size
_MEASURE_PX = 200
_SAME_SHAPE = str.maketrans(
    {
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "¡": "",
        "¿": "",
        "ß": "ss",
        "Ø": "O",
        "ø": "o",
        "Ł": "L",
        "ł": "l",
    }
)
_ELLIPSIS = "…"
_MAX_WORDS = 24
_MAX_SIGNS = 240  # more never fit on a badge, so they need no measuring
_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
_ABOVE = frozenset("\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c")
_BELOW = frozenset("\u0323\u0327\u0328")


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of the font with the accents that belong on it."""

    base: str
    marks: str = ""


@lru_cache(maxsize=64)
def _font(size_px: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size_px)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


@lru_cache(maxsize=1024)
def _has_glyph(character: str) -> bool:
    font = _font(_MEASURE_PX)
    return character == " " or bytes(font.getmask(character)) != bytes(font.getmask("\uffff"))


def read_letters(text: str) -> tuple[Letter, ...] | None:
    """Return `text` as letters that can be drawn, or nothing when a sign has no likeness in the font."""
    letters: list[Letter] = []
    for character in unicodedata.normalize("NFKD", " ".join(text.split()).translate(_SAME_SHAPE)):
        if character in _ABOVE or character in _BELOW:
            if not letters:
                return None
            letters[-1] = Letter(letters[-1].base, letters[-1].marks + character)
        elif _has_glyph(character):
            letters.append(Letter(character))
        else:
            return None
    return tuple(letters)


def printable(text: str) -> str:
    """Return `text` on one line without signs that XML cannot carry or that turn the direction of what follows."""
    return " ".join("".join(sign if _is_printable(sign) else " " for sign in text).split())


def _is_printable(sign: str) -> bool:
    is_assigned = unicodedata.category(sign) not in ("Cc", "Cs", "Cn")
    return is_assigned and unicodedata.bidirectional(sign) not in _TURNING


def can_draw(text: str) -> bool:
    """Say whether `draw_line` can show every sign of `text`."""
    return read_letters(text) is not None


def text_width(text: str, size: float) -> float:
    """Return the width of a line in the unit of `size`; a sign the font lacks counts as one wide letter."""
    letters = read_letters(text)
    plain = "".join(letter.base for letter in letters) if letters is not None else "M" * len(text)
    return _font(_MEASURE_PX).getlength(plain) * size / _MEASURE_PX


def fit_lines(
    text: str, *, width: float, height: float, max_lines: int, largest: float, smallest: float
) -> tuple[tuple[str, ...], float]:
    """Return `text` as lines and the largest font size at which they fit; what cannot fit ends in an ellipsis."""
    words = text[:_MAX_SIGNS].split()
    splits = [_balance(words, count) for count in range(1, min(max_lines, len(words)) + 1)]
    longest = [max(text_width(line, 1.0) for line in lines) * WIDTH_ALLOWANCE for lines in splits]
    size = largest
    while size >= smallest:
        for lines, line_width in zip(splits, longest, strict=True):
            if len(lines) * size * LINE_PITCH <= height and line_width * size <= width:
                return lines, size
        size -= 1
    return _cut(words, smallest, width, min(max_lines, int(height / (smallest * LINE_PITCH)))), smallest


def _fits(line: str, size: float, width: float) -> bool:
    return text_width(line, size) * WIDTH_ALLOWANCE <= width


def _balance(words: list[str], count: int) -> tuple[str, ...]:
    """Return the split into `count` lines whose longest line is shortest."""
    if len(words) > _MAX_WORDS:  # too many ways to try; such a title is cut anyway
        words = [*words[: _MAX_WORDS - 1], " ".join(words[_MAX_WORDS - 1 :])]
    splits = []
    for breaks in combinations(range(1, len(words)), count - 1):
        edges = [0, *breaks, len(words)]
        splits.append(tuple(" ".join(words[edges[i] : edges[i + 1]]) for i in range(count)))
    return min(splits, key=lambda lines: max(text_width(line, 1.0) for line in lines))


def _cut(words: list[str], size: float, width: float, max_lines: int) -> tuple[str, ...]:
    lines: list[str] = []
    rest = " ".join(words)
    while rest and len(lines) < max_lines:
        end = len(rest)
        is_last = len(lines) == max_lines - 1
        while end > 1 and not _fits(rest[:end] + (_ELLIPSIS if end < len(rest) and is_last else ""), size, width):
            end -= 1
        space = rest.rfind(" ", 0, end)
        if end < len(rest) and space > end // 2:
            end = space
        lines.append(rest[:end].strip() + (_ELLIPSIS if end < len(rest) and is_last else ""))
        rest = rest[end:].strip()
    return tuple(lines)


def draw_line(text: str, size_px: int) -> tuple[Image.Image, int]:
    """Return a line in bold as a mask with the height of its baseline; the mask begins at the line's left edge.

    Raises:
        ValueError: See `can_draw`.
    """
    letters = read_letters(text)
    if letters is None:
        raise ValueError("the font lacks a letter of this text")
    font, weight = _font(size_px), max(1, round(size_px * BOLD))
    plain = "".join(letter.base for letter in letters)
    baseline = round(size_px * 1.3)
    mask = Image.new("L", (max(1, round(font.getlength(plain)) + size_px), round(size_px * 1.75)))
    pen = ImageDraw.Draw(mask)
    pen.text((0, baseline), plain, fill=255, font=font, anchor="ls", stroke_width=weight, stroke_fill=255)
    for index, letter in enumerate(letters):
        if letter.marks:
            left = font.getlength(plain[:index])
            box = font.getbbox(letter.base, anchor="ls")
            _draw_marks(pen, letter, (left + box[0], baseline + box[1], left + box[2], baseline + box[3]), size_px)
    return mask, baseline


def _draw_marks(pen: ImageDraw.ImageDraw, letter: Letter, box: tuple[float, float, float, float], size_px: int) -> None:
    left, top, right, bottom = box
    middle, thick = (left + right) / 2, max(1, round(size_px * 0.095))
    if letter.base in "ij":
        top = bottom - size_px * 0.52 if letter.base == "i" else top + size_px * 0.2
        pen.rectangle((left - size_px * 0.06, box[1] - size_px * 0.1, right + size_px * 0.06, top - 1), fill=0)
    for mark in letter.marks:
        y = bottom if mark in _BELOW else top - size_px * 0.13
        for points in _MARKS.get(mark, _MARKS["\u0304"]):
            _draw_mark(pen, [(middle + x * size_px, y + dy * size_px) for x, dy in points], thick)


def _draw_mark(pen: ImageDraw.ImageDraw, points: list[tuple[float, float]], thick: int) -> None:
    if len(points) > 1:
        pen.line(points, fill=255, width=thick, joint="curve")
    for x, y in (points[0], points[-1]):
        radius = thick / 2 * (1.25 if len(points) == 1 else 1.0)
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)


# Lines in shares of the font size, around the middle of the letter's top (or foot); one point is a dot.
_MARKS: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "\u0300": (((-0.09, -0.1), (0.05, 0.0)),),  # grave
    "\u0301": (((0.09, -0.1), (-0.05, 0.0)),),  # acute
    "\u0302": (((-0.13, 0.0), (0.0, -0.11), (0.13, 0.0)),),  # circumflex
    "\u0303": (((-0.16, -0.01), (-0.11, -0.07), (-0.05, -0.07), (0.05, -0.02), (0.11, -0.02), (0.16, -0.08)),),  # tilde
    "\u0304": (((-0.13, -0.04), (0.13, -0.04)),),  # macron
    "\u0306": (((-0.12, -0.1), (-0.07, -0.03), (0.07, -0.03), (0.12, -0.1)),),  # breve
    "\u0307": (((0.0, -0.05),),),  # dot
    "\u0308": (((-0.12, -0.05),), ((0.12, -0.05),)),  # two dots
    "\u030a": (((-0.07, -0.06), (0.0, -0.13), (0.07, -0.06), (0.0, 0.01), (-0.07, -0.06)),),  # ring
    "\u030b": (((-0.03, -0.1), (-0.11, 0.0)), ((0.13, -0.1), (0.05, 0.0))),  # two acutes
    "\u030c": (((-0.13, -0.11), (0.0, 0.0), (0.13, -0.11)),),  # caron
    "\u0323": (((0.0, 0.14),),),  # dot below
    "\u0327": (((0.0, 0.02), (0.05, 0.1), (-0.06, 0.17)),),  # cedilla
    "\u0328": (((0.06, 0.0), (-0.01, 0.1), (0.08, 0.16)),),  # ogonek
}
