"""The workbook of one job: who got which badge, for what, and who got none and why."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

import sqlalchemy as sa

from issuer.achievement_store import load_revision
from issuer.delivery import DeliveryState, read_delivery_states
from issuer.frozen import load_row
from issuer.job_store import ISSUED_STATE, get_job, read_outcomes
from issuer.model import RowFate
from issuer.result_sheet import RejectedRow, RowDetails, render_result_sheet
from issuer.successors import find_corrected
from issuer.tables import JOB_ROWS, JOBS
from schemas import describe_code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from issuer.job_store import Job
    from issuer.ledger import Ledger
    from issuer.model import Achievement, RosterRow, RowOutcome
    from schemas import Language

MAX_SHEET_ROWS = 100_000
_DELIVERY_WORDS: Mapping[Language, Mapping[DeliveryState, str]] = MappingProxyType(
    {
        "en": {
            DeliveryState.WAITING: "not sent, on paper only",
            DeliveryState.QUEUED: "on its way",
            DeliveryState.SENT: "sent or in a file",
            DeliveryState.BOUNCED: "e-mail came back",
            DeliveryState.OPENED: "opened",
            DeliveryState.CLAIMED: "claimed",
            DeliveryState.SUSPENDED: "suspended",
            DeliveryState.REVOKED: "revoked",
        },
        "es": {
            DeliveryState.WAITING: "no enviada, solo en papel",
            DeliveryState.QUEUED: "en camino",
            DeliveryState.SENT: "correo enviado o en un archivo",
            DeliveryState.BOUNCED: "correo devuelto",
            DeliveryState.OPENED: "abierta",
            DeliveryState.CLAIMED: "reclamada",
            DeliveryState.SUSPENDED: "suspendida",
            DeliveryState.REVOKED: "revocada",
        },
    }
)


def render_job_sheet(ledger: Ledger, job_id: str) -> bytes:
    """Return an XLSX workbook: a row for each badge, and a second sheet for the rows that were not issued.

    Raises:
        LedgerError: `job.unknown`, `ledger.bytes_damaged`.
    """
    with ledger.database.read() as connection:
        job = get_job(connection, job_id)
        course = load_revision(connection, job.achievement_slug, job.achievement_revision)
        # The language of the class: the workbook goes to its trainer and to the office.
        language: Language = "es" if course.language.lower().startswith("es") else "en"
        details = _read_details(connection, job, course, language)
        rejected = _read_rejected(connection, job_id, language)
    return render_result_sheet(
        ledger.list_issued(job_id, limit=MAX_SHEET_ROWS),
        course_name=course.name,
        base_url=ledger.base_url,
        created=job.created,
        details=details,
        rejected=rejected,
        language=language,
    )


def _read_details(connection: Connection, job: Job, course: Achievement, language: Language) -> dict[str, RowDetails]:
    query = sa.select(JOB_ROWS.c.slug, JOB_ROWS.c.row, JOBS.c.awarded_on).join(JOBS, JOBS.c.id == JOB_ROWS.c.job_id)
    rows = connection.execute(query.where(JOBS.c.id == job.id, JOB_ROWS.c.state == ISSUED_STATE)).all()
    corrected = find_corrected(connection, [row.slug for row in rows])
    states = read_delivery_states(connection, [row.slug for row in rows])
    found = {}
    for first in rows:
        slug = corrected.get(first.slug, first.slug)
        # What a correction says of the person stands in the row that it was issued for.
        own = first if slug == first.slug else connection.execute(query.where(JOB_ROWS.c.slug == slug)).first() or first
        row = load_row(own.row)
        found[slug] = RowDetails(
            person_id=row.person_id,
            awarded_on=row.awarded_on or (date.fromisoformat(own.awarded_on) if own.awarded_on else None),
            results=_say_results(row, course),
            delivery=_DELIVERY_WORDS[language][states[first.slug]] if first.slug in states else "",
        )
    return found


def _say_results(row: RosterRow, course: Achievement) -> str:
    said = []
    for description in course.results:
        levels = {level.key: level.name for level in description.levels}
        said += [
            f"{description.name}: {levels.get(result.level, result.value)}"
            for result in row.results
            if result.description_key == description.key
        ]
    return "; ".join(said)


def _read_rejected(connection: Connection, job_id: str, language: Language) -> list[RejectedRow]:
    return [
        RejectedRow(number=outcome.number, name=outcome.name, reason=_say_reason(outcome, language))
        for outcome in read_outcomes(connection, job_id)
        if outcome.fate not in {RowFate.NEW, RowFate.ALREADY_ISSUED}
    ]


def _say_reason(outcome: RowOutcome, language: Language) -> str:
    said = []
    for problem in outcome.problems:
        info = describe_code(problem.code)
        place = ": ".join(part for part in (problem.column, problem.value) if part)
        said.append(f"{info.sentence(language)} {info.next_step(language)}" + (f" ({place})" if place else ""))
    return " ".join(said)
