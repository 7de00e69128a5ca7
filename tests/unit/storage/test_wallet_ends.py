"""Migration 0009 on a wallet that was filled before it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from storage import open_database
from wallet.cards import encode_card
from wallet.model import Card

if TYPE_CHECKING:
    from pathlib import Path

ENDS = datetime(2029, 5, 14, 23, 59, 59, tzinfo=UTC)
_OLD_HOLDING = sa.text(
    "INSERT INTO wallet_holdings (id, holder_id, origin, slug, badge_key, original, sha256, media_type, added_at,"
    " headline, lost, card, report) VALUES (:id, 'h', :origin, '', :id, x'', '', '', '', 'genuine', '', :card, x'7b7d')"
)


def test_ends_are_read_from_the_cards(tmp_path: Path) -> None:
    """Badges that were there are found by their end; notes and badges without one have none; reminders are on."""
    path = tmp_path / "ledger.sqlite3"
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", "storage:migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, "0008")
        connection.execute(sa.text("INSERT INTO wallet_holders (id, created) VALUES ('h', '2026-05-14T12:00:00Z')"))
        for name, origin, ends in (("a", "claimed", ENDS), ("b", "added", None), ("c", "self-recorded", None)):
            card = json.dumps(encode_card(Card(title="Größe", valid_until=ends))).encode()
            connection.execute(_OLD_HOLDING, {"id": name, "origin": origin, "card": card})
    engine.dispose()
    database = open_database(path)
    with database.read() as connection:
        rows = connection.execute(sa.text("SELECT id, ends FROM wallet_holdings")).all()
        holder = connection.execute(sa.text("SELECT remind, monthly, calendar_hash FROM wallet_holders")).one()
    database.close()
    assert {row.id: row.ends for row in rows} == {"a": "2029-05-14T23:59:59Z", "b": None, "c": None}
    assert tuple(holder) == (1, 1, "")
