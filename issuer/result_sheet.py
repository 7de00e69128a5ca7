"""Who got which badge, with links, as a workbook."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime, time
from types import MappingProxyType
from typing import TYPE_CHECKING

from schemas import close_workbook, open_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from issuer.model import IssuedCredential
    from schemas import Language, Workbook


@dataclass(frozen=True, slots=True, kw_only=True)
class RowDetails:
    """What a class list said of one person, in words."""

    person_id: str = ""
    awarded_on: date | None = None
    results: str = ""
    delivery: str = ""  # how far the badge has come on its way to the person


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """One row without a badge, and why."""

    number: int
    name: str
    reason: str


_HEADERS: Mapping[Language, tuple[str, ...]] = MappingProxyType(
    {
        "en": (
            *("Name", "E-mail", "Badge", "Issued", "Valid until", "State", "Link", "Code", "ID number", "Earned on"),
            *("Results", "Delivery"),
        ),
        "es": (
            *("Nombre", "Correo", "Insignia", "Emitida", "Válida hasta", "Estado", "Enlace", "Código", "Número"),
            *("Obtenida el", "Resultados", "Entrega"),
        ),
    }
)
_WIDTHS = (28, 30, 32, 12, 12, 12, 60, 26, 14, 12, 50, 26)
_REJECTED_HEADERS: Mapping[Language, tuple[str, ...]] = MappingProxyType(
    {"en": ("Row", "Name", "Why there is no badge"), "es": ("Fila", "Nombre", "Por qué no hay insignia")}
)
_SHEETS: Mapping[Language, tuple[str, str]] = MappingProxyType(
    {"en": ("Badges", "Not issued"), "es": ("Insignias", "No emitidas")}
)
_STATES: Mapping[Language, tuple[str, str, str]] = MappingProxyType(
    {"en": ("in force", "suspended", "revoked"), "es": ("vigente", "suspendida", "revocada")}
)
_REJECTED_WIDTHS = (8, 28, 110)
_DAY = "yyyy-mm-dd"
_NO_DETAILS: Mapping[str, RowDetails] = MappingProxyType({})


def render_result_sheet(
    badges: Iterable[IssuedCredential],
    *,
    course_name: str,
    base_url: str,
    created: datetime,
    details: Mapping[str, RowDetails] = _NO_DETAILS,
    rejected: Sequence[RejectedRow] = (),
    language: Language = "en",
) -> bytes:
    """Return an XLSX workbook with one row for each person, and a second sheet for rows without a badge.

    Args:
        badges: In the order of the rows.
        course_name: What the badge is given for.
        base_url: Our address, for the link of each badge page.
        created: Date of the file; the same arguments give the same bytes.
        details: What the class list says of each badge, by its slug.
        rejected: Rows that were not issued; without any there is one sheet.
        language: Of headers and states.
    """
    stream = io.BytesIO()
    workbook = open_workbook(stream, created=created, title=course_name)
    sheet = workbook.add_worksheet(_SHEETS[language][0])
    head = workbook.add_format({"bold": True, "bottom": 1})
    day = workbook.add_format({"num_format": _DAY})
    for column, (header, width) in enumerate(zip(_HEADERS[language], _WIDTHS, strict=True)):
        sheet.write_string(0, column, header, head)
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    for number, badge in enumerate(badges, start=1):
        texts = {
            0: badge.recipient_name,
            1: badge.recipient_email,
            2: course_name,
            5: _say_state(badge, language),
            6: f"{base_url}/b/{badge.slug}",
            7: badge.slug,
        }
        detail = details.get(badge.slug, RowDetails())
        texts |= {8: detail.person_id, 10: detail.results, 11: detail.delivery}
        if detail.awarded_on is not None:
            sheet.write_datetime(number, 9, datetime.combine(detail.awarded_on, time()), day)
        for column, text in texts.items():
            sheet.write_string(number, column, text)
        sheet.write_datetime(number, 3, badge.issued_at.replace(tzinfo=None), day)
        if badge.valid_until is not None:
            sheet.write_datetime(number, 4, badge.valid_until.replace(tzinfo=None), day)
    if rejected:
        _write_rejected(workbook, rejected, language)
    close_workbook(workbook)
    return stream.getvalue()


def _write_rejected(workbook: Workbook, rejected: Sequence[RejectedRow], language: Language) -> None:
    sheet = workbook.add_worksheet(_SHEETS[language][1])
    head = workbook.add_format({"bold": True, "bottom": 1})
    for column, (header, width) in enumerate(zip(_REJECTED_HEADERS[language], _REJECTED_WIDTHS, strict=True)):
        sheet.write_string(0, column, header, head)
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rejected, start=1):
        sheet.write_number(number, 0, row.number)
        sheet.write_string(number, 1, row.name)
        sheet.write_string(number, 2, row.reason)


def _say_state(badge: IssuedCredential, language: Language) -> str:
    in_force, suspended, revoked = _STATES[language]
    if badge.revoked:
        return revoked
    return suspended if badge.suspended else in_force
