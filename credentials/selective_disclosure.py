"""`ecdsa-sd-2023`: an issuer signs statement by statement, a holder shows some, a verifier sees that they are genuine.

Spec: VC-DI-ECDSA 1.0 §3.4 and §3.6.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from credentials.disclosure_graph import CANONICAL_PREFIX, DisclosureGraph
from credentials.disclosure_policy import DisclosurePolicy, check_lifecycle_mandatory
from credentials.disclosure_proof_value import (
    HMAC_KEY_BYTES,
    MAX_DISCLOSURE_SIGNATURES,
    BaseProofValue,
    DerivedProofValue,
    decode_base_proof_value,
    decode_derived_proof_value,
    encode_base_proof_value,
    encode_derived_proof_value,
    encode_multikey_bytes,
)
from credentials.json_selection import select_parts
from keys import KeyType, LocalSigner, SignatureAlgorithm, decode_base64url, encode_base64url
from schemas import DataModelError, ProofError, SignatureMismatchError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from credentials.inline_contexts import ContextRule
    from keys import PublicKey, Signer
    from schemas import JsonObject

_ALGORITHM: Final = SignatureAlgorithm.ES256
_NAME_PREFIX: Final = "_:u"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofSecrets:
    """What is made anew for each base proof, so that nobody can put parts of two proofs together.

    Args:
        signer: P-256; signs the statements that are not mandatory, and is then forgotten.
        hmac_key: 32 bytes; names the blank nodes, so that a name says nothing about what was left out.
    """

    signer: Signer
    hmac_key: bytes

    @classmethod
    def generate(cls) -> ProofSecrets:
        """Make new ones from the operating system's random source."""
        return cls(signer=LocalSigner.generate(KeyType.P256), hmac_key=secrets.token_bytes(HMAC_KEY_BYTES))


def create_base_proof_value(
    unsecured: JsonObject,
    config_hash: bytes,
    *,
    signer: Signer,
    contexts: ContextRule,
    mandatory_pointers: Sequence[str],
    proof_secrets: ProofSecrets,
) -> str:
    """Sign a document for selective disclosure (VC-DI-ECDSA 1.0 §3.6.1 to §3.6.5).

    Args:
        unsecured: Without `proof`.
        config_hash: SHA-256 of the canonical proof options.
        signer: The issuer's P-256 key.
        contexts: Whether the document may add words of its own.
        mandatory_pointers: To what no holder can leave out; `choose_mandatory_pointers` says what a badge needs.
        proof_secrets: Used for this proof only.

    Raises:
        ProofError: `proof.pointer_unmatched`.
        DataModelError: `data_model.too_many_nodes`: more statements than can be signed one by one; and as
            `DisclosureGraph`.
        KeystoreError: The key cannot be reached.
    """
    graph = DisclosureGraph(unsecured, contexts, partial(_name_by_hmac, proof_secrets.hmac_key))
    mandatory = graph.find_numbers(mandatory_pointers)
    if len(graph.lines) - len(mandatory) > MAX_DISCLOSURE_SIGNATURES:
        raise DataModelError("data_model.too_many_nodes", detail={"limit": MAX_DISCLOSURE_SIGNATURES})
    proof_key = proof_secrets.signer.public_key
    signed = config_hash + encode_multikey_bytes(proof_key) + _hash_mandatory(graph, mandatory)
    return encode_base_proof_value(
        BaseProofValue(
            base_signature=signer.sign(signed, algorithm=_ALGORITHM),
            proof_key=proof_key,
            hmac_key=proof_secrets.hmac_key,
            signatures=tuple(
                proof_secrets.signer.sign(line, algorithm=_ALGORITHM)
                for number, line in enumerate(graph.lines)
                if number not in mandatory
            ),
            mandatory_pointers=tuple(mandatory_pointers),
        )
    )


