"""Puts what holders are to be told into the outbox, once each, however often and by however many it is asked.

Each message is about one badge and one reminder, and its key says which: the outbox takes a key once. The address is
read where it is written, in one transaction, so that nothing is promised to somebody whose wallet was deleted.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from storage import MessageChannel, NewMessage, enqueue, find_messages
from wallet import holding_store, notice_store
from wallet.reminders import REMIND_DAYS, find_told_month, list_due

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from storage import Database
    from wallet.deps import WalletDeps
    from wallet.notice_store import Choices

ENDING_TEMPLATE = "wallet-ending"
MONTH_TEMPLATE = "wallet-month"
_HOLDERS_AT_ONCE = 100


def remind_of_endings(database: Database, *, now: datetime, is_out_of_use: Callable[[str], bool]) -> int:
    """Put the reminders into the outbox whose time it is; return how many are new.

    Args:
        database: Where wallets and the outbox are.
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
        count += _enqueue_endings(database, due, now=now)
        after = page[-1]


def tell_last_month(database: Database, *, now: datetime) -> int:
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
        count += _enqueue_months(database, fresh, begin=begin, now=now) if fresh else 0
        after = page[-1]


def _enqueue_months(database: Database, fresh: dict[str, str], *, begin: datetime, now: datetime) -> int:
    count = 0
    with database.write() as connection:
        for key, holder_id in fresh.items():
            is_wanted = notice_store.load_choices(connection, holder_id).monthly
            address = notice_store.find_address(connection, holder_id) if is_wanted else ""
            if not address:
                continue
            message = NewMessage(
                channel=MessageChannel.EMAIL,
                recipient=address,
                template=MONTH_TEMPLATE,
                facts={"holder": holder_id, "month": f"{begin:%Y-%m}"},
                dedupe_key=key,
            )
            count += enqueue(connection, message, now=now)
    return count


def load_choices(deps: WalletDeps, holder_id: str) -> Choices:
    """Return what a holder wants to be told."""
    with deps.database.read() as connection:
        return notice_store.load_choices(connection, holder_id)


def save_choices(deps: WalletDeps, holder_id: str, choices: Choices) -> None:
    """Keep what a holder wants to be told."""
    with deps.database.write() as connection:
        notice_store.save_choices(connection, holder_id, choices)


def find_address(deps: WalletDeps, holder_id: str) -> str:
    """Return the address that messages to a holder go to; empty when there is none."""
    with deps.database.read() as connection:
        return notice_store.find_address(connection, holder_id)


def _enqueue_endings(database: Database, due: dict[str, tuple[str, str, int]], *, now: datetime) -> int:
    with database.read() as connection:
        known = find_messages(connection, list(due))
    fresh = {key: found for key, found in due.items() if key not in known}
    if not fresh:
        return 0
    count = 0
    with database.write() as connection:
        for key, (holder_id, holding_id, days) in fresh.items():
            is_wanted = notice_store.load_choices(connection, holder_id).remind
            address = notice_store.find_address(connection, holder_id) if is_wanted else ""
            if not address or notice_store.find_holder(connection, holding_id) != holder_id:
                continue
            message = NewMessage(
                channel=MessageChannel.EMAIL,
                recipient=address,
                template=ENDING_TEMPLATE,
                facts={"holding": holding_id, "days": days},
                dedupe_key=key,
            )
            count += enqueue(connection, message, now=now)
    return count
