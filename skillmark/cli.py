"""The command line: one program with sub-commands, `--json` where a machine may read.

Exit codes: 0 done or VERIFIED · 1 REJECTED or refused · 2 wrong usage · 3 INCONCLUSIVE.
"""

from __future__ import annotations

import logging
from pathlib import Path

import click

from issuer import HOME
from keys import KeyType
from schemas import BadgeError, ConfigurationError, OrganizationKind
from skillmark.api_store import SignedFiles
from skillmark.cli_backup import backup, restore
from skillmark.cli_contexts import context
from skillmark.cli_issue import issue
from skillmark.cli_keys import api_key
from skillmark.cli_mail import due, mail_group, send, to_call
from skillmark.cli_people import choose_organisation, person
from skillmark.cli_people import organisation as organisation_group
from skillmark.cli_replace import correct, renew
from skillmark.cli_site import demo, desk_password, serve
from skillmark.cli_status import BY_COMMAND_LINE, reinstate, revoke, suspend
from skillmark.cli_trust import trust
from skillmark.cli_verify import verify
from skillmark.settings import (
    DEFAULT_BASE_URL,
    Settings,
    change_base_url,
    create_home,
    default_home,
    load_settings,
)
from skillmark.wiring import open_ledger, verify_own_badges

EXIT_REFUSED = 1
SERVING = frozenset({"serve", "demo"})


class _Program(click.Group):
    """Turns our errors into one sentence and an exit code; anything else is a bug and shows itself."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BadgeError as error:
            click.echo(f"{error.explain()} [{error.code}]", err=True)
            if error.info.next_en:
                click.echo(error.info.next_en, err=True)
            if error.message:
                click.echo(f"({error.message})", err=True)
            ctx.exit(EXIT_REFUSED)


@click.group(cls=_Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="skillmark")
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), help="Data folder; default: SKILLMARK_HOME.")
@click.pass_context
def main(ctx: click.Context, home: Path | None) -> None:
    """Issue, verify and keep Open Badges 3.0 for the people who make things."""
    # Warnings of the store are for the log of a server, not between the lines of a plan.
    logging.basicConfig(level=logging.WARNING if ctx.invoked_subcommand in SERVING else logging.ERROR)
    ctx.obj = home or default_home()


@main.command()
@click.option("--name", required=True, help="Name of the issuer as people know it.")
@click.option("--base-url", default=DEFAULT_BASE_URL, show_default=True, help="Address of this site; badges carry it.")
@click.option(
    "--kind", type=click.Choice([kind.value for kind in OrganizationKind]), default=OrganizationKind.COLLEGE.value
)
@click.option("--url", default="", help="Home page of the issuer.")
@click.option("--email", default="", help="Public contact address of the issuer.")
@click.option("--description", default="", help="One plain sentence about the issuer.")
@click.option(
    "--key", "key_type", type=click.Choice(["ed25519", "p256", "p384", "rsa"]), default="ed25519", show_default=True
)
@click.option("--another", is_flag=True, help="Add an issuer beside those that are there.")
@click.option("--organisation", default="", help="Name or id of its organisation; default: the first one.")
@click.pass_obj
def init(
    home: Path,
    *,
    name: str,
    base_url: str,
    kind: str,
    url: str,
    email: str,
    description: str,
    key_type: str,
    another: bool,
    organisation: str,
) -> None:
    """Make an issuer: profile and signing key."""
    if not name.strip():
        raise click.BadParameter("write the name that people know", param_hint="--name")
    settings = _open_home(home, base_url=base_url)
    with open_ledger(settings) as ledger:
        if ledger.issuers() and not another:
            raise ConfigurationError("config.issuer_exists", ", ".join(entry.slug for entry in ledger.issuers()))
        profile = ledger.create_issuer(
            name=name,
            kind=OrganizationKind(kind),
            url=url,
            email=email,
            description=description,
            key_type=KeyType[key_type.upper()],
            organisation_id=choose_organisation(ledger, organisation).id if organisation else HOME,
        )
    click.echo(f"{profile.name} can issue now.")
    click.echo(f"  id      {profile.id}")
    click.echo(f"  page    {settings.base_url}/issuers/{profile.slug}")
    click.echo(f"  folder  {home}")


def _open_home(home: Path, *, base_url: str) -> Settings:
    """Make the data folder, or find it; while it has no issuer yet, its address may still change."""
    try:
        return create_home(home, base_url=base_url)
    except ConfigurationError as error:
        if error.code != "config.base_url_differs":
            raise
        with open_ledger(load_settings(home)) as ledger:
            if ledger.issuers():
                raise
        return change_base_url(home, base_url=base_url)


@main.command("rotate-key")
@click.argument("issuer_slug")
@click.confirmation_option(prompt="Sign with a new key from now on? Badges signed so far stay good.")
@click.pass_obj
def rotate_key(home: Path, issuer_slug: str) -> None:
    """Sign with a new key from now on; badges signed so far stay good."""
    with open_ledger(load_settings(home)) as ledger:
        ledger.rotate_key(issuer_slug)
    click.echo("New badges are signed with the new key.")


@main.command()
@click.option(
    "--accept-restore",
    is_flag=True,
    help="Go on with a backup that was brought back. Badges and revocations made after it are lost.",
)
@click.option("--accept-clock", is_flag=True, help="Go on after the clock ran ahead and was set right.")
@click.pass_obj
def doctor(home: Path, *, accept_restore: bool, accept_clock: bool) -> None:
    """Check that nothing is lost, doubled or changed."""
    with open_ledger(load_settings(home)) as ledger:
        if accept_restore:
            ledger.accept_restore(by=BY_COMMAND_LINE)
        if accept_clock:
            ledger.accept_clock(by=BY_COMMAND_LINE)
        findings = (*verify_own_badges(ledger), *SignedFiles(ledger, home).diagnose())
    for finding in findings:
        click.echo(f"{'ok ' if finding.ok else 'BAD'} {finding.invariant:4} {finding.describe()}")
    bad = sum(not finding.ok for finding in findings)
    click.echo(f"{len(findings) - bad} of {len(findings)} checks are in order.")
    if bad:
        raise click.exceptions.Exit(EXIT_REFUSED)


for command in (
    issue,
    verify,
    correct,
    renew,
    revoke,
    suspend,
    reinstate,
    backup,
    restore,
    serve,
    demo,
    desk_password,
    api_key,
    trust,
    context,
    send,
    due,
    to_call,
    mail_group,
    organisation_group,
    person,
):
    main.add_command(command)
