"""Data Integrity proofs: issue and verify `eddsa-rdfc-2022`, verify `Ed25519Signature2020` of VC 1.1 badges.

Spec: VC-DATA-INTEGRITY 1.0 §4; VC-DI-EDDSA 1.0 §3.2; OB 3.0 §8.2.
"""

from __future__ import annotations

import enum
import hashlib
import re
from typing import TYPE_CHECKING, Final

from credentials.canonical import canonicalize, canonicalize_under
from credentials.document import SecuredDocument, SecuringForm, VerifiedDocument
from credentials.lossless import read_context
from keys import SignatureAlgorithm, decode_base58, encode_base58
from schemas import (
    ProofError,
    UnacceptedCryptosuiteError,
    UnsupportedFeatureError,
    encode_json,
    format_datetime,
    read_datetime,
)

if TYPE_CHECKING:
    from datetime import datetime

    from credentials.document import UnsecuredDocument
    from keys import PublicKey, Signer
    from schemas import JsonObject

MAX_PROOFS: Final = 8  # proofs on one document
SIGNATURE_BYTES: Final = 64  # Ed25519
_MAX_SIGNATURE_CHARS: Final = 90  # `z` and 64 bytes in base58
_METHOD_ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]{1,2000}")


class Cryptosuite(enum.Enum):
    """How a proof is made: its `cryptosuite`, or the `type` of proofs that came before cryptosuites."""

    EDDSA_RDFC_2022 = "eddsa-rdfc-2022"
    ED25519_SIGNATURE_2020 = "Ed25519Signature2020"  # verified, never issued


class ProofPurpose(enum.Enum):
    """What a proof was made for (VC-DATA-INTEGRITY 1.0 §2.1); a proof for one purpose never serves another."""

    ASSERTION_METHOD = "assertionMethod"  # an issuer gives a credential
    AUTHENTICATION = "authentication"  # a holder shows a presentation


def list_proofs(document: JsonObject) -> tuple[JsonObject, ...]:
    """Return the proofs that stand on the document itself; proofs deeper inside are none of its own.

    Raises:
        ProofError: `proof.missing` when there is none, or something that is not a proof; `proof.multiple_ambiguous`
            when there are more than `MAX_PROOFS`, or two that are equal.
    """
    value = document.get("proof")
    proofs = value if isinstance(value, list) else [value]
    if len(proofs) > MAX_PROOFS:
        raise ProofError("proof.multiple_ambiguous", pointer="/proof", detail={"limit": MAX_PROOFS})
    found: list[JsonObject] = []
    for proof in proofs:
        if not isinstance(proof, dict) or not proof:
            raise ProofError("proof.missing", "no proof object stands here", pointer="/proof")
        if proof in found:
            raise ProofError("proof.multiple_ambiguous", "one proof stands twice", pointer="/proof")
        found.append(proof)
    if not found:
        raise ProofError("proof.missing", pointer="/proof")
    return tuple(found)


def read_cryptosuite(proof: JsonObject) -> Cryptosuite:
    """Return the suite that a proof names.

    Raises:
        UnacceptedCryptosuiteError: `proof.cryptosuite_unsupported`.
    """
    kind, suite = proof.get("type"), proof.get("cryptosuite")
    if kind == "DataIntegrityProof" and suite == Cryptosuite.EDDSA_RDFC_2022.value:
        return Cryptosuite.EDDSA_RDFC_2022
    if kind == Cryptosuite.ED25519_SIGNATURE_2020.value and "cryptosuite" not in proof:
        return Cryptosuite.ED25519_SIGNATURE_2020
    named = suite if kind == "DataIntegrityProof" else kind
    raise UnacceptedCryptosuiteError(
        "proof.cryptosuite_unsupported",
        pointer="/proof/cryptosuite" if kind == "DataIntegrityProof" else "/proof/type",
        detail={"named": named[:64] if isinstance(named, str) else None},
    )


def read_verification_method(proof: JsonObject) -> str:
    """Return the address of the key that a proof names; whose key it is, is not checked here.

    Raises:
        ProofError: `proof.method_malformed`.
    """
    method = proof.get("verificationMethod")
    if not isinstance(method, str) or not _METHOD_ID.fullmatch(method):
        raise ProofError("proof.method_malformed", pointer="/proof/verificationMethod")
    return method


def _read_signature(proof: JsonObject) -> bytes:
    value = proof.get("proofValue")
    if not isinstance(value, str) or not value.startswith("z") or len(value) > _MAX_SIGNATURE_CHARS:
        raise ProofError("proof.value_malformed", "base58-btc text after a z expected", pointer="/proof/proofValue")
    signature = decode_base58(value[1:])
    if len(signature) != SIGNATURE_BYTES:
        raise ProofError(
            "proof.value_malformed",
            f"{len(signature)} bytes, {SIGNATURE_BYTES} expected",
            pointer="/proof/proofValue",
        )
    return signature


def _read_created(proof: JsonObject) -> datetime | None:
    if "created" not in proof:
        return None
    created = proof["created"]
    return read_datetime(created if isinstance(created, str) else "", pointer="/proof/created")


