"""`skillmark due`, as cron runs it: with nothing else running, twice, and beside a site that is sending."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from keys import system_clock
from skillmark.cli import main
from skillmark.outbox_sender import SENDER_LEASE
from skillmark.settings import load_settings
from storage import open_database
from verifier import Headline
from wallet import Card, Origin
from wallet.holder_store import insert_holder, insert_identifier
from wallet.holding_store import insert_holding
from wallet.model import EMAIL, NewHolding

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder with one wallet, in which a badge ends in six weeks."""
    folder, now = tmp_path / "home", system_clock()
    assert run(folder, "init", "--name", "Shop College").exit_code == 0
    database = open_database(load_settings(folder).database_path)
    badge = NewHolding(
        origin=Origin.ADDED,
        badge_key="k",
        original=b"{}",
        media_type="application/vc+ld+json",
        headline=Headline.GENUINE.value,
        card=Card(title="Forklift", issuer="Guild", valid_until=now + timedelta(days=42)),
        report={},
        checked_at=now,
    )
    with database.write() as connection:
        insert_holder(connection, "h", now=now)
        insert_identifier(connection, "h", EMAIL, "kim@example.org", now=now)
        insert_holding(connection, "h", badge, now=now - timedelta(days=70))
    database.close()
    return folder


def run(folder: Path, *arguments: str) -> Result:
    """Run the program."""
    return CliRunner().invoke(main, ["--home", str(folder), *arguments])


def test_due_sends_once(home: Path) -> None:
    """The first run writes one mail, the second none; neither prints who it was for."""
    first, second = run(home, "due"), run(home, "due")
    assert first.exit_code == second.exit_code == 0
    assert first.output.startswith("1 new reminders.\n1 sent")
    assert second.output.startswith("0 new reminders.\n0 sent")
    assert "kim" not in first.output + second.output
    assert len(list((home / "outbox").glob("*.eml"))) == 1


def test_send_reminds_too(home: Path) -> None:
    """`skillmark send` looks for reminders as well."""
    assert run(home, "send").output.startswith("1 sent")


def test_due_beside_a_site_that_sends(home: Path) -> None:
    """The reminder is left to the site, and that is no error."""
    database = open_database(load_settings(home).database_path)
    with database.hold(SENDER_LEASE, code="mail.sender_running"):
        beside = run(home, "due")
    database.close()
    assert beside.exit_code == 0
    assert beside.output == "1 new reminders.\nThe site is running and sends them.\n"
    assert run(home, "send").output.startswith("1 sent")
