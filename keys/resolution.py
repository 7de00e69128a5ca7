"""From an issuer's identifier to the keys it published."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from keys.controller_document import MAX_CONTROLLER_DOCUMENT_BYTES, read_controller_document
from keys.did_jwk import DID_JWK_PREFIX, resolve_did_jwk
from keys.did_key import DID_KEY_PREFIX, resolve_did_key
from keys.did_web import DID_WEB_PREFIX, did_web_url
from keys.fetching import find_at_hand
from keys.public_key import PublicKey
from schemas import DecodingError, InvalidCredentialError, ResolutionError, read_json_object

if TYPE_CHECKING:
    from keys.controller_document import ControllerDocument
    from keys.fetching import FetchedDocument, Fetcher

_CONTROLLER_DOCUMENT_TYPES = (
    "application/did+json, application/did+ld+json, application/cid, application/ld+json;q=0.9, application/json;q=0.9"
)
_KEY_SET_TYPES = "application/jwk-set+json, application/json;q=0.9"
# How key documents are asked for; a fetcher may keep what answers to these.
KEY_DOCUMENT_ACCEPTS = frozenset({_CONTROLLER_DOCUMENT_TYPES, _KEY_SET_TYPES})
_MAX_KEYS = 100  # in one key set
MAX_KEPT_ADDRESSES = 1_024
MAX_KEPT_CHARS = 256  # of an identifier whose address is kept


def resolve_controller_document(controller: str, *, fetcher: Fetcher) -> ControllerDocument:
    """Return what `controller` published about its keys.

    did:key and did:jwk are read from the identifier itself; did:web and web addresses are fetched.
    Whether a key may sign for an issuer is for the caller to compare.

    Args:
        controller: A DID or a web address, without a fragment.
        fetcher: The door to the network.

    Raises:
        ResolutionError: A kind of identifier that is not used here (`issuer.did_method_unsupported`),
            a malformed one (`issuer.did_malformed`), or an answer that is no such document
            (`issuer.did_document_unreadable`).
        FetchError: The document could not be fetched (`fetch.…`).
        KeyNotAuthorizedError: The document is wrong (`issuer.did_document_…`).
        ProofError: A did:key or did:jwk is malformed, or a private key is published (`proof.…`).
    """
    if controller.startswith(DID_KEY_PREFIX):
        return resolve_did_key(controller)
    if controller.startswith(DID_JWK_PREFIX):
        return resolve_did_jwk(controller)
    url = _find_address(controller)
    fetched = fetcher.fetch(url, max_bytes=MAX_CONTROLLER_DOCUMENT_BYTES, accept=_CONTROLLER_DOCUMENT_TYPES)
    try:
        return read_controller_document(fetched.body, url_or_did=controller)
    except DecodingError as error:
        # A web page where a key document was hoped for says nothing against the badge.
        raise ResolutionError("issuer.did_document_unreadable", f"the answer cannot be read: {error.code}") from error


def find_controller_document(controller: str, *, fetcher: Fetcher) -> FetchedDocument | None:
    """Return the document that `resolve_controller_document` would read, unread; None when it is not at hand.

    Nothing is fetched for it.

    Args:
        controller: A did:web or a web address, without a fragment.
        fetcher: The door to the network.

    Raises:
        ResolutionError: As `resolve_controller_document`, of the identifier; also of one that is its own document.
    """
    url = _find_short_address(controller) if len(controller) <= MAX_KEPT_CHARS else _find_address(controller)
    return find_at_hand(fetcher, url, max_bytes=MAX_CONTROLLER_DOCUMENT_BYTES, accept=_CONTROLLER_DOCUMENT_TYPES)


def _find_address(controller: str) -> str:
    if controller.startswith(DID_WEB_PREFIX):
        return did_web_url(controller)
    if controller.startswith(("https://", "http://")) and "#" not in controller:
        return controller
    raise ResolutionError("issuer.did_method_unsupported", "a kind of identifier that cannot be looked up here")


# Who is not well-formed is not kept.
_find_short_address = lru_cache(maxsize=MAX_KEPT_ADDRESSES)(_find_address)


def resolve_jwks(issuer: str, *, fetcher: Fetcher) -> tuple[PublicKey, ...]:
    """Return the keys in the key set at the issuer's host (OB 3.0 implementation guide, key provenance).

    A host may have many issuers. A key counts for the issuer that its `iss` names; one without `iss` counts only when
    the issuer is the host itself (`https://host`, `https://host/` or its did:web). Keys of other kinds are left out.

    Args:
        issuer: The issuer's web address or did:web.
        fetcher: The door to the network.

    Raises:
        ResolutionError: No host to ask (`issuer.did_method_unsupported`), a malformed did:web (`issuer.did_malformed`),
            or an answer that is no key set (`issuer.did_document_unreadable`).
        FetchError: The key set could not be fetched (`fetch.…`).
        ProofError: A private key is published (`proof.key_private_member`).
    """
    try:
        parts = urlsplit(did_web_url(issuer) if issuer.startswith(DID_WEB_PREFIX) else issuer)
    except ValueError as error:  # such as a bracket that is not closed
        raise ResolutionError("issuer.did_malformed", "the issuer's address is malformed") from error
    if parts.scheme not in {"https", "http"} or not parts.netloc:
        raise ResolutionError("issuer.did_method_unsupported", "the issuer names no host")
    url = f"{parts.scheme}://{parts.netloc}/.well-known/jwks.json"
    fetched = fetcher.fetch(url, max_bytes=MAX_CONTROLLER_DOCUMENT_BYTES, accept=_KEY_SET_TYPES)
    try:
        entries = read_json_object(fetched.body, max_bytes=MAX_CONTROLLER_DOCUMENT_BYTES).get("keys")
    except DecodingError as error:
        raise ResolutionError("issuer.did_document_unreadable", f"the answer cannot be read: {error.code}") from error
    if not isinstance(entries, list) or len(entries) > _MAX_KEYS:
        raise ResolutionError("issuer.did_document_unreadable", "not a key set, or too many keys")
    if issuer.startswith(DID_WEB_PREFIX):
        is_host_itself = ":" not in issuer.removeprefix(DID_WEB_PREFIX)
    else:
        is_host_itself = issuer.removesuffix("/") == f"{parts.scheme}://{parts.netloc}"
    public_keys = []
    for entry in entries:
        if not isinstance(entry, dict) or entry.get("iss", issuer if is_host_itself else None) != issuer:
            continue
        try:
            public_keys.append(PublicKey.from_jwk(entry))
        except InvalidCredentialError as error:
            if error.code == "proof.key_private_member":
                raise
    return tuple(public_keys)
