"""`skillmark send` and `skillmark to-call`: messages and reminders without the site, such as from cron."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from issuer import Claims, list_to_call
from skillmark.mailing import Mailing
from skillmark.settings import load_link_secret, load_settings
from skillmark.wallet_wiring import renderers_of_wallet
from skillmark.wiring import open_ledger

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.pass_obj
def send(home: Path) -> None:
    """Send messages and reminders that are due. A running site does this by itself."""
    settings = load_settings(home)
    with open_ledger(settings) as ledger:
        claims = Claims(ledger, load_link_secret(home))
        mailing = Mailing(
            claims,
            home=home,
            mail=settings.mail,
            password=settings.mail_password,
            renderers=renderers_of_wallet(claims),
        )
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
        rows = [
            {
                "name": person.name,
                "email": person.email,
                "course": names.get(person.achievement_slug, person.achievement_slug),
                "state": person.state.value,
                "waitsSince": person.waits_since.date().isoformat(),
                "slug": person.slug,
            }
            for person in people
        ]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for person in people:
        course = names.get(person.achievement_slug, person.achievement_slug)
        since = person.waits_since.date().isoformat()
        click.echo(f"{since}  {person.name}  {course}  {person.email or '(no e-mail)'}  {person.state.value}")
    click.echo(f"{len(people)} to call.")
