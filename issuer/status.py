"""Revoke, suspend, reinstate; and the signed status lists that say so.

A list is derived from the status changes, never edited. A new document is signed when a change is
not in the newest one yet, or when that one is half way to its end; until then the same bytes are served.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from credentials import (
    BitstringStatusList,
    add_data_integrity_proof,
    compose_status_list_credential,
    encode_status_list,
    sign_vc_jwt,
)
from issuer.cells import is_control
from issuer.credential_store import find_issued, load_planned
from issuer.issuer_store import current_key, get_issuer
from issuer.publishing import PublishedDocument
from issuer.slot_store import REVOCATION, SLOTS_PER_POOL, find_list
from issuer.status_store import (
    StatusDocument,
    insert_change,
    insert_document,
    newest_change,
    newest_document,
    read_set_indexes,
    read_states,
)
from keys import KeyType
from schemas import LedgerError
from storage import CLOCK_TOLERANCE

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from issuer.ledger import Ledger
    from issuer.slot_store import StatusListInfo

_log = logging.getLogger(__name__)
MAX_REASON_CHARS = 300
LIST_LIFE = timedelta(hours=24)
RENEW_BEFORE_END = LIST_LIFE / 2
LIST_TTL_SECONDS = 300  # how long a verifier may keep a copy; also the longest a revocation stays unseen there
_LIST_TTL_MILLISECONDS = LIST_TTL_SECONDS * 1_000
_PUBLISH_ATTEMPTS = 5


def change_status(ledger: Ledger, credential_id: str, purpose: str, *, value: bool, reason: str, by_role: str) -> None:
    """Append one status change; see `Ledger.revoke`."""
    _check_reason(reason.strip())
    with ledger.transaction() as connection:
        issued = find_issued(connection, credential_id=credential_id)
        if issued is None:
            raise LedgerError("ledger.credential_unknown")
        _check_change(connection, issued.slug, purpose, value=value)
        insert_change(
            connection,
            issued.slug,
            purpose,
            value=value,
            reason=reason.strip(),
            by_role=by_role,
            now=ledger.clock(),
        )
        subject = f"{ledger.base_url}/b/{issued.slug}"  # an id that a program chose may tell of a person
        ledger.record(connection, "status.changed", subject, purpose=purpose, value=value, by=by_role)
    ledger.witness.append(ledger.database, now=ledger.clock())


def _check_reason(reason: str) -> None:
    if not reason:
        raise LedgerError("ledger.reason_missing")
    if len(reason) > MAX_REASON_CHARS:
        raise LedgerError("ledger.reason_too_long")
    if any(is_control(char) for char in reason):
        raise LedgerError("ledger.reason_hidden_sign")


def _check_change(connection: Connection, slug: str, purpose: str, *, value: bool) -> None:
    states = read_states(connection, [slug])
    if (slug, REVOCATION) in states:
        raise LedgerError("ledger.already_revoked")
    (planned,) = load_planned(connection, [slug])
    if purpose not in {slot.purpose for slot in planned.plan.status_entries}:
        raise LedgerError("ledger.revocation_not_offered" if purpose == REVOCATION else "ledger.suspension_not_offered")
    if purpose == REVOCATION:
        return
    is_set = (slug, purpose) in states
    if is_set and value:
        raise LedgerError("ledger.already_suspended")
    if not is_set and not value:
        raise LedgerError("ledger.not_suspended")


def publish_status_list(ledger: Ledger, number: int) -> PublishedDocument | None:
    """Return the signed list with every change so far in it; see `Ledger.status_list`."""
    for attempt in range(_PUBLISH_ATTEMPTS):
        with ledger.database.read() as connection:
            info = find_list(connection, number)
            if info is None:
                return None
            newest = newest_document(connection, number)
            changes = newest_change(connection, info.pool, info.purpose)
            if newest is not None and _is_fresh(ledger, newest, changes):
                return _published(newest)
            fresh = _sign_list(ledger, connection, info, newest=newest, changes=changes)
        try:
            with ledger.database.write() as connection:
                # A list of a restored ledger may lack revocations: nobody signs it before that is accepted.
                ledger.witness.check_not_shortened(connection)
                insert_document(connection, fresh)
            return _published(fresh)
        except LedgerError as error:
            # A full disk must not hide a list that still says all there is to say.
            if newest is None or newest.changes != changes or ledger.clock() >= newest.valid_until:
                raise
            _log.warning("status list %d not renewed: %s", number, error.code)
            return _published(newest)
        except sa.exc.IntegrityError:
            # Another process published this sequence number first: take its document.
            if attempt + 1 == _PUBLISH_ATTEMPTS:
                raise
    raise AssertionError("the last attempt returns or raises")


def _is_fresh(ledger: Ledger, newest: StatusDocument, changes: int) -> bool:
    now = ledger.clock()
    # A document from the future was signed while the clock was wrong: nobody else can use it.
    return (
        newest.changes == changes
        and newest.valid_from <= now + CLOCK_TOLERANCE
        and now < newest.valid_until - RENEW_BEFORE_END
    )


def _choose_valid_from(now: datetime, newest: StatusDocument | None) -> datetime:
    """Never before the document it follows, unless that one was signed while the clock was wrong."""
    if newest is not None and now < newest.valid_from <= now + CLOCK_TOLERANCE:
        return newest.valid_from
    return now.replace(microsecond=0)


def _sign_list(
    ledger: Ledger, connection: Connection, info: StatusListInfo, *, newest: StatusDocument | None, changes: int
) -> StatusDocument:
    valid_from = _choose_valid_from(ledger.clock(), newest)
    bits = BitstringStatusList.with_set_indexes(
        read_set_indexes(connection, info.pool, info.purpose, up_to=changes), length_bits=SLOTS_PER_POOL
    )
    unsecured = compose_status_list_credential(
        url=list_url(ledger.base_url, info.number),
        issuer_id=get_issuer(connection, info.issuer_slug).id,
        purpose=info.purpose,
        encoded=encode_status_list(bits),
        valid_from=valid_from,
        valid_until=valid_from + LIST_LIFE,
        ttl_milliseconds=_LIST_TTL_MILLISECONDS,
    )
    key = current_key(connection, info.issuer_slug)
    signer = ledger.keystore.load(key.keystore_name)
    if key.method.public_key.key_type is KeyType.ED25519:
        document = add_data_integrity_proof(
            unsecured, signer=signer, verification_method=key.method.id, created=valid_from
        ).original
    else:
        document = sign_vc_jwt(unsecured.document, signer=signer, verification_method=key.method.id).encode("ascii")
    return StatusDocument(
        number=info.number,
        sequence=newest.sequence + 1 if newest is not None else 1,
        document=document,
        changes=changes,
        valid_from=valid_from,
        valid_until=valid_from + LIST_LIFE,
    )


def list_url(base_url: str, number: int) -> str:
    """Return the public address of a status list."""
    return f"{base_url}/status/{number}"


def _published(document: StatusDocument) -> PublishedDocument:
    is_jwt = not document.document.startswith(b"{")
    return PublishedDocument(
        body=document.document,
        media_type="application/vc+jwt" if is_jwt else "application/vc",
        max_age_seconds=LIST_TTL_SECONDS,
    )
