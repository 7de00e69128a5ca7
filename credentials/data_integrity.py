"""Data Integrity proofs: added to a document, one or several, and verified.

Spec: VC-DATA-INTEGRITY 1.0 §4; VC-DI-EDDSA 1.0 §3; VC-DI-ECDSA 1.0 §3; OB 3.0 §8.2.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Final

from credentials.cryptosuites import (
    SIGNATURE_BYTES,
    SUITE_RULES,
    Cryptosuite,
    Transformation,
    align_context,
    hash_algorithm_of,
    hash_config,
    hash_document,
    read_cryptosuite,
)
from credentials.disclosure_policy import DisclosurePolicy, choose_mandatory_pointers
from credentials.document import SecuredDocument, SecuringForm, VerifiedDocument
from credentials.inline_contexts import ContextRule
from credentials.plain_proof import sign_plainly
from credentials.proof_members import ProofPurpose, list_previous_proofs, list_proofs, read_verification_method
from credentials.rdfc import HashAlgorithm
from keys import decode_base58, encode_base58
from schemas import (
    KeystoreError,
    ProofError,
    UnacceptedCryptosuiteError,
    UnsupportedFeatureError,
    encode_json,
    format_datetime,
    read_datetime,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from credentials.canonical import Statements
    from credentials.document import UnsecuredDocument
    from keys import PublicKey, Signer
    from schemas import JsonObject

_MAX_SIGNATURE_CHARS: Final = 140  # 96 bytes in base58
# Suite, purpose, further options and contexts of nearly all proofs that are made.
_USUAL: Final = (Cryptosuite.EDDSA_RDFC_2022, ProofPurpose.ASSERTION_METHOD, None, ContextRule.PINNED)


def _read_signature(proof: JsonObject, length: int) -> bytes:
    value = proof.get("proofValue")
    if not isinstance(value, str) or not value.startswith("z") or len(value) > _MAX_SIGNATURE_CHARS:
        raise ProofError("proof.value_malformed", "base58-btc text after a z expected", pointer="/proof/proofValue")
    signature = decode_base58(value[1:], max_chars=_MAX_SIGNATURE_CHARS)
    if len(signature) != length:
        raise ProofError(
            "proof.value_malformed", f"{len(signature)} bytes, {length} expected", pointer="/proof/proofValue"
        )
    return signature


def _read_created(proof: JsonObject) -> datetime | None:
    if "created" not in proof:
        return None
    created = proof["created"]
    return read_datetime(created if isinstance(created, str) else "", pointer="/proof/created")


def add_data_integrity_proof(
    unsecured: UnsecuredDocument,
    *,
    signer: Signer,
    verification_method: str,
    created: datetime,
    suite: Cryptosuite = Cryptosuite.EDDSA_RDFC_2022,
    purpose: ProofPurpose = ProofPurpose.ASSERTION_METHOD,
    further_options: JsonObject | None = None,
    mandatory_pointers: Sequence[str] | None = None,
    contexts: ContextRule = ContextRule.PINNED,
) -> SecuredDocument:
    """Sign a credential; the same arguments give the same bytes, except with `ecdsa-sd-2023`.

    Spec: VC-DATA-INTEGRITY 1.0 §4.2 (Add Proof). One proof is an object, several are an array (docs/adr/0005).

    Args:
        unsecured: A credential without `proof`; left unchanged.
        signer: Holds a key of a kind that goes with the suite.
        verification_method: DID URL or https address under which the issuer publishes that key.
        created: Aware; written in whole seconds.
        suite: How to sign. With `ecdsa-sd-2023` the result is for the holder only, who shows parts of it.
        purpose: What the proof is made for.
        further_options: Further members of the proof, such as `challenge` and `domain`, or `id` for a proof that
            others will name as their `previousProof`; signed with the rest.
        mandatory_pointers: For `ecdsa-sd-2023`, JSON Pointers to what no holder can leave out. None, or any badge:
            also the issuer, the dates, the status and what OB 3.0 requires (T-12).
        contexts: Whether the document may add words of its own; a badge never may.

    Raises:
        DataModelError: Something in the document would not be covered by the signature (`data_model.…`).
        UnknownContextError: A context is not pinned here.
        CanonicalizationError: `proof.canonicalization_budget`.
        ProofError: `proof.pointer_unmatched`: a pointer names nothing.
        KeystoreError: The key is of another kind (`key.algorithm_mismatch`) or cannot be reached.
    """
    document = unsecured.document
    if "proof" in document:
        raise ValueError("the document has a proof already")
    if (suite, purpose, further_options, contexts) == _USUAL:
        plain = sign_plainly(document, signer=signer, verification_method=verification_method, created=created)
        if plain is not None:
            return plain
    options = _compose_options(
        document,
        suite=suite,
        created=created,
        verification_method=verification_method,
        purpose=purpose,
        further_options=further_options,
    )
    proof = _sign(
        document, options, suite=suite, signer=signer, contexts=contexts, mandatory_pointers=mandatory_pointers
    )
    return _compose_secured({**document, "proof": proof})


def append_data_integrity_proof(
    secured: SecuredDocument,
    *,
    signer: Signer,
    verification_method: str,
    created: datetime,
    suite: Cryptosuite = Cryptosuite.EDDSA_RDFC_2022,
    purpose: ProofPurpose = ProofPurpose.ASSERTION_METHOD,
    further_options: JsonObject | None = None,
    contexts: ContextRule = ContextRule.PINNED,
) -> SecuredDocument:
    """Add a further proof to a document that has some: to a set, or with `previousProof` to a chain.

    Spec: VC-DATA-INTEGRITY 1.0 §4.3 (Add Proof Set/Chain). The document itself stays as it is.

    Args:
        secured: Left unchanged. The proofs it has are not verified here.
        signer: As for `add_data_integrity_proof`, like the other arguments.
        verification_method: As there.
        created: As there.
        suite: As there; `ecdsa-sd-2023` proofs stand alone and are not appended.
        purpose: As there.
        further_options: With `previousProof`, the id or ids of the proofs that the new one covers as well.
        contexts: As there.

    Raises:
        ProofError: `proof.previous_proof_missing`; `proof.multiple_ambiguous` when there would be too many.
        UnsupportedFeatureError: `proof.chain_unsupported`: the suite does not go with other proofs.
    """
    if suite is Cryptosuite.ECDSA_SD_2023:
        raise UnsupportedFeatureError("proof.chain_unsupported", detail={"named": suite.value})
    proofs = list_proofs(secured.document)
    unsecured = _without_proof(secured.document)
    options = _compose_options(
        unsecured,
        suite=suite,
        created=created,
        verification_method=verification_method,
        purpose=purpose,
        further_options=further_options,
    )
    covered = _with_previous(unsecured, list_previous_proofs(secured.document, options))
    proof = _sign(covered, options, suite=suite, signer=signer, contexts=contexts)
    document: JsonObject = {**unsecured, "proof": [*proofs, proof]}
    list_proofs(document)
    return _compose_secured(document)


def derive_selective_disclosure(
    document: JsonObject, selective_pointers: Sequence[str], *, contexts: ContextRule = ContextRule.PINNED
) -> JsonObject:
    """Return the part of a document that its holder chooses to show, with a proof that the part is genuine.

    Spec: VC-DI-ECDSA 1.0 §3.6.6 (Add Derived Proof). Neither the base proof nor its key is checked here.

    Args:
        document: With one `ecdsa-sd-2023` base proof, as the holder has it; left unchanged. Other proofs are dropped.
        selective_pointers: JSON Pointers to what to show besides what is mandatory; may be empty.
        contexts: Whether the document may add words of its own.

    Raises:
        ProofError: `proof.pointer_unmatched`, `proof.value_malformed`, or `proof.multiple_ambiguous` when there is not
            exactly one proof of the suite.
        SignatureMismatchError: The base proof belongs to another document.
        DataModelError: As `check_lossless`.
    """
    from credentials.selective_disclosure import derive_document  # noqa: PLC0415 - rarely used

    of_suite = [one for one in list_proofs(document) if one.get("cryptosuite") == Cryptosuite.ECDSA_SD_2023.value]
    if len(of_suite) != 1:
        raise ProofError("proof.multiple_ambiguous", "exactly one ecdsa-sd-2023 proof expected", pointer="/proof")
    return derive_document(_without_proof(document), of_suite[0], selective_pointers, contexts=contexts)


def verify_data_integrity_proof(
    document: JsonObject,
    proof: JsonObject,
    *,
    public_key: PublicKey,
    original: bytes,
    accepted: frozenset[Cryptosuite] = frozenset(Cryptosuite),
    expected_purpose: ProofPurpose = ProofPurpose.ASSERTION_METHOD,
    disclosure: DisclosurePolicy = DisclosurePolicy.LIFECYCLE_MANDATORY,
    contexts: ContextRule = ContextRule.PINNED,
    statements: Statements | None = None,
) -> VerifiedDocument:
    """Verify one proof of a document with a key that the caller has resolved.

    Spec: VC-DATA-INTEGRITY 1.0 §4.4 and §4.5. Whether the key is the issuer's, whether `expires` has passed, and
    whether the proofs that this one covers hold (`list_previous_proofs`), the caller checks.

    Args:
        document: As read from `original`, proofs included; left unchanged.
        proof: One of `list_proofs(document)`.
        public_key: The key behind `verificationMethod`.
        original: The bytes as received, carried along.
        accepted: Suites that the caller allows. The document cannot widen this.
        expected_purpose: What the proof must have been made for.
        disclosure: For `ecdsa-sd-2023`, what the holder must not have been able to leave out.
        contexts: Whether the document may add words of its own; a badge never may.
        statements: What `read_statements` has told of the document without `proof` under the same `contexts`, when the
            caller has asked already. What is verified and returned is then the document in which it was read.

    Returns:
        The document without `proof`, the only form whose claims may be shown.

    Raises:
        SignatureMismatchError: `proof.signature_mismatch`.
        UnacceptedCryptosuiteError: `proof.cryptosuite_unsupported`.
        ProofError: `proof.purpose_mismatch`, `.value_malformed`, `.method_malformed`, `.context_mismatch`,
            `.algorithm_key_mismatch`, `.previous_proof_missing`, `.base_proof_presented` and others of T-12.
        DataModelError: The signature would not cover everything the document says (`data_model.…`).
        UnknownContextError: A context is not pinned here; nothing was fetched.
        UnsupportedFeatureError: `proof.chain_unsupported`.
    """
    suite = _check_options(proof, accepted, expected_purpose, public_key)
    method, created = read_verification_method(proof), _read_created(proof)
    stated = _without_proof(document) if statements is None else statements.document
    unsecured = align_context(stated, proof, suite, contexts)
    if suite is Cryptosuite.ECDSA_SD_2023:
        _verify_derived(unsecured, proof, public_key, contexts, disclosure)
    else:
        covered = _with_previous(unsecured, list_previous_proofs(document, proof))
        # Of what a proof of a chain or under fewer contexts covers, nothing has been told yet.
        told = statements if covered is stated else None
        _verify_signature(covered, proof, suite, public_key, contexts, statements=told)
    return VerifiedDocument(
        form=SecuringForm.DATA_INTEGRITY,
        original=original,
        document=unsecured,
        verification_method=method,
        created=created,
        cryptosuite=suite.value,
    )


def _verify_derived(
    unsecured: JsonObject,
    proof: JsonObject,
    public_key: PublicKey,
    contexts: ContextRule,
    policy: DisclosurePolicy,
) -> None:
    from credentials.selective_disclosure import verify_derived_proof  # noqa: PLC0415 - rarely used

    _require_no_chain(proof)
    suite, algorithm = Cryptosuite.ECDSA_SD_2023, HashAlgorithm.SHA256
    config = hash_config(unsecured, proof, suite, algorithm=algorithm, contexts=contexts)
    verify_derived_proof(unsecured, proof, config, public_key=public_key, contexts=contexts, policy=policy)


def _verify_signature(
    covered: JsonObject,
    proof: JsonObject,
    suite: Cryptosuite,
    public_key: PublicKey,
    contexts: ContextRule,
    *,
    statements: Statements | None,
) -> None:
    signature = _read_signature(proof, SIGNATURE_BYTES[public_key.key_type])
    hashed = _hash_data(covered, proof, suite, public_key, contexts, statements=statements)
    public_key.verify(signature, hashed, algorithm=public_key.key_type.algorithm)


def _check_options(
    proof: JsonObject, accepted: frozenset[Cryptosuite], expected_purpose: ProofPurpose, public_key: PublicKey
) -> Cryptosuite:
    """Return the suite of a proof, after making sure that it is what the caller wants and goes with the key."""
    suite = read_cryptosuite(proof)
    if suite not in accepted:
        raise UnacceptedCryptosuiteError("proof.cryptosuite_unsupported", detail={"named": suite.value})
    if proof.get("proofPurpose") != expected_purpose.value:
        raise ProofError("proof.purpose_mismatch", pointer="/proof/proofPurpose")
    if public_key.key_type not in SUITE_RULES[suite].key_types:
        raise ProofError(
            "proof.algorithm_key_mismatch", detail={"algorithm": suite.value, "keyType": public_key.key_type.value}
        )
    return suite


def _without_proof(document: JsonObject) -> JsonObject:
    return {name: value for name, value in document.items() if name != "proof"}


def _with_previous(unsecured: JsonObject, previous: tuple[JsonObject, ...]) -> JsonObject:
    """Return what a proof of a chain covers: the document together with the proofs before it (§4.3, step 6)."""
    return {**unsecured, "proof": list(previous)} if previous else unsecured


def _require_no_chain(options: JsonObject) -> None:
    if "previousProof" in options:
        raise UnsupportedFeatureError("proof.chain_unsupported", pointer="/proof/previousProof")


def _compose_options(
    unsecured: JsonObject,
    *,
    suite: Cryptosuite,
    created: datetime,
    verification_method: str,
    purpose: ProofPurpose,
    further_options: JsonObject | None,
) -> JsonObject:
    options: JsonObject = {
        "type": "DataIntegrityProof",
        "cryptosuite": suite.value,
        "created": format_datetime(created),
        "verificationMethod": verification_method,
        "proofPurpose": purpose.value,
        **(further_options or {}),
    }
    if SUITE_RULES[suite].transformation is Transformation.JCS:
        # So that contexts can be added behind without breaking the proof (VC-DI-EDDSA 1.0 §3.3.1).
        options["@context"] = copy.deepcopy(unsecured.get("@context"))
    return options


def _sign(
    covered: JsonObject,
    options: JsonObject,
    *,
    suite: Cryptosuite,
    signer: Signer,
    contexts: ContextRule,
    mandatory_pointers: Sequence[str] | None = None,
) -> JsonObject:
    rules, key = SUITE_RULES[suite], signer.public_key
    if not rules.is_issued:
        raise ValueError(f"{suite.value} is verified, never issued")
    if key.key_type not in rules.key_types:
        raise KeystoreError("key.algorithm_mismatch", f"{suite.value} does not go with {key.key_type.value}")
    if suite is Cryptosuite.ECDSA_SD_2023:
        from credentials.selective_disclosure import ProofSecrets, create_base_proof_value  # noqa: PLC0415

        _require_no_chain(options)
        value = create_base_proof_value(
            covered,
            hash_config(covered, options, suite, algorithm=HashAlgorithm.SHA256, contexts=contexts),
            signer=signer,
            contexts=contexts,
            mandatory_pointers=choose_mandatory_pointers(covered, mandatory_pointers),
            proof_secrets=ProofSecrets.generate(),
        )
        return {**options, "proofValue": value}
    hashed = _hash_data(covered, options, suite, key, contexts)
    return {**options, "proofValue": "z" + encode_base58(signer.sign(hashed, algorithm=key.key_type.algorithm))}


def _hash_data(
    covered: JsonObject,
    proof: JsonObject,
    suite: Cryptosuite,
    public_key: PublicKey,
    contexts: ContextRule,
    *,
    statements: Statements | None = None,
) -> bytes:
    """Return what is signed: hash of the proof options, then hash of the document (VC-DI-EDDSA 1.0 §3.2.4)."""
    algorithm = hash_algorithm_of(public_key)
    # The document first: what is wrong with its contexts is to be said of the document.
    body = hash_document(covered, suite, algorithm=algorithm, contexts=contexts, statements=statements)
    return hash_config(covered, proof, suite, algorithm=algorithm, contexts=contexts) + body


def _compose_secured(document: JsonObject) -> SecuredDocument:
    return SecuredDocument(form=SecuringForm.DATA_INTEGRITY, original=encode_json(document), document=document)
