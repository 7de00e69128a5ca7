"""Sign-ins through another site that are under way, and which person an account there belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from issuer.oidc_tables import OIDC_IDENTITIES, OIDC_QUESTIONS
from schemas import format_datetime

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from issuer.oidc import OidcIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcQuestion:
    """A browser that was sent to another site.

    Args:
        provider: Name of that site.
        nonce: Has to stand in what it signs.
        verifier: Proves that we sent the browser (PKCE).
        target: Page of the desk to go to.
    """

    provider: str
    nonce: str
    verifier: str
    target: str


def keep_question(
    connection: Connection, state_hash: bytes, question: OidcQuestion, *, now: datetime, forget: datetime
) -> None:
    """Keep a question, and forget those that were asked before `forget`."""
    connection.execute(sa.delete(OIDC_QUESTIONS).where(OIDC_QUESTIONS.c.created <= format_datetime(forget)))
    connection.execute(
        OIDC_QUESTIONS.insert().values(
            state_sha256=state_hash,
            provider=question.provider,
            nonce=question.nonce,
            verifier=question.verifier,
            target=question.target,
            created=format_datetime(now),
        )
    )


def take_question(connection: Connection, state_hash: bytes, *, after: datetime) -> OidcQuestion | None:
    """Return a question that was asked after a moment, and forget it."""
    statement = sa.delete(OIDC_QUESTIONS).where(OIDC_QUESTIONS.c.state_sha256 == state_hash)
    row = connection.execute(statement.returning(OIDC_QUESTIONS)).mappings().first()
    if row is None or row["created"] <= format_datetime(after):
        return None
    return OidcQuestion(provider=row["provider"], nonce=row["nonce"], verifier=row["verifier"], target=row["target"])


def find_bound_person(connection: Connection, identity: OidcIdentity) -> str | None:
    """Return the person that an account of another site belongs to."""
    statement = sa.select(OIDC_IDENTITIES.c.person_id)
    return connection.scalar(
        statement.where(OIDC_IDENTITIES.c.issuer == identity.issuer, OIDC_IDENTITIES.c.subject == identity.subject)
    )


def has_account_at(connection: Connection, person_id: str, issuer: str) -> bool:
    """Say whether an account of this site belongs to a person."""
    statement = sa.select(sa.func.count()).select_from(OIDC_IDENTITIES)
    return bool(connection.scalar(statement.where(*_of(person_id, issuer))))


def unbind_person(connection: Connection, person_id: str, issuer: str) -> bool:
    """Forget that an account of this site belongs to a person; say whether there was one."""
    return connection.execute(sa.delete(OIDC_IDENTITIES).where(*_of(person_id, issuer))).rowcount > 0


def _of(person_id: str, issuer: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (OIDC_IDENTITIES.c.person_id == person_id, OIDC_IDENTITIES.c.issuer == issuer)


def bind_person(connection: Connection, identity: OidcIdentity, person_id: str, *, now: datetime) -> None:
    """Note which person an account of another site belongs to."""
    connection.execute(
        OIDC_IDENTITIES.insert().values(
            issuer=identity.issuer, subject=identity.subject, person_id=person_id, bound=format_datetime(now)
        )
    )
