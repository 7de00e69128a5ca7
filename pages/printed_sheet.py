"""A page to print: certificates, hand-outs, skills records, wallet cards; the one door to fpdf2."""

from __future__ import annotations

import enum
import io
import unicodedata
from typing import TYPE_CHECKING, Literal, TypeAlias

from fpdf import FPDF

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from schemas import Language

# The built-in fonts of PDF know Western European letters, and need no font file on any machine.
FONT = "Helvetica"
_ENCODING = "cp1252"
_UNKNOWN = "?"
_BARRED = str.maketrans("ŁłĐđĦħŦŧ\N{LATIN SMALL LETTER DOTLESS I}", "LlDdHhTti")  # have no parts in Unicode
_QUIET_ZONE_MODULES = 4
INK = (33, 37, 41)
QUIET_INK = (90, 98, 106)
Colour: TypeAlias = tuple[int, int, int]
FontStyle: TypeAlias = Literal["", "B", "I", "BI"]


class Paper(enum.Enum):
    """Paper sizes, (short side, long side) in millimetres."""

    LETTER = (215.9, 279.4)
    A4 = (210.0, 297.0)


def printable_text(text: str) -> str:
    """Return `text` in letters that the built-in fonts have, on one line.

    An accent they lack is dropped (ő becomes o); any other sign they lack becomes a question mark.
    """
    return "".join(_plain_sign(sign) for sign in " ".join(unicodedata.normalize("NFC", text).split()))


def _plain_sign(sign: str) -> str:
    if unicodedata.category(sign) in ("Cc", "Cf", "Mn"):
        return ""
    parts = unicodedata.normalize("NFKD", sign.translate(_BARRED))
    # With all its accents, then with fewer and fewer: ễ becomes ê, ő becomes o.
    for form in (sign, *(unicodedata.normalize("NFC", parts[:end]) for end in range(len(parts), 0, -1))):
        if _is_encodable(form):
            return form
    return _UNKNOWN


def _is_encodable(text: str) -> bool:
    try:
        text.encode(_ENCODING)
    except UnicodeEncodeError:
        return False
    return True


def is_printable(text: str) -> bool:
    """Say whether `printable_text` keeps every sign of `text`, with or without its accents."""
    return bool(text.strip()) and printable_text(text).count(_UNKNOWN) == text.count(_UNKNOWN)


class SheetPdf(FPDF):
    """A PDF with the few strokes that our pages are made of. Lengths are millimetres, font sizes points."""

    def __init__(
        self, *, paper: Paper, orientation: Literal["portrait", "landscape"], language: Language, created: datetime
    ) -> None:
        super().__init__(orientation=orientation, unit="mm", format=paper.value)
        self.core_fonts_encoding = _ENCODING
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
        words, size = self.fit_line(printable_text(text), width=width, size=size, style=style, smallest=smallest)
        self.set_font(FONT, style, size)
        self.set_text_color(*colour)
        self.text(x, y, words)

    def fit_line(
        self, words: str, *, width: float, size: float, style: FontStyle, smallest: float
    ) -> tuple[str, float]:
        """Return the words that fit on one line of `width`, and the font size for it."""
        self.set_font(FONT, style, size)
        natural = self.get_string_width(words)
        size = max(smallest, min(size, size * width / natural)) if natural else size
        self.set_font(FONT, style, size)
        cut = words
        while cut and self.get_string_width(cut) > width + 0.01:
            cut = cut.removesuffix("…")[:-1].rstrip() + "…" if len(cut) > 1 else ""
        return cut, size

    def wrap(self, text: str, *, width: float, size: float, style: FontStyle = "") -> list[str]:
        """Return `text` as lines of at most `width`."""
        self.set_font(FONT, style, size)
        lines = self.multi_cell(width, text=printable_text(text), align="L", dry_run=True, output="LINES")
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
