"""A badge that a program composed: signed, then recorded with its place and its audit record in one transaction.

Nothing is fixed before the bytes are there, and nobody gets them before they are recorded. Killed at any moment, the
ledger has the whole badge or nothing of it. A request with a name (`Idempotency-Key`) gives the same bytes when it
is sent again.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from credentials import Cryptosuite, compose_status_entry
from issuer import program_store
from issuer.credential_store import PlannedRow, insert_issued, insert_planned
from issuer.frozen import encode_object
from issuer.issuer_store import current_key, get_issuer
from issuer.model import PlannedCredential, ProofChoice, StatusSlot
from issuer.program_facts import has_page, is_badge, read_recipient, read_title, read_valid_until
from issuer.program_release import secure_program_badge, verify_program_release
from issuer.release import SigningMethod, check_composed
from issuer.slot_store import find_open_pool, insert_slot, list_numbers, open_pool, pick_free_slots
from issuer.status import list_url
from issuer.tables import NO_COURSE
from schemas import MAX_CREDENTIAL_BYTES, DataModelError, DecodingError, IssuanceError, LedgerError
from storage import check_clock, pseudonym

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from issuer.credential_store import SecuredBytes
    from issuer.ledger import Ledger
    from issuer.model import IssuedCredential
    from issuer.program_store import ProgramBadge
    from schemas import JsonObject, JsonValue

SLUG_BYTES = 16  # 128 random bits: nobody finds a badge page by guessing
_ATTEMPTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramOrder:
    """What a program wants to have signed.

    Args:
        issuer_slug: In whose name.
        program: Id of the API key.
        credential: Without `proof` and `credentialStatus`; the caller has checked that it may be signed as it stands.
        credential_id: Its `id`, or the name that its status is changed under when it has none.
        suite: How to sign.
        pointers: Mandatory pointers of `ecdsa-sd-2023`; None when the suite chooses.
        request_name: The program's own name for this request (`Idempotency-Key`); empty when it gave none.
    """

    issuer_slug: str
    program: str
    credential: JsonObject
    credential_id: str
    suite: Cryptosuite
    pointers: tuple[str, ...] | None = None
    request_name: str = ""

    @property
    def body_sha256(self) -> bytes:
        """SHA-256 of everything that decides what is signed."""
        body = [
            self.issuer_slug,
            self.credential_id,
            self.suite.value,
            None if self.pointers is None else [*self.pointers],
            self.credential,
        ]
        return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).digest()

    @property
    def request_sha256(self) -> bytes | None:
        """SHA-256 of the request's name: a program may have written anything into it."""
        return hashlib.sha256(self.request_name.encode()).digest() if self.request_name else None


def issue_for_program(ledger: Ledger, order: ProgramOrder) -> IssuedCredential:
    """Sign and record a badge with a place in the status lists; of any number of equal requests one does.

    A request with a name is answered again with the same badge.

    Raises:
        IssuanceError: `vc_api.duplicate_id`: the id is in use; `vc_api.request_reused`: the program gave this name
            to another request before.
        LedgerError: `ledger.issuer_unknown`, `clock.backwards`, `audit.truncated`, `audit.chain_broken`,
            `job.own_output_invalid`, or a fault of the store.
        KeystoreError: The key cannot be used, or does not go with the suite.
        InvalidCredentialError: The document with its status cannot be signed, or is too large (`decoding.too_large`).
    """
    ledger.check_ready_to_issue()
    for attempt in range(_ATTEMPTS):
        with ledger.database.read() as connection:
            slug = _find_known(connection, order)
        try:
            slug = slug or _issue_once(ledger, order)
        except sa.exc.IntegrityError:
            # Somebody else got the place, the id or the name of the request since we looked: look again.
            if attempt + 1 == _ATTEMPTS:
                raise
        issued = ledger.find_published(slug) if slug else None
        if issued is not None:
            return issued
    raise LedgerError("store.busy")


def _find_known(connection: Connection, order: ProgramOrder) -> str | None:
    """Return the slug of the badge that this request made before; None when it is new.

    Raises:
        IssuanceError: `vc_api.duplicate_id` or `vc_api.request_reused`.
    """
    if order.request_sha256 is not None:
        named = program_store.find_by_request(connection, order.program, order.request_sha256)
        if named is not None and named.body_sha256 != order.body_sha256:
            raise IssuanceError("vc_api.request_reused")
        if named is not None:
            return named.slug
    if program_store.is_id_taken(connection, order.credential_id):
        raise IssuanceError("vc_api.duplicate_id", pointer="/credential/id")
    return None


