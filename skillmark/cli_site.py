"""`skillmark serve`, `demo` and `desk-password`: the site."""

from __future__ import annotations

from pathlib import Path

import click

from issuer import restore_desk_owner
from pages import MIN_PASSWORD_CHARS, hash_password
from skillmark.demo import prepare_demo
from skillmark.server import check_port_is_free, serve_site
from skillmark.settings import load_settings
from skillmark.wiring import open_ledger

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})

_host = click.option("--host", default=DEFAULT_HOST, show_default=True, help="Address to listen on.")
_port = click.option("--port", default=DEFAULT_PORT, show_default=True, type=click.IntRange(1, 65535))


@click.command()
@_host
@_port
@click.option("--open-vc-api", is_flag=True, help="Conformance mode: a VC-API without keys, on this machine only.")
@click.option(
    "--documents",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="For the conformance mode: a JSON file that maps addresses to files, which then count as fetched.",
)
@click.pass_obj
def serve(home: Path, *, host: str, port: int, open_vc_api: bool, documents: Path | None) -> None:
    """Serve the site: badge pages, the verify page and the trainer's desk."""
    if documents is not None and not open_vc_api:
        raise click.BadParameter("goes with --open-vc-api", param_hint="--documents")
    if open_vc_api and host not in LOOPBACK_HOSTS:
        raise click.BadParameter("the open VC-API listens on 127.0.0.1 only", param_hint="--host")
    settings = load_settings(home)
    check_port_is_free(host, port)
    click.echo(f"Skillmark at {settings.base_url} (listening on {host}:{port}). Stop with Ctrl-C.")
    if not settings.desk_password_hash:
        click.echo("The desk has no password yet: run “skillmark desk-password” in another window.")
    conformance = None
    if open_vc_api:
        conformance = documents or _empty_index(home)
        click.echo(f"Conformance mode: {settings.base_url}/api/vc/suite-manifest.json")
    serve_site(home, host=host, port=port, conformance=conformance)


def _empty_index(home: Path) -> Path:
    """Return an index that names no document."""
    path = home / "conformance-documents.json"
    path.write_text("{}", "utf-8")
    return path


@click.command("desk-password")
@click.password_option(help="Leave it out to be asked, so that it stands in no history file.")
@click.pass_obj
def desk_password(home: Path, password: str) -> None:
    """Set the password of the trainer's desk; whoever knows it is an owner of the first organisation."""
    if len(password) < MIN_PASSWORD_CHARS:
        raise click.BadParameter(f"use at least {MIN_PASSWORD_CHARS} characters", param_hint="password")
    settings = load_settings(home)
    settings.save_desk_password_hash(hash_password(password))
    with open_ledger(settings) as ledger:
        restore_desk_owner(ledger)
    click.echo("The desk has a new password.")


@click.command()
@click.option("--examples", type=click.Path(path_type=Path, exists=True, file_okay=False), default=Path("examples"))
@click.option("--prepare-only", is_flag=True, help="Issue the example badges and stop.")
@_host
@_port
@click.pass_obj
def demo(home: Path, *, examples: Path, prepare_only: bool, host: str, port: int) -> None:
    """Start with an example college, its courses and a class with badges."""
    base_url = f"http://{host}:{port}"
    check_port_is_free(host, port)
    ready = prepare_demo(home, examples, base_url=base_url)
    click.echo("")
    click.echo("Skillmark is ready. Open these on this computer:")
    click.echo(f"  as a trainer         {base_url}/desk       password: {ready.desk_password}   (no e-mail)")
    click.echo(f"  as a worker          {base_url}/b/{ready.genuine_slug}")
    click.echo(f"  as a hiring manager  {base_url}/verify     paste the worker's address, or upload a badge file")
    click.echo(f"  a suspended badge    {base_url}/b/{ready.suspended_slug}")
    click.echo(f"  a revoked badge      {base_url}/b/{ready.revoked_slug}")
    click.echo("")
    if not prepare_only:
        serve_site(home, host=host, port=port)
