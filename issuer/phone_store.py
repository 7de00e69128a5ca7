"""Telephone numbers of people on class lists. They are beside the badge, never in it, and may change after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from issuer.delivery_tables import RECIPIENT_PHONES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

_SLUGS_AT_ONCE = 400  # SQLite takes 999 parameters at the least; each row has two


def save_phones(connection: Connection, phones: Mapping[str, str]) -> None:
    """Keep the numbers of people by the slugs of their badges; an empty number takes the one that is there away."""
    gone = [slug for slug, phone in phones.items() if not phone]
    for start in range(0, len(gone), _SLUGS_AT_ONCE):
        some = gone[start : start + _SLUGS_AT_ONCE]
        connection.execute(sa.delete(RECIPIENT_PHONES).where(RECIPIENT_PHONES.c.slug.in_(some)))
    kept = [{"slug": slug, "phone": phone} for slug, phone in phones.items() if phone]
    for start in range(0, len(kept), _SLUGS_AT_ONCE):
        statement = insert(RECIPIENT_PHONES).values(kept[start : start + _SLUGS_AT_ONCE])
        replaced = statement.on_conflict_do_update(index_elements=["slug"], set_={"phone": statement.excluded.phone})
        connection.execute(replaced)


def find_phones(connection: Connection, slugs: Sequence[str]) -> dict[str, str]:
    """Return the numbers of those of the badges whose people have one, by slug."""
    found = {}
    for start in range(0, len(slugs), _SLUGS_AT_ONCE):
        some = slugs[start : start + _SLUGS_AT_ONCE]
        rows = connection.execute(sa.select(RECIPIENT_PHONES).where(RECIPIENT_PHONES.c.slug.in_(some)))
        found.update({row.slug: row.phone for row in rows})
    return found
