"""A mail to a person of the desk whenever a passkey of theirs is made or removed."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from issuer import people_store
from issuer.people_store import PASSKEY_TEMPLATE
from pages import PasskeyPlace, compose_passkey_notice
from storage import MessageChannel, NewMessage, PasskeyChange, enqueue

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from issuer.ledger import Ledger
    from pages import MailText
    from storage import OutboxMessage

_ID_BYTES = 16
_PAGE = "/desk/account/passkeys"


def announce_passkey(connection: Connection, person_id: str, change: PasskeyChange, *, now: datetime) -> None:
    """Put the mail about a change into the outbox, in the transaction of the change."""
    person = people_store.find_person(connection, person_id=person_id)
    if person is not None and person["email"]:
        message = NewMessage(
            channel=MessageChannel.EMAIL,
            recipient=person["email"],
            template=PASSKEY_TEMPLATE,
            facts={"person": person_id, "change": change.value},
            dedupe_key=f"{PASSKEY_TEMPLATE}/{person_id}/{secrets.token_hex(_ID_BYTES)}",
        )
        enqueue(connection, message, now=now)


def render_passkey(ledger: Ledger, message: OutboxMessage) -> MailText | None:
    """Return the text of such a mail; None when the address is not theirs any more."""
    with ledger.database.read() as connection:
        person = people_store.find_person(connection, person_id=str(message.facts.get("person", "")))
    if person is None or person["email"] != message.recipient:
        return None
    change = PasskeyChange(message.facts.get("change"))
    return compose_passkey_notice(PasskeyPlace.DESK, change, link=f"{ledger.base_url}{_PAGE}")
