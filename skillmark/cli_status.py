"""`skillmark revoke`, `suspend` and `reinstate`: the status of one badge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from issuer import Ledger
from skillmark.settings import load_settings
from skillmark.wiring import find_issued, open_ledger

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BY_COMMAND_LINE = "command line"

_reason = click.option("--reason", required=True, help="Why; people who check the badge read it.")


def _change_status(home: Path, badge: str, change: Callable[[Ledger, str, str, str], None], reason: str) -> None:
    with open_ledger(load_settings(home)) as ledger:
        change(ledger, find_issued(ledger, badge).id, reason, BY_COMMAND_LINE)


@click.command()
@click.argument("badge", metavar="ID|SLUG|URL")
@_reason
@click.confirmation_option(prompt="A revoked badge stays revoked. Go on?")
@click.pass_obj
def revoke(home: Path, *, badge: str, reason: str) -> None:
    """Take a badge back for good."""
    _change_status(home, badge, Ledger.revoke, reason)
    click.echo("Revoked. The status list says so from now on.")


@click.command()
@click.argument("badge", metavar="ID|SLUG|URL")
@_reason
@click.pass_obj
def suspend(home: Path, *, badge: str, reason: str) -> None:
    """Set a badge aside until it is reinstated."""
    _change_status(home, badge, Ledger.suspend, reason)
    click.echo("Suspended. “skillmark reinstate” brings it back.")


@click.command()
@click.argument("badge", metavar="ID|SLUG|URL")
@_reason
@click.pass_obj
def reinstate(home: Path, *, badge: str, reason: str) -> None:
    """Bring a suspended badge back."""
    _change_status(home, badge, Ledger.reinstate, reason)
    click.echo("Reinstated. The badge holds again.")
