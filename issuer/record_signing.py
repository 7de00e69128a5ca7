"""Signs skills records: badges that a worker put together, in the name of the organisation that runs this site.

The signature vouches for the collection, and for nothing that is said in it. A record belongs to the worker and goes
when they delete it, so the ledger, which forgets nothing, keeps no record: it keeps a note without any person in it,
signed and recorded like every credential of a program. The note has the record's id and its place in the status
lists, so that a record can be taken back as a badge can (docs/adr/0023).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from credentials import (
    LearnerRecord,
    add_data_integrity_proof,
    compose_identity,
    compose_learner_record,
    embed_in_record,
    list_proofs,
    verify_data_integrity_proof,
)
from issuer.compose import compose_profile
from issuer.issuer_store import current_key, list_issuers
from issuer.people import HOME, organisation_issuer_slugs
from issuer.program_issuing import ProgramOrder, issue_for_program
from issuer.release import EMBEDDED_SUITES
from issuer.tables import RECORDS_PROGRAM
from schemas import (
    MAX_CREDENTIAL_BYTES,
    VC_V2_CONTEXT,
    VERIFIABLE_CREDENTIAL,
    BadgeError,
    IssuanceError,
    LedgerError,
    SchemaName,
    format_datetime,
    read_json_object,
    validate,
)

if TYPE_CHECKING:
    from datetime import datetime

    from credentials import SecuredDocument, UnsecuredDocument
    from issuer.ledger import Ledger
    from issuer.model import IssuedCredential, IssuerProfile
    from keys import PublicKey
    from schemas import JsonObject

TAKEN_BACK_REASON = "Taken back by its holder."
_ROLE = "wallet"
_NAME = "Skills record"
_ROOM_BYTES = 8 * 1024  # for what stands in a record beside its badges


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOrder:
    """What a worker wants to have signed.

    Args:
        id: `urn:uuid:…`, random; the same order under the same id is one record.
        subject_id: `urn:uuid:…`, random; names the worker within this record only.
        emails: Addresses that the worker proved to be theirs; they are written as salted hashes.
        salt: Random.
        made_at: When the worker put the record together, aware.
        valid_until: When it ends; None for no end.
        badges: The signed badges as they came, JSON or tokens.
    """

    id: str
    subject_id: str
    emails: tuple[str, ...]
    salt: str
    made_at: datetime
    valid_until: datetime | None
    badges: tuple[bytes, ...]


def find_record_issuer(ledger: Ledger) -> IssuerProfile | None:
    """Return who signs records: the oldest issuer of the home organisation whose key signs JSON; None without one."""
    with ledger.database.read() as connection:
        home = organisation_issuer_slugs(connection, HOME)
        for profile in list_issuers(connection):
            if profile.slug not in home:
                continue
            if current_key(connection, profile.slug).method.public_key.key_type in EMBEDDED_SUITES:
                return profile
    return None


def sign_learner_record(ledger: Ledger, order: RecordOrder) -> bytes:
    """Sign a record, note it in the ledger, and return its bytes, which are kept nowhere here.

    Raises:
        LedgerError: `record.no_signer`, `clock.backwards`, `audit.…`, `job.own_output_invalid`; a fault of the store.
        IssuanceError: `record.too_large`, or `vc_api.request_reused` when this id was used for other dates.
        InvalidCredentialError: A badge cannot be read, or part of it would not come under the signature.
        CannotCheckError: A badge is in a form that cannot stand in a record (`record.form_unsupported`).
        KeystoreError: The key cannot be used.
    """
    profile = find_record_issuer(ledger)
    if profile is None:
        raise LedgerError("record.no_signer")
    if sum(map(len, order.badges)) > MAX_CREDENTIAL_BYTES - _ROOM_BYTES:
        raise IssuanceError("record.too_large")
    badges = [embed_in_record(badge) for badge in order.badges]
    signer, method = ledger.current_signer(profile.slug)
    suite = EMBEDDED_SUITES[method.public_key.key_type]
    note = issue_for_program(
        ledger,
        ProgramOrder(
            issuer_slug=profile.slug,
            program=RECORDS_PROGRAM,
            credential=_compose_note(order, profile),
            credential_id=order.id,
            suite=suite,
            request_name=order.id,
        ),
    )
    unsecured = compose_learner_record(
        _describe(order, profile),
        issuer=compose_profile(profile),
        badges=badges,
        status=read_json_object(note.json_bytes)["credentialStatus"],
    )
    _check(unsecured)
    secured = add_data_integrity_proof(
        unsecured,
        signer=signer,
        verification_method=method.id,
        created=ledger.clock().replace(microsecond=0),
        suite=suite,
    )
    if len(secured.original) > MAX_CREDENTIAL_BYTES:
        raise IssuanceError("record.too_large")
    _verify_own(secured, method.public_key)
    _record(ledger, note, secured, method_id=method.id)
    return secured.original


def take_back_record(ledger: Ledger, record_id: str) -> None:
    """Take a signed record back for good; one that was taken back before, or never signed, stays as it is.

    Raises:
        LedgerError: A fault of the store.
    """
    note = ledger.find_by_id(record_id)
    if note is not None and not note.revoked:
        ledger.revoke(record_id, TAKEN_BACK_REASON, _ROLE)


def _compose_note(order: RecordOrder, profile: IssuerProfile) -> JsonObject:
    """Compose what the ledger keeps: an id, a place and dates; nothing of the worker and nothing of the badges."""
    note: JsonObject = {
        "@context": [VC_V2_CONTEXT],
        "id": order.id,
        "type": [VERIFIABLE_CREDENTIAL],
        "name": _NAME,
        "issuer": profile.id,
        "validFrom": format_datetime(order.made_at),
        "credentialSubject": {"name": _NAME},
    }
    if order.valid_until is not None:
        note["validUntil"] = format_datetime(order.valid_until)
    return note


def _describe(order: RecordOrder, profile: IssuerProfile) -> LearnerRecord:
    return LearnerRecord(
        id=order.id,
        name=_NAME,
        description=(
            f"Badges that their holder chose. {profile.name} signs that they were together in one wallet. "
            "What each badge says is vouched for by its own issuer alone."
        ),
        subject_id=order.subject_id,
        identities=tuple(compose_identity(email, salt=order.salt) for email in order.emails),
        valid_from=order.made_at,
        valid_until=order.valid_until,
    )


def _check(unsecured: UnsecuredDocument) -> None:
    violations = validate(unsecured.document, SchemaName.CLR_CREDENTIAL)
    if violations:
        raise LedgerError("job.own_output_invalid", violations[0].sentence)


def _verify_own(secured: SecuredDocument, public_key: PublicKey) -> None:
    """Verify the finished bytes with the public key alone, as a stranger would."""
    try:
        document = read_json_object(secured.original)
        (proof,) = list_proofs(document)
        verify_data_integrity_proof(document, proof, public_key=public_key, original=secured.original)
    except BadgeError as error:
        raise LedgerError("job.own_output_invalid", error.code) from error


def _record(ledger: Ledger, note: IssuedCredential, secured: SecuredDocument, *, method_id: str) -> None:
    with ledger.transaction() as connection:
        ledger.record(
            connection,
            "record.signed",
            f"{ledger.base_url}/b/{note.slug}",
            sha256=hashlib.sha256(secured.original).hexdigest(),
            key=method_id,
        )
