"""Data Integrity proofs made by hand, with any options (VC-DI-EDDSA 1.0 §3.2.3 to §3.2.6)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from credentials import canonicalize
from keys import SignatureAlgorithm, encode_base58

if TYPE_CHECKING:
    from keys import Signer
    from schemas import JsonObject, JsonValue


def compose_proof_options(method_id: str, **changes: JsonValue) -> JsonObject:
    """Return a proof without its value; a change of None leaves the member out."""
    options: JsonObject = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-11-02T09:00:00Z",
        "verificationMethod": method_id,
        "proofPurpose": "assertionMethod",
    }
    options.update(changes)
    return {name: value for name, value in options.items() if value is not None}


def compose_proof(document: JsonObject, options: JsonObject, *, signer: Signer) -> JsonObject:
    """Return the proof with a value that fits the document and the options."""
    configuration = canonicalize({"@context": document["@context"], **options})
    hash_data = hashlib.sha256(configuration).digest() + hashlib.sha256(canonicalize(document)).digest()
    signature = signer.sign(hash_data, algorithm=SignatureAlgorithm.EDDSA)
    return {**options, "proofValue": "z" + encode_base58(signature)}


def sign_with_options(document: JsonObject, options: JsonObject, *, signer: Signer) -> JsonObject:
    """Return the document with one proof made from the options."""
    return {**document, "proof": [compose_proof(document, options, signer=signer)]}
