"""Letting somebody in who has shown that an address or a number is theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wallet import holder_store
from wallet.session_store import begin_session
from wallet.tokens import new_id

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A session that has begun.

    Args:
        holder_id: Whose wallet it is.
        cookie: Content of the cookie.
        address: That was shown to be theirs.
    """

    holder_id: str
    cookie: str
    address: str


def admit(connection: Connection, wanted_by: str | None, kind: str, value: str, *, now: datetime) -> SignedIn:
    """Begin a session for whoever has shown that an address or a number is theirs.

    Args:
        connection: The caller's transaction.
        wanted_by: Whose wallet it is added to; None for the wallet that it has, or a new one.
        kind: Of the identifier.
        value: The address or the number.
        now: Aware UTC.
    """
    owner = holder_store.find_owner(connection, kind, value)
    holder_id = wanted_by or owner or holder_store.insert_holder(connection, new_id(), now=now)
    if owner is None:
        holder_store.insert_identifier(connection, holder_id, kind, value, now=now)
    elif owner != holder_id:
        holder_store.merge_holders(connection, source=owner, target=holder_id)
    return SignedIn(holder_id=holder_id, cookie=begin_session(connection, holder_id, now=now), address=value)
