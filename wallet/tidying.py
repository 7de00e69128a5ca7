"""What no wallet needs any more is forgotten, also of people who do not come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wallet import code_store, session_store, share_store
from wallet.holders import SIGN_IN_LIFE
from wallet.phones import DAY
from wallet.shares import ENDED_SHARES_LIFE

if TYPE_CHECKING:
    from datetime import datetime

    from storage import Database


def forget_what_is_over(database: Database, *, now: datetime) -> None:
    """Forget links that ended long ago, and codes and sign-in links that nobody can use any more.

    They name numbers, addresses and, as keyed hashes, the places that they were asked for at.
    """
    with database.write() as connection:
        share_store.delete_ended_shares(connection, before=now - ENDED_SHARES_LIFE)
        code_store.delete_old_codes(connection, before=now - DAY)
        session_store.delete_old_sign_ins(connection, before=now - SIGN_IN_LIFE)
