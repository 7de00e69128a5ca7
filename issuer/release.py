"""Signs a composed badge and checks the result as a stranger would, before anybody gets it."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from credentials import (
    Cryptosuite,
    UnsecuredDocument,
    add_data_integrity_proof,
    check_lossless,
    list_proofs,
    read_vc_jwt,
    sign_vc_jwt,
    verify_data_integrity_proof,
    verify_vc_jwt,
)
from issuer.credential_store import SecuredBytes
from issuer.frozen import load_object
from issuer.model import ProofChoice
from keys import KeyType
from schemas import BadgeError, LedgerError, SchemaName, read_json_object, validate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from credentials import VerifiedDocument
    from issuer.credential_store import PlannedRow
    from keys import PublicKey, Signer
    from schemas import JsonObject, Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningMethod:
    """What signs: the signer and the verification method that names its public key."""

    signer: Signer
    method_id: str

    @property
    def public_key(self) -> PublicKey:
        """The public half."""
        return self.signer.public_key


# The suite that a key signs badges with. None is made for RSA: such an issuer gives out JWTs.
EMBEDDED_SUITES: Mapping[KeyType, Cryptosuite] = MappingProxyType(
    {
        KeyType.ED25519: Cryptosuite.EDDSA_RDFC_2022,
        KeyType.P256: Cryptosuite.ECDSA_RDFC_2019,
        KeyType.P384: Cryptosuite.ECDSA_RDFC_2019,
    }
)


def default_proof(public_key: PublicKey) -> ProofChoice:
    """Return all that the key can make: both proofs, or a JWT alone."""
    return ProofChoice.BOTH if public_key.key_type in EMBEDDED_SUITES else ProofChoice.VC_JWT


def check_proof_choice(proof: ProofChoice, public_key: PublicKey) -> None:
    """Refuse a proof that the key cannot make.

    Raises:
        LedgerError: `job.proof_key_mismatch`.
    """
    if proof is not ProofChoice.VC_JWT and public_key.key_type not in EMBEDDED_SUITES:
        raise LedgerError("job.proof_key_mismatch", public_key.key_type.value)


def check_composed(document: JsonObject) -> tuple[Violation, ...]:
    """Look for faults of a composed badge before anything is fixed in the ledger.

    Returns:
        What breaks the Open Badges schema.

    Raises:
        DataModelError: A value would not come under the signature.
    """
    violations = validate(document, SchemaName.ACHIEVEMENT_CREDENTIAL)
    if not violations:
        check_lossless(document)
    return violations


def secure(planned: PlannedRow, method: SigningMethod) -> SecuredBytes:
    """Sign a planned badge. The same plan and key give the same bytes.

    Raises:
        KeystoreError: The key cannot be reached (`key.unavailable`).
        DataModelError: The document cannot be brought into canonical form.
    """
    document = load_object(planned.unsecured)
    json_bytes = b""
    if planned.plan.proof is not ProofChoice.VC_JWT:
        secured = add_data_integrity_proof(
            UnsecuredDocument(document=document),
            signer=method.signer,
            verification_method=method.method_id,
            created=planned.plan.created,
            suite=EMBEDDED_SUITES[method.public_key.key_type],
        )
        document, json_bytes = secured.document, secured.original
    jwt = ""
    if planned.plan.proof is not ProofChoice.DATA_INTEGRITY:
        jwt = sign_vc_jwt(document, signer=method.signer, verification_method=method.method_id)
    return SecuredBytes(slug=planned.plan.slug, json_bytes=json_bytes, jwt=jwt.encode("ascii"))


def verify_release(secured: SecuredBytes, *, unsecured: bytes, method_id: str, public_key: PublicKey) -> None:
    """Verify finished bytes with the public key alone, and compare them with what was meant to be signed.

    Raises:
        LedgerError: `job.own_output_invalid`, with the error that was found as its cause.
    """
    try:
        documents = _verify_all(secured, public_key)
    except BadgeError as error:
        raise LedgerError("job.own_output_invalid", f"{secured.slug}: {error.code}") from error
    expected = load_object(unsecured)
    for verified in documents:
        if verified.verification_method != method_id:
            raise LedgerError("job.own_output_invalid", f"{secured.slug} names another key")
        if {name: value for name, value in verified.document.items() if name != "proof"} != expected:
            raise LedgerError("job.own_output_invalid", f"{secured.slug} is not what was planned")
    # All say the same but for the proof, which the last one has in it when there are two.
    violations = validate(documents[-1].document, SchemaName.ACHIEVEMENT_CREDENTIAL)
    if violations:
        raise LedgerError("job.own_output_invalid", f"{secured.slug} breaks the schema at {violations[0].pointer}")


def _verify_all(secured: SecuredBytes, public_key: PublicKey) -> list[VerifiedDocument]:
    verified = []
    if secured.json_bytes:
        document = read_json_object(secured.json_bytes)
        (proof,) = list_proofs(document)
        verified.append(
            verify_data_integrity_proof(document, proof, public_key=public_key, original=secured.json_bytes)
        )
    if secured.jwt:
        verified.append(verify_vc_jwt(read_vc_jwt(secured.jwt), public_key=public_key))
    return verified
