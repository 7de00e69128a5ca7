"""A job: its progress, and what came out of it."""

from __future__ import annotations

import tempfile
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import jsonify, redirect, render_template, send_file, url_for

from issuer.job_store import STOPPED
from issuer.model import RowFate
from issuer.people import Role
from issuer.web.paging import cut_page, read_page
from issuer.web.problems import explain_code, explain_problems
from issuer.web.visitor import needs
from pages import PageError, send_download

if TYPE_CHECKING:
    from flask import Blueprint, Response
    from flask.typing import ResponseReturnValue

    from issuer.delivery import Delivery
    from issuer.desk_jobs import DeskJob
    from issuer.model import JobProgress, RowOutcome
    from issuer.web.deps import DeskDeps

# A bundle is written to disk beyond this size, so that a big class does not fill the memory.
_SPOOL_BYTES = 16 * 1024 * 1024
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REFRESH_SECONDS = 3


def add_job_pages(blueprint: Blueprint, deps: DeskDeps) -> None:
    """Add the page of a job, its counts, ways to stop it and to go on, and its downloads."""
    _add_progress(blueprint, deps)
    _add_stop(blueprint, deps)
    _add_downloads(blueprint, deps)


def _add_progress(blueprint: Blueprint, deps: DeskDeps) -> None:
    @blueprint.get("/desk/jobs/<job_id>")
    @needs(Role.VIEWER)
    def job(job_id: str) -> ResponseReturnValue:
        found = find_job(deps, job_id)
        progress = found.progress
        page = cut_page(found.read_outcomes(), read_page())
        deliveries = found.read_deliveries([outcome.slug for outcome in page.rows if outcome.slug])
        return render_template(
            "issuer/job.html",
            job=progress,
            running=deps.jobs.is_running(found),
            stopped=progress.failure == STOPPED,
            failure=explain_code(progress.failure) if progress.failure not in {"", STOPPED} else None,
            course_name=course_name(deps, progress),
            page=page,
            rows=[_show_row(outcome, deliveries.get(outcome.slug)) for outcome in page.rows],
            rest=deps.drafts.find_rest(job_id),
            refresh_seconds=REFRESH_SECONDS,
        )

    @blueprint.get("/desk/jobs/<job_id>/counts.json")
    @needs(Role.VIEWER)
    def job_counts(job_id: str) -> ResponseReturnValue:
        found = find_job(deps, job_id)
        return jsonify(found.progress.to_json() | {"running": deps.jobs.is_running(found)})


def _add_stop(blueprint: Blueprint, deps: DeskDeps) -> None:
    @blueprint.post("/desk/jobs/<job_id>/resume")
    @needs(Role.TRAINER)
    def resume(job_id: str) -> ResponseReturnValue:
        found = find_job(deps, job_id)
        if found.progress.finished_at is None:
            found.resume()
            deps.jobs.start(found)
        return redirect(url_for("desk.job", job_id=job_id), code=HTTPStatus.SEE_OTHER)

    @blueprint.get("/desk/jobs/<job_id>/stop")
    @needs(Role.TRAINER)
    def stop_form(job_id: str) -> ResponseReturnValue:
        progress = find_job(deps, job_id).progress
        return render_template("issuer/stop_job.html", job=progress, course_name=course_name(deps, progress))

    @blueprint.post("/desk/jobs/<job_id>/stop")
    @needs(Role.TRAINER)
    def stop(job_id: str) -> ResponseReturnValue:
        find_job(deps, job_id).stop()
        return redirect(url_for("desk.job", job_id=job_id), code=HTTPStatus.SEE_OTHER)


def _add_downloads(blueprint: Blueprint, deps: DeskDeps) -> None:
    @blueprint.get("/desk/jobs/<job_id>/badges.zip")
    @needs(Role.VIEWER)
    def bundle(job_id: str) -> Response:
        found = find_job(deps, job_id)
        name = _name("badges", found.progress)
        spool = tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES)  # noqa: SIM115 - send_file closes it
        found.write_bundle(spool)
        spool.seek(0)
        return send_file(spool, mimetype="application/zip", as_attachment=True, download_name=f"{name}.zip")

    @blueprint.get("/desk/jobs/<job_id>/codes.pdf")
    @needs(Role.VIEWER)
    def class_sheet(job_id: str) -> ResponseReturnValue:
        found = find_job(deps, job_id)
        name = _name("cards-to-show", found.progress)
        return send_download(found.render_codes(), "application/pdf", filename=f"{name}.pdf")

    @blueprint.get("/desk/jobs/<job_id>/badges.xlsx")
    @needs(Role.VIEWER)
    def result_sheet(job_id: str) -> ResponseReturnValue:
        found = find_job(deps, job_id)
        return send_download(found.render_sheet(), _XLSX, filename=f"{_name('badges', found.progress)}.xlsx")


def _name(what: str, job: JobProgress) -> str:
    """Return a file name that tells the class: course and day."""
    return f"{what}-{job.achievement_slug}-{job.created_at.date().isoformat()}"


def find_job(deps: DeskDeps, job_id: str) -> DeskJob:
    """Return a job of the organisation.

    Raises:
        PageError: `page.not_found`.
    """
    found = deps.desk.find_job(job_id)
    if found is None:
        raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
    return found


def course_name(deps: DeskDeps, job: JobProgress) -> str:
    """Return what a class was about."""
    course = deps.desk.find_course(job.achievement_slug)
    return course.name if course else job.achievement_slug


def _show_row(outcome: RowOutcome, delivery: Delivery | None) -> dict[str, object]:
    return {
        "number": outcome.number,
        "name": outcome.name,
        "fate": outcome.fate.value,
        "delivery": delivery.state.value if delivery is not None else "",
        "slug": outcome.slug,
        "ready": bool(outcome.slug) and outcome.fate is not RowFate.PROBLEM,
        "problems": explain_problems(outcome.problems),
    }
