"""`skillmark context`: word lists of other bodies, pinned by their hash."""

from __future__ import annotations

import getpass
from pathlib import Path

import click

from keys import system_clock
from schemas import describe_code
from skillmark.settings import load_settings
from verifier import ContextStore

MAX_FILE_BYTES = 1024 * 1024  # a larger file is no word list; the store has a smaller limit


@click.group()
def context() -> None:
    """Word lists of other bodies that badges may use here. Nothing is ever fetched.

    A server that runs takes a change up when it is started again.
    """


def _store(home: Path) -> ContextStore:
    return ContextStore(load_settings(home).contexts_folder)


@context.command("pin")
@click.argument("url")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--sha256", default="", metavar="HEX", help="The hash that its publisher names; another file is refused.")
@click.option("--by", "pinned_by", default="", help="Who pins it; your user name otherwise.")
@click.pass_obj
def pin_context(home: Path, *, url: str, file: Path, sha256: str, pinned_by: str) -> None:
    """Keep FILE as the word list that stands under URL.

    It may only add words: one that gives a word of the standards another meaning, or a second name to something that
    the standards name, is refused.
    """
    with file.open("rb") as opened:
        data = opened.read(MAX_FILE_BYTES)
    pin = _store(home).pin(url, data, sha256=sha256, pinned_by=pinned_by or _user_name(), now=system_clock())
    click.echo(f"Pinned {pin.url}")
    click.echo(f"SHA-256 {pin.sha256}")
    if not sha256:
        click.echo("Compare this with what the publisher says, in a way that does not come with the badge.")


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in some containers
        return ""


@context.command("list")
@click.pass_obj
def list_contexts(home: Path) -> None:
    """List what was pinned, and say of each whether it is still the same file."""
    for pin in _store(home).list_pins():
        click.echo(f"{pin.url}  {pin.sha256}  {pin.pinned_at:%Y-%m-%d}  {pin.pinned_by}".rstrip())
        if pin.problem:
            click.echo(f"  cannot be used: {describe_code(pin.problem).en} [{pin.problem}]")


@context.command("forget")
@click.argument("url")
@click.confirmation_option(prompt="Forget it? Badges that use it can then no longer be checked here.")
@click.pass_obj
def forget_context(home: Path, url: str) -> None:
    """Forget a word list."""
    pin = _store(home).forget(url)
    click.echo(f"Forgotten: {pin.url} {pin.sha256}")
