"""The proof of a badge as nearly all are, made and verified in one straight line: `eddsa-rdfc-2022`, usual words only.

Whatever is wrong and whatever is rare ends in None: then `data_integrity`, which knows every rule and says which one
is broken, decides from the start. Nothing is accepted here that is not accepted there, and what comes
out is the same (docs/adr/0019; `tests/property/test_plain_badges.py`).
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from credentials.canonical import canonicalize_under, hash_bytes, hash_under
from credentials.cryptosuites import Cryptosuite
from credentials.document import SecuredDocument, SecuringForm, VerifiedDocument
from credentials.lossless import read_context, require_credential_context
from credentials.plain_rules import MAX_PLAIN_DEPTH
from credentials.plain_walk import tell_plainly
from credentials.proof_members import ProofPurpose
from credentials.rdfc import HashAlgorithm, canonicalize_quads
from credentials.term_tables import compile_contexts
from keys import KeyType, SignatureAlgorithm, decode_base58, encode_base58
from schemas import (
    BadgeError,
    encode_json,
    format_datetime,
    has_no_escapes,
    read_datetime,
    write_cache_key,
)

if TYPE_CHECKING:
    from datetime import datetime

    from credentials.known_forms import KnownBadge
    from keys import PublicKey, Signer
    from schemas import JsonObject

# Of proof options, which are at most a kilobyte each: the date and the address of a did:key method are short.
MAX_KEPT_OPTIONS: Final = 512
# Units of `rdfc` for things that look alike, such as the ends of two scales of grades; what takes more is not usual.
MAX_PLAIN_WORK: Final = 1_000

_MEMBERS: Final = frozenset({"type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"})
_SUITE: Final = Cryptosuite.EDDSA_RDFC_2022.value
_PURPOSE: Final = ProofPurpose.ASSERTION_METHOD.value
_SIGNATURE_BYTES: Final = 64
_SIGNATURE_CHARS: Final = range(65, 90)  # 64 to 88 digits of base58, and the letter before them


def verify_plain_proof(
    document: JsonObject,
    *,
    urls: tuple[str, ...],
    method: str,
    public_key: PublicKey,
    original: bytes,
    has_escapes: bool,
) -> VerifiedDocument | None:
    """Verify the one proof of a document with the key of its issuer; None when it takes the thorough way to tell.

    Args:
        document: As read from `original`; left unchanged.
        urls: Its contexts, that of Verifiable Credentials first. All of them are the program's own, and nobody has
            pinned one of them in another way: what is kept here is known by their addresses alone.
        method: What the proof has to name.
        public_key: The key behind that.
        original: The bytes as received, carried along.
        has_escapes: Whether a text in it may hold a quote, a backslash or a control character.
    """
    proof = find_plain_proof(document, members=_MEMBERS, suite=_SUITE, method=method, public_key=public_key)
    if proof is None:
        return None
    root = document.copy()
    del root["proof"], root["@context"]
    try:
        told = tell_plainly(root, compile_contexts(urls), needs_escapes=has_escapes)
        if told is None or told.depth > MAX_PLAIN_DEPTH:
            return None
        text = told.canonicalize(HashAlgorithm.SHA256) or canonicalize_quads(
            told.iterate_quads(), budget=MAX_PLAIN_WORK
        )
        canonical = text.encode()
    except (BadgeError, UnicodeEncodeError):
        return None
    digest = hashlib.sha256(canonical).digest()
    signed_at = _find_moment(proof, urls, digest, method=method, public_key=public_key)
    if signed_at is None:
        return None
    unsecured = document.copy()
    del unsecured["proof"]
    return VerifiedDocument(
        form=SecuringForm.DATA_INTEGRITY,
        original=original,
        document=unsecured,
        verification_method=method,
        created=signed_at,
        cryptosuite=_SUITE,
        has_usual_numbers=not told.has_odd_numbers,
    )


def verify_known_proof(
    known: KnownBadge, *, urls: tuple[str, ...], method: str, public_key: PublicKey, original: bytes
) -> VerifiedDocument | None:
    """Verify the one proof of a badge of a known form, as `verify_plain_proof`.

    Args:
        known: From `find_known_badge`, of these bytes.
        urls: As in `verify_plain_proof`; so are the others.
        method: What the proof has to name.
        public_key: The key behind that.
        original: The bytes as received.
    """
    outline = known.outline
    proof = find_plain_proof(outline, members=_MEMBERS, suite=_SUITE, method=method, public_key=public_key)
    if proof is None:
        return None
    signed_at = _find_moment(proof, urls, known.digest, method=method, public_key=public_key)
    if signed_at is None:
        return None
    del outline["proof"]
    return VerifiedDocument.read_later(
        outline,
        known.encoded,
        original=original,
        verification_method=method,
        created=signed_at,
        cryptosuite=_SUITE,
    )


def _find_moment(
    proof: JsonObject, urls: tuple[str, ...], digest: bytes, *, method: str, public_key: PublicKey
) -> datetime | None:
    """Return when a plain proof was made; None when its date cannot be read or it does not fit.

    Args:
        proof: Found by `find_plain_proof`.
        urls: Contexts of the document.
        digest: SHA-256 of the document's canonical form, the proof left out.
        method: What the proof names.
        public_key: The key behind that.
    """
    try:
        signature = read_plain_signature(proof["proofValue"])
        created = proof["created"]
        if signature is None or type(created) is not str:
            return None
        signed_at = read_datetime(created)
        public_key.verify(signature, _hash_options(urls, created, method) + digest, algorithm=SignatureAlgorithm.EDDSA)
    except BadgeError:
        return None
    return signed_at


def sign_plainly(
    document: JsonObject, *, signer: Signer, verification_method: str, created: datetime
) -> SecuredDocument | None:
    """Sign a credential with `eddsa-rdfc-2022`; None when `add_data_integrity_proof` has to sign it or to say why not.

    Args:
        document: A credential without `proof`; left unchanged.
        signer: Holds an Ed25519 key.
        verification_method: Address under which the issuer publishes that key.
        created: Aware; written in whole seconds.

    Raises:
        KeystoreError: The key cannot be reached.
    """
    encoded = write_cache_key(document)
    if encoded is None or signer.public_key.key_type is not KeyType.ED25519:
        return None
    proof: JsonObject = {
        "type": "DataIntegrityProof",
        "cryptosuite": _SUITE,
        "created": format_datetime(created),
        "verificationMethod": verification_method,
        "proofPurpose": _PURPOSE,
    }
    root = document.copy()
    try:
        urls = read_context(root.pop("@context", None))
        require_credential_context(urls)
        told = tell_plainly(root, compile_contexts(urls), needs_escapes=not has_no_escapes(encoded))
        text = None if told is None or told.has_odd_numbers else told.canonicalize(HashAlgorithm.SHA256)
        if text is None:
            return None
        hashed = hash_under(proof, urls, HashAlgorithm.SHA256) + hashlib.sha256(text.encode()).digest()
    except (BadgeError, UnicodeEncodeError):
        return None
    proof["proofValue"] = "z" + encode_base58(signer.sign(hashed, algorithm=SignatureAlgorithm.EDDSA))
    # A document has members besides its proof; that stands behind them.
    original = encoded[:-1] + b',"proof":' + encode_json(proof) + b"}"
    return SecuredDocument(form=SecuringForm.DATA_INTEGRITY, original=original, document={**document, "proof": proof})


@lru_cache(maxsize=MAX_KEPT_OPTIONS)
def _hash_options(urls: tuple[str, ...], created: str, method: str) -> bytes:
    """Return the hash of the proof without its value: one and the same in all badges that a key signed in a second."""
    options: JsonObject = {
        "type": "DataIntegrityProof",
        "cryptosuite": _SUITE,
        "created": created,
        "verificationMethod": method,
        "proofPurpose": _PURPOSE,
    }
    return hash_bytes(canonicalize_under(options, urls), HashAlgorithm.SHA256)


def find_plain_proof(
    document: JsonObject, *, members: frozenset[str], suite: str, method: str, public_key: PublicKey
) -> JsonObject | None:
    """Return the one proof of a document; None when it is not a usual one of that suite and method.

    Args:
        document: As received.
        members: All that the proof has to have, and the only ones.
        suite: Name of its suite.
        method: What it has to name.
        public_key: The key behind that.
    """
    proof = document.get("proof")
    if (
        type(proof) is not dict
        or proof.keys() != members
        or proof["type"] != "DataIntegrityProof"
        or proof["cryptosuite"] != suite
        or proof["proofPurpose"] != _PURPOSE
        or proof["verificationMethod"] != method
        or public_key.key_type is not KeyType.ED25519
    ):
        return None
    return proof


def read_plain_signature(value: object) -> bytes | None:
    """Return the 64 bytes of a `proofValue`; None when it is anything else.

    Raises:
        ProofError: `proof.value_malformed`.
    """
    if type(value) is not str or len(value) not in _SIGNATURE_CHARS or value[0] != "z":
        return None
    signature = decode_base58(value[1:])
    return signature if len(signature) == _SIGNATURE_BYTES else None
