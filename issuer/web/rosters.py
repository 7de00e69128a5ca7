"""From a class list to a job: upload, dry run, issue."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from issuer.acts import BY_DESK
from issuer.delivery_store import DeliveryWay, SecondStep
from issuer.model import RowFate
from issuer.people import Role
from issuer.roster import keep_rows, read_roster
from issuer.web.course_pages import choose_issuer, find_course, render_course
from issuer.web.form_values import read_day
from issuer.web.paging import cut_page, read_page
from issuer.web.problems import explain_code, explain_problems
from issuer.web.visitor import needs
from issuer.web.words import name_levels, say_change, say_column, say_results
from pages import PageError, accepts_upload, translate, translate_plural
from schemas import RosterError

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from issuer.desk_jobs import ClassList, DeskJob
    from issuer.model import Achievement, Roster, RosterRow, RowOutcome
    from issuer.web.deps import DeskDeps
    from issuer.web.drafts import Draft

# The class list itself may have 10 MiB; the form around it needs a little more.
MAX_ROSTER_REQUEST_BYTES = 10 * 1024 * 1024 + 64 * 1024
SHOWN_NOTICES = 50
MAX_FIXES = 2_000  # cells of one list; whoever has more mends the sheet
MAX_FIX_CHARS = 500
MAX_ROW_DIGITS = 7
_ORDER = (RowFate.PROBLEM, RowFate.DIFFERS, RowFate.REVOKED, RowFate.NEW, RowFate.ALREADY_ISSUED)


def add_roster_pages(blueprint: Blueprint, deps: DeskDeps) -> None:
    """Add upload, dry run and issue."""

    @blueprint.post("/desk/courses/<slug>/class-lists")
    @needs(Role.TRAINER)
    @accepts_upload(MAX_ROSTER_REQUEST_BYTES)
    def upload_roster(slug: str) -> ResponseReturnValue:
        course = find_course(deps, slug)
        issuer = choose_issuer(deps, request.form.get("issuer", ""))
        filename, data = _read_upload()
        try:
            read_roster(data, filename=filename, achievement=course, calling_code=deps.desk.calling_code)
        except RosterError as error:
            return _show_unusable(deps, course, error, pasted="" if filename else data.decode("utf-8", "replace"))
        draft = deps.drafts.create(achievement_slug=slug, issuer_slug=issuer.slug, filename=filename, data=data)
        return redirect(url_for("desk.dry_run", draft_id=draft.id), code=HTTPStatus.SEE_OTHER)

    @blueprint.get("/desk/class-lists/<draft_id>")
    @needs(Role.TRAINER)
    def dry_run(draft_id: str) -> ResponseReturnValue:
        draft = _find_draft(deps, draft_id)
        if draft.job_id:
            return redirect(url_for("desk.job", job_id=draft.job_id), code=HTTPStatus.SEE_OTHER)
        return _show_dry_run(deps, draft)

    @blueprint.post("/desk/class-lists/<draft_id>/fix")
    @needs(Role.TRAINER)
    def fix(draft_id: str) -> ResponseReturnValue:
        draft = _find_draft(deps, draft_id)
        fixes = _read_fixes()
        if not draft.job_id and fixes:
            if len(draft.fixes) + len(fixes) > MAX_FIXES:
                raise PageError("request.choice_missing", status=HTTPStatus.BAD_REQUEST)
            deps.drafts.fix(draft, fixes)
            flash(translate("Your fixes are in. The list was looked at again; your file stays as it is."))
        return redirect(url_for("desk.dry_run", draft_id=draft_id), code=HTTPStatus.SEE_OTHER)

    @blueprint.post("/desk/class-lists/<draft_id>/correct")
    @needs(Role.TRAINER)
    def correct(draft_id: str) -> ResponseReturnValue:
        draft = _find_draft(deps, draft_id)
        if not draft.job_id:
            if "confirmed" not in request.form:
                raise PageError("request.choice_missing", status=HTTPStatus.BAD_REQUEST)
            _correct(deps, draft)
        return redirect(url_for("desk.dry_run", draft_id=draft_id), code=HTTPStatus.SEE_OTHER)

    @blueprint.post("/desk/class-lists/<draft_id>/issue")
    @needs(Role.TRAINER)
    def issue(draft_id: str) -> ResponseReturnValue:
        draft = _find_draft(deps, draft_id)
        job_id = draft.job_id or _start(deps, draft).id
        return redirect(url_for("desk.job", job_id=job_id), code=HTTPStatus.SEE_OTHER)


def _read_upload() -> tuple[str, bytes]:
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        return upload.filename, upload.read()
    pasted = request.form.get("text", "")
    if pasted.strip():
        return "", pasted.encode("utf-8")
    raise PageError("request.choice_missing", status=HTTPStatus.BAD_REQUEST)


def _find_draft(deps: DeskDeps, draft_id: str) -> Draft:
    draft = deps.drafts.find(draft_id)
    if draft is None:
        raise PageError("request.draft_gone", status=HTTPStatus.GONE)
    return draft


def _read_draft(deps: DeskDeps, draft: Draft) -> tuple[ClassList, Roster]:
    class_list = deps.desk.open_class_list(draft.achievement_slug, draft.issuer_slug)
    if class_list is None:
        raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
    fixes = {(number, header): text for number, header, text in draft.fixes}
    roster = read_roster(
        draft.data,
        filename=draft.filename,
        achievement=class_list.course,
        fixes=fixes,
        calling_code=deps.desk.calling_code,
    )
    return class_list, keep_rows(roster, draft.rows) if draft.rest_of else roster


def _read_fixes() -> dict[tuple[int, str], str]:
    """Return what was typed over a bad cell; a field that was left as it stood is none."""
    fixes = {}
    for name, text in request.form.items():
        mark, _, rest = name.partition(":")
        number, _, header = rest.partition(":")
        is_cell = mark == "fix" and number.isascii() and number.isdigit() and header != ""
        if is_cell and text.strip() != request.form.get(f"was:{rest}", ""):
            fixes[int(number[:MAX_ROW_DIGITS]), header[:MAX_FIX_CHARS]] = text[:MAX_FIX_CHARS].strip()
    return fixes


def _start(deps: DeskDeps, draft: Draft) -> DeskJob:
    class_list, roster = _read_draft(deps, draft)
    # The draft's id is the key: a double click or a resent form finds the same job.
    awarded_on = read_day(request.form.get("awarded_on", ""))
    outcomes = class_list.plan(roster, awarded_on=awarded_on)
    job = class_list.start(roster, awarded_on=awarded_on, idempotency_key=f"desk-{draft.id}")
    if request.form.get("way") == DeliveryWay.EMAIL.value:
        job.choose(way=DeliveryWay.EMAIL, second_step=SecondStep.NONE)
    unsolved = [outcome.number for outcome in outcomes if outcome.fate is RowFate.PROBLEM]
    if unsolved:
        deps.drafts.keep_rest(draft, job_id=job.id, rows=unsolved)
    deps.drafts.mark_issued(draft, job_id=job.id)
    deps.jobs.start(job)
    return job


def _correct(deps: DeskDeps, draft: Draft) -> None:
    class_list, roster = _read_draft(deps, draft)
    done = class_list.correct(roster, by=BY_DESK)
    left = sum(outcome.fate is RowFate.DIFFERS for outcome in done)
    words = translate_plural(
        "%(num)s badge was not corrected. Its row says why.",
        "%(num)s badges were not corrected. Their rows say why.",
        left,
    )
    flash(
        words % {"num": left} if left else translate("The right badges were issued, and the wrong ones were revoked.")
    )


def _show_corrections(class_list: ClassList, roster: Roster) -> list[dict[str, object]]:
    """Return what correcting the people who differ would change."""
    planned = class_list.plan_corrections(roster)
    return [
        {
            "name": found.badge.issued.recipient_name,
            "slug": found.badge.issued.slug,
            "changes": [
                {"label": say_change(change), "before": change.before, "after": change.after}
                for change in found.changes
            ],
        }
        for found in planned
    ]


def _show_unusable(deps: DeskDeps, course: Achievement, error: RosterError, *, pasted: str) -> ResponseReturnValue:
    words = explain_code(error.code, row=error.row, column=error.column)
    return render_course(deps, course, problem=words, pasted=pasted), HTTPStatus.BAD_REQUEST


def _show_dry_run(deps: DeskDeps, draft: Draft) -> ResponseReturnValue:
    class_list, roster = _read_draft(deps, draft)
    course, outcomes = class_list.course, class_list.plan(roster)
    ordered = sorted(outcomes, key=lambda outcome: (_ORDER.index(outcome.fate), outcome.number))
    page = cut_page(ordered, read_page())
    people = {row.number: row for row in roster.rows}
    counts = Counter(outcome.fate for outcome in outcomes)
    return render_template(
        "issuer/dry_run.html",
        draft=draft,
        course=course,
        counts=[(fate.value, counts[fate]) for fate in _ORDER],
        new_count=counts[RowFate.NEW],
        corrections=_show_corrections(class_list, roster) if counts[RowFate.DIFFERS] else [],
        shown_corrections=SHOWN_NOTICES,
        page=page,
        rows=[_show_row(outcome, people.get(outcome.number), course) for outcome in page.rows],
        columns=[(header, say_column(meaning, course)) for header, meaning in roster.columns],
        levels={header: name_levels(meaning, course) for header, meaning in roster.columns},
        notices=explain_problems(roster.notices[:SHOWN_NOTICES]),
        hidden_notices=max(0, len(roster.notices) - SHOWN_NOTICES),
        today=deps.today,
    )


def _show_row(outcome: RowOutcome, person: RosterRow | None, course: Achievement) -> dict[str, object]:
    """Return what a row was understood as; of a row with bad cells only the name is known."""
    return {
        "email": person.email if person else "",
        "phone": person.phone if person else "",
        "person_id": person.person_id if person else "",
        "awarded_on": person.awarded_on if person else None,
        "results": say_results(person, course) if person else [],
        "number": outcome.number,
        "name": outcome.name,
        "fate": outcome.fate.value,
        "slug": outcome.slug,
        "problems": explain_problems(outcome.problems),
    }
