"""Signs a composed badge and checks the result as a stranger would, before anybody gets it."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from credentials import BulkSigner, Cryptosuite, OwnOutput, check_lossless, find_own_fault, sign_vc_jwt
from issuer.credential_store import SecuredBytes
from issuer.model import ProofChoice
from keys import KeyType
from schemas import KeystoreError, LedgerError, SchemaName, read_json_object, validate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from issuer.credential_store import PlannedRow
    from issuer.issuer_store import SigningKey
    from keys import Keystore, PublicKey, Signer
    from schemas import JsonObject, Violation


# The suite that a key signs badges with. None is made for RSA: such an issuer gives out JWTs.
EMBEDDED_SUITES: Mapping[KeyType, Cryptosuite] = MappingProxyType(
    {
        KeyType.ED25519: Cryptosuite.EDDSA_RDFC_2022,
        KeyType.P256: Cryptosuite.ECDSA_RDFC_2019,
        KeyType.P384: Cryptosuite.ECDSA_RDFC_2019,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningMethod:
    """What signs: the signer and the verification method that names its public key.

    Remembers what the badges that it signed have in common. For one thread.
    """

    signer: Signer
    method_id: str
    bulk: BulkSigner | None = field(init=False, repr=False, compare=False)  # None: the key makes no embedded proof

    def __post_init__(self) -> None:
        suite = EMBEDDED_SUITES.get(self.public_key.key_type)
        bulk = None
        if suite is not None:
            bulk = BulkSigner(signer=self.signer, verification_method=self.method_id, suite=suite)
        object.__setattr__(self, "bulk", bulk)

    @property
    def public_key(self) -> PublicKey:
        """The public half."""
        return self.signer.public_key


class SigningMethods:
    """The methods that one run signs with, each made once.

    Args:
        keystore: Unlocks each key at its first use.
    """

    def __init__(self, keystore: Keystore) -> None:
        self._keystore = keystore
        self._made: dict[str, SigningMethod] = {}

    def load(self, key: SigningKey) -> SigningMethod:
        """Return the method of a key.

        Raises:
            KeystoreError: The key file is missing, unreadable or unsafe.
        """
        made = self._made.get(key.method.id)
        if made is None:
            made = SigningMethod(signer=self._keystore.load(key.keystore_name), method_id=key.method.id)
            self._made[key.method.id] = made
        return made


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


def check_composed(
    document: JsonObject, *, encoded: bytes = b"", bulk: BulkSigner | None = None
) -> tuple[Violation, ...]:
    """Look for faults of a composed badge before anything is fixed in the ledger.

    Args:
        document: The badge without proof.
        encoded: The same as JSON.
        bulk: Knows at a glance of most badges of a class that nothing in them gets lost.

    Returns:
        What breaks the Open Badges schema.

    Raises:
        DataModelError: A value would not come under the signature.
    """
    violations = validate(document, SchemaName.ACHIEVEMENT_CREDENTIAL)
    if not violations and (bulk is None or not bulk.is_known_lossless(encoded)):
        check_lossless(document)
    return violations


def secure(planned: PlannedRow, method: SigningMethod) -> SecuredBytes:
    """Sign a planned badge. The same plan and key give the same bytes.

    Raises:
        KeystoreError: The key cannot be reached (`key.unavailable`), or makes no such proof.
        DataModelError: The document cannot be brought into canonical form.
    """
    json_bytes, jwt = b"", ""
    if planned.plan.proof is not ProofChoice.VC_JWT:
        if method.bulk is None:
            raise KeystoreError("key.algorithm_mismatch", method.public_key.key_type.value)
        json_bytes = method.bulk.sign(planned.unsecured, created=planned.plan.created)
    if planned.plan.proof is not ProofChoice.DATA_INTEGRITY:
        document = read_json_object(json_bytes or planned.unsecured)
        jwt = sign_vc_jwt(document, signer=method.signer, verification_method=method.method_id)
    return SecuredBytes(slug=planned.plan.slug, json_bytes=json_bytes, jwt=jwt.encode("ascii"))


def verify_release(secured: SecuredBytes, *, unsecured: bytes, method_id: str, public_key: PublicKey) -> None:
    """Verify finished bytes with the public key alone, and compare them with what was meant to be signed.

    Raises:
        LedgerError: `job.own_output_invalid`; the message says what was found.
    """
    output = OwnOutput(secured.json_bytes, secured.jwt, unsecured, method_id)
    fault = find_own_fault(output, public_key)
    if fault:
        raise LedgerError("job.own_output_invalid", f"{secured.slug}: {fault}")