def _hash_data(unsecured: JsonObject, proof: JsonObject, suite: Cryptosuite) -> bytes:
    """Return the 64 bytes that are signed: hash of the proof configuration, then hash of the document.

    Spec: VC-DI-EDDSA 1.0 §3.2.3 to §3.2.5; for Ed25519Signature2020 a proof may bring pinned contexts of its own.
    """
    urls = read_context(unsecured.get("@context"))
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    if "@context" in options and suite is Cryptosuite.ED25519_SIGNATURE_2020:
        urls = read_context(options["@context"], (((), "proof"), "@context"))
    elif options.get("@context", unsecured["@context"]) != unsecured["@context"]:
        raise ProofError("proof.context_mismatch", pointer="/proof/@context")
    canonical = canonicalize(unsecured)
    return hashlib.sha256(canonicalize_under(options, urls)).digest() + hashlib.sha256(canonical).digest()


def add_data_integrity_proof(
    unsecured: UnsecuredDocument,
    *,
    signer: Signer,
    verification_method: str,
    created: datetime,
    purpose: ProofPurpose = ProofPurpose.ASSERTION_METHOD,
    further_options: JsonObject | None = None,
) -> SecuredDocument:
    """Sign a credential with `eddsa-rdfc-2022`; the same arguments give the same bytes.

    Spec: VC-DI-EDDSA 1.0 §3.2.1 (Create Proof). The proof stands in an array, as OB 3.0 App. B wants.

    Args:
        unsecured: A credential without `proof`; left unchanged.
        signer: Holds an Ed25519 key.
        verification_method: DID URL or https address under which the issuer publishes that key.
        created: Aware; written in whole seconds.
        purpose: What the proof is made for.
        further_options: Further members of the proof, such as `challenge` and `domain`; signed with the rest.

    Raises:
        DataModelError: Something in the document would not be covered by the signature (`data_model.…`).
        UnknownContextError: A context is not pinned here.
        CanonicalizationError: `proof.canonicalization_budget`.
        KeystoreError: The key is of another kind or cannot be reached.
    """
    document = unsecured.document
    if "proof" in document:
        raise ValueError("the document has a proof already")
    proof: JsonObject = {
        "type": "DataIntegrityProof",
        "cryptosuite": Cryptosuite.EDDSA_RDFC_2022.value,
        "created": format_datetime(created),
        "verificationMethod": verification_method,
        "proofPurpose": purpose.value,
        **(further_options or {}),
    }
    hash_data = _hash_data(document, proof, Cryptosuite.EDDSA_RDFC_2022)
    signature = signer.sign(hash_data, algorithm=SignatureAlgorithm.EDDSA)
    secured: JsonObject = {**document, "proof": [{**proof, "proofValue": "z" + encode_base58(signature)}]}
    return SecuredDocument(form=SecuringForm.DATA_INTEGRITY, original=encode_json(secured), document=secured)


def verify_data_integrity_proof(
    document: JsonObject,
    proof: JsonObject,
    *,
    public_key: PublicKey,
    original: bytes,
    accepted: frozenset[Cryptosuite] = frozenset(Cryptosuite),
    expected_purpose: ProofPurpose = ProofPurpose.ASSERTION_METHOD,
) -> VerifiedDocument:
    """Verify one proof of a document with a key that the caller has resolved.

    Spec: VC-DATA-INTEGRITY 1.0 §4.4; VC-DI-EDDSA 1.0 §3.2.2 (Verify Proof). Whether the key is the issuer's, and
    whether the proof's `expires` has passed, the caller checks.

    Args:
        document: As read from `original`, proofs included; left unchanged.
        proof: One of `list_proofs(document)`.
        public_key: The key behind `verificationMethod`.
        original: The bytes as received, carried along.
        accepted: Suites that the caller allows. The document cannot widen this.
        expected_purpose: What the proof must have been made for.

    Returns:
        The document without `proof`, the only form whose claims may be shown.

    Raises:
        SignatureMismatchError: `proof.signature_mismatch`.
        UnacceptedCryptosuiteError: `proof.cryptosuite_unsupported`.
        ProofError: `proof.purpose_mismatch`, `.value_malformed`, `.method_malformed`, `.context_mismatch`,
            `.algorithm_key_mismatch` or `.canonicalization_budget`.
        DataModelError: The signature would not cover everything the document says (`data_model.…`).
        UnknownContextError: A context is not pinned here; nothing was fetched.
        UnsupportedFeatureError: `proof.chain_unsupported`.
    """
    # (1) What the proof says of itself.
    suite = read_cryptosuite(proof)
    if suite not in accepted:
        raise UnacceptedCryptosuiteError("proof.cryptosuite_unsupported", detail={"named": suite.value})
    if proof.get("proofPurpose") != expected_purpose.value:
        raise ProofError("proof.purpose_mismatch", pointer="/proof/proofPurpose")
    if "previousProof" in proof:
        raise UnsupportedFeatureError("proof.chain_unsupported", pointer="/proof/previousProof")
    method = read_verification_method(proof)
    signature = _read_signature(proof)
    created = _read_created(proof)
    # (2) Canonical form and hash, (3) signature.
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    public_key.verify(signature, _hash_data(unsecured, proof, suite), algorithm=SignatureAlgorithm.EDDSA)
    return VerifiedDocument(
        form=SecuringForm.DATA_INTEGRITY,
        original=original,
        document=unsecured,
        verification_method=method,
        created=created,
        cryptosuite=suite.value,
    )
