"""The words of `skillmark verify` in English and Spanish, for one badge and for many; reasons come from the tables."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from schemas import describe_code
from verifier import Finding, IssuerStanding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas import Language
    from verifier import BulkRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWords:
    """Everything that a report says of itself, in one language."""

    columns: tuple[str, ...]
    findings: Mapping[Finding, str]
    standings: Mapping[IssuerStanding, str]
    parts_together: str
    part_of: str
    results_sheet: str
    summary_sheet: str
    checked: str
    checked_at: str
    by_issuer: str
    reasons: str
    next_step: str
    other_issuers: str
    unnamed_issuer: str
    in_all: str
    in_force: str
    genuine_by_standing: str
    look_at: str
    more_of_them: str
    stopped: str
    nothing_yet: str
    progress: str
    report_written: str
    no_longer_in_force: str
    badges_together: str
    given_to: str
    given_by: str


# The columns of every report, in order; `compose_cells` fills them.
COLUMN_KEYS = (
    "file",
    "part",
    "result",
    "achievement",
    "issuer",
    "domain",
    "standing",
    "awarded",
    "expires",
    "reason",
    "next_step",
    "remarks",
    "code",
)
_ENGLISH = ReportWords(
    columns=(
        "File",
        "Part",
        "Result",
        "Badge",
        "Issued by",
        "Web address of the issuer",
        "Issuer known?",
        "Awarded",
        "Expires",
        "Reason",
        "What to do",
        "Remarks",
        "Code",
    ),
    findings=MappingProxyType(
        {
            Finding.GENUINE: "Genuine",
            Finding.EXPIRED: "Genuine, but expired",
            Finding.NOT_YET_VALID: "Genuine, but not valid yet",
            Finding.SUSPENDED: "Genuine, but suspended",
            Finding.REVOKED: "Genuine, but revoked",
            Finding.SOMEONE_ELSES: "Given to someone else",
            Finding.COULD_NOT_CHECK: "Could not check",
            Finding.NOT_GENUINE: "Not genuine",
            Finding.NOT_A_BADGE: "Not a badge",
        }
    ),
    standings=MappingProxyType(
        {
            IssuerStanding.LISTED: "on your list",
            IssuerStanding.ADDRESS: "web address proven, not on your list",
            IssuerStanding.UNPROVEN: "name not proven",
            IssuerStanding.NAME_TAKEN: "uses a name on your list",
            IssuerStanding.NOT_SHOWN: "",
        }
    ),
    parts_together="{parts} together",
    part_of="{part} of {parts}",
    results_sheet="Badges",
    summary_sheet="Summary",
    checked="Checked: {total}",
    checked_at="Checked as of",
    by_issuer="By issuer",
    reasons="Reasons",
    next_step="What to do",
    other_issuers="(other issuers)",
    unnamed_issuer="(no name)",
    in_all="in all",
    in_force="genuine",
    genuine_by_standing="of these, {count}: {standing}",
    look_at="Look at these:",
    more_of_them="… and {count} more. --out report.xlsx writes every badge down.",
    stopped="Stopped. What was checked until then is complete.",
    nothing_yet="Stopped before anything was checked.",
    progress="{done} checked{of} · {rate} a second · {open} not in order",
    report_written="Report: {path}",
    no_longer_in_force="Genuine, but no longer in force",
    badges_together="{parts} badges together",
    given_to="given to {name}",
    given_by="by {name}",
)
_SPANISH = ReportWords(
    columns=(
        "Archivo",
        "Parte",
        "Resultado",
        "Insignia",
        "Emitida por",
        "Dirección web de quien la emitió",
        "¿Se conoce a quien la emitió?",
        "Otorgada",
        "Vence",
        "Motivo",
        "Qué hacer",
        "Observaciones",
        "Código",
    ),
    findings=MappingProxyType(
        {
            Finding.GENUINE: "Auténtica",
            Finding.EXPIRED: "Auténtica, pero vencida",
            Finding.NOT_YET_VALID: "Auténtica, pero aún no vale",
            Finding.SUSPENDED: "Auténtica, pero suspendida",
            Finding.REVOKED: "Auténtica, pero revocada",
            Finding.SOMEONE_ELSES: "Otorgada a otra persona",
            Finding.COULD_NOT_CHECK: "No se pudo revisar",
            Finding.NOT_GENUINE: "No es auténtica",
            Finding.NOT_A_BADGE: "No es una insignia",
        }
    ),
    standings=MappingProxyType(
        {
            IssuerStanding.LISTED: "está en su lista",
            IssuerStanding.ADDRESS: "dirección web comprobada, no está en su lista",
            IssuerStanding.UNPROVEN: "nombre sin comprobar",
            IssuerStanding.NAME_TAKEN: "usa un nombre de su lista",
            IssuerStanding.NOT_SHOWN: "",
        }
    ),
    parts_together="{parts} juntas",
    part_of="{part} de {parts}",
    results_sheet="Insignias",
    summary_sheet="Resumen",
    checked="Revisadas: {total}",
    checked_at="Revisado con fecha de",
    by_issuer="Por emisor",
    reasons="Motivos",
    next_step="Qué hacer",
    other_issuers="(otros emisores)",
    unnamed_issuer="(sin nombre)",
    in_all="en total",
    in_force="auténticas",
    genuine_by_standing="de ellas, {count}: {standing}",
    look_at="Mire estas:",
    more_of_them="… y {count} más. --out informe.xlsx anota todas las insignias.",
    stopped="Detenido. Lo revisado hasta entonces está completo.",
    nothing_yet="Detenido antes de revisar nada.",
    progress="{done} revisadas{of} · {rate} por segundo · {open} con algo que mirar",
    report_written="Informe: {path}",
    no_longer_in_force="Auténtica, pero ya no vale",
    badges_together="{parts} insignias juntas",
    given_to="otorgada a {name}",
    given_by="por {name}",
)
WORDS: Mapping[Language, ReportWords] = MappingProxyType({"en": _ENGLISH, "es": _SPANISH})


def compose_cells(row: BulkRow, *, language: Language) -> tuple[str, ...]:
    """Return the cells of one row as text, in the order of `COLUMN_KEYS`."""
    words = WORDS[language]
    return (
        row.label,
        say_part(row, language=language),
        words.findings[row.finding],
        row.achievement,
        row.issuer,
        row.domain,
        words.standings[row.standing],
        row.awarded_on,
        row.expires_on,
        describe_code(row.code).sentence(language) if row.code else "",
        say_next_step(row, language=language),
        " ".join(describe_code(code).sentence(language) for code in row.remarks),
        row.code,
    )


def say_part(row: BulkRow, *, language: Language) -> str:
    """Return which badge of several this is; empty for a badge alone."""
    if not row.parts:
        return ""
    words = WORDS[language]
    return (words.part_of if row.part else words.parts_together).format(part=row.part, parts=row.parts)


def say_next_step(row: BulkRow, *, language: Language) -> str:
    """Return what the reader can do now.

    Of a genuine badge too when nothing proves its issuer: anyone can write a name.
    """
    if row.code:
        return describe_code(row.code).next_step(language)
    if row.standing is IssuerStanding.NAME_TAKEN:
        return describe_code("trust.name_taken").next_step(language)
    return _ASK_THE_ISSUER[language] if row.standing is IssuerStanding.UNPROVEN else ""


_ASK_THE_ISSUER: Mapping[Language, str] = MappingProxyType(
    {
        "en": "Ask the issuer, in a way that you already know, whether this badge is theirs.",
        "es": "Pregunte a quien la emitió, por un medio que ya conozca, si esta insignia es suya.",
    }
)
