"""Handing out the badges of a class: by e-mail, on paper, by the class code; and what became of each."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from credentials import render_qr_svg
from issuer.certificate import short_address
from issuer.delivery import (
    DeliveryState,
    choose_delivery,
    close_class_code,
    deliver_class,
    open_class_code,
    read_class_code,
    read_class_delivery,
    read_deliveries,
    send_again,
)
from issuer.delivery_store import DeliveryWay, SecondStep
from issuer.hand_out import HandOutPeople, render_hand_out
from issuer.nudges import list_to_call
from issuer.people import Role
from issuer.web.job_pages import find_job
from issuer.web.paging import cut_page, read_page
from issuer.web.problems import explain_code
from issuer.web.visitor import needs
from issuer.web.words import say_delivery
from keys import show_code
from pages import N_, PageError, send_bytes, send_download, translate
from schemas import LedgerError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from issuer.delivery import Delivery
    from issuer.model import IssuedCredential, JobProgress
    from issuer.web.deps import IssuerDeps

MAX_WORD_CHARS = 60
MAX_CLASS_BADGES = 100_000


def read_way(name: str) -> DeliveryWay:
    """Return the way that a form asks for.

    Raises:
        PageError: `request.choice_missing`.
    """
    return DeliveryWay(_read_choice(name, {way.value for way in DeliveryWay}))


def _read_choice(name: str, known: set[str]) -> str:
    chosen = request.form.get(name, "")
    if chosen not in known:
        raise PageError("request.choice_missing", status=HTTPStatus.BAD_REQUEST)
    return chosen


def course_name(deps: IssuerDeps, job: JobProgress) -> str:
    """Return what the class was about."""
    course = deps.ledger.find_achievement(job.achievement_slug)
    return course.name if course else job.achievement_slug


def _show(deps: IssuerDeps, job: JobProgress, problem: dict[str, str] | None) -> str:
    badges = deps.ledger.list_issued(job.job_id, limit=MAX_CLASS_BADGES)
    deliveries = read_deliveries(deps.claims, [badge.slug for badge in badges])
    page = cut_page(badges, read_page())
    return render_template(
        "issuer/delivery.html",
        job=job,
        course_name=course_name(deps, job),
        chosen=read_class_delivery(deps.claims, job.job_id),
        ways=DeliveryWay,
        steps=SecondStep,
        counts=_count(deps, badges, deliveries),
        without_email=sum(not badge.recipient_email for badge in badges),
        has_mail_server=deps.has_mail_server,
        class_code=show_code(read_class_code(deps.claims, job.job_id)),
        page=page,
        rows=[(badge, deliveries.get(badge.slug)) for badge in page.rows],
        explain=explain_code,
        problem=problem,
        max_word_chars=MAX_WORD_CHARS,
    )


def add_delivery_pages(blueprint: Blueprint, deps: IssuerDeps) -> None:
    """Add the page on which a class gets its badges."""

    @blueprint.get("/desk/jobs/<job_id>/delivery")
    @needs(Role.VIEWER)
    def delivery(job_id: str) -> ResponseReturnValue:
        return _show(deps, find_job(deps, job_id), None)

    @blueprint.post("/desk/jobs/<job_id>/delivery")
    @needs(Role.TRAINER)
    def hand_out(job_id: str) -> ResponseReturnValue:
        job = find_job(deps, job_id)
        step = SecondStep(_read_choice("second_step", {step.value for step in SecondStep}))
        word = request.form.get("word", "")[:MAX_WORD_CHARS]
        try:
            choose_delivery(deps.claims, job_id, way=read_way("way"), second_step=step, word=word)
        except LedgerError as error:
            if not error.code.startswith("claim."):
                raise
            return _show(deps, job, explain_code(error.code)), HTTPStatus.BAD_REQUEST
        if job.finished_at is not None:
            deliver_class(deps.claims, job_id)
        flash(translate("Saved. The badges can be claimed now."))
        return redirect(url_for("desk.delivery", job_id=job_id), code=HTTPStatus.SEE_OTHER)

    @blueprint.post("/desk/jobs/<job_id>/send-again/<slug>")
    @needs(Role.TRAINER)
    def send_link_again(job_id: str, slug: str) -> ResponseReturnValue:
        find_job(deps, job_id)
        is_sent = send_again(deps.claims, slug)
        said = N_("The same link goes out again.") if is_sent else N_("There is nothing to send to this person.")
        flash(translate(said))
        return redirect(url_for("desk.delivery", job_id=job_id), code=HTTPStatus.SEE_OTHER)

    @blueprint.get("/desk/jobs/<job_id>/hand-out.pdf")
    @needs(Role.TRAINER)
    def hand_out_sheet(job_id: str) -> ResponseReturnValue:
        job = find_job(deps, job_id)
        people = HandOutPeople.WITHOUT_EMAIL if request.args.get("who") == "without-email" else HandOutPeople.ALL
        name = f"hand-out-{job.achievement_slug}-{job.created_at.date().isoformat()}"
        return send_download(
            render_hand_out(deps.claims, job, people=people), "application/pdf", filename=f"{name}.pdf"
        )


def _count(
    deps: IssuerDeps, badges: Sequence[IssuedCredential], deliveries: dict[str, Delivery]
) -> list[tuple[str, int]]:
    """Return how many are how far, in the order of the way."""
    counts = Counter(
        deliveries[badge.slug].state if badge.slug in deliveries else DeliveryState.WAITING for badge in badges
    )
    return [
        (say_delivery(state.value, has_mail_server=deps.has_mail_server), counts[state])
        for state in DeliveryState
        if counts[state]
    ]


def add_class_code_pages(blueprint: Blueprint, deps: IssuerDeps) -> None:
    """Add the code for the last slide."""

    @blueprint.post("/desk/jobs/<job_id>/class-code")
    @needs(Role.TRAINER)
    def open_code(job_id: str) -> ResponseReturnValue:
        find_job(deps, job_id)
        open_class_code(deps.claims, job_id)
        return redirect(url_for("desk.class_code", job_id=job_id), code=HTTPStatus.SEE_OTHER)

    @blueprint.post("/desk/jobs/<job_id>/class-code/close")
    @needs(Role.TRAINER)
    def close_code(job_id: str) -> ResponseReturnValue:
        find_job(deps, job_id)
        close_class_code(deps.claims, job_id)
        flash(translate("The class code is closed."))
        return redirect(url_for("desk.delivery", job_id=job_id), code=HTTPStatus.SEE_OTHER)

    @blueprint.get("/desk/jobs/<job_id>/class-code")
    @needs(Role.TRAINER)
    def class_code(job_id: str) -> ResponseReturnValue:
        job = find_job(deps, job_id)
        code, chosen = read_class_code(deps.claims, job_id), read_class_delivery(deps.claims, job_id)
        if not code or chosen is None:
            return redirect(url_for("desk.delivery", job_id=job_id), code=HTTPStatus.SEE_OTHER)
        return render_template(
            "issuer/class_code.html",
            job=job,
            course_name=course_name(deps, job),
            code=show_code(code),
            address=short_address(f"{deps.base_url}/claim"),
            expires=chosen.code_expires,
            wants_word=chosen.second_step is SecondStep.CLASS_WORD,
        )

    @blueprint.get("/desk/jobs/<job_id>/class-code.svg")
    @needs(Role.TRAINER)
    def class_code_qr(job_id: str) -> ResponseReturnValue:
        find_job(deps, job_id)
        code = read_class_code(deps.claims, job_id)
        if not code:
            raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
        svg = render_qr_svg(f"{deps.base_url}/claim/class/{code}")
        return send_bytes(svg.encode(), "image/svg+xml", seconds=0)


def add_to_call_page(blueprint: Blueprint, deps: IssuerDeps) -> None:
    """Add the list for the telephone."""

    @blueprint.get("/desk/to-call")
    @needs(Role.VIEWER)
    def to_call() -> ResponseReturnValue:
        page = cut_page(list_to_call(deps.claims), read_page())
        names = {course.slug: course.name for course in deps.ledger.achievements()}
        return render_template("issuer/to_call.html", page=page, course_names=names)
