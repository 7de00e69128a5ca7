"""Puts what holders are to be told into the outbox, once each, however often and by however many it is asked.

Each message is about one badge and one reminder, and its key says which: the outbox takes a key once. The address is
read where it is written, in one transaction, so that nothing is promised to somebody whose wallet was deleted.
"""

from __future__ import annotations

import enum
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from schemas import LedgerError
from storage import MessageChannel, NewMessage, enqueue, find_messages
from wallet import holder_store, holding_store, notice_store
from wallet.model import PHONE
from wallet.reminders import REMIND_DAYS, find_told_month, list_due
from wallet.supervisor_store import SUPERVISOR_TEMPLATE, list_told
from wallet.tokens import hash_secret, make_stop_token

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from keys import LinkSecret
    from schemas import JsonObject
    from storage import Database
    from wallet.deps import WalletDeps
    from wallet.model import Identifier
    from wallet.notice_store import Choices

ENDING_TEMPLATE = "wallet-ending"
MONTH_TEMPLATE = "wallet-month"
_HOLDERS_AT_ONCE = 100


class Notice(enum.Enum):
    """A kind of messages that a holder can end on its own."""

    REMINDERS = "reminders"
    MONTHLY = "monthly"


def remind_of_endings(
    database: Database, *, links: LinkSecret, now: datetime, is_out_of_use: Callable[[str], bool]
) -> int:
    """Put the reminders into the outbox whose time it is; return how many are new.

    Args:
        database: Where wallets and the outbox are.
        links: What the link that ends these messages is made from.
        now: Aware UTC.
        is_out_of_use: Says of a badge of this site, by its slug, whether it was revoked, suspended or replaced.
    """
    count, after = 0, ""
    end = now + timedelta(days=max(REMIND_DAYS))
    while True:
        with database.read() as connection:
            page = notice_store.list_with_endings(connection, begin=now, end=end, after=after, limit=_HOLDERS_AT_ONCE)
            wallets = {holder_id: holding_store.list_holdings(connection, holder_id) for holder_id in page}
        if not page:
            return count
        due = {
            f"{ENDING_TEMPLATE}/{holding.id}/{days}": (holder_id, holding.id, days)
            for holder_id, holdings in wallets.items()
            for holding, days in list_due(holdings, now, is_out_of_use=is_out_of_use)
        }
        count += _enqueue_endings(database, due, links=links, now=now)
        after = page[-1]


def tell_last_month(database: Database, *, links: LinkSecret, now: datetime) -> int:
    """Put what holders earned last month into the outbox, in the first days of a month; return how many are new."""
    month = find_told_month(now)
    if month is None:
        return 0
    count, after = 0, ""
    begin, end = month
    while True:
        with database.read() as connection:
            page = notice_store.list_with_new(connection, begin=begin, end=end, after=after, limit=_HOLDERS_AT_ONCE)
            keys = {f"{MONTH_TEMPLATE}/{holder_id}/{begin:%Y-%m}": holder_id for holder_id in page}
            known = find_messages(connection, list(keys))
        if not page:
            return count
        fresh = {key: holder_id for key, holder_id in keys.items() if key not in known}
        count += _enqueue_months(database, fresh, begin=begin, links=links, now=now) if fresh else 0
        after = page[-1]


def _enqueue_months(
    database: Database, fresh: dict[str, str], *, begin: datetime, links: LinkSecret, now: datetime
) -> int:
    count = 0
    with database.write() as connection:
        for key, holder_id in fresh.items():
            is_wanted = notice_store.load_choices(connection, holder_id).monthly
            contact = notice_store.find_contact(connection, holder_id) if is_wanted else None
            if contact is None:
                continue
            facts: JsonObject = {"holder": holder_id, "month": f"{begin:%Y-%m}"}
            count += enqueue(connection, _to(contact, MONTH_TEMPLATE, facts, key), now=now)
            notice_store.keep_stop(connection, links, holder_id)
    return count


