"""The command line: one program with sub-commands, `--json` where a machine may read.

Exit codes: 0 done or VERIFIED · 1 REJECTED or refused · 2 wrong usage · 3 INCONCLUSIVE.
"""

from __future__ import annotations

import importlib
import logging
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

from schemas import BadgeError, install_lazy_facades

if TYPE_CHECKING:
    from collections.abc import Mapping

EXIT_REFUSED = 1
SERVING = frozenset({"serve", "demo"})
# Each is loaded when it is asked for: to verify a badge takes nothing of a server.
COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "init": "cli_setup:init",
        "rotate-key": "cli_setup:rotate_key",
        "doctor": "cli_setup:doctor",
        "issue": "cli_issue:issue",
        "verify": "cli_verify:verify",
        "correct": "cli_replace:correct",
        "renew": "cli_replace:renew",
        "revoke": "cli_status:revoke",
        "suspend": "cli_status:suspend",
        "reinstate": "cli_status:reinstate",
        "backup": "cli_backup:backup",
        "restore": "cli_backup:restore",
        "serve": "cli_site:serve",
        "demo": "cli_site:demo",
        "desk-password": "cli_site:desk_password",
        "api-key": "cli_keys:api_key",
        "trust": "cli_trust:trust",
        "context": "cli_contexts:context",
        "send": "cli_mail:send",
        "due": "cli_mail:due",
        "to-call": "cli_mail:to_call",
        "mail": "cli_mail:mail_group",
        "organisation": "cli_people:organisation",
        "person": "cli_people:person",
    }
)


class _Program(click.Group):
    """Turns our errors into one sentence and an exit code; anything else is a bug and shows itself."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - of the library
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - of the library
        if cmd_name not in COMMANDS:
            return None
        install_lazy_facades()
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(importlib.import_module(f"skillmark.{module}"), name)
        assert isinstance(command, click.Command)
        return command

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
    from skillmark.settings import default_home  # noqa: PLC0415 - after the command has said what it needs

    # Warnings of the store are for the log of a server, not between the lines of a plan.
    logging.basicConfig(level=logging.WARNING if ctx.invoked_subcommand in SERVING else logging.ERROR)
    ctx.obj = home or default_home()
