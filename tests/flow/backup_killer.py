"""Kills a backup, or a restore, before it opens, links, moves or removes its n-th file, for every n.

Runs as a program of its own, so that it may fork.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path

from keys import system_clock
from schemas import ConfigurationError
from skillmark.backup import restore_backup, write_backup
from skillmark.settings import create_home, load_settings
from skillmark.wiring import open_ledger
from tests.doubles.ledgers import issue, make_issuer, make_roster

MAX_STEPS = 400
BACKUP = "backup"
_STEPS = frozenset({"open", "os.link", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "sqlite3.connect"})


def _is_killed_at(scenario: str, home: Path, archive: Path, new: Path, step: int) -> bool:
    child = os.fork()
    if child == 0:
        left = step

        def count(event: str, _arguments: tuple[object, ...]) -> None:
            nonlocal left
            if event in _STEPS:
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                left -= 1

        sys.addaudithook(count)
        if scenario == BACKUP:
            write_backup(load_settings(home), archive, now=system_clock(), with_passphrase=True)
        else:
            restore_backup(archive, new, now=system_clock())
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _find_faults(scenario: str, home: Path, archive: Path, new: Path) -> list[str]:
    """Look at what the kill left: all of it under its name, or nothing; then do it again."""
    if scenario == BACKUP and not archive.exists():
        write_backup(load_settings(home), archive, now=system_clock(), with_passphrase=True)
    try:
        restore_backup(archive, new, now=system_clock())
    except ConfigurationError as error:
        # A restore that was killed after its very last move is done.
        if error.code != "backup.home_not_empty" or scenario == BACKUP:
            return [error.code]
    with open_ledger(load_settings(new)) as ledger:
        return [] if ledger.count_issued() == 1 else ["the badge is lost"]


def main(folder: Path, scenario: str) -> None:
    """Print what the kills left."""
    home, whole = folder / "home", folder / "whole.zip"
    settings = create_home(home, base_url="http://127.0.0.1:8000")
    with open_ledger(settings) as ledger:
        issue(ledger, make_issuer(ledger), make_roster(1))
    write_backup(settings, whole, now=system_clock(), with_passphrase=True)
    kills, faults = 0, []
    for step in range(MAX_STEPS):
        place = folder / str(step)
        place.mkdir()
        archive, new = (place / "a.zip" if scenario == BACKUP else whole), place / "new"
        if not _is_killed_at(scenario, home, archive, new, step):
            break
        kills += 1
        faults += [f"step {step}: {fault}" for fault in _find_faults(scenario, home, archive, new)]
        shutil.rmtree(place)
    sys.stdout.write(json.dumps({"kills": kills, "faults": faults}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
