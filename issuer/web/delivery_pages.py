"""Handing out the badges of a class: by e-mail, on paper, by the class code; and what became of each."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from credentials import render_qr_svg
from issuer.certificate import short_address
from issuer.delivery import DeliveryState
from issuer.delivery_store import DeliveryWay, SecondStep
from issuer.hand_out import HandOutPeople
from issuer.people import Role
from issuer.web.badge_pages import find_badge
from issuer.web.job_pages import course_name, find_job
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
    from issuer.desk_jobs import DeskJob
    from issuer.model import IssuedCredential
    from issuer.web.deps import DeskDeps

MAX_WORD_CHARS = 60


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


def _show(deps: DeskDeps, job: DeskJob, problem: dict[str, str] | None) -> str:
    badges = job.list_badges()
    deliveries = job.read_deliveries([badge.slug for badge in badges])
    page = cut_page(badges, read_page())
    return render_template(
        "issuer/delivery.html",
        job=job.progress,
        course_name=course_name(deps, job.progress),
        chosen=job.read_choice(),
        ways=DeliveryWay,
        steps=SecondStep,
        counts=_count(deps, badges, deliveries),
        without_email=sum(
            not (badge.recipient_email or badge.recipient_phone or badge.revoked or badge.suspended) for badge in badges
        ),
        has_mail_server=deps.has_mail_server,
        has_text_gateway=deps.has_text_gateway,
        class_code=show_code(job.read_code()),
        page=page,
        rows=[(badge, deliveries.get(badge.slug)) for badge in page.rows],
        explain=explain_code,
        problem=problem,
        max_word_chars=MAX_WORD_CHARS,
    )


def add_delivery_pages(blueprint: Blueprint, deps: DeskDeps) -> None:
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
            job.choose(way=read_way("way"), second_step=step, word=word)
        except LedgerError as error:
            if not error.code.startswith("claim."):
                raise
            return _show(deps, job, explain_code(error.code)), HTTPStatus.BAD_REQUEST
        flash(translate("Saved. The badges can be claimed now."))
        return redirect(url_for("desk.delivery", job_id=job_id), code=HTTPStatus.SEE_OTHER)

    @blueprint.post("/desk/jobs/<job_id>/send-again/<slug>")
    @needs(Role.TRAINER)
    def send_link_again(job_id: str, slug: str) -> ResponseReturnValue:
        job = find_job(deps, job_id)
        find_badge(deps, slug)
        is_sent = job.send_again(slug)
        said = N_("The same link goes out again.") if is_sent else N_("There is nothing to send to this person.")
        flash(translate(said))
        return redirect(url_for("desk.delivery", job_id=job_id), code=HTTPStatus.SEE_OTHER)

    _add_new_link(blueprint, deps)

    @blueprint.get("/desk/jobs/<job_id>/hand-out.pdf")
    @needs(Role.TRAINER)
    def hand_out_sheet(job_id: str) -> ResponseReturnValue:
        found = find_job(deps, job_id)
        job = found.progress
        people = HandOutPeople.WITHOUT_EMAIL if request.args.get("who") == "without-email" else HandOutPeople.ALL
        name = f"cards-to-get-{job.achievement_slug}-{job.created_at.date().isoformat()}"
        return send_download(found.render_hand_out(people), "application/pdf", filename=f"{name}.pdf")


def _add_new_link(blueprint: Blueprint, deps: DeskDeps) -> None:
    @blueprint.get("/desk/jobs/<job_id>/new-link/<slug>")
    @needs(Role.TRAINER)
    def new_link_form(job_id: str, slug: str) -> ResponseReturnValue:
        job, found = find_job(deps, job_id), find_badge(deps, slug)
        delivery = job.read_deliveries([slug]).get(slug)
        if delivery is None or delivery.state is not DeliveryState.CLAIMED:
            return _refuse_link("claim.not_taken", job_id)
        return render_template(
            "issuer/new_link.html",
            job=job.progress,
            issued=found.issued,
            course_name=course_name(deps, job.progress),
        )

    @blueprint.post("/desk/jobs/<job_id>/new-link/<slug>")
    @needs(Role.TRAINER)
    def make_new_link(job_id: str, slug: str) -> ResponseReturnValue:
        job = find_job(deps, job_id)
        find_badge(deps, slug)
        try:
            job.give_link_anew(slug)
        except LedgerError as error:
            if not error.code.startswith("claim."):
                raise
            return _refuse_link(error.code, job_id)
        flash(translate("There is a new link. Send it, or print the card."))
        return redirect(url_for("desk.delivery", job_id=job_id), code=HTTPStatus.SEE_OTHER)


def _refuse_link(code: str, job_id: str) -> ResponseReturnValue:
    said = explain_code(code)
    flash(f"{said['sentence']} {said['next_step']}")
    return redirect(url_for("desk.delivery", job_id=job_id), code=HTTPStatus.SEE_OTHER)


def _count(
    deps: DeskDeps, badges: Sequence[IssuedCredential], deliveries: dict[str, Delivery]
) -> list[tuple[str, int]]:
    """Return how many are how far, in the order of the way; badges that are not in force are on none."""
    ways = [
        (found.state, found.channel)
        if (found := deliveries.get(badge.slug)) is not None
        else (DeliveryState.WAITING, "")
        for badge in badges
        if not (badge.revoked or badge.suspended)
    ]
    order = list(DeliveryState)
    counts: Counter[str] = Counter()
    for state, channel in sorted(ways, key=lambda way: order.index(way[0])):
        counts[
            say_delivery(
                state.value,
                channel,
                has_mail_server=deps.has_mail_server,
                has_text_gateway=deps.has_text_gateway,
            )
        ] += 1
    return list(counts.items())


def add_class_code_pages(blueprint: Blueprint, deps: DeskDeps) -> None:
    """Add the code for the last slide."""

    @blueprint.post("/desk/jobs/<job_id>/class-code")
    @needs(Role.TRAINER)
    def open_code(job_id: str) -> ResponseReturnValue:
        find_job(deps, job_id).open_code()
        return redirect(url_for("desk.class_code", job_id=job_id), code=HTTPStatus.SEE_OTHER)

    @blueprint.post("/desk/jobs/<job_id>/class-code/close")
    @needs(Role.TRAINER)
    def close_code(job_id: str) -> ResponseReturnValue:
        find_job(deps, job_id).close_code()
        flash(translate("The class code is closed."))
        return redirect(url_for("desk.delivery", job_id=job_id), code=HTTPStatus.SEE_OTHER)

    @blueprint.get("/desk/jobs/<job_id>/class-code")
    @needs(Role.TRAINER)
    def class_code(job_id: str) -> ResponseReturnValue:
        job = find_job(deps, job_id)
        code, chosen = job.read_code(), job.read_choice()
        if not code or chosen is None:
            return redirect(url_for("desk.delivery", job_id=job_id), code=HTTPStatus.SEE_OTHER)
        return render_template(
            "issuer/class_code.html",
            job=job.progress,
            course_name=course_name(deps, job.progress),
            code=show_code(code),
            address=short_address(f"{deps.base_url}/claim"),
            expires=chosen.code_expires,
            wants_word=chosen.second_step is SecondStep.CLASS_WORD,
        )

    @blueprint.get("/desk/jobs/<job_id>/class-code.svg")
    @needs(Role.TRAINER)
    def class_code_qr(job_id: str) -> ResponseReturnValue:
        code = find_job(deps, job_id).read_code()
        if not code:
            raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
        svg = render_qr_svg(f"{deps.base_url}/claim/class/{code}")
        return send_bytes(svg.encode(), "image/svg+xml", seconds=0)


def add_to_call_page(blueprint: Blueprint, deps: DeskDeps) -> None:
    """Add the list for the telephone."""

    @blueprint.get("/desk/to-call")
    @needs(Role.VIEWER)
    def to_call() -> ResponseReturnValue:
        page = cut_page(deps.desk.list_to_call(), read_page())
        names = {course.slug: course.name for course in deps.desk.list_courses()}
        return render_template("issuer/to_call.html", page=page, course_names=names)
