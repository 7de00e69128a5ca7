"""Who did something, as the audit chain tells it: where, and at the desk which person, by a random id alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas import JsonValue

BY_DESK = "desk"
BY_PERSON = "by_person"  # member of an audit record


def facts_of_desk(person_id: str) -> dict[str, JsonValue]:
    """Return what a record of an act at the desk says of whoever did it."""
    return {"by": BY_DESK, BY_PERSON: person_id}
