"""Skills records: what a worker takes along on paper or as a file, behind a link that they can take back.

The printed page is made anew whenever it is asked for, from what the last check of each badge proved. A signed file is
made once, when the holder asks for it, and kept here alone.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from credentials import (
    MAX_PRESENTED_CREDENTIALS,
    compose_presentation,
    embed_credential,
    embed_in_record,
    list_embedded_ids,
)
from pages import is_printable
from schemas import CannotCheckError, InvalidCredentialError, LedgerError, encode_json
from verifier import read_presented
from wallet import holder_store, holding_store, record_store, share_store
from wallet.catching_up import catch_up, check_again
from wallet.deps import RecordWish
from wallet.holdings import load_newest
from wallet.model import EMAIL, Origin
from wallet.record_store import Record
from wallet.shares import SHARE_DAYS, make_share, withdraw_share
from wallet.states import HoldingState, find_state

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from schemas import JsonObject
    from wallet.deps import WalletDeps
    from wallet.model import Holding, Share

MAX_RECORD_NAME_CHARS = 60
MAX_RECORD_NOTES = 20  # self-recorded trainings on one page
_SALT_BYTES = 8
_SIGNED_STATES = frozenset({HoldingState.IN_FORCE, HoldingState.ENDS_SOON, HoldingState.EXPIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordView:
    """A record with everything that is printed on it.

    Args:
        record: What the holder chose.
        share: The link of its code.
        badges: In the order that the holder gave them.
        notes: Self-recorded training.
        is_open: Whether the link still shows them.
    """

    record: Record
    share: Share
    badges: tuple[Holding, ...]
    notes: tuple[Holding, ...]
    is_open: bool


def make_record(
    deps: WalletDeps,
    holder_id: str,
    *,
    person_name: str,
    share_name: str,
    days: int | None,
    holding_ids: Sequence[str],
) -> str:
    """Make a record with a link of its own, check every badge in it, and return the id of the share.

    Args:
        deps: Wiring.
        holder_id: Whose badges.
        person_name: As the holder wants it printed.
        share_name: How the holder finds the link again.
        days: How long the link holds, one of `SHARE_DAYS`: a page on paper does not end by itself.
        holding_ids: Badges and notes in their order; what is not of this holder is left out.

    Raises:
        LedgerError: `wallet.record_name_missing`, `wallet.record_name_not_printable`, `wallet.record_days`, and as
            `make_share`.
    """
    name = read_person_name(person_name)
    if days not in SHARE_DAYS:
        raise LedgerError("wallet.record_days")
    catch_up(deps, holder_id)  # before anything is kept together: two badges may become one
    share = make_share(deps, holder_id, name=share_name, days=days, holding_ids=holding_ids)
    with deps.database.write() as connection:
        own = holding_store.keep_own(connection, holder_id, holding_ids)
        notes = {
            holding.id
            for holding in holding_store.list_holdings(connection, holder_id)
            if holding.origin is Origin.SELF_RECORDED
        }
        record_store.insert_record(
            connection,
            Record(
                share_id=share.id,
                person_name=name,
                notes=tuple(note for note in own if note in notes)[:MAX_RECORD_NOTES],
                record_id=uuid.uuid4().urn,
                subject_id=uuid.uuid4().urn,
                signed_at=None,
            ),
        )
        badges = holding_store.list_shared(connection, share.id)
    for badge in badges:  # paper says when each was checked last: that is now
        check_again(deps, holder_id, badge.id)
    return share.id


def read_person_name(typed: str) -> str:
    """Return a name as it is printed.

    Raises:
        LedgerError: `wallet.record_name_missing` or `wallet.record_name_not_printable`.
    """
    name = " ".join(typed.split())[:MAX_RECORD_NAME_CHARS]
    if not name:
        raise LedgerError("wallet.record_name_missing")
    if not is_printable(name):
        raise LedgerError("wallet.record_name_not_printable")
    return name


def list_records(deps: WalletDeps, holder_id: str) -> tuple[RecordView, ...]:
    """Return the records of a holder, newest first, without what is printed on them."""
    with deps.database.read() as connection:
        records = {record.share_id: record for record in record_store.list_records(connection, holder_id)}
        shares = share_store.list_shares(connection, holder_id)
    now = deps.clock()
    return tuple(
        RecordView(record=records[share.id], share=share, badges=(), notes=(), is_open=share.is_open(now))
        for share in shares
        if share.id in records
    )


def get_record(deps: WalletDeps, holder_id: str, share_id: str) -> RecordView:
    """Return one record of a holder.

    Raises:
        LedgerError: `wallet.not_found`, also for a share that is no record.
    """
    with deps.database.read() as connection:
        record = record_store.find_record(connection, holder_id, share_id)
        share = share_store.find_share(connection, holder_id, share_id)
        if record is None or share is None:
            raise LedgerError("wallet.not_found")
        badges = holding_store.list_shared(connection, share_id)
        notes = [holding_store.find_holding(connection, holder_id, note) for note in record.notes]
    return RecordView(
        record=record,
        share=share,
        badges=badges,
        notes=tuple(note for note in notes if note is not None),
        is_open=share.is_open(deps.clock()),
    )


def load_signed_record(deps: WalletDeps, holder_id: str, share_id: str) -> bytes:
    """Return the signed file of a record.

    Raises:
        LedgerError: `wallet.not_found`, also when it was not signed.
    """
    with deps.database.read() as connection:
        signed = record_store.load_signed(connection, holder_id, share_id)
    if not signed:
        raise LedgerError("wallet.not_found")
    return signed


def list_left_out(deps: WalletDeps, holder_id: str, view: RecordView) -> tuple[Holding, ...]:
    """Return the badges that the signed file of a record does not hold; before it is signed, those that do not hold.

    Which form cannot stand in a record is seen when it is signed: no page opens thirty certificates to find out.
    """
    if view.record.signed_at is None:
        now = deps.clock()
        return tuple(held for held in view.badges if find_state(held, now) not in _SIGNED_STATES)
    inside = list_embedded_ids(load_signed_record(deps, holder_id, view.share.id))
    return tuple(held for held in view.badges if held.card.credential_id not in inside)


def sign_record(deps: WalletDeps, holder_id: str, share_id: str) -> None:
    """Have a record signed, once; what does not hold now, or cannot stand in a record, is left out.

    Raises:
        LedgerError: `wallet.not_found`, `wallet.share_unknown` when its link is over or withdrawn,
            `wallet.record_empty` when nothing in it can be signed.
        BadgeError: As `RecordDesk.sign`.
    """
    view = get_record(deps, holder_id, share_id)
    if not view.is_open:
        raise LedgerError("wallet.share_unknown")
    if view.record.signed_at is not None:
        return
    badges = tuple(badge for _, badge in _list_signable(deps, holder_id, view))
    if not badges:
        raise LedgerError("wallet.record_empty")
    with deps.database.read() as connection:
        known = holder_store.list_identifiers(connection, holder_id)
    now = deps.clock()
    signed = deps.records.sign(
        RecordWish(
            record_id=view.record.record_id,
            subject_id=view.record.subject_id,
            emails=tuple(identifier.value for identifier in known if identifier.kind == EMAIL),
            salt=secrets.token_hex(_SALT_BYTES),
            made_at=view.share.created,
            valid_until=view.share.expires,
            badges=badges,
        )
    )
    with deps.database.write() as connection:
        is_kept = record_store.keep_signed(connection, share_id, signed, now=now)
        is_signed = bool(record_store.load_signed(connection, holder_id, share_id))
    if not is_kept and not is_signed:  # withdrawn while it was signed: nobody has the bytes, and none shall hold
        deps.records.take_back(view.record.record_id)
        raise LedgerError("wallet.share_unknown")


def withdraw_record(deps: WalletDeps, holder_id: str, share_id: str) -> None:
    """Take a link back at once, and with it the signed file when it is a record; again is no error.

    Raises:
        LedgerError: `wallet.not_found`, or a fault of the store.
    """
    with deps.database.read() as connection:
        record = record_store.find_record(connection, holder_id, share_id)
    if record is not None:
        # Before the link goes: whoever is stopped between the two still has the button.
        deps.records.take_back(record.record_id)
    withdraw_share(deps, holder_id, share_id)
    if record is not None:  # it may have been signed a moment ago
        deps.records.take_back(record.record_id)


def take_back_signed_records(deps: WalletDeps, holder_id: str) -> None:
    """Take back every signed file of a holder.

    Raises:
        LedgerError: A fault of the store.
    """
    with deps.database.read() as connection:
        records = record_store.list_records(connection, holder_id)
    for record in records:
        deps.records.take_back(record.record_id)


def compose_bundle(deps: WalletDeps, holder_id: str, share_id: str) -> bytes:
    """Return the badges of a share as one presentation that nobody signed, for another wallet or a program.

    It proves nothing about who shows it; each badge in it is proven by its own signature. Spec: VCDM 2.0 §4.13.

    Raises:
        LedgerError: `wallet.not_found`; `wallet.record_empty` when nothing can stand in it; `wallet.bundle_too_many`.
    """
    found = [_embed(badge, embed_credential) for _, badge in _list_credentials(deps, holder_id, share_id)]
    badges = [badge for badge in found if badge is not None]
    if not badges:
        raise LedgerError("wallet.record_empty")
    if len(badges) > MAX_PRESENTED_CREDENTIALS:
        raise LedgerError("wallet.bundle_too_many")
    return encode_json(compose_presentation(badges, holder=None).document)


def _list_signable(deps: WalletDeps, holder_id: str, view: RecordView) -> list[tuple[Holding, bytes]]:
    now = deps.clock()
    return [
        (held, badge)
        for held, badge in _list_credentials(deps, holder_id, view.share.id)
        if find_state(held, now) in _SIGNED_STATES and _embed(badge, embed_in_record) is not None
    ]


def _embed(badge: bytes, embed: Callable[[bytes], JsonObject]) -> JsonObject | None:
    try:
        return embed(badge)
    except (InvalidCredentialError, CannotCheckError):
        return None


def _list_credentials(deps: WalletDeps, holder_id: str, share_id: str) -> list[tuple[Holding, bytes]]:
    """Return each badge of a share with its signed bytes, taken out of the picture or certificate that it came in."""
    with deps.database.read() as connection:
        if share_store.find_share(connection, holder_id, share_id) is None:
            raise LedgerError("wallet.not_found")
        holdings = holding_store.list_shared(connection, share_id)
        originals = [holding_store.load_shared_original(connection, share_id, held.id) or b"" for held in holdings]
    found = []
    for held, original in zip(holdings, originals, strict=True):
        try:
            badge = read_presented(load_newest(deps, held, original)).credential
        except (InvalidCredentialError, CannotCheckError):
            continue  # a form that is read no more; the page says that it is left out
        if badge:
            found.append((held, badge))
    return found
