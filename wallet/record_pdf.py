"""A skills record on one page to print; on more only when it does not fit."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from credentials import qr_runs
from pages import QUIET_INK, Paper, SheetPdf, is_printable, printable_text, write_date, write_short_date
from wallet.states import HoldingState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pages import Colour, FontStyle
    from schemas import Language
    from wallet.record_facts import RecordFacts, RecordLine, RecordNote

_BLUE: Colour = (31, 78, 121)
_RED: Colour = (158, 28, 28)
_MARGIN = 15.0  # millimetres
_CODE = 36.0
_HEAD = 47.0  # from the upper edge to the body of the first page
_HEAD_LATER = 32.0
_CODE_LATER = 24.0
_FOOT = 22.0
_POINT = 25.4 / 72
_LINE = 1.26  # line height as a multiple of the font size
_SIZES = (10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5)
_SIZES_OF_MANY_PAGES = (9.0, 8.5, 8.0)  # the largest of those that need the fewest pages
_NUMBER = 7.0  # column of the numbers
_MAX_CAN_DO_LINES = 3
_MAX_TESTED_LINES = 3
_MAX_SKILL_LINES = 12
SIGNED_NAME = "signed-skills-record.json"

_WORDS: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {
        "en": {
            "title": "SKILLS RECORD",
            "made": "Made on {day}",
            "until": "The code works until {day}",
            "scan": "Scan to check",
            "skills": "Skills, with the badges that show them",
            "badges": "Badges",
            "issued": "Issued by {name}",
            "for": "Given to {name}",
            "earned": "Earned {day}",
            "valid": "Valid until {day}",
            "no_end": "No end date",
            "checked": "Last checked {day}",
            "tested": "How it was tested: {words}",
            "name_on_page": "(name: scan the code)",
            "notes": "Written down by the worker. Nobody has checked this part.",
            "foot": (
                "To check this page, scan the code with a phone. The phone shows each badge as it is on that day. "
                "Believe the phone, not the paper."
            ),
            "signed": (
                "A signed file of these badges is attached to this PDF. {name} signs that they were in one wallet. "
                "Each badge is signed by whoever issued it."
            ),
            "page": "Page {page} of {count}",
        },
        "es": {
            "title": "REGISTRO DE HABILIDADES",
            "made": "Hecho el {day}",
            "until": "El código sirve hasta el {day}",
            "scan": "Escanee para comprobar",
            "skills": "Habilidades, con las insignias que las muestran",
            "badges": "Insignias",
            "issued": "Emitida por {name}",
            "for": "Dada a {name}",
            "earned": "Obtenida el {day}",
            "valid": "Válida hasta el {day}",
            "no_end": "Sin fecha límite",
            "checked": "Última comprobación: {day}",
            "tested": "Cómo se evaluó: {words}",
            "name_on_page": "(nombre: escanee el código)",
            "notes": "Escrito por la persona. Nadie ha comprobado esta parte.",
            "foot": (
                "Para comprobar esta hoja, escanee el código con un teléfono. El teléfono muestra cada insignia como "
                "está ese día. Créale al teléfono, no al papel."
            ),
            "signed": (
                "Un archivo firmado con estas insignias va adjunto a este PDF. {name} firma que estaban en una misma "
                "cartera. Cada insignia la firma quien la emitió."
            ),
            "page": "Página {page} de {count}",
        },
    }
)
_STATES: Mapping[Language, Mapping[HoldingState, str]] = MappingProxyType(
    {
        "en": {
            HoldingState.ENDS_SOON: "ENDS SOON",
            HoldingState.EXPIRED: "EXPIRED",
            HoldingState.NOT_YET_VALID: "NOT VALID YET",
            HoldingState.SUSPENDED: "SUSPENDED",
            HoldingState.REVOKED: "TAKEN BACK BY THE ISSUER",
            HoldingState.NOT_CHECKED: "COULD NOT BE CHECKED",
            HoldingState.NOT_GENUINE: "NOT GENUINE",
        },
        "es": {
            HoldingState.ENDS_SOON: "VENCE PRONTO",
            HoldingState.EXPIRED: "VENCIDA",
            HoldingState.NOT_YET_VALID: "AÚN NO ES VÁLIDA",
            HoldingState.SUSPENDED: "SUSPENDIDA",
            HoldingState.REVOKED: "RETIRADA POR QUIEN LA EMITIÓ",
            HoldingState.NOT_CHECKED: "NO SE PUDO COMPROBAR",
            HoldingState.NOT_GENUINE: "NO ES AUTÉNTICA",
        },
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One printed line: where it begins, how it looks, and what stands at its right edge."""

    text: str
    height: float
    size: float
    indent: float = 0.0
    style: FontStyle = ""
    colour: Colour | None = None
    number: str = ""
    mark: str = ""
    keeps_next: bool = False  # stands on the page of the row below it
    below: float = 0.0  # of its height, what is below its letters; a rule is drawn there


