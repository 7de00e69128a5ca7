"""A one-page certificate that also carries the signed badge as an attached file."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from credentials import qr_runs
from pages import INK, QUIET_INK, Paper, SheetPdf, is_printable, printable_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from issuer.certificate_facts import CertificateFacts
    from pages import Colour
    from schemas import Language

_FRAME_COLOUR: Colour = (31, 78, 121)
_GOLD: Colour = (206, 150, 38)
_MARGIN = 9.0
_SIDE_WIDTH = 64.0  # column with the badge and the code
_GUTTER = 8.0
_LINE = 1.28  # line height as a multiple of the font size
_POINT = 25.4 / 72
_HAIR = 0.01  # mm, against rounding
_SIZES = (13.0, 12.5, 12.0, 11.5, 11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0)
MAX_CERTIFICATE_ITEMS = 40  # sentences, results or skills that are looked at
_MEDIA_TYPES = {".json": "application/vc+ld+json", ".jwt": "text/plain"}

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "certificate": "CERTIFICATE",
        "given_to": "This certificate says that",
        "earned": "earned",
        "name_in_badge": "(name: see the badge page)",
        "can_do": "What this person can do",
        "about": "About this badge",
        "assessment": "How it was tested",
        "results": "Results",
        "skills": "Skills",
        "hours": "Training",
        "awarded_on": "Earned on",
        "valid_until": "Valid until",
        "no_end": "No end date",
        "issuer": "Issued by",
        "scan": "Scan to check this badge",
        "attached": "The signed badge is attached to this file.",
        "more": "More: scan the code.",
    },
    "es": {
        "certificate": "CERTIFICADO",
        "given_to": "Este certificado dice que",
        "earned": "obtuvo",
        "name_in_badge": "(nombre: vea la página de la insignia)",
        "can_do": "Lo que esta persona sabe hacer",
        "about": "Sobre esta insignia",
        "assessment": "Cómo se evaluó",
        "results": "Resultados",
        "skills": "Habilidades",
        "hours": "Formación",
        "awarded_on": "Obtenido el",
        "valid_until": "Válido hasta",
        "no_end": "Sin fecha límite",
        "issuer": "Emitido por",
        "scan": "Escanee para comprobar esta insignia",
        "attached": "La insignia firmada va adjunta a este archivo.",
        "more": "Más: escanee el código.",
    },
}
_MONTHS: Mapping[Language, str] = {
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}


@dataclass(frozen=True, slots=True)
class _Block:
    """A heading with its lines; `is_list` puts a dot before each."""

    heading: str
    lines: tuple[str, ...]
    is_list: bool = False


def say_date(moment: datetime, language: Language) -> str:
    """Return the day of `moment` in words, as people write it in that language."""
    month = _MONTHS[language].split()[moment.month - 1]
    return f"{moment.day} de {month} de {moment.year}" if language == "es" else f"{month} {moment.day}, {moment.year}"


def short_address(url: str) -> str:
    """Return an address as it is printed: without scheme and closing slash."""
    return url.removeprefix("https://").removeprefix("http://").removesuffix("/")


def render_certificate(
    facts: CertificateFacts,
    *,
    original: bytes,
    original_name: str,
    page_url: str,
    badge_png: bytes,
    issued_at: datetime,
    language: Language = "en",
    paper: Paper = Paper.LETTER,
) -> bytes:
    """Return the certificate as a PDF of one page, always the same bytes for the same arguments.

    Letters that the built-in fonts lack are simplified or become question marks; a name that would be mostly
    question marks is left to the badge page. What does not fit on the page stands on the badge page.

    Args:
        facts: What the certificate says.
        original: The badge as it was issued, attached unchanged.
        original_name: File name of the attachment, `badge.json` or `badge.jwt`.
        page_url: Public page of the badge; printed and as QR code.
        badge_png: Picture of the badge, a PNG of ours or one that `check_image` accepted; may be empty.
        issued_at: Date of the file, aware.
        language: Of the printed labels.
        paper: Printed in landscape.
    """
    pdf = SheetPdf(paper=paper, orientation="landscape", language=language, created=issued_at)
    pdf.set_title(printable_text(f"{facts.achievement_name} - {facts.recipient_name}"))
    pdf.set_author(printable_text(facts.issuer_name))
    pdf.add_page()
    _draw_frame(pdf)
    _write_side(pdf, page_url=page_url, badge_png=badge_png, words=_WORDS[language])
    top = _write_head(pdf, facts, _WORDS[language])
    bottom = _write_foot(pdf, facts, language)
    _write_body(pdf, facts, _WORDS[language], top=top, bottom=bottom)
    pdf.embed_file(
        bytes=original,
        basename=original_name,
        mime_type=_MEDIA_TYPES.get(original_name[original_name.rfind(".") :], "application/octet-stream"),
        creation_date=issued_at,
        modification_date=issued_at,
        associated_file_relationship="Source",
        desc="Open Badges 3.0 credential",
        compress=True,
    )
    return pdf.to_bytes()


def _draw_frame(pdf: SheetPdf) -> None:
    pdf.set_draw_color(*_FRAME_COLOUR)
    pdf.set_line_width(1.4)
    pdf.rect(_MARGIN, _MARGIN, pdf.w - 2 * _MARGIN, pdf.h - 2 * _MARGIN)
    pdf.set_draw_color(*_GOLD)
    pdf.set_line_width(0.4)
    inner = _MARGIN + 2.2
    pdf.rect(inner, inner, pdf.w - 2 * inner, pdf.h - 2 * inner)


def _write_side(pdf: SheetPdf, *, page_url: str, badge_png: bytes, words: Mapping[str, str]) -> None:
    left, side = _MARGIN + 6, _SIDE_WIDTH - 4
    if badge_png:
        pdf.image(io.BytesIO(badge_png), x=left, y=_MARGIN + 8, w=side, h=side, keep_aspect_ratio=True)
    code, centre = 50.0, left + side / 2
    top = pdf.h - _MARGIN - 22 - code
    pdf.draw_code(qr_runs(page_url), x=centre - code / 2, y=top, side=code)
    for text, offset, size, colour in (
        (words["scan"], 4.5, 10.0, INK),
        (short_address(page_url), 9.5, 9.0, _FRAME_COLOUR),
        (words["attached"], 14.0, 7.5, QUIET_INK),
    ):
        cut, _ = pdf.fit_line(printable_text(text), width=side, size=size, style="", smallest=5.0)
        pdf.set_text_color(*colour)
        pdf.text(centre - pdf.get_string_width(cut) / 2, top + code + offset, cut)


def _main_column(pdf: SheetPdf) -> tuple[float, float]:
    left = _MARGIN + 6 + _SIDE_WIDTH + _GUTTER
    return left, pdf.w - _MARGIN - 9 - left


def _write_head(pdf: SheetPdf, facts: CertificateFacts, words: Mapping[str, str]) -> float:
    """Write who earned what, and return where the body begins."""
    left, width = _main_column(pdf)
    pdf.set_char_spacing(3)
    pdf.write_line(words["certificate"], x=left, y=27, width=width, size=13, style="B", colour=_GOLD)
    pdf.set_char_spacing(0)
    pdf.write_line(words["given_to"], x=left, y=36, width=width, size=11, colour=QUIET_INK)
    if is_printable(facts.recipient_name):
        pdf.write_line(facts.recipient_name, x=left, y=48, width=width, size=30, style="B", smallest=12)
    else:
        pdf.write_line(words["name_in_badge"], x=left, y=48, width=width, size=18, style="I")
    pdf.write_line(words["earned"], x=left, y=57, width=width, size=11, colour=QUIET_INK)
    title = pdf.wrap(facts.achievement_name, width=width, size=20, style="B")
    if len(title) > 1:
        title = pdf.wrap(facts.achievement_name, width=width, size=16, style="B")[:2]
    baseline = 66.0
    for line in title:
        pdf.write_line(line, x=left, y=baseline, width=width, size=20 if len(title) == 1 else 16, style="B",
                       colour=_FRAME_COLOUR)  # fmt: skip
        baseline += 7.5
    pdf.set_draw_color(*_GOLD)
    pdf.set_line_width(0.5)
    pdf.line(left, baseline - 3, left + width, baseline - 3)
    return baseline + 1


def _write_foot(pdf: SheetPdf, facts: CertificateFacts, language: Language) -> float:
    """Write dates, hours and issuer in a row, and return where the body must end."""
    words = _WORDS[language]
    left, width = _main_column(pdf)
    entries = [(words["issuer"], facts.issuer_name)]
    if facts.awarded_on:
        entries.append((words["awarded_on"], say_date(facts.awarded_on, language)))
    entries.append(
        (words["valid_until"], say_date(facts.valid_until, language) if facts.valid_until else words["no_end"])
    )
    if facts.hours:
        entries.append((words["hours"], facts.hours))
    shares = [1.7 if index == 0 else 1.0 for index in range(len(entries))]
    top, x = pdf.h - _MARGIN - 19, left
    pdf.set_draw_color(*_GOLD)
    pdf.set_line_width(0.5)
    pdf.line(left, top, left + width, top)
    for (label, value), share in zip(entries, shares, strict=True):
        column = width * share / sum(shares)
        pdf.write_line(label, x=x, y=top + 6, width=column - 4, size=8.5, colour=QUIET_INK)
        pdf.write_line(value, x=x, y=top + 12, width=column - 4, size=11.5, style="B", smallest=7)
        x += column
    return top - 2


def _write_body(pdf: SheetPdf, facts: CertificateFacts, words: Mapping[str, str], *, top: float, bottom: float) -> None:
    """Write what the person can do on the left, results and skills on the right, as large as fits."""
    left, width = _main_column(pdf)
    about = () if facts.can_do else (facts.description,)
    main = [
        _Block(words["can_do"], facts.can_do[:MAX_CERTIFICATE_ITEMS], is_list=True),
        _Block(words["about"], about),
        _Block(words["assessment"], (facts.assessment,)),
    ]
    aside = [
        _Block(words["results"], _pairs(facts.results)),
        _Block(words["skills"], _pairs(facts.skills), is_list=True),
    ]
    has_aside = any(block.lines for block in aside)
    main_width = width * 0.58 - _GUTTER / 2 if has_aside else width
    columns = [(main, left, main_width)]
    if has_aside:
        columns.append((aside, left + main_width + _GUTTER, width - main_width - _GUTTER))
    fitting = (
        size
        for size in _SIZES
        if all(_height(pdf, blocks, column, size) <= bottom - top for blocks, _, column in columns)
    )
    size = next(fitting, _SIZES[-1])
    for blocks, x, column in columns:
        _write_blocks(pdf, blocks, x=x, top=top, bottom=bottom, width=column, size=size, more=words["more"])


def _pairs(pairs: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    return tuple(
        ": ".join(filter(None, (name, value))) if name else value for name, value in pairs[:MAX_CERTIFICATE_ITEMS]
    )


def _laid_out(pdf: SheetPdf, blocks: list[_Block], width: float, size: float) -> list[tuple[str, str, float]]:
    """Return every printed line as (kind, text, height in millimetres)."""
    pitch = size * _POINT * _LINE
    laid: list[tuple[str, str, float]] = []
    for block in blocks:
        if not any(block.lines):
            continue
        laid.append(("heading", block.heading, pitch * (1.75 if laid else 1.3)))
        for line in block.lines:
            indent = size * 0.32 if block.is_list else 0.0
            for number, part in enumerate(pdf.wrap(line, width=width - indent, size=size)):
                kind = "text" if not block.is_list else "item" if number == 0 else "rest"
                laid.append((kind, part, pitch * (1.12 if number == 0 else 1.0)))
    return laid


def _height(pdf: SheetPdf, blocks: list[_Block], width: float, size: float) -> float:
    return sum(height for _, _, height in _laid_out(pdf, blocks, width, size))


def _write_blocks(
    pdf: SheetPdf, blocks: list[_Block], *, x: float, top: float, bottom: float, width: float, size: float, more: str
) -> None:
    y, indent = top, size * 0.32
    laid = _laid_out(pdf, blocks, width, size)
    for index, (kind, text, height) in enumerate(laid):
        room_needed = height + (laid[index + 1][2] if index + 1 < len(laid) else 0.0)
        if y + room_needed > bottom + _HAIR and y + sum(line[2] for line in laid[index:]) > bottom + _HAIR:
            pdf.write_line(more, x=x, y=y + height, width=width, size=size, style="I", colour=QUIET_INK)
            return
        y += height
        if kind == "heading":
            pdf.write_line(text, x=x, y=y, width=width, size=size + 0.5, style="B", colour=_FRAME_COLOUR)
            continue
        if kind == "item":
            pdf.set_fill_color(*_GOLD)
            pdf.circle(x + size * 0.1, y - size * 0.11, size * 0.05, style="F")
        pdf.write_line(text, x=x if kind == "text" else x + indent, y=y, width=width, size=size)
