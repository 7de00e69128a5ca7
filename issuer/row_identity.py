"""What makes two rows the same award: the key, and the fingerprint of everything in a row."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from issuer.cells import fold

if TYPE_CHECKING:
    from issuer.model import Achievement, RosterRow


def person_key(row: RosterRow) -> tuple[str, str]:
    """Return how the person is told from others: by number, else by e-mail, else by folded name."""
    if row.person_id:
        return "id", row.person_id.casefold()
    if row.email:
        return "email", row.email.lower()
    return "name", fold(row.name)


def row_key(row: RosterRow, achievement: Achievement) -> str:
    """Return what makes an award the same award when a list is sent again: SHA-256, hex.

    Covers the person (see `person_key`), the achievement's slug, and the day when the row names one.
    """
    return _award_key(person_key(row), row, achievement)


def weaker_keys(row: RosterRow, achievement: Achievement) -> tuple[str, ...]:
    """Return the keys that the same row would have if it told less of the person."""
    name = _award_key(("name", fold(row.name)), row, achievement)
    if row.person_id and row.email:
        return _award_key(("email", row.email.lower()), row, achievement), name
    return (name,) if row.person_id or row.email else ()


def _award_key(person: tuple[str, str], row: RosterRow, achievement: Achievement) -> str:
    awarded_on = row.awarded_on.isoformat() if row.awarded_on else ""
    return _digest([*person, achievement.slug, awarded_on])


def row_fingerprint(row: RosterRow) -> str:
    """Return a digest of all that a row says, without its place in the sheet: SHA-256, hex."""
    awarded_on = row.awarded_on.isoformat() if row.awarded_on else ""
    results = sorted([result.description_key, result.value, result.level] for result in row.results)
    return _digest(
        [
            row.name,
            row.email,
            row.person_id,
            awarded_on,
            results,
            row.evidence_url,
            row.evidence_note,
            row.license_number,
        ]
    )


def _digest(parts: list[object]) -> str:
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
