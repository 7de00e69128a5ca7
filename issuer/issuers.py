"""Making an issuer and changing its key."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from issuer.issuer_store import (
    SigningKey,
    current_key,
    find_issuer,
    get_issuer,
    insert_issuer,
    insert_key,
    list_keys,
    retire_key,
)
from issuer.model import IssuerProfile
from keys import KeyType, VerificationMethod, did_jwk, did_key, did_key_method_id, did_web_for
from schemas import ConfigurationError, LedgerError, OrganizationKind

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from issuer.ledger import Ledger
    from keys import Keystore, PublicKey, Signer

_LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
_MAX_SLUG_CHARS = 48


def check_ledger_base_url(base_url: str) -> str:
    """Return the address without a slash at its end.

    Raises:
        ConfigurationError: `ledger.base_url_invalid`: neither https nor http on this machine.
    """
    parts = urlsplit(base_url)
    is_trial = parts.scheme == "http" and parts.hostname in _LOOPBACK_HOSTS
    if not parts.hostname or parts.query or parts.fragment or not (parts.scheme == "https" or is_trial):
        raise ConfigurationError("ledger.base_url_invalid", base_url)
    return base_url.rstrip("/")


def create_issuer(
    ledger: Ledger,
    *,
    name: str,
    kind: OrganizationKind,
    url: str,
    email: str,
    description: str,
    key_type: KeyType,
    organisation_id: str,
) -> IssuerProfile:
    """Make an issuer; see `Ledger.create_issuer`."""
    if not name.strip():
        raise LedgerError("ledger.issuer_name_missing")
    with ledger.database.read() as connection:
        slug = _free_slug(connection, name)
    keystore_name, signer = _create_key(ledger.keystore, slug, key_type)
    did = _choose_did(ledger.base_url, slug, signer.public_key)
    profile = IssuerProfile(
        id=did, slug=slug, name=name.strip(), url=url, email=email, description=description, kind=kind
    )
    now = ledger.clock()
    method = VerificationMethod(id=_method_id(did, signer.public_key), controller=did, public_key=signer.public_key)
    with ledger.transaction() as connection:
        insert_issuer(connection, profile, organisation_id=organisation_id, now=now)
        insert_key(connection, SigningKey(method=method, issuer_slug=slug, keystore_name=keystore_name, created=now))
        ledger.record(connection, "issuer.created", slug, did=did)
        ledger.record(connection, "key.created", method.id, issuer=slug)
    return profile


def rotate_key(ledger: Ledger, slug: str) -> None:
    """Give an issuer a new key; see `Ledger.rotate_key`."""
    with ledger.database.read() as connection:
        profile = get_issuer(connection, slug)
        old = current_key(connection, slug)
    if not profile.id.startswith("did:web:"):
        raise LedgerError("ledger.key_not_rotatable", slug)
    keystore_name, signer = _create_key(ledger.keystore, slug, old.method.public_key.key_type)
    method = VerificationMethod(
        id=_method_id(profile.id, signer.public_key), controller=profile.id, public_key=signer.public_key
    )
    now = ledger.clock()
    # Times in badges are whole seconds: what was signed in this second is still older than the end of its key.
    end = now.replace(microsecond=0) + timedelta(seconds=1)
    with ledger.transaction() as connection:
        for key in list_keys(connection, slug):
            if key.method.expires is None:
                retire_key(connection, key.method.id, end=end)
                ledger.record(connection, "key.retired", key.method.id, issuer=slug)
        insert_key(connection, SigningKey(method=method, issuer_slug=slug, keystore_name=keystore_name, created=now))
        ledger.record(connection, "key.created", method.id, issuer=slug)


def _create_key(keystore: Keystore, slug: str, key_type: KeyType) -> tuple[str, Signer]:
    taken = set(keystore.names())
    number = 1
    while f"{slug}-{number}" in taken:
        number += 1
    name = f"{slug}-{number}"
    return name, keystore.create(name, key_type)


def _choose_did(base_url: str, slug: str, public_key: PublicKey) -> str:
    # Nobody but this machine could fetch the document of a did:web on a loopback address.
    if base_url.startswith("https://"):
        return did_web_for(f"{base_url}/issuers/{slug}")
    # An RSA key has no Multikey form, so no did:key.
    return did_jwk(public_key) if public_key.key_type is KeyType.RSA else did_key(public_key)


def _method_id(did: str, public_key: PublicKey) -> str:
    if did.startswith("did:key:"):
        return did_key_method_id(public_key)
    if did.startswith("did:jwk:"):
        return f"{did}#0"
    # Some verifiers take a fragment that is a Multikey as the key itself; no other name is safer for them.
    return f"{did}#{public_key.thumbprint if public_key.key_type is KeyType.RSA else public_key.multikey}"


def _free_slug(connection: Connection, name: str) -> str:
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    stem = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:_MAX_SLUG_CHARS].strip("-") or "issuer"
    slug, number = stem, 1
    while find_issuer(connection, slug) is not None:
        number += 1
        slug = f"{stem}-{number}"
    return slug
