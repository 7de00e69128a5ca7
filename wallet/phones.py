"""Telephone numbers of holders: a code of six digits shows that a number is theirs, and opens their wallet.

Whoever asks for a code gets the same answer whatever is known about the number. A number that nobody knows is sent
nothing at the door, and those that no class list has are sent few in a day, whatever wallets they are in: texts cost
money, and strangers could have them sent to numbers that earn by them. One place asks for less than a number may
have, so that a stranger cannot take all codes of somebody's day, nor all texts of the site's; codes that were sent
stay good.
Spec: security.md T-53, T-60.
"""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import TYPE_CHECKING

from keys import is_same_secret
from schemas import LedgerError, read_phone_number
from storage import MessageChannel, NewMessage, enqueue
from wallet import code_store, holder_store
from wallet.admission_store import SignedIn, admit
from wallet.code_store import CodeLimit, CodeRow
from wallet.model import MAX_IDENTIFIERS, PHONE
from wallet.tokens import new_id

if TYPE_CHECKING:
    from keys import LinkSecret
    from wallet.deps import WalletDeps

_log = logging.getLogger(__name__)

CODE_LIFE = timedelta(minutes=10)
CODE_DIGITS = 6
MAX_CODE_TRIES = 5  # of one code
MAX_OPEN_CODES = 3  # for one number within `CODE_LIFE`
MAX_CLIENT_OPEN_CODES = 2  # of these, asked for from one place
DAY = timedelta(days=1)
MAX_CODES_PER_DAY = 10  # for one number: fifty guesses at a million
MAX_CLIENT_CODES_PER_DAY = 4  # of these, asked for from one place
MAX_HOLDER_CODES_PER_DAY = 20  # asked for from one wallet, whatever the numbers
# First those that hold for one place.
_LIMITS = (
    CodeLimit(CODE_LIFE, MAX_CLIENT_OPEN_CODES, is_of_client=True),
    CodeLimit(DAY, MAX_CLIENT_CODES_PER_DAY, is_of_client=True),
    CodeLimit(CODE_LIFE, MAX_OPEN_CODES),
    CodeLimit(DAY, MAX_CODES_PER_DAY),
)
PHONE_CODE_TEMPLATE = "wallet-phone-code"
_PURPOSE = "wallet-phone-code"
_TICKET = re.compile(r"[0-9a-f]{32}")
_MAX_TYPED_CHARS = 40


def read_phone(typed: str, *, calling_code: str) -> str:
    """Return a telephone number in the form of E.164.

    Raises:
        LedgerError: `wallet.phone_invalid`.
    """
    try:
        return read_phone_number(typed, calling_code=calling_code)
    except ValueError as error:
        raise LedgerError("wallet.phone_invalid") from error


def make_phone_code(links: LinkSecret, code_id: str) -> str:
    """Return the six digits of a code."""
    return links.make_digits(_PURPOSE, code_id, 1, digits=CODE_DIGITS)


def request_phone_sign_in(deps: WalletDeps, number: str, *, client: str) -> str:
    """Text a code that opens the wallet of a number, if the number is known; return the ticket for typing it.

    `client` is where it is asked for.
    """
    with deps.database.read() as connection:
        has_wallet = holder_store.find_owner(connection, PHONE, number) is not None
    return _request(deps, number, client=client, holder_id=None, is_sent_unlisted=has_wallet)


def request_phone(deps: WalletDeps, holder_id: str, number: str, *, client: str) -> str:
    """Text a code that adds a number to a wallet; return the ticket for typing it. `client` is where it is asked for.

    Raises:
        LedgerError: `wallet.too_many_addresses`.
    """
    with deps.database.read() as connection:
        if len(holder_store.list_identifiers(connection, holder_id)) >= MAX_IDENTIFIERS:
            raise LedgerError("wallet.too_many_addresses")
        asked = code_store.count_codes(connection, after=deps.clock() - DAY, holder_id=holder_id)
    if asked >= MAX_HOLDER_CODES_PER_DAY:
        return new_id()
    return _request(deps, number, client=client, holder_id=holder_id, is_sent_unlisted=True)


def _request(deps: WalletDeps, number: str, *, client: str, holder_id: str | None, is_sent_unlisted: bool) -> str:
    now, is_listed = deps.clock(), deps.claims.is_phone_known(number)
    with deps.database.write() as connection:
        code_store.delete_old_codes(connection, before=now - DAY)
        has_texts = is_listed or code_store.has_unlisted_texts(
            connection, deps.unlisted_texts_per_day, client=client, after=now - DAY
        )
        is_sent = is_listed or (is_sent_unlisted and has_texts)
        row = CodeRow(
            id=new_id(),
            holder_id=holder_id,
            value=number,
            created=now,
            client=client,
            is_unlisted=is_sent and not is_listed,
            is_spent=not is_sent,
        )
        if not code_store.has_room(connection, row, _LIMITS):
            return row.id  # the form that comes back opens nothing, and looks as any other
        code_store.insert_code(connection, row)
        if is_sent:
            message = NewMessage(
                channel=MessageChannel.TEXT,
                recipient=number,
                template=PHONE_CODE_TEMPLATE,
                facts={"code": row.id},
                dedupe_key=f"{PHONE_CODE_TEMPLATE}/{row.id}",
            )
            enqueue(connection, message, now=now)
    if is_sent_unlisted and not has_texts:
        words = "texts to numbers of no class list: the day's %d, or one place's part of them, are used up"
        _log.warning(words, deps.unlisted_texts_per_day)
    return row.id


def use_phone_code(deps: WalletDeps, ticket: str, typed: str, *, open_holder_id: str) -> SignedIn:
    """Spend a code: open the wallet of its number, or add the number to the wallet that asked for it.

    Two wallets become one as with an e-mail address (`wallet.holders.use_sign_in`).

    Args:
        deps: Wiring.
        ticket: What asking returned.
        typed: The digits.
        open_holder_id: Whose wallet is open in this browser; empty when none is.

    Raises:
        LedgerError: `wallet.code_wrong`, also for one that is unknown, spent, over or was tried too often;
            `wallet.other_browser`.
    """
    now, code = deps.clock(), "".join(typed[:_MAX_TYPED_CHARS].split())
    with deps.database.write() as connection:
        row = code_store.find_code(connection, ticket, after=now - CODE_LIFE) if _TICKET.fullmatch(ticket) else None
        if row is not None and row.holder_id not in {None, open_holder_id}:
            raise LedgerError("wallet.other_browser")
        signed_in = None
        if row is not None and not row.is_spent and row.tries < MAX_CODE_TRIES:
            if is_same_secret(make_phone_code(deps.links, row.id), code) and code_store.spend_code(connection, row.id):
                signed_in = admit(connection, row.holder_id, PHONE, row.value, now=now)
            else:
                code_store.note_wrong_code(connection, row.id)
    # After the commit: a wrong try has to stay counted.
    if signed_in is None:
        raise LedgerError("wallet.code_wrong")
    return signed_in
