"""A card to carry, as large as a bank card: name, badges, skills, and a code that leads to the checked badges."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from credentials import qr_runs
from pages import QUIET_INK, Paper, SheetPdf, place_cards, printable_text, write_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pages import CardPlace, Colour
    from schemas import Language
    from wallet.record_facts import RecordFacts

CARD_SIZE = (85.6, 54.0)  # millimetres, ISO/IEC 7810 ID-1: 85.60 by 53.98
CARDS_ON_A_PAGE = 8
MAX_CARD_BADGES = 3
MAX_CARD_LINES = 8  # of badges with their issuers, and skills
_PAD = 4.5
_CODE = 37.0
_BLUE: Colour = (31, 78, 121)
_WORDS: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {
        "en": {"scan": "Scan to check", "until": "Until {day}", "more": "and more", "title": "Wallet card"},
        "es": {"scan": "Escanee para comprobar", "until": "Hasta el {day}", "more": "y más", "title": "Tarjeta"},
    }
)


def render_card_sheet(
    facts: RecordFacts, *, page_url: str, paper: Paper = Paper.LETTER, language: Language = "en"
) -> bytes:
    """Return a page with eight equal cards and cut marks as a PDF, always the same bytes for the same arguments.

    Args:
        facts: Whose card it is, and what it says.
        page_url: Where the badges are shown freshly checked; stands on the card as a QR code.
        paper: Printed in portrait, at its natural size.
        language: Of the printed words.
    """
    pdf = SheetPdf(paper=paper, orientation="portrait", language=language, created=facts.made_at)
    pdf.set_title(printable_text(f"{_WORDS[language]['title']} - {facts.person_name}"))
    for card, place in place_cards(pdf, [facts] * CARDS_ON_A_PAGE, size=CARD_SIZE):
        _write_card(pdf, card, place, page_url=page_url)
    return pdf.to_bytes()


def _write_card(pdf: SheetPdf, facts: RecordFacts, place: CardPlace, *, page_url: str) -> None:
    words = _WORDS[pdf.language]
    left, right = place.x + _PAD, place.x + place.width - _CODE - 2.0
    column = right - left - 1.0
    pdf.draw_code(qr_runs(page_url), x=right, y=place.y + 3.0, side=_CODE)
    baseline = place.y + 10.5
    lines = pdf.wrap(facts.person_name, width=column, size=13, style="B")
    size = 13.0 if len(lines) == 1 else 11.0
    for line in pdf.wrap(facts.person_name, width=column, size=size, style="B")[:2]:
        pdf.write_line(line, x=left, y=baseline, width=column, size=size, style="B", smallest=7)
        baseline += 5.0
    baseline += 1.0
    badges = facts.held[:MAX_CARD_BADGES]
    for badge in badges:
        pdf.write_line(badge.title, x=left, y=baseline, width=column, size=8.5, style="B", smallest=6.5)
        pdf.write_line(badge.issuer, x=left, y=baseline + 3.3, width=column, size=7, colour=QUIET_INK, smallest=5.5)
        baseline += 7.4
    skills = facts.main_skills[: MAX_CARD_LINES - 2 * len(badges)]
    for skill in skills:
        pdf.write_line(f"·  {skill}", x=left, y=baseline, width=column, size=8, smallest=6.5)
        baseline += 3.6
    if len(facts.held) > len(badges) or len(facts.main_skills) > len(skills):
        pdf.write_line(words["more"], x=left, y=baseline, width=column, size=7.5, colour=QUIET_INK)
    below = place.y + place.height
    pdf.write_line(words["scan"], x=right + 2.0, y=below - 10.0, width=_CODE - 4.0, size=9, style="B", colour=_BLUE)
    if facts.expires is not None:
        until = words["until"].format(day=write_date(facts.expires, pdf.language))
        pdf.write_line(until, x=right + 2.0, y=below - 5.5, width=_CODE - 4.0, size=8, colour=QUIET_INK, smallest=5.5)
