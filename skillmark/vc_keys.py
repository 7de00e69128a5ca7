"""Keys of any credential, not only of badges: what a verification method names, and whose it is.

Spec: CID 1.0 §3.3 (Retrieve Verification Method).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from credentials import ProofPurpose
from keys import OfflineFetcher, PublicKey, resolve_controller_document
from schemas import CannotCheckError, KeyNotAuthorizedError

if TYPE_CHECKING:
    from datetime import datetime

    from keys import ControllerDocument, Fetcher, VerificationMethod

_SELF_DESCRIBING = ("did:key:", "did:jwk:")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundKey:
    """The key behind a verification method.

    Args:
        public_key: The key.
        controller: Whose document was asked for it.
        is_published: Whether that document lists it for the purpose; False when nobody could be asked and the
            address itself spells the key out, which proves nothing about its owner.
    """

    public_key: PublicKey
    controller: str
    is_published: bool


def find_key(method_id: str, *, purpose: ProofPurpose, now: datetime, fetcher: Fetcher) -> FoundKey:
    """Find the key that a proof names.

    A did:key may stand without its fragment. `https://…#z6Mk…` yields the key in its fragment when the document
    cannot be read; `is_published` is False then.

    Raises:
        ProofError: The key or its document is malformed (`proof.…`).
        KeyNotAuthorizedError: The document does not list the method for the purpose, as its own
            (`issuer.not_assertion_method`, `presentation.not_authentication_method`, `issuer.controller_mismatch`),
            or it has ended (`issuer.key_retired`).
        CannotCheckError: The document cannot be read, and the address names no key.
    """
    controller, _, fragment = method_id.partition("#")
    try:
        is_local = controller.startswith(_SELF_DESCRIBING)
        document = resolve_controller_document(controller, fetcher=OfflineFetcher() if is_local else fetcher)
    except CannotCheckError:
        if controller.startswith("https://") and fragment.startswith("z"):
            return FoundKey(public_key=PublicKey.from_multikey(fragment), controller=controller, is_published=False)
        raise
    return FoundKey(
        public_key=_find_in_document(method_id, document, purpose=purpose, now=now).public_key,
        controller=document.id,
        is_published=True,
    )


def _find_in_document(
    method_id: str, document: ControllerDocument, *, purpose: ProofPurpose, now: datetime
) -> VerificationMethod:
    if method_id == document.id and document.id.startswith("did:key:"):
        return document.methods[0]
    is_assertion = purpose is ProofPurpose.ASSERTION_METHOD
    find = document.assertion_method if is_assertion else document.authentication_method
    method = find(method_id)
    if method.controller != document.id:
        raise KeyNotAuthorizedError("issuer.controller_mismatch")
    ends = [end for end in (method.expires, method.revoked) if end is not None]
    if ends and now >= min(ends):
        raise KeyNotAuthorizedError("issuer.key_retired")
    return method


def is_listed_by(owner: str, public_key: PublicKey, *, fetcher: Fetcher) -> bool:
    """Whether the owner's own document lists a key under `assertionMethod`.

    Raises:
        CannotCheckError: The document cannot be read.
        InvalidCredentialError: It is wrong.
    """
    document = resolve_controller_document(owner, fetcher=fetcher)
    return any(
        method.public_key == public_key and method.controller == document.id
        for method in document.methods
        if method.id in document.assertion_method_ids
    )