def load_choices(deps: WalletDeps, holder_id: str) -> Choices:
    """Return what a holder wants to be told."""
    with deps.database.read() as connection:
        return notice_store.load_choices(connection, holder_id)


def save_choices(deps: WalletDeps, holder_id: str, choices: Choices) -> None:
    """Keep what a holder wants to be told."""
    with deps.database.write() as connection:
        notice_store.save_choices(connection, holder_id, choices)


def find_contact(deps: WalletDeps, holder_id: str) -> Identifier | None:
    """Return the address or number that messages to a holder go to; None when there is none."""
    with deps.database.read() as connection:
        return notice_store.find_contact(connection, holder_id)


def choose_contact(deps: WalletDeps, holder_id: str, identifier_id: str) -> None:
    """Keep which of their addresses and numbers messages to a holder go to.

    Raises:
        LedgerError: `wallet.not_found` when it is not theirs.
    """
    with deps.database.write() as connection:
        if identifier_id not in {one.id for one in holder_store.list_identifiers(connection, holder_id)}:
            raise LedgerError("wallet.not_found")
        notice_store.save_contact(connection, holder_id, identifier_id)


def find_stop(deps: WalletDeps, token: str) -> str:
    """Return whose messages a link ends, changing nothing.

    Raises:
        LedgerError: `wallet.link_unknown`.
    """
    hashed = hash_secret(token)
    with deps.database.read() as connection:
        holder_id = notice_store.find_by_stop(connection, hashed) if hashed else ""
    if not holder_id:
        raise LedgerError("wallet.link_unknown")
    return holder_id


def stop_notices(deps: WalletDeps, token: str, notice: Notice) -> None:
    """End one kind of messages by the link that each of them carries; doing so again is no fault.

    Raises:
        LedgerError: `wallet.link_unknown`.
    """
    holder_id = find_stop(deps, token)
    with deps.database.write() as connection:
        choices = notice_store.load_choices(connection, holder_id)
        stopped = {"remind": False} if notice is Notice.REMINDERS else {"monthly": False}
        notice_store.save_choices(connection, holder_id, replace(choices, **stopped))


def compose_stop_path(links: LinkSecret, holder_id: str, notice: Notice) -> str:
    """Return the path of the link that ends one kind of messages."""
    return f"/wallet/stop/{notice.value}/{make_stop_token(links, holder_id)}"


def _to(contact: Identifier, template: str, facts: JsonObject, key: str) -> NewMessage:
    channel = MessageChannel.TEXT if contact.kind == PHONE else MessageChannel.EMAIL
    return NewMessage(channel=channel, recipient=contact.value, template=template, facts=facts, dedupe_key=key)


def _enqueue_endings(
    database: Database, due: dict[str, tuple[str, str, int]], *, links: LinkSecret, now: datetime
) -> int:
    with database.read() as connection:
        known = find_messages(connection, list(due))
    fresh = {key: found for key, found in due.items() if key not in known}
    if not fresh:
        return 0
    count = 0
    with database.write() as connection:
        for key, (holder_id, holding_id, days) in fresh.items():
            is_wanted = notice_store.load_choices(connection, holder_id).remind
            if not is_wanted or notice_store.find_holder(connection, holding_id) != holder_id:
                continue
            contact = notice_store.find_contact(connection, holder_id)
            told = list_told(connection, holder_id)
            if contact is None and not told:
                continue
            facts: JsonObject = {"holding": holding_id, "days": days}
            if contact is not None:
                count += enqueue(connection, _to(contact, ENDING_TEMPLATE, facts, key), now=now)
                notice_store.keep_stop(connection, links, holder_id)
            for one in told:
                message = NewMessage(
                    channel=MessageChannel.EMAIL,
                    recipient=one.email,
                    template=SUPERVISOR_TEMPLATE,
                    facts={**facts, "supervisor": one.id},
                    dedupe_key=f"{SUPERVISOR_TEMPLATE}/{one.id}/{holding_id}/{days}",
                )
                count += enqueue(connection, message, now=now)
    return count
