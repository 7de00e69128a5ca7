"""Takes badges into the ledger that programs had signed with version 0.1.0, which kept each as a file.

Their bytes stay as they are, so they get no place in a status list: they cannot be revoked.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from credentials import Cryptosuite, list_proofs
from issuer import program_store
from issuer.credential_store import PlannedRow, SecuredBytes
from issuer.frozen import encode_object
from issuer.issuer_store import find_issuer, list_keys
from issuer.model import PlannedCredential, ProofChoice
from issuer.program_facts import has_page, read_recipient, read_title, read_valid_until
from issuer.program_issuing import SLUG_BYTES, insert_whole, name_row
from issuer.program_release import verify_program_release
from issuer.tables import NO_COURSE
from schemas import LedgerError, read_datetime, read_json_object

if TYPE_CHECKING:
    from datetime import datetime

    from issuer.ledger import Ledger
    from schemas import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedFile:
    """A credential as it was kept, with what its audit record says.

    Args:
        original: The signed bytes.
        issuer_slug: In whose name.
        program: Id of the API key.
        suite: Name of the cryptosuite.
        signed_at: When it was recorded, aware UTC.
    """

    original: bytes
    issuer_slug: str
    program: str
    suite: str
    signed_at: datetime


def adopt_signed_file(ledger: Ledger, file: SignedFile) -> bool:
    """Record a credential with the bytes that it has; False when the ledger has one of this id.

    Raises:
        LedgerError: `job.own_output_invalid` when it does not verify with a key of its issuer, or a fault of the store.
        DecodingError: It cannot be read.
    """
    document = read_json_object(file.original)
    credential_id, (proof,) = str(document.get("id")), list_proofs(document)
    with ledger.database.read() as connection:
        if program_store.is_id_taken(connection, credential_id):
            return False
        keys = {key.method.id: key.method.public_key for key in list_keys(connection, file.issuer_slug)}
        is_known = find_issuer(connection, file.issuer_slug) is not None
    key_id = str(proof.get("verificationMethod"))
    if not is_known or key_id not in keys:
        raise LedgerError("job.own_output_invalid", "the key is not one of this issuer")
    planned = _plan(file, document, credential_id=credential_id, key_id=key_id, created=str(proof.get("created")))
    badge = program_store.ProgramBadge(
        slug=planned.plan.slug,
        program=file.program,
        suite=file.suite,
        pointers=None,
        title=read_title(document),
        has_page=has_page(document, Cryptosuite(file.suite)),
        body_sha256=hashlib.sha256(file.original).digest(),
    )
    verify_program_release(file.original, planned, badge, keys[key_id])
    secured = SecuredBytes(slug=planned.plan.slug, json_bytes=file.original, jwt=b"")
    with ledger.transaction() as connection:
        if program_store.is_id_taken(connection, credential_id):
            return False
        insert_whole(ledger, connection, planned, badge, secured, issued_at=file.signed_at)
    return True


def list_signed_sha256(ledger: Ledger) -> frozenset[str]:
    """Return the SHA-256, in hex, of every badge that a program had signed and that the ledger has."""
    with ledger.database.read() as connection:
        return program_store.list_signed_sha256(connection)


def _plan(file: SignedFile, document: JsonObject, *, credential_id: str, key_id: str, created: str) -> PlannedRow:
    name, email = read_recipient(document)
    plan = PlannedCredential(
        id=credential_id,
        slug=secrets.token_urlsafe(SLUG_BYTES),
        subject_id="",
        salt="",
        key_id=key_id,
        valid_from=file.signed_at,
        valid_until=read_valid_until(document),
        awarded_on=None,
        created=read_datetime(created),
        status_entries=(),
        proof=ProofChoice.DATA_INTEGRITY,
    )
    return PlannedRow(
        plan=plan,
        issuer_slug=file.issuer_slug,
        achievement_slug="",
        achievement_revision=NO_COURSE,
        job_id=program_store.standing_job_id(file.issuer_slug),
        row_key=name_row(credential_id),
        fingerprint=hashlib.sha256(file.original).hexdigest(),
        recipient_name=name,
        recipient_email=email,
        unsecured=encode_object({name: value for name, value in document.items() if name != "proof"}),
    )
