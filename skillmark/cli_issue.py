"""`skillmark issue`: a class list becomes badges."""

from __future__ import annotations

import secrets
import signal
import sys
import tempfile
import threading
import zipfile
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from issuer import (
    ProofChoice,
    RowFate,
    job_outcomes,
    plan_roster,
    read_achievement,
    read_roster,
    run_job,
    start_job,
    write_bundle,
)
from schemas import ConfigurationError, describe_code
from skillmark.course_changes import list_changes
from skillmark.json_output import render_json
from skillmark.settings import load_settings
from skillmark.wiring import choose_issuer, open_ledger
from verifier import clean_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from types import FrameType

    from issuer import Achievement, JobProgress, Ledger, Roster, RosterProblem, RowOutcome
    from schemas import JsonObject

INTERRUPTED_STATUS = 130  # as shells have it: 128 + SIGINT
FATES = {
    RowFate.NEW: "new",
    RowFate.ALREADY_ISSUED: "has it already",
    RowFate.DIFFERS: "has it with other details, not touched",
    RowFate.REVOKED: "was taken back, not issued again",
    RowFate.PROBLEM: "cannot be issued",
}


def _say_problem(problem: RosterProblem) -> str:
    """Return where it is, what it is, what to do, and the code."""
    info = describe_code(problem.code)
    # A list that somebody sent may hold signs that steer a terminal; the problem is often just that.
    place = f"column “{clean_label(problem.column)}”" if problem.column else ""
    value = f"“{clean_label(problem.value)}”" if problem.value else ""
    where = ", ".join(part for part in (place, value) if part)
    return f"{where + ': ' if where else ''}{info.en} {info.next_en} [{problem.code}]"


def _print_plan(plan: Sequence[RowOutcome]) -> None:
    for row in plan:
        click.echo(f"  row {row.number:>5}  {clean_label(row.name) or '(no name)'}: {FATES[row.fate]}")
        for problem in row.problems:
            click.echo(f"             {_say_problem(problem)}")
    counts = Counter(row.fate for row in plan)
    if counts:
        click.echo(", ".join(f"{counts[fate]} {FATES[fate].split(',')[0]}" for fate in RowFate if counts[fate]))


def _plan_json(plan: Sequence[RowOutcome]) -> list[JsonObject]:
    return [
        {
            "row": row.number,
            "name": row.name,
            "fate": row.fate.value,
            "slug": row.slug,
            "problems": [
                {"column": problem.column, "code": problem.code, "value": problem.value} for problem in row.problems
            ],
        }
        for row in plan
    ]


def _ask_to_replace() -> bool:
    """Ask when somebody sits there who can answer; else the answer is no."""
    return sys.stdin.isatty() and click.confirm("Replace the course?", default=False, err=True)


def _confirm_changes(ledger: Ledger, course: Achievement, *, may_replace: bool, wants_issue: bool) -> tuple[str, ...]:
    """Say what the course file changes of the course that is there, and ask before it is replaced.

    Raises:
        ConfigurationError: `config.course_changed`: nobody said yes, or nobody can be asked.
    """
    old = ledger.find_achievement(course.slug)
    changes = list_changes(old, course) if old is not None and old != course else ()
    if not changes:
        return ()
    click.echo(f"The course “{course.slug}” is here already. The file changes:", err=True)
    for change in changes:
        click.echo(f"  {change}", err=True)
    click.echo("Badges that were issued keep the old text. New badges get the new text.", err=True)
    if wants_issue and not may_replace and not _ask_to_replace():
        raise ConfigurationError("config.course_changed", course.slug)
    return changes


def issue_with_progress(
    ledger: Ledger,
    people: Roster,
    course: Achievement,
    *,
    issuer_slug: str,
    proof: ProofChoice,
    awarded_on: datetime | None = None,
) -> JobProgress:
    """Start the job for a class list, or find the one that was begun, and run it to its end under a progress bar.

    Ctrl-C stops it after the badges that are being made.

    Raises:
        click.exceptions.Exit: It was stopped so; status 130.
    """
    day = awarded_on.date() if awarded_on else None
    job = start_job(
        ledger,
        people,
        course,
        issuer_slug=issuer_slug,
        proof=proof,
        awarded_on=day,
        idempotency_key=secrets.token_urlsafe(),
    )
    with _interrupt_once() as interrupted, click.progressbar(length=job.total, label="Issuing", show_pos=True) as bar:
        done = run_job(
            ledger,
            job.job_id,
            on_progress=lambda now: bar.update(now.issued + now.rejected - bar.pos),
            is_enough=interrupted.is_set,
        )
    if done.finished_at is None:
        click.echo(
            f"Stopped. {done.issued} of {done.total} badges are done and stay good. "
            "Run the same command again to go on with the rest.",
            err=True,
        )
        raise click.exceptions.Exit(INTERRUPTED_STATUS)
    return done