def render_record(
    facts: RecordFacts,
    *,
    page_url: str,
    paper: Paper = Paper.LETTER,
    language: Language = "en",
    signed: bytes = b"",
) -> bytes:
    """Return the record as a PDF, always the same bytes for the same arguments.

    Letters that the built-in fonts lack are simplified; a name that cannot be printed at all is left to the page
    behind the code.

    Args:
        facts: What it says.
        page_url: Where each badge is shown freshly checked; a QR code and a link.
        paper: Printed in portrait.
        language: Of the printed words.
        signed: The signed record, attached unchanged; empty without one.
    """
    pdf = SheetPdf(paper=paper, orientation="portrait", language=language, created=facts.made_at)
    words = _WORDS[language]
    pdf.set_title(printable_text(f"{words['title'].capitalize()} - {facts.person_name}"))
    pdf.add_page()  # lines can be measured on a page only
    pages = _lay_out(pdf, facts, language)
    top = _write_head(pdf, facts, words, page_url=page_url)
    for number, rows in enumerate(pages, start=1):
        if number > 1:
            pdf.add_page()
            top = _write_later_head(pdf, facts, words, page_url=page_url)
        _write_rows(pdf, rows, top=top)
        page = words["page"].format(page=number, count=len(pages)) if len(pages) > 1 else ""
        _write_foot(pdf, facts, words, page=page)
    if signed:
        pdf.embed_file(
            bytes=signed,
            basename=SIGNED_NAME,
            mime_type="application/vc+ld+json",
            creation_date=facts.made_at,
            modification_date=facts.made_at,
            associated_file_relationship="Source",
            desc="Comprehensive Learner Record 2.0",
            compress=True,
        )
    return pdf.to_bytes()


def _lay_out(pdf: SheetPdf, facts: RecordFacts, language: Language) -> list[list[_Row]]:
    """Return the rows of each page: of one page in the largest letters that fit, else of as many as it takes."""
    room = pdf.h - _FOOT - _HEAD
    smallest = _compose_rows(pdf, facts, language, _SIZES[-1])
    if sum(row.height for row in smallest) <= room:
        tries = (_compose_rows(pdf, facts, language, size) for size in _SIZES[:-1])
        return [next((rows for rows in tries if sum(row.height for row in rows) <= room), smallest)]
    tried = [_paginate(pdf, _compose_rows(pdf, facts, language, size)) for size in _SIZES_OF_MANY_PAGES]
    return min(tried, key=len)


def _paginate(pdf: SheetPdf, rows: Sequence[_Row]) -> list[list[_Row]]:
    pages: list[list[_Row]] = [[]]
    used = 0.0
    for block in _blocks(rows):
        height = sum(row.height for row in block)
        if pages[-1] and used + height > pdf.h - _FOOT - (_HEAD if len(pages) == 1 else _HEAD_LATER):
            pages.append([])
            used = 0.0
        pages[-1] += block
        used += height
    return pages


def _blocks(rows: Sequence[_Row]) -> list[list[_Row]]:
    """Return the rows in groups that stand on one page."""
    blocks: list[list[_Row]] = []
    keeps = False
    for row in rows:
        if keeps:
            blocks[-1].append(row)
        else:
            blocks.append([row])
        keeps = row.keeps_next
    return blocks


