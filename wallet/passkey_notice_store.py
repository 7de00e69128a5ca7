"""A mail to the holder whenever a passkey of their wallet is made or removed: somebody else may have done it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage import MessageChannel, NewMessage, enqueue
from wallet import holder_store
from wallet.model import EMAIL
from wallet.tokens import new_id

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from storage import PasskeyChange

PASSKEY_TEMPLATE = "wallet-passkey"


def announce_passkey(connection: Connection, holder_id: str, change: PasskeyChange, *, now: datetime) -> None:
    """Put the mail about a change into the outbox, in the transaction of the change; none without an address."""
    known = holder_store.list_identifiers(connection, holder_id)
    address = next((identifier.value for identifier in known if identifier.kind == EMAIL), "")
    if address:
        message = NewMessage(
            channel=MessageChannel.EMAIL,
            recipient=address,
            template=PASSKEY_TEMPLATE,
            facts={"holder": holder_id, "change": change.value},
            dedupe_key=f"{PASSKEY_TEMPLATE}/{new_id()}",
        )
        enqueue(connection, message, now=now)
