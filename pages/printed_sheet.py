"""A page to print: certificates, hand-outs, skills records, wallet cards; the one door to fpdf2."""

from __future__ import annotations

import enum
import io
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from fpdf import FPDF

from pages.printed_signs import BUILT_IN_ENCODING, is_built_in, printable_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from schemas import Language

_FONT = "Helvetica"  # built into PDF
_WIDE_FONT = "OpenSans"  # where a line has other letters; only those that are used go into the file
_WIDE_FILES = {"": "OpenSans-Regular.ttf", "B": "OpenSans-Bold.ttf"}
_QUIET_ZONE_MODULES = 4
INK = (33, 37, 41)
QUIET_INK = (90, 98, 106)
Colour: TypeAlias = tuple[int, int, int]
FontStyle: TypeAlias = Literal["", "B", "I", "BI"]


class Paper(enum.Enum):
    """Paper sizes, (short side, long side) in millimetres."""

    LETTER = (215.9, 279.4)
    A4 = (210.0, 297.0)


@lru_cache(maxsize=1)
def _wide_fonts() -> Path:
    """Return the folder of the fonts that come with ttf-opensans; the package itself is data and is not loaded."""
    spec = find_spec("ttf_opensans")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0]) / "ttf"


class SheetPdf(FPDF):
    """A PDF with the few strokes that our pages are made of. Lengths are millimetres, font sizes points."""

    def __init__(
        self, *, paper: Paper, orientation: Literal["portrait", "landscape"], language: Language, created: datetime
    ) -> None:
        super().__init__(orientation=orientation, unit="mm", format=paper.value)
        self.core_fonts_encoding = BUILT_IN_ENCODING
        self.set_auto_page_break(auto=False)
        self.set_margin(0)
        self.c_margin = 0
        self.set_creation_date(created)
        self.set_producer("Skillmark")
        self.set_lang(language)
        self.language: Language = language

    def write_line(
        self,
        text: str,
        *,
        x: float,
        y: float,
        width: float,
        size: float,
        style: FontStyle = "",
        colour: Colour = INK,
        smallest: float = 6.0,
    ) -> None:
        """Write one line whose baseline is at `y`; the font shrinks to `smallest`, then the line is cut."""
        words, _ = self.fit_line(printable_text(text), width=width, size=size, style=style, smallest=smallest)
        self.set_text_color(*colour)
        self.text(x, y, words)

    def choose_font(self, words: str, *, size: float, style: FontStyle = "") -> None:
        """Set the font for words of `printable_text`; letters that need Open Sans have no italics."""
        if is_built_in(words):
            self.set_font(_FONT, style, size)
            return
        weight: FontStyle = "B" if "B" in style else ""
        if f"{_WIDE_FONT.lower()}{weight}" not in self.fonts:
            self.add_font(_WIDE_FONT, weight, _wide_fonts() / _WIDE_FILES[weight])
        self.set_font(_WIDE_FONT, weight, size)

    def fit_line(
        self, words: str, *, width: float, size: float, style: FontStyle, smallest: float
    ) -> tuple[str, float]:
        """Return the words that fit on one line of `width`, and the font size for it; the font is set."""
        self.choose_font(words, size=size, style=style)
        natural = self.get_string_width(words)
        size = max(smallest, min(size, size * width / natural)) if natural else size
        self.set_font_size(size)
        cut = words
        while cut and self.get_string_width(cut) > width + 0.01:
            cut = cut.removesuffix("…")[:-1].rstrip() + "…" if len(cut) > 1 else ""
        return cut, size

    def wrap(self, text: str, *, width: float, size: float, style: FontStyle = "") -> list[str]:
        """Return `text` as lines of at most `width`."""
        words = printable_text(text)
        self.choose_font(words, size=size, style=style)
        lines = self.multi_cell(width, text=words, align="L", dry_run=True, output="LINES")
        assert isinstance(lines, list)
        return [str(line) for line in lines]

    def draw_code(self, runs: Sequence[tuple[int, int, int]], *, x: float, y: float, side: float) -> None:
        """Draw a QR code as black squares on white.

        Args:
            runs: Its dark runs as (column, row, length), from `credentials.qr_runs`.
            x: Left edge.
            y: Upper edge.
            side: Its width and height with the quiet zone.
        """
        modules = max(row for _, row, _ in runs) + 1 + 2 * _QUIET_ZONE_MODULES
        unit = side / modules
        self.set_fill_color(255, 255, 255)
        self.rect(x, y, side, side, style="F")
        self.set_fill_color(0, 0, 0)
        for column, row, length in runs:
            left, top = x + (column + _QUIET_ZONE_MODULES) * unit, y + (row + _QUIET_ZONE_MODULES) * unit
            # A hair of overlap keeps printers from leaving white lines between rows.
            self.rect(left, top, length * unit + 0.01, unit + 0.01, style="F")

    def to_bytes(self) -> bytes:
        """Return the finished file."""
        stream = io.BytesIO()
        self.output(stream)
        return stream.getvalue()