def derive_document(
    unsecured: JsonObject, proof: JsonObject, selective_pointers: Sequence[str], *, contexts: ContextRule
) -> JsonObject:
    """Return the part of a document that a holder shows, with its derived proof (VC-DI-ECDSA 1.0 §3.6.6).

    Args:
        unsecured: The whole document, without `proof`.
        proof: Its base proof.
        selective_pointers: What to show besides what is mandatory.
        contexts: Whether the document may add words of its own.

    Raises:
        ProofError: `proof.pointer_unmatched`, also when nothing at all is chosen; `proof.value_malformed` when it is
            no base proof.
        SignatureMismatchError: The base proof belongs to another document.
        DataModelError: As `DisclosureGraph`.
    """
    base = decode_base_proof_value(proof.get("proofValue"))
    graph = DisclosureGraph(unsecured, contexts, partial(_name_by_hmac, base.hmac_key))
    mandatory = graph.find_numbers(base.mandatory_pointers)
    if len(graph.lines) - len(mandatory) != len(base.signatures):
        raise SignatureMismatchError(message="the base proof is of another document")
    shown_pointers = [*base.mandatory_pointers, *selective_pointers]
    if not shown_pointers:
        raise ProofError("proof.pointer_unmatched", "nothing was chosen")
    shown = sorted(graph.find_numbers(shown_pointers))
    signatures = dict(
        zip((number for number in range(len(graph.lines)) if number not in mandatory), base.signatures, strict=True)
    )
    value = DerivedProofValue(
        base_signature=base.base_signature,
        proof_key=base.proof_key,
        signatures=tuple(signatures[number] for number in shown if number not in mandatory),
        labels=_compress_labels(graph.label_part(shown_pointers)),
        mandatory_indexes=tuple(index for index, number in enumerate(shown) if number in mandatory),
    )
    derived = {**proof, "proofValue": encode_derived_proof_value(value)}
    return {**select_parts(unsecured, shown_pointers), "proof": derived}


def verify_derived_proof(
    unsecured: JsonObject,
    proof: JsonObject,
    config_hash: bytes,
    *,
    public_key: PublicKey,
    contexts: ContextRule,
    policy: DisclosurePolicy,
) -> None:
    """Verify the part of a document that a holder shows (VC-DI-ECDSA 1.0 §3.6.7).

    Args:
        unsecured: What is shown, without `proof`.
        proof: The derived proof.
        config_hash: SHA-256 of the canonical proof options.
        public_key: The issuer's P-256 key.
        contexts: Whether the document may add words of its own.
        policy: What no holder may have been able to leave out.

    Raises:
        SignatureMismatchError: `proof.signature_mismatch`.
        ProofError: `proof.base_proof_presented`, `.lifecycle_not_mandatory` or `.value_malformed`.
        DataModelError: As `DisclosureGraph`.
    """
    value = decode_derived_proof_value(proof.get("proofValue"))
    graph = DisclosureGraph(unsecured, contexts, partial(_name_by_map, value.labels))
    mandatory = frozenset(value.mandatory_indexes)
    if not mandatory <= set(range(len(graph.lines))):
        raise SignatureMismatchError(message="fewer statements than the proof speaks of")
    selective = [line for number, line in enumerate(graph.lines) if number not in mandatory]
    if len(selective) != len(value.signatures):
        raise SignatureMismatchError(message="not as many signatures as statements")
    signed = config_hash + encode_multikey_bytes(value.proof_key) + _hash_mandatory(graph, mandatory)
    public_key.verify(value.base_signature, signed, algorithm=_ALGORITHM)
    for line, signature in zip(selective, value.signatures, strict=True):
        value.proof_key.verify(signature, line, algorithm=_ALGORITHM)
    if policy is DisclosurePolicy.LIFECYCLE_MANDATORY:
        check_lifecycle_mandatory(unsecured, graph, mandatory)


def _hash_mandatory(graph: DisclosureGraph, mandatory: frozenset[int]) -> bytes:
    return hashlib.sha256(b"".join(graph.lines[number] for number in sorted(mandatory))).digest()


def _name_by_hmac(hmac_key: bytes, labels: frozenset[str]) -> Mapping[str, str]:
    """Name blank nodes by HMAC of their canonical label (VC-DI-ECDSA 1.0 §3.4.4)."""
    return {
        label: _write_name(hmac.digest(hmac_key, label.removeprefix("_:").encode("ascii"), "sha256"))
        for label in labels
    }


def _name_by_map(names: Mapping[int, bytes], labels: frozenset[str]) -> Mapping[str, str]:
    """Name blank nodes as the holder says; exactly those that are there (VC-DI-ECDSA 1.0 §3.4.5)."""
    named = {f"{CANONICAL_PREFIX}{number}": _write_name(name) for number, name in names.items()}
    if named.keys() != labels:
        raise SignatureMismatchError(message="the proof names other blank nodes than the document has")
    return named


def _write_name(digest: bytes) -> str:
    return _NAME_PREFIX + encode_base64url(digest)


def _compress_labels(labels: Mapping[str, str]) -> dict[int, bytes]:
    """Write a label map as the proof value carries it: number of the canonical label, bytes of the name."""
    numbered = {int(label.removeprefix(CANONICAL_PREFIX)): name for label, name in labels.items()}
    return {number: decode_base64url(name.removeprefix(_NAME_PREFIX)) for number, name in sorted(numbered.items())}