@contextmanager
def _interrupt_once() -> Iterator[threading.Event]:
    """Let the first Ctrl-C set an event instead of breaking in; the second one breaks in."""
    interrupted = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield interrupted
        return

    def note(_number: int, _frame: FrameType | None) -> None:
        interrupted.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)


def _write_folder(ledger: Ledger, job_id: str, out: Path) -> None:
    """Write everybody's files below `out`, one folder a person, and the sheet with all links."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile() as stream:
        write_bundle(ledger, job_id, stream)
        with zipfile.ZipFile(stream) as bundle:
            bundle.extractall(out)
    click.echo(f"Everybody's files are in {out}.", err=True)


@click.command()
@click.argument("roster", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--achievement",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="What the badge is given for (a YAML or JSON file).",
)
@click.option("--issuer", "issuer_slug", default=None, help="Which issuer, when there is more than one.")
@click.option(
    "--proof",
    type=click.Choice([choice.value for choice in ProofChoice]),
    default=None,
    help="How each badge is signed; default: in every way that the issuer's key can.",
)
@click.option(
    "--date",
    "awarded_on",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    help="Day of the award for rows that name none; default: today.",
)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Also write everybody's files here.")
@click.option("--replace-course", is_flag=True, help="Do not ask whether a changed course file replaces the course.")
@click.option("--yes", is_flag=True, help="Issue. Without it the plan is printed and nothing is issued.")
@click.option("--json", "as_json", is_flag=True, help="Print the result for a machine.")
@click.pass_obj
def issue(
    home: Path,
    *,
    roster: Path,
    achievement: Path,
    issuer_slug: str | None,
    proof: str | None,
    awarded_on: datetime | None,
    out: Path | None,
    replace_course: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Issue badges to a class list (CSV, XLSX, ODS).

    Without --yes it only says what would happen to each row. When the course file differs from the course of that
    name that is here already, it says how, and asks before it replaces it.
    """
    course = read_achievement(achievement.read_bytes(), filename=achievement.name, folder=achievement.parent)
    people = read_roster(roster.read_bytes(), filename=roster.name, achievement=course)
    with open_ledger(load_settings(home)) as ledger:
        slug = choose_issuer(ledger, issuer_slug)
        plan = plan_roster(ledger, people, course, issuer_slug=slug)
        chosen = ProofChoice(proof) if proof else ledger.default_proof(slug)
        new = sum(row.fate is RowFate.NEW for row in plan)
        changes = _confirm_changes(ledger, course, may_replace=replace_course, wants_issue=yes and new > 0)
        told: JsonObject = {"courseChanges": list(changes)} if changes else {}
        result: JsonObject = {"issued": False, "rows": list(_plan_json(plan)), **told}
        if not as_json:
            for notice in people.notices:
                click.echo(f"  note: {_say_problem(notice)}")
            _print_plan(plan)
        if yes and not new:
            click.echo("Nothing new to issue.", err=as_json)
        elif yes:
            job = issue_with_progress(ledger, people, course, issuer_slug=slug, proof=chosen, awarded_on=awarded_on)
            done = job_outcomes(ledger, job.job_id)
            issued = job.issued > job.already_issued
            result = {"issued": issued, "rows": list(_plan_json(done)), "job": job.to_json(), **told}
            if not as_json:
                _print_plan([row for row in done if row.fate is RowFate.PROBLEM])
                click.echo(f"{job.issued - job.already_issued} issued, {job.rejected} not.")
            if out is not None:
                _write_folder(ledger, job.job_id, out)
        elif not as_json:
            click.echo("Nothing was issued. Add --yes to issue.")
        if as_json:
            click.echo(render_json(result))
