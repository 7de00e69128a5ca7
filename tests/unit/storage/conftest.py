"""A fresh database and a fixed time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from storage import Database, open_database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 22, 9, 0, 0, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Open a new file."""
    opened = open_database(tmp_path / "ledger.sqlite3")
    yield opened
    opened.close()
