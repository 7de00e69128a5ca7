"""`skillmark backup` and `restore`."""

from __future__ import annotations

from pathlib import Path

import click

from keys import system_clock
from skillmark.backup import restore_backup, write_backup
from skillmark.settings import load_settings


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--with-passphrase",
    is_flag=True,
    help="Also put the passphrase of the keys and the mail password into it: whoever has the file can sign then.",
)
@click.pass_obj
def backup(home: Path, *, file: Path, with_passphrase: bool) -> None:
    """Write everything into one file, also while the site runs.

    Without --with-passphrase the passphrase of the keys is NOT in it: keep that apart. Class lists that wait at the
    desk, sign-ins and messages in the outbox folder are not in it.
    """
    listed = write_backup(load_settings(home), file, now=system_clock(), with_passphrase=with_passphrase)
    click.echo(f"Backup of {listed.made_at}: {file} ({listed.records} records of the log).")
    if with_passphrase:
        click.echo("The passphrase is in it. Whoever has this file can sign in your name: lock it away.")
    else:
        click.echo("The passphrase of the keys is NOT in it. Without it nobody can sign again: keep a copy elsewhere.")
    click.echo("Names and addresses of people are in it. Keep it where only you can read and write.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--home", "new_home", type=click.Path(path_type=Path, file_okay=False), help="The new data folder.")
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The passphrase of the keys, when it is not in the backup.",
)
@click.option(
    "--witness",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The newest audit-witness.jsonl that is left of the old folder: it tells how much is lost.",
)
@click.pass_obj
def restore(
    home: Path, *, file: Path, new_home: Path | None, passphrase_file: Path | None, witness: Path | None
) -> None:
    """Unpack a backup into a new data folder."""
    target = new_home or home
    passphrase = passphrase_file.read_bytes().strip() if passphrase_file is not None else None
    done = restore_backup(file, target, now=system_clock(), passphrase=passphrase, witness=witness)
    click.echo(f"Restored to {target}: everything as it was at {done.listed.made_at}.")
    if done.lost_records is not None:
        click.echo(f"{done.lost_records} later records of the log are lost.")
    click.echo("Badges that were issued later are not in it. Badges that were REVOKED or corrected later are in force")
    click.echo("again: revoke them again. Nobody gets a place in a status list that a lost badge had.")
    if not done.has_passphrase:
        click.echo(f"Put the passphrase of the keys into {target / 'secrets' / 'passphrase'} (mode 600), or name it")
        click.echo("with SKILLMARK_PASSPHRASE_FILE.")
    click.echo(f"Nothing is issued or revoked until you run: skillmark --home {target} doctor --accept-restore")
    click.echo("Stop the old site for good first: two sites with one key give one place to two badges.")
