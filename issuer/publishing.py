"""What this installation publishes for machines: status lists, DID documents and key sets."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from issuer.issuer_store import find_issuer, list_keys
from keys import compose_did_document, compose_jwks
from schemas import encode_json

if TYPE_CHECKING:
    from issuer.ledger import Ledger
    from schemas import JsonObject

KEYS_MAX_AGE_SECONDS = 3_600
_STATUS_PATH = re.compile(r"/status/([1-9][0-9]{0,8})")
_DID_PATH = re.compile(r"/issuers/([a-z0-9-]{1,64})/did\.json")
_JWKS_PATHS = frozenset({"/.well-known/jwks.json", "/jwks.json"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedDocument:
    """One machine-readable document, ready to be served: `Cache-Control: max-age` and `ETag` included."""

    body: bytes
    media_type: str
    max_age_seconds: int

    @property
    def etag(self) -> str:
        """A strong validator, without quotes (RFC 9110 §8.8.3)."""
        return hashlib.sha256(self.body).hexdigest()[:32]


def publish(ledger: Ledger, path: str) -> PublishedDocument | None:
    """Return what stands at a path below our address; see `Ledger.published_document`."""
    if status := _STATUS_PATH.fullmatch(path):
        return ledger.status_list(int(status[1]))
    if did := _DID_PATH.fullmatch(path):
        document = compose_issuer_document(ledger, did[1])
        return None if document is None else _publish_keys(document, "application/did+json")
    if path in _JWKS_PATHS:
        return _publish_keys(compose_key_set(ledger, None), "application/jwk-set+json")
    return None


def compose_issuer_document(ledger: Ledger, slug: str) -> JsonObject | None:
    """Return the DID document of a did:web issuer, with every key it ever had; None for other issuers."""
    with ledger.database.read() as connection:
        profile = find_issuer(connection, slug)
        keys = list_keys(connection, slug)
    if profile is None or not profile.id.startswith("did:web:"):
        return None
    return compose_did_document(profile.id, [key.method for key in keys])


def compose_key_set(ledger: Ledger, slug: str | None) -> JsonObject:
    """Return the key set of one issuer, or of all issuers, retired keys included."""
    with ledger.database.read() as connection:
        keys = list_keys(connection, slug)
    return compose_jwks([key.method for key in keys])


def _publish_keys(document: JsonObject, media_type: str) -> PublishedDocument:
    return PublishedDocument(body=encode_json(document), media_type=media_type, max_age_seconds=KEYS_MAX_AGE_SECONDS)
