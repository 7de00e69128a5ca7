"""Reading the audit chain by what a record says under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from storage import AuditFilter, append_audit, list_audit
from tests.unit.storage.conftest import NOW

if TYPE_CHECKING:
    from schemas import JsonObject
    from storage import Database

ROSA = "1" * 32


def _subjects(database: Database, actor: tuple[str, str]) -> list[str]:
    with database.read() as connection:
        return [entry.subject for entry in list_audit(connection, AuditFilter(actor=actor), limit=10)]


def test_only_records_of_that_actor_are_found(database: Database) -> None:
    """Another id, the same id under another name, and no id at all are left out."""
    records: list[JsonObject] = [
        {"event": "e", "subject": "rosa's", "by_person": ROSA},
        {"event": "e", "subject": "longer id", "by_person": f"{ROSA}1"},
        {"event": "e", "subject": "about rosa", "person": ROSA},
        {"event": "e", "subject": "nobody's"},
    ]
    with database.write() as connection:
        for record in records:
            append_audit(connection, record, now=NOW)
    assert _subjects(database, ("by_person", ROSA)) == ["rosa's"]


@pytest.mark.parametrize("typed", [f'"by_person":"{ROSA}"', f'x","by_person":"{ROSA}', f'\\","by_person":"{ROSA}"'])
def test_text_that_looks_like_an_actor_is_none(database: Database, typed: str) -> None:
    """Somebody types the bytes of a member into a name: its quotes are escaped, so it matches nothing."""
    with database.write() as connection:
        append_audit(connection, {"event": "e", "subject": typed, "list": typed}, now=NOW)
    assert _subjects(database, ("by_person", ROSA)) == []
