"""What a document says of its proofs: which there are, what for, by which key, and after which others.

Spec: VC-DATA-INTEGRITY 1.0 §2.1.
"""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING, Final

from schemas import ProofError

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

MAX_PROOFS: Final = 8  # proofs on one document
_METHOD_ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]{1,2000}")


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


def list_previous_proofs(document: JsonObject, proof: JsonObject) -> tuple[JsonObject, ...]:
    """Return the proofs of the document that `proof` was made after and covers, in its own order.

    Spec: VC-DATA-INTEGRITY 1.0 §2.1.2 (proof chains) and §4.5, step 2.

    Raises:
        ProofError: `proof.previous_proof_missing`: no proof, or more than one, has the id that is named, or the names
            are malformed; and as `list_proofs`.
    """
    if "previousProof" not in proof:
        return ()
    named: JsonValue = proof["previousProof"]
    ids = named if isinstance(named, list) else [named]
    found: list[JsonObject] = []
    for proof_id in ids:
        matching = [other for other in list_proofs(document) if other.get("id") == proof_id]
        if not isinstance(proof_id, str) or len(matching) != 1 or matching[0] == proof or matching[0] in found:
            raise ProofError("proof.previous_proof_missing", pointer="/proof/previousProof")
        found += matching
    if not found:
        raise ProofError("proof.previous_proof_missing", pointer="/proof/previousProof")
    return tuple(found)


def read_verification_method(proof: JsonObject) -> str:
    """Return the address of the key that a proof names; whose key it is, is not checked here.

    Raises:
        ProofError: `proof.method_malformed`.
    """
    method = proof.get("verificationMethod")
    if not isinstance(method, str) or not _METHOD_ID.fullmatch(method):
        raise ProofError("proof.method_malformed", pointer="/proof/verificationMethod")
    return method
