"""Holders: how a wallet is opened by an address that somebody shows to be theirs, and how it is deleted.

There is no password. Whoever asks for a link to an address gets the same answer whatever is known about it.
Spec: security.md T-53, T-59, T-60.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from schemas import LedgerError
from storage import MessageChannel, NewMessage, append_audit, enqueue, forget_recipient, pseudonym
from wallet import code_store, holder_store, holding_store, session_store
from wallet.admission_store import SignedIn, admit
from wallet.model import EMAIL, MAX_IDENTIFIERS
from wallet.records import take_back_signed_records
from wallet.session_store import SignInRow, begin_session
from wallet.supervisor_store import forget_supervisors
from wallet.tokens import hash_secret, make_sign_in_token, new_id

if TYPE_CHECKING:
    from keys import LinkSecret
    from wallet.deps import WalletDeps
    from wallet.model import Identifier

SIGN_IN_LIFE = timedelta(minutes=15)
MAX_OPEN_SIGN_INS = 3  # links to one address that were not used and still hold
MAX_ADDRESS_CHARS = 254  # RFC 5321 §4.5.3.1
SIGN_IN_TEMPLATE = "wallet-sign-in"
ADD_ADDRESS_TEMPLATE = "wallet-add-address"
# One @, a dot in the domain, and nothing that could end a line of a message.
_ADDRESS = re.compile(r"[^\s@<>\"(),:;\\\x00-\x20\x7f]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInLink:
    """What a link that still holds would do.

    Args:
        hint: The address, all but hidden.
        is_for_adding: It adds the address to a wallet that is open; else it opens the wallet of the address.
        has_other_wallet: The address has a wallet of its own already: the two become one.
    """

    hint: str
    is_for_adding: bool
    has_other_wallet: bool


def read_address(typed: str) -> str:
    """Return an e-mail address as it is compared: small letters, no blanks around it.

    Raises:
        LedgerError: `wallet.address_invalid`.
    """
    address = typed.strip().casefold()
    if len(address) > MAX_ADDRESS_CHARS or not _ADDRESS.fullmatch(address):
        raise LedgerError("wallet.address_invalid")
    return address


def hide_address(address: str) -> str:
    """Return an address as its owner knows it and nobody else can tell: first letter and domain."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"


def is_leaving_final(deps: WalletDeps, holder_id: str) -> bool:
    """Whether nobody could open a wallet again after signing out, and something would be lost with it."""
    with deps.database.read() as connection:
        is_empty = holding_store.count_holdings(connection, holder_id) == 0
        return not is_empty and not holder_store.has_way_in(connection, holder_id)


def request_sign_in(deps: WalletDeps, address: str) -> None:
    """Send a link that opens the wallet of an address; a wallet is made when the link is used."""
    _request(deps, address, holder_id=None, template=SIGN_IN_TEMPLATE)


def request_address(deps: WalletDeps, holder_id: str, address: str) -> None:
    """Send a link that adds an address to a wallet.

    Raises:
        LedgerError: `wallet.too_many_addresses`.
    """
    with deps.database.read() as connection:
        if len(holder_store.list_identifiers(connection, holder_id)) >= MAX_IDENTIFIERS:
            raise LedgerError("wallet.too_many_addresses")
    _request(deps, address, holder_id=holder_id, template=ADD_ADDRESS_TEMPLATE)


def compose_sign_in_path(links: LinkSecret, sign_in_id: str) -> str:
    """Return the path of the link that a message carries; its facts name the `signIn`."""
    return f"/wallet/link/{make_sign_in_token(links, sign_in_id)}"


def _request(deps: WalletDeps, address: str, *, holder_id: str | None, template: str) -> None:
    now = deps.clock()
    row = SignInRow(id=new_id(), holder_id=holder_id, kind=EMAIL, value=address, created=now)
    token = make_sign_in_token(deps.links, row.id)
    with deps.database.write() as connection:
        session_store.delete_old_sign_ins(connection, before=now - SIGN_IN_LIFE)
        if session_store.count_sign_ins(connection, EMAIL, address, after=now - SIGN_IN_LIFE) >= MAX_OPEN_SIGN_INS:
            return  # nobody fills the post box of somebody else
        session_store.insert_sign_in(connection, row, token_hash=hash_secret(token))
        message = NewMessage(
            channel=MessageChannel.EMAIL,
            recipient=address,
            template=template,
            facts={"signIn": row.id},
            dedupe_key=f"{template}/{row.id}",
        )
        enqueue(connection, message, now=now)


