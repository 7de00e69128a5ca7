"""did:key: the key is the identifier; nothing is fetched.

Spec: The did:key Method v0.9 (W3C CCG), with the Multikey form of CID 1.0 §2.2.2.
"""

from __future__ import annotations

from functools import lru_cache

from keys.controller_document import ControllerDocument, VerificationMethod
from keys.public_key import PublicKey

DID_KEY_PREFIX = "did:key:"
MAX_KEPT_DIDS = 1_024


def did_key(public_key: PublicKey) -> str:
    """Return the did:key of a key.

    Raises:
        KeystoreError: RSA keys have no Multikey form (`key.no_multikey`).
    """
    return DID_KEY_PREFIX + public_key.multikey


def did_key_method_id(public_key: PublicKey) -> str:
    """Return the id of the one verification method of a did:key: the DID, `#`, and the Multikey again.

    Raises:
        KeystoreError: RSA keys have no Multikey form (`key.no_multikey`).
    """
    return f"{did_key(public_key)}#{public_key.multikey}"


@lru_cache(maxsize=MAX_KEPT_DIDS)
def resolve_did_key(did: str) -> ControllerDocument:
    """Return the controller document that a did:key stands for.

    Raises:
        ProofError: The key is malformed (`proof.value_malformed`) or private (`proof.key_private_member`).
        UnacceptedCryptosuiteError: A kind of key that is not used here (`proof.algorithm_not_allowed`).
    """
    multikey = did.removeprefix(DID_KEY_PREFIX)
    public_key = PublicKey.from_multikey(multikey)
    method = VerificationMethod(id=f"{did}#{multikey}", controller=did, public_key=public_key)
    ids = frozenset({method.id})
    return ControllerDocument(id=did, methods=(method,), assertion_method_ids=ids, authentication_ids=ids)