def _compose_rows(pdf: SheetPdf, facts: RecordFacts, language: Language, size: float) -> list[_Row]:
    words, pitch = _WORDS[language], size * _POINT * _LINE
    rows: list[_Row] = []
    rows.append(_heading(words["badges"], size))
    for line in facts.lines:
        rows += _compose_badge(pdf, line, facts, language, size)
    skills = "  ·  ".join(f"{_name(name, words)} ({', '.join(map(str, numbers))})" for name, numbers in facts.skills)
    if skills:
        rows.append(_heading(words["skills"], size))
        lines = pdf.wrap(skills, width=_width(pdf), size=size)
        if len(lines) > _MAX_SKILL_LINES:
            lines = [*lines[: _MAX_SKILL_LINES - 1], lines[_MAX_SKILL_LINES - 1] + " …"]
        rows += [_Row(text=line, height=pitch, size=size) for line in lines]
    if facts.notes:
        rows.append(_heading(words["notes"], size, colour=QUIET_INK))
        rows += [_compose_note(note, size, language) for note in facts.notes]
    return rows


def _heading(text: str, size: float, *, colour: Colour = _BLUE) -> _Row:
    pitch = size * _POINT * _LINE
    return _Row(
        text=text, height=pitch * 2.6, size=size + 1.5, style="B", colour=colour, keeps_next=True, below=pitch * 0.6
    )


def _compose_badge(pdf: SheetPdf, line: RecordLine, facts: RecordFacts, language: Language, size: float) -> list[_Row]:
    words, pitch = _WORDS[language], size * _POINT * _LINE
    title = _Row(
        text=_name(line.title, words),
        height=pitch * 1.45,
        size=size + 1,
        indent=_NUMBER,
        style="B",
        number=str(line.number),
        mark=_STATES[language].get(line.state, ""),
        colour=None if line.holds else QUIET_INK,
        keeps_next=True,
    )
    issuer = words["issued"].format(name=_name(line.issuer, words)) if line.issuer else ""
    issuer += f" ({line.issuer_domain})" if line.issuer and line.issuer_domain else ""
    is_other = line.recipient and line.recipient.casefold() != facts.person_name.casefold()
    given = words["for"].format(name=_name(line.recipient, words)) if is_other else ""
    dates = (
        words["earned"].format(day=write_short_date(line.earned_on, language)) if line.earned_on else "",
        _say_end(line, language),
        words["checked"].format(day=write_short_date(line.checked_at, language)) if line.checked_at else "",
    )
    tested = words["tested"].format(words=line.tested) if line.tested else ""
    can_do = "  ·  ".join(line.can_do)
    texts = [
        *pdf.wrap("  ·  ".join(filter(None, (issuer, given))), width=_width(pdf) - _NUMBER, size=size),
        *_cut(pdf.wrap(can_do, width=_width(pdf) - _NUMBER, size=size), _MAX_CAN_DO_LINES),
        *pdf.wrap("  ·  ".join(filter(None, dates)), width=_width(pdf) - _NUMBER, size=size),
        *_cut(pdf.wrap(tested, width=_width(pdf) - _NUMBER, size=size), _MAX_TESTED_LINES),
    ]
    texts = [text for text in texts if text.strip()]
    rows = [
        _Row(text=text, height=pitch, size=size, indent=_NUMBER, keeps_next=place + 1 < len(texts))
        for place, text in enumerate(texts)
    ]
    return [title, *rows]


def _say_end(line: RecordLine, language: Language) -> str:
    if line.valid_until is not None:
        return _WORDS[language]["valid"].format(day=write_short_date(line.valid_until, language))
    return _WORDS[language]["no_end"] if line.title else ""


def _compose_note(note: RecordNote, size: float, language: Language) -> _Row:
    day = write_short_date(note.day, language) if note.day else ""
    text = ", ".join(filter(None, (note.title, note.place, day)))
    return _Row(text=text, height=size * _POINT * _LINE, size=size, style="I", colour=QUIET_INK)


def _cut(lines: list[str], count: int) -> list[str]:
    return lines if len(lines) <= count else [*lines[: count - 1], lines[count - 1] + " …"]