def find_sign_in(deps: WalletDeps, token: str) -> SignInLink | None:
    """Return what a link would do, changing nothing; None for one that is unknown, spent or over."""
    with deps.database.read() as connection:
        row = session_store.find_sign_in(connection, hash_secret(token), after=deps.clock() - SIGN_IN_LIFE)
        if row is None:
            return None
        owner = holder_store.find_owner(connection, row.kind, row.value)
    is_for_adding = row.holder_id is not None
    return SignInLink(
        hint=hide_address(row.value),
        is_for_adding=is_for_adding,
        has_other_wallet=is_for_adding and owner not in {None, row.holder_id},
    )


def use_sign_in(deps: WalletDeps, token: str, *, open_holder_id: str) -> SignedIn:
    """Spend a link: open the wallet of its address, or add the address to the wallet that asked for it.

    An address that has a wallet of its own already makes the two wallets one: whoever reads its mail could open
    the other one just as well. An address is added only where that wallet is open; else somebody could have a
    link sent to another person and would own their badges when that person presses it.

    Args:
        deps: Wiring.
        token: From the link.
        open_holder_id: Whose wallet is open in this browser; empty when none is.

    Raises:
        LedgerError: `wallet.link_unknown`, also for one that is spent or over; `wallet.other_browser`.
    """
    now = deps.clock()
    with deps.database.write() as connection:
        row = session_store.find_sign_in(connection, hash_secret(token), after=now - SIGN_IN_LIFE)
        if row is None:
            raise LedgerError("wallet.link_unknown")
        if row.holder_id not in {None, open_holder_id}:
            raise LedgerError("wallet.other_browser")
        session_store.delete_sign_in(connection, row.id)
        return admit(connection, row.holder_id, row.kind, row.value, now=now)


def open_new_wallet(deps: WalletDeps, holder_id: str) -> str:
    """Make a wallet with nothing in it and open it; return the content of the cookie."""
    now = deps.clock()
    with deps.database.write() as connection:
        holder_store.insert_holder(connection, holder_id, now=now)
        return begin_session(connection, holder_id, now=now)


def open_wallet(deps: WalletDeps, holder_id: str) -> str:
    """Open the wallet of somebody who has shown that it is theirs; return the content of the cookie."""
    with deps.database.write() as connection:
        return begin_session(connection, holder_id, now=deps.clock())


def list_identifiers(deps: WalletDeps, holder_id: str) -> tuple[Identifier, ...]:
    """Return the addresses of a holder."""
    with deps.database.read() as connection:
        return holder_store.list_identifiers(connection, holder_id)


def drop_identifier(deps: WalletDeps, holder_id: str, identifier_id: str) -> None:
    """Take an address out of a wallet; the last one stays, or nobody could get in again.

    Raises:
        LedgerError: `wallet.not_found` or `wallet.last_address`.
    """
    with deps.database.write() as connection:
        known = holder_store.list_identifiers(connection, holder_id)
        if identifier_id not in {identifier.id for identifier in known}:
            raise LedgerError("wallet.not_found")
        if len(known) == 1:
            raise LedgerError("wallet.last_address")
        holder_store.delete_identifier(connection, holder_id, identifier_id)


def delete_account(deps: WalletDeps, holder_id: str) -> None:
    """Delete a wallet: every row, every session, every link, and the address in what was sent to it.

    Signed records are taken back first: copies of them may be anywhere.
    What stays is one audit record with a name that nobody can turn back. The badges themselves belong to their
    issuers: their pages stay.
    """
    now = deps.clock()
    take_back_signed_records(deps, holder_id)
    with deps.database.write() as connection:
        addresses = [identifier.value for identifier in holder_store.list_identifiers(connection, holder_id)]
        forget_supervisors(connection, holder_id)
        code_store.forget_codes(connection, holder_id, addresses)
        holder_store.delete_holder(connection, holder_id)
        for address in addresses:
            forget_recipient(connection, address)
        record = {"event": "wallet.deleted", "subject": pseudonym(connection, holder_id)}
        append_audit(connection, dict(record), now=now)
