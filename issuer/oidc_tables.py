"""Tables of signing in at the desk through another site (OpenID Connect)."""

from __future__ import annotations

import sqlalchemy as sa

from issuer.tables import METADATA

OIDC_QUESTIONS = sa.Table(
    "oidc_questions",
    METADATA,
    sa.Column("state_sha256", sa.LargeBinary, primary_key=True),  # of what stands in the cookie of the browser
    *(sa.Column(name, sa.Text, nullable=False) for name in ("provider", "nonce", "verifier", "target", "created")),
    sa.Index("oidc_questions_by_time", "created"),
)

OIDC_IDENTITIES = sa.Table(
    "oidc_identities",
    METADATA,
    sa.Column("issuer", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("person_id", sa.Text, sa.ForeignKey("people.id"), nullable=False),
    sa.Column("bound", sa.Text, nullable=False),
    sa.Index("oidc_identities_by_person", "person_id"),
)
