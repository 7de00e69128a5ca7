"""`skillmark init`, `rotate-key` and `doctor`: an issuer, its keys, and whether all is well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from issuer import HOME
from keys import KeyType
from schemas import ConfigurationError, OrganizationKind
from skillmark.api_store import SignedFiles
from skillmark.cli_people import choose_organisation
from skillmark.cli_status import BY_COMMAND_LINE
from skillmark.settings import (
    DEFAULT_BASE_URL,
    Settings,
    change_base_url,
    create_home,
    load_settings,
)
from skillmark.wiring import open_ledger, verify_own_badges

if TYPE_CHECKING:
    from pathlib import Path

EXIT_REFUSED = 1


@click.command()
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


@click.command("rotate-key")
@click.argument("issuer_slug")
@click.confirmation_option(prompt="Sign with a new key from now on? Badges signed so far stay good.")
@click.pass_obj
def rotate_key(home: Path, issuer_slug: str) -> None:
    """Sign with a new key from now on; badges signed so far stay good."""
    with open_ledger(load_settings(home)) as ledger:
        ledger.rotate_key(issuer_slug)
    click.echo("New badges are signed with the new key.")


@click.command()
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