def _name(text: str, words: Mapping[str, str]) -> str:
    return text if is_printable(text) else words["name_on_page"]


def _width(pdf: SheetPdf) -> float:
    return float(pdf.w) - 2 * _MARGIN


def _write_head(pdf: SheetPdf, facts: RecordFacts, words: Mapping[str, str], *, page_url: str) -> float:
    column = _width(pdf) - _CODE - 6
    pdf.set_char_spacing(2)
    pdf.write_line(words["title"], x=_MARGIN, y=19, width=column, size=11, style="B", colour=_BLUE)
    pdf.set_char_spacing(0)
    pdf.write_line(facts.person_name, x=_MARGIN, y=30, width=column, size=24, style="B", smallest=11)
    said = [words["made"].format(day=write_date(facts.made_at, pdf.language))]
    if facts.expires is not None:
        said.append(words["until"].format(day=write_date(facts.expires, pdf.language)))
    pdf.write_line("  ·  ".join(said), x=_MARGIN, y=37, width=column, size=9.5, colour=QUIET_INK)
    left = pdf.w - _MARGIN - _CODE
    _draw_code(pdf, page_url, side=_CODE)
    scan, size = pdf.fit_line(words["scan"], width=_CODE, size=10, style="B", smallest=7)
    pdf.write_line(scan, x=left + (_CODE - pdf.get_string_width(scan)) / 2, y=45, width=_CODE, size=size, style="B")
    return _HEAD


def _write_later_head(pdf: SheetPdf, facts: RecordFacts, words: Mapping[str, str], *, page_url: str) -> float:
    text = f"{words['title']}  ·  {facts.person_name}"
    pdf.write_line(
        text, x=_MARGIN, y=19, width=_width(pdf) - _CODE_LATER - 6, size=11, style="B", colour=_BLUE, smallest=8
    )
    _draw_code(pdf, page_url, side=_CODE_LATER)
    return _HEAD_LATER


def _draw_code(pdf: SheetPdf, page_url: str, *, side: float) -> None:
    left = pdf.w - _MARGIN - side
    pdf.draw_code(qr_runs(page_url), x=left, y=6, side=side)
    pdf.link(left, 6, side, side, page_url)


def _write_rows(pdf: SheetPdf, rows: Sequence[_Row], *, top: float) -> None:
    y = top
    for row in rows:
        y += row.height - row.below
        left, width = _MARGIN + row.indent, _width(pdf) - row.indent
        if row.mark:
            mark, size = pdf.fit_line(row.mark, width=width / 2, size=row.size - 1.5, style="B", smallest=5)
            span = pdf.get_string_width(mark)
            pdf.write_line(mark, x=pdf.w - _MARGIN - span, y=y, width=span, size=size, style="B", colour=_RED)
            width -= span + 3
        if row.number:
            pdf.write_line(row.number, x=_MARGIN, y=y, width=_NUMBER, size=row.size, style="B", colour=_BLUE)
        if row.colour is None:
            pdf.write_line(row.text, x=left, y=y, width=width, size=row.size, style=row.style)
        else:
            pdf.write_line(row.text, x=left, y=y, width=width, size=row.size, style=row.style, colour=row.colour)
        if row.below:
            pdf.set_draw_color(*(row.colour or _BLUE))
            pdf.set_line_width(0.3)
            pdf.line(_MARGIN, y + 1.1, pdf.w - _MARGIN, y + 1.1)
        y += row.below


def _write_foot(pdf: SheetPdf, facts: RecordFacts, words: Mapping[str, str], *, page: str) -> None:
    said = [words["foot"]]
    if facts.signer:
        said.append(words["signed"].format(name=facts.signer))
    lines = pdf.wrap(" ".join(said), width=_width(pdf), size=8)
    y = pdf.h - _FOOT + 6.0
    for line in lines[:4]:
        pdf.write_line(line, x=_MARGIN, y=y, width=_width(pdf), size=8, colour=QUIET_INK)
        y += 8 * _POINT * _LINE
    if page:
        pdf.write_line(page, x=_MARGIN, y=12, width=_width(pdf), size=8, colour=QUIET_INK)
