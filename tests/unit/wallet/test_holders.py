"""Two wallets of one person become one, and nothing of either is lost."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from storage import open_database
from wallet import holder_store, holding_store, session_store, share_store
from wallet.model import Card, NewHolding, Origin, Share

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """A write transaction on a new database with two holders, `old` and `new`."""
    database = open_database(tmp_path / "wallet.sqlite3")
    with database.write() as opened:
        for name in ("old", "new"):
            holder_store.insert_holder(opened, name, now=NOW)
        yield opened
    database.close()


def keep(connection: Connection, holder: str, key: str) -> str:
    """Put a badge into a wallet; return its id."""
    new = NewHolding(
        origin=Origin.ADDED,
        badge_key=key,
        original=key.encode(),
        media_type="text/plain",
        headline="genuine",
        card=Card(title=key),
        report={},
    )
    holding_id = holding_store.insert_holding(connection, holder, new, now=NOW)
    assert holding_id is not None
    return holding_id


def share(connection: Connection, holder: str, name: str, *holding_ids: str) -> None:
    """Share badges."""
    made = Share(id=name, name=name, created=NOW, expires=None, withdrawn=None, opened=0, count=0)
    share_store.insert_share(connection, holder, made, holding_ids, token_hash=name)


def test_everything_moves(connection: Connection) -> None:
    """Badges, addresses, links and sessions of the one are those of the other; the empty one is gone."""
    keep(connection, "old", "forklift")
    keep(connection, "new", "welding")
    holder_store.insert_identifier(connection, "old", "email", "a@example.org", now=NOW)
    cookie = session_store.begin_session(connection, "old", now=NOW)
    holder_store.merge_holders(connection, source="old", target="new")
    titles = {holding.card.title for holding in holding_store.list_holdings(connection, "new")}
    assert titles == {"forklift", "welding"}
    assert holder_store.find_owner(connection, "email", "a@example.org") == "new"
    assert session_store.count_sessions(connection, "new", after=datetime(2026, 1, 1, tzinfo=UTC)) == 1
    assert cookie
    assert holding_store.list_holdings(connection, "old") == ()


def test_badge_of_both_stays_once_and_shared(connection: Connection) -> None:
    """A badge that both have is there once, and the link of the one that goes shows the one that stays."""
    double = keep(connection, "old", "forklift")
    kept = keep(connection, "new", "forklift")
    share(connection, "old", "link", double)
    holder_store.merge_holders(connection, source="old", target="new")
    assert [holding.id for holding in holding_store.list_holdings(connection, "new")] == [kept]
    assert [holding.id for holding in holding_store.list_shared(connection, "link")] == [kept]


def test_same_badge_twice_is_one(connection: Connection) -> None:
    """A wallet holds a badge once; another wallet may hold it too."""
    keep(connection, "new", "forklift")
    with pytest.raises(AssertionError):
        keep(connection, "new", "forklift")
    keep(connection, "old", "forklift")


def test_nothing_of_another_holder_is_found(connection: Connection) -> None:
    """Each look-up and each change asks whose it is."""
    holding_id = keep(connection, "old", "forklift")
    share(connection, "old", "link", holding_id)
    assert holding_store.find_holding(connection, "new", holding_id) is None
    assert holding_store.load_original(connection, "new", holding_id) is None
    assert holding_store.load_report(connection, "new", holding_id) == {}
    assert holding_store.delete_holding(connection, "new", holding_id) is False
    assert share_store.find_share(connection, "new", "link") is None
    assert share_store.withdraw_share(connection, "new", "link", now=NOW) is False
    assert holding_store.keep_own(connection, "new", [holding_id]) == ()
    assert holding_store.find_holding(connection, "old", holding_id) is not None


def test_deleting_one_leaves_the_other(connection: Connection) -> None:
    """Only the rows of the one who asked are deleted."""
    keep(connection, "old", "forklift")
    keep(connection, "new", "welding")
    holder_store.delete_holder(connection, "old")
    assert holding_store.list_holdings(connection, "old") == ()
    assert len(holding_store.list_holdings(connection, "new")) == 1
