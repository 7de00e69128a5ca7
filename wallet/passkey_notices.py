"""A mail to the holder whenever a passkey of their wallet is made or removed: somebody else may have done it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages import PasskeyPlace, compose_passkey_notice
from storage import MessageChannel, NewMessage, PasskeyChange, enqueue
from wallet import holder_store
from wallet.model import EMAIL
from wallet.tokens import new_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from pages import MailText
    from storage import Database, OutboxMessage

PASSKEY_TEMPLATE = "wallet-passkey"
_PAGE = "/wallet/account/passkeys"


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


def passkey_renderer(database: Database, *, base_url: str) -> Callable[[OutboxMessage], MailText | None]:
    """Return who writes these mails; none to an address that is not of this wallet any more."""

    def render(message: OutboxMessage) -> MailText | None:
        with database.read() as connection:
            addresses = holder_store.list_addresses(connection, str(message.facts.get("holder", "")))
        if message.recipient not in addresses:
            return None
        change = PasskeyChange(message.facts.get("change"))
        return compose_passkey_notice(PasskeyPlace.WALLET, change, link=f"{base_url}{_PAGE}")

    return render
