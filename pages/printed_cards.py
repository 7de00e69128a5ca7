"""Cards on a page to print, eight to a page, with marks where to cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pages.printed_sheet import SheetPdf

Card = TypeVar("Card")
COLUMNS, ROWS = 2, 4
_MARGIN = 10.0  # millimetres, of a page that its cards fill
_ARM = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPlace:
    """Where a card stands on its page, in millimetres."""

    x: float
    y: float
    width: float
    height: float


def place_cards(
    pdf: SheetPdf, cards: Sequence[Card], *, size: tuple[float, float] | None = None
) -> Iterator[tuple[Card, CardPlace]]:
    """Add pages with cut marks as they are needed, at least one, and give each card its place.

    Args:
        pdf: In portrait.
        cards: In their order.
        size: Width and height of each in millimetres; None fills the page.
    """
    width, height = size or ((pdf.w - 2 * _MARGIN) / COLUMNS, (pdf.h - 2 * _MARGIN) / ROWS)
    left, top = (pdf.w - COLUMNS * width) / 2, (pdf.h - ROWS * height) / 2
    for start in range(0, max(len(cards), 1), COLUMNS * ROWS):
        pdf.add_page()
        _draw_cut_marks(pdf, left, top, width, height)
        for number, card in enumerate(cards[start : start + COLUMNS * ROWS]):
            row, column = divmod(number, COLUMNS)
            yield card, CardPlace(x=left + column * width, y=top + row * height, width=width, height=height)


def _draw_cut_marks(pdf: SheetPdf, left: float, top: float, width: float, height: float) -> None:
    pdf.set_draw_color(150, 150, 150)
    pdf.set_line_width(0.2)
    for column in range(COLUMNS + 1):
        for row in range(ROWS + 1):
            x, y = left + column * width, top + row * height
            pdf.line(x - _ARM, y, x + _ARM, y)
            pdf.line(x, y - _ARM, x, y + _ARM)
