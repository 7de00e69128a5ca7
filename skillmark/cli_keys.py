"""`skillmark api-key`: keys for programs that issue through the VC-API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from credentials import Cryptosuite
from keys import system_clock
from skillmark.api_keys import ApiKeyStore
from skillmark.settings import load_settings
from skillmark.wiring import choose_issuer, open_ledger

if TYPE_CHECKING:
    from pathlib import Path

DEFAULT_SUITE = Cryptosuite.EDDSA_RDFC_2022.value


@click.group("api-key")
def api_key() -> None:
    """Keys for programs that issue through the VC-API."""


@api_key.command("create")
@click.option("--label", required=True, help="What the key is for.")
@click.option("--issuer", "issuer_slug", default=None, help="Which issuer, when there is more than one.")
@click.option(
    "--suite",
    "suites",
    multiple=True,
    type=click.Choice([suite.value for suite in Cryptosuite]),
    default=(DEFAULT_SUITE,),
    show_default=True,
    help="A way to sign; may be given more than once, the first is the default.",
)
@click.pass_obj
def create(home: Path, *, label: str, issuer_slug: str | None, suites: tuple[str, ...]) -> None:
    """Make a key and show it once."""
    settings = load_settings(home)
    with open_ledger(settings) as ledger:
        slug = choose_issuer(ledger, issuer_slug)
    key, token = ApiKeyStore(settings.secrets_folder).create(
        issuer_slug=slug, suites=[Cryptosuite(suite) for suite in suites], label=label, now=system_clock()
    )
    click.echo(f"Key {key.key_id} for {slug}. It is shown only now:")
    click.echo(token)


@api_key.command("list")
@click.pass_obj
def list_keys(home: Path) -> None:
    """List the keys, without their secrets."""
    store = ApiKeyStore(load_settings(home).secrets_folder)
    for key in store.keys():  # noqa: SIM118 - no mapping
        click.echo(f"{key.key_id}  {key.issuer_slug}  {key.created:%Y-%m-%d}  {key.label}")


@api_key.command("revoke")
@click.argument("key_id")
@click.pass_obj
def revoke(home: Path, key_id: str) -> None:
    """Take a key away."""
    ApiKeyStore(load_settings(home).secrets_folder).revoke(key_id)
    click.echo("The key works no longer.")
