"""Issuers and their signing keys in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from issuer.frozen import encode_object, load_object, load_time
from issuer.model import IssuerProfile
from issuer.people_store import HOME, insert_organisation_issuer
from issuer.tables import ISSUERS, SIGNING_KEYS
from keys import PublicKey, VerificationMethod
from schemas import LedgerError, OrganizationKind, format_datetime, read_datetime

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """One key of an issuer, with the name of its private half in the key store."""

    method: VerificationMethod
    issuer_slug: str
    keystore_name: str
    created: datetime


def insert_issuer(
    connection: Connection, profile: IssuerProfile, *, organisation_id: str = HOME, now: datetime
) -> None:
    """Add an issuer, which belongs to an organisation for good."""
    connection.execute(
        ISSUERS.insert(),
        {
            "slug": profile.slug,
            "id": profile.id,
            "name": profile.name,
            "kind": profile.kind.value,
            "url": profile.url,
            "email": profile.email,
            "description": profile.description,
            "created": format_datetime(now),
        },
    )
    insert_organisation_issuer(connection, profile.slug, organisation_id)


def list_issuers(connection: Connection) -> tuple[IssuerProfile, ...]:
    """Return every issuer, oldest first."""
    rows = connection.execute(sa.select(ISSUERS).order_by(ISSUERS.c.created, ISSUERS.c.slug)).mappings()
    return tuple(_profile(row) for row in rows)


def find_issuer(connection: Connection, slug: str) -> IssuerProfile | None:
    """Return one issuer."""
    row = connection.execute(sa.select(ISSUERS).where(ISSUERS.c.slug == slug)).mappings().first()
    return None if row is None else _profile(row)


def get_issuer(connection: Connection, slug: str) -> IssuerProfile:
    """Return one issuer that must be there.

    Raises:
        LedgerError: `ledger.issuer_unknown`.
    """
    profile = find_issuer(connection, slug)
    if profile is None:
        raise LedgerError("ledger.issuer_unknown", slug)
    return profile


def insert_key(connection: Connection, key: SigningKey) -> None:
    """Add a signing key."""
    connection.execute(
        SIGNING_KEYS.insert(),
        {
            "method_id": key.method.id,
            "issuer_slug": key.issuer_slug,
            "keystore_name": key.keystore_name,
            "public_jwk": encode_object(key.method.public_key.jwk).decode(),
            "created": format_datetime(key.created),
            "retired": None,
        },
    )


def retire_key(connection: Connection, method_id: str, *, end: datetime) -> None:
    """Mark a key as retired from `end` on; it stays listed for ever."""
    connection.execute(
        SIGNING_KEYS.update().where(SIGNING_KEYS.c.method_id == method_id), {"retired": format_datetime(end)}
    )


def list_keys(connection: Connection, issuer_slug: str | None = None) -> tuple[SigningKey, ...]:
    """Return the keys of one issuer, or of all, newest last."""
    query = sa.select(SIGNING_KEYS, ISSUERS.c.id.label("controller")).join(ISSUERS)
    if issuer_slug is not None:
        query = query.where(SIGNING_KEYS.c.issuer_slug == issuer_slug)
    # A retired key sorts before the one that took its place in the same second.
    order = (SIGNING_KEYS.c.created, SIGNING_KEYS.c.retired.is_(None), SIGNING_KEYS.c.keystore_name)
    return tuple(_key(row) for row in connection.execute(query.order_by(*order)).mappings())


def current_key(connection: Connection, issuer_slug: str) -> SigningKey:
    """Return the key that signs now: the newest that is not retired."""
    return [key for key in list_keys(connection, issuer_slug) if key.method.expires is None][-1]


def _profile(row: RowMapping) -> IssuerProfile:
    return IssuerProfile(
        id=row["id"],
        slug=row["slug"],
        name=row["name"],
        url=row["url"],
        email=row["email"],
        description=row["description"],
        kind=OrganizationKind(row["kind"]),
    )


def _key(row: RowMapping) -> SigningKey:
    return SigningKey(
        method=VerificationMethod(
            id=row["method_id"],
            controller=row["controller"],
            public_key=PublicKey.from_jwk(load_object(row["public_jwk"])),
            expires=load_time(row["retired"]),
        ),
        issuer_slug=row["issuer_slug"],
        keystore_name=row["keystore_name"],
        created=read_datetime(row["created"]),
    )
