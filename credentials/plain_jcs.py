"""The proof of a badge with `eddsa-jcs-2022`, verified in one straight line when it is usual: as `plain_proof`.

Whatever is wrong and whatever is rare ends in None: then `data_integrity` decides from the start
(docs/adr/0030; `tests/property/test_plain_jcs.py`).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from credentials.cryptosuites import Cryptosuite, hash_jcs_texts
from credentials.document import SecuringForm, VerifiedDocument
from credentials.plain_check import find_plainly_lossless
from credentials.plain_proof import find_plain_proof, read_plain_signature
from credentials.proof_members import ProofPurpose
from credentials.rdfc import HashAlgorithm
from keys import SignatureAlgorithm
from schemas import BadgeError, read_datetime, write_usual_canonical_json

if TYPE_CHECKING:
    from keys import PublicKey
    from schemas import JsonObject

MAX_TEXT_CHARS: Final = 512  # of a member of a usual proof

_TEXTS: Final = ("type", "cryptosuite", "created", "verificationMethod", "proofPurpose")
_MEMBERS: Final = frozenset({*_TEXTS, "@context", "proofValue"})
_SUITE: Final = Cryptosuite.EDDSA_JCS_2022.value
_PURPOSE: Final = ProofPurpose.ASSERTION_METHOD.value


def verify_plain_jcs_proof(
    document: JsonObject, *, urls: tuple[str, ...], method: str, public_key: PublicKey, original: bytes
) -> VerifiedDocument | None:
    """Verify the one proof of a document with the key of its issuer; None when it takes the thorough way to tell.

    Args:
        document: As read from `original`; left unchanged.
        urls: Its contexts, an array, as for `verify_plain_proof`.
        method: What the proof has to name.
        public_key: The key behind that.
        original: The bytes as received, carried along.
    """
    proof = find_plain_proof(document, members=_MEMBERS, suite=_SUITE, method=method, public_key=public_key)
    if proof is None or proof["@context"] != document["@context"]:
        return None
    unsecured = document.copy()
    del unsecured["proof"]
    try:
        signature = read_plain_signature(proof["proofValue"])
        created = proof["created"]
        if signature is None or type(created) is not str or len(method) + len(created) > MAX_TEXT_CHARS:
            return None
        signed_at = read_datetime(created)
        found = find_plainly_lossless(unsecured, urls)
        encoded = None if found is None or found.has_odd_floats else write_usual_canonical_json(unsecured)
        if encoded is None:
            return None
        texts = (*zip(_TEXTS, ("DataIntegrityProof", _SUITE, created, method, _PURPOSE), strict=True),)
        options = hash_jcs_texts(texts, urls, (), HashAlgorithm.SHA256)
        body = hashlib.sha256(encoded).digest()
        public_key.verify(signature, options + body, algorithm=SignatureAlgorithm.EDDSA)
    except BadgeError:
        return None
    return VerifiedDocument(
        form=SecuringForm.DATA_INTEGRITY,
        original=original,
        document=unsecured,
        verification_method=method,
        created=signed_at,
        cryptosuite=_SUITE,
        has_usual_numbers=True,
    )
