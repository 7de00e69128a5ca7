"""`skillmark send`, `due` and `to-call`: messages and reminders without the site, such as from cron."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from issuer import Claims, list_to_call
from schemas import LedgerError
from skillmark.json_output import render_json
from skillmark.mail_bounces import list_reports, note_bounces, split_reports
from skillmark.mailing import compose_mailing
from skillmark.settings import load_link_secret, load_settings
from skillmark.wiring import open_ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from schemas import JsonValue
    from skillmark.mailing import Mailing
    from skillmark.settings import Settings

MAX_PIPED_BYTES = 256 * 1024 * 1024


@click.command()
@click.pass_obj
def send(home: Path) -> None:
    """Send messages and reminders that are due. A running site does this by itself."""
    settings = load_settings(home)
    with _open_mailing(settings) as mailing:
        _send(mailing, settings)


@click.command()
@click.pass_obj
def due(home: Path) -> None:
    """Put every reminder that is due into the outbox and send it: once a day from cron, if no site runs."""
    settings = load_settings(home)
    with _open_mailing(settings) as mailing:
        click.echo(f"{mailing.remind()} new reminders.")
        try:
            _send(mailing, settings)
        except LedgerError as error:
            if error.code != "mail.sender_running":
                raise
            click.echo("The site is running and sends them.")


@click.group("mail")
def mail_group() -> None:
    """Look after mails that were sent."""


@mail_group.command("bounces")
@click.argument("source", type=click.Path(exists=True, path_type=Path, allow_dash=True))
@click.pass_obj
def bounces(home: Path, source: Path) -> None:
    """Read mails that came back, from a folder, a Maildir, an mbox file, one file or - for the standard input.

    Each badge whose mail came back is shown as such at the desk, and who has a phone number is texted. Reading the
    same mails again changes nothing.
    """
    if str(source) == "-":
        with click.open_file("-", "rb") as stream:
            reports: Iterable[bytes] = split_reports(stream.read(MAX_PIPED_BYTES))
    else:
        reports = list_reports(source)
    with open_ledger(load_settings(home)) as ledger:
        outcome = note_bounces(ledger.database, reports, clock=ledger.clock)
    click.echo(
        f"{outcome['noted']} came back, {outcome['known']} were known or not ours, {outcome['other']} are no reports."
    )


@contextmanager
def _open_mailing(settings: Settings) -> Iterator[Mailing]:
    with open_ledger(settings) as ledger:
        claims = Claims(ledger, load_link_secret(settings.home))
        yield compose_mailing(
            claims,
            home=settings.home,
            mail=settings.mail,
            password=settings.mail_password,
            texts=settings.texts,
            text_secret=settings.text_secret,
        )


def _send(mailing: Mailing, settings: Settings) -> None:
    outcome = mailing.run()
    where = "" if mailing.has_server else f" They are files in {settings.outbox_folder}."
    click.echo(
        f"{outcome['sent']} sent, {outcome['failed']} wait for another try, {outcome['refused']} refused.{where}"
    )


@click.command("to-call")
@click.option("--json", "as_json", is_flag=True, help="For a program.")
@click.pass_obj
def to_call(home: Path, *, as_json: bool) -> None:
    """List people who have not claimed their badge and whom no mail reaches any more."""
    with open_ledger(load_settings(home)) as ledger:
        people = list_to_call(Claims(ledger, load_link_secret(home)))
        names = {course.slug: course.name for course in ledger.achievements()}
    if as_json:
        rows: list[JsonValue] = [
            {
                "name": person.name,
                "email": person.email,
                "phone": person.phone,
                "course": names.get(person.achievement_slug, person.achievement_slug),
                "state": person.state.value,
                "waitsSince": person.waits_since.date().isoformat(),
                "slug": person.slug,
            }
            for person in people
        ]
        click.echo(render_json(rows))
        return
    for person in people:
        course = names.get(person.achievement_slug, person.achievement_slug)
        since = person.waits_since.date().isoformat()
        contact = person.phone or person.email or "(no e-mail, no phone)"
        click.echo(f"{since}  {person.name}  {course}  {contact}  {person.state.value}")
    click.echo(f"{len(people)} to call.")
