"""Signs what a program composed, as it was reserved, and checks the result as a stranger would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credentials import (
    Cryptosuite,
    DisclosurePolicy,
    UnsecuredDocument,
    add_data_integrity_proof,
    derive_selective_disclosure,
    list_proofs,
    verify_data_integrity_proof,
)
from issuer.credential_store import SecuredBytes
from issuer.frozen import load_object
from schemas import BadgeError, LedgerError, encode_json, read_json_object

if TYPE_CHECKING:
    from issuer.credential_store import PlannedRow
    from issuer.program_store import ProgramBadge
    from issuer.release import SigningMethod
    from keys import PublicKey
    from schemas import JsonObject

_STATUS_POINTER = "/credentialStatus"


def secure_program_badge(planned: PlannedRow, badge: ProgramBadge, method: SigningMethod) -> SecuredBytes:
    """Sign a reserved badge. The same plan gives the same bytes, except with `ecdsa-sd-2023`.

    Raises:
        KeystoreError: The key cannot be reached, or is of a kind that does not go with the suite.
        InvalidCredentialError: The document cannot be signed (`data_model.…`, `proof.pointer_unmatched`).
    """
    document = load_object(planned.unsecured)
    pointers = badge.pointers
    if pointers is not None and "credentialStatus" in document:
        pointers = (*pointers, _STATUS_POINTER)  # a holder must not be able to leave out that it was revoked
    secured = add_data_integrity_proof(
        UnsecuredDocument(document=document),
        signer=method.signer,
        verification_method=method.method_id,
        created=planned.plan.created,
        suite=Cryptosuite(badge.suite),
        mandatory_pointers=pointers,
    )
    return SecuredBytes(slug=planned.plan.slug, json_bytes=secured.original, jwt=b"")


def verify_program_release(json_bytes: bytes, planned: PlannedRow, badge: ProgramBadge, public_key: PublicKey) -> None:
    """Verify finished bytes with the public key alone, and compare them with what was reserved.

    Of a base proof of `ecdsa-sd-2023`, which only its holder may see, a derived one is verified.

    Raises:
        LedgerError: `job.own_output_invalid`, with the error that was found as its cause.
    """
    slug = planned.plan.slug
    try:
        document = read_json_object(json_bytes)
        proofs = list_proofs(document)
        _verify(document, json_bytes, public_key, is_base=badge.suite == Cryptosuite.ECDSA_SD_2023.value)
    except BadgeError as error:
        raise LedgerError("job.own_output_invalid", f"{slug}: {error.code}") from error
    if len(proofs) != 1 or proofs[0].get("verificationMethod") != planned.plan.key_id:
        raise LedgerError("job.own_output_invalid", f"{slug} names another key")
    if {name: value for name, value in document.items() if name != "proof"} != load_object(planned.unsecured):
        raise LedgerError("job.own_output_invalid", f"{slug} is not what was reserved")


def _verify(document: JsonObject, original: bytes, public_key: PublicKey, *, is_base: bool) -> None:
    if is_base:
        document = derive_selective_disclosure(document, ())
        original = encode_json(document)
    (proof,) = list_proofs(document)
    verify_data_integrity_proof(
        document,
        proof,
        public_key=public_key,
        original=original,
        disclosure=DisclosurePolicy.ANYTHING_SIGNED,
    )
