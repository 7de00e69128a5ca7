"""What a whole class gets: cards with codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from issuer.certificate_sheet import ClassSheetEntry, render_class_sheet

if TYPE_CHECKING:
    from issuer.ledger import Ledger
    from issuer.model import JobProgress


def render_job_pdf(ledger: Ledger, job: JobProgress) -> bytes:
    """Return one card with a QR code for each badge of a job that is in force, eight to a page."""
    course = ledger.find_achievement(job.achievement_slug)
    name = course.name if course else job.achievement_slug
    entries = [
        ClassSheetEntry(
            name=issued.recipient_name, achievement_name=name, page_url=f"{ledger.base_url}/b/{issued.slug}"
        )
        for issued in ledger.list_issued(job.job_id)
        if not (issued.revoked or issued.suspended)
    ]
    is_spanish = course is not None and course.language.lower().startswith("es")
    return render_class_sheet(entries, issued_at=job.created_at, title=name, language="es" if is_spanish else "en")
