"""Cards for a class: scan, or type a code, and the badge is yours. Eight to a page, with cut marks."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from credentials import qr_runs
from issuer.certificate_sheet import both_languages, write_card_name
from pages import QUIET_INK, FontStyle, Paper, SheetPdf, place_cards

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from schemas import Language

_QR_SIDE = 46.0  # millimetres; a link has some 80 signs
_PAD = 5.0
_SENTENCES: Mapping[Language, str] = MappingProxyType(
    {
        "en": "Your badge is ready. Scan the code with your phone, or type your code at",
        "es": "Su insignia está lista. Escanee el código con su teléfono, o escriba su código en",
    }
)
_ONCE: Mapping[Language, str] = MappingProxyType(
    {
        "en": "It works once. Keep this card to yourself.",
        "es": "Sirve una sola vez. No muestre esta tarjeta a nadie.",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOutCard:
    """One card: for whom, which badge, who gives it, the link for the camera and the code for the hand."""

    name: str
    achievement_name: str
    issuer_name: str
    link: str
    code: str


def render_hand_out_sheet(
    cards: Sequence[HandOutCard],
    *,
    address: str,
    issued_at: datetime,
    title: str,
    paper: Paper = Paper.LETTER,
    language: Language = "en",
) -> bytes:
    """Return the PDF, always the same bytes for the same arguments.

    Args:
        cards: In the order of the class list; none gives one empty page.
        address: Where a code is typed, as short as it can be read out.
        issued_at: Date of the file, aware.
        title: Title of the file.
        paper: Printed in portrait.
        language: Which language comes first on each card.
    """
    pdf = SheetPdf(paper=paper, orientation="portrait", language=language, created=issued_at)
    pdf.set_title(title or "Skillmark")
    for card, place in place_cards(pdf, cards):
        _write_card(pdf, card, address, x=place.x, y=place.y, width=place.width, height=place.height)
    return pdf.to_bytes()


def _write_card(
    pdf: SheetPdf, card: HandOutCard, address: str, *, x: float, y: float, width: float, height: float
) -> None:
    left, column = x + _PAD, width - _QR_SIDE - _PAD - 3
    pdf.draw_code(qr_runs(card.link), x=x + width - _QR_SIDE - 2, y=y + 4, side=_QR_SIDE)
    baseline = write_card_name(pdf, card.name, left=left, top=y + 10.0, column=column)
    for line in pdf.wrap(card.achievement_name, width=column, size=9)[:2]:
        pdf.write_line(line, x=left, y=baseline, width=column, size=9)
        baseline += 4.0
    if card.issuer_name:
        pdf.write_line(card.issuer_name, x=left, y=baseline, width=column, size=7.5, colour=QUIET_INK, smallest=6)
        baseline += 3.6
    baseline += 0.6
    for language in both_languages(pdf.language):
        style: FontStyle = "" if language == pdf.language else "I"
        for line in pdf.wrap(_SENTENCES[language], width=column, size=7, style=style):
            pdf.write_line(line, x=left, y=baseline, width=column, size=7, colour=QUIET_INK, style=style)
            baseline += 2.7
        baseline += 0.4
    below = y + height
    pdf.write_line(address, x=left, y=below - 14.5, width=width - 2 * _PAD, size=9, style="B", smallest=6)
    pdf.write_line(card.code, x=left, y=below - 8.5, width=width - 2 * _PAD, size=15, style="B")
    once = "  ".join(_ONCE[language] for language in both_languages(pdf.language))
    pdf.write_line(once, x=left, y=below - 4, width=width - 2 * _PAD, size=6.5, colour=QUIET_INK, smallest=5)
