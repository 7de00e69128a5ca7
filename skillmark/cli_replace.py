"""`skillmark correct` and `renew`: one badge in the place of another, in one step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from issuer import BadgeEdit, plan_correction, plan_renewal, read_edit_results, replace_badge
from keys import system_clock
from schemas import describe_code
from skillmark.cli_status import BY_COMMAND_LINE
from skillmark.settings import load_link_secret, load_settings
from skillmark.wiring import find_issued, open_ledger

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from issuer import Achievement, Ledger, PlannedReplacement

EXIT_REFUSED = 1
_PARTS = {"name": "name", "email": "e-mail", "awarded_on": "day of the award"}
_badge = click.argument("badge", metavar="ID|SLUG|URL")
_results = click.option(
    "--result", "results", multiple=True, metavar="NAME=VALUE", help="A result; may be given more than once."
)
_yes = click.option("--yes", is_flag=True, help="Do it. Without it only what would change is printed.")


def _read_results(course: Achievement | None, results: Sequence[str]) -> dict[str, str]:
    typed = {}
    for text in results:
        name, equals, value = text.partition("=")
        if not equals:
            raise click.BadParameter("write NAME=VALUE", param_hint="--result")
        typed[name.strip()] = value
    return read_edit_results(course, typed) if course is not None else {}


def _finish(home: Path, ledger: Ledger, planned: PlannedReplacement, *, yes: bool) -> None:
    """Print what changes; do it when told to."""
    for change in planned.changes:
        what = change.label or _PARTS.get(change.part, change.part)
        click.echo(f"  {what}: {change.before or '(empty)'} -> {change.after or '(empty)'}")
    for problem in planned.problems:
        info = describe_code(problem.code)
        click.echo(f"  {problem.column}: “{problem.value}”: {info.en} {info.next_en} [{problem.code}]", err=True)
    if planned.problems:
        raise click.exceptions.Exit(EXIT_REFUSED)
    if not yes:
        click.echo("Nothing was issued. Add --yes to do it.")
        return
    newer = replace_badge(ledger, planned.replacement, by=BY_COMMAND_LINE, links=load_link_secret(home))
    click.echo(f"The new badge: {ledger.base_url}/b/{newer}")
    click.echo(f"The old link opens it too: {ledger.base_url}/b/{planned.badge.issued.slug}")


@click.command()
@_badge
@click.option("--name", default=None, help="The right name.")
@click.option("--email", default=None, help="The right e-mail address; “-” for none.")
@click.option("--date", "awarded_on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="The right day.")
@_results
@_yes
@click.pass_obj
def correct(
    home: Path,
    *,
    badge: str,
    name: str | None,
    email: str | None,
    awarded_on: datetime | None,
    results: tuple[str, ...],
    yes: bool,
) -> None:
    """Issue the right badge in the place of a wrong one, and revoke that one, in one step.

    The person's link stays: it opens the right badge from then on.
    """
    with open_ledger(load_settings(home)) as ledger:
        issued = find_issued(ledger, badge)
        course = ledger.find_achievement(issued.achievement_slug)
        edit = BadgeEdit(
            name=name,
            email=email,
            awarded_on=awarded_on.date() if awarded_on else None,
            results=_read_results(course, results),
        )
        _finish(home, ledger, plan_correction(ledger, issued.slug, edit), yes=yes)


@click.command()
@_badge
@click.option(
    "--date", "awarded_on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="The new day; default: today."
)
@_results
@_yes
@click.pass_obj
def renew(home: Path, *, badge: str, awarded_on: datetime | None, results: tuple[str, ...], yes: bool) -> None:
    """Issue a new badge to the same person for the same course, with a new date.

    The older badge stays as it is; its link opens the new one from then on.
    """
    with open_ledger(load_settings(home)) as ledger:
        issued = find_issued(ledger, badge)
        course = ledger.find_achievement(issued.achievement_slug)
        edit = BadgeEdit(awarded_on=awarded_on.date() if awarded_on else None, results=_read_results(course, results))
        planned = plan_renewal(ledger, issued.slug, edit, today=system_clock().astimezone(ledger.time_zone).date())
        _finish(home, ledger, planned, yes=yes)
