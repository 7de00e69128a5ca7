"""Kills reminders before their n-th statement or commit, for every n, and lets the next turn finish.

Three badges end; two people have an address, one a telephone, and one supervisor agreed. Runs as a program of its own,
so that it may fork.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from issuer import Claims
from keys import system_clock
from skillmark.mailing import compose_mailing
from storage import find_messages, list_messages
from tests.doubles.classes import LINKS
from tests.doubles.ledgers import open_ledger
from tests.flow.killing import is_killed_before
from verifier import Headline
from wallet import Card, Origin
from wallet.holder_store import insert_holder, insert_identifier
from wallet.holding_store import insert_holding
from wallet.model import EMAIL, PHONE, NewHolding
from wallet.supervisor_store import Supervisor, SupervisorState, insert_supervisor
from wallet.tokens import hash_secret, make_supervisor_token

if TYPE_CHECKING:
    from datetime import datetime

MAX_STATEMENTS = 600
PEOPLE = {"ana": (EMAIL, "ana@example.org"), "bo": (EMAIL, "bo@example.org"), "cy": (PHONE, "+15745550100")}
LEAD = "lead@example.org"
EXPECTED = {*(value for _, value in PEOPLE.values()), LEAD}
NOW = system_clock().replace(microsecond=0)


def _clock(moved: timedelta) -> datetime:
    return NOW + moved


def _prepare(folder: Path) -> None:
    ledger = open_ledger(folder, system_clock)
    with ledger.database.write() as connection:
        for name, (kind, value) in PEOPLE.items():
            insert_holder(connection, name, now=NOW)
            insert_identifier(connection, name, kind, value, now=NOW)
            badge = NewHolding(
                origin=Origin.ADDED,
                badge_key=name,
                original=b"{}",
                media_type="application/vc+ld+json",
                headline=Headline.GENUINE.value,
                card=Card(title=f"Badge of {name}", issuer="Guild", valid_until=NOW + timedelta(days=42)),
                report={},
                checked_at=NOW,
            )
            insert_holding(connection, name, badge, now=NOW - timedelta(days=70))
        supervisor = Supervisor(
            id="0" * 32, holder_id="ana", worker_name="Ana", email=LEAD, state=SupervisorState.AGREED, asked=NOW
        )
        token = make_supervisor_token(LINKS, supervisor.id)
        insert_supervisor(connection, supervisor, token_hash=hash_secret(token))
    ledger.database.close()


def _run(folder: Path, moved: timedelta) -> None:
    """Do one turn: reminders into the outbox, and the outbox into files."""
    ledger = open_ledger(folder, partial(_clock, moved))
    mailing = compose_mailing(Claims(ledger, LINKS), home=folder, mail=None, password=str)
    mailing.remind()
    mailing.run()
    ledger.database.close()


def _find_faults(folder: Path) -> list[str]:
    """After the kill and two more turns: everybody has one message, sent, and its file says one thing."""
    ledger = open_ledger(folder, system_clock)
    with ledger.database.read() as connection:
        found = list_messages(connection, limit=100)
        assert len(find_messages(connection, [message.dedupe_key for message in found])) == len(found)
    ledger.database.close()
    told = Counter(message.recipient for message in found)
    faults = [] if told == Counter(EXPECTED) else [f"told: {dict(told)}"]
    faults += [f"{message.state.value}" for message in found if message.sent_at is None]
    files = {file.stem for file in (folder / "outbox").iterdir() if file.suffix in {".eml", ".txt"}}
    if files != {message.id for message in found}:
        faults.append(f"{len(files)} files for {len(found)} messages")
    return faults


def _read_files(folder: Path) -> dict[str, bytes]:
    outbox = folder / "outbox"
    return {file.name: file.read_bytes() for file in outbox.glob("*.???")} if outbox.exists() else {}


def main(folder: Path) -> None:
    """Print what the kills left."""
    first = folder / "first"
    first.mkdir()
    _prepare(first)
    kills = sent_before_the_kill = 0
    faults: list[str] = []
    for statement in range(MAX_STATEMENTS):
        copy = folder / str(statement)
        shutil.copytree(first, copy)
        if not is_killed_before(statement, partial(_run, copy, timedelta(0))):
            break
        kills += 1
        before = _read_files(copy)
        sent_before_the_kill += bool(before)
        # The clock moves past the lease of the killed sender, not to the next reminder.
        _run(copy, timedelta(hours=1))
        _run(copy, timedelta(hours=2))
        found = _find_faults(copy)
        # What was sent twice is the same message with the same link, to the letter.
        after = _read_files(copy)
        found += [f"{name} was sent otherwise" for name, body in before.items() if after.get(name) != body]
        faults += [f"statement {statement}: {fault}" for fault in found]
        shutil.rmtree(copy)
    sys.stdout.write(json.dumps({"kills": kills, "sent_before_the_kill": sent_before_the_kill, "faults": faults}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