def _issue_once(ledger: Ledger, order: ProgramOrder) -> str | None:
    """Sign outside any lock, then record everything at once; None when the key was retired meanwhile."""
    pool, lists, index = _pick_slot(ledger, order.issuer_slug)
    with ledger.database.read() as connection:
        key = current_key(connection, order.issuer_slug)
    slots = tuple(
        StatusSlot(purpose=purpose, list_url=list_url(ledger.base_url, lists[purpose]), index=index)
        for purpose in ledger.status_purposes
    )
    document: JsonObject = {**order.credential, "credentialStatus": _compose_status(slots)}
    _check(document)
    planned = _plan(ledger, order, document, slots, key_id=key.method.id)
    badge = program_store.ProgramBadge(
        slug=planned.plan.slug,
        program=order.program,
        suite=order.suite.value,
        pointers=order.pointers,
        title=read_title(document),
        has_page=has_page(document, order.suite),
        body_sha256=order.body_sha256,
        request_sha256=order.request_sha256,
    )
    method = SigningMethod(signer=ledger.keystore.load(key.keystore_name), method_id=key.method.id)
    secured = secure_program_badge(planned, badge, method)
    if len(secured.json_bytes) > MAX_CREDENTIAL_BYTES:
        raise DecodingError("decoding.too_large")  # no verifier of ours would read it
    verify_program_release(secured.json_bytes, planned, badge, key.method.public_key)
    with ledger.transaction() as connection:
        check_clock(connection, now=ledger.clock())
        if current_key(connection, order.issuer_slug).method.id != key.method.id:
            return None
        insert_whole(ledger, connection, planned, badge, secured, issued_at=ledger.clock())
        insert_slot(connection, pool, index, planned.plan.slug)
    return planned.plan.slug


def insert_whole(
    ledger: Ledger,
    connection: Connection,
    planned: PlannedRow,
    badge: ProgramBadge,
    secured: SecuredBytes,
    *,
    issued_at: datetime,
) -> None:
    """Record a badge and what was asked for, and append the audit record, in the caller's transaction.

    The id of the credential may tell of a person: only a pseudonym of it enters the audit.

    Raises:
        sqlalchemy.exc.IntegrityError: The id, or the name of the request, is in use.
    """
    program_store.ensure_standing_job(connection, planned.issuer_slug, now=issued_at)
    insert_planned(connection, planned)
    program_store.insert_program_badge(connection, badge)
    insert_issued(connection, secured, now=issued_at)
    ledger.record(
        connection,
        "credential.issued",
        f"{ledger.base_url}/b/{planned.plan.slug}",
        sha256=hashlib.sha256(secured.json_bytes).hexdigest(),
        jwtSha256=hashlib.sha256(secured.jwt).hexdigest(),
        key=planned.plan.key_id,
        job=planned.job_id,
        program=badge.program,
        suite=badge.suite,
        credential=pseudonym(connection, planned.plan.id),
        recipient=pseudonym(connection, planned.recipient_email or planned.recipient_name),
    )


def _pick_slot(ledger: Ledger, issuer_slug: str) -> tuple[int, dict[str, int], int]:
    with ledger.database.read() as connection:
        get_issuer(connection, issuer_slug)
        pool = find_open_pool(connection, issuer_slug, needed=1)
    if pool is None:
        with ledger.database.write() as connection:
            pool = find_open_pool(connection, issuer_slug, needed=1)
            if pool is None:
                pool = open_pool(connection, issuer_slug, witnessed=ledger.witness.highest_pool, now=ledger.clock())
    with ledger.database.read() as connection:
        return pool, list_numbers(connection, pool), pick_free_slots(connection, pool, 1)[0]


def _compose_status(slots: tuple[StatusSlot, ...]) -> JsonValue:
    """One entry is an object, several are an array (docs/adr/0009)."""
    entries: list[JsonValue] = [
        compose_status_entry(purpose=slot.purpose, list_url=slot.list_url, index=slot.index) for slot in slots
    ]
    return entries[0] if len(entries) == 1 else entries


def _check(document: JsonObject) -> None:
    """Refuse what could not be signed with its status, before it takes an id and a place.

    Raises:
        DataModelError: `schema.violation`, or a value that would not come under the signature.
    """
    if is_badge(document):
        for violation in check_composed(document):
            raise DataModelError("schema.violation", violation.sentence, pointer=f"/credential{violation.pointer}")


def _plan(
    ledger: Ledger, order: ProgramOrder, document: JsonObject, slots: tuple[StatusSlot, ...], *, key_id: str
) -> PlannedRow:
    now = ledger.clock().replace(microsecond=0)
    name, email = read_recipient(document)
    plan = PlannedCredential(
        id=order.credential_id,
        slug=secrets.token_urlsafe(SLUG_BYTES),
        subject_id="",
        salt="",
        key_id=key_id,
        valid_from=now,
        valid_until=read_valid_until(document),
        awarded_on=None,
        created=now,
        status_entries=slots,
        proof=ProofChoice.DATA_INTEGRITY,
    )
    return PlannedRow(
        plan=plan,
        issuer_slug=order.issuer_slug,
        achievement_slug="",
        achievement_revision=NO_COURSE,
        job_id=program_store.standing_job_id(order.issuer_slug),
        row_key=name_row(order.credential_id),
        fingerprint=order.body_sha256.hex(),
        recipient_name=name,
        recipient_email=email,
        unsecured=encode_object(document),
    )


def name_row(credential_id: str) -> str:
    """Return what stands for the row of a class list."""
    return f"program:{hashlib.sha256(credential_id.encode()).hexdigest()}"
