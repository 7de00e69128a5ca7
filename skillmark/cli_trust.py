"""`skillmark trust`: the list of issuers that this place knows."""

from __future__ import annotations

from pathlib import Path

import click

from skillmark.memory import open_memory
from skillmark.settings import load_settings
from skillmark.trust_file import load_trust
from verifier import encode_trust_list, merge_registry


@click.group()
def trust() -> None:
    """The list of issuers that this place knows."""


@trust.command("list")
@click.pass_obj
def list_entries(home: Path) -> None:
    """List the known issuers."""
    for entry in load_trust(None, load_settings(home)).entries:
        click.echo(f"{entry.name}  {entry.kind.value}  {entry.id or entry.domain}  {entry.source}".rstrip())


@trust.command("import")
@click.argument("registry", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--source", required=True, help="What you call this registry; stands beside each of its entries.")
@click.pass_obj
def import_registry(home: Path, *, registry: Path, source: str) -> None:
    """Merge a registry of issuers (JSON of the DCC kind) into the list. Your own entries stay first."""
    settings = load_settings(home)
    merged = merge_registry(load_trust(None, settings), registry.read_bytes(), source=source)
    settings.trust_list_path.write_bytes(encode_trust_list(merged.trust_list))
    click.echo(f"{len(merged.added)} added, {len(merged.removed)} removed, {len(merged.skipped)} could not be used.")


@trust.command("forget")
@click.argument("issuer_id")
@click.confirmation_option(prompt="Take the issuer's keys of its next badge as the right ones?")
@click.pass_obj
def forget(home: Path, issuer_id: str) -> None:
    """Forget the keys that an issuer showed before, after it told you itself that they changed."""
    open_memory(load_settings(home).home).key_pins.forget(issuer_id)
    click.echo("Forgotten. The next badge of this issuer is remembered anew.")
