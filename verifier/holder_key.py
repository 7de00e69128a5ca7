"""Whose key showed the credentials? Only a key that the holder's own document lists for that purpose.

Spec: CID 1.0 §2.3.1 (authentication) and §3.3; VCDM 2.0 §4.13 (`holder`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from keys import resolve_controller_document
from schemas import KeyNotAuthorizedError, ResolutionError
from verifier.issuer_binding import SELF_DESCRIBING_METHODS

if TYPE_CHECKING:
    from datetime import datetime

    from keys import Fetcher, VerificationMethod


def find_holder_method(method_id: str, *, holder: str | None, now: datetime, fetcher: Fetcher) -> VerificationMethod:
    """Find the key that a presentation names; it must be the holder's own, for showing, and still in use.

    Args:
        method_id: What the proof or token names; may be empty when the holder's id is its key.
        holder: Who shows, as the presentation says; None when it does not say.
        now: The key must be in use at this moment.
        fetcher: The door to the network.

    Raises:
        KeyNotAuthorizedError: Somebody else's (`presentation.holder_mismatch`), not for showing
            (`presentation.not_authentication_method`), put away (`issuer.key_retired`), or a document that is not the
            holder's (`issuer.did_document_…`).
        InvalidCredentialError: The key or the document cannot be read.
        CannotCheckError: The document is out of reach, or nothing names the key (`proof.key_unavailable`).
    """
    named = method_id or (holder if holder is not None and holder.startswith(SELF_DESCRIBING_METHODS) else "")
    controller = named.partition("#")[0]
    if not controller.startswith(("did:", "https://")):
        raise ResolutionError("proof.key_unavailable", "the key has no address")
    if holder is not None and controller != holder:
        raise KeyNotAuthorizedError("presentation.holder_mismatch", pointer="/holder")
    document = resolve_controller_document(controller, fetcher=fetcher)
    if named == document.id and document.id.startswith(SELF_DESCRIBING_METHODS):
        named = document.methods[0].id  # such an identifier is its one key
    method = document.authentication_method(named)
    if method.controller != document.id:
        raise KeyNotAuthorizedError("presentation.holder_mismatch", "the key belongs to another controller")
    ends = [end for end in (method.expires, method.revoked) if end is not None]
    if ends and now >= min(ends):
        raise KeyNotAuthorizedError("issuer.key_retired", detail={"retiredAt": min(ends).isoformat()})
    return method
