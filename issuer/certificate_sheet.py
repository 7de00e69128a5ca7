"""A sheet to print for a class: for each person a card with the QR code of the badge, to cut out."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from credentials import qr_runs
from issuer.certificate import short_address
from pages import QUIET_INK, Paper, SheetPdf, is_printable, place_cards

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from schemas import Language

_CODE = 44.0
_PAD = 5.0
_NAME_ON_PAGE: Mapping[Language, str] = MappingProxyType(
    {"en": "(name: see the badge page)", "es": "(nombre: vea la página de la insignia)"}
)
_SENTENCES: Mapping[Language, str] = MappingProxyType(
    {
        "en": "This code opens your badge. Show it to an employer: they scan it and see what you can do.",
        "es": "Este código abre su insignia. Muéstrelo a un empleador: lo escanea y ve lo que usted sabe hacer.",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSheetEntry:
    """One card."""

    name: str
    achievement_name: str
    page_url: str


def render_class_sheet(
    entries: Sequence[ClassSheetEntry],
    *,
    issued_at: datetime,
    title: str = "",
    paper: Paper = Paper.LETTER,
    language: Language = "en",
) -> bytes:
    """Return a PDF with eight cards to a page and cut marks, always the same bytes for the same arguments.

    Args:
        entries: The cards, in the order of the class list; no entry gives one empty page.
        issued_at: Date of the file, aware.
        title: Title of the file, say the name of the course.
        paper: Printed in portrait.
        language: The language of the class, which comes first on each card; the other one follows.
    """
    pdf = SheetPdf(paper=paper, orientation="portrait", language=language, created=issued_at)
    pdf.set_title(title or "Skillmark")
    for entry, place in place_cards(pdf, entries):
        _write_card(pdf, entry, x=place.x, y=place.y, width=place.width, height=place.height)
    return pdf.to_bytes()


def _write_card(pdf: SheetPdf, entry: ClassSheetEntry, *, x: float, y: float, width: float, height: float) -> None:
    left, column = x + _PAD, width - _CODE - _PAD - 3
    pdf.draw_code(qr_runs(entry.page_url), x=x + width - _CODE - 2, y=y + (height - _CODE) / 2, side=_CODE)
    baseline = write_card_name(pdf, entry.name, left=left, top=y + 12.0, column=column)
    for line in pdf.wrap(entry.achievement_name, width=column, size=9)[:2]:
        pdf.write_line(line, x=left, y=baseline, width=column, size=9)
        baseline += 4.0
    baseline += 2.0
    for language in both_languages(pdf.language):
        for line in pdf.wrap(_SENTENCES[language], width=column, size=7):
            pdf.write_line(line, x=left, y=baseline, width=column, size=7, colour=QUIET_INK,
                           style="" if language == pdf.language else "I")  # fmt: skip
            baseline += 3.0
        baseline += 1.2
    pdf.write_line(short_address(entry.page_url), x=left, y=y + height - 5, width=width - 2 * _PAD, size=7, smallest=5)


def write_card_name(pdf: SheetPdf, name: str, *, left: float, top: float, column: float) -> float:
    """Write the name, or in both languages where it can be read, and return where the next line stands."""
    baseline = top
    if not is_printable(name):
        for language in both_languages(pdf.language):
            pdf.write_line(_NAME_ON_PAGE[language], x=left, y=baseline, width=column, size=11, style="B", smallest=7)
            baseline += 4.5
        return baseline + 1.0
    lines = pdf.wrap(name, width=column, size=14, style="B")
    size = 14 if len(lines) == 1 else 12
    for line in lines if len(lines) == 1 else pdf.wrap(name, width=column, size=12, style="B")[:2]:
        pdf.write_line(line, x=left, y=baseline, width=column, size=size, style="B", smallest=8)
        baseline += 5.0
    return baseline + 1.0


def both_languages(first: Language) -> tuple[Language, ...]:
    """Return both languages, the named one first."""
    return ("es", "en") if first == "es" else ("en", "es")
